"""Who does what in the talks of a scenario: who signs, who ratifies, who can leave.

What may happen in some text or in some draw counts as possible.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.bargaining.tactics import TACTICS
from sim.scenario.actors import Domestic
from sim.scenario.scenario import Scenario


def signing(scenario: Scenario) -> set[str]:
    """Return the actors who must sign some text."""
    options = (option for clause in scenario.clauses.values() for option in clause.options.values())
    asked = (name for option in options for name in (*option.consent, *option.contested_consent))
    return {*scenario.signatories.base, *asked}


def deciding(scenario: Scenario) -> Mapping[str, Domestic]:
    """Return the bodies that some signed text comes before, by the actor whose they are."""
    signs = signing(scenario)
    return {
        name: actor.domestic
        for name, actor in scenario.actors.items()
        if actor.domestic and name in signs
    }


def pen(scenario: Scenario) -> str | None:
    """Return the actor who holds the pen, if one does."""
    return scenario.protocols.of(scenario.protocol).pen


def can_walk_out(scenario: Scenario, name: str) -> bool:
    """Return whether an actor may leave by itself."""
    walkout = scenario.actors[name].walkout
    return walkout is not None and not walkout.rate.is_zero


def can_leave(scenario: Scenario, name: str) -> bool:
    """Return whether an actor may come to be away."""
    return can_walk_out(scenario, name) or (name == scenario.mediator and can_lapse(scenario))


def can_lapse(scenario: Scenario) -> bool:
    """Return whether a deadline may pass for good before the horizon."""
    deadline, horizon = scenario.calendar.deadline, scenario.calendar.horizon.mean
    if deadline is None or scenario.mediator is None:
        return False
    first = (deadline.date - scenario.calendar.start).days / 7
    fates = deadline.fates
    if fates.kept.is_zero:  # then only what cannot be moved any more is kept
        first += deadline.times * deadline.weeks.support[0]
        return first < horizon and not fates.moved.is_zero
    return first < horizon


def can_lose_its_mediator(scenario: Scenario) -> bool:
    """Return whether the mediator may leave before the others are done."""
    mediator = scenario.mediator
    return mediator is not None and (can_lapse(scenario) or can_walk_out(scenario, mediator))


def goes_on_without_mediator(scenario: Scenario) -> bool:
    """Return whether the others talk on, by offers, while the mediator is away."""
    return scenario.without_mediator == "offers" and not _is_base(scenario)


def needed(scenario: Scenario) -> set[str]:
    """Return the actors without whom the talks are suspended."""
    others = {pen(scenario)} - {None, scenario.mediator}
    stays = scenario.mediator is not None and not goes_on_without_mediator(scenario)
    mediator = {scenario.mediator} if stays else set()
    return {name for name in {*scenario.signatories.base, *others, *mediator} if name}


def protocols_in_use(scenario: Scenario) -> set[str]:
    """Return the protocols that may come to be followed."""
    hands_over = goes_on_without_mediator(scenario) and can_lose_its_mediator(scenario)
    return {scenario.protocol, "offers"} if hands_over else {scenario.protocol}


def _is_base(scenario: Scenario) -> bool:
    return scenario.mediator in scenario.signatories.base


def reads_others(scenario: Scenario, name: str, field: str) -> bool:
    """Return whether an actor, or a chair, weighs what others want, with its error of a kind.

    The field is misreading or misjudgement.
    """
    actor = scenario.actors.get(name)
    weighs = actor is not None and actor.anticipates and not TACTICS[actor.tactic].looks_ahead
    for each in protocols_in_use(scenario):
        rules = scenario.protocols.of(each)
        accommodates = actor is not None and rules.proposes(name) and actor.accommodates
        if field in rules.weighing(name, weighs) or (field == "misreading" and accommodates):
            return True
    return False
