"""What one forecaster loses beside others: how much less or more, and how surely.

Losses of different kinds have different units, so that each difference stands as a share of what
the other loses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from sim.show.figures.changes import CASE, DOWN, UP, Terms, draw_changes, in_words, way_of
from sim.show.figures.fonts import lettered
from sim.show.figures.style import records
from sim.show.words import quoted

if TYPE_CHECKING:
    import pandas as pd

LOSSES = ("metric", "label", "method", "difference", "low", "high")
TERMS = Terms(
    "%",
    ("Parley's loss", "95% interval"),
    "%",
    ("Parley better", "Parley worse"),
    (UP, DOWN),
    "Parley's loss less the other's, in % of the other's",
)


@lettered
def losses(table: pd.DataFrame, subtitle: str = "", ax: Axes | None = None) -> Axes:
    """Draw what Parley loses beside what others lose, metric by metric, in the order given.

    Args:
        table: metric, label (of the metric), method, difference (Parley's mean loss less that of
            the method), low, high (its 95% interval), all three as shares of the method's mean
            loss. The rows of a metric follow one another.
        subtitle: what was forecast.
        ax: where to draw; by default a figure of its own.

    Raises:
        ValueError: when the table lacks rows or columns.
    """
    rows = records(table, "losses", LOSSES)
    changes = [{**row, "outcome": row["metric"], CASE: row["method"]} for row in rows]
    return draw_changes(changes, _title(rows), subtitle, TERMS, ax)


def _title(rows: Sequence[Mapping[str, Any]]) -> str:
    ways = [way_of(row) for row in rows]
    better, worse, all_rows = ways.count(-1), ways.count(1), len(rows)
    if better == all_rows:
        return f"Parley loses less than every simple method\n{_closest(rows)}"
    if worse == all_rows:
        return f"Parley loses more than every simple method\n{_closest(rows)}"
    if not better and not worse:
        return "Parley and the simple methods cannot be told apart"
    said = {"less": better, "more": worse}
    counts = " and ".join(f"{word} in {count}" for word, count in said.items() if count)
    return (
        f"Beside simple methods Parley loses {counts} of {all_rows} comparisons\n{_closest(rows)}"
    )


def _closest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say which method does best beside Parley."""
    row = max(rows, key=lambda row: float(row["difference"]))
    where = "ahead" if row["difference"] > 0 else "behind"
    size = f"{in_words(row['difference'])}% {where}" if row["difference"] else "level with Parley"
    how = "" if way_of(row) else ", within chance"
    return f"Hardest to beat is {quoted(row['method'])}, {size}{how}"
