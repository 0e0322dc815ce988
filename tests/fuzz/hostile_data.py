"""Data that others may send: values of every wrong kind, and trees and texts spoilt by them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.outside.hostile import TEXTS, texts

PATHS = ["../../escaped", "/tmp/escaped", "..", ".", "", "a/b", "~", "a\0b", "con", "x" * 300]
NUMBERS = [0, -1, 1, 2, 0.5, -0.5, 1e-12, 5e-324, 1e12, 1e308, -1e308, 2**63, 10**30, 10**400]
NO_NUMBERS = [float("nan"), float("inf"), float("-inf"), "1e999", ".nan", "1_000", "0x1F", "1:30"]
WORDS = [
    *TEXTS.values(),
    *PATHS,
    *("${oc.env:HOME}", "${seed}", "=1+1", "@sum", "-", "null", "true", "{", "\ud800", "\udc00a"),
    *("w" * 200, "é" * 200, "短" * 60, "\U0001f600", "\ufeffa", "a b", "A", "0", "assumption"),
]
WHY = {"basis": "assumption", "why": "for a test"}
DISTRIBUTIONS: list[Any] = [
    {"uniform": [0, 1], **WHY},
    {"uniform": [1, 0], **WHY},
    {"uniform": [0, 1e308], **WHY},
    {"uniform": ["a", None], **WHY},
    {"triangular": [0.1, 0.2, 0.3], **WHY},
    {"triangular": [1, 1, 1], **WHY},
    {"normal": {"mean": 0.5, "sd": 1e-300, "low": 0, "high": 1}, **WHY},
    {"normal": {"mean": 1e6, "sd": 0.1, "low": 0, "high": 1}, **WHY},
    {"beta": {"mean": 1e-300, "concentration": 1e-300}, **WHY},
    {"gamma": {"shape": 1e300, "rate": 1e-300, "high": 1}, **WHY},
    {"choice": {"values": [0, 1], "chances": [0.5, 0.5]}, **WHY},
    {"choice": {"values": [], "chances": []}, **WHY},
    {"value": 0.5, "basis": []},
    {"value": 0.5, **WHY, "common": {"factor": "none", "loading": 2}},
]


def _nested(deep: int) -> Any:
    found: Any = []
    for _ in range(deep):
        found = [found]
    return found


def values() -> st.SearchStrategy[Any]:
    """Return values of which nearly all are wrong nearly everywhere."""
    fixed: list[Any] = [
        None,
        True,
        False,
        [],
        {},
        [[]],
        [None],
        {"": None},
        _nested(30),
        _nested(90),
    ]
    return st.one_of(
        st.sampled_from([*NUMBERS, *NO_NUMBERS]),
        st.sampled_from(WORDS),
        st.sampled_from(fixed),
        st.sampled_from(DISTRIBUTIONS),
        st.floats(-1, 2),
        st.integers(-3, 100),
        texts(),
    )


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where a tree holds something, all levels of it."""
    steps = list(tree.items()) if isinstance(tree, dict) else []
    steps = list(enumerate(tree)) if isinstance(tree, list) else steps
    for key, item in steps:
        yield (*path, key)
        yield from places(item, (*path, key))


def at(tree: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a place of a tree."""
    for step in path:
        tree = tree[step]
    return tree


@st.composite
def spoilt(draw: st.DrawFn, tree: Any, most: int = 3) -> Any:
    """A tree with a few things put in, taken away, renamed, doubled or taken from elsewhere."""
    tree = deepcopy(tree)
    for _ in range(draw(st.integers(1, most))):
        every = [*places(tree)]
        if not every:
            break
        path = every[draw(st.integers(0, len(every) - 1))]
        *before, last = path
        holder = at(tree, tuple(before))
        how = draw(st.sampled_from(["put", "put", "put", "drop", "rename", "add", "graft"]))
        if how == "put":
            holder[last] = deepcopy(draw(values()))  # the next may spoil it
        elif how == "drop":
            del holder[last]
        elif how == "graft":
            holder[last] = deepcopy(at(tree, every[draw(st.integers(0, len(every) - 1))]))
        elif isinstance(holder, dict):
            value = holder.pop(last) if how == "rename" else holder[last]
            holder[draw(st.sampled_from(WORDS) | texts())] = deepcopy(value)
        else:
            holder.append(deepcopy(holder[last]))
    return tree


def as_yaml(tree: Any) -> str:
    """Return a tree as YAML, as whoever wrote it might have it written."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    try:
        return yaml.dump(tree, Dumper=dumper, sort_keys=False)
    except (yaml.YAMLError, UnicodeError):  # libyaml takes no half signs
        return json.dumps(tree)


PIECES = [
    *(
        "\t",
        " ",
        "\n",
        "- ",
        ": ",
        "? ",
        "&a ",
        "*a",
        "<<: *a\n",
        "!!python/name:os.system ",
        "|\n",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "\\",
        "%YAML 9.9\n",
        "---\n",
        "...\n",
        "#",
        ",",
        "@",
        "`",
        ">-\n",
    ),
    *("\x00", "\x1b[2J", "\u202e", "\ufeff", "\x85", "\u2028", '"\\ud800"', "é", "${a}"),
    *("[" * 2000, "9" * 1000, "x" * 5000, "a: 1\na: 2\n", "&b [*b]", "*none", ".nan", "1e999"),
]


@st.composite
def broken_text(draw: st.DrawFn, text: str, most: int = 4) -> str:
    """A text with pieces put in, cut out and doubled."""
    for _ in range(draw(st.integers(1, most))):
        here = draw(st.integers(0, len(text)))
        there = min(len(text), here + draw(st.integers(0, 60)))
        how = draw(st.sampled_from(["put", "put", "cut", "double", "end"]))
        if how == "put":
            text = text[:here] + draw(st.sampled_from(PIECES)) + text[here:]
        elif how == "cut":
            text = text[:here] + text[there:]
        elif how == "double":
            text = text[:there] + text[here:there] + text[there:]
        else:
            text = text[:here]
    return text


@st.composite
def broken_bytes(draw: st.DrawFn, data: bytes, most: int = 4) -> bytes:
    """Bytes of which some were changed, cut out or put in, as a disk or a stranger would."""
    for _ in range(draw(st.integers(1, most))):
        here = draw(st.integers(0, len(data)))
        how = draw(st.sampled_from(["change", "change", "cut", "put", "end"]))
        piece = draw(st.binary(min_size=1, max_size=8))
        if how == "change":
            data = data[:here] + piece + data[here + len(piece) :]
        elif how == "cut":
            data = data[:here] + data[here + len(piece) :]
        elif how == "put":
            data = data[:here] + piece + data[here:]
        else:
            data = data[:here]
    return data
