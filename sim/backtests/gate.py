"""The gate: what the backtests will show, written down before anything was fitted.

One file holds folds, metrics, baselines, the global numbers with their ranges, and what counts as
success; fits, reports and tests read it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from sim.backtests.scenarios import EQUILIBRIUM, FRESH, Traits
from sim.errors import ScenarioError
from sim.numbers.names import Frozen, broken
from sim.scenario.reading.files import read_file
from sim.scenario.reading.schema import problems_of
from sim.settings.configuration import shipped

NEAR = 1 / 8  # of a range: how far a second design goes from the best of the first
GATE = Path("backtests", "gate.yaml")

Whole = Annotated[int, Field(ge=1)]
Real = Annotated[float, Field(allow_inf_nan=False)]


class Range(Frozen):
    """Where a global number is looked for."""

    range: tuple[Real, Real]
    log: bool = False

    @model_validator(mode="after")
    def _ascends(self) -> Range:
        low, high = self.range
        if low >= high:
            raise broken("range", "must be low < high", list(self.range))
        if self.log and low <= 0:
            raise broken("range", "must begin above 0, as it is logarithmic", list(self.range))
        return self

    def at(self, shares: np.ndarray) -> np.ndarray:
        """Return the values at shares of the way from low to high: (n,)."""
        low, high = np.log(self.range) if self.log else self.range
        values = low + shares * (high - low)
        return np.exp(values) if self.log else values

    def share_of(self, value: float) -> float:
        """Return how far on the way from low to high a value lies."""
        low, high, here = np.log([*self.range, value]) if self.log else (*self.range, value)
        return float((here - low) / (high - low))


class SuiteGate(Frozen):
    """What is written down of one suite."""

    group: str = Field(description="what is drawn together where differences are bootstrapped")
    worlds: Whole = Field(description="of a case")
    metrics: tuple[str, ...]
    baselines: tuple[str, ...]
    chosen_by: str = Field(description="the loss that a fit makes small")
    screened: Whole = Field(1, description="the design is played on one case in so many")
    refined: Annotated[int, Field(ge=0)] = Field(
        0, description="points of a second design, around the best of the first"
    )
    finalists: Whole = Field(64, description="points of each variant that all cases are played at")
    traits: dict[str, Range] = Field({}, description="global numbers, the same for all cases")
    variants: dict[str, tuple[str, ...]] = Field(
        {}, description="how bargaining may be modelled: the fit chooses"
    )
    traits_of: str | None = Field(None, description="the suite whose numbers it takes as they are")
    success: dict[str, Real]
    hoped: dict[str, Real]


class Design(Frozen):
    """The coarse design over the global numbers."""

    points: Whole
    seed: int

    @model_validator(mode="after")
    def _is_balanced(self) -> Design:
        if self.points & (self.points - 1):
            raise broken("points", "must be a power of 2: Sobol points come so", self.points)
        return self


class Gate(Frozen):
    """The whole file."""

    folds: Annotated[int, Field(ge=2)]
    interval: Annotated[float, Field(gt=0, lt=1)]
    resamples: Whole
    calibration: Real = Field(description="points by which coverage may be off")
    smoothing: Annotated[float, Field(gt=0)]
    design: Design
    suites: dict[Literal["deu", "dond", "casino"], SuiteGate]

    def points(self, suite: str) -> list[Traits]:
        """Return the points of a suite's design: every variant at each of them."""
        numbers = self._filled(suite, self._sobol(suite, self.design.points))
        return [{**variant, **point} for variant in self.variants(suite) for point in numbers]

    def around(self, suite: str, best: Traits) -> list[Traits]:
        """Return the points of the second design: within an eighth of each range of the best."""
        asked = self.suite(suite)
        unit = self._sobol(suite, asked.refined) if asked.refined else np.zeros((0, 0))
        centre = [each.share_of(float(best[name])) for name, each in asked.traits.items()]
        here = np.clip(np.array(centre) + (unit - 0.5) * 2 * NEAR, 0.0, 1.0) if len(unit) else unit
        return [{**best, **point} for point in self._filled(suite, here)]

    def _sobol(self, suite: str, points: int) -> np.ndarray:
        """Return points that fill the unit cube: (points, traits)."""
        from scipy.stats import qmc

        sobol = qmc.Sobol(len(self.suite(suite).traits), seed=self.design.seed)
        return sobol.random_base2(int(np.log2(points)))

    def _filled(self, suite: str, unit: np.ndarray) -> list[dict[str, float]]:
        """Return global numbers at points of the unit cube, in four figures."""
        ranges = self.suite(suite).traits
        return [
            {
                name: float(f"{float(each.at(share)):.4g}")
                for (name, each), share in zip(ranges.items(), row, strict=True)
            }
            for row in unit
        ]

    def suite(self, name: str) -> SuiteGate:
        """Return what is written down of one suite."""
        return next(gate for suite, gate in self.suites.items() if suite == name)

    def variants(self, suite: str) -> Iterator[dict[str, str]]:
        """Yield how bargaining may be modelled; an equilibrium's moods are always fresh."""
        variants = self.suite(suite).variants
        for chosen in product(*variants.values()):
            variant = dict(zip(variants, chosen, strict=True))
            if variant.get("tactic") != EQUILIBRIUM or variant.get("mood") == FRESH:
                yield variant


@cache
def gate() -> Gate:
    """Return the gate that Parley ships.

    Raises:
        ScenarioError: with everything that is wrong with its file.
    """
    return read_gate(shipped("experiments") / GATE)


def read_gate(file: Path) -> Gate:
    """Return a gate from its file.

    Raises:
        ScenarioError: with everything that is wrong with it.
    """
    try:
        return Gate.model_validate(read_file(file))
    except ValidationError as error:
        raise ScenarioError(*problems_of(error, Gate)) from None
