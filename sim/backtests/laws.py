"""A law over outcomes: what may come, and the chance of each.

What a baseline says of a decision before it is known, in the form in which it is scored. Laws are
discrete: on a line from 0 to 100 each value is a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.draws.streams import Floats


@dataclass(frozen=True)
class Law:
    """What may come, and the chance of each.

    Attributes:
        values: ascending, each once: (n,).
        chances: of each, summing to 1: (n,).
    """

    values: Floats
    chances: Floats

    @property
    def mean(self) -> float:
        """Return the mean.

        >>> law_of(np.array([10.0, 0.0]), np.array([3.0, 1.0])).mean
        7.5
        """
        return float(self.chances @ self.values)


def law_of(values: Floats, weights: Floats) -> Law:
    """Return the law of values (n,) under weights (n,) that do not sum to 0; equal values join."""
    distinct, place = np.unique(values, return_inverse=True)
    return Law(distinct, np.bincount(place, weights) / weights.sum())


def mixture(laws: Sequence[Law], weights: Floats) -> Law:
    """Return the law that is each of some laws (L,) with the chance given by weights (L,)."""
    values = np.concatenate([law.values for law in laws])
    parts = [w * law.chances for law, w in zip(laws, weights, strict=True)]
    return law_of(values, np.concatenate(parts))
