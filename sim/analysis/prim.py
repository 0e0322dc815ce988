"""Where something is likelier: a box in the space of a few numbers, by patient rule induction.

Friedman & Fisher (1999): a little weight is peeled off the side of the box that most of the mean is
gained by, until little is left, and pasted back where that gains more. Of all boxes on the way the
one is taken whose mean stands out most from that of all draws, in standard errors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.analysis.importance import Response

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

PEEL, PASTE = 0.05, 0.01  # parts of the weight inside that go, or come back, in a step
LEAST_MASS, LEAST_DRAWS = 0.05, 20  # of a box: its part of all weight, and effective draws


@dataclass(frozen=True)
class Side:
    """What a box says of one number: above `low`, below `high`, or one of some kinds."""

    path: str
    low: float | None = None
    high: float | None = None
    kinds: tuple[int, ...] = ()

    def holds(self, values: Floats) -> Flags:
        """Return which values it lets in: (D,).

        >>> Side("x", low=0.2, high=0.4).holds(np.array([0.1, 0.2, 0.3, 0.5])).tolist()
        [False, True, True, False]
        """
        inside = np.isin(values, self.kinds) if self.kinds else np.ones(len(values), dtype=bool)
        if self.low is not None:
            inside &= values >= self.low
        if self.high is not None:
            inside &= values <= self.high
        return inside


@dataclass(frozen=True)
class Box:
    """Where an outcome is likelier.

    Attributes:
        sides: what it says of each number that it says anything of.
        mass: its part of all weight.
        density: the mean of the outcome in it.
        overall: that of all draws.
    """

    sides: tuple[Side, ...]
    mass: float
    density: float
    overall: float

    @property
    def coverage(self) -> float:
        """Return which part of all that is sought lies in it."""
        return self.mass * self.density / self.overall

    @property
    def times(self) -> float:
        """Return how many times as likely the outcome is in it as overall."""
        return self.density / self.overall


def prim(
    inputs: Mapping[str, Floats], response: Response, categories: Collection[str]
) -> Box | None:
    """Return the box in which an outcome stands out most; None where none does.

    What it says of the outcome it says of the draws that it was found in: elsewhere it will be a
    little less.

    Args:
        inputs: path: the number in each draw that counts: (D,). Few, and chosen before.
        response: the outcome, in [0, 1].
        categories: the paths of those that are codes of kinds without order.
    """
    search = _Search(inputs, response, frozenset(categories))
    way = list(search.peeled())
    best = max(way, key=search.stands_out)
    return search.told(search.without_idle(search.pasted(best))) if best else None


Sides = Mapping[str, Side]


@dataclass(frozen=True, eq=False)
class _Search:
    inputs: Mapping[str, Floats]
    response: Response
    categories: frozenset[str]

    def peeled(self) -> Iterator[Sides]:
        """Yield boxes, each within the one before; the first is everything."""
        sides: Sides = {}
        while True:
            yield sides
            inside = self._inside(sides)
            mean, mass = self._mean(inside), self._mass(inside)
            smaller = [each for each in self._cuts(sides, inside) if self._is_enough(each)]
            gains = [self._gain(self._inside(each), mean, mass) for each in smaller]
            if not gains or max(gains) <= 0:
                return
            sides = smaller[int(np.argmax(gains))]

    def pasted(self, sides: Sides) -> Sides:
        """Return a box let out again wherever that raises its mean."""
        while True:
            mean = self._mean(self._inside(sides))
            wider = [each for path in sides for each in self._let_out(sides, path)]
            better = [each for each in wider if self._mean(self._inside(each)) > mean]
            if not better:
                return sides
            sides = max(better, key=self.stands_out)

    def without_idle(self, sides: Sides) -> Sides:
        """Return a box without what it need not say: it stands out as much without."""
        for path in list(sides):
            fewer = {other: side for other, side in sides.items() if other != path}
            if fewer and self.stands_out(fewer) >= self.stands_out(sides):
                return self.without_idle(fewer)
        return sides

    def stands_out(self, sides: Sides) -> float:
        """Return how far the mean in a box lies above that of all, in units of its error."""
        inside = self._inside(sides)
        return (self._mean(inside) - self.response.mean) * self._mass(inside) ** 0.5

    def told(self, sides: Sides) -> Box:
        """Return a box with what is in it."""
        inside = self._inside(sides)
        mean = self.response.mean
        return Box(tuple(sides.values()), self._mass(inside), self._mean(inside), mean)

    def _cuts(self, sides: Sides, inside: Flags) -> Iterator[Sides]:
        """Yield the boxes that are a little less at one side."""
        parts = self.response.parts[inside]
        for path, values in self.inputs.items():
            own, found = sides.get(path, Side(path)), values[inside]
            if path in self.categories:
                kinds = [int(kind) for kind in np.unique(found)]
                for gone in kinds if len(kinds) > 1 else ():
                    left = tuple(kind for kind in kinds if kind != gone)
                    yield {**sides, path: replace(own, kinds=left)}
                continue
            low, high = _inner(found, parts, PEEL)
            if low is not None:
                yield {**sides, path: replace(own, low=low)}
            if high is not None:
                yield {**sides, path: replace(own, high=high)}

    def _let_out(self, sides: Sides, path: str) -> Iterator[Sides]:
        """Yield the boxes that are a little more at one side of a number."""
        others = self._inside({p: side for p, side in sides.items() if p != path})
        side, values = sides[path], self.inputs[path]
        room = PASTE * self._mass(self._inside(sides))
        if side.low is not None:
            edge = self._edge(others & (values < side.low), -values, room)
            yield {**sides, path: replace(side, low=None if edge is None else -edge)}
        if side.high is not None:
            edge = self._edge(others & (values > side.high), values, room)
            yield {**sides, path: replace(side, high=edge)}

    def _edge(self, beyond: Flags, values: Floats, room: float) -> float | None:
        """Return how far a side goes if it takes in so much weight; None: there is no more."""
        order = np.argsort(values[beyond], kind="stable")
        taken = np.cumsum(self.response.parts[beyond][order])
        first = int(np.searchsorted(taken, room))
        return None if first >= len(order) else float(values[beyond][order][first])

    def _inside(self, sides: Sides) -> Flags:
        inside = np.ones(len(self.response.values), dtype=bool)
        for path, side in sides.items():
            inside &= side.holds(self.inputs[path])
        return inside

    def _is_enough(self, sides: Sides) -> bool:
        parts = self.response.parts[self._inside(sides)]
        mass = float(parts.sum())
        return mass >= LEAST_MASS and mass**2 >= LEAST_DRAWS * float(parts @ parts)

    def _gain(self, left: Flags, mean: float, mass: float) -> float:
        """Return by how much the mean rises, for each part of the weight that is given up."""
        return (self._mean(left) - mean) / (mass - self._mass(left))

    def _mean(self, inside: Flags) -> float:
        parts = self.response.parts[inside]
        return float(parts @ self.response.values[inside] / parts.sum())

    def _mass(self, inside: Flags) -> float:
        return float(self.response.parts[inside].sum())


def _inner(values: Floats, parts: Floats, share: float) -> tuple[float | None, float | None]:
    """Return between which ends values lie but for a share of the weight at each; None: all alike.

    Ties go together, so more than the share may be cut off.

    >>> _inner(np.array([1.0, 2.0, 3.0, 3.0]), np.full(4, 0.25), 0.25)
    (2.0, 2.0)
    """
    distinct, place = np.unique(values, return_inverse=True)
    if len(distinct) == 1:
        return None, None
    own = np.cumsum(np.bincount(place, parts))
    share = share * own[-1] * (1 + 1e-12)
    first = int(np.searchsorted(own, share, side="right"))
    last = int(np.searchsorted(own, own[-1] - share))
    return (
        float(distinct[min(max(first, 1), len(distinct) - 1)]),
        float(distinct[max(min(last, len(distinct) - 2), 0)]),
    )
