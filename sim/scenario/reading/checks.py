"""The checks across parts: names that refer to each other, and parts that need each other.

They read the raw tree, so that they report beside the errors of shape and not after them; what
has the wrong shape they pass over, because its own error says so already.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from sim.bargaining.protocols import CHAIR, PROTOCOLS, needing_settings
from sim.errors import Problem, unknown
from sim.numbers.evidence import Fact
from sim.numbers.trees import Tree, each
from sim.scenario.clauses import blocks
from sim.scenario.outcomes import OTHER
from sim.scenario.reading.places import names_in
from sim.scenario.reading.references import options, references

LARGEST_BLOCK = 4096
OF_SUPPORT = ("threshold", "people_noise", "floor", "ceiling")  # what polls tell of
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def across_parts(tree: Tree, facts: Sequence[Fact]) -> list[Problem]:
    """Return every broken rule between the parts of a raw scenario."""
    return [
        *references(tree),
        *_same_references(tree),
        *_names_taken(tree),
        *_capabilities(tree),
        *_unknown_bases(tree, facts),
        *_later_polls(tree),
        *_polls_counted_twice(tree),
        *_duplicate_facts(tree, facts),
        *_unknown_factors(tree),
        *_too_large_blocks(tree),
    ]


def _same_references(tree: Tree) -> Iterator[Problem]:
    """Find preferences without a scale: one text for both ends."""
    for path, actor in each(tree, "actors.*"):
        if not isinstance(actor, Mapping):
            continue
        ends = {end: actor.get(end) for end in ("asks_for", "unacceptable")}
        if ends["asks_for"] is not None and ends["asks_for"] == ends["unacceptable"]:
            rule = "must be another text than asks_for: the two are the ends of its scale"
            yield Problem(f"{path}.unacceptable", rule, repr(ends["unacceptable"]))


def _names_taken(tree: Tree) -> Iterator[Problem]:
    """Find names that results could not tell apart."""
    taken = {name: f"actors.{name}" for name in names_in(tree.get("actors"))}
    for path, name in each(tree, "actors.*.domestic.name"):
        if isinstance(name, str) and name in taken:
            yield Problem(path, f"is also the name of {taken[name]}; results need both", repr(name))
        elif isinstance(name, str):
            taken[name] = path.removesuffix(".name")
    if CHAIR in names_in(tree.get("actors")):
        yield Problem(f"actors.{CHAIR}", "is the word for a neutral drafter; choose another")
    if OTHER in names_in(tree.get("outcomes")):
        rule = "is the name of what no rule takes; choose another"
        yield Problem(f"outcomes.{OTHER}", rule)


def _capabilities(tree: Tree) -> Iterator[Problem]:
    """Capabilities are relative: one is meaningless without the others, or if all are zero."""
    stated = {path.split(".")[1]: number for path, number in each(tree, "actors.*.capability")}
    stated = {name: number for name, number in stated.items() if number is not None}
    for name in names_in(tree.get("actors")) if stated else []:
        if name not in stated:
            yield Problem(
                f"actors.{name}.capability", "is missing; state it for all actors or none"
            )
    values = [item.get("value") if isinstance(item, Mapping) else item for item in stated.values()]
    if values and all(value == 0 for value in values):
        yield Problem("actors", "have capability zero throughout; at least one must count")


def _bases(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every `basis` of a raw tree, with its path."""
    steps: Sequence[tuple[Any, Any]] = ()
    if isinstance(tree, Mapping):
        steps = list(tree.items())
    elif isinstance(tree, list):
        steps = list(enumerate(tree))
    for key, item in steps:
        here = f"{path}.{key}" if path else str(key)
        if key == "basis":
            yield here, item
        else:
            yield from _bases(item, here)


def _unknown_bases(tree: Tree, facts: Sequence[Fact]) -> Iterator[Problem]:
    dates: dict[str, Any] = {fact.id: fact.date for fact in facts}
    dates |= {str(fact.get("id")): fact.get("date") for fact in _own_facts(tree)}
    start = _start(tree)
    for path, basis in _bases(tree):
        for name in basis if isinstance(basis, (list, tuple)) else []:
            if not isinstance(name, str):
                continue
            if name not in dates:
                yield Problem(path, unknown("evidence id", name, dates), repr(name))
            elif _is_later(dates[name], start):
                yield Problem(path, f"rests on {name}, which is dated after the start", repr(name))


def _later_polls(tree: Tree) -> Iterator[Problem]:
    """Find polls that nobody knew of on the scenario's day."""
    start = _start(tree)
    for path, date in each(tree, "actors.*.domestic.polls.*.date"):
        if _is_later(date, start):
            yield Problem(path, f"lies after the start ({start}); nothing later counts", repr(date))


def _polls_counted_twice(tree: Tree) -> Iterator[Problem]:
    """Find numbers of support that rest on a poll which weighs them once more as evidence."""
    if tree.get("evidence", "all") not in ("all", "polls"):
        return
    for path, body in each(tree, "actors.*.domestic"):
        if not isinstance(body, Mapping):
            continue
        polls = dict(each(body, "polls.*.basis"))
        cited = {
            name: place.split(".")[1] for place, basis in polls.items() for name in _ids(basis)
        }
        for field in OF_SUPPORT:
            basis = dict(each(body, f"{field}.basis")).get(f"{field}.basis")
            place = f"{path}.{field}.basis"
            if basis is None and field in body and not isinstance(body[field], Mapping):
                basis, place = body.get("basis"), f"{path}.basis"
            for name in _ids(basis):
                if name in cited:
                    rule = (
                        f"rests on {name}, as the poll {cited[name]} does, which is evidence: a "
                        f"poll is evidence or the source of {field}, never both; state what was "
                        "thought before it, or let polls not count (evidence=stances)"
                    )
                    yield Problem(place, rule, repr(name))


def _ids(basis: Any) -> list[str]:
    """Return the evidence ids of a raw basis."""
    return [i for i in basis if isinstance(i, str)] if isinstance(basis, (list, tuple)) else []


def _start(tree: Tree) -> Any:
    return dict(each(tree, "calendar.start")).get("calendar.start")


def _is_later(date: Any, start: Any) -> bool:
    """Compare days as the ISO text that they are written in; what is no day is never later."""
    days = [str(day) for day in (date, start)]
    return all(DAY.fullmatch(day) for day in days) and days[0] > days[1]


def _own_facts(tree: Tree) -> list[Tree]:
    own = tree.get("facts")
    return [fact for fact in own if isinstance(fact, Mapping)] if isinstance(own, list) else []


def _duplicate_facts(tree: Tree, facts: Sequence[Fact]) -> Iterator[Problem]:
    ids = Counter([fact.id for fact in facts] + [str(fact.get("id")) for fact in _own_facts(tree)])
    for name, count in ids.items():
        if count > 1:
            yield Problem("facts", f"the evidence id {name} is used {count} times")


def _unknown_factors(
    tree: Any, path: str = "", known: list[str] | None = None
) -> Iterator[Problem]:
    known = names_in(tree.get("factors")) if known is None else known
    if isinstance(tree, Mapping):
        for key, item in tree.items():
            here = f"{path}.{key}" if path else str(key)
            if key == "common" and isinstance(item, Mapping) and item.get("factor") not in known:
                yield Problem(f"{here}.factor", unknown("factor", item.get("factor"), known))
            yield from _unknown_factors(item, here, known)


def settings_that_need_each_other(tree: Tree) -> Iterator[Problem]:
    """Yield settings that are missing beside others."""
    protocol = tree.get("protocol")
    if isinstance(protocol, str) and protocol in needing_settings():
        place = f"protocols.{protocol}"
        if dict(each(tree, place)).get(place) is None:
            fields = PROTOCOLS[protocol].model_fields.items()
            wanted = ", ".join(name for name, field in fields if field.is_required())
            yield Problem(place, f"is missing; the protocol is {protocol}: it states {wanted}")
    if any(value for _, value in each(tree, "calendar.deadline")) and not tree.get("mediator"):
        yield Problem("mediator", "is missing; a deadline needs somebody who sets it")


def _too_large_blocks(tree: Tree) -> Iterator[Problem]:
    choices = options(tree)
    chains = [list(when) for _, when in each(tree, "linkages.*.when") if isinstance(when, Mapping)]
    for block in blocks(choices, chains):
        size = prod(len(choices[clause]) for clause in block)
        if size > LARGEST_BLOCK:
            found = f"{size:,} combinations; at most {LARGEST_BLOCK:,} can be weighed at once"
            if len(block) == 1:
                yield Problem(f"clauses.{block[0]}.options", f"make {found}")
            else:
                rule = f"join {' - '.join(block)} into one block of {found}: drop a linkage"
                yield Problem("linkages", rule)
