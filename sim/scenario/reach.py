"""Which outcomes and events a world can come to, by what can happen and the rules that come first.

A rule is tried against every kind of world that ends as it says: who ended it, and what its text
says, one option of each clause that the rules mention, where options that no rule tells apart count
once. Other clauses make no difference. Where several are away a world goes to the first rule that
names one of them, so that one at a time tells which rules are left anything.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product, takewhile
from math import prod

from sim.scenario.events import TO_A_TEXT, TO_SOMEBODY, Event, Happening
from sim.scenario.outcomes import BY_SOMEBODY, SIGNED, Ending, Outcome
from sim.scenario.roles import (
    can_be_dropped,
    can_be_moved,
    can_lapse,
    can_leave,
    deciding,
    needed,
    offered,
    returns,
    votes_on,
)
from sim.scenario.scenario import Scenario

MOST_KINDS = 20_000  # of signed texts that a rule is tried against

Kind = Mapping[str, str]  # clause: option, of the clauses that are mentioned


@dataclass(frozen=True)
class World:
    """A kind of world: who ended the talks or refused the text, and what the signed text says."""

    who: str | None
    text: Kind | None


@dataclass(frozen=True)
class Taken:
    """What is left to a rule among the worlds that ended in one way.

    Attributes:
        reached: whether some are; None where there were too many kinds of text to try.
        by: the earlier rules that take all that it would take.
    """

    reached: bool | None
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """What no rule names of the worlds that ended in one way.

    Attributes:
        ending: how they ended.
        of: the actors of whose worlds no rule names any; none where that is nobody or everybody.
        all: whether it is all worlds, some beside those, or nobody knows how many (None).
    """

    ending: Ending
    of: tuple[str, ...]
    all: bool | None


def impossible_endings(scenario: Scenario) -> dict[Ending, str]:
    """Return the endings that no world can come to, each with why."""
    found = {}
    if not deciding(scenario):
        found[Ending.REJECTED] = "no body at home ratifies a text"
    if scenario.aftermath.hazard.is_zero and not any(_breaching(scenario).values()):
        found[Ending.BROKEN] = "the hazard of a breakdown is 0"
    if not by_whom(scenario, Ending.SUSPENDED):
        found[Ending.SUSPENDED] = "nobody whom the talks need can leave"
    return found


def by_whom(scenario: Scenario, ending: Ending) -> list[str]:
    """Return the actors who can end talks so, or whose bodies can; nobody where nobody does."""
    able: Collection[str] = ()
    if ending is Ending.REJECTED:
        able = deciding(scenario).keys()
    elif ending is Ending.SUSPENDED:
        able = {name for name in needed(scenario) if can_leave(scenario, name)}
    return [name for name in scenario.actors if name in able]


def nobody_to_end_it(scenario: Scenario, name: str, ending: Ending) -> str | None:
    """Return why none of the actors whom a rule names can end talks so; None if one can."""
    who = scenario.outcomes[name].by
    if not who or set(who) & set(by_whom(scenario, ending)):
        return None
    if ending is Ending.REJECTED:
        return f"no body of {' or '.join(who)} ratifies a text"
    return f"{' or '.join(who)} cannot leave, or {'is' if len(who) == 1 else 'are'} not needed"


def idle_names(scenario: Scenario, name: str) -> list[str]:
    """Return the actors whom a rule names and who can end no talks as it says."""
    rule = scenario.outcomes[name]
    able = {actor for ending in rule.ended for actor in by_whom(scenario, ending)}
    return [actor for actor in rule.by if actor not in able]


def taken(scenario: Scenario, name: str, ending: Ending) -> Taken:
    """Return what earlier rules leave to a rule among the worlds of an ending that it names."""
    before = takewhile(lambda each: each != name, scenario.outcomes)
    rules = {each: scenario.outcomes[each] for each in before}
    earlier = {each: rule for each, rule in rules.items() if ending in rule.ended}
    return _left_to(scenario, scenario.outcomes[name], ending, earlier)


def left_out(scenario: Scenario) -> list[LeftOut]:
    """Return the endings of which some worlds fit no rule; they become `other`."""
    possible = [ending for ending in Ending if ending not in impossible_endings(scenario)]
    found = [_left_out(scenario, ending) for ending in possible]
    return [each for each in found if each is not None]


def _left_out(scenario: Scenario, ending: Ending) -> LeftOut | None:
    rules = [rule for rule in scenario.outcomes.values() if ending in rule.ended]
    if any(_takes_all(rule) for rule in rules):
        return None
    worlds = _worlds(scenario, ending, rules)
    if worlds is None:
        return LeftOut(ending, (), None)
    left = [world for world in worlds if not any(_fits(rule, world) for rule in rules)]
    if not left:
        return None
    named = {world.who for world in worlds if world not in left}
    of = [name for name in by_whom(scenario, ending) if named and name not in named]
    rest = [world for world in left if world.who not in of]
    return LeftOut(ending, tuple(of), not named) if rest or of else None


def _left_to(
    scenario: Scenario, rule: Outcome, ending: Ending, earlier: Mapping[str, Outcome]
) -> Taken:
    """Return what earlier rules leave to a rule among the worlds of an ending."""
    worlds = _worlds(scenario, ending, [rule, *earlier.values()])
    if worlds is None:
        first = next((name for name, other in earlier.items() if _takes_all(other)), None)
        return Taken(None) if first is None else Taken(False, (first,))
    takers: dict[str, None] = {}
    for world in worlds:
        if not _fits(rule, world):
            continue
        taker = next((each for each, other in earlier.items() if _fits(other, world)), None)
        if taker is None:
            return Taken(True)
        takers[taker] = None
    return Taken(False, tuple(name for name in earlier if name in takers))


def never(scenario: Scenario, event: Event) -> str:
    """Return why an event happens in no world; empty where it may happen."""
    if event.event in _ENDINGS:
        return _never_of_a_text(scenario, event, _ENDINGS[event.event])
    if event.event in TO_SOMEBODY:
        return _never_of_somebody(scenario, event)
    happens, what = {
        Happening.LAPSED: (can_lapse(scenario), "kept"),
        Happening.MOVED: (can_be_moved(scenario), "moved"),
        Happening.DROPPED: (can_be_dropped(scenario), "dropped"),
    }[event.event]
    return "" if happens else f"no deadline is {what} before the horizon"


def _never_of_a_text(scenario: Scenario, event: Event, ending: Ending) -> str:
    """Return why no text with the terms of an event comes to it; empty if one may."""
    if why := impossible_endings(scenario).get(ending):
        return why
    by = event.who if ending in BY_SOMEBODY else ()
    if by and not set(by) & set(by_whom(scenario, ending)):
        return f"no body of {' or '.join(by)} ratifies a text"
    rule = Outcome(label="x", ended=(ending,), all=event.all, any=event.any, by=by)
    reached = _left_to(scenario, rule, ending, {}).reached
    return "no text to which it could happen has these terms" if reached is False else ""


def _never_of_somebody(scenario: Scenario, event: Event) -> str:
    """Return why nobody leaves, or comes back, as an event says; empty if somebody may."""
    talks = event.event in (Happening.SUSPENDED, Happening.RESUMED)
    comes_back = event.event not in (Happening.LEFT, Happening.SUSPENDED)
    able = {name for name in scenario.actors if can_leave(scenario, name)}
    able &= needed(scenario) if talks else able
    able = {name for name in able if not comes_back or returns(scenario, name)}
    what = "whom the talks need leaves" if talks else "leaves"
    what += " and returns" if comes_back else ""
    if able & set(event.who or able):
        return ""
    return f"{' or '.join(event.who)}: nobody of them {what}" if event.who else f"nobody {what}"


def last_day(scenario: Scenario, kind: Happening) -> datetime.date:
    """Return the last day on which something of a kind may happen while anybody looks."""
    weeks = scenario.calendar.horizon.mean
    if kind is Happening.BROKEN:
        weeks += scenario.aftermath.weeks
    elif kind in TO_A_TEXT - {Happening.TABLED, Happening.SIGNED}:
        lags = [body.lag.support[1] for body in deciding(scenario).values()]
        weeks += max(lags, default=0.0)
    return scenario.calendar.start + datetime.timedelta(weeks=weeks)


_ENDINGS = {
    Happening.TABLED: Ending.IN_FORCE,
    Happening.SIGNED: Ending.IN_FORCE,
    Happening.IN_EFFECT: Ending.IN_FORCE,
    Happening.IN_FORCE: Ending.IN_FORCE,
    Happening.RATIFIED: Ending.REJECTED,
    Happening.REFUSED: Ending.REJECTED,
    Happening.BROKEN: Ending.BROKEN,
}  # with which texts, and by whose bodies, events happen: as talks end so


def _takes_all(rule: Outcome) -> bool:
    """Return whether a rule takes every world of the endings that it names."""
    return not (rule.all or rule.any or rule.by)


def _worlds(
    scenario: Scenario, ending: Ending, rules: Collection[Outcome]
) -> Sequence[World] | None:
    """Return the kinds of worlds that end so, as rules tell them apart; None if too many."""
    who = by_whom(scenario, ending) if ending in BY_SOMEBODY else [None]
    if ending not in SIGNED:
        return [World(each, None) for each in who]
    kinds = _texts(scenario, ending, rules)
    if kinds is None:
        return None
    every = (World(each, kind) for kind in kinds for each in who)
    return [world for world in every if _ends_so(scenario, ending, world)]


def _texts(scenario: Scenario, ending: Ending, rules: Collection[Outcome]) -> Iterable[Kind] | None:
    """Return one text of each kind that is told apart."""
    if only := offered(scenario):
        return [scenario.texts[name].terms for name in only]
    clauses = _options(scenario, ending, rules)
    if prod(map(len, clauses.values())) > MOST_KINDS:
        return None
    return [dict(zip(clauses, each, strict=True)) for each in product(*clauses.values())]


def _options(
    scenario: Scenario, ending: Ending, rules: Collection[Outcome]
) -> dict[str, list[str]]:
    """Return, clause by clause, one option of each sort that rules and the ending tell apart."""
    found = {}
    for clause, stated in scenario.clauses.items():
        lists = [options for rule in rules for options in _mentions(rule, clause)]
        lists += [options for options in _telling(scenario, ending, clause) if options]
        if lists:
            sort = partial(_sort, lists)
            found[clause] = list({sort(option): option for option in stated.options}.values())
    return found


def _telling(scenario: Scenario, ending: Ending, clause: str) -> Iterator[Collection[str]]:
    """Yield lists of a clause's options on which it depends whether a text ends so."""
    if ending is Ending.BROKEN and scenario.aftermath.hazard.is_zero:
        yield _breaching(scenario)[clause]
    for name in by_whom(scenario, ending) if ending is Ending.REJECTED else ():
        if name not in scenario.signatories.base:
            stated = scenario.clauses[clause].options
            yield [option for option, each in stated.items() if name in each.may_ask]


def _ends_so(scenario: Scenario, ending: Ending, world: World) -> bool:
    """Return whether a text can end so by the body that a world names."""
    text = world.text or {}
    if ending is Ending.BROKEN and scenario.aftermath.hazard.is_zero:
        breaching = _breaching(scenario)
        return any(option in breaching[clause] for clause, option in text.items())
    if ending is not Ending.REJECTED or world.who in scenario.signatories.base:
        return True
    stated = (scenario.clauses[clause].options[option] for clause, option in text.items())
    return any(world.who in each.may_ask for each in stated)


def _breaching(scenario: Scenario) -> dict[str, list[str]]:
    """Return, clause by clause, the options that may be broken before the votes at home."""
    return {
        clause: [
            name
            for name, option in stated.options.items()
            if option.breach is not None
            and not option.breach.is_zero
            and votes_on(scenario, clause, name)
        ]
        for clause, stated in scenario.clauses.items()
    }


def _mentions(rule: Outcome, clause: str) -> Iterator[Collection[str]]:
    """Yield the lists of a clause's options that a rule holds."""
    yield from (terms[clause] for terms in (rule.all, rule.any) if clause in terms)


def _sort(lists: Collection[Collection[str]], option: str) -> tuple[bool, ...]:
    return tuple(option in options for options in lists)


def _fits(rule: Outcome, world: World) -> bool:
    """Return whether a world of an ending that a rule names has what else it asks for."""
    if rule.by and world.who is not None and world.who not in rule.by:
        return False
    if world.text is None:
        return not (rule.all or rule.any)
    has_all = all(world.text[clause] in options for clause, options in rule.all.items())
    has_any = any(world.text[clause] in options for clause, options in rule.any.items())
    return has_all and (has_any or not rule.any)
