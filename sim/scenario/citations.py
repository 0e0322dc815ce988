"""What of a scenario rests on which fact, and what rests on none."""

from __future__ import annotations

from typing import Any

from sim.scenario.scenario import Scenario


def resting_on(scenario: Scenario) -> dict[str, list[str]]:
    """Return, for each fact that is cited, the paths of what rests on it."""
    resting: dict[str, list[str]] = {}

    def cite(path: str, basis: Any) -> None:
        for name in basis if isinstance(basis, tuple) else ():
            resting.setdefault(name, []).append(path)

    for path, number in scenario.numbers.items():
        cite(path, number.basis)
    for name, text in scenario.texts.items():
        cite(f"texts.{name}", text.basis)
    for name, actor in scenario.actors.items():
        for index, stance in enumerate(actor.stances):
            cite(f"actors.{name}.stances.{index}", stance.basis)
        for label, poll in actor.domestic.polls.items() if actor.domestic else ():
            cite(f"actors.{name}.domestic.polls.{label}", poll.basis)
    return resting


def assumed(scenario: Scenario) -> list[str]:
    """Return the paths of the numbers that rest on assumptions."""
    return [path for path, number in scenario.numbers.items() if number.basis == "assumption"]


def source_of_poll(scenario: Scenario, actor: str, poll: str) -> str:
    """Return what a poll of an actor's body at home rests on."""
    body = scenario.actors[actor].domestic
    basis = body.polls[poll].basis if body else ()
    return basis if isinstance(basis, str) else ", ".join(basis)
