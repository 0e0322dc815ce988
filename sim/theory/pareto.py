"""Which packages are Pareto-optimal: nobody could have more without somebody having less.

Utilities are sums over blocks, so a part of a text that another part beats for everybody, with
no further signature, stays beaten whatever is added to it. The set is therefore grown block by
block, dropping on the way what is beaten and what can no longer give what is needed (dynamic
programming in several criteria: Brown & Strauch 1965); the maxima of a set of vectors are those
of Kung, Luccio & Preparata 1975.

For two criteria a step costs n log n in the packages that it looks at. For more it costs n m, m
being the maxima found so far, taken from the strongest down so that most vectors fall at once;
where nearly all are maxima (many actors, opposed on everything) that is n squared. Memory is
bounded, beside the set itself, by `LARGEST_STEP` numbers at a time and a few copies of them.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import Space, best_of_blocks
from sim.draws.streams import Floats, Ints

LARGEST_STEP = 2**21
_BLOCK = 512


def undominated(
    space: Space,
    table: Floats,
    signs: Flags,
    needed: Floats,
    slack: Floats,
    step: int = LARGEST_STEP,
) -> Ints:
    """Return the numbers of the packages that give what is needed and that none beats.

    One package beats another when it is worth as much to every actor and more to one, and needs
    no signature that the other does not need. Of packages that are equal in all this, one is
    returned: the first, unless a part of it can be had with fewer signatures. Among the packages
    that can be signed (no worse than no deal for those who must sign them) the Pareto-optimal
    ones are all among these, each by its utilities.

    Args:
        space: the packages; they are numbered in the order of `Space.enumerate`.
        table: utilities of the cells: (A, N).
        signs: whether a cell needs a signature that not every text needs: (S, N).
        needed: utilities that a package must give, to every actor; -inf for none: (A,).
        slack: utilities that differ by no more than this are equal: (A,).
        step: how many numbers to hold at a time, beside the set.
    """
    criteria = np.concatenate([table, -signs.astype(float)])
    least = np.repeat([-np.inf, -1.0], [len(table), len(signs)])[:, None]  # one signs but once
    free = np.repeat(-np.inf, len(signs))
    needed = np.concatenate([needed - slack, free])[:, None]
    slack = np.concatenate([slack, np.zeros(len(signs))])
    to_come = best_of_blocks(space, criteria).sum(axis=1, keepdims=True)
    numbers, values = np.zeros(1, dtype=np.int64), np.zeros((len(criteria), 1))
    for cells in space.slices():
        part = criteria[:, cells]
        to_come = to_come - part.max(axis=1, keepdims=True)
        steps = np.array_split(np.arange(len(numbers)), 1 + part.size * len(numbers) // step)
        kept_numbers, kept = numbers[:0], values[:, :0]
        for rows in steps:
            reached = (numbers[rows, None] * part.shape[1] + np.arange(part.shape[1])).ravel()
            grown = (values[:, rows, None] + part[:, None]).reshape(len(criteria), -1)
            enough = (grown + to_come >= needed).all(axis=0)
            kept_numbers = np.concatenate([kept_numbers, reached[enough]])
            kept = np.concatenate([kept, np.maximum(grown[:, enough], least)], axis=1)
            best = maxima(levels(kept, slack))
            kept_numbers, kept = kept_numbers[best], kept[:, best]
        numbers, values = kept_numbers, kept
    return numbers


def levels(values: Floats, slack: Floats) -> Ints:
    """Return the rank of each value (K, n) in its row, equal where neighbours differ by slack (K,).

    So vectors that differ by rounding alone are the same vector.

    >>> levels(np.array([[0.3, 0.1 + 0.2, 0.5]]), np.array([1e-10]))
    array([[0, 0, 1]])
    """
    ranks = np.empty(values.shape, dtype=np.int64)
    for row, (line, gap) in enumerate(zip(values, slack, strict=True)):
        order = np.argsort(line, kind="stable")
        steps = np.diff(line[order], prepend=line[order[:1]]) > gap
        ranks[row, order] = np.cumsum(steps)
    return ranks


def maxima(points: Ints) -> Ints:
    """Return where the distinct maximal columns of points (K, n) are, each by its first place.

    A column is maximal when no other is at least as large in every row and larger in one.

    >>> maxima(np.array([[3, 2, 1, 1, 3], [0, 2, 3, 2, 0]]))
    array([0, 1, 2])
    """
    if points.shape[1] == 0:
        return np.zeros(0, dtype=np.int64)
    points = points[np.ptp(points, axis=1) > 0]
    if len(points) == 0:
        return np.zeros(1, dtype=np.int64)
    order = np.lexsort([np.arange(points.shape[1]), *-points[::-1]])
    found = _by_sweep(points[:, order]) if len(points) <= 2 else _by_blocks(points[:, order])
    return np.sort(order[found])


def _by_sweep(points: Ints) -> Ints:
    """Return the maxima among columns in falling order: those that rise above all before."""
    last = points[-1]
    highest = np.maximum.accumulate(last)
    return np.flatnonzero(np.r_[True, last[1:] > highest[:-1]])


def _by_blocks(points: Ints) -> Ints:
    """Return the maxima among columns in falling order, block by block from the largest sum."""
    distinct = np.flatnonzero(np.r_[True, (points[:, 1:] != points[:, :-1]).any(axis=0)])
    order = distinct[np.argsort(-points[:, distinct].sum(axis=0), kind="stable")]
    front: list[Ints] = []
    found: list[Ints] = []
    for start in range(0, len(order), _BLOCK):
        places = order[start : start + _BLOCK]
        for stronger in front:
            places = places[~_reached(points[:, places], stronger).any(axis=1)]
        block = points[:, places]
        places = places[_reached(block, block).sum(axis=1) == 1]  # each reaches itself
        front.append(points[:, places])
        found.append(places)
    return np.concatenate(found)


def _reached(points: Ints, by: Ints) -> Flags:
    """Return which columns of `by` (K, m) are as large in every row as those of points: (n, m)."""
    reached = np.ones((points.shape[1], by.shape[1]), dtype=bool)
    for mine, others in zip(points, by, strict=True):
        reached &= others >= mine[:, None]
    return reached
