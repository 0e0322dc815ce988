"""An axis of dates on two scales: the talks have most of the width, what follows them the rest.

What follows lasts longer, and less happens in it; a mark stands where the scales meet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import matplotlib.dates
import numpy as np
from matplotlib.axes import Axes

from sim.show.figures.style import FAINT, INK, inches
from sim.show.words import day_in_words

_DATES: Any = matplotlib.dates  # without types
_TALKS = 0.7  # of the width, at least, up to the horizon
_TICK = 0.8  # inches that the name of a date takes
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months between named dates


@dataclass(frozen=True)
class TwoScales:
    """Days as numbers: where the talks begin and must end, and where all ends."""

    start: float
    horizon: float
    end: float

    @property
    def talks(self) -> float:
        """Return which share of the width lies before the horizon."""
        if self.end <= self.horizon:
            return 1.0
        return max(_TALKS, (self.horizon - self.start) / (self.end - self.start))

    @property
    def scale(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """Return what turns days into shares of the width, and back."""
        days, shares = [self.start, self.horizon, self.end], [0.0, self.talks, 1.0]
        if self.talks == 1:
            days, shares = [self.start, self.horizon], [0.0, 1.0]
        return (lambda day: _line(day, days, shares)), (lambda share: _line(share, shares, days))


def set_dates(ax: Axes, calendar: TwoScales, width: float) -> None:
    """Make the x axis one of dates on two scales, with a mark where they meet."""
    forward, back = calendar.scale
    ax.set_xscale("function", functions=(forward, back))
    ax.set_xlim(calendar.start, calendar.end)
    ticks = _ticks(calendar, width)
    ax.set_xticks([day for day, _ in ticks], [name for _, name in ticks])
    ax.set_xticks([], minor=True)
    ax.tick_params(axis="x", length=4)
    if calendar.talks < 1:
        ax.axvspan(calendar.horizon, calendar.end, color=FAINT, alpha=0.35, linewidth=0, zorder=0)
        for aside in (-0.03, 0.03):
            where = inches(ax, right=aside)
            cut: dict[str, Any] = {"marker": (2, 0, -30), "markersize": 12, "clip_on": False}
            ax.plot(calendar.talks, 0, color=INK, transform=where, label="_cut", **cut)


def _line(at: Any, known: Sequence[float], values: Sequence[float]) -> Any:
    """Return values between and beyond those known, on straight lines."""
    at = np.asarray(at, dtype=float)
    steps = np.diff(values) / np.diff(known)
    piece = np.clip(np.searchsorted(known, at, side="right") - 1, 0, len(steps) - 1)
    return np.asarray(values)[piece] + (at - np.asarray(known)[piece]) * steps[piece]


def _ticks(calendar: TwoScales, width: float) -> list[tuple[float, str]]:
    """Return the days to name: first days of months, then anniversaries of the horizon."""
    scale, before = calendar.scale[0], calendar.talks * width
    found = _within(calendar.start, calendar.horizon, before)
    if calendar.talks < 1:
        found += _after(calendar.horizon, calendar.end, width - before)
    kept: list[tuple[float, str]] = []
    for day, name in found:
        if not kept or (scale(day) - scale(kept[-1][0])) * width >= _TICK:
            kept.append((day, name))
    return kept


def _within(low: float, high: float, width: float) -> list[tuple[float, str]]:
    """Return the first days of as many months as find room; of a short time, other days."""
    start, end = _date(low), _date(high)
    months = range(_month(start), _month(end) + 1)
    for step in _STEPS:
        firsts = [_day_of(month, 1) for month in months if month % step == 0]
        inside = [first for first in firsts if start <= first <= end]
        if 2 <= len(inside) <= max(2, width / _TICK):
            return [(float(_DATES.date2num(day)), f"{day:%b %Y}") for day in inside]
    days = np.arange(low, high + 1e-9, max(1, -(-(high - low) // max(1, width // _TICK - 1))))
    return [(float(day), day_in_words(_date(day))) for day in days]


def _after(low: float, high: float, width: float) -> list[tuple[float, str]]:
    """Return days that lie whole months behind the horizon, as many as find room."""
    start, end = _date(low), _date(high)
    for step in _STEPS:
        months = range(_month(start) + step, _month(end) + 1, step)
        if len(months) * _TICK <= width:
            days = [_day_of(month, min(start.day, 28)) for month in months]
            return [(float(_DATES.date2num(day)), f"{day:%b %Y}") for day in days if day <= end]
    return []


def _month(day: date) -> int:
    """Return how many months lie before that of a day."""
    return 12 * day.year + day.month - 1


def _day_of(month: int, day: int) -> date:
    return date(month // 12, month % 12 + 1, day)


def _date(day: float) -> date:
    found: date = _DATES.num2date(day).date()
    return found
