"""What a run says of itself, held to what a run can be: kinds, ranges, and parts that agree.

Earlier formats say less; what they do say is held to the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from sim.errors import problem
from sim.numbers.names import broken
from sim.numbers.uncertain import Finite
from sim.scenario.reading.schema import problems_of

Count = Annotated[StrictInt, Field(ge=0)]
Share = Annotated[Finite, Field(ge=0, le=1)]
Amount = Annotated[Finite, Field(ge=0)]
Sha256 = Annotated[StrictStr, Field(pattern="^[0-9a-f]{64}$")]


class _Said(BaseModel):
    """A part of a manifest, of which later versions may say more."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Evidence(_Said):
    """How much the draws are worth, given what is known."""

    effective_draws: Amount
    worlds_counted: Count
    worlds_played: Count
    khat: Finite | None = None


class Form(_Said):
    """What a form of the model weighs, and says."""

    before: Share
    after: Share
    signed: Share | None


class Manifest(_Said):
    """What a run says of itself."""

    format: Annotated[StrictInt, Field(ge=1)] = 1
    scenario: StrictStr
    tactic: StrictStr | None = None
    seed: Annotated[StrictInt, Field(ge=0, lt=2**63)]
    draws: Annotated[StrictInt, Field(ge=1, le=1_000_000)]
    replications: Annotated[StrictInt, Field(ge=1, le=10_000)]
    worlds: Count
    evidence: Evidence | None = None
    forms: dict[str, Form] = {}
    doubt: dict[str, Finite] = {}
    equilibrium: dict[str, Amount] = {}
    signed: Count
    protocol: StrictStr
    seconds: Amount = 0.0
    config_sha256: Sha256
    digest: Sha256
    versions: dict[str, StrictStr]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.worlds != self.draws * self.replications:
            rule = f"must be {self.draws:,} draws x {self.replications:,} replications"
            raise broken("worlds", rule, self.worlds)
        known = self.evidence or Evidence(
            effective_draws=self.draws, worlds_counted=self.worlds, worlds_played=self.worlds
        )
        if not self.signed <= known.worlds_counted <= known.worlds_played == self.worlds:
            raise broken("signed", "must be no more than the worlds that count", self.signed)
        return self


def refuse_if_impossible(file: Path, manifest: dict[str, Any]) -> None:
    """Refuse a manifest that no run can have.

    Raises:
        ScenarioError: with the first thing that is wrong.
    """
    try:
        Manifest.model_validate(manifest)
    except ValidationError as error:
        first = problems_of(error, Manifest)[0]
        field, *_ = (*first.field.strip(".").split("."), "")
        value = manifest.get(field)
        raise problem(str(file), f"{first.field.strip('.')} {first.rule}", value) from None
