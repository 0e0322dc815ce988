"""The rules that name how a negotiation ended.

Rules are tried in the order in which the scenario lists them; the first that fits names the
world's outcome, and what no rule takes is `other`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.clauses import Options
from sim.scenario.uncertain import Frozen, Name, NonNegative, Positive, Probability, Stated

OTHER = "other"


class Ending(StrEnum):
    """How a world ended, whatever its text says."""

    IN_FORCE = "in_force"
    REJECTED = "rejected"
    BROKEN = "broken"
    COLLAPSED = "collapsed"
    MEDIATOR_LEFT = "mediator_left"
    TALKING = "talking"


Endings = Annotated[
    tuple[Ending, ...],
    BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw),
    Field(min_length=1),
]


class Outcome(Frozen):
    """One rule: the ending, and what the signed text must say."""

    label: str = Field(description="the outcome as people read it")
    ended: Endings = Field(
        description="in_force, rejected, broken, collapsed, mediator_left or talking"
    )
    all: dict[Name, Options] = Field({}, description="clause: options; the text has one of each")
    any: dict[Name, Options] = Field({}, description="clause: options; the text has at least one")


class EndingHazard(Stated):
    """A base rate from how often a kind of war ends in a year, and how often so."""

    label: str = Field(description="what is compared")
    kind: Literal["hazard"]
    hazard: NonNegative = Field(description="endings per year in the reference class")
    hazard_low: NonNegative | None = Field(None, description="the same in a second class")
    share: Probability = Field(description="share of endings by agreement or ceasefire")


class Survival(Stated):
    """A base rate from how many agreements still stand after the aftermath."""

    label: str = Field(description="what is compared")
    kind: Literal["survival"]
    share: Probability = Field(description="share still standing")
    share_low: Probability | None = Field(None, description="the same in a second class")


ReferenceClass = Annotated[EndingHazard | Survival, Field(discriminator="kind")]


class Aftermath(Stated):
    """The time after a signature: how long it is watched, and how agreements break."""

    months: Positive = Field(description="months after signature that an outcome must stand")
    hazard: NonNegative = Field(description="h0: breakdowns a month, without deterrence or regret")
    deterrence: NonNegative = Field(description="gamma: how much deterrence lowers the hazard")
    regret: NonNegative = Field(
        description="phi: how much it grows per unit by which a belligerent would gain from war"
    )
    belligerents: tuple[Name, ...] = Field(description="the actors whose war the deal ends")
