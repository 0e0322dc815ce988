"""The two signatories that are hardest to win, text by text: how likely each would sign.

Both scales are logarithmic, so that texts of equal product lie on a falling line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from sim.show import words
from sim.show.figures.fonts import lettered
from sim.show.figures.style import (
    DARK,
    FAINT,
    INK,
    MUTED,
    RECORD,
    SMALL,
    TEXT,
    WIDTH,
    Margins,
    balance,
    canvas,
    inches,
    legend_below,
    lines_height,
    records,
    size,
)

if TYPE_CHECKING:
    import pandas as pd

_LEAST = 1e-3  # chances below are drawn at the edge
_TICKS = (0.001, 0.01, 0.1, 1.0)
_SIDE, _LEFT = 4.5, 0.95  # inches
_NAMES = WIDTH - _LEFT - _SIDE - 0.65  # inches for the list at the right
_MOST, _BEST = 4000, 10  # dots that are drawn; texts that are ringed
_MARK = 0.17  # inches: the side of the square that a number takes


@lettered
def hardest(
    table: pd.DataFrame,
    named: pd.DataFrame,
    actors: Mapping[str, str],
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how likely each of two actors would sign each text, the named texts by number.

    Args:
        table: accepts_<actor> of both, both (that they would sign together): texts, the best first.
        named: the same columns and label, of the texts that have a name.
        actors: the two, the hardest first, and what they are called.
        subtitle: what was gone through.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when a table lacks rows or columns.
    """
    columns = [f"accepts_{actor}" for actor in actors]
    records(table, "texts", (*columns, "both"))
    rows = records(named, "named texts", (*columns, "both", "label")) if len(named) else []
    labels = [balance(str(row["label"]), _NAMES - 1.1, SMALL) for row in rows]
    heights = [lines_height(label, SMALL) + 0.07 for label in labels]
    margins = Margins(_LEFT, WIDTH - _LEFT - _SIDE, 1.6, above=0.3)
    height = max(_SIDE, sum(heights) + 0.1)
    ax = canvas(ax, _title(table, rows, list(actors.values())), subtitle, height, margins)
    _scales(ax, list(actors.values()))
    points = _shown(table.head(_MOST)[columns].to_numpy(dtype=float))
    ax.scatter(points[:, 0], points[:, 1], s=9, color=FAINT, linewidths=0, zorder=1)
    ringed: dict[str, Any] = {"facecolors": "none", "edgecolors": RECORD, "linewidths": 1.8}
    ax.scatter(points[:_BEST, 0], points[:_BEST, 1], s=46, zorder=2, clip_on=False, **ringed)
    if rows:
        places = _shown(
            np.array([[row[column] for column in columns] for row in rows], dtype=float)
        )
        _number(ax, places)
        _list(ax, rows, labels, heights)
    legend_below(ax, _legend(len(rows)), margins, down=0.75)
    return ax


def _shown(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where chances are drawn; those that are too small, or none, at the edge."""
    return np.clip(np.nan_to_num(chances, nan=_LEAST), _LEAST, 1.0)


def _scales(ax: Axes, names: Sequence[str]) -> None:
    for axis, limit, write, name in (
        (ax.xaxis, ax.set_xlim, ax.set_xlabel, names[0]),
        (ax.yaxis, ax.set_ylim, ax.set_ylabel, names[1]),
    ):
        (ax.set_xscale if axis is ax.xaxis else ax.set_yscale)("log")
        limit(_LEAST * 0.85, 1.0)
        axis.set_major_locator(FixedLocator(_TICKS))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.3g}%"))
        room = size(ax)[0 if axis is ax.xaxis else 1]
        said = balance(f"Chance that {name} would sign", room, TEXT)
        write(said, fontsize=TEXT, color=INK, parse_math=False)
    ax.grid(color=FAINT, linewidth=0.8)
    line = np.array([_LEAST * 0.85, 1.0])
    for together in (0.1, 0.01, 0.001):
        ax.plot(line, together / line, color=MUTED, linewidth=0.8, linestyle=":", label="_both")


def _number(ax: Axes, places: NDArray[np.float64]) -> None:
    """Mark texts and write a number at each, beside it where another lies in the way."""
    width, height = size(ax)
    low, high = np.log10(_LEAST * 0.85), 0.0
    at = (np.log10(places) - low) / (high - low) * (width, height)
    ax.scatter(places[:, 0], places[:, 1], s=26, color=DARK, zorder=3, clip_on=False)
    taken: list[tuple[float, float]] = []
    for number, point in enumerate(at, 1):
        free = (each for each in _around(point) if _is_free(each, taken, width, height))
        where = next(free, (float(point[0]), float(point[1])))  # where Axes have no room for all
        taken.append(where)
        _lead(ax, point / (width, height), np.array(where) / (width, height))
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALL, "color": INK}
        x, y = where[0] / width, where[1] / height
        ax.text(x, y, str(number), transform=ax.transAxes, fontweight="bold", zorder=4, **style)


def _lead(ax: Axes, start: NDArray[np.float64], end: NDArray[np.float64]) -> None:
    """Draw a faint line from a point most of the way to its number, in shares of the Axes."""
    stop = start + 0.7 * (end - start)
    style: dict[str, Any] = {"color": MUTED, "linewidth": 0.7, "label": "_lead"}
    ax.plot(*zip(start, stop, strict=True), transform=ax.transAxes, zorder=2, **style)


def _around(point: NDArray[np.float64]) -> Iterator[tuple[float, float]]:
    """Yield places for a number, ever farther from its point, in inches."""
    turns = np.linspace(0, 2 * np.pi, 12, endpoint=False) + np.pi / 4
    for far, turn in product(np.arange(0.18, 12.0, 0.12), turns):
        yield float(point[0] + far * np.cos(turn)), float(point[1] + far * np.sin(turn))


def _is_free(
    where: tuple[float, float], taken: Sequence[tuple[float, float]], width: float, height: float
) -> bool:
    inside = _MARK < where[0] < width - _MARK and _MARK < where[1] < height - _MARK
    x, y = where
    return inside and all(abs(x - a) > 1.3 * _MARK or abs(y - b) > _MARK for a, b in taken)


def _list(
    ax: Axes, rows: Sequence[Mapping[str, Any]], labels: Sequence[str], heights: Sequence[float]
) -> None:
    """Write at the right what each number is, and how likely both would sign it."""
    tall, down = size(ax)[1], 0.0
    head: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "va": "bottom"}
    ax.text(1, 1, "both", transform=inches(ax, _NAMES + 0.3, 0.04), ha="right", **head)
    for number, (row, label, height) in enumerate(zip(rows, labels, heights, strict=True), 1):
        y = 1 - down / tall
        style: dict[str, Any] = {"fontsize": SMALL, "color": INK, "va": "top"}
        ax.text(
            1, y, str(number), transform=inches(ax, 0.48), fontweight="bold", ha="right", **style
        )
        ax.text(1, y, label, transform=inches(ax, 0.58), parse_math=False, **style)
        both = words.percent(row["both"])
        ax.text(1, y, both, transform=inches(ax, _NAMES + 0.3), ha="right", **style)
        down += height


def _title(table: pd.DataFrame, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    most = words.percent(float(table["both"].max()))
    first = f"Both {names[0]} and {names[1]} would sign no text with a chance above {most}"
    if not rows:
        return first
    best = max(rows, key=lambda row: float(row["both"]))
    nearest = f"{words.quoted(str(best['label']))} ({words.percent(best['both'])})"
    return f"{first}\nNearest of the named: {nearest}"


def _legend(named: int) -> list[Any]:
    dot: dict[str, Any] = {"linestyle": "", "marker": "o"}
    drawn = [Line2D([], [], color=DARK, markersize=5, label="A text that has a name", **dot)]
    best = "The ten with the best chance to be signed, ratified and stand"
    return [
        Line2D(
            [],
            [],
            color=FAINT,
            markersize=4,
            label=f"A text, of up to {_MOST:,} with the best chance; below 0.1% at the edge",
            **dot,
        ),
        Line2D([], [], markerfacecolor="none", color=RECORD, markersize=7, label=best, **dot),
        *(drawn if named else []),
        Line2D([], [], color=MUTED, linestyle=":", label="Equal product: 1 in 10, 100, 1,000"),
    ]
