"""What a backtest found, written into the study of its suite by machine.

The words of a finding are a person's. Between two marks of the README stand the figures, the
tables, and the command, date and digest of the run that they come from; the numbers themselves
stand in `results.yaml`, one file for all suites, from which whatever repeats them reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sim.backtests.backtest import PICTURES, Backtest
from sim.backtests.suites import SUITES
from sim.runs.folder import whole
from sim.runs.pages import page
from sim.scenario.reading.files import read_file
from sim.show.parts import Listing, Part, Picture
from sim.show.report import Report
from sim.show.reports.backtest import left_out_by_kind, size

HOME = "backtests"  # of the studies, where experiments are
RESULTS = "results.yaml"
BEGIN = "<!-- Written by `parley backtest ... --write`; words belong outside. -->"
_HEADER = "# What the backtests found: written by `parley backtest SUITE --data FILE --write`.\n"
_SHOWN = (
    "Whether what was said comes about as often as it was said",
    "Where outcomes fall in what was said of them",
    "What Parley loses beside simple methods",
)
_POINT = "mae"  # the metric that is told in short, beside this method
_BESIDE = "weighted_mean"


def write_findings(backtest: Backtest, command: str, home: Path) -> Path:
    """Write figures, tables and numbers into the study of the suite; return its README.

    Args:
        backtest: what was played.
        command: what plays it again.
        home: the folder with a study a suite and `results.yaml`.

    Raises:
        ScenarioError: when the README has lost its marks, or `results.yaml` is no YAML.
        OSError: when they cannot be written.
    """
    study = home / backtest.suite
    study.mkdir(parents=True, exist_ok=True)
    readme = page(study, BEGIN, f"# {SUITES[backtest.suite].title}")
    known = read_file(home / RESULTS) if (home / RESULTS).exists() else {}
    backtest.plot.save(study)
    _write_results({**known, backtest.suite: in_figures(backtest)}, home / RESULTS)
    return readme.write(_part(backtest, command))


def in_figures(backtest: Backtest) -> dict[str, Any]:
    """Return what `results.yaml` keeps of a suite: losses in four figures."""
    data = backtest.data()
    baselines = {method: _rounded(losses) for method, losses in data["baselines"].items()}
    return {
        "cases": data["cases"],
        "decisions": data["decisions"],
        "scores": _rounded(data["scores"]),
        "baselines": baselines,
        "coverage": _rounded(data["coverage"]),
        **_in_short(backtest),
        "digest": str(data["digest"])[:16],
        "written": _day(backtest),
    }


def _in_short(backtest: Backtest) -> dict[str, dict[str, float]]:
    """Return the mean errors, in tenths of a point, of a suite that has them."""
    summary = backtest.summary
    if not ((summary["method"] == _BESIDE) & (summary["metric"] == _POINT)).any():
        return {}
    own, beside = backtest.value(_POINT), backtest.value(_POINT, _BESIDE)
    return {_POINT: {"engine": round(own, 1), _BESIDE: round(beside, 1)}}


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: float(f"{value:.4g}") for name, value in values.items()}


def _write_results(results: Mapping[str, Any], file: Path) -> None:
    in_order = {suite: results[suite] for suite in SUITES if suite in results}
    with whole(file) as draft:
        draft.write_text(_HEADER + yaml.safe_dump(in_order, sort_keys=False), encoding="utf-8")


def _part(backtest: Backtest, command: str) -> str:
    about, suite = backtest.manifest, SUITES[backtest.suite]
    played = (
        f"Run on {_day(backtest)} with Parley {about['versions']['parley-sim']}: "
        f"{size(about, (suite.cases, suite.decisions))}, seed {about['seed']}, "
        f"digest `{about['digest'][:16]}`. The data are not part of Parley: FILE is where they "
        "were saved."
    )
    return f"{Report('', _parts(backtest)).written('markdown')}\n{played}\n\n    {command}\n"


def _parts(backtest: Backtest) -> tuple[Part, ...]:
    pictures = [Picture(told, Path(name)) for told, name in zip(_SHOWN, PICTURES, strict=True)]
    kinds = left_out_by_kind(backtest.manifest["left_out"])
    entries = tuple((rule, f"{many:,}") for rule, many in kinds.items())
    left_out = [Listing("Left out of the file, or not read as it stands", entries)]
    return (*pictures, *backtest.found(), *(left_out if entries else []))


def _day(backtest: Backtest) -> str:
    return str(backtest.manifest["written"])[:10]
