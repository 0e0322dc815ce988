"""Which point of the design fits best, and how well it does on cases that did not choose it.

Each fold is scored by the point that all other folds choose, so that no case has a say in what it
is scored by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.scores import paired_difference
from sim.backtests.scenarios import Traits
from sim.draws.streams import Floats, Ints


@dataclass(frozen=True)
class Fit:
    """What a design says of the global numbers.

    Attributes:
        points: the points of the design: P.
        loss: the mean loss of each: (P,).
        best: the point with the least.
        by_fold: the point with the least loss in all other folds, fold by fold.
        as_good: the points that are not told from the best: their paired difference has 0 in it.
    """

    points: tuple[Traits, ...]
    loss: Floats
    best: int
    by_fold: Ints
    as_good: Ints

    @property
    def chosen(self) -> Traits:
        """Return the numbers of the best point."""
        return self.points[self.best]

    def range_of(self, trait: str) -> tuple[float, float]:
        """Return between what values a number lies in the points that are as good."""
        values = [float(self.points[point][trait]) for point in self.as_good]
        return min(values), max(values)


def fitted(
    points: Sequence[Traits], losses: Floats, folds: Ints, groups: Sequence[str], count: int
) -> Fit:
    """Return the fit of points to losses (P, decisions) of decisions in folds (decisions,)."""
    away = np.stack([losses[:, folds != fold].mean(axis=1) for fold in range(count)])
    mean = losses.mean(axis=1)
    best = int(mean.argmin())
    as_good = [
        point
        for point in range(len(points))
        if point == best or paired_difference(losses[point], losses[best], groups).low <= 0
    ]
    return Fit(tuple(points), mean, best, away.argmin(axis=1), np.array(as_good))
