"""What each option of each clause leaves possible: the best chance of any text that has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from sim.show import words
from sim.show.figures.fonts import lettered
from sim.show.figures.style import (
    EDGE,
    INK,
    MUTED,
    SMALL,
    TEXT,
    Margins,
    balance,
    canvas,
    inches,
    lines_height,
    longest_line,
    readable,
    records,
)
from sim.show.words import quoted

if TYPE_CHECKING:
    import pandas as pd

OPTIONS = ("clause", "option", "signed_today", "signed", "all")

_LABELS = 4.6  # inches at most for the words on the left
_COLUMNS = ("signed_today", "signed", "all")


@lettered
def options(
    table: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    week: float = 0.0,
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw, for each option of each clause, the best chance of any text that has it.

    Args:
        table: clause, option, signed_today, signed (in the later week), all (signed, ratified and
            standing; NaN where no text gone through has the option).
        labels: what clauses ("nato") and options ("nato.barred") are called; else their names.
        week: the later week.
        subtitle: what was gone through.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    rows = records(table, "options", OPTIONS)
    called = dict(labels or {})
    names = [balance(_option(called, row), _LABELS - 0.15, TEXT) for row in rows]
    heads, middles, bottom = _places(rows, names)
    left = max(longest_line(names, TEXT) + 0.15, 2.4)
    ax = canvas(ax, _title(rows, called), subtitle, bottom, Margins(left + EDGE, EDGE, 0.55, 0.45))
    ax.set_xlim(0, len(_COLUMNS))
    ax.set_ylim(bottom, 0)
    for clause, y in heads.items():
        where = inches(ax, right=-left, base=ax.get_yaxis_transform())
        bold: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK}
        name = called.get(clause, readable(clause))
        ax.text(0, y, name, transform=where, va="baseline", parse_math=False, **bold)
    for column, name in enumerate(_COLUMNS):
        _column(ax, column, [float(row[name]) for row in rows], names, middles)
    _head(ax, ("signed today", f"signed, week {week:g}", "all of it"))
    ax.set_yticks(middles, names, parse_math=False)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    foot: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "va": "top", "ha": "left"}
    said = "Best chance of any text that has the option; the darker, the better in its column"
    ax.text(0, 0, said, transform=inches(ax, right=-left, up=-0.12), **foot)
    return ax


def _places(
    rows: list[dict[str, Any]], names: list[str]
) -> tuple[dict[str, float], list[float], float]:
    """Return how far down each clause's head and each row lie, and the end, in inches."""
    heads, middles, edge = dict[str, float](), [], 0.0
    for row, name in zip(rows, names, strict=True):
        if row["clause"] not in heads:
            edge += 0.1 if heads else 0.0
            heads[str(row["clause"])] = edge + 0.26
            edge += 0.34
        height = lines_height(name, TEXT) + 0.08
        middles.append(edge + height / 2)
        edge += height
    return heads, middles, edge


def _column(
    ax: Axes, column: int, values: list[float], names: list[str], middles: list[float]
) -> None:
    """Fill a column's cells and write what they say."""
    largest = max([value for value in values if np.isfinite(value)], default=0.0)
    scale = Normalize(0, max(largest, 1e-12))
    for value, name, y in zip(values, names, middles, strict=True):
        share = scale(value) if np.isfinite(value) else 0.0
        red, green, blue, _ = colour = colormaps["Blues"](0.85 * float(share))
        height = lines_height(name, TEXT) + 0.04
        ax.barh(y, 0.97, height, left=column + 0.015, color=colour)
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALL}
        style["fontweight"] = "bold" if value == largest else "normal"
        said = words.percent(value) if np.isfinite(value) else "not met"
        ax.text(column + 0.5, y, said, color="white" if dark else INK, **style)


def _head(ax: Axes, names: tuple[str, ...]) -> None:
    for column, name in enumerate(names):
        where = inches(ax, up=0.06, base=ax.get_xaxis_transform())
        style: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": SMALL, "color": MUTED}
        ax.text(column + 0.5, 1, name, transform=where, **style)


def _option(called: Mapping[str, str], row: Mapping[str, Any]) -> str:
    return called.get(f"{row['clause']}.{row['option']}", readable(str(row["option"])))


def _title(rows: list[dict[str, Any]], called: Mapping[str, str]) -> str:
    """Say on which clause most turns: where the best text without an option loses most."""
    clauses: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if np.isfinite(row["signed"]):
            clauses.setdefault(str(row["clause"]), []).append(row)
    most = max((float(row["signed"]) for row in rows if np.isfinite(row["signed"])), default=0.0)
    if not most:
        return "No text gone through has any chance of a signature"

    def lost(group: list[dict[str, Any]]) -> float:
        second = sorted((float(row["signed"]) for row in group), reverse=True)[1:2]
        return most - second[0] if second else 0.0

    clause = max(clauses, key=lambda name: lost(clauses[name]))
    group = sorted(clauses[clause], key=lambda row: -float(row["signed"]))
    name = quoted(called.get(clause, readable(clause)))
    if len(group) < 2 or group[0]["signed"] == group[1]["signed"]:
        return f"No clause decides alone: the best texts are signed with {words.percent(most)}"
    best, next_one = (
        f"{_option(called, row)} ({words.percent(float(row['signed']))})" for row in group[:2]
    )
    return f"Most turns on {name}:\n{best}\nNext comes: {next_one}"
