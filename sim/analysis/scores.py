"""Scores of forecasts against what happened: proper rules, calibration, paired differences.

A rule is proper if nobody can expect to do better than by saying what they believe (Gneiting &
Raftery 2007): the continuous ranked probability score (Matheson & Winkler 1976) for quantities,
Brier's (1950) and the logarithmic score (Good 1952) for events; less is better in all of them.
Whether forecasts are calibrated is read off the probability integral transform in its form for
discrete laws (Czado, Gneiting & Held 2009), which needs no randomisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats

_SAME = 1e-9  # how far apart an outcome and a value of a law may be and still be one number


@dataclass(frozen=True)
class Difference:
    """A mean difference of scores, with its interval."""

    mean: float
    low: float
    high: float


def crps(values: Floats, chances: Floats, outcome: float) -> float:
    """Return the continuous ranked probability score of a discrete law, in the unit of its values.

    E|X - y| - E|X - X'| / 2, for X and X' independent draws of the law; the second term is the
    integral of F (1 - F), so that sorting is all that takes time. Of a point it is |X - y|.

    Args:
        values: what may come out: (K,), in any order, some perhaps more than once.
        chances: of each: (K,), which sum to 1.
        outcome: y, what came out.

    Raises:
        ValueError: when shapes differ, or the chances are no law.

    >>> crps(np.array([0.0, 10.0]), np.array([0.5, 0.5]), 0.0)
    2.5
    """
    _require_a_law(values, chances)
    order = np.argsort(values)
    below = np.cumsum(chances[order])[:-1]
    spread = float((below * (1 - below)) @ np.diff(values[order]))
    return float(chances @ np.abs(values - outcome)) - spread


def pit(values: Floats, chances: Floats, outcome: float) -> tuple[float, float]:
    """Return F(y-) and F(y): where an outcome lies in a discrete law, from 0 to 1.

    The ends meet where the law gives the outcome no chance. An outcome is a value of the law where
    they differ by no more than 1e-9.

    Args:
        values: what may come out: (K,), in any order.
        chances: of each: (K,), which sum to 1.
        outcome: y, what came out.

    Raises:
        ValueError: when shapes differ, or the chances are no law.

    >>> pit(np.array([0.0, 50.0, 100.0]), np.array([0.25, 0.5, 0.25]), 50.0)
    (0.25, 0.75)
    """
    _require_a_law(values, chances)
    same = np.abs(values - outcome) <= _SAME
    before, at = chances[(values < outcome) & ~same].sum(), chances[same].sum()
    return float(min(before, 1.0)), float(min(before + at, 1.0))


def coverage(ends: Floats, share: float) -> float:
    """Return how often outcomes lie in the central interval of their laws.

    Each counts by the part of [F(y-), F(y)] that lies in [(1 - share) / 2, (1 + share) / 2]; where
    the ends meet, it lies there or not. Of a perfect forecaster that is expected to be `share`
    itself, however lumpy the laws are.

    Args:
        ends: F(y-) and F(y) of each outcome: (N, 2).
        share: of the interval, in (0, 1].

    Raises:
        ValueError: when the ends are not those of transforms, or share is out of its range.

    >>> coverage(np.array([[0.0, 0.5], [0.25, 0.5], [0.9, 1.0]]), 0.5)
    0.5
    """
    return float(inside(ends, share).mean())


def inside(ends: Floats, share: float) -> Floats:
    """Return the part of each outcome that lies in the central interval of its law: (N,).

    Arguments and errors are those of `coverage`, which is the mean of these parts.
    """
    _require_ends(ends)
    if not 0 < share <= 1:
        raise ValueError(f"share must lie between 0 and 1, not {share}")
    low, high = np.array([(1 - share) / 2]), np.array([(1 + share) / 2])
    return np.asarray(_within(ends, low, high)[:, 0])


def pit_histogram(ends: Floats, bins: int = 10) -> Floats:
    """Return the heights of the histogram of transforms, with mean 1: flat if calibrated.

    A hump in the middle means laws too wide, a U laws too narrow, a slope a bias. Each outcome is
    spread evenly over [F(y-), F(y)] (the nonrandomised histogram of Czado, Gneiting & Held 2009);
    one whose ends meet between two bins counts half in each.

    Args:
        ends: F(y-) and F(y) of each outcome: (N, 2).
        bins: how many, of equal width.

    Raises:
        ValueError: when the ends are not those of transforms, or there is no bin.

    >>> pit_histogram(np.array([[0.0, 0.5], [0.5, 0.75]]), 4).tolist()
    [1.0, 1.0, 2.0, 0.0]
    """
    _require_ends(ends)
    if bins < 1:
        raise ValueError(f"a histogram needs at least one bin, not {bins}")
    edges = np.arange(bins + 1) / bins
    parts = _within(ends, edges[:-1], edges[1:])
    return np.asarray(bins * (parts / parts.sum(axis=1, keepdims=True)).mean(axis=0))


def brier(chance: Floats, happened: Flags) -> Floats:
    """Return the squared error of each forecast of an event: from 0 to 1, 1/4 for even odds.

    Args:
        chance: that it happens: (N,).
        happened: whether it did: (N,).

    Raises:
        ValueError: when shapes differ or a chance is out of its range.

    >>> brier(np.array([0.5, 1.0, 0.0]), np.array([True, True, True])).tolist()
    [0.25, 0.0, 1.0]
    """
    _require_chances(chance, happened)
    return np.asarray((chance - happened) ** 2)


def log_score(chance: Floats, happened: Flags) -> Floats:
    """Return -ln of the chance that each forecast gave to what happened, in nats.

    It is ln 2 = 0.69 for even odds, and infinite where what happened was given no chance.

    Args:
        chance: that it happens: (N,).
        happened: whether it did: (N,).

    Raises:
        ValueError: when shapes differ or a chance is out of its range.

    >>> log_score(np.array([0.5, 1.0, 0.0]), np.array([True, True, True])).round(2).tolist()
    [0.69, 0.0, inf]
    """
    _require_chances(chance, happened)
    with np.errstate(divide="ignore"):
        return np.asarray(0.0 - np.log(np.where(happened, chance, 1 - chance)))


def paired_difference(
    first: Floats,
    second: Floats,
    groups: Sequence[str],
    share: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Difference:
    """Return the mean of first - second over decisions, with a bootstrap interval.

    Whole groups are drawn with replacement, because decisions of one group share what is not known
    (the cluster bootstrap; percentiles: Davison & Hinkley 1997, ch. 3 and 5). With few groups it
    covers less than its share; of one group there is nothing to draw, so its interval has no width.

    Args:
        first: scores of one forecaster: (N,).
        second: scores of another on the same decisions: (N,).
        groups: the group of each decision: N.
        share: the coverage aimed at.
        resamples: how often the groups are drawn.
        seed: of these draws.

    Raises:
        ValueError: when shapes differ, there is no decision, a score is not finite, or share or
            resamples is out of its range.

    >>> paired_difference(np.array([0.2, 0.4]), np.array([0.3, 0.5]), ["a", "b"]).mean.__round__(2)
    -0.1
    """
    _require_pairs(first, second, groups)
    if not 0 < share < 1 or resamples < 1:
        raise ValueError(f"no interval of share {share} from {resamples} resamples")
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    sums, sizes = np.bincount(group, first - second), np.bincount(group)
    many = len(names)
    drawn = np.random.default_rng(seed).multinomial(many, np.full(many, 1 / many), resamples)
    means = (drawn @ sums) / (drawn @ sizes)
    low, high = np.quantile(means, [(1 - share) / 2, (1 + share) / 2])
    return Difference(float(sums.sum() / sizes.sum()), float(low), float(high))


def _within(ends: Floats, low: Floats, high: Floats) -> Floats:
    """Return the part of each [F(y-), F(y)] (N, 2) in each [low, high] (B,): (N, B), 0 to 1."""
    start, stop = ends[:, :1], ends[:, 1:]
    width, common = stop - start, np.minimum(stop, high) - np.maximum(start, low)
    inside = np.where(common >= 0, 1.0, 0.0)  # where the ends meet
    return np.divide(np.maximum(common, 0), width, out=inside, where=width > 0)


def _require_a_law(values: Floats, chances: Floats) -> None:
    if values.ndim != 1 or values.shape != chances.shape or not len(values):
        raise ValueError(f"a law needs a chance a value, not {chances.shape} for {values.shape}")
    if (chances < 0).any() or abs(chances.sum() - 1) > _SAME:
        raise ValueError(f"the chances of a law must sum to 1, not {chances.sum()}, none below 0")


def _require_ends(ends: Floats) -> None:
    if ends.ndim != 2 or ends.shape[1] != 2 or not len(ends):
        raise ValueError(f"a transform has two ends, an outcome a row: not {ends.shape}")
    if not ((ends[:, 0] >= 0) & (ends[:, 0] <= ends[:, 1]) & (ends[:, 1] <= 1)).all():
        raise ValueError("the ends of a transform must be in order and lie between 0 and 1")


def _require_chances(chance: Floats, happened: Flags) -> None:
    if chance.shape != happened.shape:
        raise ValueError(f"{chance.shape} chances cannot be of {happened.shape} events")
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("a chance must lie between 0 and 1")


def _require_pairs(first: Floats, second: Floats, groups: Sequence[str]) -> None:
    if first.ndim != 1 or first.shape != second.shape or len(first) != len(groups):
        shapes = f"{first.shape}, {second.shape} and {len(groups)}"
        raise ValueError(f"paired scores need two a decision, and its group: not {shapes}")
    if not len(first) or not np.isfinite(first - second).all():
        raise ValueError("a mean difference needs decisions, and a finite score of each")
