"""What is told of a run whose worlds are weighed anew: its odds before and after, side by side.

Tables have, beside the label of each row, its chance under `before`, `after` and `difference`, and
both doubts about the chance after; those of questions the words of each under `question`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.show.cells import Points, Share, Text
from sim.show.parts import (
    ColumnOfRows,
    Note,
    Part,
    Table,
    figures,
    records,
    tabled,
    words,
)
from sim.show.report import Report
from sim.show.reports.odds import DOUBTS, how_to_read
from sim.show.words import counted, day_in_words

if TYPE_CHECKING:
    import pandas as pd

ENOUGH = 100  # effective draws, below which odds are only indicative


def given_report(
    name: str,
    manifest: Mapping[str, Any],
    statements: Sequence[str],
    worlds: tuple[int, int],
    effective_draws: float,
    totals: pd.DataFrame,
    odds: pd.DataFrame,
    questions: pd.DataFrame,
) -> Report:
    """Return what is told of a run given news; `worlds` is how many meet it, and of how many."""
    met, of = worlds
    parts: list[Part] = [
        Note(f"{met:,} of {counted(of, 'world')} meet this. {worth(effective_draws)}"),
        *_tables("given", totals, odds, questions),
        Note(how_to_read(manifest, odds), quiet=True),
    ]
    return Report(f"{name}, given: {'; '.join(statements)}", tuple(parts))


def calibration_report(
    name: str,
    manifest: Mapping[str, Any],
    statements: pd.DataFrame,
    effective_draws: tuple[float, float],
    totals: pd.DataFrame,
    odds: pd.DataFrame,
    questions: pd.DataFrame,
) -> Report:
    """Return what is told of a run whose draws are weighed so that statements have set chances.

    `statements` has a row for each: statement, probability, before, weight (what its likelihood
    in a draw adds to the draw's log weight); `effective_draws` are those after and before.
    """
    after, before = effective_draws
    taken = "The draws are weighed as little otherwise as it takes (least relative entropy)"
    then = f" (before: {round(before):,})"
    parts: list[Part] = [
        _stated(statements),
        Note(f"{taken}. {worth(after, then)}"),
        *_tables("after", totals, odds, questions),
        Note(how_to_read(manifest, odds), quiet=True),
        Note(_LUCK, quiet=True),
    ]
    return Report(f"{name}, if this were so", tuple(parts))


_LUCK = (
    "How likely a statement is in a draw is its share of the draw's worlds, which is partly luck: "
    "the more replications, the less of it is weighed."
)


def worth(effective_draws: float, before: str = "") -> str:
    """Return what draws are worth, and that it is little where it is.

    >>> worth(640.2)
    'Their draws are worth 640 of equal weight.'
    """
    whose = "They are then" if before else "Their draws are"
    line = f"{whose} worth {round(effective_draws):,} of equal weight{before}"
    if effective_draws >= ENOUGH:
        return f"{line}."
    return f"{line}, under {ENOUGH}: take the odds as indicative, or play more draws."


def _stated(statements: pd.DataFrame) -> Table:
    return tabled(
        "",
        records(statements),
        (words("statement"), lambda row: Text(row["statement"])),
        (figures("before"), lambda row: Share(row["before"])),
        (figures("stated", strong=True), lambda row: Share(row["probability"])),
        (words("so draws in which it is likely"), lambda row: Text(_count(row["weight"]))),
    )


def _count(weight: float) -> str:
    """Return in words what a weight does to draws.

    >>> _count(1.2), _count(-0.1), _count(0.0)
    ('count more', 'count less', 'count as before')
    """
    if abs(weight) < 1e-9:
        return "count as before"
    return "count more" if weight > 0 else "count less"


def _tables(
    after: str, totals: pd.DataFrame, odds: pd.DataFrame, questions: pd.DataFrame
) -> list[Part]:
    chances = _chances(after)
    label: ColumnOfRows = (words("in all"), lambda row: Text(row["label"]))
    outcome: ColumnOfRows = (words("outcome"), lambda row: Text(row["label"]))
    found: list[Part] = [
        tabled("", records(totals), label, *chances, *DOUBTS),
        tabled("", records(odds), outcome, *chances, *DOUBTS),
    ]
    if len(questions):
        first = ~questions["question"].duplicated()
        asked = tabled(
            "What people ask of the talks",
            records(questions.assign(first=first)),
            (words("question"), lambda row: Text(row["question"] if row["first"] else "")),
            (figures("by the\nend of"), lambda row: Text(day_in_words(row["by"]))),
            *chances,
            DOUBTS[0],
        )
        found.append(asked)
    return found


def _chances(after: str) -> tuple[ColumnOfRows, ...]:
    return (
        (figures("before"), lambda row: Share(row["before"])),
        (figures(after, strong=True), lambda row: Share(row["after"])),
        (figures("change\nin points"), lambda row: Points(row["difference"])),
    )
