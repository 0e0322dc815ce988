"""What is told of a posterior: which numbers evidence moved, and by what; which it left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.show.cells import Name, Text
from sim.show.parts import Column, Note, Part, Table, figures, records, words
from sim.show.report import Report
from sim.show.words import counted

if TYPE_CHECKING:
    import pandas as pd

MOST = 20  # numbers in the table
_TOLD = ("conflict", "moved", "narrowed")


def posterior_report(title: str, manifest: Mapping[str, Any], table: pd.DataFrame) -> Report:
    """Return what is told of a run's numbers, prior beside posterior."""
    changed = table[table["verdict"].isin(_TOLD)]
    parts: list[Part] = [
        _table(changed.head(MOST)),
        *(Note(line) for line in _lines(table, manifest["evidence"])),
    ]
    return Report(f"{title}: what evidence made of its numbers", tuple(parts))


def _table(changed: pd.DataFrame) -> Table:
    heads = (
        Column(Text("number")),
        figures("before"),
        figures("after", strong=True),
        figures("moved by\nprior sds"),
        words("mostly by"),
    )
    rows = tuple(
        (
            Name(str(row["path"])),
            Text(f"{row['prior_mean']:.2f} ({row['prior_sd']:.2f})"),
            Text(f"{row['mean']:.2f} ({row['sd']:.2f})"),
            Text(f"{row['shift']:+.2f}"),
            Text(_by(row)),
        )
        for row in records(changed)
    )
    return Table("What moved: mean and, in brackets, standard deviation", heads, rows)


def _by(row: Mapping[str, Any]) -> str:
    against = "; AGAINST WHAT WAS STATED" if row["verdict"] == "conflict" else ""
    return f"{row['moved_by'].replace('_', ' ')}{against}"


def _lines(table: pd.DataFrame, evidence: Mapping[str, Any]) -> Iterator[str]:
    counts = table["verdict"].value_counts()
    changed = int(sum(counts.get(name, 0) for name in _TOLD))
    if changed > MOST:
        yield f"And {changed - MOST} more: the table in Python, or --json, has all."
    learnt = int(counts.get("nothing", 0))
    yield (
        f"Of {counted(len(table), 'number')} that nobody knows for sure, evidence moved or "
        f"narrowed {changed}; {learnt} learnt nothing: what is assumed of them stands as it was."
    )
    if conflicts := int(counts.get("conflict", 0)):
        yield (
            f"{counted(conflicts, 'number')} went where they were thought unlikely to be: look at "
            "what is stated, or at the evidence."
        )
    draws = evidence["effective_draws"]
    room = "" if evidence["khat"] is None else f", k-hat {evidence['khat']:.2f}"
    yield f"Draws are worth {counted(round(draws), 'draw')} of equal weight{room}."
