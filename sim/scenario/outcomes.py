"""The rules that name how a negotiation ended.

Rules are tried in the order in which the scenario lists them; the first that fits names the
world's outcome, and what no rule takes is `other`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sim.numbers.marks import Refers
from sim.numbers.names import Frozen, Label, Names, broken
from sim.numbers.uncertain import (
    Number,
    Probability,
    Stated,
    Strength,
    must_be_plain,
    within,
)
from sim.scenario.clauses import TermsByClause

OTHER = "other"


class Ending(StrEnum):
    """How a world ended, whatever its text says."""

    IN_FORCE = "in_force"
    REJECTED = "rejected"
    BROKEN = "broken"
    SUSPENDED = "suspended"
    TALKING = "talking"


SIGNED = (Ending.IN_FORCE, Ending.REJECTED, Ending.BROKEN)
BY_SOMEBODY = (Ending.REJECTED, Ending.SUSPENDED)

Endings = Annotated[
    tuple[Ending, ...],
    BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw),
    Field(min_length=1),
]


class Outcome(Frozen):
    """One rule: the ending, and what the signed text must say."""

    label: Label = Field(description="the outcome as people read it")
    ended: Endings = Field(description="in_force, rejected, broken, suspended or talking")
    by: Annotated[Names, Refers("actor")] = Field(
        (),
        description="of a suspension or a refusal: it counts where one of these actors is away, or "
        "was refused at home; absent: whoever it was",
    )
    all: TermsByClause = Field({}, description="clause: options; the text has one of each")
    any: TermsByClause = Field({}, description="clause: options; the text has at least one")

    @model_validator(mode="after")
    def _terms_need_a_text(self) -> Outcome:
        terms = self.all or self.any
        if terms and not any(ending in SIGNED for ending in self.ended):
            rule = f"names endings without a signed text, so it can ask for no terms of {[*terms]}"
            raise broken("ended", rule, [*map(str, self.ended)])
        return self

    @model_validator(mode="after")
    def _only_somebody_ends_talks(self) -> Outcome:
        if self.by and not all(ending in BY_SOMEBODY for ending in self.ended):
            rule = "goes with the endings rejected and suspended only"
            raise broken("by", rule, [*self.by])
        return self


WEEKS_PER_MONTH = 365.25 / 12 / 7


class Aftermath(Stated):
    """The time after a signature: how long it is watched, and how agreements break."""

    months: Annotated[Number, AfterValidator(must_be_plain), within(1, 240, "months")] = Field(
        description="months after signature that an outcome must stand, 1 to 240"
    )
    hazard: Strength = Field(description="h0: breakdowns a month, without deterrence or regret")
    deterrence: Strength = Field(description="gamma: how much deterrence lowers the hazard")
    regret: Strength = Field(
        description="phi: how much it grows per unit by which a belligerent would gain from war"
    )
    renegotiation: Probability | None = Field(
        None,
        description="rho_r: chance that a text refused at home goes back to the talks; absent: "
        "never",
    )
    swing: Probability | None = Field(
        None,
        description="loading of every vote at home on what moves all of them (Gaussian copula); "
        "absent: votes are independent of each other",
    )
    belligerents: Annotated[Names, Refers("actor")] = Field(
        description="the actors whose war the deal ends"
    )

    @property
    def weeks(self) -> float:
        """Return the weeks after a signature that are watched."""
        return self.months.mean * WEEKS_PER_MONTH
