"""Where outcomes fell in what was said of them: evenly, if what was said is calibrated.

The histogram of probability integral transforms (Czado, Gneiting & Held 2009), beside what chance
alone does to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from sim.show.figures.fonts import lettered
from sim.show.figures.style import (
    DARK,
    EDGE,
    FAINT,
    INK,
    LIGHT,
    SMALL,
    TEXT,
    Margins,
    canvas,
    capital,
    inches,
    legend_below,
)
from sim.show.words import counted, listed

_HEIGHT, _WRITTEN = 3.2, 0.3  # inches of the Axes, and those that a figure in a bar takes
_FEW = 2  # bars outside the band that do not yet make a shape
_FRACTIONS = {4: "quarter", 5: "fifth", 10: "tenth"}
_ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}


@lettered
def pit_histogram(
    heights: NDArray[np.float64],
    count: int,
    things: str = "cases",
    outcome: str = "the outcome",
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how many outcomes fell in each equal part of what was said, beside what chance does.

    The band holds each bar of a calibrated forecaster with a chance of 95%, if so many outcomes
    fall independently: the 2.5% and the 97.5% point of a binomial distribution.

    Args:
        heights: of the bars, with mean 1, the part of the lowest values first: (B,).
        count: how many things are independent.
        things: what these are called.
        outcome: what was said, in words.
        subtitle: what was forecast.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when there are fewer than two bars, or nothing is independent.
    """
    if len(heights) < 2 or count < 1:
        raise ValueError(f"needs two bars and one outcome, not {len(heights)} and {count}")
    low, high = band(len(heights), count)
    legend = _legend(count, things, outside=bool(((heights < low) | (heights > high)).any()))
    margins = Margins(0.9, EDGE, 0.78 + 0.23 * len(legend), above=0.15)
    ax = canvas(ax, _title(heights, low, high), subtitle, _HEIGHT, margins)
    places = np.arange(len(heights))
    ax.axhspan(low, high, color=FAINT, linewidth=0, zorder=0)
    top = 1.08 * max(float(heights.max()), high)
    for place, height in zip(places, heights, strict=True):
        tall = height / top * _HEIGHT > _WRITTEN
        _draw_bar(ax, float(place), float(height), low <= height <= high, tall)
    seen = [withStroke(linewidth=3.4, foreground="white")]  # also on dark bars
    ax.axhline(1, color=INK, linewidth=1.4, linestyle="--", path_effects=seen)
    ax.set_xlim(-0.5, len(heights) - 0.5)
    ax.set_ylim(0, top)
    ax.set_xticks(places, [_ordinal(int(place), len(heights)) for place in places])
    parts = f"{capital(_part(len(heights)))}s of what was said of {outcome}"
    ax.set_xlabel(parts, fontsize=TEXT, color=INK, parse_math=False)
    ax.set_ylabel("Outcomes for each expected", fontsize=TEXT, color=INK)
    legend_below(ax, legend, margins, down=0.68)
    return ax


def band(bars: int, count: int) -> tuple[float, float]:
    """Return between what heights a bar of a calibrated forecaster lies with a chance of 95%."""
    from scipy.stats import binom

    low, high = binom.ppf([0.025, 0.975], count, 1 / bars) * bars / count
    return float(low), float(high)


def _draw_bar(ax: Axes, place: float, height: float, usual: bool, tall: bool) -> None:
    """Draw a bar, and its height at its foot or, where that has no room, on top."""
    ax.bar(place, height, 0.66, color=LIGHT if usual else DARK)
    style: dict[str, Any] = {
        "fontsize": SMALL,
        "fontweight": "normal" if usual else "bold",
        "color": INK if usual or not tall else "white",
    }
    where = inches(ax, up=0.1 if tall else 0.04, base=ax.transData)
    foot = 0.0 if tall else height
    ax.text(place, foot, f"{height:.2f}", ha="center", va="bottom", transform=where, **style)


def _title(heights: NDArray[np.float64], low: float, high: float) -> str:
    bars = len(heights)
    often = [place for place, height in enumerate(heights) if height > high]
    seldom = [place for place, height in enumerate(heights) if height < low]
    told = {"often": often, "seldom": seldom}
    few = [f"too {word} in the {_named(places, bars)}" for word, places in told.items() if places]
    if not few:
        return "Outcomes fall where they were said to, as far as chance can tell"
    if len(often) + len(seldom) <= _FEW:
        return f"Outcomes fall where they were said to, but {' and '.join(few)}"
    part = _part(bars)
    many = [
        f"too {word} in {counted(len(places), part)}" for word, places in told.items() if places
    ]
    return f"Outcomes fall {' and '.join(many)}{_meaning(often, seldom, bars)}"


def _named(places: Sequence[int], bars: int) -> str:
    """Return the names of some parts.

    >>> _named([0, 3], 10)
    'lowest and 4th tenth'
    """
    return f"{listed([_ordinal(each, bars) for each in places])} {_part(bars)}"


def _part(bars: int) -> str:
    return _FRACTIONS.get(bars, "part")


def _meaning(often: Sequence[int], seldom: Sequence[int], bars: int) -> str:
    """Say what a shape means, where it is one of the well-known."""
    middle, ends = (bars - 1) / 2, {0, bars - 1}
    if ends <= set(often):
        return "\nThey lie too often at both ends: what was said is too sure of itself"
    if ends <= set(seldom):
        return "\nThey lie too seldom at the ends: what was said could be surer of itself"
    high, low = (float(np.mean(places)) if places else middle for places in (often, seldom))
    shift = high - low
    if abs(shift) < bars / 4:
        return ""
    return f"\nWhat was said lies too {'low' if shift > 0 else 'high'}"


def _ordinal(place: int, bars: int) -> str:
    """Return what a part is called.

    >>> [_ordinal(place, 10) for place in (0, 1, 2, 9)]
    ['lowest', '2nd', '3rd', 'highest']
    """
    if place in (0, bars - 1):
        return "highest" if place else "lowest"
    return f"{place + 1}{_ORDINALS.get(place + 1, 'th')}"


def _legend(count: int, things: str, outside: bool) -> list[Any]:
    said = f"Where 95% of a calibrated forecaster's bars lie (binomial, {count:,} {things})"
    dark = Patch(color=DARK, label="Dark, in bold: outside; by chance one in twenty would be")
    return [
        Line2D([], [], color=INK, linewidth=1.4, linestyle="--", label="1: as many as expected"),
        Patch(color=FAINT, label=said),
        *([dark] if outside else []),
    ]
