"""Who does what in the talks of a scenario: who signs, who ratifies, who can leave.

What may happen in some text or in some draw counts as possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sim.bargaining.protocols import Company, ProtocolKind
from sim.bargaining.tactics import TACTICS, Place
from sim.scenario.actors import Domestic
from sim.scenario.scenario import Scenario


def signing(scenario: Scenario) -> set[str]:
    """Return the actors who must sign some text."""
    options = (option for clause in scenario.clauses.values() for option in clause.options.values())
    asked = (name for option in options for name in option.may_ask)
    return {*scenario.signatories.base, *asked}


def offered(scenario: Scenario) -> tuple[str, ...]:
    """Return the named texts that alone may be offered, where actors look ahead to no others."""
    ahead = all(TACTICS[actor.tactic].looks_ahead for actor in scenario.actors.values())
    return scenario.protocols.offers.candidates if ahead else ()


def deciding(scenario: Scenario) -> Mapping[str, Domestic]:
    """Return the bodies that some signed text comes before, by the actor whose they are."""
    signs = signing(scenario)
    return {
        name: actor.domestic
        for name, actor in scenario.actors.items()
        if actor.domestic and name in signs
    }


def votes_on(scenario: Scenario, clause: str, option: str) -> set[str]:
    """Return whose bodies decide on some text with an option, later than it is signed."""
    options = {
        (other, each): stated
        for other, clause_of in scenario.clauses.items()
        for each, stated in clause_of.options.items()
        if other != clause or each == option
    }
    asked = {name for each in options.values() for name in each.may_ask}
    late = {n for n, body in deciding(scenario).items() if body.lag.support[1] > 0}
    return late & {*scenario.signatories.base, *asked}


def pen(scenario: Scenario) -> str | None:
    """Return the actor who holds the pen, if one does."""
    return scenario.protocols.of(scenario.protocol).pen


def can_walk_out(scenario: Scenario, name: str) -> bool:
    """Return whether an actor may leave by itself."""
    walkout = scenario.actors[name].walkout
    return walkout is not None and not walkout.rate.is_zero


def leaves_over_texts(scenario: Scenario, name: str) -> bool:
    """Return whether what texts promise it counts for when an actor leaves."""
    walkout = scenario.actors[name].walkout
    return can_walk_out(scenario, name) and walkout is not None and not walkout.sensitivity.is_zero


def can_leave(scenario: Scenario, name: str) -> bool:
    """Return whether an actor may come to be away."""
    return can_walk_out(scenario, name) or (name == scenario.mediator and can_lapse(scenario))


def returns(scenario: Scenario, name: str) -> bool:
    """Return whether an actor that is away may come back."""
    rate = scenario.actors[name].returns
    return rate is not None and not rate.is_zero


def passes(scenario: Scenario) -> bool:
    """Return whether a deadline passes before the horizon."""
    calendar = scenario.calendar
    deadline = calendar.deadline
    return deadline is not None and _week(scenario) < calendar.horizon.mean


def can_be_moved(scenario: Scenario) -> bool:
    """Return whether a deadline may be moved before the horizon."""
    deadline = scenario.calendar.deadline
    if deadline is None or not passes(scenario):
        return False
    return deadline.times > 0 and not deadline.fates.moved.is_zero


def can_be_dropped(scenario: Scenario) -> bool:
    """Return whether a deadline may be dropped before the horizon."""
    deadline = scenario.calendar.deadline
    return deadline is not None and passes(scenario) and not deadline.fates.dropped.is_zero


def can_lapse(scenario: Scenario) -> bool:
    """Return whether a deadline may pass for good before the horizon."""
    deadline, horizon = scenario.calendar.deadline, scenario.calendar.horizon.mean
    if deadline is None or scenario.mediator is None or not passes(scenario):
        return False
    if not deadline.fates.kept.is_zero:
        return True
    # Then only what cannot be moved any more is kept.
    last = _week(scenario) + deadline.times * deadline.weeks.support[0]
    return last < horizon and not deadline.fates.moved.is_zero


def can_lose_its_mediator(scenario: Scenario) -> bool:
    """Return whether the mediator may leave before the others are done."""
    mediator = scenario.mediator
    return mediator is not None and (can_lapse(scenario) or can_walk_out(scenario, mediator))


def goes_on_without_mediator(scenario: Scenario) -> bool:
    """Return whether the others may come to talk on, by offers, while the mediator is away."""
    goes_on = scenario.without_mediator == "offers" and not _is_base(scenario)
    return goes_on and can_lose_its_mediator(scenario)


def needed(scenario: Scenario) -> set[str]:
    """Return the actors without whom the talks are suspended."""
    others = {pen(scenario)} - {None, scenario.mediator}
    stays = scenario.mediator is not None and not goes_on_without_mediator(scenario)
    mediator = {scenario.mediator} if stays else set()
    return {name for name in {*scenario.signatories.base, *others, *mediator} if name}


def protocols_in_use(scenario: Scenario) -> set[str]:
    """Return the protocols that may come to be followed."""
    goes_on = goes_on_without_mediator(scenario)
    return {scenario.protocol, "offers"} if goes_on else {scenario.protocol}


def tables(scenario: Scenario, looking_ahead: str = "") -> Iterator[tuple[ProtocolKind, Company]]:
    """Yield each protocol that may be followed, with who sits at its table.

    Of one actor it may be taken for granted that it looks ahead.
    """
    for protocol in sorted(protocols_in_use(scenario)):
        company = company_of(scenario, protocol)
        if looking_ahead and looking_ahead not in company.counts_ahead:
            company = replace(company, foresees=company.foresees | {looking_ahead})
        yield scenario.protocols.of(protocol), company


def company_of(scenario: Scenario, protocol: str) -> Company:
    """Return who sits at the table of a protocol: of the second, not the mediator."""
    names = tuple(scenario.actors)
    takes_over = protocol != scenario.protocol and scenario.mediator
    out = {scenario.mediator} if takes_over and scenario.mediator else set()
    ahead = {n for n, actor in scenario.actors.items() if TACTICS[actor.tactic].looks_ahead}
    anticipate = {n for n, actor in scenario.actors.items() if actor.anticipates}
    may_miss = {n for n in names if can_leave(scenario, n)} - needed(scenario)
    return Company(
        names=names,
        signs=frozenset(signing(scenario)),
        foresees=frozenset(anticipate - ahead),
        counts_ahead=frozenset(ahead),
        votes=bool(deciding(scenario)),
        absent=frozenset(may_miss),
        out=frozenset(out),
        invents=any(clause.invents for clause in scenario.clauses.values()),
    )


def place_of(scenario: Scenario, name: str) -> Place:
    """Return what an actor does at the table."""
    answers, at = name in signing(scenario), list(tables(scenario))
    renegotiates = scenario.aftermath.renegotiation
    threatens = (
        leaves_over_texts(scenario, name)
        and scenario.actors[name].anticipates
        and bool(deciding(scenario))
        and renegotiates is not None
        and not renegotiates.is_zero
    )
    compares = any(rule.compares(name, company) for rule, company in at)
    return Place(
        answers=answers,
        demands=answers or compares or threatens,
        proposes=any(rule.proposes(name, company) for rule, company in at),
    )


def minds_refusal(scenario: Scenario, name: str) -> bool:
    """Return whether votes at home count for when an actor accepts, withdraws or leaves."""
    withdraws = not TACTICS[scenario.actors[name].tactic].keeps_to_offers
    place = place_of(scenario, name)
    leaves = leaves_over_texts(scenario, name)
    return place.answers or leaves or (withdraws and place.proposes)


def weighs_votes(scenario: Scenario, name: str) -> bool:
    """Return whether an actor that looks ahead has a use for what it foresees of votes at home."""
    at = tables(scenario, looking_ahead=name)
    return minds_refusal(scenario, name) or any(rule.foresees(name, each) for rule, each in at)


def _week(scenario: Scenario) -> float:
    """Return the week in which the deadline passes first."""
    deadline = scenario.calendar.deadline
    assert deadline is not None
    return (deadline.date - scenario.calendar.start).days / 7


def _is_base(scenario: Scenario) -> bool:
    return scenario.mediator in scenario.signatories.base
