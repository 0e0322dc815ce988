"""How often comparable wars end within the horizon in the way that a settlement in force does."""

from __future__ import annotations

from math import expm1
from typing import Annotated, Literal

from pydantic import Field

from sim.numbers.uncertain import Plain, Probability, Strength, within
from sim.scenario.base_rates.base import BaseRate, Counted, share_of


class EndingHazard(BaseRate):
    """A base rate from how often a kind of war ends in a year, and how often so."""

    kind: Literal["hazard"] = Field(description="which of the kinds this is")
    hazard: Strength = Field(description="endings per year in the reference class")
    events: Annotated[Plain, within(1, 1e6)] | None = Field(
        None, description="endings that it was counted on, which say how sure it is"
    )
    hazard_low: Strength | None = Field(None, description="the same in a second class")
    share: Probability = Field(description="share of endings by agreement or ceasefire")

    def record(self, years: float) -> tuple[float, ...]:
        """Return the chance of such an ending within the horizon, in each class.

        With what the count of endings leaves open: 95% by Jeffreys' rule.
        """
        second = () if self.hazard_low is None else (self.hazard_low.mean,)
        events = () if self.events is None else jeffreys(self.hazard.mean, self.events.mean)
        rates = (self.hazard.mean, *second, *events)
        return tuple(base_rate_by_hazard(rate, self.share.mean, years) for rate in rates)

    def model(self, counted: Counted) -> float:
        """Return the share of worlds with a ceasefire or a settlement by the horizon."""
        return share_of(counted.effective(counted.years), counted.worlds)


def jeffreys(rate: float, events: float) -> tuple[float, float]:
    """Return the 95% interval of a rate that was counted on some events (Jeffreys' prior).

    >>> [round(end, 3) for end in jeffreys(0.17, 6)]
    [0.071, 0.35]
    """
    from scipy.special import gammaincinv

    low, high = gammaincinv(events + 0.5, [0.025, 0.975]) * rate / events
    return float(low), float(high)


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
