"""Days on which things happen: the one rule for tables, counts and stories.

Worlds run in continuous weeks from the start of the calendar; people read dates.
"""

from __future__ import annotations

import numpy as np

from sim.draws.streams import Floats, Ints

_ROUNDING = 1e-6  # days; what is so close below a day, by arithmetic, is on it


def day_of(weeks: Floats) -> Ints:
    """Return the days, counted from the start, in whose course weeks from the start fall.

    >>> day_of(np.array([0.0, 3.0, 3.25])).tolist()
    [0, 21, 22]
    """
    return np.floor(weeks * 7 + _ROUNDING).astype(np.int64)
