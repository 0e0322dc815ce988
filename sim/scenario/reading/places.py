"""Where the marks of the schema stand, as dotted patterns.

A new part of a scenario is checked by the marks on its own fields; nothing is listed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel

from sim.numbers.marks import Mark
from sim.numbers.names import RESERVED
from sim.scenario.scenario import Scenario

Some = TypeVar("Some", bound=Mark)


def places(kind: type[Some]) -> list[tuple[str, Some]]:
    """Return where the scenario's schema has marks of a kind: dotted pattern and mark.

    In a pattern, `*` stands for any name of a mapping and any entry of a list.

    >>> from sim.numbers.marks import Refers
    >>> dict(places(Refers))["actors.*.asks_for"].kind
    'text'
    """
    return [(pattern, mark) for pattern, mark in _all_marks() if isinstance(mark, kind)]


def fits(path: Sequence[str], pattern: str) -> bool:
    """Return whether a path is one that a pattern finds.

    >>> fits(["actors", "us", "weights"], "actors.*.weights")
    True
    """
    steps = pattern.split(".")
    return len(path) == len(steps) and all(
        wanted in ("*", step) for step, wanted in zip(path, steps, strict=True)
    )


def names_in(mapping: Any) -> list[str]:
    """Return the names in a mapping, less the words that are not names."""
    if not isinstance(mapping, Mapping):
        return []
    return [str(key) for key in mapping if key not in RESERVED]


@cache
def _all_marks() -> tuple[tuple[str, Mark], ...]:
    return tuple(dict.fromkeys(marks_of(Scenario)))


def marks_of(annotation: Any, marks: Sequence[Any] = (), path: str = "") -> Iterator[Any]:
    """Yield every mark in an annotation and in all that it is made of, with its pattern."""
    yield from ((path, mark) for mark in marks if isinstance(mark, Mark))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            here = f"{path}.{name}" if path else name
            yield from marks_of(field.annotation, field.metadata, here)
        return
    arguments = get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        yield from marks_of(arguments[0], arguments[1:], path)
    elif get_origin(annotation) is dict:
        yield from marks_of(arguments[1], (), f"{path}.*")
    elif get_origin(annotation) is tuple:
        for item in dict.fromkeys(arguments):
            yield from marks_of(item, (), f"{path}.*")
    else:
        for reading in arguments:
            yield from marks_of(reading, (), path)
