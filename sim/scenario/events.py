"""What happens in a world on a day, and what people ask about it: whether it happens by a day.

An event is a rule with a date: the first day on which something of its kind happens, to a text
with certain terms or to certain actors where the rule names them. A question is an event by a
day, with the words by which anybody can tell afterwards whether it happened.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field, model_validator

from sim.numbers.marks import Refers
from sim.numbers.names import Frozen, Label, Names, broken
from sim.scenario.clauses import TermsByClause

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


class Happening(StrEnum):
    """What may happen in a world, in about the order in which it does."""

    TABLED = "tabled"
    SIGNED = "signed"
    IN_EFFECT = "in_effect"
    RATIFIED = "ratified"
    REFUSED = "refused"
    IN_FORCE = "in_force"
    BROKEN = "broken"
    LEFT = "left"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    LAPSED = "lapsed"
    MOVED = "moved"
    DROPPED = "dropped"


MEANINGS = {
    Happening.TABLED: "a text is on the table",
    Happening.SIGNED: "a text is signed",
    Happening.IN_EFFECT: "a signed text, or what of it takes effect at signature, takes effect",
    Happening.RATIFIED: "a body at home ratifies a text",
    Happening.REFUSED: "a body at home refuses a text",
    Happening.IN_FORCE: "the last body has ratified a text",
    Happening.BROKEN: "a text is broken",
    Happening.LEFT: "an actor leaves the talks",
    Happening.RETURNED: "an actor comes back to them",
    Happening.SUSPENDED: "the talks are suspended, as somebody whom they need is away",
    Happening.RESUMED: "they go on",
    Happening.LAPSED: "a deadline is kept: the mediator leaves",
    Happening.MOVED: "a deadline is moved",
    Happening.DROPPED: "a deadline is dropped",
}
TO_A_TEXT = frozenset(
    {
        Happening.TABLED,
        Happening.SIGNED,
        Happening.IN_EFFECT,
        Happening.RATIFIED,
        Happening.REFUSED,
        Happening.IN_FORCE,
        Happening.BROKEN,
    }
)
TO_SOMEBODY = frozenset(
    {
        Happening.RATIFIED,
        Happening.REFUSED,
        Happening.LEFT,
        Happening.RETURNED,
        Happening.SUSPENDED,
        Happening.RESUMED,
    }
)


class Event(Frozen):
    """A rule with a date: the first day on which what it says happens."""

    label: Label = Field(description="what happens, as people read it")
    event: Happening = Field(description=f"one of {', '.join(Happening)}")
    all: TermsByClause = Field({}, description="clause: options; the text has one of each")
    any: TermsByClause = Field({}, description="clause: options; the text has at least one")
    who: Annotated[Names, Refers("actor")] = Field(
        (),
        description="of leaving, votes at home and suspensions: one of these actors (of a "
        "suspension: is away); absent: anybody",
    )

    @model_validator(mode="after")
    def _asks_what_it_can(self) -> Event:
        if (self.all or self.any) and self.event not in TO_A_TEXT:
            rule = f"is {self.event}, which happens to no text: terms go with {_named(TO_A_TEXT)}"
            raise broken("event", rule, self.event.value)
        if self.who and self.event not in TO_SOMEBODY:
            rule = f"goes with the events {_named(TO_SOMEBODY)}"
            raise broken("who", rule, [*self.who])
        return self


class Question(Event):
    """Whether something happens by a day, or by each of several."""

    by: Annotated[
        tuple[datetime.date, ...],
        BeforeValidator(lambda raw: raw if isinstance(raw, (list, tuple)) else [raw]),
        Field(min_length=1),
    ] = Field(description="the day, or the days, by the end of which it must have happened")
    resolves: Label | None = Field(
        None, description="how anybody can tell afterwards whether it happened"
    )

    @model_validator(mode="after")
    def _days_in_order(self) -> Question:
        if any(day >= later for day, later in zip(self.by, self.by[1:], strict=False)):
            raise broken("by", "must be days in order, each once", [*map(str, self.by)])
        return self


class Asked(Frozen):
    """A question by one of its days, under an id of its own."""

    id: str
    label: str
    event: str  # its name among the events of the scenario
    by: datetime.date
    resolves: str | None


def asked_of(scenario: Scenario) -> list[Asked]:
    """Return the questions of a scenario, day by day.

    The id of a question by several days ends with the day.

    >>> from sim.settings.configuration import load_scenario
    >>> asked_of(load_scenario("geneva_2025"))[0].id
    'signed_by_2025_12_31'
    """
    return [
        Asked(
            id=name if len(question.by) == 1 else f"{name}_by_{day:%Y_%m_%d}",
            label=f"{question.label}, by {day.day} {day:%B %Y}",
            event=name,
            by=day,
            resolves=question.resolves,
        )
        for name, question in scenario.questions.items()
        for day in question.by
    ]


def events_of(scenario: Scenario) -> dict[str, Event]:
    """Return the events whose days are noted in every world: the usual ones, then those asked for.

    >>> from sim.settings.configuration import load_scenario
    >>> list(events_of(load_scenario("geneva_2025")))[:4]
    ['signed', 'in_force', 'refused', 'broken']
    """
    return {**usual_events(scenario), **scenario.questions}


def usual_events(scenario: Scenario) -> dict[str, Event]:
    """Return the events that are noted of every scenario in which they can happen."""
    return dict(_usual(scenario))


def _usual(scenario: Scenario) -> Iterator[tuple[str, Event]]:
    for kind, label in (
        (Happening.SIGNED, "A text is signed"),
        (Happening.IN_FORCE, "A text comes into force"),
        (Happening.REFUSED, "A text is refused at home"),
        (Happening.BROKEN, "A text is broken"),
    ):
        yield kind.value, Event(label=label, event=kind)
    if any(o.breach for clause in scenario.clauses.values() for o in clause.options.values()):
        label = "Something signed is in effect"
        yield "in_effect", Event(label=label, event=Happening.IN_EFFECT)
    for name, actor in scenario.actors.items():
        # Longer than a label that is written may be: the actor's own may be as long as that.
        label = f"{actor.label} out of the talks"
        left = Event.model_construct(label=label, event=Happening.LEFT, who=(name,))
        yield f"left_{name}", left
    yield "suspended", Event(label="The talks are suspended", event=Happening.SUSPENDED)
    if any(actor.returns for actor in scenario.actors.values()):
        yield "resumed", Event(label="Suspended talks go on", event=Happening.RESUMED)
    if scenario.calendar.deadline:
        yield "lapsed", Event(label="A deadline is kept", event=Happening.LAPSED)
        yield "dropped", Event(label="The deadline is dropped", event=Happening.DROPPED)


def _named(kinds: frozenset[Happening]) -> str:
    return ", ".join(kind.value for kind in Happening if kind in kinds)
