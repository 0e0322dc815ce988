"""Probabilities and their differences as points with intervals, one row for each outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from sim.plots.style import (
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
    canvas,
    inches,
    legend_below,
    lines_height,
    percent,
    percent_axis,
    require,
    span,
    wrap,
)

if TYPE_CHECKING:
    import pandas as pd

ODDS = ("outcome", "label", "probability", "low", "high", "assumption_low", "assumption_high")
BASE_RATES = ("label", "model", "base", "base_low", "base_high")
DIFFERENCES = ("outcome", "label", "difference", "low", "high")

_LABELS, _NUMBERS = 3.3, 1.6  # inches for the words on the left, the figures on the right
_WIDE, _NARROW = 0.24, 0.11  # inches: heights of a range and of an interval


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
    require(table, "odds", ODDS)
    beside = [] if base_rates is None else base_rates.to_dict("records")
    rows = table.to_dict("records")
    labels = [wrap(str(row["label"]), _LABELS - 0.2, TEXT) for row in (*rows, *beside)]
    at = _positions(labels, gap_after=len(rows) if beside else None)
    margins = Margins(_LABELS + EDGE, _NUMBERS + EDGE, 1.5 + 0.25 * bool(beside), above=0.35)
    ax = canvas(ax, _odds_title(table), subtitle, at[-1] + 0.35, margins)
    _rows(ax, labels, at)
    for row, y in zip(rows, at, strict=False):
        _one_outcome(ax, row, y)
    _heads(ax, -0.02, "odds", "range")
    if beside:
        middle = at[len(rows)] - 0.35 - lines_height(labels[len(rows)], TEXT) / 2
        ax.axhline(middle - 0.22, color=FAINT, linewidth=0.8)
        _heads(ax, middle, "model", "record", note="Beside the record, which is never an input")
        for row, y in zip(beside, at[len(rows) :], strict=True):
            _one_base_rate(ax, row, y)
    ends = [*ODDS[2:], *(BASE_RATES[1:])]
    drawn = [row[name] for row in (*rows, *beside) for name in ends if name in row]
    percent_axis(ax, "x", 0, min(1.0, np.ceil(np.nanmax(drawn) * 10 + 0.2) / 10))
    ax.set_xlabel("Probability", fontsize=TEXT, color=INK)
    known = bool(table["assumption_low"].notna().any())
    legend_below(ax, _odds_legend(known, bool(beside)), margins, down=0.65)
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
    require(table, "differences", DIFFERENCES)
    rows = table.to_dict("records")
    labels = [wrap(str(row["label"]), _LABELS - 0.2, TEXT) for row in rows]
    at = _positions(labels)
    margins = Margins(_LABELS + EDGE, _NUMBERS + 0.3 + EDGE, 1.15, above=0.35)
    ax = canvas(ax, _differences_title(rows), subtitle, at[-1] + 0.35, margins)
    _rows(ax, labels, at)
    ax.axvline(0, color=INK, linewidth=1.2)
    for row, y in zip(rows, at, strict=True):
        colour = _direction(row)
        ax.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=3, solid_capstyle="butt")
        ax.plot(row["difference"], y, "o", color=colour, markersize=8)
        _figures(ax, y, _points(row["difference"]), f"{_points(row['low'])} to {_points(row['high'])}")
    _heads(ax, -0.02, "change", "95% interval")
    reach = 1.1 * max(abs(row[name]) for row in rows for name in DIFFERENCES[2:]) or 0.01
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _points(value)))
    ax.grid(axis="x", color=FAINT, linewidth=0.8)
    ax.set_xlabel("Change in the odds, in percentage points", fontsize=TEXT, color=INK)
    marks = (("more likely", PALETTE[0]), ("less likely", PALETTE[5]), ("not clear of chance", MUTED))
    handles = [Line2D([], [], color=colour, marker="o", label=name) for name, colour in marks]
    legend_below(ax, handles, margins, down=0.6)
    return ax


def _positions(labels: Sequence[str], gap_after: int | None = None) -> list[float]:
    """Return how far down each row's middle lies, in inches, which are the units of y."""
    edge, middles = 0.08, []
    for number, label in enumerate(labels):
        edge += 0.75 if number == gap_after else 0.0
        height = max(lines_height(label, TEXT), _WIDE) + 0.14
        middles.append(edge + height / 2)
        edge += height
    return middles


def _rows(ax: Axes, labels: Sequence[str], at: Sequence[float]) -> None:
    ax.set_ylim(at[-1] + 0.35, 0)
    ax.set_yticks(at, labels, parse_math=False)


def _one_outcome(ax: Axes, row: dict[str, Any], y: float) -> None:
    low, high = row["assumption_low"], row["assumption_high"]
    known = low == low  # noqa: PLR0124  nan: not identified
    if known:
        ax.barh(y, high - low, _WIDE, left=low, color=LIGHT)
    ax.barh(y, row["high"] - row["low"], _NARROW, left=row["low"], color=DARK)
    _tick(ax, row["probability"], y)
    _figures(ax, y, percent(row["probability"]), span(low, high) if known else "")


def _one_base_rate(ax: Axes, row: dict[str, Any], y: float) -> None:
    low, high = row["base_low"], row["base_high"]
    ax.barh(y, high - low, _WIDE, left=low, color=RECORD, edgecolor=RECORD, linewidth=1.5)
    ax.plot(row["base"], y, "D", color=RECORD, markersize=7, markeredgecolor="white")
    if row["model"] == row["model"]:  # noqa: PLR0124  nan: nothing was signed
        _tick(ax, row["model"], y)
    _figures(ax, y, percent(row["model"]), span(low, high))


def _tick(ax: Axes, x: float, y: float) -> None:
    ends = [y - _WIDE / 2 - 0.03, y + _WIDE / 2 + 0.03]
    ax.plot([x, x], ends, color=DARK, linewidth=2.5, solid_capstyle="butt", clip_on=False)


def _figures(ax: Axes, y: float, first: str, second: str) -> None:
    base = ax.get_yaxis_transform()
    style: dict[str, Any] = {"ha": "right", "va": "center"}
    bold: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK, **style}
    ax.text(1, y, first, transform=inches(ax, right=0.65, base=base), **bold)
    plain: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, **style}
    ax.text(1, y, second, transform=inches(ax, right=_NUMBERS, base=base), **plain)


def _heads(ax: Axes, y: float, first: str, second: str, note: str = "") -> None:
    """Name the columns of figures above a row, and the rows that follow."""
    base = ax.get_yaxis_transform()
    style: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "va": "bottom"}
    ax.text(1, y, first, ha="right", transform=inches(ax, right=0.65, base=base), **style)
    ax.text(1, y, second, ha="right", transform=inches(ax, right=_NUMBERS, base=base), **style)
    if note:
        ax.text(0, y, note, ha="left", transform=inches(ax, right=-_LABELS, base=base), **style)


def _odds_title(table: pd.DataFrame) -> str:
    ranked = table.sort_values("probability", ascending=False, kind="stable").to_dict("records")
    named = [f"{row['label']} ({percent(row['probability'])})" for row in ranked[:2]]
    if len(ranked) == 1 or ranked[1]["probability"] == 0:
        return f"Most likely: {named[0]}"
    if ranked[1]["high"] >= ranked[0]["low"]:
        return f"Nearly level: {named[0]} and\n{named[1]}"
    return f"Most likely: {named[0]}\nNext: {named[1]}"


def _odds_legend(known: bool, beside: bool) -> list[Any]:
    assumed = "Range over the assumptions (5% to 95%): the odds, if the assumptions were known"
    unknown = "No range over the assumptions: it takes two draws and two replications or more"
    handles = [
        Line2D([], [], color=DARK, linewidth=2.5, marker="|", linestyle="", markersize=13,
               markeredgewidth=2.5, label="Odds: the share of simulated worlds"),
        Patch(color=DARK, label="Chance (95% interval): more worlds narrow it"),
        Patch(color=LIGHT, label=assumed) if known else Patch(alpha=0, label=unknown),
    ]
    record = Patch(color=RECORD, label="The record: what happened in comparable cases")
    return [*handles, record] if beside else handles


def _differences_title(rows: Sequence[dict[str, Any]]) -> str:
    clear = [row for row in rows if row["low"] > 0 or row["high"] < 0]
    if not clear:
        return "No clear change: every interval includes zero"
    most = max(clear, key=lambda row: abs(row["difference"]))
    return f"Largest clear change: {most['label']} ({_points(most['difference'])} points)"


def _direction(row: dict[str, Any]) -> str:
    if row["low"] > 0:
        return PALETTE[0]
    return PALETTE[5] if row["high"] < 0 else MUTED


def _points(share: float) -> str:
    """Return a difference of probabilities in percentage points, with its sign."""
    points = 100 * share
    text = f"{points:+.1f}" if abs(points) < 10 else f"{points:+.0f}"
    return "0" if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}").removesuffix(".0")
