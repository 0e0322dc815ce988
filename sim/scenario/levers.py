"""Levers: what somebody could do from the scenario's day on, as changes of the scenario."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue, model_validator

from sim.numbers.names import Basis, Frozen, Label, must_say_why


class Lever(Frozen):
    """What somebody could do from the scenario's day on: played by `parley levers RUN`."""

    label: Label = Field(description="in words: who does what")
    changes: Annotated[dict[str, JsonValue], Field(min_length=1)] = Field(
        description="path: value, as an override has them; a number is one or a distribution. "
        "What is known on the day, and how worlds are told, no lever changes"
    )
    basis: Basis = Field(description="evidence ids, or `assumption` with why")
    why: str | None = Field(None, description="why these changes stand for it, and how large")

    @model_validator(mode="after")
    def _reasoned(self) -> Lever:
        must_say_why(self.basis, self.why)
        return self
