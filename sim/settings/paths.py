"""One value at one dotted path: what an override does to the tree of a configuration.

A path leads to what the tree holds or the schema knows; what the value may be is checked with the
whole tree afterwards. What needs a basis and is changed, wholly or in part, rests on `override`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from sim.errors import Problem, ScenarioError, unknown
from sim.numbers.names import BASIS_WORDS, SHARED_WORDS
from sim.numbers.uncertain import Number
from sim.scenario.reading import schema
from sim.scenario.reading.references import kind_under, names_under

Models = Sequence[type[BaseModel]]
Path = Sequence[str]


def put(tree: dict[str, Any], path: Path, value: Any, models: Models) -> None:
    """Put a value at a path, making the optional parts that lead there.

    Raises:
        ScenarioError: when the path leads nowhere.
    """
    _refuse_basis(path)
    parent, step = _parent(tree, path, models), path[-1]
    if not _may_stand(tree, path, value, models):
        raise _no_such(tree, path, models)
    value = _resting_on_override(value, path, models)
    if isinstance(parent, list):
        parent[int(step)] = value
    else:
        parent[step] = value
    _mark(tree, path, models)


def remove(tree: dict[str, Any], path: Path, models: Models) -> None:
    """Take what stands at a path out of the tree.

    Raises:
        ScenarioError: when nothing stands there.
    """
    _refuse_basis(path)
    parent, step = at(tree, path[:-1]), path[-1]
    if step not in _standing(parent):
        raise _no_such(tree, path, models)
    parent.pop(int(step) if isinstance(parent, list) else step)
    _mark(tree, path, models)


def _refuse_basis(path: Path) -> None:
    if any(step in BASIS_WORDS for step in path):
        rule = "is not for overrides: what one changes gets the basis `override` by itself"
        raise ScenarioError(Problem(".".join(path), rule))


def _parent(tree: dict[str, Any], path: Path, models: Models) -> Any:
    """Return what holds the last step of a path; a plain value on the way is written out."""
    node: Any = tree
    for depth, step in enumerate(path[:-1], start=1):
        if step not in (*_standing(node), *schema.names_at(path[: depth - 1], *models)):
            raise _no_such(tree, path[:depth], models)
        key: Any = int(step) if isinstance(node, list) else step
        held = node[key] if isinstance(node, list) else node.get(key)
        if not isinstance(held, (dict, list)):
            if not schema.has_parts(path[:depth], *models):
                rule = f"holds no parts, so it has no '{path[depth]}'"
                raise ScenarioError(Problem(".".join(path[:depth]), rule))
            plain = schema.plain_field(path[:depth], *models)
            node[key] = {plain: held} if plain and held is not None else {}
        node = node[key]
    return node


def at(tree: Any, path: Path) -> Any:
    """Return what stands at a path, or nothing."""
    for step in path:
        if step not in _standing(tree):
            return None
        tree = tree[int(step) if isinstance(tree, list) else step]
    return tree


def _standing(node: Any) -> list[str]:
    """Return the steps that can be taken from a node of the tree."""
    if isinstance(node, list):
        return [str(index) for index in range(len(node))]
    return [str(key) for key in node] if isinstance(node, Mapping) else []


def _may_stand(tree: Any, path: Path, value: Any, models: Models) -> bool:
    """Return whether a name may stand at the end of a path.

    Where names are free (texts, drivers, linkages ...), a new one needs a definition, so that a
    misspelt one is no new one.
    """
    parent, step = path[:-1], path[-1]
    if step in _names(tree, parent, models):
        return True
    declares = schema.has_free_names(parent, *models) and not names_under(tree, parent)
    return declares and isinstance(value, Mapping)


def _names(tree: Any, path: Path, models: Models) -> list[str]:
    """Return the names that may follow a path: what stands there, and what is known of it."""
    shared = SHARED_WORDS if schema.holds_numbers(path, *models) else ()
    return [
        *_standing(at(tree, path)),
        *schema.names_at(path, *models),
        *names_under(tree, path),
        *shared,
    ]


def _no_such(tree: Any, path: Path, models: Models) -> ScenarioError:
    if isinstance(at(tree, path[:-1]), list):
        count = len(at(tree, path[:-1]))
        return ScenarioError(
            Problem(".".join(path), f"no such entry; there are {count}, counted from 0")
        )
    for name, held in _mapping(at(tree, path[:-1])).items():
        if isinstance(held, Mapping) and held.get("label") == path[-1]:
            return ScenarioError(Problem(".".join(path), f"is a label; write its name, {name}"))
    known = [name for name in _names(tree, path[:-1], models) if name not in BASIS_WORDS]
    return ScenarioError(
        Problem(".".join(path), unknown(kind_of_names(path[:-1], models), path[-1], known))
    )


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, Mapping) else {}


def kind_of_names(path: Path, models: Models) -> str:
    """Return what the names under a path are names of: settings, fields, actors, clauses ..."""
    if not path:
        return "setting"
    if not schema.has_free_names(path, *models):
        return "field"
    return kind_under(path) or "name"


def _resting_on_override(value: Any, path: Path, models: Models) -> Any:
    """Return a value in which all that needs a basis rests on `override`."""
    if schema.is_at(Number, path, *models) and _is_plain(value):
        return {"value": value, "basis": "override"}
    if isinstance(value, Mapping):
        numbers = schema.holds_numbers(path, *models)
        parts = {
            key: item
            if numbers and _is_plain(item)
            else _resting_on_override(item, [*path, str(key)], models)
            for key, item in value.items()
        }
        rests = numbers or schema.needs_basis(path, *models)
        return {**parts, "basis": "override"} if rests else parts
    if isinstance(value, list):
        return [
            _resting_on_override(item, [*path, str(index)], models)
            for index, item in enumerate(value)
        ]
    return value


def _is_plain(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _mark(tree: dict[str, Any], path: Path, models: Models) -> None:
    """Let what a changed part belongs to rest on `override`, without its old line of reasoning."""
    for depth in range(len(path) - 1, 0, -1):
        node, step = at(tree, path[:depth]), path[depth]
        spreads = step in SHARED_WORDS and schema.holds_numbers(path[:depth], *models)
        if spreads or (isinstance(node, dict) and schema.needs_basis(path[:depth], *models)):
            node.pop("why", None)
            node["basis"] = "override"
            _keep_one_form(node, step)
            return


def _keep_one_form(number: dict[str, Any], form: str) -> None:
    """Drop the other forms of a number in which one was set: it has exactly one."""
    forms = (*Number.FORMS, "as_good_as")
    if form in forms:
        others = {*forms, "error"} - {form} - ({"error"} if form == "as_good_as" else set())
        for other in others & set(number):
            del number[other]
