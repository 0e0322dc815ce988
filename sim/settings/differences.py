"""What differs between two configurations, path by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sim.numbers.names import BASIS_WORDS


class Absent(Enum):
    """What stands for a part that a tree lacks."""

    ABSENT = "absent"

    def __str__(self) -> str:
        """Return the word for it."""
        return self.value


ABSENT = Absent.ABSENT


@dataclass(frozen=True)
class Difference:
    """A place where two trees of plain data differ; what a tree lacks is `ABSENT` there."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        """Path, then and now in one line."""
        return f"{self.path}: {self.before} -> {self.after}"


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Yield where two trees of plain data differ, in the order of the first.

    A part that only one of them has is one difference, however much it holds.

    >>> [str(found) for found in differences({"seed": 1, "a": {}}, {"seed": 2, "a": {"c": 3}})]
    ['seed: 1 -> 2', 'a.c: absent -> 3']
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from differences(
                before.get(key, ABSENT), after.get(key, ABSENT), _under(path, key)
            )
    elif _are_lists(before, after) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, _under(path, index))
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield Difference(path, before, after)


def without_reasons(tree: Any) -> Any:
    """Return a tree without the bases of its numbers, plain numbers as such.

    >>> without_reasons({"no_deal": {"value": 0.3, "basis": "override"}})
    {'no_deal': 0.3}
    """
    if isinstance(tree, Mapping):
        parts = {key: without_reasons(v) for key, v in tree.items() if key not in BASIS_WORDS}
        return parts["value"] if list(parts) == ["value"] else parts
    return [without_reasons(item) for item in tree] if isinstance(tree, list) else tree


def _under(path: str, step: object) -> str:
    return f"{path}.{step}" if path else str(step)


def _are_lists(*values: Any) -> bool:
    return all(isinstance(value, Sequence) and not isinstance(value, str) for value in values)
