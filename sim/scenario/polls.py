"""Polls as data: what people were asked about, what they said, and how far that can be trusted.

A pollster describes a plan in a few lines; which text that describes is a reading, stated with its
reason. A description that lies between two texts is a mix of them.
"""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import Field, model_validator

from sim.numbers.marks import KeysAre, Refers
from sim.numbers.names import Basis, Frozen, Label, Name, broken, must_say_why
from sim.numbers.uncertain import Finite, whole

Part = Annotated[Finite, Field(gt=0, lt=1)]
LogOdds = Annotated[Finite, Field(ge=0, le=10)]


class Poll(Frozen):
    """What people said of a plan that was described to them."""

    text: Annotated[Name, Refers("text")] | None = Field(
        None, description="the text that the description is read as"
    )
    texts: Annotated[dict[Name, Part], KeysAre("text")] = Field(
        {}, description="text: share, instead, where it lies between texts; they sum to 1"
    )
    acceptable: Part = Field(description="share of all who were asked that would accept it")
    unacceptable: Part = Field(description="share that would not; the rest had no view")
    asked: Annotated[int, whole(1, 10_000_000)] = Field(description="how many people were asked")
    wave: Label = Field(description="polls of one wave may all be off in the same direction")
    date: datetime.date = Field(description="the day from which it was known")
    basis: Basis = Field(description="evidence ids")
    why: str | None = Field(None, description="how the description was read")

    @property
    def mix(self) -> dict[str, float]:
        """Return the texts that it is about, each with its share."""
        return {self.text: 1.0} if self.text else dict(self.texts)

    @model_validator(mode="after")
    def _about_something(self) -> Poll:
        if (self.text is None) != bool(self.texts):
            raise broken("text", "must be there, or else `texts` with shares, and not both", None)
        if self.texts and abs(sum(self.texts.values()) - 1) > 1e-9:
            raise broken("texts", "must have shares that sum to 1", sum(self.texts.values()))
        if self.acceptable + self.unacceptable > 1 + 1e-9:
            rule = "must not exceed what `acceptable` leaves of 1"
            raise broken("unacceptable", rule, self.unacceptable)
        must_say_why(self.basis, self.why)
        return self


class PollErrors(Frozen):
    """How far polls may lie from support beside the error of sampling, on the scale of log-odds."""

    wording: LogOdds = Field(description="sd by how the text is described, each poll by itself")
    wave: LogOdds = Field(description="sd that all polls of one wave share")
    basis: Basis = Field(description="evidence ids, or `assumption` with why")
    why: str | None = Field(None, description="the reasoning")

    @model_validator(mode="after")
    def _reasoned(self) -> PollErrors:
        must_say_why(self.basis, self.why)
        return self
