"""Rows of a figure: labels on the left that wrap, marks in the middle, what they say on the right.

Heights are in inches, and so is the y axis: a row is as high as its label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from sim.show.figures.style import (
    EDGE,
    INK,
    MUTED,
    SMALL,
    TEXT,
    Margins,
    balance,
    inches,
    lines_height,
    longest_line,
)

WIDE, NARROW = 0.24, 0.11  # inches: heights of a range and of an interval
COLUMNS = (0.65, 2.05)  # inches from the Axes to the ends of the columns on the right


def row_labels(rows: Sequence[Mapping[str, Any]], name: str, width: float) -> list[str]:
    """Return what rows are called, in lines of so many inches."""
    return [balance(str(row[name]), width, TEXT) for row in rows]


def row_margins(
    labels: Sequence[str], below: float, columns: tuple[float, float] = COLUMNS
) -> Margins:
    """Leave as much room on the left as the longest line of the labels takes."""
    left = max(longest_line(labels, TEXT) + 0.1, 2.0) + EDGE
    return Margins(left, columns[1] + EDGE, below, above=0.3)


def row_middles(
    labels: Sequence[str], headings: Mapping[int, float] | None = None
) -> tuple[list[float], float]:
    """Return how far down each row's middle lies, and their end.

    Args:
        labels: of the rows.
        headings: how many inches to leave above some rows, by their number.
    """
    edge, middles = 0.04, []
    for number, label in enumerate(labels):
        edge += (headings or {}).get(number, 0.0)
        middles.append(edge + row_height(label) / 2)
        edge += row_height(label)
    return middles, edge + 0.06


def row_height(label: str) -> float:
    """Return how high a row is, in inches."""
    return max(lines_height(label, TEXT), WIDE) + 0.16


def name_rows(ax: Axes, labels: Sequence[str], at: Sequence[float], end: float) -> None:
    """Write the labels, the first on top."""
    ax.set_ylim(end, 0)
    ax.set_yticks(at, labels, parse_math=False)


def name_columns(
    ax: Axes, y: float, names: tuple[str, str], columns: tuple[float, float] = COLUMNS
) -> None:
    """Write what the two columns on the right hold."""
    style: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "ha": "right", "va": "bottom"}
    for name, right in zip(names, columns, strict=True):
        where = inches(ax, right=right, up=0.04, base=ax.get_yaxis_transform())
        ax.text(1, y, name, transform=where, **style)


def write_figures(
    ax: Axes, y: float, figures: tuple[str, str], columns: tuple[float, float] = COLUMNS
) -> None:
    """Write what a row's marks say at the right."""
    base = ax.get_yaxis_transform()
    style: dict[str, Any] = {"ha": "right", "va": "center_baseline"}
    bold: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK, **style}
    plain: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, **style}
    for figure, right, letters in zip(figures, columns, (bold, plain), strict=True):
        ax.text(1, y, figure, transform=inches(ax, right=right, base=base), **letters)


def draw_tick(ax: Axes, x: float, y: float, colour: str) -> None:
    """Draw the upright mark of a probability, a little higher than a range."""
    ends = [y - WIDE / 2 - 0.03, y + WIDE / 2 + 0.03]
    ax.plot([x, x], ends, color=colour, linewidth=2.5, solid_capstyle="butt", clip_on=False)
