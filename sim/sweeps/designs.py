"""Designs: which points of the assumptions a sweep visits.

Choices are crossed with each other and with a design over ranges of numbers: a full grid, a Latin
hypercube (McKay, Beckman & Conover 1979) or a scrambled Sobol sequence (Sobol 1967; Owen 1998).
The same design and seed give the same points.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import Any

import numpy as np

from sim.errors import problem, unknown
from sim.settings.grammar import MOST_POINTS


class Kind(StrEnum):
    """How a design fills the ranges."""

    GRID = "grid"
    LHS = "lhs"
    SOBOL = "sobol"


def kind_of(name: str) -> Kind:
    """Return the kind of design that has a name.

    Raises:
        ScenarioError: when none has, with the nearest.
    """
    known = [kind.value for kind in Kind]
    if name not in known:
        raise problem("--design", unknown("design", name, known), name)
    return Kind(name)


@dataclass(frozen=True)
class Range:
    """An interval of a number, low < high; `whole` numbers are rounded to integers."""

    low: float
    high: float
    whole: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """Return both ends, as points of the interval."""
        return (int(self.low), int(self.high)) if self.whole else (self.low, self.high)


@dataclass(frozen=True)
class Design:
    """The points of a sweep.

    Attributes:
        choices: path: the values to cross.
        ranges: path: the interval to cover.
        kind: how the ranges are filled.
        points: for a grid the values of each range, both ends included; else the points in all.
        seed: of the Latin hypercube and of the scrambling.
    """

    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    kind: Kind = Kind.GRID
    points: int = 1
    seed: int = 0

    def rows(self) -> list[dict[str, Any]]:
        """Return the points, each path: value; choices vary slowest, in the order given.

        Raises:
            ScenarioError: when there are none, or more than 100,000.

        >>> Design({"protocol": ("offers", "single_text")}, {"a": Range(0, 1)}, points=2).rows()[1]
        {'protocol': 'offers', 'a': 1.0}
        """
        self._refuse_what_does_not_fit()
        chosen = [
            dict(zip(self.choices, row, strict=True)) for row in product(*self.choices.values())
        ]
        return [{**choice, **place} for choice in chosen for place in self._places()]

    @property
    def size(self) -> int:
        """Return how many points there are."""
        crossed = 1
        for values in self.choices.values():
            crossed *= len(values)
        if not self.ranges:
            return crossed
        return crossed * self.points ** (len(self.ranges) if self.kind is Kind.GRID else 1)

    @property
    def note(self) -> str | None:
        """Return what a reader should know of the design, if anything."""
        if self.kind is not Kind.SOBOL or not self.ranges or self.points & (self.points - 1) == 0:
            return None
        lower, upper = _powers_around(self.points)
        return (
            f"a Sobol design is balanced at powers of two: these are the first {self.points} "
            f"points of the sequence; {lower} or {upper} would be balanced"
        )

    def _refuse_what_does_not_fit(self) -> None:
        if self.points < 1:
            raise problem("--points", "must be 1 or more", self.points)
        if self.size > MOST_POINTS:
            rule = f"give {self.size:,} points in all; at most {MOST_POINTS:,} can be visited"
            raise problem("--points", rule, self.points)
        for path, values in self.choices.items():
            if not values:
                raise problem(path, "needs at least one value")
        for path, interval in self.ranges.items():
            numbers = interval.high - interval.low + 1
            if interval.whole and self.kind is Kind.GRID and self.points > numbers:
                rule = f"has {numbers:g} whole numbers, which a grid of {self.points} would repeat"
                raise problem(path, rule, f"{interval.low:g}:{interval.high:g}")

    def _places(self) -> list[dict[str, Any]]:
        """Return the points of the ranges, path: value."""
        if not self.ranges:
            return [{}]
        unit = _FILLINGS[self.kind](len(self.ranges), self.points, self.seed)
        columns = [
            _spread(interval, column)
            for interval, column in zip(self.ranges.values(), unit.T, strict=True)
        ]
        return [dict(zip(self.ranges, row, strict=True)) for row in zip(*columns, strict=True)]


def interval(path: str, low: str, high: str, whole: bool = False) -> Range:
    """Return the interval between two ends as they are written.

    Raises:
        ScenarioError: when they are no numbers, not whole where they must be, or not low < high.
    """
    try:
        ends = float(low), float(high)
    except ValueError:
        raise problem(path, "must be LOW:HIGH, two numbers", f"{low}:{high}") from None
    if not (np.isfinite(ends).all() and ends[0] < ends[1]):
        raise problem(path, "must be LOW:HIGH, two numbers with low < high", f"{low}:{high}")
    if whole and not all(end.is_integer() for end in ends):
        raise problem(path, "must be LOW:HIGH, two whole numbers", f"{low}:{high}")
    return Range(*ends, whole)


def _grid(axes: int, points: int, seed: int) -> Any:
    """Return all combinations of evenly spaced places: (points^axes, axes); seed has no part."""
    # Divided rather than added up: then a finer grid has the very numbers of a coarser one in it.
    steps = np.arange(points) / (points - 1) if points > 1 else np.array([0.5])
    return np.array(list(product(steps, repeat=axes)))


def _latin_hypercube(axes: int, points: int, seed: int) -> Any:
    from scipy.stats import qmc

    return qmc.LatinHypercube(axes, rng=np.random.default_rng(seed)).random(points)


def _sobol(axes: int, points: int, seed: int) -> Any:
    from scipy.stats import qmc

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The balance properties")  # see Design.note
        return qmc.Sobol(axes, rng=np.random.default_rng(seed)).random(points)


_FILLINGS = {Kind.GRID: _grid, Kind.LHS: _latin_hypercube, Kind.SOBOL: _sobol}


def _spread(interval: Range, unit: Any) -> list[float] | list[int]:
    """Return places in [0, 1] as numbers of the interval."""
    values = interval.low + (interval.high - interval.low) * unit
    if interval.whole:
        return [int(value) for value in np.round(values)]
    return [float(value) for value in values]


def _powers_around(points: int) -> tuple[int, int]:
    upper = 1 << points.bit_length()
    return upper // 2, upper
