"""Marks on the fields of settings: which of them hold names that another part declares.

A mark stands in the annotation of a field and changes nothing about its shape. Whoever reads a
scenario finds the marks in the schema, and checks there what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["clause", "option", "text", "actor", "driver"]
Declared = (
    Kind
    | Literal["linkage", "factor", "body", "poll", "outcome", "reference class", "question"]
    | Literal["lever"]
)


@dataclass(frozen=True)
class Declares:
    """The keys of this mapping, or this name, are where names of a kind are declared."""

    kind: Declared


@dataclass(frozen=True)
class Refers:
    """This value, or each item of this list, must be a declared name of the kind.

    An option is one of the clause under whose name the value stands.

    Attributes:
        kind: what it names.
        besides: words that may stand in its place and name nothing.
    """

    kind: Kind
    besides: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeysAre:
    """The keys of this mapping must be declared names of the kind.

    Attributes:
        kind: what they name; an option is one of the clause under whose name the mapping stands.
        complete: whether every declared name must be among them.
        others: whether the actor under whose name the mapping stands must not be among them.
    """

    kind: Kind
    complete: bool = False
    others: bool = False


@dataclass(frozen=True)
class NotAllZero:
    """The numbers of this mapping are shares of their sum, which must not be zero."""


@dataclass(frozen=True)
class NotFromTheDayOn:
    """This says what is known on the scenario's day, or how worlds are told.

    A change from that day on leaves it as it is.
    """


Mark = Declares | Refers | KeysAre | NotAllZero | NotFromTheDayOn
