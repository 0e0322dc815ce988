"""An Ornstein-Uhlenbeck process: what wanders around a level (Gillespie 1996)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from sim.bargaining.drivers.kind import DriverKind, Numbers, Uniforms
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats
from sim.numbers.uncertain import Loading, NonNegative, Positive


class MeanReverting(DriverKind):
    """Wanders around a level (Ornstein-Uhlenbeck)."""

    kind: Literal["mean_reverting"] = Field(description="which of the kinds this is")
    level: Loading = Field(description="the level that it returns to")
    half_life: Positive = Field(description="weeks in which half of a deviation is gone")
    volatility: NonNegative = Field(description="diffusion, per square root of a week")

    @property
    def changes(self) -> bool:
        """Return whether it wanders, or has to come to its level first."""
        at_its_level = self.start.is_plain and self.start.value == self.level.value
        return not (at_its_level and self.volatility.is_zero)

    def idle(self, day: datetime.date) -> Iterator[tuple[str, str]]:
        """Yield the half-life of deviations that there are not."""
        if not self.changes:
            yield "half_life", "it never leaves its level"

    def expected(self, of: Numbers, weeks: Floats) -> Floats:
        """Return level + (start - level) 2^(-t / half-life)."""
        level, away = of("level")[:, None], (of("start") - of("level"))[:, None]
        return level + away * 0.5 ** (weeks / of("half_life")[:, None])

    def path(
        self, of: Numbers, start: Floats, week: Floats, steps: Floats, chance: Uniforms
    ) -> Floats:
        """Let the deviation shrink and add noise in every step."""
        law = reversion(of.by_draw("half_life"), of.by_draw("volatility"), steps)
        remains, sd = (values[:, of.draw] for values in law)
        return reverting(start, of("level"), remains, sd, normal_quantile(chance.uniforms()))


def reversion(half_life: Floats, volatility: Floats, weeks: Floats) -> tuple[Floats, Floats]:
    """Return what remains of a deviation from the level after some weeks, and the noise's sd."""
    speed = np.log(2.0) / half_life
    sd = volatility * np.sqrt(-np.expm1(-2 * speed * weeks) / (2 * speed))
    return np.exp(-speed * weeks), sd


def reverting(start: Floats, level: Floats, remains: Floats, sd: Floats, z: Floats) -> Floats:
    """Return the Ornstein-Uhlenbeck path, for what `reversion` says of its steps (T, W): (T, W)."""
    values, away = sd * z, start - level
    for noise, left in zip(values, remains, strict=True):
        away = away * left + noise
        np.add(level, away, out=noise)
    return values
