"""Statements about what comes after the start: a small closed grammar over a scenario's events.

A statement says of one day whether something has happened by its end, or how the talks then stand.
Worlds meet it or not; what it does not say (by how much, how surely) is left out.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sim.errors import Problem, ScenarioError, problem, unknown
from sim.scenario.events import events_of

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

GRAMMAR = (
    "must be `[nothing|no|not] EVENT by DAY` or `[nothing|no|not] STATE on DAY`, such as 'nothing "
    "signed by 2025-12-31' or 'US away on 2026-01-31'"
)
_FORM = re.compile(r"(?:(?:nothing|no|not)\s+)?(\S.*?)\s+(by|on)\s+(\S+)", re.IGNORECASE)
_NOT = re.compile(r"(?:nothing|no|not)\s", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Kind(StrEnum):
    """What a statement is about: an event by a day, or one of the states of a day."""

    EVENT = "event"
    TALKING = "talking"
    SUSPENDED = "suspended"
    IN_FORCE = "in force"
    AWAY = "away"
    THERE = "there"
    MEDIATING = "mediating"


_OF_THE_TALKS = (Kind.TALKING, Kind.SUSPENDED, Kind.IN_FORCE)
_OF_AN_ACTOR = (Kind.AWAY, Kind.THERE, Kind.MEDIATING)


@dataclass(frozen=True)
class Statement:
    """Something that is so of a world, or not.

    Attributes:
        text: its words.
        kind: what it is about.
        name: of the event, or of the actor; nothing of a state of the talks.
        negated: whether it says that this is not so.
        day: by the end of which it is so.
    """

    text: str
    kind: Kind
    name: str
    negated: bool
    day: datetime.date

    def __str__(self) -> str:
        return self.text


def read_statement(text: str, scenario: Scenario, where: str = "statement") -> Statement:
    """Return what a text says about the worlds of a scenario.

    Raises:
        ScenarioError: under `where`, when it is outside the grammar, names no event or actor, or
            its day is none, lies before the start or after the last that is looked at.

    >>> from sim.settings.configuration import load_scenario
    >>> said = read_statement("Nothing signed by 2025-12-31", load_scenario("geneva_2025"))
    >>> said.name, said.negated, str(said.day)
    ('signed', True, '2025-12-31')
    """
    said = " ".join(str(text).split())
    found = _FORM.fullmatch(said)
    if found is None:
        raise problem(where, GRAMMAR, text)
    words, joins, day = found[1], found[2].lower(), found[3]
    try:
        kind, name = _event(words, scenario) if joins == "by" else _state(words, scenario)
        return Statement(said, kind, name, bool(_NOT.match(said)), _day(day, scenario))
    except ValueError as error:
        raise problem(where, str(error), text) from None


def read_statements(
    texts: Sequence[str], scenario: Scenario, where: str = "statement"
) -> tuple[Statement, ...]:
    """Return what several texts say, what is said twice once.

    Raises:
        ScenarioError: with everything that is wrong with them, under `where`, in which {} stands
            for the place of the text.
    """
    found: list[Statement] = []
    wrong: list[Problem] = []
    for place, text in enumerate(texts):
        try:
            found.append(read_statement(text, scenario, where.format(place)))
        except ScenarioError as error:
            wrong += error.problems
    if wrong:
        raise ScenarioError(*wrong)
    return tuple(dict.fromkeys(found))


def _event(words: str, scenario: Scenario) -> tuple[Kind, str]:
    """Return the event that words name, spaces for underscores or not."""
    name, known = "_".join(words.lower().split()), events_of(scenario)
    if name in known:
        return Kind.EVENT, name
    if _is_a_state(words):
        raise ValueError(f"says how things stand on a day: say `{words} on DAY`")
    raise ValueError(unknown("event", name, known))


def _state(words: str, scenario: Scenario) -> tuple[Kind, str]:
    """Return the state that words name, with the actor whose it is."""
    *actor, last = words.split()
    said = " ".join(words.lower().split())
    if said in _OF_THE_TALKS:
        return Kind(said), ""
    if actor and last.lower() in _OF_AN_ACTOR:
        kind, name = Kind(last.lower()), _actor(" ".join(actor), scenario)
        if kind is Kind.MEDIATING and name != scenario.mediator:
            who = f"the mediator is {scenario.mediator}" if scenario.mediator else "nobody does"
            raise ValueError(f"{name} does not mediate; {who}")
        return kind, name
    if said.replace(" ", "_") in events_of(scenario):
        raise ValueError(f"says what happens by a day: say `{words} by DAY`")
    states = [*_OF_THE_TALKS, *(f"ACTOR {kind}" for kind in _OF_AN_ACTOR)]
    raise ValueError(unknown("state", said, states))


def _is_a_state(words: str) -> bool:
    return words.lower() in _OF_THE_TALKS or words.lower().split()[-1] in _OF_AN_ACTOR


def _actor(words: str, scenario: Scenario) -> str:
    """Return the actor that words name, by its name or else by its label."""
    said = words.lower()
    if said in scenario.actors:
        return said
    labels = {name: actor.label.lower() for name, actor in scenario.actors.items()}
    called = [name for name, label in labels.items() if label == said]
    if len(called) > 1:
        raise ValueError(f"{words} is what {' and '.join(called)} are called; say which by name")
    if not called:
        raise ValueError(unknown("actor", said, [*labels, *labels.values()]))
    return called[0]


def _day(words: str, scenario: Scenario) -> datetime.date:
    """Return a day that the worlds of a scenario tell of."""
    start, last = scenario.calendar.start, scenario.calendar.last_day
    if not _DAY.fullmatch(words):
        raise ValueError(f"{words} is no day; a day is written as 2025-12-31")
    try:
        day = datetime.date.fromisoformat(words)
    except ValueError:
        raise ValueError(f"{words} is no day of the calendar") from None
    if day < start:
        raise ValueError(f"is known already: the scenario begins on {start}")
    if day > last:
        raise ValueError(f"lies after the last day that is looked at, {last}")
    return day
