"""Names of curves at their right ends, pushed apart where they would overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from sim.show.figures.style import INK, MUTED, SMALL, balance, inches, lines_height, size

NAMES = 2.5  # inches that they take, at the right of the Axes


@dataclass(frozen=True)
class Name:
    """What a curve is called, the height at which it ends, and how it is drawn."""

    y: float
    text: str
    line: Mapping[str, Any]  # keywords of Axes.plot
    weight: float = 1.0  # the lightest give way where there is no room for all


def name_at_the_end(ax: Axes, names: Sequence[Name]) -> None:
    """Name each curve at the right edge, beside a piece of it."""
    width, height = size(ax)
    low, high = ax.get_ylim()
    texts = [balance(name.text, NAMES - 0.7, SMALL) for name in names]
    sizes = [lines_height(text, SMALL) + 0.05 for text in texts]
    wanted = [(name.y - low) / (high - low) * height for name in names]
    for index, y in _apart(wanted, sizes, [name.weight for name in names], height).items():
        share = y / height
        at = low + share * (high - low)
        base: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "clip_on": False}
        lead = [1.005, 1 + 0.2 / width]
        ax.plot(lead, [names[index].y, at], color=MUTED, linewidth=0.8, label="_lead", **base)
        piece = [1 + 0.24 / width, 1 + 0.62 / width]
        ax.plot(piece, [at, at], label="_name", **base, **names[index].line)
        words: dict[str, Any] = {"fontsize": SMALL, "color": INK, "va": "center"}
        where = inches(ax, right=0.7)
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
