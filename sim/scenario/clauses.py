"""What is on the table: clauses and their options, linkages between them, and named texts.

A package (a draft text) takes one option of each clause. A linkage makes options worth more or
less together than apart; a named text is a whole package that people speak of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from sim.numbers.marks import Declares, KeysAre, Refers
from sim.numbers.names import Basis, Frozen, Label, Name, Names, Truth, must_say_why
from sim.numbers.uncertain import Chances, Loadings, NonNegative, Stated, Strength

Options = Annotated[
    Names,
    BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw),
    Field(min_length=1),
    Refers("option"),
]
TermsByClause = Annotated[dict[Name, Options], KeysAre("clause")]


class Option(Stated):
    """One way to settle a clause."""

    label: Label = Field(description="what it says, in a few words")
    consent: Annotated[Names, Refers("actor")] = Field(
        (), description="actors who must sign a text that has it"
    )
    contested_consent: Annotated[Chances, KeysAre("actor")] = Field(
        {},
        description="actor: chance that such a text needs its signature too, where that is open; "
        "settled in every draw, for all options of the clause at once",
    )
    deterrence: NonNegative | None = Field(
        None, description="G, how strongly it deters a breach of the deal; 0 when absent"
    )
    breach: Strength | None = Field(
        None,
        description="stated of what takes effect at signature: hazard, per month, at which it is "
        "broken until the text enters into force; absent: it takes effect only then",
    )

    invented: Truth = Field(
        False,
        description="whether it is a compromise that nobody asks for: a drafter comes to think of "
        "such options as often as its `invention` says",
    )

    @property
    def may_ask(self) -> tuple[str, ...]:
        """Return the actors whose consent a text with it needs, or may need."""
        open_to = (name for name, chance in self.contested_consent.items() if not chance.is_zero)
        return (*self.consent, *open_to)


class Clause(Frozen):
    """A question that the text must settle."""

    label: Label = Field(description="the question, in a few words")
    ordered: Truth = Field(False, description="whether the options are listed along one line")
    options: Annotated[dict[Name, Option], Field(min_length=2), Declares("option")] = Field(
        description="the options, by name"
    )

    @property
    def invents(self) -> bool:
        """Return whether some of its options are invented, and some are not."""
        return len({option.invented for option in self.options.values()}) > 1


class Linkage(Frozen):
    """Options worth more or less together than the sum of their parts."""

    label: Label = Field(description="what the linkage is about")
    when: Annotated[TermsByClause, Field(min_length=2)] = Field(
        description="clause: option or list of options; it holds when the text has one of each"
    )
    worth: Annotated[Loadings, KeysAre("actor")] = Field(
        description="actor: what it adds, in units of the actor's summed weights (which are 1)"
    )


class Text(Frozen):
    """A named package."""

    label: Label = Field(description="what people call it")
    terms: Annotated[
        dict[Name, Annotated[Name, Refers("option")]], KeysAre("clause", complete=True)
    ] = Field(description="clause: option, every clause once")
    basis: Basis = Field(description="evidence ids, or `assumption` with why")
    why: str | None = Field(None, description="how it was read")

    @model_validator(mode="after")
    def _reasoned(self) -> Text:
        must_say_why(self.basis, self.why)
        return self


def blocks(
    clauses: Iterable[str], linked: Iterable[Collection[str]]
) -> tuple[tuple[str, ...], ...]:
    """Return the clauses grouped so that linkages join no two groups, in the clauses' order.

    >>> blocks(["land", "army", "guarantee"], [["land", "guarantee"]])
    (('land', 'guarantee'), ('army',))
    """
    order = list(clauses)
    group = {clause: {clause} for clause in order}
    for chain in linked:
        joined = set().union(*(group[clause] for clause in chain if clause in group))
        group |= dict.fromkeys(joined, joined)
    seen: dict[str, tuple[str, ...]] = {}
    for clause in order:
        first = min(group[clause], key=order.index)
        seen.setdefault(first, tuple(sorted(group[clause], key=order.index)))
    return tuple(seen.values())
