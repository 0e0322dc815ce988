"""What is told of many runs: points with their values and odds, and what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.show.cells import Cell, Name, Share, Text
from sim.show.parts import Column, Note, Part, Row, Table, records, tabled, words
from sim.show.report import Report
from sim.show.words import counted, listed, setting

if TYPE_CHECKING:
    import pandas as pd

_MOST_POINTS, _MOST_PATHS, _MOST_OUTCOMES, _MOST_FAILED = 20, 4, 3, 5  # of a table
_MOST_ASKED = 6  # outcomes that the question names, which all are shown


def sweep_report(
    manifest: Mapping[str, Any],
    index: pd.DataFrame,
    outcomes: Mapping[str, str],
    folder: Path,
    played: int | None,
    note: str | None,
) -> Report:
    """Return what is told of a sweep; `played` points just now, or None if it was read back."""
    worlds = manifest["draws"] * manifest["replications"]
    size = f"{counted(manifest['points'], 'point')} of {counted(worlds, 'world')}"
    now = "" if played is None else f", {_played(manifest['points'], played)}"
    paired = (
        f"All points share seed {manifest['seed']} and their draws: differences are paired."
        if manifest["paired"]
        else "The seed or the number of worlds is swept: differences are not paired."
    )
    failed = [row for row in records(index) if row["status"] == "failed"]
    parts: list[Part | None] = [
        Note(paired) if manifest["points"] > 1 else None,
        Note(f"{note[0].upper()}{note[1:]}.") if note else None,
        _first_points(manifest["parameters"], index, outcomes, manifest.get("outcomes", ())),
        _failed(failed, manifest["points"]) if failed else None,
        Note(f"No figure: {manifest['figure_error']}") if "figure_error" in manifest else None,
        Note(f"Sweep folder: {folder}", whole=True),
    ]
    return Report(f"{manifest['sweep']}: {size}{now}.", tuple(filter(None, parts)))


def points_table(
    title: str,
    paths: Sequence[str],
    outcomes: Mapping[str, str],
    rows: Sequence[Row],
    labels: Mapping[str, str],
    note: str = "",
) -> Table:
    """Return rows of an index with the values of some paths and the odds of labelled outcomes.

    Paths and values are called by their labels, or as they are typed.
    """
    heads = (Text(labels[path]) if path in labels else Name(path) for path in paths)
    odds = (Column(Text(label), right=True) for label in outcomes.values())
    columns = (*map(Column, heads), *odds)
    values = ([Text(_called(row[path], labels)) for path in paths] for row in rows)
    points = tuple((*known, *_odds(row, outcomes)) for known, row in zip(values, rows, strict=True))
    return Table(title, columns, points, note)


def name_of_point(values: Row, labels: Mapping[str, str], paths: Sequence[str]) -> str:
    """Return what to call a point: its values by their paths, or its case alone.

    >>> name_of_point({"seed": 1, "protocol": "offers"}, {"protocol": "rules"}, ["protocol"])
    'rules = offers'
    >>> name_of_point({"case": "scandal"}, {"scandal": "a scandal"}, ["case"])
    'a scandal'
    """
    if paths == ["case"]:
        return _called(values["case"], labels)
    return ", ".join(
        f"{labels.get(path, path)} = {_called(values[path], labels)}" for path in paths
    )


def _called(value: Any, labels: Mapping[str, str]) -> str:
    shown = setting(value)
    return labels.get(shown, shown)


def _odds(row: Row, outcomes: Iterable[str]) -> list[Cell]:
    done = row["status"] == "done"
    return [Share(row[f"odds_{name}"]) if done else Text("failed") for name in outcomes]


def widest(index: pd.DataFrame, outcomes: Iterable[str]) -> list[str]:
    """Return outcomes by how far their odds vary over points, the widest first, then the likeliest.

    >>> import pandas as pd
    >>> widest(pd.DataFrame({"odds_a": [0.5, 0.5], "odds_b": [0.1, 0.2]}), ["a", "b"])
    ['b', 'a']
    """
    shares = {name: index[f"odds_{name}"] for name in outcomes}
    spread = {name: (odds.max() - odds.min(), odds.max()) for name, odds in shares.items()}
    return sorted(shares, key=spread.__getitem__, reverse=True)


def _first_points(
    swept: Sequence[str], index: pd.DataFrame, outcomes: Mapping[str, str], asked: Sequence[str]
) -> Table:
    """Return the first points with as many values and odds as there is room for.

    Outcomes that the question asks about come first, then those whose odds vary most.
    """
    asked = [name for name in asked if name in outcomes][:_MOST_ASKED]
    room = max(_MOST_OUTCOMES, len(asked))
    shown = list(dict.fromkeys((*asked, *widest(index, outcomes))))[:room]
    rows = records(index.head(_MOST_POINTS))
    whole = len(rows) == len(index)
    left = {
        "point": len(index) - len(rows),
        "path": len(swept) - _MOST_PATHS,
        "outcome": len(outcomes) - len(shown),
    }
    more = listed([counted(number, thing) for thing, number in left.items() if number > 0])
    return points_table(
        "Odds by point" if whole else f"Odds at the first {len(rows)} of {len(index):,}",
        ["point", *swept[:_MOST_PATHS]],
        {name: outcomes[name] for name in shown},
        rows,
        {"point": "point"},
        f"and {more} more, in index.csv" if more else "",
    )


def _failed(failed: Sequence[Row], points: int) -> Table:
    more = len(failed) - _MOST_FAILED
    table = tabled(
        f"{len(failed):,} of {points:,} points failed",
        failed[:_MOST_FAILED],
        (words("point"), lambda row: Text(str(row["point"]))),
        (words("error"), lambda row: Text(row["error"])),
    )
    return replace(table, note=f"and {more:,} more, in index.csv") if more > 0 else table


def _played(points: int, played: int) -> str:
    if played == 0:
        return "complete already: nothing was played"
    kept = points - played
    return f"{played:,} played now, {kept:,} kept from before" if kept else "all played now"
