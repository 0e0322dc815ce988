"""How often comparable wars end within the horizon in the way that a settlement in force does."""

from __future__ import annotations

from math import expm1
from typing import Literal

from pydantic import Field

from sim.numbers.uncertain import Probability, Strength
from sim.scenario.base_rates.base import BaseRate, Counted, share_of


class EndingHazard(BaseRate):
    """A base rate from how often a kind of war ends in a year, and how often so."""

    kind: Literal["hazard"] = Field(description="which of the kinds this is")
    hazard: Strength = Field(description="endings per year in the reference class")
    hazard_low: Strength | None = Field(None, description="the same in a second class")
    share: Probability = Field(description="share of endings by agreement or ceasefire")

    def record(self, years: float) -> tuple[float, ...]:
        """Return the chance of such an ending within the horizon, in each class."""
        second = () if self.hazard_low is None else (self.hazard_low,)
        hazards = (self.hazard, *second)
        return tuple(base_rate_by_hazard(rate.mean, self.share.mean, years) for rate in hazards)

    def model(self, counted: Counted) -> float:
        """Return the share of worlds with a text in force by the horizon."""
        return share_of(counted.by("in_force", counted.years), counted.worlds)


def base_rate_by_hazard(hazard_per_year: float, share: float, years: float) -> float:
    """Return the probability of an ending of one kind within some years, if no other comes first.

    Endings come at a constant hazard, a share of them of this kind, so at hazard x share: the
    cause-specific rate of competing risks (Prentice et al. 1978). With the other kinds left
    free to come first it would be less: share x (1 - exp(-hazard x years)).

    Args:
        hazard_per_year: endings of all kinds per year.
        share: share of endings that are of this kind, in [0, 1].
        years: length of time.

    Raises:
        ValueError: when the hazard or the years are negative or share is not in [0, 1].

    >>> round(base_rate_by_hazard(0.17, 0.43, 2.0), 4)
    0.136
    """
    if not (hazard_per_year >= 0 and years >= 0 and 0 <= share <= 1):
        raise ValueError(
            "hazard and years must not be negative and share must lie in [0, 1], "
            f"not {hazard_per_year}, {years} and {share}"
        )
    return -expm1(-hazard_per_year * share * years)
