"""What is told of changes from the day on: of one, and of the levers that a scenario names.

Tables have, beside what each row is about, its chance `before` and `after`, the `difference` and
the ends of its paired interval, `low` and `high`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING

from sim.show.cells import Name, Points, PointsSpan, Share, Text
from sim.show.figures.changes import way_of
from sim.show.parts import (
    ColumnOfRows,
    Note,
    Part,
    Picture,
    Row,
    Table,
    figures,
    records,
    tabled,
    words,
)
from sim.show.report import Report
from sim.show.words import counted, day_in_words, percent

if TYPE_CHECKING:
    import pandas as pd

MOST_QUESTIONS, MOST_PAIRS = 5, 6
Change = tuple[str, str, str]
Draws = tuple[int, float]  # how many, worth how many of equal weight

_CHANGE: tuple[ColumnOfRows, ...] = (
    (figures("change\nin points", strong=True), lambda row: Points(row["difference"])),
    (figures("95% interval"), lambda row: PointsSpan(row["low"], row["high"])),
)
_KEPT = (
    "What was known on the day was learnt without the change, so draws keep their weights, and "
    "worlds that contradict the record do not count, as in the run."
)


def what_if_report(
    name: str,
    title: str,
    changes: Sequence[Change],
    draws: Draws,
    totals: pd.DataFrame,
    outcomes: pd.DataFrame,
    questions: pd.DataFrame,
    figure: Path | None,
) -> Report:
    """Return what is told of a run with a change from the day on."""
    parts: list[Part] = [
        Note(title),
        _changes(changes) if changes else Note("Nothing is changed, so every difference is zero."),
        _differences("", [*records(totals), *records(outcomes)]),
        *_asked(questions),
        Note(f"{_paired(draws)} {_KEPT}", quiet=True),
    ]
    if figure:
        parts.append(Picture("Figure", figure))
    return Report(f"{name}: what if?", tuple(parts))


def levers_report(
    name: str,
    title: str,
    label: str,
    draws: Draws,
    alone: pd.DataFrame,
    pairs: pd.DataFrame,
    clashing: Sequence[tuple[str, str]],
    idle: Sequence[str],
    figure: Path | None,
) -> Report:
    """Return what is told of levers: `clashing` pairs were not played, `idle` ones do nothing."""
    rows, letters = records(alone), _letters(alone)
    parts: list[Part] = [
        Note(title),
        Note(
            f"{label}: {percent(rows[0]['before'])} without any of them, in the "
            f"{counted(draws[0], 'draw')} played here, worth {draws[1]:,.0f} of equal weight. So "
            "few may well differ from the whole run; what counts is the differences, paired."
        ),
        tabled(
            "Each alone, from the scenario's day on",
            rows,
            (words("lever"), lambda row: Text(f"{letters[row['lever']]}: {row['label']}")),
            (figures("with it"), lambda row: Share(row["after"])),
            *_CHANGE,
        ),
        *_together(pairs, letters),
        *(Note(f"{each}: changes nothing here.") for each in idle),
    ]
    if clashing:
        both = "; ".join(f"{one} with {other}" for one, other in clashing)
        parts.append(Note(f"Not played, because both set the same path: {both}."))
    parts.append(Note(f"{_paired(draws)} {_KEPT}", quiet=True))
    if figure:
        parts.append(Picture("Figure", figure))
    return Report(f"{name}: what would change them", tuple(parts))


def _changes(changes: Sequence[Change]) -> Table:
    rows = tuple((Name(path), Text(before), Text(after)) for path, before, after in changes)
    return Table("From the day on", (words("path"), words("in the run"), words("here")), rows)


def _asked(questions: pd.DataFrame) -> Iterator[Part]:
    """Yield the questions that change clear of chance, each by its last day, the most first."""
    last = questions.groupby("label", sort=False).tail(1)
    clear = sorted(filter(way_of, records(last)), key=lambda row: -abs(row["difference"]))
    if clear:
        few = [{**row, "label": _by(row)} for row in clear[:MOST_QUESTIONS]]
        yield _differences("Questions that change most, clear of chance", few)
    if len(questions) > len(clear[:MOST_QUESTIONS]):
        yield Note(f"All {counted(len(questions), 'question')}: --json.", quiet=True)


def _differences(title: str, rows: Sequence[Row]) -> Table:
    return tabled(
        title,
        rows,
        (words(""), lambda row: Text(row["label"])),
        (figures("before"), lambda row: Share(row["before"])),
        (figures("after"), lambda row: Share(row["after"])),
        *_CHANGE,
    )


def _by(row: Row) -> str:
    return f"{row['label']}, by {day_in_words(row['by'])}"


def _letters(alone: pd.DataFrame) -> dict[str, str]:
    """Return a letter for each lever, and numbers where there are more than the alphabet has."""
    names = list(alone["lever"])
    if len(names) > len(ascii_uppercase):
        return {name: str(number) for number, name in enumerate(names, start=1)}
    return dict(zip(names, ascii_uppercase, strict=False))


def _together(pairs: pd.DataFrame, letters: dict[str, str]) -> Iterator[Part]:
    """Yield the pairs that do most, and which pairs do more or less than the sum of both."""
    if not len(pairs):
        return
    rows = records(pairs)
    most = sorted(rows, key=lambda row: -abs(row["difference"]))[:MOST_PAIRS]
    yield tabled(
        f"Two at once: the {len(most)} of {counted(len(rows), 'pair')} that change most",
        most,
        (words("levers"), lambda row: Text(_pair(row, letters))),
        *_CHANGE,
        (figures("beyond\nthe sum"), lambda row: Points(row["interaction"])),
        (
            figures("95% interval"),
            lambda row: PointsSpan(row["interaction_low"], row["interaction_high"]),
        ),
    )
    yield Note(_interacting(rows, letters))


def _interacting(rows: Sequence[Row], letters: dict[str, str]) -> str:
    clear = [row for row in rows if row["interaction_low"] > 0 or row["interaction_high"] < 0]
    if not clear:
        return "No pair does clearly more or less than the sum of what both do alone."
    clear.sort(key=lambda row: -abs(row["interaction"]))
    said = [
        f"{_pair(row, letters)} ({'more' if row['interaction'] > 0 else 'less'})"
        for row in clear[:MOST_PAIRS]
    ]
    rest = f", and {len(clear) - len(said)} more (--json)" if len(clear) > len(said) else ""
    return f"Clearly more or less than the sum of both: {'; '.join(said)}{rest}."


def _pair(row: Row, letters: dict[str, str]) -> str:
    ends = (letters[row["first"]], letters[row["second"]])
    return " + ".join(sorted(ends, key=lambda letter: (len(letter), letter)))


def _paired(draws: Draws) -> str:
    many, worth = draws
    alike = "" if round(worth) == many else f", worth {round(worth):,} of equal weight"
    return f"Paired over {counted(many, 'draw')}{alike}: 95% t intervals."
