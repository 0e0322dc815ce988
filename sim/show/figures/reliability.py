"""Whether things come about as often as was said: inside intervals, and events with their chances.

On the diagonal they do. The figures themselves stand at the right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.show.figures.fonts import lettered
from sim.show.figures.style import (
    DARK,
    INK,
    MUTED,
    SMALL,
    TEXT,
    WIDTH,
    Margins,
    canvas,
    capital,
    inches,
    legend_below,
    percent,
    percent_axis,
    records,
    span,
)
from sim.show.words import listed

if TYPE_CHECKING:
    import pandas as pd

COVERAGE = ("share", "inside", "low", "high")
RELIABILITY = ("chance", "share", "low", "high", "count")

_TOLD = (0.5, 0.9)  # the intervals that a title names, or those nearest to them
_SIDE = 4.3  # inches of the square
_LEFT = 1.0
_COLUMNS = (0.65, 1.3, 2.45, 3.4)  # inches from the square to the ends of columns at the right
_ROW = 0.27  # inches


@lettered
def coverage(
    table: pd.DataFrame, things: str = "cases", subtitle: str = "", ax: Axes | None = None
) -> Axes:
    """Draw how many outcomes lie inside central intervals, beside how many should.

    Args:
        table: share (of the law that an interval holds), inside (the share of outcomes in it),
            low, high (the 95% interval of that, by bootstrap), in ascending order of share.
        things: what was drawn in the bootstrap.
        subtitle: what was forecast.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    rows = [{**row, "chance": row["share"]} for row in records(table, "coverage", COVERAGE)]
    figures = [(percent(row["share"]), *_found(row, "inside")) for row in rows]
    legend = f"Share of outcomes inside, with its 95% interval (bootstrap over {things})"
    ax = _square(ax, _title_of_coverage(rows), subtitle, legend)
    _draw(ax, rows, "inside", joined=True)
    _write(ax, ("said", "inside", "95% interval"), figures)
    ax.set_xlabel("Central interval of what was said", fontsize=TEXT, color=INK)
    ax.set_ylabel("Outcomes inside it", fontsize=TEXT, color=INK)
    return ax


@lettered
def reliability(
    table: pd.DataFrame,
    event: str = "the event",
    things: str = "cases",
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how often an event came about, beside the chance that was given to it.

    Args:
        table: chance (the mean of what was said in a bin), share (in how many of its cases the
            event came about), low, high (the 95% interval of that), count (of its cases), in
            ascending order of chance.
        event: what it is called, as "a deal".
        things: what the cases are called.
        subtitle: what was forecast.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    rows = records(table, "reliability", RELIABILITY)
    figures = [
        (percent(row["chance"]), *_found(row, "share"), f"{row['count']:,.0f}") for row in rows
    ]
    legend = f"Share with {event}, with the 95% interval (Wilson, each of the {things} by itself)"
    ax = _square(ax, _title(rows, event), subtitle, legend)
    _draw(ax, rows, "share", joined=False)
    _write(ax, ("said", "came", "95% interval", things), figures)
    ax.set_xlabel(f"Chance of {event} that was said", fontsize=TEXT, color=INK)
    ax.set_ylabel(f"Share of {things} with {event}", fontsize=TEXT, color=INK)
    return ax


def _found(row: Mapping[str, Any], name: str) -> tuple[str, str]:
    return percent(row[name]), span(row["low"], row["high"])


def _square(ax: Axes | None, title: str, subtitle: str, legend: str) -> Axes:
    """Return square Axes of two probabilities with the diagonal, and room at the right."""
    margins = Margins(_LEFT, WIDTH - _LEFT - _SIDE, 1.3, above=0.2)
    ax = canvas(ax, title, subtitle, _SIDE, margins)
    for axis in ("x", "y"):
        percent_axis(ax, axis, 0, 1)
    ax.tick_params(axis="x", pad=9)  # so that the two zeros at the corner stay apart
    ax.plot([0, 1], [0, 1], color=INK, linewidth=1.2, linestyle="--", label="_diagonal")
    dashed = Line2D([], [], color=INK, linewidth=1.2, linestyle="--", label="As often as was said")
    dot = Line2D([], [], color=DARK, marker="o", markersize=7, linewidth=1.6, label=legend)
    legend_below(ax, [dot, dashed], margins, down=0.74)
    return ax


def _draw(ax: Axes, rows: Sequence[Mapping[str, Any]], name: str, joined: bool) -> None:
    said, found = [row["chance"] for row in rows], [row[name] for row in rows]
    for row in rows:
        ends = [row["low"], row["high"]]
        ax.plot([row["chance"]] * 2, ends, color=DARK, linewidth=1.6, clip_on=False)
    line: dict[str, Any] = {"linestyle": "-" if joined else "", "linewidth": 1.6}
    ax.plot(said, found, color=DARK, marker="o", markersize=7, clip_on=False, **line)


def _write(ax: Axes, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write the figures in columns beside the square, each row under the one before."""
    for number, row in enumerate((heads, *rows)):
        for column, (text, right) in enumerate(zip(row, _COLUMNS, strict=False)):
            strong = number > 0 and column == 1
            style: dict[str, Any] = {
                "fontsize": TEXT if strong else SMALL,
                "fontweight": "bold" if strong else "normal",
                "color": INK if strong else MUTED,
            }
            where = inches(ax, right=right, up=-0.1 - _ROW * number)
            ax.text(1, 1, text, ha="right", va="baseline", transform=where, **style)


def _title_of_coverage(rows: Sequence[Mapping[str, Any]]) -> str:
    few = [row for row in rows if row["high"] < row["chance"]]
    many = [row for row in rows if row["low"] > row["chance"]]
    told = [min(rows, key=lambda row: abs(row["chance"] - at)) for at in _TOLD]
    held = list(dict.fromkeys(map(_held, told)))
    first = f"Of outcomes {listed(held)}"
    if not few and not many:
        return f"{first}\nThat is as many as was said, as far as chance can tell"
    if len(few) + len(many) == 1:
        return f"{first}\nThat is as many as was said, but {_held((few + many)[0])}"
    if few and many:
        return (
            f"{first}\nToo few lie in {len(few)} of {len(rows)} intervals, too many in {len(many)}"
        )
    how, width = ("few", "narrow") if few else ("many", "wide")
    return f"{first}\nThat is too {how} in {len(few or many)} of {len(rows)}: they are too {width}"


def _held(row: Mapping[str, Any]) -> str:
    return f"{percent(row['inside'])} lie in {percent(row['chance'])} intervals"


def _title(rows: Sequence[Mapping[str, Any]], event: str) -> str:
    off = [row for row in rows if not row["low"] <= row["chance"] <= row["high"]]
    if not off:
        return f"{capital(event)} comes about as often as was said, as far as chance can tell"
    worst = max(off, key=lambda row: abs(row["share"] - row["chance"]))
    farthest = f"{percent(worst['share'])} where {percent(worst['chance'])} was said"
    return f"{_how(off, event)}\nFarthest apart: {farthest}"


def _how(off: Sequence[Mapping[str, Any]], event: str) -> str:
    """Say which way an event comes about otherwise than was said, in the bins where it does."""
    more = [row["chance"] for row in off if row["share"] > row["chance"]]
    less = [row["chance"] for row in off if row["share"] < row["chance"]]
    if not (more and less):
        return f"{capital(event)} comes about {'more' if more else 'less'} often than was said"
    if max(more) < min(less):
        return f"Chances of {event} were said too surely: low ones too low, high ones too high"
    if max(less) < min(more):
        return f"Chances of {event} were said too timidly: low ones too high, high ones too low"
    return f"{capital(event)} comes about here more often and there less often than was said"
