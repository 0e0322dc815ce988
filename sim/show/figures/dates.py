"""What happens by when: texts signed, in force, refused, broken; who leaves; talks suspended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.show.figures.fonts import lettered
from sim.show.figures.naming import NAMES, Name, name_at_the_end
from sim.show.figures.scales import TwoScales, set_dates
from sim.show.figures.style import (
    EDGE,
    INK,
    MUTED,
    PALETTE,
    SMALL,
    TEXT,
    WIDTH,
    Margins,
    canvas,
    inches,
    lines_height,
    percent,
    percent_axis,
    readable,
    records,
    size,
    text_width,
    wrap,
)
from sim.show.words import day_in_words, quoted

EVENTS = ("event", "date", "probability", "low", "high")
SIGNED, IN_FORCE = "signed", "in_force"
OF_TEXTS = (SIGNED, IN_FORCE, "in_effect", "refused", "broken")

_DATES: Any = matplotlib.dates  # without types
_LEFT = 0.9  # inches for the scale
_FEW = 0.05  # of the worlds: with fewer signatures it is said that there are hardly any


@dataclass(frozen=True)
class _Curve:
    """An event, what it is called, the colour of its line, and its rows by date."""

    event: str
    label: str
    colour: str
    rows: pd.DataFrame

    @property
    def last(self) -> float:
        """Return how probable the event is in the end."""
        return float(self.rows["probability"].iloc[-1])

    @property
    def of_a_text(self) -> bool:
        """Return whether it befalls a text, rather than the talks."""
        return self.event in OF_TEXTS

    @property
    def line(self) -> dict[str, Any]:
        """Return how it is drawn."""
        dashed = {} if self.of_a_text else {"linestyle": (0, (4, 1.5))}
        return {"color": self.colour, "linewidth": 2.4, **dashed}


@dataclass(frozen=True)
class _Mark:
    """A marked day, its name, the line of text that this stands in, and how far back it starts."""

    day: float
    text: str
    lane: int
    back: float


@lettered
def timeline(
    events: pd.DataFrame,
    horizon: date,
    labels: Mapping[str, str] | None = None,
    marks: Mapping[str, date] | None = None,
    subtitle: str = "",
    asked: Iterable[date] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability that each event has come by each date.

    Args:
        events: event, date, probability (cumulative), low and high (95%; may be NaN). What becomes
            of texts is called signed, in_effect, in_force, refused and broken, and drawn in full
            lines; all other events befall the talks.
        horizon: the day on which the talks end at the latest.
        labels: what each event is called; its name where left out.
        marks: other dates to mark with a line, each under its name.
        subtitle: what was simulated.
        asked: days by which people ask whether something happens, marked lightly.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    records(events, "events", EVENTS)
    curves = _curves(events, labels or {})
    days = {"horizon of the talks": horizon, **(marks or {})}
    light = [float(_DATES.date2num(day)) for day in sorted({*asked} - {*days.values()})]
    calendar = _calendar(curves, horizon, days.values())
    width = WIDTH - _LEFT - NAMES - EDGE if ax is None else size(ax)[0]
    marked = _place_marks(days, calendar, width)
    note = wrap(_note(curves, calendar, bool(light)), WIDTH - _LEFT - EDGE, SMALL)
    above = 0.1 + 0.2 * (max(mark.lane for mark in marked) + 1)
    margins = Margins(_LEFT, NAMES + EDGE, 0.55 + lines_height(note, SMALL), above)
    ax = canvas(ax, _title(curves), subtitle, 4.2, margins)
    highest = float(np.nanmax(events[["probability", "high"]].to_numpy(float)))
    percent_axis(ax, "y", 0, min(1.0, float(np.ceil(max(highest, 0.02) * 20 + 0.1) / 20)))
    set_dates(ax, calendar, width)
    for day in light:
        ax.axvline(day, color=MUTED, linewidth=0.8, alpha=0.6, label="_asked", zorder=0.5)
    _draw_marks(ax, marked)
    drawn = [curve for curve in curves if curve.last > 0]
    for curve in drawn:
        _draw_curve(ax, curve)
    ends = [(curve.last, f"{curve.label}, {percent(curve.last)}", curve.line) for curve in drawn]
    name_at_the_end(ax, [Name(*end, weight=end[0]) for end in ends])
    ax.set_ylabel("Share of worlds, by each date", fontsize=TEXT, color=INK)
    ax.set_xlabel(note, fontsize=SMALL, color=MUTED, loc="left", parse_math=False)
    return ax


def _curves(events: pd.DataFrame, labels: Mapping[str, str]) -> list[_Curve]:
    dated = events.assign(date=pd.to_datetime(events["date"])).sort_values("date", kind="stable")
    last = dated.groupby("event", sort=False)["probability"].last()
    names = sorted(map(str, last.index), key=lambda name: last[name] == 0)  # no colour for nothing
    return [
        _Curve(
            name,
            labels.get(name, readable(name)),
            PALETTE[number % len(PALETTE)],
            dated[dated["event"] == name],
        )
        for number, name in enumerate(names)
    ]


def _calendar(curves: Sequence[_Curve], horizon: date, marked: Iterable[date]) -> TwoScales:
    days = [day for curve in curves for day in curve.rows["date"].iloc[[0, -1]]]
    numbers = [float(_DATES.date2num(day)) for day in (*days, *marked)]
    start, last = min(numbers), float(_DATES.date2num(horizon))
    return TwoScales(start, max(last, start + 1), max(*numbers, start + 1))


def _draw_curve(ax: Axes, curve: _Curve) -> None:
    """Draw an event's probability and its interval as steps."""
    days = _DATES.date2num(np.asarray(curve.rows["date"], dtype="datetime64[D]"))
    low, high, share = (curve.rows[name].to_numpy(float) for name in ("low", "high", "probability"))
    ax.fill_between(days, low, high, step="post", color=curve.colour, alpha=0.2, linewidth=0)
    ax.plot(days, share, drawstyle="steps-post", label=curve.event, **curve.line)


def _draw_marks(ax: Axes, marks: Sequence[_Mark]) -> None:
    style: dict[str, Any] = {"fontsize": SMALL, "color": INK, "va": "bottom", "parse_math": False}
    for mark in marks:
        ax.axvline(mark.day, color=INK, linewidth=1.4, linestyle=":")
        base = ax.get_xaxis_transform()
        where = inches(ax, right=-mark.back, up=0.06 + 0.2 * mark.lane, base=base)
        ax.text(mark.day, 1, mark.text, transform=where, **style)


def _place_marks(marks: Mapping[str, date], calendar: TwoScales, width: float) -> list[_Mark]:
    """Return where the name of each mark finds room above an Axes so many inches wide."""
    forward, _ = calendar.scale
    free: list[float] = []  # where each lane is free from, in inches
    placed = []
    for name, when in sorted(marks.items(), key=lambda mark: mark[1]):
        day, text = float(_DATES.date2num(when)), f"{name}, {day_in_words(when)}"
        long = text_width(text, SMALL)
        start = float(forward(day)) * width
        back = max(0.0, start + long - width - NAMES)
        lane = next((i for i, end in enumerate(free) if end <= start - back), len(free))
        free[lane : lane + 1] = [start - back + long + 0.15]
        placed.append(_Mark(day, text, lane, back))
    return placed


def _note(curves: Sequence[_Curve], calendar: TwoScales, asked: bool) -> str:
    """Say what the marks mean, and what came up in no world."""
    never = [curve.label for curve in curves if curve.last == 0]
    said = {
        "Dashed: what befalls the talks, not a text.": len({c.of_a_text for c in curves}) == 2,
        "Thin lines: days by which people ask.": asked,
        "Beyond the horizon, dates lie closer together.": calendar.talks < 1,
        "Bands: Monte Carlo (95%).": any(c.rows["low"].notna().any() for c in curves),
        f"In no world: {'; '.join(never)}.": bool(never),
    }
    return " ".join(sentence for sentence, true in said.items() if true)


def _title(curves: Sequence[_Curve]) -> str:
    found = {curve.event: curve for curve in curves}
    others = [curve for curve in curves if not curve.of_a_text]
    signed = found[SIGNED].last if SIGNED in found else 0.0
    lines = [_when_signed(found[SIGNED].rows, signed)] if SIGNED in found else []
    likeliest = max(others, key=lambda curve: curve.last, default=None)
    if likeliest and likeliest.last > signed:
        word = "Likelier" if signed else "Likeliest"
        lines.append(f"{word}: {quoted(likeliest.label)} ({percent(likeliest.last)})")
    elif signed and IN_FORCE in found:
        lines.append(f"One comes into force in {percent(found[IN_FORCE].last)} of the worlds")
    return "\n".join(lines) or "None of these events comes about in any world"


def _when_signed(rows: pd.DataFrame, signed: float) -> str:
    if signed == 0:
        return "No text is signed in any world"
    if signed < _FEW:
        return f"Hardly any text is signed: in {percent(signed)} of the worlds"
    half = rows.loc[rows["probability"] >= signed / 2 - 1e-9, "date"].iloc[0]
    year = rows["date"].iloc[-1] - rows["date"].iloc[0]
    when = f"{half:%B %Y}" if year.days > 180 else day_in_words(half)
    worlds = "Every world signs" if signed == 1 else f"{percent(signed)} of the worlds sign"
    return f"{worlds} a text, half of them by {when}"
