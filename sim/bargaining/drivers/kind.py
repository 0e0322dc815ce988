"""What every kind of driver is: what it states, where it starts, where it goes.

Transitions are exact over any interval of weeks, so that a driver's distribution at a date is the
same whatever the steps that lead there.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from pydantic import Field

from sim.draws.streams import Floats, Ints, Purpose, Streams
from sim.numbers.names import Label
from sim.numbers.uncertain import Loading, Number, Stated


@dataclass(frozen=True)
class Numbers:
    """A driver's own numbers, in D draws and in W worlds of them.

    Attributes:
        name: the driver's, under `drivers` in the scenario.
        draws: every number in every draw, under its path: (D,).
        draw: the draw of each world: (W,).
        day: the scenario's day, from which weeks are counted.
    """

    name: str
    draws: Mapping[str, Floats]
    draw: Ints
    day: datetime.date

    @property
    def path(self) -> str:
        """Return what stands before the paths of its numbers."""
        return f"drivers.{self.name}."

    def __call__(self, field: str) -> Floats:
        """Return a number in every world: (W,)."""
        return self.by_draw(field)[self.draw]

    def by_draw(self, field: str) -> Floats:
        """Return a number in every draw: (D,)."""
        return self.draws[f"{self.path}{field}"]

    def weeks_until(self, date: datetime.date) -> float:
        """Return the weeks from the scenario's day to a date."""
        return (date - self.day).days / 7


class Uniforms(Protocol):
    """Where a driver's uniforms come from."""

    def uniforms(self, part: str = "") -> Floats:
        """Return uniforms for each step, of a part of its own where one is named: (T, W)."""


@dataclass(frozen=True)
class Chance:
    """A driver's own streams of uniforms, some steps ahead."""

    streams: Streams
    purpose: Purpose
    name: str
    steps: int

    def uniforms(self, part: str = "") -> Floats:
        """Return uniforms for each step, of a part of its own where one is named: (T, W)."""
        name = f"{self.name}/{part}" if part else self.name
        return self.streams.uniforms_ahead(self.purpose, name, self.steps)


class DriverKind(Stated, ABC):
    """A kind of driver; `kind`, a literal of its own, is the name under which scenarios state it.

    In the methods, `of` gives its numbers; weeks are counted from the scenario's day.
    """

    moves_alike: ClassVar[bool] = False  # whether from wherever it starts

    label: Label = Field(description="what it stands for; which way is up")
    start: Loading = Field(description="its value at the start")

    def first(self, of: Numbers) -> Floats:
        """Return its value at the start: (W,)."""
        return of("start")

    def idle(self, day: datetime.date) -> Iterator[tuple[str, str]]:
        """Yield its own numbers that change nothing, each with why, from a scenario's day on."""
        return iter(())

    @property
    def changes(self) -> bool:
        """Return whether it may come to another value than it has at the start."""
        return True

    def rests_at(self, day: datetime.date) -> Number | None:
        """Return the value that it keeps from a scenario's day on, if it keeps one."""
        return None if self.changes else self.start

    @abstractmethod
    def expected(self, of: Numbers, weeks: Floats) -> Floats:
        """Return the values that are expected some weeks (T,) from the start: (W, T)."""

    @abstractmethod
    def path(
        self, of: Numbers, start: Floats, week: Floats, steps: Floats, chance: Uniforms
    ) -> Floats:
        """Return its values after each of some steps (T, 1) in weeks, from (W,) in (W,): (T, W)."""


def summed(start: Floats, steps: Floats) -> Floats:
    """Return start + the sum of all steps (T, W) so far, added one after the other: (T, W)."""
    steps[0] += start
    return np.cumsum(steps, axis=0)
