"""Places of a raw tree: what a dotted pattern finds before anything is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.numbers.names import RESERVED

Tree = Mapping[str, Any]


def each(tree: Any, pattern: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the places of a raw tree that a dotted pattern with `*` finds, with their paths.

    >>> list(each({"actors": {"us": {"label": "US"}}}, "actors.*.label"))
    [('actors.us.label', 'US')]
    """
    head, _, rest = pattern.partition(".")
    if isinstance(tree, Mapping):
        steps = [(str(key), item) for key, item in tree.items() if head in ("*", str(key))]
    elif isinstance(tree, list) and head == "*":
        steps = [(str(index), item) for index, item in enumerate(tree)]
    else:
        return
    for key, item in steps:
        here = f"{path}.{key}" if path else key
        if head == "*" and key in RESERVED:
            continue
        if rest:
            yield from each(item, rest, here)
        else:
            yield here, item
