"""A scenario file as plain data: YAML that can name no code, read nothing else, and stays small.

Text, numbers, truth values, lists and mappings are all there is; a date is text until the schema
reads it. Only `true` and `false` are truth values, so that `yes`, `no` and `on` can be names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from sim.errors import problem
from sim.outside import files as outside

LARGEST_FILE = 2**20
MOST_VALUES = 100_000
DEEPEST = 40
SCENARIO_BEGINS = "a scenario begins with title, clauses, texts, actors"
LONGEST_NUMBER = 300
# What libyaml lets pass in more places than PyYAML does, or reads otherwise.
DOUBTFUL = re.compile("[\t!?\ufeff]|[|>][-+0-9]*#")
SURROGATE = re.compile("[\ud800-\udfff]")


def read_file(file: Path, begins: str = SCENARIO_BEGINS) -> dict[str, Any]:
    """Return a YAML file as plain data; `begins` is what to say of one that holds no mapping.

    Raises:
        ScenarioError: when it is missing, too large, not YAML, no mapping, or interpolates.
    """
    return read_text(outside.read_text(file, LARGEST_FILE), str(file), begins)


def read_text(text: str, name: str, begins: str = SCENARIO_BEGINS) -> dict[str, Any]:
    """Return YAML as plain data; `name` is what messages call it.

    `begins` is what to say of one that holds no mapping.

    Raises:
        ScenarioError: when it is not YAML, too large, no mapping, or interpolates.
    """
    try:
        tree = _tree(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise problem(name, f"is no valid YAML: {_where(error)}") from None
    if not isinstance(tree, dict):
        found = "is empty" if tree is None else "must be a mapping of names to values"
        raise problem(name, f"{found}; {begins}")
    refuse_what_is_no_plain_text(tree)
    return tree


def refuse_what_is_no_plain_text(tree: Any, path: str = "") -> None:
    """Refuse text that asks for another value, perhaps of the environment, or is half a sign.

    Raises:
        ScenarioError: naming the first.
    """
    for here, value in leaves(tree, path):
        if isinstance(value, str) and "${" in value:
            raise problem(here, "interpolations are not allowed: write the value", value)
        if isinstance(value, str) and SURROGATE.search(value):
            raise problem(ascii(here)[1:-1], "holds a sign that is no Unicode text", value)


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every name and every value of a tree, with its dotted path.

    >>> list(leaves({"seed": 7}))
    [('seed', 'seed'), ('seed', 7)]
    """
    if isinstance(tree, Mapping):
        steps = list(tree.items())
    elif isinstance(tree, list):
        steps = list(enumerate(tree))
    else:
        yield path, tree
        return
    for key, item in steps:
        here = f"{path}.{key}" if path else str(key)
        if isinstance(tree, Mapping):
            yield here, key
        yield from leaves(item, here)


def _tree(text: str) -> Any:
    """Return YAML as data.

    libyaml is quick but has other words for what is wrong, and lets more pass; so PyYAML's own
    reader has the last word on what libyaml does not take, or takes otherwise.
    """
    if yaml.__with_libyaml__ and not DOUBTFUL.search(text):
        with suppress(yaml.YAMLError, RecursionError, ValueError):
            return _document(_QuickLoader(text))
    return _document(_Loader(text))


def _document(loader: _PlainData) -> Any:
    root = loader.get_single_node()
    if root is None:
        return None
    _size(root, DEEPEST, {})
    return loader.construct_document(root)


class _PlainData(Composer, SafeConstructor, Resolver):
    """YAML less dates, octal and sexagesimal numbers, merges, and the many words for true."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (as the base class has it)
    peek_event: Callable[..., Any]  # which the reader gives

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse tags, which say what a value is instead of its looks."""
        event = self.peek_event()
        if getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(
                problem=f"the tag '{event.tag}' is not allowed: write plain values",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        """Join the halves that JSON writes a sign beyond 16 bits in, and YAML knows nothing of."""
        value = super().construct_scalar(node)
        if isinstance(value, str) and SURROGATE.search(value):
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        return value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Make every name text, and refuse one that is given twice: YAML itself forbids it."""
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in found:
                raise yaml.MarkedYAMLError(
                    problem=f"'{key}' is given twice", problem_mark=key_node.start_mark
                )
            found[key] = self.construct_object(value_node, deep=deep)
        return found


class _Loader(_PlainData, yaml.SafeLoader):
    """PyYAML's own reader."""


# PyYAML may have been built without libyaml.
_Events: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _QuickLoader(_PlainData, _Events):  # type: ignore[misc]
    """libyaml's events, composed here: its own composing overflows the stack of a deep text."""

    def __init__(self, text: str) -> None:
        _Events.__init__(self, text)
        Composer.__init__(self)


_DIGITS = list("-+.0123456789")
for _tag, _pattern, _first in (
    ("null", r"^(null|Null|NULL|~|)$", ["n", "N", "~", ""]),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", _DIGITS),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", _DIGITS),
    ("float", r"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$", _DIGITS),
):
    _PlainData.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def _whole(_: _PlainData, node: yaml.ScalarNode) -> int:
    if len(node.value) > LONGEST_NUMBER:
        raise yaml.MarkedYAMLError(
            problem=f"a number of more than {LONGEST_NUMBER} digits", problem_mark=node.start_mark
        )
    return int(node.value)


_PlainData.add_constructor("tag:yaml.org,2002:int", _whole)  # type: ignore[type-var]


def _size(node: yaml.Node, depth: int, sizes: dict[int, int]) -> int:
    """Return how many values a node stands for once its aliases are written out.

    Each node is counted once and remembered, so a file of aliases to aliases costs no more.
    """
    if depth == 0:
        raise yaml.MarkedYAMLError(
            problem=f"is nested more than {DEEPEST} deep", problem_mark=node.start_mark
        )
    if id(node) not in sizes:
        sizes[id(node)] = 1 + sum(_size(part, depth - 1, sizes) for part in _parts(node))
    if sizes[id(node)] > MOST_VALUES:
        raise yaml.MarkedYAMLError(
            problem=f"stands for more than {MOST_VALUES:,} values", problem_mark=node.start_mark
        )
    return sizes[id(node)]


def _parts(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _where(error: Exception) -> str:
    """Return where and why YAML could not be read, in one line."""
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or next(iter(str(error).splitlines()), "")
    if isinstance(error, RecursionError):
        reason = "is nested too deep"
    return f"line {mark.line + 1}, column {mark.column + 1}: {reason}" if mark else reason
