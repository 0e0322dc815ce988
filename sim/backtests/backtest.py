"""A finished backtest, as its folder keeps it: tables, what was fitted, a report, figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from sim.analysis.scores import coverage, pit_histogram
from sim.backtests import folder as folders
from sim.backtests.gate import gate
from sim.backtests.suites import SUITES
from sim.backtests.tables import ENGINE
from sim.draws.streams import Floats
from sim.errors import ScenarioError, problem
from sim.outside.tables import read_table
from sim.show.reports.backtest import METHODS, METRICS, backtest_report, found, size, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.show.parts import Part
    from sim.show.report import Report

SHARES = (0.5, 0.9)  # of the intervals whose coverage is told
CURVE = tuple(tenth / 10 for tenth in range(1, 10))  # and drawn
DEAL = "a deal"
PICTURES = ("reliability.png", "pit.png", "differences.png")


@dataclass(frozen=True, eq=False)
class Backtest:
    """What came out of a suite.

    Attributes:
        folder: where it is kept.
        manifest: suite, cases, what was left out, traits, digest.
        scores: a row for each decision: what the engine said, what happened, its losses.
        baselines: what each baseline loses in each decision.
        summary: mean losses by method and metric, with paired differences.
    """

    folder: Path
    manifest: Mapping[str, Any]
    scores: pd.DataFrame
    baselines: pd.DataFrame
    summary: pd.DataFrame

    @classmethod
    def kept_in(cls, folder: Path) -> Backtest:
        """Return the finished backtest of a folder.

        Raises:
            ScenarioError: when it holds none, or a damaged one.
        """
        manifest = folders.read_manifest(folder)
        try:
            tables = [
                read_table(folder / name, dtype={"case": str, "decision": str, "group": str})
                for name in (folders.SCORES, folders.BASELINES, folders.SUMMARY)
            ]
        except ScenarioError as error:
            raise problem("backtest", f"is damaged ({error})", str(folder)) from None
        return cls(folder, manifest, *tables)

    @property
    def suite(self) -> str:
        """Return the name of the suite."""
        return str(self.manifest["suite"])

    @cached_property
    def pit_ends(self) -> Floats:
        """Return where each outcome lies in what was said of it: (N, 2)."""
        known = self.scores.dropna(subset=["pit_low", "pit_high"])
        return known[["pit_low", "pit_high"]].to_numpy()

    def pit(self, bins: int = 10) -> Floats:
        """Return the heights of the PIT histogram, 1 on average: (bins,)."""
        return pit_histogram(self.pit_ends, bins)

    @property
    def coverage(self) -> dict[str, float]:
        """Return how many outcomes fall inside the 50% and the 90% interval."""
        return {f"{share:.0%}".rstrip("%"): coverage(self.pit_ends, share) for share in SHARES}

    def value(self, metric: str, method: str = ENGINE) -> float:
        """Return the mean loss of a method."""
        table = self.summary
        return float(table[(table.method == method) & (table.metric == metric)].value.iloc[0])

    @property
    def traits(self) -> dict[str, Any]:
        """Return the global numbers: those that fit best, or the frozen ones."""
        fitted = self.manifest["fitted"]
        return dict((fitted or self.manifest["traits"])["traits"])

    @property
    def passes(self) -> dict[str, bool]:
        """Return which metrics meet what the gate calls success."""
        bar = gate().suite(self.suite).success
        return {metric: self.value(metric) <= limit for metric, limit in bar.items()}

    def data(self) -> dict[str, Any]:
        """Return it in short, as plain data."""
        methods = [each for each in self.summary.method.unique() if each != ENGINE]
        table = self.summary
        return {
            "suite": self.suite,
            "cases": self.manifest["cases"],
            "decisions": self.manifest["decisions"],
            "left_out": list(self.manifest["left_out"]),
            "scores": {metric: self.value(metric) for metric in gate().suite(self.suite).metrics},
            "baselines": {
                method: {
                    str(row.metric): float(row.value)
                    for row in table[table.method == method].itertuples()
                }
                for method in methods
            },
            "coverage": self.coverage,
            "traits": self.traits,
            "digest": self.manifest["digest"],
            "folder": str(self.folder),
        }

    @property
    def plot(self) -> BacktestPlots:
        """Return the figures of this backtest: `backtest.plot.pit()` and friends."""
        return BacktestPlots(self)

    def report(self) -> Report:
        """Return what people read of it."""
        suite, bar = SUITES[self.suite], gate().suite(self.suite)
        return backtest_report(
            suite.title,
            (suite.cases, suite.decisions),
            self.manifest,
            self.summary,
            self.coverage,
            bar.success,
            bar.hoped,
            gate().calibration,
            self.folder,
        )

    def found(self) -> list[Part]:
        """Return the parts of the report that say what was found."""
        bar = gate().suite(self.suite)
        told = self.manifest, self.summary, self.coverage
        return list(found(*told, bar.success, bar.hoped, gate().calibration))


class BacktestPlots:
    """The figures of a backtest; each returns Axes."""

    def __init__(self, backtest: Backtest) -> None:
        self._backtest = backtest

    def pit(self, ax: Axes | None = None) -> Axes:
        """Draw how many outcomes fell in each tenth of what was said of them."""
        from sim.show import figures

        suite = SUITES[self._backtest.suite]
        known = self._backtest.scores.dropna(subset=["pit_low"])
        count = len(known) if suite.alone else known["group"].nunique()
        things = suite.decisions if suite.alone else suite.cases
        heights = self._backtest.pit()
        return figures.pit_histogram(heights, count, things, suite.outcome, self._subtitle(), ax)

    def reliability(self, ax: Axes | None = None) -> Axes:
        """Draw whether what was said came about as often: deals, or outcomes inside intervals."""
        from sim.analysis.calibration import coverage_table, reliability_table
        from sim.show import figures

        scores = self._backtest.scores
        if "chance" in scores:
            things = SUITES[self._backtest.suite].decisions
            happened = scores["deal"].to_numpy(bool)
            bins = reliability_table(scores["chance"].to_numpy(float), happened)
            return figures.reliability(bins, DEAL, things, self._subtitle(), ax)
        groups = list(scores.dropna(subset=["pit_low"])["group"])
        curve = coverage_table(self._backtest.pit_ends, groups, CURVE, gate().resamples)
        things = SUITES[self._backtest.suite].cases
        return figures.coverage(curve, things, self._subtitle(), ax)

    def differences(self, ax: Axes | None = None) -> Axes:
        """Draw what the engine loses beside each baseline, metric by metric."""
        from sim.show import figures

        return figures.losses(self._relative(), self._subtitle(), ax)

    def save(self, folder: Path) -> None:
        """Draw all of them into a folder, under the names in `PICTURES`.

        Raises:
            OSError: when they cannot be written.
        """
        folder.mkdir(exist_ok=True)
        draw = (self.reliability, self.pit, self.differences)
        for name, drawn in zip(PICTURES, draw, strict=True):
            cast("Figure", drawn().figure).savefig(folder / name, dpi=150)

    def _subtitle(self) -> str:
        suite = SUITES[self._backtest.suite]
        told = size(self._backtest.manifest, (suite.cases, suite.decisions))
        return f"{suite.title}: {told}"

    def _relative(self) -> pd.DataFrame:
        """Return differences as shares of what each baseline loses, the least loss first."""
        table = self._backtest.summary
        beside = table[(table["method"] != ENGINE) & (table["value"] > 0)]
        parts = [
            group.sort_values("value", kind="stable").assign(label=self._named(str(metric)))
            for metric, group in beside.groupby("metric", sort=False)
        ]
        rows = pd.concat(parts)
        shares = rows[["difference", "low", "high"]].div(rows["value"], axis=0)
        return rows[["metric", "label"]].assign(method=rows["method"].map(METHODS)).join(shares)

    def _named(self, metric: str) -> str:
        return f"{METRICS[metric]}: Parley {written(self._backtest.value(metric))}"
