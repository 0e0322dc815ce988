"""The author's guide to scenario files, generated from the schema so that it cannot be wrong."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.scenario import Scenario

PREFACE = """\
# How to write a scenario

This page is generated from the schema (`make docs`). A scenario is one YAML file; check it with
`parley check FILE.yaml`, run it with `parley run scenario=FILE.yaml`.

Three rules hold everywhere:

- **A name** is small letters, digits and underscores. Names refer to each other across the file
  (an actor's weights name clauses, a text's terms name options), and a wrong one is an error that
  says the nearest right one.
- **A number** has a basis. Write it plainly where the mapping around it says `basis` and `why`
  for all of its numbers; else write it out as in *Number* below. In a mapping of numbers by name,
  `spread: 0.1` makes each plain number strictly between 0 and 1 a normal with that standard
  deviation, truncated to [0, 1], and `common` gives them a common factor.
- **A path** leads to every number: `actors.ukraine.no_deal`, `drivers.us_pressure.volatility`.
  The command line (`parley run actors.ukraine.no_deal=0.4`) and all messages use the same.
"""


def guide() -> str:
    """Return the guide in Markdown."""
    parts = [PREFACE]
    for model in _models(Scenario):
        parts.append("\n".join(_section(model)))
    return "\n".join(parts) + "\n"


def _models(root: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the models of the schema, each after the first that mentions it."""
    found: list[type[BaseModel]] = [root]
    for model in found:
        for field in model.model_fields.values():
            found += [inner for inner in _inside(field.annotation) if inner not in found]
    return found


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _inside(argument)


def _section(model: type[BaseModel]) -> Iterator[str]:
    yield f"\n## {model.__name__}\n"
    yield " ".join(str(model.__doc__).split())
    yield "\n| field | holds | default | what it is |\n|---|---|---|---|"
    for name, field in model.model_fields.items():
        default = "required" if field.is_required() else _default(field)
        yield f"| `{name}` | {_holds(field.annotation)} | {default} | {field.description or ''} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "absent"
    if value in ({}, ()):
        return "empty"
    return f"`{value}`" if not isinstance(value, BaseModel) else "its own defaults"


def _holds(annotation: Any) -> str:
    """Return in words what a field holds."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is None:
        return _kind(annotation)
    if origin in {Union, types.UnionType}:
        return " or ".join(dict.fromkeys(_holds(a) for a in arguments if a is not type(None)))
    if origin is tuple:
        count = "" if arguments[-1] is Ellipsis else f" of {len(arguments)}"
        return f"list{count}: {_holds(arguments[0])}"
    if origin is Literal:
        return _choices(arguments)
    return f"name: {_holds(arguments[1])}" if origin is dict else _holds(arguments[0])


def _kind(plain: type) -> str:
    """Return in words what a class of values is: a part of a scenario, a choice, text ..."""
    if issubclass(plain, StrEnum):
        return _choices(plain)
    if issubclass(plain, BaseModel):
        return f"[{plain.__name__}](#{plain.__name__.lower()})"
    words = {"str": "text", "float": "number", "int": "whole number", "bool": "true or false"}
    return words.get(plain.__name__, plain.__name__)


def _choices(values: Iterable[object]) -> str:
    return " or ".join(f"`{value}`" for value in values)
