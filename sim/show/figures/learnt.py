"""What evidence says of numbers: each before and after, in standard deviations of before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.show.figures.fonts import lettered
from sim.show.figures.rows import (
    NARROW,
    WIDE,
    draw_tick,
    name_rows,
    row_labels,
    row_middles,
)
from sim.show.figures.style import (
    DARK,
    EDGE,
    FAINT,
    INK,
    LIGHT,
    MUTED,
    SMALL,
    TEXT,
    Margins,
    balance,
    canvas,
    inches,
    legend_below,
    longest_line,
    readable,
    records,
)
from sim.show.words import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

POSTERIOR = (
    *("path", "prior_mean", "prior_sd", "prior_low", "prior_high"),
    *("mean", "low", "high", "shift", "verdict", "moved_by"),
)
MOST, FEW = 15, 5  # rows: of numbers that changed; where none did, of those that came nearest

_LABELS, _PIECES = 2.5, 1.9  # inches at most for the words on the left and on the right
_UNTOLD = ("little", "nothing")
_UNCLEAR = "no more than chance may do"


@lettered
def posterior(table: pd.DataFrame, subtitle: str = "", ax: Axes | None = None) -> Axes:
    """Draw the numbers that evidence moved most, their prior beside their posterior.

    Args:
        table: path, prior_mean, prior_sd, prior_low, prior_high, mean, low, high, shift, verdict,
            moved_by: the most moved first, as `posterior_table` makes it. Up to 15 of those that
            changed are drawn; where none did, the 5 that came nearest to it.
        subtitle: what was simulated.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    every = records(table, "numbers", POSTERIOR)
    changed = [row for row in every if row["verdict"] not in _UNTOLD]
    rows = [{**row, "label": in_words(row["path"])} for row in changed[:MOST] or every[:FEW]]
    labels = row_labels(rows, "label", _LABELS)
    pieces = [balance(_piece(row), _PIECES, SMALL) for row in rows]
    at, end = row_middles([_higher(*each) for each in zip(labels, pieces, strict=True)])
    left = max(longest_line(labels, TEXT) + 0.1, 1.6) + EDGE
    margins = Margins(left, _PIECES + 0.15 + EDGE, below=1.35, above=0.3)
    ax = canvas(ax, _title(every, changed), subtitle, end, margins)
    name_rows(ax, labels, at, end)
    ax.axvline(0, color=MUTED, linewidth=1.2)
    _write(ax, 0.0, "mostly moved by", {"color": MUTED, "va": "bottom"}, up=0.04)
    for row, piece, y in zip(rows, pieces, at, strict=True):
        _draw(ax, row, y)
        _write(ax, y, piece, {"color": INK, "va": "center"})
    _scale(ax, rows)
    legend_below(ax, _legend(), margins, down=0.62)
    return ax


def in_words(path: str) -> str:
    """Return the path of a number in words.

    >>> in_words("actors.us.domestic.people_noise"), in_words("aftermath.hazard")
    ('us: domestic people noise', 'aftermath: hazard')
    """
    first, *rest = path.removeprefix("actors.").split(".")
    return readable(f"{first}: {' '.join(rest)}" if rest else first)


def _piece(row: Mapping[str, Any]) -> str:
    """Return what moved a number, in words."""
    if row["verdict"] in _UNTOLD:
        return _UNCLEAR
    against = ["against what was stated"] if row["verdict"] == "conflict" else []
    return readable("\n".join(filter(None, [row["moved_by"], *against])))


def _higher(label: str, piece: str) -> str:
    return max(label, piece, key=lambda text: text.count("\n"))


def _draw(ax: Axes, row: Mapping[str, Any], y: float) -> None:
    ends = (row[name] for name in ("prior_low", "prior_high", "low", "high", "mean"))
    start, stop, low, high, mean = (_scaled(each, row) for each in ends)
    ax.barh(y, stop - start, WIDE, left=start, color=LIGHT)
    ax.barh(y, high - low, NARROW, left=low, color=DARK)
    draw_tick(ax, mean, y, DARK)


def _scaled(value: float, row: Mapping[str, Any]) -> float:
    """Return a value in prior sds from the prior mean."""
    return float((value - row["prior_mean"]) / row["prior_sd"])


def _write(ax: Axes, y: float, words: str, style: Mapping[str, Any], up: float = 0.0) -> None:
    """Write words to the right of a row."""
    where = inches(ax, right=0.15, up=up, base=ax.get_yaxis_transform())
    ax.text(1, y, words, transform=where, fontsize=SMALL, parse_math=False, **style)


def _scale(ax: Axes, rows: Sequence[Mapping[str, Any]]) -> None:
    names = ("prior_low", "prior_high", "low", "high", "mean")
    reach = max(abs(_scaled(row[name], row)) for row in rows for name in names)
    ax.set_xlim(-1.08 * reach, 1.08 * reach)
    ax.grid(axis="x", color=FAINT, linewidth=0.8)
    ax.set_xlabel("Standard deviations from the mean before the evidence", fontsize=TEXT, color=INK)


def _title(every: Sequence[Mapping[str, Any]], changed: Sequence[Mapping[str, Any]]) -> str:
    alone = sum(row["verdict"] == "nothing" for row in every)
    rest = f"{alone} of {counted(len(every), 'number')} learn nothing from it"
    if not changed:
        return f"Evidence moves no number further than chance may\n{rest}"
    first = changed[0]
    name, far = quoted(in_words(first["path"])), f"{abs(first['shift']):.1f}"
    if far == "0.0":
        return f"Evidence moves no mean, and narrows {name}\n{rest}"
    way = "up" if first["shift"] > 0 else "down"
    return f"Evidence moves {name} most: {far} standard deviations {way}\n{rest}"


def _legend() -> list[Any]:
    tick: dict[str, Any] = {"linestyle": "", "marker": "|", "markersize": 13}
    return [
        Patch(color=LIGHT, label="Before the evidence: central 90%; the line is its mean"),
        Patch(color=DARK, label="After it: central 90%"),
        Line2D([], [], color=DARK, label="After it: mean", markeredgewidth=2.5, **tick),
    ]
