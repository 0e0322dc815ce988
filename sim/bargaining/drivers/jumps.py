"""A compound Poisson process: what stays as it is until something happens."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.bargaining.drivers.kind import DriverKind, Numbers, Uniforms, summed
from sim.draws.quantiles import normal_quantile, poisson_quantile
from sim.draws.streams import Floats
from sim.numbers.uncertain import Loading, NonNegative, Strength


class Jumps(DriverKind):
    """Moves in sudden steps: a Poisson number of normal steps."""

    kind: Literal["jumps"] = Field(description="which of the kinds this is")
    rate: Strength = Field(description="jumps per week")
    size: Loading = Field(description="mean size of a jump")
    size_sd: NonNegative = Field(description="sd of the size of a jump")

    moves_alike: ClassVar[bool] = True

    @property
    def changes(self) -> bool:
        """Return whether jumps come, and have a size."""
        return not (self.rate.is_zero or self._sizeless)

    @property
    def _sizeless(self) -> bool:
        return self.size.is_zero and self.size_sd.is_zero

    def idle(self, day: datetime.date) -> Iterator[tuple[str, str]]:
        """Yield the size of jumps that never come."""
        if self.rate.is_zero:
            yield from ((field, "its rate is 0") for field in ("size", "size_sd"))
        elif self._sizeless:
            yield "rate", "its jumps have no size"

    def expected(self, of: Numbers, weeks: Floats) -> Floats:
        """Return start + rate size t."""
        return of("start")[:, None] + of("rate")[:, None] * of("size")[:, None] * weeks

    def path(
        self, of: Numbers, start: Floats, week: Floats, steps: Floats, chance: Uniforms
    ) -> Floats:
        """Add compound Poisson steps."""
        z = normal_quantile(chance.uniforms("size"))
        return jumping(start, of("rate"), of("size"), of("size_sd"), steps, chance.uniforms(), z)


def jumping(
    start: Floats, rate: Floats, size: Floats, size_sd: Floats, steps: Floats, u: Floats, z: Floats
) -> Floats:
    """Return the path: n normal jumps in h weeks sum to N(n size, n size_sd^2): (T, W)."""
    count = poisson_quantile(u, rate * steps)
    return summed(start, count * size + np.sqrt(count) * size_sd * z)
