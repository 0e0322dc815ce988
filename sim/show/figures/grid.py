"""The odds of one outcome over the grid of a sweep: where it is likeliest, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.ticker import FixedLocator, MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from sim.show import words
from sim.show.figures.fonts import lettered
from sim.show.figures.style import (
    FAINT,
    INK,
    SMALL,
    TEXT,
    Margins,
    canvas,
    capital,
    percent,
    records,
)
from sim.show.words import quoted

if TYPE_CHECKING:
    import pandas as pd

HEAT_MAP = ("x", "y", "probability")

_MOST_CELLS = 144  # with a figure in each, 12 by 12
_HARDLY = 0.1  # of the whole range: a smaller move is not told as one
_LEAST = 0.002  # nor is one smaller than this probability
_MOVES = {
    frozenset(): "",
    frozenset({"up"}): "rises",
    frozenset({"down"}): "falls",
    frozenset({"up", "down"}): "goes up and down",
}


@lettered
def heat_map(
    table: pd.DataFrame,
    x: str = "x",
    y: str = "y",
    outcome: str = "Probability",
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability of one outcome over the grid of a sweep.

    Values are placed at equal steps, in order; points that the grid lacks are left white. Cells
    show whole per cents where neighbours that differ are shown to differ so, else one decimal.

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
    records(table, "a grid", HEAT_MAP)
    if table.duplicated(["x", "y"]).any():
        twice = table[table.duplicated(["x", "y"])].iloc[0]
        raise ValueError(f"the point x = {twice['x']}, y = {twice['y']} comes more than once")
    grid = table.pivot(index="y", columns="x", values="probability").astype(float)
    height = float(np.clip(0.55 * len(grid), 2.4, 5.6))
    left = 0.75 + 0.1 * max(len(_value(value)) for value in grid.index)
    cells = grid.to_numpy()
    shown = _shown(cells)
    ax = canvas(
        ax,
        _title(grid, shown, x, y, outcome),
        subtitle,
        height,
        Margins(left, 1.15, 0.75, above=0.15),
    )
    scale = Normalize(0, max(float(np.nanmax(cells)), 0.01))
    ax.patch.set(hatch="////", edgecolor=FAINT, linewidth=0)  # seen where the grid has no point
    mesh = ax.pcolormesh(cells, cmap="Blues", norm=scale, edgecolor="white", linewidth=0.8)
    _name_values(ax, grid)
    if cells.size <= _MOST_CELLS:
        _write_cells(ax, cells, shown, scale)
    _colour_bar(ax, mesh, scale)
    for write, name in ((ax.set_xlabel, x), (ax.set_ylabel, y)):
        called = capital(name) if " " in name else name  # a path stays as it is written
        write(called, fontsize=TEXT, color=INK, parse_math=False)
    return ax


def _shown(cells: NDArray[np.float64]) -> NDArray[np.str_]:
    """Return what each cell says: whole per cents, or tenths where whole ones would hide a step."""
    whole = np.array([[percent(share) for share in row] for row in cells])
    hidden = [
        ((one != other) & (said == said_there) & np.isfinite(one) & np.isfinite(other)).any()
        for one, other, said, said_there in (
            (cells[1:], cells[:-1], whole[1:], whole[:-1]),
            (cells[:, 1:], cells[:, :-1], whole[:, 1:], whole[:, :-1]),
        )
    ]
    if not any(hidden):
        return whole
    return np.array([[words.percent(share) for share in row] for row in cells])


def _name_values(ax: Axes, grid: pd.DataFrame) -> None:
    """Name the rows and columns; where there are many, only some."""
    every_x, every_y = -(-grid.shape[1] // 10), -(-grid.shape[0] // 12)
    across, up = list(grid.columns)[::every_x], list(grid.index)[::every_y]
    named: Mapping[str, Any] = {"parse_math": False}
    ax.set_xticks(np.arange(grid.shape[1])[::every_x] + 0.5, list(map(_value, across)), **named)
    ax.set_yticks(np.arange(grid.shape[0])[::every_y] + 0.5, list(map(_value, up)), **named)
    ax.spines["bottom"].set_visible(False)


def _write_cells(
    ax: Axes, cells: NDArray[np.float64], shown: NDArray[np.str_], scale: Normalize
) -> None:
    """Write each cell's share, the highest in bold."""
    for (row, column), share in np.ndenumerate(cells):
        if np.isfinite(share):
            red, green, blue, _ = colormaps["Blues"](scale(share))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALL}
            style["color"] = "white" if dark else INK
            style["fontweight"] = "bold" if share == np.nanmax(cells) else "normal"
            ax.text(column + 0.5, row + 0.5, str(shown[row, column]), **style)


def _colour_bar(ax: Axes, mesh: Any, scale: Normalize) -> None:
    """Draw the scale of colours, with as many decimals as tell its ticks apart."""
    ticks = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(0, float(scale.vmax or 1))
    inside = [tick for tick in ticks if 0 <= tick <= float(scale.vmax or 1) * (1 + 1e-9)]
    step = round(float(ticks[1] - ticks[0]) * 100, 9)
    decimals = next(places for places in range(9) if round(step, places) == step)
    bar = ax.inset_axes((1.03, 0, 0.035, 1))
    form = PercentFormatter(1, decimals)
    ax.figure.colorbar(mesh, cax=bar, ticks=FixedLocator(inside), format=form)
    bar.tick_params(labelsize=SMALL, length=0, colors=INK)
    bar.spines[:].set_visible(False)


def _title(grid: pd.DataFrame, shown: NDArray[np.str_], x: str, y: str, outcome: str) -> str:
    """Say where the outcome is likeliest and what moves it, or that nothing does."""
    cells, called = grid.to_numpy(), quoted(outcome)
    low, high = np.nanargmin(cells), np.nanargmax(cells)
    least, most = str(shown.flat[low]), str(shown.flat[high])
    if cells.flat[high] == 0:
        return f"{called} comes about at no point"
    if cells.flat[high] == cells.flat[low]:
        return f"{called} is as likely at every point ({most})"
    moved = _what_moves_it(grid, x, y)
    if not moved:
        return f"{called} is much the same everywhere: {least.removesuffix('%')} to {most}"
    row, column = divmod(int(high), cells.shape[1])
    where = [(x, grid.columns[column], grid.shape[1]), (y, grid.index[row], grid.shape[0])]
    there = "with " + " and ".join(_at(name, value) for name, value, count in where if count > 1)
    superlative = "nowhere likelier than" if (shown == most).sum() > 1 else "likeliest"
    return f"{called} is {superlative} ({most})\n{there}\n{moved}"


def _at(name: str, value: Any) -> str:
    return f"{name} at {_value(value)}" if _is_number(value) else f"{name} {quoted(_value(value))}"


def _what_moves_it(grid: pd.DataFrame, x: str, y: str) -> str:
    """Say how the odds move along each side of the grid, if they do along one."""
    cells = grid.to_numpy()
    least = max(_HARDLY * float(np.nanmax(cells) - np.nanmin(cells)), _LEAST)
    sides = [(x, list(grid.columns), cells), (y, list(grid.index), cells.T)]
    sides = [side for side in sides if len(side[1]) > 1]
    sides.sort(key=lambda side: -float(np.ptp(_mean(side[2]))))
    moves = [
        (name, _move(lines, least, ordered=all(map(_is_number, values))))
        for name, values, lines in sides
    ]
    (first, verb), *others = [move for move in moves if move[1]] or [("", "")]
    if not verb:
        return ""
    said = f"It {verb} {first}"
    for other, its in others:
        said += f" and with {other}" if its == verb else f" and {its} {other}"
    still = [name for name, its in moves if not its]
    return f"{said}; {still[0]} moves it little" if still else said


def _move(lines: NDArray[np.float64], least: float, *, ordered: bool) -> str:
    """Return how the odds move along lines of the grid, (lines, values); nothing where they don't.

    >>> _move(np.array([[0.1, 0.2, 0.3], [0.2, 0.3, 0.4]]), 0.02, ordered=True)
    'rises with'
    >>> _move(np.array([[0.1, 0.4, 0.6], [0.5, 0.4, 0.3]]), 0.02, ordered=True)
    'rises on average with'
    """
    mean = _mean(lines)
    typical = _ways(mean, least)
    if not ordered:
        return "depends on" if typical else ""
    if typical == {"up", "down"} and mean.max() > max(mean[0], mean[-1]) + least:
        return "rises and then falls with"
    if typical == {"up", "down"} and mean.min() < min(mean[0], mean[-1]) - least:
        return "falls and then rises with"
    verb = _MOVES[typical]
    against = any(not _ways(line, least) <= typical for line in lines)
    return f"{verb} on average with" if verb and against else f"{verb} with" if verb else ""


def _ways(line: NDArray[np.float64], least: float) -> frozenset[str]:
    """Return whether a line goes up, down, both or neither, by more than the least."""
    up = line - np.fmin.accumulate(line)
    down = np.fmax.accumulate(line) - line
    moved = (("up", np.nanmax(up, initial=0)), ("down", np.nanmax(down, initial=0)))
    return frozenset(way for way, size in moved if size > least)


def _mean(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the lines that are whole; where none is, of what there is."""
    whole = lines[np.isfinite(lines).all(axis=1)]
    chosen = whole if len(whole) else lines
    counts = np.maximum(np.isfinite(chosen).sum(axis=0), 1)
    return np.asarray(np.nansum(chosen, axis=0) / counts)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _value(value: Any) -> str:
    if not _is_number(value):
        return str(value)
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")
