"""How talks stop without a signature: what becomes of deadlines, at which rate actors leave.

What becomes of the k-th deadline is settled by one uniform per world and k, not by when the
parties happen to meet: so a world's deadlines meet the same fate whatever the calendar.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats, Ints

KEPT, MOVED, DROPPED = 0, 1, 2


def fate(u: Floats, kept: Floats, moved: Floats, can_be_moved: Flags) -> Ints:
    """Return what becomes of deadlines by uniforms, from the chances of two of three: (n,) each.

    What would be moved and cannot be any more is kept.

    >>> every = np.array([0.1, 0.5, 0.9])
    >>> fate(every, 0.2, 0.5, np.ones(3, dtype=bool)).tolist()
    [0, 1, 2]
    """
    moved_or_not = np.where(can_be_moved, MOVED, KEPT)
    return np.where(u < kept, KEPT, np.where(u < kept + moved, moved_or_not, DROPPED))


def leaving_rate(rate: Floats, sensitivity: Floats, regret: Floats) -> Floats:
    """Return rho (1 + kappa max(0, d - u(best))), per week; regret is d - u(best)."""
    return rate * (1.0 + sensitivity * np.maximum(0.0, regret))
