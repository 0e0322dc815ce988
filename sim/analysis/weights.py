"""How much each draw counts: by its worlds that contradict nothing that is known, and its weight.

Odds over weighted draws are ratio estimates of a cluster sample (Cochran 1977, ch. 11) whose draws
are importance samples; what they are worth is Kish's effective size (1965). Where every world
counts and no weight differs, all is as in an unweighted sample, to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LEAST = -(2**31)  # a power of two below every weight's
_FEWEST = 30  # draws whose weights can be told anything of
_ALIKE = 1e-9  # logarithms of weights that differ by less are equal


@dataclass(frozen=True, eq=False)
class Weights:
    """How much each of some draws counts.

    Attributes:
        sizes: worlds of each draw that count, n: (D,).
        log_weight: logarithm of each draw's weight, -inf for none: (D,). Only differences matter.

    Raises:
        ValueError: when there is no draw, shapes differ, a number is out of its range, or no world
            counts.

    >>> weights = Weights(np.array([4, 2, 0]), np.log([1.0, 2.0, 5.0]))
    >>> weights.parts.tolist(), weights.effective_draws
    ([0.5, 0.5, 0.0], 2.0)
    >>> weights.mean(np.array([1, 2, 0]))
    0.625
    """

    sizes: Ints
    log_weight: Floats

    def __post_init__(self) -> None:
        if self.sizes.ndim != 1 or self.sizes.shape != self.log_weight.shape:
            shapes = f"{self.sizes.shape} and {self.log_weight.shape}"
            raise ValueError(f"draws need one size and one log weight each, not shapes {shapes}")
        if not len(self.sizes):
            raise ValueError("odds need at least one draw")
        if (self.sizes < 0).any():
            raise ValueError("a draw cannot have a negative number of worlds")
        if not (self.log_weight < np.inf).all():
            raise ValueError("log weights must be numbers, or -inf")
        if not self.counting.any():
            raise ValueError("no world counts: every draw has none, or no weight")

    @classmethod
    def equal(cls, draws: int, replications: int) -> Weights:
        """Return draws of equal weight, all worlds of which count."""
        return cls(np.full(draws, replications, dtype=np.int64), np.zeros(draws))

    @cached_property
    def counting(self) -> Flags:
        """Return which draws count at all: (D,)."""
        return (self.sizes > 0) & (self.weight > 0)

    @cached_property
    def weight(self) -> Floats:
        """Return each draw's weight, W, in units of the power of two of the largest: (D,)."""
        known = np.where(self.sizes > 0, self.log_weight, -np.inf)
        return in_units(known, power_of_largest(known))

    @cached_property
    def mass(self) -> Floats:
        """Return the weight of each draw's worlds together, W n: (D,)."""
        return self.weight * self.sizes

    @cached_property
    def total(self) -> float:
        """Return the weight of all worlds."""
        return float(self.mass.sum())

    @cached_property
    def parts(self) -> Floats:
        """Return each draw's part of all weight, a: (D,)."""
        return self.mass / self.total

    @cached_property
    def effective_draws(self) -> float:
        """Return how many draws of equal weight would be as precise: (sum W n)^2 / sum (W n)^2."""
        return self.total**2 / float(self.mass @ self.mass)

    @cached_property
    def effective_worlds(self) -> float:
        """Return how many independent worlds of equal weight would be as precise, at the most."""
        return self.total**2 / float(self.weight @ self.mass)

    def shares(self, counts: NDArray[np.int64]) -> Floats:
        """Return the shares of each draw's worlds, from counts (D,); nan where none counts."""
        none = np.full(len(self.sizes), np.nan)
        return np.divide(counts, self.sizes, out=none, where=self.sizes > 0)

    def mean(self, counts: Ints) -> float:
        """Return the odds of something, from the number of each draw's worlds with it: (D,).

        What is certain is not made more than certain by rounding.
        """
        return min(1.0, float(self.weight @ counts) / self.total)

    def quantiles(self, values: Floats, shares: Sequence[float]) -> list[float]:
        """Return quantiles of a number over the draws: straight between draws, in (D,).

        >>> Weights.equal(3, 1).quantiles(np.array([3.0, 1.0, 2.0]), [0.5])
        [2.0]
        """
        order = np.argsort(values)
        parts = self.parts[order]
        below = np.cumsum(parts) - parts / 2
        return [float(each) for each in np.interp(shares, below, values[order])]

    def first(self, draws: int) -> Weights:
        """Return the first draws alone."""
        return Weights(self.sizes[:draws], self.log_weight[:draws])


def times_taken(parts: Floats, many: int) -> Ints:
    """Return how often each draw is taken where so many are, as its part of all weight (D,) says.

    Systematic sampling (Madow 1949): in the long run so often, and in any one case never a whole
    time more or less.

    >>> times_taken(np.array([0.6, 0.0, 0.4]), 5).tolist()
    [3, 0, 2]
    """
    rungs = (np.arange(many) + 0.5) / many
    taken = np.searchsorted(parts.cumsum() / parts.sum(), rungs, side="right")
    return np.bincount(taken, minlength=len(parts))


def power_of_largest(log_weight: Floats) -> int:
    """Return the power of two at or next below the largest weight."""
    largest = float(log_weight.max(initial=-np.inf))
    return int(np.floor(largest / log(2))) if np.isfinite(largest) else _LEAST


def in_units(log_weight: Floats, power: int) -> Floats:
    """Return weights in units of a power of two.

    The power alone depends on the unit: sums may change to a larger one without an error.

    >>> in_units(np.array([0.0, -1e6, -np.inf]), 0).tolist()
    [1.0, 0.0, 0.0]
    """
    powers = np.maximum(log_weight / log(2), _LEAST)
    whole = np.floor(powers)
    steps = np.maximum(whole - power, -5000).astype(np.int64)  # below -1100 all weights are 0
    return np.where(np.isneginf(log_weight), 0.0, np.ldexp(np.exp2(powers - whole), steps))


def khat(weights: Weights) -> float | None:
    """Return Pareto's k-hat of the draws' weights: above 0.7 a few draws say most of it.

    Vehtari, Simpson, Gelman, Yao & Gabry (2024). None where all draws weigh the same, the heaviest
    do, or they are too few to tell.
    """
    mass = np.log(weights.mass[weights.counting])
    if len(mass) < _FEWEST or np.ptp(mass) < _ALIKE:
        return None
    from arviz_stats.base import array_stats

    try:
        with np.errstate(divide="ignore", invalid="ignore"):  # of a tail that is nearly so
            _, found = array_stats.psislw(-mass)  # it takes minus the logarithm of weights
    except ValueError:  # it refuses a tail of equal weights, as of draws whose every world counts
        return None
    return None if not np.isfinite(found) else round(float(found), 3)
