"""Tables that say whether things come about as often as was said, each with its doubt.

Central intervals should hold their share of outcomes; events that were given a chance should come
about in that share of cases (Dawid 1982). How far chance alone can move what was counted is told by
a bootstrap over groups or by Wilson's (1927) interval.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.analysis.odds import wilson
from sim.analysis.scores import inside, paired_difference
from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats


def coverage_table(
    ends: Floats, groups: Sequence[str], shares: Sequence[float], resamples: int = 2000
) -> pd.DataFrame:
    """Return how many outcomes lie in central intervals: share, inside, low, high (95%).

    Args:
        ends: F(y-) and F(y) of each outcome: (N, 2).
        groups: the group of each, which are drawn whole in the bootstrap: N.
        shares: of the intervals.
        resamples: how often the groups are drawn.

    Raises:
        ValueError: when the ends are not those of transforms, or a share is out of its range.
    """
    none, rows = np.zeros(len(ends)), []
    for share in shares:
        found = paired_difference(inside(ends, share), none, groups, resamples=resamples)
        rows.append((share, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["share", "inside", "low", "high"])


def reliability_table(chance: Floats, happened: Flags, bins: int = 10) -> pd.DataFrame:
    """Return how often an event came about where about the same chance was given to it.

    Cases are sorted by their chance into bins of equal size; cases with the same chance share one,
    so that there may be fewer.

    Args:
        chance: that it happens: (N,).
        happened: whether it did: (N,).
        bins: how many, at most.

    Returns:
        chance (the mean of a bin), share (of its cases in which it happened), low, high (95%,
        Wilson), count; in ascending order of chance.

    Raises:
        ValueError: when shapes differ, or there is no case.

    >>> reliability_table(np.array([0.1, 0.1, 0.9]), np.array([False, False, True])).share.tolist()
    [0.0, 1.0]
    """
    if chance.shape != happened.shape or not len(chance):
        raise ValueError(f"{chance.shape} chances cannot be of {happened.shape} events")
    edges = np.unique(np.quantile(chance, np.arange(1, bins) / bins))
    _, place = np.unique(np.searchsorted(edges, chance), return_inverse=True)
    count = np.bincount(place)
    share = np.bincount(place, happened) / count
    low, high = wilson(share, count.astype(float), 0.95)
    said = np.bincount(place, chance) / count
    columns = {"chance": said, "share": share, "low": low, "high": high, "count": count}
    return pd.DataFrame(columns)
