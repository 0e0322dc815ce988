"""The house style of every figure: sizes, colours, wrapped words, and where a heading stands.

Figures are laid out in inches and drawn on `Figure` objects without pyplot: no window, no global
state. Titles state what was found, and colour never carries a meaning alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import ScaledTranslation

from sim.show import words
from sim.show.figures.fonts import drawable, families

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 9.0  # inches; at 150 dots an inch the text is still read at half the size
EDGE = 0.2  # inches around everything
TITLE, TEXT, SMALL = 14.0, 11.0, 10.0  # points

INK, MUTED, FAINT = "#222222", "#5A5A5A", "#D9D9D9"
DARK, LIGHT, RECORD = "#0B3C5D", "#A9CFE8", "#E69F00"  # Monte Carlo, assumptions, the record

# Okabe & Ito (2008) without black and yellow, which lines on white are not seen in, and two more,
# in an order in which neighbours stay apart for readers with any of the three colour blindnesses.
PALETTE = (
    "#0072B2",  # blue
    "#E69F00",  # orange
    "#009E73",  # green
    "#D55E00",  # vermilion
    "#CC79A7",  # purple
    "#6B3E1E",  # brown
    "#56B4E9",  # sky blue
    "#882255",  # wine
)

percent, span = partial(words.percent, decimals=0), partial(words.span, decimals=0)


@dataclass(frozen=True)
class Margins:
    """Room around the plotting area, in inches; `above` lies between it and the heading."""

    left: float
    right: float
    below: float
    above: float = 0.1


def readable(name: str) -> str:
    """Return a name of the scenario as words.

    >>> readable("us_article5_and_force")
    'us article5 and force'
    """
    return name.replace("_", " ")


def capital(text: str) -> str:
    """Return a text with a capital at its start, and else as it is."""
    return text[:1].upper() + text[1:]


def records(table: pd.DataFrame, kind: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of a table of that kind.

    Raises:
        ValueError: when it has none, or lacks a column.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"a table of {kind} needs {', '.join(columns)}; missing: {missing}")
    if not len(table):
        raise ValueError(f"a table of {kind} needs at least one row")
    return cast(list[dict[str, Any]], table[list(columns)].to_dict("records"))


def canvas(
    ax: Axes | None,
    title: str,
    subtitle: str,
    height: float,
    margins: Margins,
    width: float = WIDTH,
) -> Axes:
    """Return the Axes given, or the only one of a new figure that fits; write the heading above.

    Args:
        ax: where to draw, or None for a figure of its own.
        title: what was found; wrapped.
        subtitle: what it was found in; wrapped, may be empty.
        height: of the plotting area of a new figure, in inches.
        margins: around that area.
        width: of a new figure, in inches.
    """
    own = ax is None
    room = width - 2 * EDGE if ax is None else size(ax)[0]
    title, subtitle = wrap(title, room, TITLE, "bold"), wrap(subtitle, room, SMALL)
    above_title = lines_height(subtitle, SMALL) + (0.06 if subtitle else 0.0) + margins.above
    if ax is None:
        total = margins.below + height + above_title + lines_height(title, TITLE) + EDGE
        inner = width - margins.left - margins.right
        box = (margins.left / width, margins.below / total, inner / width, height / total)
        ax = Figure(figsize=(width, total), facecolor="white").add_axes(box)
    start = (EDGE - margins.left) / size(ax)[0] if own else 0.0
    style = {"ha": "left", "va": "bottom", "parse_math": False}
    heading: dict[str, Any] = {"fontsize": TITLE, "fontweight": "bold", "color": INK, **style}
    ax.set_title(title, loc="left", x=start, pad=72 * above_title, **heading)
    if subtitle:
        about: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, **style}
        ax.text(start, 1, subtitle, transform=inches(ax, up=margins.above), **about)
    _strip(ax)
    return ax


def size(ax: Axes) -> tuple[float, float]:
    """Return the width and height of the plotting area, in inches."""
    box, dots = ax.get_window_extent(), cast(Any, ax.figure).dpi
    return float(box.width / dots), float(box.height / dots)


def inches(ax: Axes, right: float = 0.0, up: float = 0.0, base: Any = None) -> Any:
    """Return the transform of the Axes (its own unit square, or `base`) moved by some inches."""
    scale = cast(Any, ax.figure).dpi_scale_trans
    return (ax.transAxes if base is None else base) + ScaledTranslation(right, up, scale)


def legend_below(
    ax: Axes, handles: Iterable[Any], margins: Margins, down: float, columns: int = 1
) -> None:
    """Explain the marks under the Axes, from the figure's left edge, so many inches down."""
    ax.legend(
        handles=list(handles),
        ncols=columns,
        loc="upper left",
        bbox_to_anchor=(0.0, 0.0),
        bbox_transform=inches(ax, right=EDGE - margins.left, up=-down),
        frameon=False,
        fontsize=SMALL,
        labelcolor=INK,
        borderaxespad=0.0,
        borderpad=0.0,
        handlelength=2.2,
    )


def percent_axis(ax: Axes, axis: Literal["x", "y"], low: float, high: float) -> None:
    """Make an axis one of probability, with faint lines across at its ticks."""
    chosen = ax.xaxis if axis == "x" else ax.yaxis
    chosen.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    (ax.set_xlim if axis == "x" else ax.set_ylim)(low, high)
    ax.grid(axis=axis, color=FAINT, linewidth=0.8)


def wrap(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Break a text into lines of at most so many inches; its own line breaks stay."""
    broken = [_wrapped_line(line, width, size, weight) for line in text.split("\n")]
    return "\n".join(broken)


def balance(text: str, width: float, size: float) -> str:
    """Break a text into as few lines as fit, and those as even in length as can be."""
    broken = wrap(text, width, size)
    for step in range(10, 20):
        narrow = wrap(text, width * step / 20, size)
        if narrow.count("\n") == broken.count("\n"):
            return narrow
    return broken


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of one line of text, in inches."""
    words = text.split(" ")
    space = _measured("n n", size, weight) - _measured("nn", size, weight)
    width = sum(_measured(word, size, weight) for word in words) + space * (len(words) - 1)
    return width / 72


def longest_line(texts: Iterable[str], size: float) -> float:
    """Return the width of the longest line of some wrapped texts, in inches."""
    return max(text_width(line, size) for text in texts for line in text.split("\n"))


def lines_height(text: str, size: float) -> float:
    """Return the height of a text that is already wrapped, in inches."""
    return (text.count("\n") + 1) * size * 1.25 / 72 if text else 0.0


def _wrapped_line(line: str, width: float, size: float, weight: str) -> str:
    lines = [""]
    for word in line.split():
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, weight) <= width:
            lines[-1] = longer
            continue
        pieces = _broken(word, width, size, weight)
        lines += pieces if lines[-1] else []
        lines = lines if lines[-1] else pieces
    return "\n".join(lines)


def _broken(word: str, width: float, size: float, weight: str) -> list[str]:
    """Cut a word that is wider than a line; any other is left whole."""
    if text_width(word, size, weight) <= width:
        return [word]
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size, weight) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@lru_cache(maxsize=4096)
def _measured(text: str, size: float, weight: str) -> float:
    font = FontProperties(family=families(text), size=size, weight=weight)
    box = text_to_path.get_text_width_height_descent(drawable(text), font, ismath=False)
    return float(box[0])


def _strip(ax: Axes) -> None:
    """Leave of the frame only what is read."""
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(MUTED)
    ax.tick_params(labelsize=TEXT, length=0, colors=INK, pad=5)
    ax.set_axisbelow(True)
