"""What the texts say, clause by clause: those signed, and those first on the table."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.show.figures.fonts import lettered
from sim.show.figures.style import (
    DARK,
    EDGE,
    FAINT,
    INK,
    MUTED,
    SMALL,
    TEXT,
    Margins,
    balance,
    canvas,
    inches,
    legend_below,
    lines_height,
    longest_line,
    percent,
    percent_axis,
    readable,
    records,
)
from sim.show.words import quoted

if TYPE_CHECKING:
    import pandas as pd

CLAUSES = ("clause", "option", "signed_share", "first_text_share")

_LABELS, _NUMBERS = 4.4, 1.2  # inches for the words on the left, the figures on the right
_SIGNED, _FIRST = 0.1, 0.2  # inches: heights of the bars


@lettered
def clauses(
    table: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    signed: int | None = None,
    subtitle: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each option of each clause stands in signed texts and in first texts.

    Args:
        table: clause, option, signed_share (NaN where nothing was signed), first_text_share, as
            `clauses_table` makes it.
        labels: what clauses ("nato") and options ("nato.barred") are called; else their names.
        signed: how many texts were signed.
        subtitle: what was simulated.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    rows = records(table, "options", CLAUSES)
    called = _Called(labels or {})
    groups = {str(clause): group for clause, group in table.groupby("clause", sort=False)}
    any_signed = bool(table["signed_share"].notna().any())
    heads, ticks, bottom = _places(groups, called)
    names = [balance(called.option(*key), _LABELS - 0.15, TEXT) for key in ticks]
    left = max(longest_line(names, TEXT) + 0.15, 2.4)
    margins = Margins(left + EDGE, _NUMBERS + EDGE, 1.25, above=0.3)
    ax = canvas(ax, _title(groups, called, signed), subtitle, bottom, margins)
    ax.set_ylim(bottom, 0)
    for clause, y in heads.items():
        _clause_head(ax, called.clause(clause), y, left)
    for row in rows:
        _one_option(ax, row, ticks[row["clause"], row["option"]])
    ax.set_yticks(list(ticks.values()), names, parse_math=False)
    percent_axis(ax, "x", 0, 1)
    for x, name in ((0.5, "signed" if any_signed else ""), (_NUMBERS, "first")):
        where = inches(ax, right=x, up=0.05)
        ax.text(1, 1, name, ha="right", transform=where, fontsize=SMALL, color=MUTED)
    ax.set_xlabel("Share of the texts", fontsize=TEXT, color=INK)
    legend_below(ax, _legend(signed, any_signed), margins, down=0.62)
    return ax


class _Called:
    """What clauses and options are called."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels

    def clause(self, clause: str) -> str:
        return self.labels.get(clause, readable(clause))

    def option(self, clause: str, option: str) -> str:
        return self.labels.get(f"{clause}.{option}", readable(option))


def _places(
    groups: Mapping[str, pd.DataFrame], called: _Called
) -> tuple[dict[str, float], dict[tuple[str, str], float], float]:
    """Return how far down each clause's head and each option's row lie, and the end, in inches."""
    heads, ticks, edge = {}, {}, 0.0
    for clause, rows in groups.items():
        heads[clause] = edge + 0.26
        edge += 0.34
        for option in rows["option"]:
            name = balance(called.option(clause, option), _LABELS - 0.15, TEXT)
            height = lines_height(name, TEXT) + 0.06
            ticks[clause, str(option)] = edge + height / 2
            edge += height
        edge += 0.1
    return heads, ticks, edge


def _clause_head(ax: Axes, name: str, y: float, left: float) -> None:
    where = inches(ax, right=-left, base=ax.get_yaxis_transform())
    style: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK}
    ax.text(0, y, name, transform=where, va="baseline", parse_math=False, **style)


def _one_option(ax: Axes, row: Mapping[str, Any], y: float) -> None:
    first, signed = row["first_text_share"], row["signed_share"]
    base = ax.get_yaxis_transform()
    style: dict[str, Any] = {"ha": "right", "va": "center_baseline"}
    if not np.isnan(first):
        ax.barh(y, first, _FIRST, color=FAINT)
    if not np.isnan(signed):
        ax.barh(y, signed, _SIGNED, color=DARK)
    bold: dict[str, Any] = {"fontsize": TEXT, "fontweight": "bold", "color": INK, **style}
    ax.text(
        1,
        y,
        "" if np.isnan(signed) else percent(signed),
        transform=inches(ax, right=0.5, base=base),
        **bold,
    )
    plain: dict[str, Any] = {"fontsize": SMALL, "color": MUTED, **style}
    ax.text(1, y, percent(first), transform=inches(ax, right=_NUMBERS, base=base), **plain)


def _title(groups: Mapping[str, pd.DataFrame], called: _Called, signed: int | None) -> str:
    tops = {clause: rows["signed_share"].max() for clause, rows in groups.items()}
    if all(np.isnan(top) for top in tops.values()):
        return "No text was signed: only the first texts can be shown"
    most, least = max(tops, key=tops.__getitem__), min(tops, key=tops.__getitem__)
    if tops[least] == 1:
        return "All signed texts say the same"
    shares = groups[most].set_index("option")["signed_share"]
    chosen = f"{called.option(most, str(shares.idxmax()))} ({percent(tops[most])})"
    if len(tops) == 1:
        return f"{quoted(called.clause(most))}: signed texts most often say {chosen}"
    if not _clear_of_chance(tops[most], tops[least], signed):
        return "Signed texts agree no more on one clause than on another"
    rest = [clause for clause in tops if clause != most]
    level = [each for each in rest if not _clear_of_chance(tops[most], tops[each], signed)]
    if level:
        named = " and ".join(quoted(called.clause(each)) for each in (most, *level))
        first = f"Signed texts agree most on {named} ({percent(tops[most])})"
    else:
        first = f"Signed texts agree most on {quoted(called.clause(most))}: {chosen}"
    return f"{first}\nThey differ most on {quoted(called.clause(least))}"


def _clear_of_chance(more: float, less: float, texts: int | None) -> bool:
    """Return whether two shares of so many texts differ by more than two standard errors."""
    if not texts:
        return more > less
    error = sqrt((more * (1 - more) + less * (1 - less)) / texts)
    return more - less > 2 * error


def _legend(signed: int | None, any_signed: bool) -> list[Any]:
    count = "" if signed is None else f": the {signed:,} that all signatories accepted"
    bar: dict[str, Any] = {"color": DARK, "linewidth": 6, "solid_capstyle": "butt"}
    some = Line2D([], [], label=f"Signed texts{count}", **bar)
    first = Patch(color=FAINT, label="First texts: on the table after the first session")
    return [some if any_signed else Patch(alpha=0, label="No text was signed"), first]
