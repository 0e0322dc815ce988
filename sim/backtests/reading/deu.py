"""Decision-making in the European Union: contested issues of proposals, with who stood where.

The data of Thomson (2011) and of Arregui & Perarnaud (2022), which continues it: experts placed the
Commission, the Parliament and the member states on a line from 0 to 100 for each issue, with the
state without a decision and the decision. What the file does not state, the capabilities, comes
from the treaties. Amendments, linked issues and the order of readings are left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from sim.backtests.cases import Issue, Proposal, Reading
from sim.backtests.reading.council import ACTORS, capability
from sim.backtests.reading.days import day_of
from sim.backtests.reading.files import text_of
from sim.errors import Problem, ScenarioError, problem
from sim.outside.names import is_stem

FULL_SCALE = 100.0
USUAL_SALIENCE = 50.0  # where a position has none
TEXTS = ("prnr", "prname", "isnr", "intro", "counvte", "rp", "out")
COLUMNS = (*TEXTS, *(f"p{actor}" for actor in ACTORS), *(f"s{actor}" for actor in ACTORS))
_FEWEST_ACTORS = 2


@dataclass(frozen=True)
class _Row:
    """One line of the file: an issue, and what the line says of its proposal."""

    line: int
    cells: Mapping[str, str]
    issue: Issue

    @property
    def proposal(self) -> str:
        return self.cells["prnr"]

    @property
    def carries_weight(self) -> bool:
        """Return whether enough actors take part, and one of them has a stake."""
        return len(self.issue.positions) >= _FEWEST_ACTORS and any(self.issue.salience.values())


def read_deu(file: Path) -> Reading[Proposal]:
    """Return the proposals in a file of the data, as it is published.

    Tab-separated text with a header and a line for each issue. Columns may stand in any order;
    others than `COLUMNS` are not read. An empty position says that an actor takes no part.

    Raises:
        ScenarioError: when the file is none of this form.
    """
    told: list[tuple[int, str]] = []
    rows = list(_rows(file, told))
    by_proposal: dict[str, list[_Row]] = {}
    for row in rows:
        by_proposal.setdefault(row.proposal, []).append(row)
    cases = [_proposal(found, told) for found in by_proposal.values()]
    lines = (f"line {line}: {text}" for line, text in sorted(told))
    return Reading(tuple(case for case in cases if case is not None), tuple(lines))


def _rows(file: Path, told: list[tuple[int, str]]) -> Iterator[_Row]:
    """Yield the lines of a file that can be read; tell of the others."""
    for line, cells in _lines(file):
        problems = list(_wrong(cells))
        told += [(line, text) for text in problems]
        if not problems:
            told += [(line, text) for text in _unscored(cells)]
            yield _Row(line, cells, _issue(cells))


def _lines(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the number and the cells of each line with any; none where it has too few or many."""
    reader = csv.reader(io.StringIO(text_of(file), newline=""), delimiter="\t", strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _check_header(file, columns)
        for values in reader:
            if values:
                fits = len(values) == len(columns)
                cells = zip(columns, map(str.strip, values), strict=True) if fits else ()
                yield reader.line_num, dict(cells)
    except csv.Error as error:
        rule = f"is no valid table, separated by tabs: {error}"
        raise problem(f"{file}, line {reader.line_num}", rule) from None


def _check_header(file: Path, columns: Sequence[str]) -> None:
    place = f"{file}, line 1"
    missing = [name for name in COLUMNS if name not in columns]
    if len(missing) == len(COLUMNS):
        rule = "must be a header separated by tabs, with prnr, isnr, intro, counvte, rp, out and a "
        raise problem(place, f"{rule}column for each actor's position and salience")
    problems = [Problem(place, f"the column {name} is missing") for name in missing]
    twice = [name for name in COLUMNS if columns.count(name) > 1]
    problems += [Problem(place, f"the column {name} stands there twice") for name in twice]
    if problems:
        raise ScenarioError(*problems)


def _wrong(cells: Mapping[str, str]) -> Iterator[str]:
    """Yield what makes a line unusable."""
    if not cells:
        yield "must have one value for each column, no fewer and no more"
        return
    for name in ("prnr", "isnr"):
        if not _name(cells[name]) or not is_stem(cells[name]):
            yield f"{name} {cells[name]!r} is no name of letters and digits"
    for column in COLUMNS[len(TEXTS) :]:
        if cells[column] and _number(cells[column]) is None:
            yield f"{column} {cells[column]!r} is no number from 0 to 100"


def _unscored(cells: Mapping[str, str]) -> Iterator[str]:
    """Yield what keeps an issue from being scored, or from having a state without a decision."""
    for column, name in (("out", "outcome"), ("rp", "reference point")):
        if cells[column] and _number(cells[column]) is None:
            yield f"{name} {cells[column]!r} lies outside 0 to 100, so it counts as not known"
    if not cells["out"]:
        yield "has no outcome, so it is not scored"


def _number(text: str) -> float | None:
    """Return a place on the line from 0 to 100; None where a text is none."""
    try:
        number = float(text.replace("_", " ")) + 0.0  # Python reads 1_0 as a number; -0 is 0
    except ValueError:
        return None
    return number if isfinite(number) and 0 <= number <= FULL_SCALE else None


def _issue(cells: Mapping[str, str]) -> Issue:
    there = {actor: _number(cells[f"p{actor}"]) for actor in ACTORS}
    positions = {actor: place for actor, place in there.items() if place is not None}
    stated = {actor: _number(cells[f"s{actor}"]) for actor in positions}
    return Issue(
        name=_name(cells["isnr"].removeprefix(cells["prnr"])) or _name(cells["isnr"]),
        positions=positions,
        salience={a: (USUAL_SALIENCE if s is None else s) / FULL_SCALE for a, s in stated.items()},
        reference=_number(cells["rp"]),
        outcome=_number(cells["out"]),
    )


def _name(text: str) -> str:
    """Return a text as a name of small letters, digits and underscores; empty where it has none.

    >>> _name("-I 1b")
    'i_1b'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _proposal(rows: Sequence[_Row], told: list[tuple[int, str]]) -> Proposal | None:
    """Return the proposal of some lines; None where no issue of it can be used."""
    rows = _with_weight(_once(rows, told), told)
    if not rows:
        return None
    first = rows[0]
    for row in rows[1:]:
        told += [(row.line, text) for text in _at_odds(first, row)]
    day = day_of(first.cells["intro"])
    if day is None:
        rule = f"intro {first.cells['intro']!r} is no day, so the first treaty that fits counts"
        told.append((first.line, rule))
    actors = [actor for actor in ACTORS if any(actor in row.issue.positions for row in rows)]
    return Proposal(
        name=first.proposal,
        title=first.cells["prname"],
        capability=capability(actors, day, unanimous=_is_unanimous(first)),
        issues=tuple(row.issue for row in rows),
    )


def _once(rows: Sequence[_Row], told: list[tuple[int, str]]) -> list[_Row]:
    """Return the first line of each issue."""
    first: dict[str, _Row] = {}
    for row in rows:
        earlier = first.setdefault(row.issue.name, row)
        if earlier is not row:
            rule = f"issue {row.issue.name} of {row.proposal} stands in line {earlier.line} already"
            told.append((row.line, rule))
    return list(first.values())


def _with_weight(rows: Sequence[_Row], told: list[tuple[int, str]]) -> list[_Row]:
    """Return the issues in which two actors or more take part, all with a stake in the proposal.

    Whom to leave out depends on the issues that stay, and the reverse: until nothing changes.
    """
    kept = [row for row in rows if row.carries_weight]
    rule = "fewer than two actors take part, or none of them has a stake, so the issue is left out"
    told += [(row.line, rule) for row in rows if not row.carries_weight]
    idle = _without_stake(kept)
    if not idle:
        return kept
    names = ", ".join(idle)
    told.append((kept[0].line, f"no stake in any issue of {kept[0].proposal}, left out: {names}"))
    return _with_weight([_without(row, idle) for row in kept], told)


def _without_stake(rows: Sequence[_Row]) -> list[str]:
    """Return the actors to whom nothing matters of the issues in which they take part."""
    stakes: dict[str, float] = {}
    for row in rows:
        for actor, salience in row.issue.salience.items():
            stakes[actor] = max(stakes.get(actor, 0.0), salience)
    return [actor for actor in ACTORS if stakes.get(actor) == 0]


def _without(row: _Row, actors: Collection[str]) -> _Row:
    """Return a line in which some actors take no part."""
    parts = (row.issue.positions, row.issue.salience)
    positions, salience = ({a: x for a, x in part.items() if a not in actors} for part in parts)
    return replace(row, issue=replace(row.issue, positions=positions, salience=salience))


def _at_odds(first: _Row, row: _Row) -> Iterator[str]:
    """Yield where a line says other things of its proposal than the first line."""
    rule = f"which line {first.line} says otherwise; that line counts"
    if day_of(row.cells["intro"]) != day_of(first.cells["intro"]):
        yield f"intro {row.cells['intro']!r} of {row.proposal}, {rule}"
    if _is_unanimous(row) != _is_unanimous(first):
        yield f"counvte {row.cells['counvte']!r} of {row.proposal}, {rule}"


def _is_unanimous(row: _Row) -> bool:
    return row.cells["counvte"].lower().startswith("unan")
