"""What happens over time: outcomes over dates, and one negotiation week by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

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
    balance,
    canvas,
    fill,
    inches,
    lines_height,
    percent,
    percent_axis,
    readable,
    records,
    size,
    text_width,
)

TIMELINE = ("date", "outcome", "probability")
NEGOTIATION = ("week", "actor", "utility", "threshold", "no_deal", "accepted")

_DATES: Any = matplotlib.dates  # without types
_LEFT, _LABELS = 0.9, 2.5  # inches for the scale on the left, the words on the right
_LEAST = 0.005  # a thinner band is not seen, so not named
_CURVES: dict[str, tuple[str, dict[str, Any]]] = {
    "threshold": ("Needed to sign", {"color": PALETTE[5], "linewidth": 2.2}),
    "no_deal": ("Worth of no deal", {"color": MUTED, "linewidth": 1.8, "linestyle": "--"}),
    "utility": (
        "Worth of the text on the table (filled: accepted)",
        {"color": PALETTE[0], "linewidth": 1.4},
    ),
}
_DOT = {"linestyle": "", "marker": "o", "markeredgecolor": PALETTE[0], "clip_on": False}
_REFUSED: dict[str, Any] = {"color": "white", "markersize": 5, "zorder": 3, **_DOT}
_ACCEPTED: dict[str, Any] = {"color": PALETTE[0], "markersize": 8, "zorder": 3, **_DOT}


@dataclass(frozen=True)
class _Label:
    """A text that belongs to a height of the Axes, and how what it names is drawn."""

    y: float
    text: str
    marker: Mapping[str, Any]
    weight: float = 1.0  # the lightest give way where there is no room for all


@dataclass(frozen=True)
class _Mark:
    """A marked day, its name, the line of text that this stands in, and how far back it starts."""

    day: float
    text: str
    lane: int
    back: float


def timeline(
    table: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    marks: Mapping[str, date] | None = None,
    subtitle: str = "",
    months: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability that each outcome is decided by each date, stacked.

    The first outcome of the table lies on top, as it does in the odds.

    Args:
        table: date, outcome, probability (cumulative), as `timeline_table` makes it.
        labels: what each outcome is called; its name where left out.
        marks: dates to mark with a line, each under its name.
        subtitle: what was simulated.
        months: how long a text must stand to count as in force.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    records(table, "dates and outcomes", TIMELINE)
    order = list(dict.fromkeys(table["outcome"]))
    called = {name: (labels or {}).get(name, readable(name)) for name in order}
    dated = table.assign(date=pd.to_datetime(table["date"]))
    wide = dated.pivot(index="date", columns="outcome", values="probability")[order]
    days = _DATES.date2num(np.asarray(wide.index, dtype="datetime64[D]"))
    width = WIDTH - _LEFT - _LABELS - EDGE if ax is None else size(ax)[0]
    marked = _place_marks(marks or {}, days, width)
    lanes = max((mark.lane for mark in marked), default=-1) + 1
    margins = Margins(_LEFT, _LABELS + EDGE, 0.9, above=0.1 + 0.2 * lanes)
    ax = canvas(ax, _timeline_title(wide, called), subtitle, 4.6, margins)
    tops = _stack(ax, days, wide)
    _draw_marks(ax, marked)
    percent_axis(ax, "y", 0, 1)
    ax.grid(visible=False)
    ax.set_xlim(days[0], days[-1] if len(days) > 1 else days[0] + 1)
    ax.xaxis.set_major_locator(_DATES.AutoDateLocator(minticks=3, maxticks=7))
    ax.xaxis.set_major_formatter(_DATES.DateFormatter("%b %Y"))
    ax.tick_params(axis="x", length=4)
    ax.set_ylabel("Share of worlds decided by each date", fontsize=TEXT, color=INK)
    stands = f": a text in force, once it has stood {months:g} months" if months else ""
    note = f"An outcome counts from the day on which it is certain{stands}"
    ax.set_xlabel(note, fontsize=SMALL, color=MUTED, loc="left")
    last = wide.iloc[-1]
    _name_at_the_end(
        ax,
        [
            _Label(
                tops[name] - last[name] / 2,
                f"{called[name]}, {percent(last[name])}",
                fill(i),
                last[name],
            )
            for i, name in enumerate(order)
            if last[name] >= _LEAST
        ],
    )
    return ax


def negotiation(
    table: pd.DataFrame,
    actor: str,
    label: str | None = None,
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw what the text on the table is worth to one actor, beside what it would sign.

    Above its threshold the actor signs, but for the noise in its answers; filled dots are the
    texts that it accepted. For several actors, give each an `ax` of one figure.

    Args:
        table: week, actor, utility (of the text on the table), threshold, no_deal, accepted.
        actor: whose rows to draw.
        label: what the actor is called; its name where left out.
        subtitle: which negotiation it is.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns, or has none of the actor's.
    """
    records(table, "a negotiation", NEGOTIATION)
    known = list(dict.fromkeys(table["actor"]))
    if actor not in known:
        raise ValueError(f"the table has no actor {actor!r}; it has {', '.join(map(repr, known))}")
    own = table[table["actor"] == actor].sort_values("week")
    accepted = own["accepted"].eq(True).to_numpy()
    called = label or readable(actor)
    weeks = own["week"].to_numpy(float)
    title = _negotiation_title(called, weeks[accepted])
    ax = canvas(ax, title, subtitle, 3.4, Margins(_LEFT, _LABELS + EDGE, 0.75))
    for column, (name, style) in _CURVES.items():
        ax.plot(weeks, own[column].to_numpy(float), label=name, **style)
    for chosen, style in ((~accepted, _REFUSED), (accepted, _ACCEPTED)):
        ax.plot(weeks[chosen], own["utility"].to_numpy(float)[chosen], **style)
    ax.grid(axis="y", color=FAINT, linewidth=0.8)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlim(weeks[0], weeks[-1] if len(weeks) > 1 else weeks[0] + 1)
    ax.set_xlabel("Weeks of talks", fontsize=TEXT, color=INK)
    ax.set_ylabel(f"Utility to {called}", fontsize=TEXT, color=INK, parse_math=False)
    lasts = {column: own[column].dropna() for column in _CURVES}
    _name_at_the_end(
        ax,
        [
            _Label(float(values.iloc[-1]), name, {"facecolor": style["color"]})
            for column, (name, style) in _CURVES.items()
            if len(values := lasts[column])
        ],
    )
    return ax


def _stack(ax: Axes, days: Any, wide: pd.DataFrame) -> dict[str, float]:
    """Fill the bands from the last outcome up to the first; return where each ends on top."""
    below, tops = np.zeros(len(wide)), {}
    for index, name in reversed(list(enumerate(wide.columns))):
        above = below + wide[name].to_numpy()
        style = {"edgecolor": "white", "linewidth": 0.6, **fill(index)}
        ax.fill_between(days, below, above, step="post", label=str(name), **style)
        below, tops[name] = above, float(above[-1])
    return tops


def _draw_marks(ax: Axes, marks: Sequence[_Mark]) -> None:
    style: dict[str, Any] = {"fontsize": SMALL, "color": INK, "va": "bottom", "parse_math": False}
    for mark in marks:
        ax.axvline(mark.day, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
        base = ax.get_xaxis_transform()
        where = inches(ax, right=-mark.back, up=0.06 + 0.2 * mark.lane, base=base)
        ax.text(mark.day, 1, mark.text, transform=where, **style)


def _place_marks(marks: Mapping[str, date], days: Any, width: float) -> list[_Mark]:
    """Return where the name of each mark finds room above an Axes so many inches wide."""
    scale = width / max(float(days[-1] - days[0]), 1.0)
    free: list[float] = []  # where each lane is free from, in inches
    placed = []
    for name, when in sorted(marks.items(), key=lambda mark: mark[1]):
        day, text = float(_DATES.date2num(when)), f"{name}, {_day(when)}"
        long = text_width(text, SMALL)
        start = (day - float(days[0])) * scale
        back = max(0.0, start + long - width - _LABELS)
        lane = next((i for i, end in enumerate(free) if end <= start - back), len(free))
        free[lane : lane + 1] = [start - back + long + 0.15]
        placed.append(_Mark(day, text, lane, back))
    return placed


def _day(day: Any) -> str:
    return f"{day.day} {day:%b %Y}"


def _name_at_the_end(ax: Axes, labels: Sequence[_Label]) -> None:
    """Name each curve or band at the right edge, pushed apart where they would overlap."""
    width, height = size(ax)
    low, high = ax.get_ylim()
    texts = [balance(label.text, _LABELS - 0.45, SMALL) for label in labels]
    sizes = [lines_height(text, SMALL) + 0.05 for text in texts]
    wanted = [(label.y - low) / (high - low) * height for label in labels]
    for index, y in _apart(wanted, sizes, [label.weight for label in labels], height).items():
        share = y / height
        base = ax.get_yaxis_transform()
        ax.plot(
            [1.005, 1 + 0.2 / width],
            [labels[index].y, low + share * (high - low)],
            color=MUTED,
            linewidth=0.8,
            transform=base,
            clip_on=False,
        )
        where = inches(ax, right=0.28)
        style = {"edgecolors": MUTED, "linewidths": 0.6, **labels[index].marker}
        ax.scatter([1], [share], s=90, marker="s", transform=where, clip_on=False, **style)
        words: dict[str, Any] = {"fontsize": SMALL, "color": INK, "va": "center"}
        where = inches(ax, right=0.42)
        ax.text(1, share, texts[index], transform=where, parse_math=False, **words)


def _apart(
    wanted: Sequence[float], sizes: Sequence[float], weights: Sequence[float], height: float
) -> dict[int, float]:
    """Return middles near those wanted, without overlap, for the heaviest that find room."""
    kept = sorted(range(len(wanted)), key=lambda index: wanted[index])
    while sum(sizes[index] for index in kept) > height:
        kept.remove(min(kept, key=lambda index: weights[index]))
    middles: dict[int, float] = {}
    edge = 0.0
    for index in kept:
        middles[index] = max(wanted[index], edge + sizes[index] / 2)
        edge = middles[index] + sizes[index] / 2
    edge = height
    for index in reversed(kept):
        middles[index] = min(middles[index], edge - sizes[index] / 2)
        edge = middles[index] - sizes[index] / 2
    return middles


def _timeline_title(wide: pd.DataFrame, called: Mapping[str, str]) -> str:
    settled = wide.sum(axis=1)
    largest = wide.iloc[-1].idxmax()
    share = percent(wide.iloc[-1].max())
    half = settled[settled >= 0.5 - 1e-9]
    end = _day(wide.index[-1])
    if half.empty:
        first = f"By {end} only {percent(settled.iloc[-1])} of the worlds are decided"
    else:
        first = f"Half of the worlds are decided by {_day(half.index[0])}"
    return f"{first}\nThe largest part in the end: {called[str(largest)]} ({share})"


def _negotiation_title(label: str, weeks: Any) -> str:
    if not len(weeks):
        return f"{label}: never accepts a text on the table"
    times = "once" if len(weeks) == 1 else f"{len(weeks)} times"
    when = f"in week {weeks[0]:g}" if len(weeks) == 1 else f"first in week {weeks[0]:g}"
    return f"{label}: accepts {times}, {when}"
