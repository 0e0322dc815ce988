"""What tests against real negotiations say of a simple method and of the engine, in a line each.

The compromise, the mean of positions by capability and salience, is what elaborate models seldom
beat (Achen 2006; Thomson 2011): who reads it beside a run should know how far off both were where
the outcome is known. The figures are those of the results that Parley ships, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import Problem, ScenarioError
from sim.numbers.uncertain import Finite
from sim.scenario.reading.files import read_file
from sim.scenario.reading.schema import problems_of
from sim.settings.configuration import shipped

RESULTS = "backtests/results.yaml"  # among the experiments

_BEGINS = "results are suites, such as deu, with their figures"


class _Part(BaseModel):
    """A part of the results, of which more is written than is told here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Errors(_Part):
    """Mean absolute errors, in points of a scale of 100."""

    engine: Annotated[Finite, Field(ge=0)] | None = None
    weighted_mean: Annotated[Finite, Field(ge=0)] | None = None


class _Decisions(_Part):
    """How decisions of the European Union were forecast."""

    decisions: Annotated[int, Field(strict=True, ge=1)] | None = None
    mae: _Errors = _Errors()


class _Results(_Part):
    """The results, suite by suite."""

    deu: _Decisions = _Decisions()


def track_record(file: Path | None = None) -> tuple[str, ...]:
    """Return the record of the compromise beside the engine's, in words: no line without figures.

    Args:
        file: the results; default: those that Parley ships, if it does.

    Raises:
        ScenarioError: when there are results that cannot be used.
    """
    file = file or shipped("experiments") / RESULTS
    return tuple(_lines(_read(file).deu)) if file.is_file() else ()


def _lines(found: _Decisions) -> Iterator[str]:
    engine, mean = found.mae.engine, found.mae.weighted_mean
    if found.decisions is not None and engine is not None and mean is not None:
        yield (
            f"the compromise is the mean of positions by capability and salience (of options "
            f"without order, the one with most behind it): on {found.decisions:,} decisions of the "
            f"European Union this mean was off by {mean:.1f} points of 100, the engine by "
            f"{engine:.1f}"
        )


def _read(file: Path) -> _Results:
    try:
        return _Results.model_validate(read_file(file, _BEGINS))
    except ValidationError as error:
        wrong = problems_of(error, _Results)
        found = (Problem(f"{file.name}: {each.field}", each.rule, each.value) for each in wrong)
        raise ScenarioError(*found) from None
