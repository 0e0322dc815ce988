"""What drives some odds: the odds at both ends of each number, and the line that chance reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.show.figures.fonts import lettered
from sim.show.figures.rows import (
    WIDE,
    name_columns,
    name_rows,
    row_height,
    row_labels,
    row_margins,
    row_middles,
    write_figures,
)
from sim.show.figures.style import (
    DARK,
    INK,
    LIGHT,
    MUTED,
    SMALL,
    canvas,
    inches,
    legend_below,
    percent,
    percent_axis,
    records,
)
from sim.show.words import quoted

if TYPE_CHECKING:
    import pandas as pd

DRIVERS = ("label", "importance", "sign", "low_mean", "high_mean")
MOST, LEAST = 12, 8  # rows at most, and in all where few stand out
_LABELS = 2.9  # inches
_ROOM = 0.34  # inches for the line
_COLUMNS = (0.75, 1.75)  # inches from the Axes to the ends of the columns on the right


@lettered
def drivers(
    table: pd.DataFrame,
    odds: float,
    threshold: float,
    of: str,
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a tornado: the odds where each number is low and where it is high.

    Args:
        table: label, importance, sign, low_mean, high_mean: the most important first, as
            `Run.drivers` has it. Up to 12 above the threshold are drawn, and the next ones to 8.
        odds: of all draws.
        threshold: what the best of as many numbers without effect reaches.
        of: of what the odds are.
        subtitle: what was simulated.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    every = records(table, "numbers", DRIVERS)
    above = sum(row["importance"] > threshold for row in every)
    shown = min(above, MOST)
    rows = [*every[:shown], *every[above:][: max(0, LEAST - shown)]]
    labels = row_labels(rows, "label", _LABELS)
    at, end = row_middles(labels, {shown: _ROOM})
    margins = row_margins(labels, 1.3, _COLUMNS)
    ax = canvas(ax, _title(rows[:shown], of), subtitle, end, margins)
    name_rows(ax, labels, at, end)
    name_columns(ax, 0.0, ("explains", "low to high"), _COLUMNS)
    for row, y in zip(rows, at, strict=True):
        _draw(ax, row, y, odds)
        ends = f"{percent(row['low_mean'])} to {percent(row['high_mean'])}"
        write_figures(ax, y, (percent(max(row["importance"], 0.0)), ends), _COLUMNS)
    ax.axvline(odds, color=INK, linewidth=1.2)
    _scale(ax, rows, odds)
    _line(ax, at, labels, shown, threshold)
    legend_below(ax, _legend(odds), margins, down=0.55)
    return ax


def _draw(ax: Axes, row: Mapping[str, Any], y: float, odds: float) -> None:
    for name, colour, hatch in (("low_mean", LIGHT, "///"), ("high_mean", DARK, None)):
        ends = sorted((odds, row[name]))
        height = WIDE if name == "low_mean" else WIDE / 2
        ax.barh(y, ends[1] - ends[0], height, left=ends[0], color=colour, hatch=hatch,
                edgecolor="white", linewidth=0)  # fmt: skip


def _scale(ax: Axes, rows: Sequence[Mapping[str, Any]], odds: float) -> None:
    most = max([odds, *(row[name] for row in rows for name in ("low_mean", "high_mean"))])
    percent_axis(ax, "x", 0.0, min(1.0, 1.08 * most) if most > 0 else 1.0)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))


def _line(
    ax: Axes, at: Sequence[float], labels: Sequence[str], shown: int, threshold: float
) -> None:
    """Draw what chance reaches, between the numbers above and below it."""
    if shown < len(at):
        y = at[shown] - row_height(labels[shown]) / 2 - _ROOM / 2 + 0.09
    else:
        y = at[-1] + row_height(labels[-1]) / 2
    ax.axhline(y, color=MUTED, linewidth=1.2, linestyle=(0, (4, 3)), clip_on=False)
    where = inches(ax, right=_COLUMNS[1], up=0.03, base=ax.get_yaxis_transform())
    words = f"chance alone reaches {percent(threshold)}"
    style: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, "ha": "right", "va": "bottom"}
    ax.text(1, y, words, transform=where, parse_math=False, **style)


def _title(above: Sequence[Mapping[str, Any]], of: str) -> str:
    if not above:
        return f"No single number stands out from chance in the odds of {quoted(of)}"
    return f"{quoted(above[0]['label'])} matters most for the odds of {quoted(of)}"


def _legend(odds: float) -> list[Any]:
    return [
        Patch(facecolor=LIGHT, hatch="///", edgecolor="white", linewidth=0,
              label="Odds in the twentieth of draws in which the number is lowest"),
        Patch(color=DARK, label="Odds in the twentieth in which it is highest"),
        Line2D([], [], color=INK, linewidth=1.2, label=f"Odds of all draws: {percent(odds)}"),
    ]  # fmt: skip
