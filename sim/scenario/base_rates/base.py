"""What every kind of base rate gives: the record's figures, and the model's like with like."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from pydantic import Field

from sim.numbers.names import Label
from sim.numbers.uncertain import Stated


@dataclass(frozen=True)
class Counted:
    """What a run counted over its worlds, as far as base rates compare it.

    Attributes:
        worlds: how many were played.
        signed: worlds that signed a text.
        standing: worlds whose text is in force, and unbroken when the aftermath ends.
        in_force_by_horizon: worlds whose text came into force by the horizon.
        years: length of the horizon.
    """

    worlds: int
    signed: int
    standing: int
    in_force_by_horizon: int
    years: float


@dataclass(frozen=True)
class Compared:
    """The model's figure beside the record's: base_low <= base <= base_high."""

    label: str
    model: float
    base: float
    base_low: float
    base_high: float


class BaseRate(Stated):
    """A share of comparable cases, and the share of worlds that compares with it."""

    label: Label = Field(description="what is compared")

    @abstractmethod
    def record(self, years: float) -> tuple[float, ...]:
        """Return the figure of each reference class, the main one first, for a horizon in years."""

    @abstractmethod
    def model(self, counted: Counted) -> float:
        """Return the model's figure, like with like; nan where there is nothing to take it of."""

    def beside(self, counted: Counted) -> Compared:
        """Return what a run counted beside the record."""
        figures = self.record(counted.years)
        return Compared(self.label, self.model(counted), figures[0], min(figures), max(figures))


def share_of(part: int, whole: int) -> float:
    """Return a share; nan of nothing.

    >>> share_of(1, 4), share_of(0, 0)
    (0.25, nan)
    """
    return part / whole if whole else float("nan")
