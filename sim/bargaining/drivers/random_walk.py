"""A random walk with drift: what wanders and does not come back."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.bargaining.drivers.kind import DriverKind, Numbers, Uniforms, summed
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats
from sim.numbers.uncertain import Loading, NonNegative


class RandomWalk(DriverKind):
    """Drifts and wanders: F(t+h) ~ N(F + drift h, volatility^2 h)."""

    kind: Literal["random_walk"] = Field(description="which of the kinds this is")
    drift: Loading = Field(description="expected change per week")
    volatility: NonNegative = Field(description="sd of the change in a week")

    moves_alike: ClassVar[bool] = True

    @property
    def changes(self) -> bool:
        """Return whether it drifts or wanders."""
        return not (self.drift.is_zero and self.volatility.is_zero)

    def expected(self, of: Numbers, weeks: Floats) -> Floats:
        """Return start + drift t."""
        return of("start")[:, None] + of("drift")[:, None] * weeks

    def path(
        self, of: Numbers, start: Floats, week: Floats, steps: Floats, chance: Uniforms
    ) -> Floats:
        """Add drift h + volatility sqrt(h) z in every step of h weeks."""
        z = normal_quantile(chance.uniforms())
        return summed(start, of("drift") * steps + of("volatility") * np.sqrt(steps) * z)
