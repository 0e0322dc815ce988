"""Which outcomes a world can come to, by the endings that can happen and the rules that come first.

A rule is tried against every kind of signed text: one option of each clause that the rules mention,
where options that no rule tells apart count once. Other clauses make no difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import prod

from sim.scenario.outcomes import SIGNED, Ending, Outcome
from sim.scenario.roles import (
    can_leave,
    deciding,
    needed,
)
from sim.scenario.scenario import Scenario

MOST_KINDS = 20_000  # of signed texts that a rule is tried against

Kind = Mapping[str, str]  # clause: option, of the clauses that are mentioned


@dataclass(frozen=True)
class Taken:
    """What is left to a rule among the worlds that ended in one way.

    Attributes:
        reached: whether some are; None where there were too many kinds of text to try.
        by: the earlier rules that take all that it would take.
    """

    reached: bool | None
    by: tuple[str, ...] = ()


def impossible_endings(scenario: Scenario) -> dict[Ending, str]:
    """Return the endings that no world can come to, each with why."""
    found = {}
    if not deciding(scenario):
        found[Ending.REJECTED] = "no body at home ratifies a text"
    if scenario.aftermath.hazard.is_zero and not _breaches(scenario):
        found[Ending.BROKEN] = "the hazard of a breakdown is 0"
    if not any(can_leave(scenario, name) for name in needed(scenario)):
        found[Ending.SUSPENDED] = "nobody whom the talks need can leave"
    return found


def _breaches(scenario: Scenario) -> bool:
    """Return whether something that takes effect at signature may be broken before ratification."""
    return bool(deciding(scenario)) and any(
        option.breach is not None and not option.breach.is_zero
        for clause in scenario.clauses.values()
        for option in clause.options.values()
    )


def nobody_to_end_it(scenario: Scenario, name: str, ending: Ending) -> str | None:
    """Return why none of the actors whom a rule names can end talks so; None if one can."""
    who = set(scenario.outcomes[name].by)
    if not who:
        return None
    if ending is Ending.REJECTED and not who & deciding(scenario).keys():
        return f"no body of {' or '.join(sorted(who))} ratifies a text"
    leave = {each for each in who & needed(scenario) if can_leave(scenario, each)}
    if ending is Ending.SUSPENDED and not leave:
        return f"{' or '.join(sorted(who))} cannot leave, or is not needed"
    return None


def taken(scenario: Scenario, name: str, ending: Ending) -> Taken:
    """Return what earlier rules leave to a rule among the worlds of an ending that it names."""
    rule, earlier = scenario.outcomes[name], _earlier(scenario, name, ending)
    if ending not in SIGNED:
        if _asks(rule):
            return Taken(False)
        first = next((n for n, other in earlier.items() if not _asks(other)), None)
        return Taken(first is None, () if first is None else (first,))
    return _left_to(scenario, rule, earlier)


def partly_named_endings(scenario: Scenario) -> list[Ending]:
    """Return the endings of which rules take the worlds of some signed texts, and not of all."""
    apart = {*impossible_endings(scenario), *unnamed_endings(scenario)}
    found = []
    for ending in (each for each in SIGNED if each not in apart):
        rules = {
            name: rule
            for name, rule in scenario.outcomes.items()
            if ending in rule.ended and not rule.by
        }
        anything = Outcome(label="any text", ended=(ending,), all={}, any={})
        if _left_to(scenario, anything, rules).reached:
            found.append(ending)
    return found


def _left_to(scenario: Scenario, rule: Outcome, earlier: Mapping[str, Outcome]) -> Taken:
    """Return what earlier rules leave to a rule among the worlds whose text was signed."""
    clauses = _kinds(scenario, rule, earlier.values())
    if prod(map(len, clauses.values())) > MOST_KINDS:
        return Taken(None)
    takers: dict[str, None] = {}
    for options in product(*clauses.values()):
        kind = dict(zip(clauses, options, strict=True))
        if not _fits(rule, kind):
            continue
        taker = next((each for each, other in earlier.items() if _fits(other, kind)), None)
        if taker is None:
            return Taken(True)
        takers[taker] = None
    return Taken(False, tuple(name for name in earlier if name in takers))


def unnamed_endings(scenario: Scenario) -> list[Ending]:
    """Return the endings that can happen and that no rule takes; their worlds become `other`."""
    impossible = impossible_endings(scenario)
    takes = {
        ending
        for rule in scenario.outcomes.values()
        for ending in rule.ended
        if (ending in SIGNED or not _asks(rule)) and _whoever(scenario, rule, ending)
    }
    return [ending for ending in Ending if ending not in takes and ending not in impossible]


def _whoever(scenario: Scenario, rule: Outcome, ending: Ending) -> bool:
    """Return whether a rule takes the worlds of an ending whoever ended them."""
    able = {
        Ending.REJECTED: set(deciding(scenario)),
        Ending.SUSPENDED: {n for n in needed(scenario) if can_leave(scenario, n)},
    }.get(ending, set())
    return not rule.by or able <= set(rule.by)


def _earlier(scenario: Scenario, name: str, ending: Ending) -> dict[str, Outcome]:
    """Return the rules before one that name an ending too."""
    before = list(scenario.outcomes)[: list(scenario.outcomes).index(name)]
    rules = {each: scenario.outcomes[each] for each in before}
    who = set(scenario.outcomes[name].by)
    return {
        each: rule
        for each, rule in rules.items()
        if ending in rule.ended and (not rule.by or (who and who <= set(rule.by)))
    }


def _asks(rule: Outcome) -> bool:
    return bool(rule.all or rule.any)


def _kinds(scenario: Scenario, rule: Outcome, earlier: Collection[Outcome]) -> dict[str, list[str]]:
    """Return, clause by clause, one option that a rule allows of each sort that is told apart."""
    found = {}
    for clause, stated in scenario.clauses.items():
        lists = [options for each in (rule, *earlier) for options in _mentions(each, clause)]
        if lists:
            sort, allowed = partial(_sort, lists), rule.all.get(clause, stated.options)
            found[clause] = list({sort(option): option for option in allowed}.values())
    return found


def _mentions(rule: Outcome, clause: str) -> Iterator[Collection[str]]:
    """Yield the lists of a clause's options that a rule holds."""
    yield from (terms[clause] for terms in (rule.all, rule.any) if clause in terms)


def _sort(lists: Collection[Collection[str]], option: str) -> tuple[bool, ...]:
    return tuple(option in options for options in lists)


def _fits(rule: Outcome, kind: Kind) -> bool:
    """Return whether a signed text has what a rule asks for."""
    has_all = all(kind[clause] in options for clause, options in rule.all.items())
    has_any = any(kind[clause] in options for clause, options in rule.any.items())
    return has_all and (has_any or not rule.any)
