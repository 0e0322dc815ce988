"""Named sets of global numbers, frozen after a fit to real negotiations: `conf/traits/NAME.yaml`.

A set holds what each suite of backtests was fitted with, and priors that a scenario may take: where
`{trait: noise}` stands in the place of a number, the set that `traits` names says what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from sim.errors import Problem, ScenarioError, problem, unknown
from sim.numbers.names import Frozen
from sim.numbers.uncertain import Number
from sim.scenario.reading.files import read_file
from sim.scenario.reading.schema import problems_of

TRAIT, TRAITS = "trait", "traits"


class Fitted(Frozen):
    """What a fit to one suite froze."""

    traits: dict[str, float | str] = Field(description="the global numbers, by name")
    baselines: dict[str, float] = Field({}, description="what the baselines' own fits gave")


class TraitSet(Frozen):
    """A set of global numbers."""

    suites: dict[str, Fitted] = Field(description="what each suite was fitted with")
    priors: dict[str, Number] = Field({}, description="what a scenario may take, by name")


def trait_sets(folder: Path) -> dict[str, Path]:
    """Return the files of the sets in Parley's folder `conf`, by name."""
    return {file.stem: file for file in sorted(folder.joinpath(TRAITS).glob("*.yaml"))}


@cache
def trait_set(folder: Path, name: str) -> TraitSet:
    """Return a set by its name.

    Raises:
        ScenarioError: when there is no such set, or with everything that is wrong with it.
    """
    sets = trait_sets(folder)
    if name not in sets:
        raise problem(TRAITS, unknown("set of traits", name, sets), name)
    try:
        return TraitSet.model_validate(read_file(sets[name]))
    except ValidationError as error:
        raise ScenarioError(*problems_of(error, TraitSet)) from None


def with_priors(tree: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Return a tree of plain data with priors in the place of traits, and what is wrong with these.

    What stands beside `trait`, such as a common factor, stays.
    """
    found = list(_traits(tree, ""))
    if not found:
        return dict(tree), []
    name = tree.get(TRAITS)
    if not isinstance(name, str):
        rule = "takes a number of a set: name it, such as traits=fitted_2026"
        return dict(tree), [Problem(path, rule, repr(trait)) for path, trait in found]
    try:
        priors = trait_set(folder, name).priors
    except ScenarioError as error:
        return dict(tree), list(error.problems)
    wrong = [
        Problem(path, unknown(f"trait of {name}", str(trait), priors), repr(trait))
        for path, trait in found
        if trait not in priors
    ]
    return _put_in(tree, priors), wrong


def _traits(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield where a trait is taken, and which."""
    if isinstance(part, Mapping):
        if TRAIT in part:
            yield path, part[TRAIT]
        for key, each in part.items():
            yield from _traits(each, f"{path}.{key}".lstrip("."))


def _put_in(part: Any, priors: Mapping[str, Number]) -> Any:
    if not isinstance(part, Mapping):
        return part
    if part.get(TRAIT) in priors:
        prior = priors[part[TRAIT]].model_dump(mode="json", exclude_defaults=True)
        return {**prior, **{key: each for key, each in part.items() if key != TRAIT}}
    return {key: _put_in(each, priors) for key, each in part.items()}
