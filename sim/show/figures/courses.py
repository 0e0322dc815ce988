"""When a text is signed, if ever, as dots: each is one of 50 courses, all as likely as the others.

A quantile dotplot (Kay, Kola, Hullman & Munson 2016): people who count dots judge a chance better
than people who read a curve. Courses without a signature stand apart, as a block of open dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from sim.show.figures.fonts import lettered
from sim.show.figures.style import (
    DARK,
    EDGE,
    FAINT,
    INK,
    MUTED,
    SMALL,
    Margins,
    canvas,
    inches,
    lines_height,
    records,
    size,
    wrap,
)
from sim.show.words import day_in_words

if TYPE_CHECKING:
    from matplotlib.text import Text

SIGNED = ("date", "probability")
DOTS = 50

_WIDTH = 5.2  # inches, so that it is read on a telephone
_COLUMNS, _ROWS = 10, 10  # of dates; of the block of courses without a signature
_DOT = 0.27  # inches from one dot to the next, at most
_APART = 0.55  # inches between the dates and the block


@lettered
def courses(
    signed: pd.DataFrame, horizon: date, subtitle: str = "", ax: Axes | None = None
) -> Axes:
    """Draw 50 equally likely courses of the talks as dots, by the day on which a text is signed.

    Args:
        signed: date, probability: the chance that a text is signed by the end of each day, in
            order; dates after the horizon are passed over.
        horizon: the day on which the talks end at the latest.
        subtitle: what was simulated.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns, or has none up to the horizon.
    """
    rows = records(signed, "signatures", SIGNED)
    days = [(pd.Timestamp(row["date"]).date(), float(row["probability"])) for row in rows]
    known = [each for each in days if each[0] <= horizon]
    if not known:
        raise ValueError(f"a table of signatures needs a row up to {horizon}")
    dates = signing_dates(known)
    note = wrap(_note(known[-1][1]), _WIDTH - 2 * EDGE, SMALL)
    margins = Margins(EDGE, EDGE, 0.45 + lines_height(note, SMALL), above=0.1)
    ax = canvas(ax, _title(len(dates), horizon), subtitle, (_ROWS + 0.5) * _DOT, margins, _WIDTH)
    width, height = size(ax)
    ax.set(xlim=(0, width), ylim=(0, height), xticks=[], yticks=[])  # in inches, so dots are round
    dot = min(_DOT, height / (_ROWS + 0.5))
    room = width - -(-DOTS // _ROWS) * dot - _APART
    _draw_signed(ax, dates, (known[0][0], horizon), room, dot)
    _draw_unsigned(ax, DOTS - len(dates), room + _APART, dot)
    ax.spines["bottom"].set_bounds(0, room)
    ax.set_xlabel(note, fontsize=SMALL, color=MUTED, loc="left", labelpad=24, parse_math=False)
    return ax


def signing_dates(known: Sequence[tuple[date, float]]) -> list[date]:
    """Return the days on which those of 50 courses sign that do, from the chance by each day.

    The courses are the quantiles (i - 1/2) / 50 of the day of the signature.

    >>> len(signing_dates([(date(2026, 1, 1), 0.02), (date(2026, 2, 1), 0.065)]))
    3
    """
    quantiles = (np.arange(DOTS) + 0.5) / DOTS
    chances = np.array([chance for _, chance in known])
    first = np.searchsorted(chances, quantiles - 1e-12)
    return [known[index][0] for index in first if index < len(known)]


def _draw_signed(
    ax: Axes, dates: Sequence[date], ends: tuple[date, date], width: float, dot: float
) -> None:
    start, horizon = ends
    step, length = width / _COLUMNS, max((horizon - start).days, 1)
    columns = [min(int((day - start).days / length * _COLUMNS), _COLUMNS - 1) for day in dates]
    most = max((columns.count(column) for column in set(columns)), default=0)
    dot *= min(1.0, _ROWS / max(most, 1))
    for index, column in enumerate(columns):
        height = columns[:index].count(column)
        _dot(ax, (column + 0.5) * step, (height + 0.5) * dot, dot, {"color": DARK})
    for share in np.linspace(0, 1, 3):
        day = start + (horizon - start) * float(share)
        side = "left" if share == 0 else "right" if share == 1 else "center"
        ax.plot([width * share] * 2, [0, -0.05], color=MUTED, linewidth=0.8, clip_on=False)
        _words(ax, width * float(share), day_in_words(day), side, -0.22)


def _draw_unsigned(ax: Axes, many: int, left: float, dot: float) -> None:
    ax.plot([left - 0.3] * 2, [0, _ROWS * dot], color=FAINT, linewidth=1.5)
    look = {"facecolor": "white", "edgecolor": MUTED, "linewidth": 1.6}
    for index in range(many):
        _dot(ax, left + (index // _ROWS + 0.5) * dot, (index % _ROWS + 0.5) * dot, dot, look)
    _words(ax, left, f"no text signed: {many or 'none'}", "left", -0.22)


def _dot(ax: Axes, x: float, y: float, size: float, look: Mapping[str, Any]) -> None:
    ax.add_patch(Circle((x, y), 0.42 * size, clip_on=False, **look))


def _words(ax: Axes, x: float, said: str, side: Any, up: float) -> Text:
    style: dict[str, Any] = {"fontsize": SMALL, "color": INK, "va": "baseline", "ha": side}
    where = inches(ax, up=up, base=ax.get_xaxis_transform())
    return ax.text(x, 0, said, transform=where, parse_math=False, **style)


def _title(signing: int, horizon: date) -> str:
    how_many = signing or "none"
    return (
        f"In {how_many} of {DOTS} courses of the talks a text is signed by {day_in_words(horizon)}"
    )


def _note(chance: float) -> str:
    """Say what a dot is, and what is too rare for one."""
    said = (
        f"Each dot is one of {DOTS} courses that the talks may take, all as likely as each other. "
        "A full dot stands at the time at which a text is signed; an open dot is a course in "
        "which none is."
    )
    rare = " Signing is rarer than one dot shows." if 0 < chance < 0.5 / DOTS else ""
    return f"{said}{rare}"
