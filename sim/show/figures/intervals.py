"""Probabilities and their differences as points with intervals, one row for each outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from sim.show.figures.style import (
    DARK,
    EDGE,
    FAINT,
    INK,
    LIGHT,
    MUTED,
    PALETTE,
    RECORD,
    SMALL,
    TEXT,
    Margins,
    balance,
    canvas,
    inches,
    legend_below,
    lines_height,
    longest_line,
    percent,
    percent_axis,
    records,
    span,
)
from sim.show.words import UNTOLD_MEANS, any_untold, assumed, points

if TYPE_CHECKING:
    import pandas as pd

ODDS = ("outcome", "label", "probability", "low", "high", "assumption_low", "assumption_high")
BASE_RATES = ("label", "model", "base", "base_low", "base_high")
DIFFERENCES = ("outcome", "label", "difference", "low", "high")

_LABELS = 3.2  # inches at most for the words on the left
_FIRST, _SECOND = 0.65, 2.05  # inches from the Axes to the ends of the columns on the right
_WIDE, _NARROW = 0.24, 0.11  # inches: heights of a range and of an interval
_HEADING = 0.6  # inches between the odds and the base rates

UP, DOWN, UNCLEAR = PALETTE[0], PALETTE[5], MUTED


def odds(
    table: pd.DataFrame,
    base_rates: pd.DataFrame | None = None,
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the odds of each outcome with both doubts, and the base rates beneath.

    Args:
        table: outcome, label, probability, low, high, assumption_low, assumption_high (the last
            two may be NaN), as `odds_table` makes it.
        base_rates: label, model, base, base_low, base_high; drawn on the same scale.
        subtitle: what was simulated.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when a table lacks rows or columns.
    """
    rows = records(table, "odds", ODDS)
    beside = []
    if base_rates is not None and len(base_rates):
        beside = records(base_rates, "base rates", BASE_RATES)
    known = bool(table["assumption_low"].notna().any())
    labels = _labels([*rows, *beside])
    at, end = _middles(labels, heading_before=len(rows) if beside else None)
    legend = _odds_legend(known, any_untold(table), bool(beside))
    margins = _margins(labels, below=0.58 + 0.23 * len(legend))
    ax = canvas(ax, _odds_title(rows), subtitle, end, margins)
    _name_rows(ax, labels, at, end)
    _name_columns(ax, 0.0, "odds", "assumptions" if known else "")
    for row, y in zip(rows, at, strict=False):
        _draw_outcome(ax, row, y)
    if beside:
        _draw_base_rates(ax, beside, at[len(rows) :], labels[len(rows) :])
    ends = [[row[name] for name in row if name not in ("outcome", "label")] for row in rows]
    ends += [[row[name] for name in BASE_RATES[1:]] for row in beside]
    highest = max(float(np.nanmax(row)) for row in ends)
    percent_axis(ax, "x", 0, min(1.0, np.ceil(highest * 10 + 0.2) / 10))
    ax.set_xlabel("Probability", fontsize=TEXT, color=INK)
    legend_below(ax, legend, margins, down=0.62)
    return ax


def differences(table: pd.DataFrame, subtitle: str = "", ax: Axes | None = None) -> Axes:
    """Draw paired differences of odds with their intervals, in the order given.

    Args:
        table: outcome, label, difference, low, high; probabilities, as `paired_difference` gives
            them.
        subtitle: what is compared with what.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    rows = records(table, "differences", DIFFERENCES)
    labels = _labels(rows)
    at, end = _middles(labels)
    margins = _margins(labels, below=1.0)
    ax = canvas(ax, _differences_title(rows), subtitle, end, margins)
    _name_rows(ax, labels, at, end)
    _name_columns(ax, 0.0, "change", "95% interval")
    ax.axvline(0, color=INK, linewidth=1.2)
    for row, y in zip(rows, at, strict=True):
        colour = _direction(row)
        ax.barh(y, row["high"] - row["low"], _NARROW / 2, left=row["low"], color=colour)
        ax.plot(row["difference"], y, "o", color=colour, markersize=9, markeredgecolor="white")
        ends = f"{_points(row['low'])} to {_points(row['high'])}"
        _write_figures(ax, y, _points(row["difference"]), ends)
    reach = max(abs(row[name]) for row in rows for name in DIFFERENCES[2:])
    ax.set_xlim(-1.1 * reach or -0.01, 1.1 * reach or 0.01)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _points(value).removesuffix(".0")))
    ax.grid(axis="x", color=FAINT, linewidth=0.8)
    ax.set_xlabel("Change in the odds, in percentage points", fontsize=TEXT, color=INK)
    legend_below(ax, _differences_legend(), margins, down=0.62, columns=3)
    return ax


def _labels(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [balance(str(row["label"]), _LABELS, TEXT) for row in rows]


def _margins(labels: Sequence[str], below: float) -> Margins:
    """Leave as much room on the left as the longest line of the labels takes."""
    return Margins(
        max(longest_line(labels, TEXT) + 0.1, 2.0) + EDGE, _SECOND + EDGE, below, above=0.3
    )


def _middles(labels: Sequence[str], heading_before: int | None = None) -> tuple[list[float], float]:
    """Return how far down each row's middle lies, and their end, in inches: the units of y."""
    edge, middles = 0.04, []
    for number, label in enumerate(labels):
        edge += _HEADING if number == heading_before else 0.0
        height = max(lines_height(label, TEXT), _WIDE) + 0.16
        middles.append(edge + height / 2)
        edge += height
    return middles, edge + 0.06


def _name_rows(ax: Axes, labels: Sequence[str], at: Sequence[float], end: float) -> None:
    ax.set_ylim(end, 0)
    ax.set_yticks(at, labels, parse_math=False)


def _name_columns(ax: Axes, y: float, first: str, second: str) -> None:
    style: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "ha": "right", "va": "bottom"}
    for name, right in ((first, _FIRST), (second, _SECOND)):
        where = inches(ax, right=right, up=0.04, base=ax.get_yaxis_transform())
        ax.text(1, y, name, transform=where, **style)


def _write_figures(ax: Axes, y: float, first: str, second: str) -> None:
    """Write what a row's marks say at the right."""
    base = ax.get_yaxis_transform()
    style: dict[str, Any] = {"ha": "right", "va": "center_baseline"}
    bold: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK, **style}
    ax.text(1, y, first, transform=inches(ax, right=_FIRST, base=base), **bold)
    plain: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, **style}
    ax.text(1, y, second, transform=inches(ax, right=_SECOND, base=base), **plain)


def _draw_outcome(ax: Axes, row: Mapping[str, Any], y: float) -> None:
    low, high = row["assumption_low"], row["assumption_high"]
    known = not np.isnan(low)
    if known:
        ax.barh(y, high - low, _WIDE, left=low, color=LIGHT)
    ax.barh(y, row["high"] - row["low"], _NARROW, left=row["low"], color=DARK)
    _draw_tick(ax, row["probability"], y, DARK)
    _write_figures(ax, y, percent(row["probability"]), assumed(low, high, 0))


def _draw_base_rates(
    ax: Axes, rows: Sequence[Mapping[str, Any]], at: Sequence[float], labels: Sequence[str]
) -> None:
    top = at[0] - lines_height(labels[0], TEXT) / 2 - 0.08
    ax.axhline(top - _HEADING + 0.2, color=FAINT, linewidth=0.8)
    _name_columns(ax, top, "model", "record")
    style: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "ha": "right", "va": "bottom"}
    where = inches(ax, right=-5 / 72, up=0.04, base=ax.get_yaxis_transform())
    ax.text(0, top, "Beside the record", transform=where, **style)
    for row, y in zip(rows, at, strict=True):
        low, high = row["base_low"], row["base_high"]
        ax.barh(y, high - low, _WIDE, left=low, color=RECORD)
        _draw_tick(ax, row["base"], y, RECORD)
        if not np.isnan(row["model"]):
            _draw_tick(ax, row["model"], y, DARK)
        _write_figures(ax, y, percent(row["model"]), span(low, high))


def _draw_tick(ax: Axes, x: float, y: float, colour: str) -> None:
    ends = [y - _WIDE / 2 - 0.03, y + _WIDE / 2 + 0.03]
    ax.plot([x, x], ends, color=colour, linewidth=2.5, solid_capstyle="butt", clip_on=False)


def _odds_title(rows: Sequence[Mapping[str, Any]]) -> str:
    ranked = sorted(rows, key=lambda row: -row["probability"])
    named = [f"{row['label']} ({percent(row['probability'])})" for row in ranked[:2]]
    if len(ranked) == 1 or ranked[1]["probability"] == 0:
        return f"Most likely: {named[0]}"
    if ranked[1]["high"] >= ranked[0]["low"]:
        return f"Nearly level: {named[0]} and\n{named[1]}"
    return f"Most likely: {named[0]}\nNext: {named[1]}"


def _odds_legend(known: bool, untold: bool, beside: bool) -> list[Any]:
    tick: dict[str, Any] = {"marker": "|", "markersize": 13, "markeredgewidth": 2.5}
    assumed = "Assumptions (5% to 95%): the odds, if we knew what is assumed"
    unknown = "Assumptions: no range, which takes two draws and two replications or more"
    handles = [
        Line2D([], [], color=DARK, linestyle="", label="Odds: share of simulated worlds", **tick),
        Patch(color=DARK, label="Monte Carlo (95%): what more worlds could still change"),
        Patch(color=LIGHT, label=assumed) if known else Patch(alpha=0, label=unknown),
    ]
    if untold:
        handles.append(Patch(alpha=0, label=UNTOLD_MEANS))
    record = Patch(color=RECORD, label="Record: the base rate in comparable cases, never an input")
    return [*handles, record] if beside else handles


def _differences_title(rows: Sequence[Mapping[str, Any]]) -> str:
    clear = [row for row in rows if _direction(row) != UNCLEAR]
    if not clear:
        return "No clear change: every interval includes zero"
    most = max(clear, key=lambda row: abs(row["difference"]))
    return f"Largest clear change: {most['label']} ({_points(most['difference'])} points)"


def _differences_legend() -> list[Any]:
    names = (("more likely", UP), ("less likely", DOWN), ("not clear of chance", UNCLEAR))
    return [Line2D([], [], color=colour, marker="o", label=name) for name, colour in names]


def _direction(row: Mapping[str, Any]) -> str:
    if row["low"] > 0:
        return UP
    return DOWN if row["high"] < 0 else UNCLEAR


def _points(difference: float) -> str:
    return points(difference).replace("-", "\N{MINUS SIGN}")
