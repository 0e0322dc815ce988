"""One negotiation week by week: what each text was worth to one actor, and what it demanded."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.show.figures.fonts import lettered
from sim.show.figures.naming import NAMES, Name, name_at_the_end
from sim.show.figures.style import (
    EDGE,
    FAINT,
    INK,
    MUTED,
    PALETTE,
    TEXT,
    Margins,
    canvas,
    capital,
    readable,
    records,
)

NEGOTIATION = ("week", "actor", "utility", "threshold", "no_deal", "accepted")

_LEFT = 0.9  # inches for the scale
_CURVES: dict[str, tuple[str, dict[str, Any]]] = {
    "threshold": ("Needed to sign", {"color": PALETTE[3], "linewidth": 2.2}),
    "no_deal": ("Worth of no deal", {"color": MUTED, "linewidth": 1.8, "linestyle": "--"}),
    "utility": (
        "Worth of the text on the table (filled: accepted)",
        {"color": PALETTE[0], "linewidth": 1.4},
    ),
}
_DOT = {"linestyle": "", "marker": "o", "markeredgecolor": PALETTE[0], "clip_on": False}
_REFUSED: dict[str, Any] = {"color": "white", "markersize": 5, "zorder": 3, **_DOT}
_ACCEPTED: dict[str, Any] = {"color": PALETTE[0], "markersize": 8, "zorder": 3, **_DOT}


@lettered
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
    title = _title(called, weeks[accepted])
    ax = canvas(ax, title, subtitle, 3.4, Margins(_LEFT, NAMES + EDGE, 0.75))
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
    name_at_the_end(
        ax,
        [
            Name(float(values.iloc[-1]), name, style)
            for column, (name, style) in _CURVES.items()
            if len(values := lasts[column])
        ],
    )
    return ax


def _title(label: str, weeks: Any) -> str:
    who = capital(label)
    if not len(weeks):
        return f"{who} never accepts a text on the table"
    if len(weeks) == 1:
        return f"{who} accepts one text, in week {weeks[0]:g}"
    return f"{who} accepts {len(weeks)} texts, the first in week {weeks[0]:g}"
