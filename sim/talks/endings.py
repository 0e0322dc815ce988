"""How talks end without a signature: deadlines that lapse, actors who walk out.

Whether the k-th extension is granted is settled by one uniform per world and k, not by when the
parties happen to meet: so a world's deadlines meet the same fate whatever the calendar.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining.arrays import Flags, side_by_side
from sim.draws.streams import Floats, Ints, Purpose
from sim.talks.batch import Batch


def granted_extensions(batch: Batch) -> Flags:
    """Return whether each extension of the deadline would be granted: (W, times + 1).

    The last column, one past the number of extensions that the scenario allows, is false.
    """
    deadline = batch.spec.calendar.deadline
    columns = []
    for k in range(1, 1 + (deadline.times if deadline else 0)):
        chance = batch.number(f"calendar.deadline.{'extension' if k == 1 else 'next_extension'}")
        columns.append(batch.streams.uniforms(Purpose.DEADLINE, f"extension/{k}") < chance)
    return side_by_side([*columns, np.zeros(len(batch.worlds), dtype=bool)])


def deadlines_passed(
    deadline: Floats, extensions: Ints, granted: Flags, length: Floats, until: float
) -> tuple[Floats, Ints, Floats]:
    """Let all deadlines before a week pass, however many fall between two sessions.

    Args:
        deadline: week of the deadline in force: (W,); inf where there is none.
        extensions: how often it was extended: (W,).
        granted: whether each extension is granted: (W, times + 1).
        length: weeks of an extension: (W,).
        until: week before which deadlines pass.

    Returns:
        The deadline in force then (inf where the last one lapsed), the number of extensions, and
        the week of the deadline that lapsed (inf where none did): (W,) each.
    """
    deadline, extensions = deadline.copy(), extensions.copy()
    lapsed = np.full(len(deadline), np.inf)
    while (due := np.flatnonzero(deadline < until)).size:
        extended = granted[due, extensions[due]]
        longer, over = due[extended], due[~extended]
        deadline[longer] += length[longer]
        extensions[longer] += 1
        lapsed[over], deadline[over] = deadline[over], np.inf
    return deadline, extensions, lapsed


def leaving_rate(rate: Floats, sensitivity: Floats, regret: Floats) -> Floats:
    """Return rho (1 + kappa max(0, d - u(best))), per week; regret is d - u(best)."""
    return rate * (1.0 + sensitivity * np.maximum(0.0, regret))


def weeks_to_leave(rate: Floats, u: Floats) -> Floats:
    """Return after how many weeks an actor with a rate of leaving (W,) leaves: exponential."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log1p(-u) / rate)
