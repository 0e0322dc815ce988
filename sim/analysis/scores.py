"""How well chances foretold what came."""

from __future__ import annotations

import numpy as np

from sim.draws.streams import Floats


def crps(values: Floats, chances: Floats, outcome: float) -> float:
    """Return the continuous ranked probability score of a discrete law: lower is better.

    E|X - y| - E|X - X'| / 2 for values (n,) with chances (n,) (Gneiting & Raftery 2007).

    >>> crps(np.array([0.0, 10.0]), np.array([0.5, 0.5]), 10.0)
    2.5
    """
    apart = chances @ np.abs(values[:, None] - values) @ chances
    return float(chances @ np.abs(values - outcome) - apart / 2)
