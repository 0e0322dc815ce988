"""The one door of a scenario: a tree of plain data becomes a checked `Scenario`.

It checks the shape of every part and everything across parts, and reports all that is wrong at
once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem, ScenarioError
from sim.numbers.evidence import Fact
from sim.scenario.reading import checks
from sim.scenario.reading.files import refuse_what_is_no_plain_text
from sim.scenario.reading.needs import needs
from sim.scenario.reading.schema import problems_of
from sim.scenario.scenario import Scenario


def _late_votes(scenario: Scenario) -> Iterator[Problem]:
    """Find votes that may come after the time that is watched: their deals would seem in force."""
    watched = scenario.aftermath.weeks
    for name, actor in scenario.actors.items():
        latest = actor.domestic.lag.support[1] if actor.domestic else 0.0
        if latest > watched:
            rule = f"must not exceed the {watched:.1f} weeks that aftermath.months watch"
            yield Problem(f"actors.{name}.domestic.lag", rule, repr(latest))


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
        problems += _late_votes(scenario)
    problems += checks.across_parts(tree, facts)
    problems += needs(tree)
    if scenario is None or problems:
        raise ScenarioError(*dict.fromkeys(problems))
    return scenario
