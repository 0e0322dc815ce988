"""The cells of a table: each says what it is, such as a share or a difference.

Most kinds are told in words, the same ones everywhere; `Name` and `Bar` each writer draws in its
own way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from sim.show.words import assumed, percent, points, span


class Told(ABC):
    """A cell that is told in words, the same ones everywhere."""

    @abstractmethod
    def __str__(self) -> str:
        """Return its words."""


@dataclass(frozen=True)
class Text(Told):
    """Words; in a head, a line break says where it may be broken."""

    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Share(Told):
    """A probability, or another share of a whole; NaN: there is no whole."""

    share: float
    decimals: int = 1

    def __str__(self) -> str:
        return percent(self.share, self.decimals)


@dataclass(frozen=True)
class Span(Told):
    """An interval of shares."""

    low: float
    high: float

    def __str__(self) -> str:
        return span(self.low, self.high)


@dataclass(frozen=True)
class Assumed(Told):
    """An assumption range: of one point where nothing can be told, NaN where not identified."""

    low: float
    high: float

    def __str__(self) -> str:
        return assumed(self.low, self.high)


@dataclass(frozen=True)
class Points(Told):
    """A difference of shares, in percentage points."""

    difference: float

    def __str__(self) -> str:
        return points(self.difference)


@dataclass(frozen=True)
class PointsSpan(Told):
    """An interval of differences of shares."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{points(self.low)} to {points(self.high)}"


@dataclass(frozen=True)
class Name:
    """A name as one types it, such as a path or an option."""

    name: str


@dataclass(frozen=True)
class Bar:
    """A share of the longest bar in its column."""

    share: float


Cell = Told | Name | Bar
