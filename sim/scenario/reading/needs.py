"""What the tactics that actors follow need of a raw scenario, beside what every actor states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.bargaining.tactics import TACTICS
from sim.errors import Problem
from sim.numbers.trees import Tree, each
from sim.scenario.actors import Actor
from sim.scenario.forms import FORMS


def in_forms(tree: Tree) -> list[Tree]:
    """Return a raw scenario in each of its forms that are known; as it is if it states none."""
    stated, actors = tree.get("forms"), tree.get("actors")
    names = [name for name in FORMS if isinstance(stated, dict | list) and name in stated]
    if not names or not isinstance(actors, Mapping):
        return [tree]
    return [
        {
            **tree,
            "protocol": FORMS[name].protocol,
            "actors": {
                actor: {**each, "tactic": FORMS[name].tactic} if isinstance(each, Mapping) else each
                for actor, each in actors.items()
            },
        }
        for name in names
    ]


def needs(tree: Tree) -> list[Problem]:
    """Return what a raw scenario lacks for the tactics that its actors follow."""
    default = Actor.model_fields["tactic"].default
    followed = {
        path: actor.get("tactic", default)
        for path, actor in each(tree, "actors.*")
        if isinstance(actor, Mapping)
    }
    found: list[Problem] = []
    for name, tactic in TACTICS.items():
        if name in followed.values():
            if tactic.all_or_none:
                found += _others(name, followed)
            found += _missing(tree, name, tactic.needs, followed)
            found += tactic.misfits(tree)
    return found


def _others(name: str, followed: Mapping[str, object]) -> Iterator[Problem]:
    for path, other in followed.items():
        if other != name:
            rule = f"must be {name} for all actors or for none: each counts on the others"
            yield Problem(f"{path}.tactic", rule, repr(other))


def _missing(
    tree: Tree, name: str, fields: tuple[str, ...], followed: Mapping[str, object]
) -> Iterator[Problem]:
    for path, stated in each(tree, "actors.*.bargaining"):
        if followed.get(path.removesuffix(".bargaining")) == name and isinstance(stated, Mapping):
            for field in fields:
                if stated.get(field) is None:
                    yield Problem(f"{path}.{field}", f"is missing; the tactic {name} needs it")
