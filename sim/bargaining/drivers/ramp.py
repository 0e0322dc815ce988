"""A straight line to a target: what is known to be coming."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from sim.bargaining.drivers.kind import DriverKind, Numbers, Uniforms
from sim.draws.streams import Floats
from sim.numbers.uncertain import Loading, Number


class Ramp(DriverKind):
    """Moves in a straight line to a target on a date, then stays."""

    kind: Literal["ramp"] = Field(description="which of the kinds this is")
    target: Loading = Field(description="its value from the date on")
    date: datetime.date = Field(description="the day on which it arrives")

    @property
    def changes(self) -> bool:
        """Return whether its target is another value."""
        return not (self.start.is_plain and self.start.value == self.target.value)

    def rests_at(self, day: datetime.date) -> Number | None:
        """Return the target of a line that has arrived there."""
        return self.target if self.date <= day else super().rests_at(day)

    def idle(self, day: datetime.date) -> Iterator[tuple[str, str]]:
        """Yield the start of a line whose end has been reached."""
        if self.date <= day:
            yield "start", f"it has arrived at its target by {day}"

    def first(self, of: Numbers) -> Floats:
        """Return its value at the start; it may have arrived by then."""
        return of("target" if of.weeks_until(self.date) <= 0 else "start")

    def expected(self, of: Numbers, weeks: Floats) -> Floats:
        """Return the line."""
        start, target = of("start")[:, None], of("target")[:, None]
        return line(start, target, of.weeks_until(self.date), weeks)

    def path(
        self, of: Numbers, start: Floats, week: Floats, steps: Floats, chance: Uniforms
    ) -> Floats:
        """Follow the line, wherever on it."""
        ends = week + np.cumsum(steps, axis=0)
        return line(of("start"), of("target"), of.weeks_until(self.date), ends)


def line(start: Floats, target: Floats, arrival: float, week: Floats) -> Floats:
    """Return the straight line from start to target, reached at `arrival` and then kept."""
    share = np.minimum(week / arrival, 1.0) if arrival > 0 else np.ones_like(week)
    return start + (target - start) * share
