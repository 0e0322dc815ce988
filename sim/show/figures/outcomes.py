"""The odds of each outcome as points with both doubts, one row for each, and the base rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.show.figures.fonts import lettered
from sim.show.figures.rows import (
    NARROW,
    WIDE,
    draw_tick,
    name_columns,
    name_rows,
    row_labels,
    row_margins,
    row_middles,
    write_figures,
)
from sim.show.figures.style import (
    DARK,
    FAINT,
    INK,
    LIGHT,
    MUTED,
    RECORD,
    SMALL,
    TEXT,
    canvas,
    inches,
    legend_below,
    lines_height,
    percent,
    percent_axis,
    records,
    span,
)
from sim.show.words import UNTOLD_MEANS, any_untold, assumed, quoted

if TYPE_CHECKING:
    import pandas as pd

ODDS = ("outcome", "label", "probability", "low", "high", "assumption_low", "assumption_high")
BASE_RATES = ("label", "model", "base", "base_low", "base_high")

_LABELS = 3.2  # inches at most for the words on the left
_HEADING = 0.6  # inches between the odds and the base rates


@lettered
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
    labels = row_labels([*rows, *beside], "label", _LABELS)
    at, end = row_middles(labels, {len(rows): _HEADING} if beside else {})
    legend = _legend(any_untold(table), bool(beside))
    margins = row_margins(labels, below=0.58 + 0.23 * len(legend))
    ax = canvas(ax, _title(rows), subtitle, end, margins)
    name_rows(ax, labels, at, end)
    name_columns(ax, 0.0, ("odds", "assumptions"))
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


def _draw_outcome(ax: Axes, row: Mapping[str, Any], y: float) -> None:
    low, high = row["assumption_low"], row["assumption_high"]
    if not np.isnan(low):
        ax.barh(y, high - low, WIDE, left=low, color=LIGHT)
    ax.barh(y, row["high"] - row["low"], NARROW, left=row["low"], color=DARK)
    draw_tick(ax, row["probability"], y, DARK)
    write_figures(ax, y, (percent(row["probability"]), assumed(low, high, 0)))


def _draw_base_rates(
    ax: Axes, rows: Sequence[Mapping[str, Any]], at: Sequence[float], labels: Sequence[str]
) -> None:
    top = at[0] - lines_height(labels[0], TEXT) / 2 - 0.08
    ax.axhline(top - _HEADING + 0.2, color=FAINT, linewidth=0.8)
    name_columns(ax, top, ("model", "record"))
    style: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "ha": "right", "va": "bottom"}
    where = inches(ax, right=-5 / 72, up=0.04, base=ax.get_yaxis_transform())
    ax.text(0, top, "Beside the record", transform=where, **style)
    for row, y in zip(rows, at, strict=True):
        low, high = row["base_low"], row["base_high"]
        ax.barh(y, high - low, WIDE, left=low, color=RECORD)
        draw_tick(ax, row["base"], y, RECORD)
        if not np.isnan(row["model"]):
            draw_tick(ax, row["model"], y, DARK)
        write_figures(ax, y, (percent(row["model"]), span(low, high)))


def _title(rows: Sequence[Mapping[str, Any]]) -> str:
    ranked = sorted(rows, key=lambda row: -row["probability"])
    first = ranked[0]
    if first["probability"] == 1:
        return f"Every world ends in {quoted(first['label'])}"
    level = [row for row in ranked if row["high"] >= first["low"] and row["probability"] > 0]
    if len(level) > 2:
        shares = span(level[-1]["probability"], first["probability"])
        return f"{len(level)} outcomes are too close to tell apart, at {shares}"
    if len(level) == 2:
        return f"{_share(level[0])} and\n{_share(level[1])} are too close to tell apart"
    likeliest = f"{quoted(first['label'])} is likeliest ({percent(first['probability'])})"
    return f"{likeliest}\nNext comes {_share(ranked[1])}" if len(ranked) > 1 else likeliest


def _share(row: Mapping[str, Any]) -> str:
    return f"{quoted(row['label'])} ({percent(row['probability'])})"


def _legend(untold: bool, beside: bool) -> list[Any]:
    tick: dict[str, Any] = {
        "linestyle": "",
        "marker": "|",
        "markersize": 13,
        "markeredgewidth": 2.5,
    }
    assumed = "Assumptions (5% to 95%): the odds, if we knew what is assumed"
    handles = [
        Line2D([], [], color=DARK, label="Odds: share of simulated worlds", **tick),
        Patch(color=DARK, label="Monte Carlo (95%): what more worlds could still change"),
        Patch(color=LIGHT, label=assumed),
    ]
    if untold:
        handles.append(Patch(alpha=0, label=UNTOLD_MEANS))
    if beside:
        base = "Base rate: the record of comparable cases, never an input"
        handles.append(Line2D([], [], color=RECORD, label=base, **tick))
        handles.append(Patch(color=RECORD, label="Record: from one class of such cases to another"))
    return handles
