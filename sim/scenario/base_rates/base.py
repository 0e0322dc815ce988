"""What every kind of base rate gives: the record's figures, and the model's like with like."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from pydantic import Field

from sim.numbers.names import Label
from sim.numbers.uncertain import Stated


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a run counted over its worlds, each by its weight, for base rates to compare.

    Attributes:
        worlds: how many there are.
        standing: worlds whose text is in force, and unbroken when the aftermath ends.
        in_force: worlds in which a text came into force.
        years: length of the horizon.
        happened: event: in how many worlds it has happened by the end of each week from the start;
            signed, in_force, refused, broken, ended (the talks, before the horizon) and the others
            of `Run.events`.
    """

    worlds: float
    standing: float
    in_force: float
    years: float
    happened: Mapping[str, Sequence[float]]

    def effective(self, years: float) -> float:
        """Return in how many worlds a ceasefire or a settlement has taken effect by then."""
        event = "in_effect" if "in_effect" in self.happened else "in_force"
        return self.by(event, years)

    def by(self, event: str, years: float) -> float:
        """Return in how many worlds an event has happened within some years of the start.

        >>> happened = {"signed": [0, 1, 3]}
        >>> one = Counted(worlds=4, standing=0, in_force=0, years=1.0, happened=happened)
        >>> one.by("signed", 7 / 365.25), one.by("signed", 1.0)
        (1, 3)
        """
        weeks = self.happened[event]
        return weeks[min(ceil(years * 365.25 / 7 - 1e-9), len(weeks) - 1)]

    def ever(self, event: str) -> float:
        """Return in how many worlds an event has happened at all."""
        return self.happened[event][-1]


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


def share_of(part: float, whole: float) -> float:
    """Return a share; nan of nothing.

    >>> share_of(1, 4), share_of(0, 0)
    (0.25, nan)
    """
    return part / whole if whole else float("nan")
