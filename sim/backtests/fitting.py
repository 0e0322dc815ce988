"""Which point of the design fits best, and how well it does on cases that did not choose it.

Each fold is scored by the point that all other folds choose. Where the design is screened first,
on some of the cases, these have a small say in which points are left to choose among.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.scores import paired_difference
from sim.backtests.cases import fold_of
from sim.backtests.scenarios import Traits
from sim.draws.streams import Floats, Ints

SCREEN = "screened"  # what is hashed with a group, so that screening and folds are independent


@dataclass(frozen=True)
class Fit:
    """What a design says of the global numbers.

    Attributes:
        points: those that all cases were played at: P.
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

    def best_of(self, variant: Mapping[str, str]) -> int:
        """Return the point with the least loss of those of a variant."""
        return min(
            (p for p, traits in enumerate(self.points) if variant.items() <= traits.items()),
            key=lambda point: float(self.loss[point]),
        )


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


def is_screened(group: str, one_in: int) -> bool:
    """Return whether the cases of a group are those on which a whole design is played."""
    return fold_of(f"{SCREEN} {group}", one_in) == 0


def finalists(
    points: Sequence[Traits], loss: Floats, variants: Sequence[Mapping[str, str]], number: int
) -> list[Traits]:
    """Return so many points of each variant, those with the least mean loss (P,)."""
    chosen: set[int] = set()
    for variant in variants:
        of_it = [p for p, traits in enumerate(points) if variant.items() <= traits.items()]
        chosen |= set(sorted(of_it, key=lambda point: float(loss[point]))[:number])
    return [points[point] for point in sorted(chosen)]
