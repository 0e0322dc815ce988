"""Named sets of global numbers, frozen after a fit: `conf/traits/NAME.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from sim.errors import ScenarioError, problem, unknown
from sim.numbers.names import Frozen
from sim.scenario.reading.files import read_file
from sim.scenario.reading.schema import problems_of
from sim.settings.configuration import shipped

FROZEN = "fitted_2026"  # what is scored where nothing is said


class Fitted(Frozen):
    """What a fit to one suite froze."""

    traits: dict[str, float | str] = Field(description="the global numbers, by name")
    baselines: dict[str, float] = Field({}, description="what the baselines' own fits gave")


def trait_sets() -> dict[str, Path]:
    """Return the files of the sets that Parley ships, by name."""
    return {file.stem: file for file in sorted(shipped("conf").joinpath("traits").glob("*.yaml"))}


def frozen(name: str, suite: str) -> Fitted:
    """Return what a set says of a suite.

    Raises:
        ScenarioError: when there is no such set, it is broken, or says nothing of the suite.
    """
    sets = trait_sets()
    if name not in sets:
        raise problem("--traits", unknown("set of traits", name, sets), name)
    suites = read_file(sets[name]).get("suites")
    if not isinstance(suites, dict) or suite not in suites:
        raise problem("--traits", f"says nothing of the suite {suite}", name)
    try:
        return Fitted.model_validate(suites[suite])
    except ValidationError as error:
        raise ScenarioError(*problems_of(error, Fitted)) from None
