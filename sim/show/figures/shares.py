"""Shares in two dimensions: what the texts say, clause by clause; what a sweep's grid gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from sim.show.figures.style import (
    DARK,
    EDGE,
    FAINT,
    INK,
    MUTED,
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
    readable,
    records,
    span,
)

if TYPE_CHECKING:
    import pandas as pd

CLAUSES = ("clause", "option", "signed_share", "first_text_share")
HEAT_MAP = ("x", "y", "probability")

_LABELS, _NUMBERS = 4.4, 1.2  # inches for the words on the left, the figures on the right
_SIGNED, _FIRST = 0.1, 0.2  # inches: heights of the bars
_MOST_CELLS = 144  # with a figure in each, 12 by 12


def clauses(
    table: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    signed: int | None = None,
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each option of each clause stands in signed texts and in first texts.

    Args:
        table: clause, option, signed_share (NaN where nothing was signed), first_text_share, as
            `clauses_table` makes it.
        labels: what clauses ("nato") and options ("nato.barred") are called; else their names.
        signed: how many texts were signed.
        subtitle: what was simulated.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    rows = records(table, "options", CLAUSES)
    called = _Called(labels or {})
    groups = {str(clause): group for clause, group in table.groupby("clause", sort=False)}
    any_signed = bool(table["signed_share"].notna().any())
    heads, ticks, bottom = _places(groups, called)
    names = [balance(called.option(*key), _LABELS - 0.15, TEXT) for key in ticks]
    left = max(longest_line(names, TEXT) + 0.15, 2.4)
    margins = Margins(left + EDGE, _NUMBERS + EDGE, 1.25, above=0.3)
    ax = canvas(ax, _clauses_title(groups, called), subtitle, bottom, margins)
    ax.set_ylim(bottom, 0)
    for clause, y in heads.items():
        _clause_head(ax, called.clause(clause), y, left)
    for row in rows:
        _one_option(ax, row, ticks[row["clause"], row["option"]])
    ax.set_yticks(list(ticks.values()), names, parse_math=False)
    percent_axis(ax, "x", 0, 1)
    for x, name in ((0.5, "signed" if any_signed else ""), (_NUMBERS, "first")):
        where = inches(ax, right=x, up=0.05)
        ax.text(1, 1, name, ha="right", transform=where, fontsize=SMALL, color=MUTED)
    ax.set_xlabel("Share of the texts", fontsize=TEXT, color=INK)
    legend_below(ax, _clauses_legend(signed, any_signed), margins, down=0.62)
    return ax


def heat_map(
    table: pd.DataFrame,
    x: str = "x",
    y: str = "y",
    outcome: str = "Probability",
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability of one outcome over the grid of a sweep.

    Values are placed at equal steps, in order; points that the grid lacks are left white.

    Args:
        table: x, y, probability: a row for each point.
        x: what runs across, as people read it.
        y: what runs upwards.
        outcome: the outcome whose probability it is.
        subtitle: what was simulated.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns, or a point comes twice.
    """
    points = records(table, "a grid", HEAT_MAP)
    if table.duplicated(["x", "y"]).any():
        twice = table[table.duplicated(["x", "y"])].iloc[0]
        raise ValueError(f"the point x = {twice['x']}, y = {twice['y']} comes more than once")
    grid = table.pivot(index="y", columns="x", values="probability").astype(float)
    height = float(np.clip(0.55 * len(grid), 2.4, 5.6))
    names = [_value(value) for value in grid.index]
    left = 0.75 + 0.1 * max(map(len, names))
    title = _heat_title(points, x, y, outcome)
    ax = canvas(ax, title, subtitle, height, Margins(left, 1.15, 0.75, above=0.15))
    cells, scale = grid.to_numpy(), Normalize(0, max(float(np.nanmax(grid)), 0.01))
    ax.patch.set(hatch="////", edgecolor=FAINT, linewidth=0)  # seen where the grid has no point
    mesh = ax.pcolormesh(cells, cmap="Blues", norm=scale, edgecolor="white", linewidth=0.8)
    _ticks(ax, grid)
    if cells.size <= _MOST_CELLS:
        _figures(ax, cells, scale)
    bar = ax.inset_axes((1.03, 0, 0.035, 1))
    ax.figure.colorbar(mesh, cax=bar, format=FuncFormatter(lambda value, _: f"{value:.0%}"))
    bar.tick_params(labelsize=SMALL, length=0, colors=INK)
    bar.spines[:].set_visible(False)
    ax.set_xlabel(x, fontsize=TEXT, color=INK, parse_math=False)
    ax.set_ylabel(y, fontsize=TEXT, color=INK, parse_math=False)
    return ax


class _Called:
    """What clauses and options are called."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels

    def clause(self, clause: str) -> str:
        return self.labels.get(clause, readable(clause))

    def option(self, clause: str, option: str) -> str:
        return self.labels.get(f"{clause}.{option}", readable(option))


def _places(
    groups: Mapping[str, pd.DataFrame], called: _Called
) -> tuple[dict[str, float], dict[tuple[str, str], float], float]:
    """Return how far down each clause's head and each option's row lie, and the end, in inches."""
    heads, ticks, edge = {}, {}, 0.0
    for clause, rows in groups.items():
        heads[clause] = edge + 0.26
        edge += 0.34
        for option in rows["option"]:
            name = balance(called.option(clause, option), _LABELS - 0.15, TEXT)
            height = lines_height(name, TEXT) + 0.06
            ticks[clause, str(option)] = edge + height / 2
            edge += height
        edge += 0.1
    return heads, ticks, edge


def _clause_head(ax: Axes, name: str, y: float, left: float) -> None:
    where = inches(ax, right=-left, base=ax.get_yaxis_transform())
    style: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK}
    ax.text(0, y, name, transform=where, va="baseline", parse_math=False, **style)


def _one_option(ax: Axes, row: Mapping[str, Any], y: float) -> None:
    first, signed = row["first_text_share"], row["signed_share"]
    base = ax.get_yaxis_transform()
    style: dict[str, Any] = {"ha": "right", "va": "center_baseline"}
    if not np.isnan(first):
        ax.barh(y, first, _FIRST, color=FAINT)
    if not np.isnan(signed):
        ax.barh(y, signed, _SIGNED, color=DARK)
    bold: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK, **style}
    ax.text(
        1,
        y,
        "" if np.isnan(signed) else percent(signed),
        transform=inches(ax, right=0.5, base=base),
        **bold,
    )
    plain: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, **style}
    ax.text(1, y, percent(first), transform=inches(ax, right=_NUMBERS, base=base), **plain)


def _clauses_title(groups: Mapping[str, pd.DataFrame], called: _Called) -> str:
    tops = {clause: rows["signed_share"].max() for clause, rows in groups.items()}
    if all(np.isnan(top) for top in tops.values()):
        return "No text was signed: only the first texts can be shown"
    most, least = max(tops, key=tops.__getitem__), min(tops, key=tops.__getitem__)
    shares = groups[most].set_index("option")["signed_share"]
    chosen = f"{called.option(most, str(shares.idxmax()))} ({percent(tops[most])})"
    first = f'Signed texts agree most on "{called.clause(most)}": {chosen}'
    if most == least:
        return first
    return f'{first}\nThey differ most on "{called.clause(least)}"'


def _clauses_legend(signed: int | None, any_signed: bool) -> list[Any]:
    count = "" if signed is None else f": the {signed:,} that all signatories accepted"
    bar: dict[str, Any] = {"color": DARK, "linewidth": 6, "solid_capstyle": "butt"}
    some = Line2D([], [], label=f"Signed texts{count}", **bar)
    first = Patch(color=FAINT, label="First texts: on the table after the first session")
    return [some if any_signed else Patch(alpha=0, label="No text was signed"), first]


def _ticks(ax: Axes, grid: pd.DataFrame) -> None:
    """Name the rows and columns; where there are many, only some."""
    every_x, every_y = -(-grid.shape[1] // 10), -(-grid.shape[0] // 12)
    across, up = list(grid.columns)[::every_x], list(grid.index)[::every_y]
    ax.set_xticks(np.arange(grid.shape[1])[::every_x] + 0.5, [_value(value) for value in across])
    ax.set_yticks(np.arange(grid.shape[0])[::every_y] + 0.5, [_value(value) for value in up])
    ax.spines["bottom"].set_visible(False)


def _figures(ax: Axes, cells: Any, scale: Normalize) -> None:
    for (row, column), share in np.ndenumerate(cells):
        if np.isfinite(share):
            red, green, blue, _ = colormaps["Blues"](scale(share))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALL}
            colour = "white" if dark else INK
            ax.text(column + 0.5, row + 0.5, percent(share), color=colour, **style)


def _heat_title(points: Sequence[Mapping[str, Any]], x: str, y: str, outcome: str) -> str:
    known = [point for point in points if not np.isnan(point["probability"])]
    low = min(known, key=lambda point: point["probability"])
    high = max(known, key=lambda point: point["probability"])
    ends = span(low["probability"], high["probability"])
    if ends == percent(low["probability"]):
        return f"{outcome}: {ends} at every point"
    return f"{outcome}: {ends}\nHighest with {_place(high, x, y)}"


def _place(point: Mapping[str, Any], x: str, y: str) -> str:
    return f"{x} = {_value(point['x'])}, {y} = {_value(point['y'])}"


def _value(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float | np.floating) else str(value)
