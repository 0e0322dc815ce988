"""The schema as something to ask: which fields a place has, and what an error there means.

Pydantic finds what is wrong; here its findings become messages for an author of scenarios.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.errors import Problem, unknown
from sim.numbers.names import RESERVED
from sim.numbers.uncertain import Number

RULES = {
    "missing": "is missing",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "dict_type": "must be a mapping of names to values",
    "mapping_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of fields to values",
    "model_attributes_type": "must be a mapping of fields to values",
    "tuple_type": "must be a list",
    "string_pattern_mismatch": "is no valid name: small letters, digits and underscores, "
    "a letter first",
    "date_type": "must be a date such as 2025-11-27",
    "date_parsing": "must be a date such as 2025-11-27",
    "date_from_datetime_parsing": "must be a date such as 2025-11-27",
    "date_from_datetime_inexact": "must be a date such as 2025-11-27",
}

BASIS_HINT = "name evidence ids, or say `assumption` and why; it may stand once for all beside them"

WORDS = {
    "Input should": "must",
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
    "greater than": "more than",
    "String should": "must",
    "Tuple should": "must",
}


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Return pydantic's findings as problems, each under its dotted path."""
    return list(dict.fromkeys(_problem(dict(found), model) for found in error.errors()))


def names_at(path: Iterable[str], *models: type[BaseModel]) -> tuple[str, ...]:
    """Return the field names that the schema has at a path; none where names are free."""
    places = _places(path, models)
    return tuple(dict.fromkeys(name for place in places for name in _fields(place)))


def is_at(kind: type, path: Iterable[str], *models: type[BaseModel]) -> bool:
    """Return whether a part of this kind may stand at a path."""
    return kind in _places(path, models)


def has_parts(path: Iterable[str], *models: type[BaseModel]) -> bool:
    """Return whether what stands at a path may have named parts."""
    return any(_fields(place) or get_origin(place) is dict for place in _places(path, models))


def plain_field(path: Iterable[str], *models: type[BaseModel]) -> str | None:
    """Return the field that a plain value at a path stands for, if it stands for one."""
    fields = [getattr(place, "PLAIN", None) for place in _places(path, models)]
    return next((field for field in fields if field), None)


def has_free_names(path: Iterable[str], *models: type[BaseModel]) -> bool:
    """Return whether an author chooses the names at a path."""
    return any(get_origin(place) is dict for place in _places(path, models))


def holds_numbers(path: Iterable[str], *models: type[BaseModel]) -> bool:
    """Return whether a mapping of numbers by name stands at a path."""
    maps = [place for place in _places(path, models) if get_origin(place) is dict]
    return any(Number in _readings(get_args(place)[1]) for place in maps)


def needs_basis(path: Iterable[str], *models: type[BaseModel]) -> bool:
    """Return whether what stands at a path must say what it rests on."""
    fields = [place.model_fields for place in _places(path, models) if _fields(place)]
    return any("basis" in known and known["basis"].is_required() for known in fields)


def _places(path: Iterable[str], models: Iterable[type[BaseModel]]) -> list[Any]:
    """Return what stands at a path, in every reading of the schema."""
    places: list[Any] = list(models)
    for part in path:
        places = _step(places, part)
    return places


def _problem(found: Mapping[str, Any], model: type[BaseModel]) -> Problem:
    path, names = _dotted(found["loc"], found["type"], model)
    kind, value = found["type"], found["input"]
    if kind == "missing":
        hint = f": {BASIS_HINT}" if path.endswith(".basis") else ""
        return Problem(path, RULES[kind] + hint)
    if kind == "extra_forbidden":
        return Problem(path, unknown("field", str(found["loc"][-1]), names))
    if kind == "union_tag_not_found":
        return Problem(f"{path}.kind", RULES["missing"])
    if kind == "union_tag_invalid":
        return Problem(f"{path}.kind", _rule(kind, found, value), repr(found["ctx"]["tag"]))
    if kind == "broken":
        field, rule, value = (found["ctx"][key] for key in ("field", "rule", "value"))
        return Problem(f"{path}.{field}", rule, *([] if value is None else [repr(value)]))
    return Problem(path, _rule(kind, found, value), repr(_shown(value)))


def _rule(kind: str, found: Mapping[str, Any], value: Any) -> str:
    context = found.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in {"enum", "literal_error", "union_tag_invalid"}:
        allowed = str(context.get("expected") or context["expected_tags"])
        choices = allowed.replace("'", "").replace(" or ", ", ").split(", ")
        return unknown("choice", context.get("tag", value), choices)
    if kind == "too_short":
        least = context["min_length"]
        return f"must have at least {least} entr{'y' if least == 1 else 'ies'}"
    if kind in RULES:
        return RULES[kind]
    text = str(found["msg"])
    for pydantic, ours in WORDS.items():
        text = text.replace(pydantic, ours)
    return text


def _shown(value: Any) -> Any:
    """Return what of a value a message should show: a number rather than its bookkeeping."""
    if isinstance(value, Mapping):
        stated = {key: item for key, item in value.items() if key not in {"basis", "why", "common"}}
        return stated["value"] if set(stated) == {"value"} else stated
    return value


def _dotted(
    loc: tuple[int | str, ...], kind: str, model: type[BaseModel]
) -> tuple[str, tuple[str, ...]]:
    """Return the path that an author would write, and the names known at its last step.

    Pydantic's locations also hold the tags of unions, which choose a reading, and marks such as
    `[key]`. They are left out.
    """
    places: list[Any] = [model]
    path: list[str] = []
    names: tuple[str, ...] = ()
    tagged: list[Any] = []
    # Of no steps, where the whole is at fault, there is none to follow either.
    for part, following_mark in zip(map(str, loc), (*loc[1:], ""), strict=False):
        # A part that follows a tag is a field, also where both have one name.
        tagged = [] if tagged else [place for place in places if part in _tags(place)]
        following = [] if tagged else _step(places, part)
        places = tagged or places
        names = tuple(name for place in places for name in _fields(place))
        is_key = following_mark == "[key]"
        if following or is_key or (kind == "extra_forbidden" and not tagged):
            path.append(part)
        places = following or places
    return ".".join(path), names


def _step(places: list[Any], part: str) -> list[Any]:
    """Return what stands one step further, in every reading of the schema."""
    following: list[Any] = []
    for place in places:
        if isinstance(place, type) and issubclass(place, BaseModel):
            field = place.model_fields.get(part)
            following += _readings(field.annotation) if field else []
        elif get_origin(place) is dict and part not in {"[key]", *RESERVED}:
            following += _readings(get_args(place)[1])
        elif get_origin(place) is tuple and part.isdecimal():
            following += _readings(get_args(place)[0])
    return following


def _readings(annotation: Any) -> list[Any]:
    """Return the alternatives of an annotation, unwrapped."""
    if get_origin(annotation) is Annotated:
        return _readings(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return [reading for item in get_args(annotation) for reading in _readings(item)]
    return [annotation]


def _tags(place: Any) -> tuple[str, ...]:
    """Return the words that choose a part among the readings of a place."""
    if not _fields(place):
        return ()
    kind = place.model_fields.get("kind")
    return (place.__name__, *(get_args(kind.annotation) if kind else ()))


def _fields(place: Any) -> tuple[str, ...]:
    is_model = isinstance(place, type) and issubclass(place, BaseModel)
    return tuple(place.model_fields) if is_model else ()
