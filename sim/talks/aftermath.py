"""After the signature: ratification at home, and whether the deal holds.

Ratification is the second level of a two-level game (Putnam 1988): support is a share of people,
ratification an event that follows it. A deal in force may break: the commitment problem (Fearon
1995), which guarantees ease (Walter 2002; Fortna 2003).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.votes import ratification_chance, support
from sim.draws.streams import Floats
from sim.scenario.outcomes import WEEKS_PER_MONTH


@dataclass(frozen=True)
class Bodies:
    """The domestic bodies of all actors, in every signed world: arrays (S, A)."""

    utility: Floats
    threshold: Floats
    loadings: Floats  # (S, A, F)
    people_noise: Floats
    floor: Floats
    ceiling: Floats
    quota: Floats
    vote_noise: Floats
    lag: Floats
    decides: Flags


@dataclass(frozen=True)
class Aftermath:
    """What became of signed texts.

    Attributes:
        refused: the bodies that refused: (S, A).
        decided: the bodies that came to decide: (S, A).
        ended_week: weeks after signature of the refusal or the breakdown, else nan: (S,).
        in_force_week: weeks after signature at which the last body ratified, else nan: (S,).
        broken: whether the deal broke: (S,).
    """

    refused: Flags
    decided: Flags
    ended_week: Floats
    in_force_week: Floats
    broken: Flags


def support_at_home(bodies: Bodies, drivers: Floats) -> Floats:
    """Return the share of people who back the text, with the drivers (S, F) as they are: (S, A)."""
    theta = bodies.threshold + (bodies.loadings * drivers[:, None, :]).sum(axis=2)
    return support(bodies.utility, theta, bodies.people_noise, bodies.floor, bodies.ceiling)


def chances(bodies: Bodies, drivers: Floats) -> Floats:
    """Return each body's chance to ratify, with the drivers (S, F) where they are: (S, A)."""
    q = support_at_home(bodies, drivers)
    return ratification_chance(q, bodies.quota, bodies.vote_noise)


def breakdown_hazard(
    base: Floats, deterrence: Floats, effect: Floats, regret: Floats, sensitivity: Floats
) -> Floats:
    """Return h0 exp(-gamma G + phi max(0, d - u)), per month."""
    return base * np.exp(-effect * deterrence + sensitivity * np.maximum(0.0, regret))


def weekly_steps(weeks: float) -> Floats:
    """Return the lengths in weeks of the steps after signature: whole weeks, then the rest."""
    edges = np.append(np.arange(np.ceil(weeks)), weeks)
    return np.diff(edges)


def play_out(
    bodies: Bodies,
    steps: Floats,
    drivers: Floats,
    move: Callable[[], Floats],
    monthly_hazard: Callable[[Floats], Floats],
    u_ratify: Floats,
    u_break: Callable[[], Floats],
) -> Aftermath:
    """Return what becomes of S signed texts over the steps after their signature.

    A body decides in the first week that its lag does not exceed; a refusal ends the deal. From the
    last ratification on, the deal breaks at the monthly hazard.

    Args:
        bodies: the bodies that must ratify.
        steps: lengths of the steps, in weeks: (T,).
        drivers: the drivers at signature: (S, F).
        move: the drivers a step later: (S, F).
        monthly_hazard: drivers -> hazard per month: (S,).
        u_ratify: one uniform for each body: (S, A).
        u_break: the next uniforms of the breakdown stream: (S,).
    """
    shape = bodies.decides.shape
    refused, decided = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    ended, in_force = np.full(shape[0], np.nan), np.full(shape[0], np.nan)
    broken = np.zeros(shape[0], dtype=bool)
    _decide(bodies, 0.0, drivers, u_ratify, decided, refused, ended, in_force)
    week = 0.0
    for length in steps:
        hazard = monthly_hazard(drivers)
        breaks = u_break() < -np.expm1(-hazard * length / WEEKS_PER_MONTH)
        standing = ~np.isnan(in_force) & np.isnan(ended)
        drivers = move()
        week += float(length)
        broken |= standing & breaks
        ended[standing & breaks] = week
        _decide(bodies, week, drivers, u_ratify, decided, refused, ended, in_force)
    return Aftermath(refused, decided, ended, in_force, broken)


def _decide(
    bodies: Bodies,
    week: float,
    drivers: Floats,
    u: Floats,
    decided: Flags,
    refused: Flags,
    ended: Floats,
    in_force: Floats,
) -> None:
    """Let the bodies whose time has come decide; marks the arrays in place."""
    due = bodies.decides & ~decided & (bodies.lag <= week) & np.isnan(ended)[:, None]
    if due.any():
        refuses = due & (u >= chances(bodies, drivers))
        decided |= due
        refused |= refuses
        ended[refuses.any(axis=1)] = week
    complete = (decided | ~bodies.decides).all(axis=1) & ~refused.any(axis=1)
    in_force[complete & np.isnan(in_force)] = week
