"""Forms of the model: ways to model how bargaining goes, between which nobody can choose for sure.

A form is a protocol and a tactic of all actors. A draw draws its form too, from prior weights; the
record and the news then weigh forms as they weigh everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from sim.numbers.names import one_of
from sim.numbers.uncertain import NonNegative, Number, pass_basis_down


@dataclass(frozen=True)
class Form:
    """A protocol, the tactic that all actors follow, and what both are in words."""

    protocol: str
    tactic: str
    label: str


FORMS: Mapping[str, Form] = {
    "single_text": Form("single_text", "time_based", "one text is amended, by actors who concede"),
    "offers": Form("offers", "time_based", "offers in turn, by actors who concede over time"),
    "equilibrium": Form("offers", "equilibrium", "offers in turn, by actors who look ahead"),
}


FormName = Annotated[str, one_of(FORMS)]


def _alike(raw: Any) -> Any:
    """Read `[single_text, offers]` as these two with equal weights."""
    if isinstance(raw, list | tuple):
        return {str(name): {"value": 1, "basis": "override"} for name in raw}
    return raw


def _known(forms: Mapping[str, Number]) -> Mapping[str, Number]:
    for name, weight in forms.items():
        if not weight.is_plain or weight.mean < 0:
            raise ValueError(f"{name} must have a plain weight of at least 0")
    if forms and not any(weight.mean > 0 for weight in forms.values()):
        raise ValueError("must give some form a weight above 0")
    return forms


PriorWeights = Annotated[
    dict[FormName, NonNegative],
    BeforeValidator(pass_basis_down),
    BeforeValidator(_alike),
    AfterValidator(_known),
]
