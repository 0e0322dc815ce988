"""What is told of texts: the ten with the best chance, the named ones, what would help each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_lowercase
from typing import Any

from sim.show.cells import Cell, Share, Text
from sim.show.parts import Listing, Note, Part, Table, figures, words
from sim.show.report import Report

Row = Mapping[str, Any]  # of a text, as `Texts.data` tells it
LETTERS = ascii_lowercase  # of the best texts; named ones are numbered, as in the figure

_HOW_TO_READ = (
    "The chance if a text is put to all on one day: signed, that all who must sign it do, today or "
    "in the later week; of that, ratified at home; of that, standing to the end of the time that "
    "is watched; all: all three, from the later week on. Means over draws, by their weight."
)
_HELD_BACK = (
    "Held back by: who of those that must sign would do so least readily, with its chance, and the "
    "clause whose change would raise that chance most. Helps most: the one change of a clause that "
    "most raises the chance of all."
)
_PARETO = (
    "Rank: by the chance of all, among all packages. A star: no text is better for one actor that "
    "signs, by mean utility, and worse for none."
)


def texts_report(
    title: str,
    found: Row,
    labels: Mapping[str, str],
    known: Mapping[str, Mapping[str, str]],
    actors: Mapping[str, str],
    notes: Sequence[str],
) -> Report:
    """Return what is told of texts.

    Args:
        title: of the report.
        found: as `Texts.data` tells it.
        labels: what the named texts are called.
        known: their terms, clause: option.
        actors: what actors are called.
        notes: what is to be known of how it was found.
    """
    best, named, week = list(found["best"]), dict(found["named"]), float(found["week"])
    letters = [LETTERS[place] for place in range(len(best))]
    numbers = [str(place) for place in range(1, len(named) + 1)]
    called = [Text(f"{n} {labels[name]}") for n, name in zip(numbers, named, strict=True)]
    parts: list[Part] = [
        _chances("The best", [Text(letter) for letter in letters], best, week),
        _says(letters, best, known, labels),
        _chances("The texts that have a name", called, list(named.values()), week),
        Note(_PARETO, quiet=True),
        _what_helps("What holds the best back, and what helps", letters, best, actors),
        _what_helps("The same of those that have a name", numbers, list(named.values()), actors),
        Note(_HOW_TO_READ, quiet=True),
        Note(_HELD_BACK, quiet=True),
        *(Note(note, quiet=True) for note in notes),
    ]
    return Report(title, tuple(parts))


def _chances(title: str, names: Sequence[Text], rows: Sequence[Row], week: float) -> Table:
    """Return the chances of texts, a row each."""
    heads = (figures("signed\ntoday"), figures(f"signed\nweek {week:g}"), figures("ratified"))
    columns = ("signed_today", "signed", "ratified", "stands", "all")
    cells = tuple(
        (name, *(_share(row[column]) for column in columns), Text(_rank(row)), Text(_star(row)))
        for name, row in zip(names, rows, strict=True)
    )
    more = (figures("stands"), figures("all", strong=True), figures("rank"), words(""))
    return Table(title, (words("text"), *heads, *more), cells)


def _rank(row: Row) -> str:
    return "" if row["rank"] is None else f"{row['rank']:,}"


def _star(row: Row) -> str:
    return "*" if row["pareto"] else ""


def _says(
    letters: Sequence[str],
    rows: Sequence[Row],
    known: Mapping[str, Mapping[str, str]],
    labels: Mapping[str, str],
) -> Listing:
    """Return what each text says: its name, or how it differs from the first."""
    first = rows[0]["terms"]
    said = [_said(row["terms"], None if row is rows[0] else first, known, labels) for row in rows]
    return Listing("What they say", tuple(zip(letters, said, strict=True)))


def _said(
    terms: Mapping[str, str],
    first: Mapping[str, str] | None,
    known: Mapping[str, Mapping[str, str]],
    labels: Mapping[str, str],
) -> str:
    name = next((labels[name] for name, each in known.items() if dict(each) == dict(terms)), None)
    if name is not None:
        return name
    apart = [clause for clause in terms if first is None or terms[clause] != first[clause]]
    said = ", ".join(f"{clause}={terms[clause]}" for clause in apart)
    return said if first is None else f"as {LETTERS[0]}, but {said}"


def _what_helps(
    title: str, names: Sequence[str], rows: Sequence[Row], actors: Mapping[str, str]
) -> Table:
    """Return who holds each text back, over what, and the change that helps most."""
    cells = tuple(
        (Text(name), *_held_back(row, actors), *_helped(row))
        for name, row in zip(names, rows, strict=True)
    )
    heads = (words("held back by"), figures("chance"), words("over"), words("helps most"))
    return Table(title, (words("text"), *heads, figures("all")), cells)


def _held_back(row: Row, actors: Mapping[str, str]) -> tuple[Cell, ...]:
    held = row["held_back_by"]
    if held is None:
        return Text("nobody"), Text(""), Text("")
    over = held["clause"] or "no one clause"
    return Text(actors[held["actor"]]), _share(held["chance"]), Text(over)


def _helped(row: Row) -> tuple[Cell, ...]:
    change = row["change"]
    if change is None:
        return Text("no one change"), Text("")
    return Text(f"{change['clause']}={change['option']}"), _share(change["all"])


def _share(share: float | None) -> Share:
    return Share(float("nan") if share is None else share)
