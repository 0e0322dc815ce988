"""The world outside the room: what moves the value of having no deal while people talk.

Four kinds of process, each with exact transitions over any interval. A driver is in units of
its own; the loadings of the actors say what a unit is worth to them.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from sim.numbers.names import Label
from sim.numbers.uncertain import Loading, NonNegative, Positive, Stated, Strength


class RandomWalk(Stated):
    """Drifts and wanders: F(t+h) ~ N(F + drift h, volatility^2 h)."""

    label: Label = Field(description="what it stands for; which way is up")
    kind: Literal["random_walk"] = Field(description="which of the kinds this is")
    start: Loading = Field(description="its value at the start")
    drift: Loading = Field(description="expected change per week")
    volatility: NonNegative = Field(description="sd of the change in a week")


class MeanReverting(Stated):
    """Wanders around a level (Ornstein-Uhlenbeck)."""

    label: Label = Field(description="what it stands for; which way is up")
    kind: Literal["mean_reverting"] = Field(description="which of the kinds this is")
    start: Loading = Field(description="its value at the start")
    level: Loading = Field(description="the level that it returns to")
    half_life: Positive = Field(description="weeks in which half of a deviation is gone")
    volatility: NonNegative = Field(description="diffusion, per square root of a week")


class Jumps(Stated):
    """Moves in sudden steps: a Poisson number of normal steps."""

    label: Label = Field(description="what it stands for; which way is up")
    kind: Literal["jumps"] = Field(description="which of the kinds this is")
    start: Loading = Field(description="its value at the start")
    rate: Strength = Field(description="jumps per week")
    size: Loading = Field(description="mean size of a jump")
    size_sd: NonNegative = Field(description="sd of the size of a jump")


class Ramp(Stated):
    """Moves in a straight line to a target on a date, then stays."""

    label: Label = Field(description="what it stands for; which way is up")
    kind: Literal["ramp"] = Field(description="which of the kinds this is")
    start: Loading = Field(description="its value at the start")
    target: Loading = Field(description="its value from the date on")
    date: datetime.date = Field(description="the day on which it arrives")


Driver = Annotated[RandomWalk | MeanReverting | Jumps | Ramp, Field(discriminator="kind")]
