"""What is told of a backtest: the engine beside simple methods, the gate, and calibration."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import floor, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.show.cells import Cell, Text
from sim.show.parts import Column, Note, Part, Row, Table, figures, records, words
from sim.show.report import Report
from sim.show.words import listed, percent, setting

if TYPE_CHECKING:
    import pandas as pd

METRICS = {
    "crps": "CRPS, in points of 100",
    "mae": "Mean error of the mean, in points of 100",
    "brier": "Brier score of a deal",
    "split_log_loss": "Log loss of the split, where there was a deal",
}
METHODS = {
    "engine": "Parley",
    "climatology": "outcomes of the other folds",
    "weighted_actors": "actors' positions, by weight",
    "weighted_mean": "weighted mean (compromise)",
    "weighted_median": "weighted median",
    "challenge": "challenge model",
    "mean_with_residuals": "weighted mean and its past errors",
    "mix": "best mix of three simple laws",
    "logit_over_options": "logit over options",
    "constant": "share of deals",
    "two_variables": "logistic regression, two variables",
    "uniform": "all splits alike",
    "sum": "the sum of gains",
    "nash": "the product of gains (Nash)",
    "smaller_gain": "the smaller gain",
}
_MOST_LEFT_OUT = 5
_WHERE = re.compile(r"^(line \d+|[\w.-]*\d[\w.-]*): ")
_SAID = re.compile(r"'[^']*'|(?<=left out: ).*|\b[\w-]*\d[\w-]*\b")  # values, names of actors


def backtest_report(
    title: str,
    things: tuple[str, str],
    manifest: Mapping[str, Any],
    summary: pd.DataFrame,
    coverage: Mapping[str, float],
    success: Mapping[str, float],
    hoped: Mapping[str, float],
    off: float,
    folder: Path,
) -> Report:
    """Return what is told of a suite; `things` are what its cases and decisions are called."""
    parts: list[Part] = [
        *found(manifest, summary, coverage, success, hoped, off),
        *_left_out(manifest["left_out"]),
        Note(f"Backtest folder: {folder}", whole=True),
    ]
    return Report(f"{title}: {size(manifest, things)}.", tuple(parts))


def size(manifest: Mapping[str, Any], things: tuple[str, str]) -> str:
    """Return in words how much was played."""
    cases, decisions = things
    counts = f"{manifest['cases']:,} {cases}, {manifest['decisions']:,} {decisions}"
    return f"{counts}, {manifest['worlds']:,} worlds of each case"


def found(
    manifest: Mapping[str, Any],
    summary: pd.DataFrame,
    coverage: Mapping[str, float],
    success: Mapping[str, float],
    hoped: Mapping[str, float],
    off: float,
) -> Iterator[Part]:
    """Yield what was found: a table a metric with its gate, calibration, the global numbers."""
    for metric in METRICS:
        if metric in success:
            yield _table(metric, summary, success[metric], hoped[metric])
    yield Note(
        "Less is better; below 0 Parley is better than the method. Intervals are 95%, by "
        "bootstrap over groups of cases."
    )
    yield Note(_calibration(coverage, off))
    yield Note(_numbers(manifest))


def left_out_by_kind(lines: Iterable[str]) -> dict[str, int]:
    """Return what was left out of a file by why, and how often: names and values are dots.

    >>> left_out_by_kind(["line 3: pit '101' is no number", "line 4: pit 'x' is no number"])
    {'pit … is no number': 2}
    >>> left_out_by_kind(["5 dialogues in which somebody disconnected"])
    {'dialogues in which somebody disconnected': 5}
    """
    kinds: Counter[str] = Counter()
    for line in lines:
        rule = _WHERE.sub("", line, count=1)
        number, _, counted = rule.partition(" ")
        many, rule = (int(number), counted) if number.isdecimal() else (1, rule)
        kinds[_SAID.sub("\N{HORIZONTAL ELLIPSIS}", rule)] += many
    return dict(kinds.most_common())


def written(value: float) -> str:
    """Return a loss in four figures.

    >>> written(14.9604), written(0.16849), written(1.4)
    ('14.96', '0.1685', '1.400')
    """
    return f"{value:.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    return 3 - floor(log10(value)) if value > 0 else 4


def _table(metric: str, summary: pd.DataFrame, success: float, hoped: float) -> Table:
    rows = sorted(records(summary[summary.metric == metric]), key=lambda row: float(row["value"]))
    value = next(float(row["value"]) for row in rows if row["method"] == "engine")
    met = "met" if value <= success else "NOT met"
    reached = "reached" if value <= hoped else "not reached"
    note = f"The gate: at most {success:g}, {met}; hoped for: {hoped:g}, {reached}."
    columns: Sequence[Column] = (
        words("method"),
        figures("loss", strong=True),
        figures("Parley less it"),
        figures("95% interval"),
    )
    return Table(METRICS[metric], tuple(columns), tuple(tuple(_cells(row)) for row in rows), note)


def _cells(row: Row) -> Iterator[Cell]:
    decimals = _decimals(float(row["value"]))
    yield Text(METHODS[str(row["method"])])
    yield Text(written(float(row["value"])))
    if row["method"] == "engine":
        yield from (Text(""), Text(""))
        return
    yield Text(f"{row['difference']:+.{decimals}f}")
    yield Text(f"{row['low']:+.{decimals}f} to {row['high']:+.{decimals}f}")


def _calibration(coverage: Mapping[str, float], off: float) -> str:
    """Say how many outcomes intervals hold, and whether that is as many points off as allowed."""
    inside = [f"{percent(share)} in {name}% intervals" for name, share in coverage.items()]
    apart = max(abs(100 * share - float(name)) for name, share in coverage.items())
    met = "met" if apart <= off else "NOT met"
    return (
        f"Calibration: of outcomes {listed(inside)}. The gate: at most {off:g} points off, {met}."
    )


def _numbers(manifest: Mapping[str, Any]) -> str:
    fitted = manifest["fitted"]
    traits = (fitted or manifest["traits"])["traits"]
    said = ", ".join(f"{name} {setting(value)}" for name, value in traits.items())
    how = (
        "fitted; each fold is scored by what the others chose, and all together choose"
        if fitted
        else "as they were frozen; nothing is fitted here"
    )
    return f"Global numbers {how}: {said}."


def _left_out(lines: Sequence[str]) -> Iterator[Part]:
    if lines:
        more = len(lines) - _MOST_LEFT_OUT
        yield Note(f"Left out of the file ({len(lines)}):")
        yield from (Note(f"  {line}") for line in lines[:_MOST_LEFT_OUT])
        if more > 0:
            yield Note(f"  and {more} more, in manifest.json")
