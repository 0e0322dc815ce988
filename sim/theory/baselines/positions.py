"""Where weights alone put the settlement: the mean, the median, the pairwise winner.

Weights are capability times salience. The weighted mean is the compromise model that usually
beats elaborate ones (Achen 2006; Thomson 2011); on one line with votes by distance the weighted
median is the position that no majority would leave (Black 1948). Neither knows of bargaining.
"""

from __future__ import annotations

import numpy as np

from sim.draws.streams import Floats

ROUNDING = 1e-12  # relative; what differs by less is a tie


def weighted_mean(position: Floats, weight: Floats) -> float:
    """Return the mean of positions (A,) under weights (A,) that do not sum to 0.

    >>> weighted_mean(np.array([0.0, 10.0]), np.array([3.0, 1.0]))
    2.5
    """
    low, high = position.min(), position.max()
    return float(np.clip(weight @ position / weight.sum(), low, high))


def weighted_median(position: Floats, weight: Floats) -> float:
    """Return the lowest position (A,) with at least half of the weight at or below it.

    Where exactly half of the weight lies at or below it, it and the next position up tie in a
    pairwise vote: the lower is returned.

    >>> weighted_median(np.array([0.0, 4.0, 10.0]), np.array([1.0, 1.0, 2.0]))
    4.0
    """
    order = np.argsort(position, kind="stable")
    reached = np.cumsum(weight[order])
    half = reached[-1] * (0.5 - ROUNDING)
    return float(position[order][np.searchsorted(reached, half)])


def condorcet_winner(position: Floats, weight: Floats) -> float | None:
    """Return the position (A,) that wins every pairwise vote, or None where a vote is tied.

    Each actor's vote is its weight times the difference of the two distances.

    >>> condorcet_winner(np.array([0.0, 10.0]), np.array([1.0, 1.0])) is None
    True
    """
    options = np.unique(position)
    distance = np.abs(position[:, None] - options) / max(float(np.ptp(position)), 1e-300)
    strength = strengths(weight, -distance)
    wins = strength - strength.T > ROUNDING * weight.sum()
    winners = options[wins.sum(axis=1) == len(options) - 1]
    return float(winners[0]) if len(winners) else None


def strengths(weight: Floats, value: Floats) -> Floats:
    """Return what speaks for each option over each other: (O, O).

    The sum over voters of weight (V,) times the difference of values (V, O) where that is
    positive: linear voting, as in Bueno de Mesquita's model and in KTAB.
    """
    total = np.zeros((value.shape[1], value.shape[1]))
    for clout, worth in zip(weight, value, strict=True):
        total += clout * np.maximum(0, worth[:, None] - worth)
    return total
