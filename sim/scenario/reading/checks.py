"""The checks across parts: names that refer to each other, and parts that must be complete.

They read the raw tree, so that they report beside the errors of shape and not after them; what
has the wrong shape they pass over, because its own error says so already.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

from sim.errors import Problem, unknown
from sim.numbers.evidence import Fact
from sim.numbers.names import RESERVED
from sim.numbers.trees import Tree, each
from sim.scenario.clauses import blocks
from sim.scenario.outcomes import OTHER

LARGEST_BLOCK = 4096
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# Where the keys of a mapping must be names of a kind.
KEYS = {
    "actors.*.weights": "clause",
    "actors.*.values": "clause",
    "actors.*.loadings": "driver",
    "actors.*.loadings_after": "driver",
    "actors.*.regard": "actor",
    "actors.*.domestic.weights": "clause",
    "actors.*.domestic.values": "clause",
    "actors.*.domestic.loadings": "driver",
    "texts.*.terms": "clause",
    "linkages.*.when": "clause",
    "linkages.*.worth": "actor",
    "outcomes.*.all": "clause",
    "outcomes.*.any": "clause",
    "protocols.offers.chances": "actor",
    "signatories.quota.weights": "actor",
}

# Where a value, or each item of a list, must be a name of a kind.
REFERENCES = {
    "actors.*.asks_for": "text",
    "actors.*.unacceptable": "text",
    "actors.*.no_deal.as_good_as": "text",
    "actors.*.domestic.asks_for": "text",
    "actors.*.domestic.unacceptable": "text",
    "actors.*.stances.*.text": "text",
    "actors.*.stances.*.other": "text",
    "clauses.*.options.*.consent": "actor",
    "protocols.single_text.drafter": "actor",
    "protocols.single_text.initial": "text",
    "protocols.offers.order": "actor",
    "protocols.offers.candidates": "text",
    "signatories.base": "actor",
    "aftermath.belligerents": "actor",
    "mediator": "actor",
}

# Where an option, or a list of options, stands under the name of its clause.
OPTIONS = ("texts.*.terms.*", "linkages.*.when.*", "outcomes.*.all.*", "outcomes.*.any.*")
VALUES = ("actors.*.values.*", "actors.*.domestic.values.*")

# Where every clause must have its entry.
COMPLETE = ("actors.*.weights", "actors.*.values", "actors.*.domestic.weights", "texts.*.terms")

# Where not every number may be zero.
SHARES = (
    "actors.*.weights",
    "actors.*.domestic.weights",
    "actors.*.regard",
    "protocols.offers.chances",
    "signatories.quota.weights",
)


def across_parts(tree: Tree, facts: Sequence[Fact]) -> list[Problem]:
    """Return every broken rule between the parts of a raw scenario."""
    known = _known(tree)
    return [
        *_unknown_names(tree, known),
        *_unknown_options(tree),
        *_incomplete(tree),
        *_weightless(tree),
        *_same_references(tree),
        *_names_taken(tree),
        *_capabilities(tree),
        *_unknown_bases(tree, facts),
        *_duplicate_facts(tree, facts),
        *_unknown_factors(tree),
        *_settings_that_need_each_other(tree),
        *_too_large_blocks(tree),
    ]


def names_under(tree: Tree, path: Sequence[str]) -> list[str]:
    """Return the names that other parts of a raw tree allow as keys at a path."""
    for pattern, kind in KEYS.items():
        if _fits(path, pattern):
            return _known(tree).get(kind, [])
    if any(_fits(path, pattern) for pattern in VALUES):
        return _options(tree).get(path[-1], [])
    return []


def kind_under(path: Sequence[str]) -> str | None:
    """Return of what kind the keys at a path are names, where other parts declare them."""
    if any(_fits(path, pattern) for pattern in VALUES):
        return "option"
    return next((kind for pattern, kind in KEYS.items() if _fits(path, pattern)), None)


def _fits(path: Sequence[str], pattern: str) -> bool:
    steps = pattern.split(".")
    return len(path) == len(steps) and all(
        wanted in ("*", step) for step, wanted in zip(path, steps, strict=True)
    )


def _names(mapping: Any) -> list[str]:
    """Return the names in a mapping, less the words that are not names."""
    if not isinstance(mapping, Mapping):
        return []
    return [str(key) for key in mapping if key not in RESERVED]


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _known(tree: Tree) -> dict[str, list[str]]:
    """Return the declared names of each kind, of those kinds whose part of the tree has a shape."""
    parts = {"clause": "clauses", "driver": "drivers", "actor": "actors", "text": "texts"}
    found = {kind: _names(tree.get(part)) for kind, part in parts.items()}
    return {kind: names for kind, names in found.items() if names or kind == "driver"}


def _options(tree: Tree) -> dict[str, list[str]]:
    """Return the option names of every clause."""
    found = each(tree, "clauses.*.options")
    return {path.split(".")[1]: _names(options) for path, options in found}


def _unknown_names(tree: Tree, known: Mapping[str, list[str]]) -> Iterator[Problem]:
    for pattern, kind in KEYS.items():
        for path, mapping in each(tree, pattern):
            for name in _names(mapping) if kind in known else []:
                if name not in known[kind]:
                    yield Problem(f"{path}.{name}", unknown(kind, name, known[kind]))
                elif pattern == "actors.*.regard" and path.split(".")[1] == name:
                    yield Problem(f"{path}.{name}", "is the actor itself; regard is for others")
    for pattern, kind in REFERENCES.items():
        for path, value in each(tree, pattern):
            for name in _items(value):
                if isinstance(name, str) and name not in known.get(kind, [name]):
                    yield Problem(path, unknown(kind, name, known[kind]), repr(name))


def _unknown_options(tree: Tree) -> Iterator[Problem]:
    options = _options(tree)
    for pattern in OPTIONS:
        for path, value in each(tree, pattern):
            clause = path.rsplit(".", 1)[1]
            for name in _items(value):
                if clause in options and isinstance(name, str) and name not in options[clause]:
                    yield Problem(path, unknown("option", name, options[clause]), repr(name))
    for pattern in VALUES:
        for path, mapping in each(tree, pattern):
            clause = path.rsplit(".", 1)[1]
            known = options.get(clause, [])
            for name in _names(mapping) if known else []:
                if name not in known:
                    yield Problem(f"{path}.{name}", unknown("option", name, known))
            for name in known if isinstance(mapping, Mapping) else []:
                if name not in mapping:
                    yield Problem(f"{path}.{name}", "is missing; every option has a value")


def _incomplete(tree: Tree) -> Iterator[Problem]:
    clauses = _names(tree.get("clauses"))
    for pattern in COMPLETE:
        for path, mapping in each(tree, pattern):
            for clause in clauses if isinstance(mapping, Mapping) else []:
                if clause not in mapping:
                    yield Problem(f"{path}.{clause}", "is missing; every clause needs an entry")


def _weightless(tree: Tree) -> Iterator[Problem]:
    for pattern in SHARES:
        for path, mapping in each(tree, pattern):
            numbers = (
                [number for name, number in mapping.items() if name not in RESERVED]
                if isinstance(mapping, Mapping)
                else []
            )
            if numbers and all(_is_zero(number) for number in numbers):
                yield Problem(path, "are all zero; at least one must count")


def _is_zero(number: Any) -> bool:
    return bool((number.get("value") if isinstance(number, Mapping) else number) == 0)


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
    taken = {name: f"actors.{name}" for name in _names(tree.get("actors"))}
    for path, name in each(tree, "actors.*.domestic.name"):
        if isinstance(name, str) and name in taken:
            yield Problem(path, f"is also the name of {taken[name]}; results need both", repr(name))
        elif isinstance(name, str):
            taken[name] = path.removesuffix(".name")
    if OTHER in _names(tree.get("outcomes")):
        rule = "is the name of what no rule takes; choose another"
        yield Problem(f"outcomes.{OTHER}", rule)


def _capabilities(tree: Tree) -> Iterator[Problem]:
    """Capabilities are relative: one is meaningless without the others, or if all are zero."""
    stated = {path.split(".")[1]: number for path, number in each(tree, "actors.*.capability")}
    stated = {name: number for name, number in stated.items() if number is not None}
    for name in _names(tree.get("actors")) if stated else []:
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
    start = dict(each(tree, "calendar.start")).get("calendar.start")
    for path, basis in _bases(tree):
        for name in basis if isinstance(basis, (list, tuple)) else []:
            if not isinstance(name, str):
                continue
            if name not in dates:
                yield Problem(path, unknown("evidence id", name, dates), repr(name))
            elif _is_later(dates[name], start):
                yield Problem(path, f"rests on {name}, which is dated after the start", repr(name))


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
    known = _names(tree.get("factors")) if known is None else known
    if isinstance(tree, Mapping):
        for key, item in tree.items():
            here = f"{path}.{key}" if path else str(key)
            if key == "common" and isinstance(item, Mapping) and item.get("factor") not in known:
                yield Problem(f"{here}.factor", unknown("factor", item.get("factor"), known))
            yield from _unknown_factors(item, here, known)


def _settings_that_need_each_other(tree: Tree) -> Iterator[Problem]:
    if tree.get("protocol") == "single_text" and not dict(each(tree, "protocols.single_text")):
        yield Problem("protocols.single_text", "is missing; the protocol is single_text")
    if any(value for _, value in each(tree, "calendar.deadline")) and not tree.get("mediator"):
        yield Problem("mediator", "is missing; a deadline needs somebody who sets it")


def _too_large_blocks(tree: Tree) -> Iterator[Problem]:
    options = _options(tree)
    chains = [list(when) for _, when in each(tree, "linkages.*.when") if isinstance(when, Mapping)]
    for block in blocks(options, chains):
        size = prod(len(options[clause]) for clause in block)
        if size > LARGEST_BLOCK:
            found = f"{size:,} combinations; at most {LARGEST_BLOCK:,} can be weighed at once"
            if len(block) == 1:
                yield Problem(f"clauses.{block[0]}.options", f"make {found}")
            else:
                rule = f"join {' - '.join(block)} into one block of {found}: drop a linkage"
                yield Problem("linkages", rule)
