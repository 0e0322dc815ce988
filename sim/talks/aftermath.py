"""A deal in force may break: the commitment problem (Fearon 1995), which guarantees ease.

The monthly hazard falls with what guarantees deter (Walter 2002; Fortna 2003) and grows with what
a belligerent would gain by going back to war.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.draws.streams import Floats
from sim.scenario.outcomes import WEEKS_PER_MONTH

_AT_ONCE = 600.0  # far above any -log(1 - u), and far below what overflows


def breakdown_hazard(
    base: Floats, deterrence: Floats, effect: Floats, regret: Floats, sensitivity: Floats
) -> Floats:
    """Return h0 exp(-gamma G + phi max(0, d - u)), per month.

    Its logarithm goes no further than `_AT_ONCE` above that of h0: a deal breaks at once by then.
    """
    rise = -effect * deterrence + sensitivity * np.maximum(0.0, regret)
    return base * np.exp(np.minimum(rise, _AT_ONCE))


def weekly_steps(weeks: float) -> Floats:
    """Return the lengths in weeks of the steps over some weeks: whole weeks, then the rest."""
    edges = np.append(np.arange(np.ceil(weeks)), weeks)
    return np.diff(edges)


def weeks_until_broken(
    watched: Floats,
    steps: Floats,
    drivers: Floats,
    move: Callable[[], Floats],
    monthly_hazard: Callable[[Floats], Floats],
    u: Floats,
) -> Floats:
    """Return after how many weeks in force S deals break, nan where they stand: (S,).

    A deal breaks at the moment at which its hazard so far comes to -log(1 - u).

    Args:
        watched: weeks in force after which nobody looks any more: (S,).
        steps: lengths of the steps, in weeks: (T,).
        drivers: the drivers on coming into force: (S, F).
        move: the drivers a step later: (S, F).
        monthly_hazard: drivers -> hazard per month: (S,).
        u: one uniform for each deal: (S,).
    """
    left, broken, week = -np.log1p(-u), np.full(len(u), np.nan), 0.0
    for length in steps:
        hazard = monthly_hazard(drivers) / WEEKS_PER_MONTH
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # never comes
            moment = np.where(hazard > 0, week + left / hazard, np.inf)
        breaks = np.isnan(broken) & (moment < week + length) & (moment < watched)
        broken[breaks] = moment[breaks]
        left = left - hazard * length
        drivers = move()
        week += float(length)
    return broken
