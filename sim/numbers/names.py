"""The words of a scenario: names that refer to each other, labels that people read, bases.

Everything here is about text; what the numbers are is in the file on uncertain numbers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sim.errors import unknown

Truth = Annotated[bool, Field(strict=True)]

# What may stand in a mapping of numbers beside its names.
BASIS_WORDS = ("basis", "why")
SHARED_WORDS = ("spread", "common")
RESERVED = (*BASIS_WORDS, *SHARED_WORDS)


def broken(field: str, rule: str, value: object) -> PydanticCustomError:
    """Return the error of one field of a part whose fields do not go together."""
    return PydanticCustomError("broken", "{rule}", {"field": field, "rule": rule, "value": value})


def _one_line(text: str) -> str:
    if not text.strip() or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise ValueError("must be one line of text, not empty and without control characters")
    return text


def free_name(name: str) -> str:
    """Refuse as a name the words that have a meaning beside names."""
    if name in RESERVED:
        raise ValueError("is a word with a meaning of its own here; choose another name")
    return name


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"names {name} more than once")
    return names


def read_basis(raw: Any) -> Any:
    """Return a basis: ids of evidence, or one of two words."""
    words = ("assumption", "override")
    rule = f"must be a list of evidence ids, or {' or '.join(words)}"
    if isinstance(raw, str):
        if raw not in words:
            near = get_close_matches(raw, words, n=1, cutoff=0.6)
            raise ValueError(f"{rule}; did you mean {near[0] if near else f'[{raw}]'}?")
        return raw
    if not isinstance(raw, (list, tuple)) or not all(isinstance(name, str) for name in raw):
        raise ValueError(rule)
    if not raw:
        raise ValueError(f"is empty; it {rule}")
    return tuple(raw)


@dataclass(frozen=True)
class OneOf:
    """The check that a text is one of some names."""

    names: tuple[str, ...]

    def __call__(self, name: str) -> str:
        """Return the name."""
        if name not in self.names:
            raise ValueError(unknown("choice", name, self.names))
        return name


def one_of(names: Iterable[str]) -> AfterValidator:
    """Return the mark of a text that is one of some names."""
    return AfterValidator(OneOf(tuple(names)))


Label = Annotated[str, Field(max_length=200), AfterValidator(_one_line)]
Name = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*$", min_length=1, max_length=60), AfterValidator(free_name)
]
Names = Annotated[tuple[Name, ...], AfterValidator(_distinct)]
Basis = Annotated[Literal["assumption", "override"] | tuple[str, ...], BeforeValidator(read_basis)]


def must_say_why(basis: object, why: object) -> None:
    """Refuse an assumption without its line of reasoning."""
    if basis == "assumption" and not (isinstance(why, str) and why.strip()):
        raise broken("why", "is missing: an assumption must say why", why)


class Frozen(BaseModel):
    """A part of a scenario: validated once, then never changed; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
