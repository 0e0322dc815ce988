"""What is told of two runs: side by side, or one and the same played again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.show.cells import Name, Points, PointsSpan, Share, Text
from sim.show.parts import Column, Note, Part, Picture, Table, figures, records, tabled, words
from sim.show.report import Report
from sim.show.words import counted

if TYPE_CHECKING:
    import pandas as pd

_LONGEST_NAME = 40  # that is kept on one line
Change = tuple[str, str, str]  # what, before, after


def comparison_report(
    runs: Sequence[tuple[str, str]],
    odds: pd.DataFrame,
    how: str,
    only: Iterable[Sequence[str]],
    changes: Sequence[Change],
    reasons: int,
    figure: Path | None,
) -> Report:
    """Return what is told of two runs side by side.

    `runs` are their names, each with what was played; `only` the outcomes that one of them lacks;
    `reasons` counts the numbers that have the same value on another basis.
    """
    letters = ("A", "B")
    parts: list[Part] = [
        *(
            Note(line, whole=True)
            for letter, (name, what) in zip(letters, runs, strict=True)
            for line in (f"{letter}: {name}", f"   {what}")
        ),
        _differences("", letters, odds),
        Note(f"{how}.", quiet=True),
        *(
            Note(f"Only {letter} has the outcomes {', '.join(names)}.")
            for letter, names in zip(letters, only, strict=True)
            if names
        ),
        _changes("Configured otherwise", ("path", *letters), changes)
        if changes
        else Note("Nothing that may change a world is configured otherwise."),
    ]
    if reasons:
        same = f"{counted(reasons, 'number')} with the same value on another basis or reasoning"
        parts.append(Note(f"Beside {'these' if changes else 'that'}: {same}."))
    if figure:
        parts.append(Picture("Figure", figure))
    return Report("Odds of A and of B, and what changes from A to B", tuple(parts))


def reproduction_report(
    name: str,
    identical: bool,
    worlds: int,
    digests: tuple[str, str],
    kept: str | None,
    since: Sequence[Change],
    moved: tuple[pd.DataFrame, str] | None,
) -> Report:
    """Return what is told of a run played again.

    `digests` are those of its worlds then and now, `kept` that of the folder's table where it is
    another; `moved` the odds then and now, and how surely their difference is known.
    """
    then, now = digests
    again = f"{counted(worlds, 'world')} played again {'has' if worlds == 1 else 'have'}"
    parts: list[Part] = [
        Note(f"{again} the manifest's digest ({now}).")
        if then == now
        else Note(f"{again} another digest ({now}) than before ({then}).")
    ]
    if kept:
        its = "that of the worlds played again" if kept == now else kept
        told = f"The folder's worlds.parquet is not the manifest's: its digest is {its}."
        parts.append(Note(told))
    if since:
        title = f"Other since{', without effect' if identical else ''}"
        parts.append(_changes(title, ("what", "then", "now"), since))
    else:
        same = "The code, the versions, the processor and the platform are those of the run"
        parts.append(
            Note(f"{same}{'' if identical else ': so something in the folder was changed'}.")
        )
    if moved:
        odds, how = moved
        parts.append(_differences("What it did to the odds", ("then", "now"), odds))
        parts.append(Note(f"{how}.", quiet=True))
    return Report(f"{name}: {'identical' if identical else 'not identical'}.", tuple(parts))


def _differences(title: str, sides: tuple[str, str], odds: pd.DataFrame) -> Table:
    return tabled(
        title,
        records(odds),
        (words("outcome"), lambda row: Text(row["label"])),
        (figures(sides[0]), lambda row: Share(row["before"])),
        (figures(sides[1]), lambda row: Share(row["after"])),
        (figures("change\nin points", strong=True), lambda row: Points(row["difference"])),
        (figures("95% interval"), lambda row: PointsSpan(row["low"], row["high"])),
    )


def _changes(title: str, heads: Sequence[str], changes: Sequence[Change]) -> Table:
    rows = tuple((Name(what), Text(before), Text(after)) for what, before, after in changes)
    fit = max(len(what) for what, _, _ in changes) <= _LONGEST_NAME
    return Table(title, (Column(Text(heads[0]), whole=fit), *map(words, heads[1:])), rows)
