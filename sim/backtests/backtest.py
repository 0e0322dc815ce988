"""A finished backtest, as its folder keeps it: tables, what was fitted, a report, figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.analysis.scores import coverage, pit_histogram
from sim.backtests import folder as folders
from sim.backtests.gate import gate
from sim.backtests.suites import SUITES
from sim.backtests.tables import ENGINE
from sim.draws.streams import Floats
from sim.errors import problem

if TYPE_CHECKING:
    from sim.show.report import Report

SHARES = (0.5, 0.9)  # of the intervals whose coverage is told


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
                pd.read_csv(folder / name, dtype={"case": str, "decision": str, "group": str})
                for name in (folders.SCORES, folders.BASELINES, folders.SUMMARY)
            ]
        except (OSError, ValueError) as error:
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

    def report(self) -> Report:
        """Return what people read of it."""
        from sim.show.reports.backtest import backtest_report

        suite, bar = SUITES[self.suite], gate().suite(self.suite)
        return backtest_report(
            suite.title,
            (suite.cases, suite.decisions),
            self.manifest,
            self.summary,
            self.coverage,
            bar.success,
            bar.hoped,
            self.folder,
        )
