"""How many comparable agreements still stand when the aftermath ends."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.numbers.uncertain import Probability
from sim.scenario.base_rates.base import BaseRate, Counted, share_of


class Survival(BaseRate):
    """A base rate from how many agreements still stand after the aftermath."""

    kind: Literal["survival"] = Field(description="which of the kinds this is")
    share: Probability = Field(description="share still standing")
    share_low: Probability | None = Field(None, description="the same in a second class")

    def record(self, years: float) -> tuple[float, ...]:
        """Return the share that stands in each class, however far the horizon lies."""
        second = () if self.share_low is None else (self.share_low.mean,)
        return (self.share.mean, *second)

    def model(self, counted: Counted) -> float:
        """Return the share of the texts that came into force that still stand."""
        return share_of(counted.standing, counted.in_force)
