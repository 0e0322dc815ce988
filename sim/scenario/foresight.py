"""What the tactic `equilibrium` asks of a scenario: all actors, their numbers, time, packages.

Its actors look ahead to what each other will do, so that all of them must, and under `offers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from sim.errors import Problem
from sim.scenario.actors import Tactic
from sim.scenario.reading.places import Tree, each

LARGEST_GAME = 100_000  # packages that are weighed in every session
HORIZONS = 4  # what comes after must not count for what is done before
NUMBERS = ("discount", "offer_noise")


def needs(tree: Tree) -> list[Problem]:
    """Return what a raw scenario lacks for actors that look ahead; nothing where none does."""
    tactics = dict(each(tree, "actors.*.tactic"))
    if Tactic.EQUILIBRIUM not in tactics.values():
        return []
    return [*_of_the_actors(tree), *_of_the_talks(tree), *_of_the_packages(tree)]


def _of_the_actors(tree: Tree) -> Iterator[Problem]:
    for path, actor in each(tree, "actors.*"):
        if not isinstance(actor, Mapping):
            continue
        tactic = actor.get("tactic", Tactic.TIME_BASED.value)
        if tactic != Tactic.EQUILIBRIUM:
            rule = "must be equilibrium for all actors or for none: each counts on the others"
            yield Problem(f"{path}.tactic", rule, repr(tactic))
        stated = actor.get("bargaining")
        missing = [n for n in NUMBERS if isinstance(stated, Mapping) and stated.get(n) is None]
        for field in missing:
            rule = "is missing; the tactic equilibrium needs it"
            yield Problem(f"{path}.bargaining.{field}", rule)
        if actor.get("anticipates") is True:
            rule = "must be false under the tactic equilibrium, which does not foresee ratification"
            yield Problem(f"{path}.anticipates", rule, "True")


def _of_the_talks(tree: Tree) -> Iterator[Problem]:
    protocol = tree.get("protocol")
    if protocol != "offers":
        rule = "must be offers: the tactic equilibrium is for no other"
        yield Problem("protocol", rule, repr(getattr(protocol, "value", protocol)))
    weeks = _value(tree, "protocols.offers.foresight")
    horizon = _value(tree, "calendar.horizon")
    if weeks is None:
        rule = "is missing; the tactic equilibrium needs it"
        yield Problem("protocols.offers.foresight", rule)
    elif isinstance(weeks, (int, float)) and isinstance(horizon, (int, float)):
        least = HORIZONS * horizon
        if weeks < least:
            rule = f"must be at least {HORIZONS} times calendar.horizon, {least:g} weeks"
            yield Problem("protocols.offers.foresight", rule, repr(weeks))


def _of_the_packages(tree: Tree) -> Iterator[Problem]:
    if dict(each(tree, "protocols.offers.candidates")).get("protocols.offers.candidates"):
        return
    options = [options for _, options in each(tree, "clauses.*.options")]
    packages = prod(len(names) for names in options if isinstance(names, Mapping))
    if packages > LARGEST_GAME:
        rule = (
            f"span {packages:,} packages; the tactic equilibrium weighs at most {LARGEST_GAME:,}: "
            "state the texts that may be offered as protocols.offers.candidates"
        )
        yield Problem("clauses", rule)


def _value(tree: Tree, path: str) -> Any:
    """Return a plain number of a raw tree, however it is written; None where there is none."""
    number = dict(each(tree, path)).get(path)
    return number.get("value") if isinstance(number, Mapping) else number
