"""Names that refer to what another part declares: checked where a mark of the schema asks for it.

They are read in the raw tree; what has the wrong shape is passed over, because its own error says
so already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import Problem, unknown
from sim.numbers.marks import Declared, Declares, KeysAre, Kind, NotAllZero, Refers
from sim.numbers.names import RESERVED
from sim.numbers.trees import Tree, each
from sim.scenario.reading.places import fits, names_in, places
from sim.scenario.scenario import Scenario

MISSING = {"option": "every option has a value"}


def references(tree: Tree) -> Iterator[Problem]:
    """Yield every name that is not declared, is missing, or carries no weight."""
    names = _Names(_declared(tree), options(tree))
    for pattern, keys in places(KeysAre):
        for path, mapping in each(tree, pattern):
            yield from _keys(path, mapping, keys, names.known(keys.kind, path))
    for pattern, mark in places(Refers):
        for path, value in each(tree, pattern):
            yield from _values(path, value, mark, names.known(mark.kind, path))
    for pattern, _ in places(NotAllZero):
        for path, mapping in each(tree, pattern):
            yield from _weightless(path, mapping)


def names_under(tree: Tree, path: Sequence[str]) -> list[str]:
    """Return the names that other parts of a raw tree allow as keys at a path."""
    kinds = [mark.kind for pattern, mark in places(KeysAre) if fits(path, pattern)]
    names = _Names(_declared(tree), options(tree))
    return [name for kind in kinds for name in names.known(kind, ".".join(path)) or []]


def kind_under(path: Sequence[str]) -> Declared | None:
    """Return of what kind the keys at a path are names; None where nobody chooses them."""
    refer = [mark.kind for pattern, mark in places(KeysAre) if fits(path, pattern)]
    declare = [mark.kind for pattern, mark in places(Declares) if fits(path, pattern)]
    return next(iter([*refer, *declare]), None)


def options(tree: Tree) -> dict[str, list[str]]:
    """Return the option names of every clause of a raw tree."""
    found = each(tree, "clauses.*.options")
    return {path.split(".")[1]: names_in(options) for path, options in found}


@dataclass(frozen=True)
class _Names:
    """The declared names of a raw tree: by kind, and of options by clause."""

    declared: Mapping[str, list[str]]
    options: Mapping[str, list[str]]

    def known(self, kind: Kind, path: str) -> list[str] | None:
        """Return the names that a place may hold; None where their own part has no shape."""
        if kind == "option":
            return self.options.get(path.rpartition(".")[2])
        return self.declared.get(kind)


def _declared(tree: Tree) -> dict[str, list[str]]:
    """Return the names of each kind, save those whose lack is an error of its own."""
    found = {
        mark.kind: (field, names_in(tree.get(field)))
        for field, mark in places(Declares)
        if field in Scenario.model_fields
    }
    return {
        kind: names
        for kind, (field, names) in found.items()
        if names or not Scenario.model_fields[field].is_required()
    }


def _keys(path: str, mapping: Any, mark: KeysAre, known: list[str] | None) -> Iterator[Problem]:
    if known is None or not isinstance(mapping, Mapping):
        return
    *_, owner, field = ("", *path.split("."))
    for name in names_in(mapping):
        if name not in known:
            yield Problem(f"{path}.{name}", unknown(mark.kind, name, known))
        elif mark.others and name == owner:
            yield Problem(f"{path}.{name}", f"is the actor itself; {field} is for others")
    for name in known if mark.complete else []:
        if name not in mapping:
            rule = MISSING.get(mark.kind, f"every {mark.kind} needs an entry")
            yield Problem(f"{path}.{name}", f"is missing; {rule}")


def _values(path: str, value: Any, mark: Refers, known: list[str] | None) -> Iterator[Problem]:
    for name in value if isinstance(value, (list, tuple)) else [value]:
        allowed = None if known is None else [*known, *mark.besides]
        if allowed is not None and isinstance(name, str) and name not in allowed:
            yield Problem(path, unknown(mark.kind, name, allowed), repr(name))


def _weightless(path: str, mapping: Any) -> Iterator[Problem]:
    items = mapping.items() if isinstance(mapping, Mapping) else ()
    numbers = [number for name, number in items if name not in RESERVED]
    if numbers and all(_is_zero(number) for number in numbers):
        yield Problem(path, "are all zero; at least one must count")


def _is_zero(number: Any) -> bool:
    return bool((number.get("value") if isinstance(number, Mapping) else number) == 0)
