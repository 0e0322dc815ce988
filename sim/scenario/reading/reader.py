"""The one door of a scenario: a tree of plain data becomes a checked `Scenario`.

It checks the shape of every part and everything across parts, and reports all that is wrong at
once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem, ScenarioError
from sim.numbers.evidence import Fact
from sim.scenario.events import asked_of, usual_events
from sim.scenario.reading import checks
from sim.scenario.reading.files import refuse_what_is_no_plain_text
from sim.scenario.reading.needs import in_forms, needs
from sim.scenario.reading.schema import problems_of
from sim.scenario.scenario import Scenario
from sim.scenario.statements import read_statements

_RULE = ("event", "all", "any", "who")  # what an event is, beside what it is called


def _late_votes(scenario: Scenario) -> Iterator[Problem]:
    """Find votes that may come after the time that is watched: their deals would seem in force."""
    watched = scenario.aftermath.weeks
    for name, actor in scenario.actors.items():
        latest = actor.domestic.lag.support[1] if actor.domestic else 0.0
        if latest > watched:
            rule = f"must not exceed the {watched:.1f} weeks that aftermath.months watch"
            yield Problem(f"actors.{name}.domestic.lag", rule, repr(latest))


def _questions(scenario: Scenario) -> Iterator[Problem]:
    """Find questions on days that are past, and those that results could not tell apart."""
    start, usual = scenario.calendar.start, usual_events(scenario)
    for name, question in scenario.questions.items():
        for day in question.by:
            if day < start:
                rule = f"must not lie before the start ({start}): what was then is known"
                yield Problem(f"questions.{name}.by", rule, repr(str(day)))
        event = usual.get(name)
        if event and any(getattr(event, part) != getattr(question, part) for part in _RULE):
            rule = f"is the name of an event that every run notes, '{event.label}'; choose another"
            yield Problem(f"questions.{name}", rule)
    for each, times in Counter(asked.id for asked in asked_of(scenario)).items():
        if times > 1:
            yield Problem("questions", f"{each} would be the id of {times} questions; rename one")


def _given(scenario: Scenario) -> Iterator[Problem]:
    """Find news that says nothing about the worlds of a scenario."""
    try:
        read_statements(scenario.given, scenario, "given.{}")
    except ScenarioError as error:
        yield from error.problems


def read_scenario(tree: Mapping[str, Any], facts: Sequence[Fact] = ()) -> Scenario:
    """Return the scenario that a tree of plain data describes.

    `facts` is the shared record that its numbers may cite, beside its own `facts`.

    Raises:
        ScenarioError: with every problem of the tree, each under its dotted path.
    """
    refuse_what_is_no_plain_text(tree)
    problems: list[Problem] = []
    scenario = None
    try:
        scenario = Scenario.model_validate(tree)
    except ValidationError as error:
        problems += problems_of(error, Scenario)
    else:
        problems += [*_late_votes(scenario), *_questions(scenario), *_given(scenario)]
    problems += checks.across_parts(tree, facts)
    for each in in_forms(tree):
        problems += [*needs(each), *checks.settings_that_need_each_other(each)]
    if scenario is None or problems:
        raise ScenarioError(*dict.fromkeys(problems))
    return scenario
