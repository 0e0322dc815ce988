"""Differences with their intervals, the outcomes apart, and "more" and "less" in words.

Of odds, and of what two forecasters lose: rows and marks are the same, the words are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.show.figures.fonts import lettered
from sim.show.figures.rows import (
    NARROW,
    draw_tick,
    name_columns,
    name_rows,
    row_height,
    row_labels,
    row_margins,
    row_middles,
    write_figures,
)
from sim.show.figures.style import (
    EDGE,
    FAINT,
    INK,
    MUTED,
    PALETTE,
    SMALL,
    TEXT,
    WIDTH,
    Margins,
    canvas,
    capital,
    inches,
    legend_below,
    lines_height,
    records,
    wrap,
)
from sim.show.words import quoted

if TYPE_CHECKING:
    import pandas as pd

DIFFERENCES = ("outcome", "label", "difference", "low", "high")
CASE = "case"

UP, DOWN, UNCLEAR = PALETTE[0], PALETTE[3], MUTED
_COLUMNS = (1.6, 3.25)  # inches from the Axes to the ends of the columns on the right
_LABELS = 2.4  # inches at most for the words on the left
_ABOVE = 0.12  # inches above the name of an outcome


@dataclass(frozen=True)
class Terms:
    """How differences are said: in what unit, which way is which, and in which colour."""

    unit: str  # as it follows a number
    columns: tuple[str, str]  # what the figures on the right are
    axis: str  # what the numbers of the axis are
    ways: tuple[str, str]  # what left and right of none mean
    colours: tuple[str, str]
    legend: str  # what a mark is


ODDS = Terms(
    " points",
    ("change", "95% interval"),
    "points",
    ("less likely", "more likely"),
    (DOWN, UP),
    "Change in the odds",
)


@lettered
def differences(table: pd.DataFrame, subtitle: str = "", ax: Axes | None = None) -> Axes:
    """Draw paired differences of odds with their intervals, in the order given.

    Args:
        table: outcome, label (of the outcome), difference, low, high; probabilities, as
            `paired_difference` gives them. Where it also has `case`, each outcome stands once,
            above a row for each of its cases, which follow one another.
        subtitle: what is compared with what.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    cases = (CASE,) if CASE in table.columns else ()
    rows = records(table, "differences", (*DIFFERENCES, *cases))
    return draw_changes(rows, _title(rows, bool(cases)), subtitle, ODDS, ax)


@lettered
def levers(table: pd.DataFrame, what: str, subtitle: str = "", ax: Axes | None = None) -> Axes:
    """Draw what each of some levers changes in the chance of one thing, in the order given.

    Args:
        table: label (of the lever), difference, low, high.
        what: the thing, in words.
        subtitle: what was played.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    rows = records(table, "levers", DIFFERENCES[1:])
    clear = [row for row in rows if way_of(row)]
    title = f"{quoted(what)}: no lever does anything clear of chance"
    if clear:
        most = max(clear, key=lambda row: abs(row["difference"]))
        does = f"{quoted(most['label'])} makes it {_change(most['difference'], ODDS.unit)} likely"
        title = f"{quoted(what)}: {does}\n{len(clear)} of {len(rows)} levers are clear of chance"
    return draw_changes(rows, title, subtitle, ODDS, ax)


def draw_changes(
    rows: Sequence[Mapping[str, Any]], title: str, subtitle: str, terms: Terms, ax: Axes | None
) -> Axes:
    """Draw differences, which are shares, in rows; those with cases under their outcomes."""
    cases = CASE in rows[0]
    labels = row_labels(rows, CASE if cases else "label", _LABELS)
    names = _outcomes(rows) if cases else {}
    rooms = {number: lines_height(name, TEXT) for number, name in names.items()}
    at, end = row_middles(labels, {number: high + _ABOVE for number, high in rooms.items()})
    margins = row_margins(labels, below=1.0, columns=_COLUMNS)
    ax = canvas(ax, title, subtitle, end, margins)
    name_rows(ax, labels, at, end)
    name_columns(ax, 0.0, terms.columns, _COLUMNS)
    ax.axvline(0, color=INK, linewidth=1.2)
    for number, name in names.items():
        _name_outcome(ax, name, at[number] - row_height(labels[number]) / 2, margins)
    for row, y in zip(rows, at, strict=True):
        _draw_difference(ax, row, y, terms)
    _scale(ax, max(abs(row[name]) for row in rows for name in DIFFERENCES[2:]), terms)
    legend_below(ax, _legend(rows, terms), margins, down=0.62, columns=3)
    return ax


def _outcomes(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return the number of each outcome's first row, and the outcome's name in lines that fit."""
    names = [row["outcome"] for row in rows]
    return {
        i: wrap(str(rows[i]["label"]), WIDTH - 2 * EDGE, TEXT, "bold")
        for i, name in enumerate(names)
        if i == 0 or name != names[i - 1]
    }


def _name_outcome(ax: Axes, name: str, y: float, margins: Margins) -> None:
    """Write an outcome's name above its first row, from the left edge of the page."""
    where = inches(ax, right=EDGE - margins.left, base=ax.get_yaxis_transform())
    bare = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}  # no line runs through a word
    style: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK, "bbox": bare}
    ax.text(0, y, name, transform=where, va="bottom", parse_math=False, **style)


def _draw_difference(ax: Axes, row: Mapping[str, Any], y: float, terms: Terms) -> None:
    colour = _colour(row, terms)
    ax.barh(y, row["high"] - row["low"], NARROW * 1.4, left=row["low"], color=colour, alpha=0.45)
    draw_tick(ax, row["difference"], y, colour)
    write_figures(ax, y, (_change(row["difference"], terms.unit), _interval(row)), _COLUMNS)


def _scale(ax: Axes, reach: float, terms: Terms) -> None:
    """Make the axis one of points either way, and say which way is which."""
    left, right = terms.ways
    ax.set_xlim(-1.1 * reach or -0.01, 1.1 * reach or 0.01)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(100 * value):.3g}"))
    ax.grid(axis="x", color=FAINT, linewidth=0.8)
    style: dict[str, Any] = {"fontsize": SMALL, "fontweight": "bold", "va": "baseline"}
    where = inches(ax, up=-0.46)
    ax.text(0, 0, f"\N{LEFTWARDS ARROW} {left}", color=INK, transform=where, **style)
    aside = {"ha": "right", "color": INK, "transform": where, **style}
    ax.text(1, 0, f"{right} \N{RIGHTWARDS ARROW}", **aside)
    plain = {"ha": "center", "color": INK, "fontsize": SMALL, "transform": where}
    ax.text(0.5, 0, terms.axis, va="baseline", **plain)


def _title(rows: Sequence[Mapping[str, Any]], cases: bool) -> str:
    if not any(row[name] for row in rows for name in DIFFERENCES[2:]):
        return "Nothing changes: the odds are the same"
    clear = [row for row in rows if way_of(row)]
    if not clear:
        return "No change is clear of chance"
    most = max(clear, key=lambda row: abs(row["difference"]))
    finding = f"{quoted(most['label'])} becomes {_change(most['difference'], ODDS.unit)} likely"
    finding = f"{capital(str(most[CASE]))}: {finding}" if cases else finding
    if len(rows) == 1:
        return finding
    count = "all" if len(clear) == len(rows) else f"{len(clear)} of {len(rows)}"
    larger = any(abs(row["difference"]) > abs(most["difference"]) for row in rows)
    other = "other clear" if larger else "other"
    return f"{finding}\nNo {other} change is larger; {count} are clear of chance"


def _legend(rows: Sequence[Mapping[str, Any]], terms: Terms) -> list[Any]:
    tick: dict[str, Any] = {"marker": "|", "markersize": 13, "markeredgewidth": 2.5}
    colour = terms.colours[0] if terms.colours[0] == UP else terms.colours[1]
    handles: list[Any] = [
        Line2D([], [], color=colour, linestyle="", label=terms.legend, **tick),
        Patch(color=colour, alpha=0.45, linewidth=0, label="95% interval"),
    ]
    if not all(map(way_of, rows)):
        handles.append(
            Patch(color=UNCLEAR, alpha=0.45, linewidth=0, label="Grey: not clear of chance")
        )
    return handles


def way_of(row: Mapping[str, Any]) -> int:
    """Return which way a difference goes, -1 or 1; 0 where it is not clear of chance."""
    return int(row["low"] > 0) - int(row["high"] < 0)


def _colour(row: Mapping[str, Any], terms: Terms) -> str:
    less, more = terms.colours
    return (UNCLEAR, more, less)[way_of(row)]


def _change(difference: float, unit: str) -> str:
    """Return a difference as so much more or less.

    >>> _change(0.031, " points"), _change(-0.0001, "%")
    ('3.1 points more', '<0.1% less')
    """
    if difference == 0:
        return "no change"
    return f"{in_words(difference)}{unit} {_way(difference)}"


def _interval(row: Mapping[str, Any]) -> str:
    """Return the ends of an interval, the way said once where it is the same.

    >>> _interval({"low": -0.02, "high": 0.04}), _interval({"low": 0.02, "high": 0.04})
    ('2.0 less to 4.0 more', '2.0 to 4.0 more')
    >>> _interval({"low": -0.3, "high": -0.1}), _interval({"low": 0.0, "high": 0.0})
    ('10.0 to 30.0 less', 'none')
    """
    low, high = row["low"], row["high"]
    if low == high == 0:
        return "none"
    if low < 0 < high:
        return f"{in_words(low)} less to {in_words(high)} more"
    near, far = sorted((low, high), key=abs)
    return f"{in_words(near)} to {in_words(far)} {_way(far)}"


def in_words(difference: float) -> str:
    """Return the size of a difference in hundredths.

    >>> in_words(-0.031), in_words(0.0001)
    ('3.1', '<0.1')
    """
    size = f"{abs(100 * difference):.1f}"
    return "<0.1" if size == "0.0" and difference else size


def _way(difference: float) -> str:
    return "more" if np.sign(difference) > 0 else "less"
