"""The classic input of political forecasting: each actor's capability, position and salience.

A case is a table with one row for each actor and issue, as in Bueno de Mesquita (1985, 1994)
and the European decision-making data (Thomson 2011). It knows nothing of options, no deal or
time: what the models built on it leave out, and why they are baselines here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, isnan, nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.draws.streams import Floats
from sim.errors import Problem, ScenarioError, problem, unknown
from sim.outside.files import read_text

COLUMNS = ("actor", "capability", "issue", "position", "salience")
PART = ("position", "salience")  # of an actor in an issue; empty where it takes none
ONLY_ISSUE = "issue"  # what the issue is called in a file that names none
HEADER = ",".join(COLUMNS)
LARGEST_FILE = 4 * 2**20
LARGEST_NUMBER = 1e12
LONGEST_NAME = 100
MOST_ACTORS, MOST_ISSUES = 250, 50
MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Issue:
    """One issue of a case.

    Attributes:
        capability: what each actor can bring to bear: (A,), in any unit.
        position: where each actor stands: (A,), in the issue's own unit.
        salience: how much the issue matters to each: (A,), in [0, 1].
    """

    capability: Floats
    position: Floats
    salience: Floats

    @property
    def weight(self) -> Floats:
        """Return capability times salience: (A,)."""
        return self.capability * self.salience

    @property
    def span(self) -> float:
        """Return the range of the positions."""
        return float(np.ptp(self.position))


@dataclass(frozen=True)
class Case:
    """Actors, and where they stand on one issue or more.

    Attributes:
        actors: names: A.
        issues: names: I.
        capability: (A,).
        position: (A, I); nan where an actor takes no part in an issue.
        salience: (A, I), in [0, 1]; where an actor takes no part, it counts for nothing.
    """

    actors: tuple[str, ...]
    issues: tuple[str, ...]
    capability: Floats
    position: Floats
    salience: Floats

    def __post_init__(self) -> None:
        """Refuse issues that nobody brings weight to: nothing can be averaged there."""
        weight = (self.capability[:, None] * self.salience * self.takes_part).sum(axis=0)
        rule = "no actor has both capability and salience here, so no position carries weight"
        idle = [name for name, total in zip(self.issues, weight, strict=True) if not total > 0]
        if idle:
            raise ScenarioError(*(Problem(f"issue {name}", rule) for name in idle))

    @property
    def takes_part(self) -> NDArray[np.bool_]:
        """Return in which issues each actor takes part: (A, I)."""
        return ~np.isnan(self.position)

    def issue(self, name: str) -> Issue:
        """Return one issue, with the actors who take part in it."""
        column = self.issues.index(name)
        there = self.takes_part[:, column]
        parts = (self.capability, self.position[:, column], self.salience[:, column])
        return Issue(*(part[there] for part in parts))


@dataclass(frozen=True)
class _Row:
    """One line of the file, read and checked by itself."""

    line: int
    actor: str
    capability: float
    issue: str
    position: float
    salience: float


def read_case(file: Path) -> Case:
    """Return the case in a CSV file with the columns actor, capability, issue, position, salience.

    Columns may stand in any order, their names in capitals or not; without the column issue there
    is one issue. Saliences are shares (none above 1) or per cent (some above 1, none above 100) in
    the whole file; positions and capabilities keep their unit. An empty position says that the
    actor takes no part in the issue; one who takes part in none is left out of the case.

    Raises:
        ScenarioError: with what is wrong, by line and column.
    """
    rows: list[_Row] = []
    problems: list[Problem] = []
    for found in _rows(file):
        if isinstance(found, _Row):
            rows.append(found)
        else:
            problems.append(found)
    problems = problems or _across_rows(file, rows)
    if problems:
        raise ScenarioError(*_first(file, problems))
    return _case(rows)


def _rows(file: Path) -> Iterator[_Row | Problem]:
    """Yield each line of a file as a row, or as what is wrong with it."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _check_header(file, columns)
        for values in reader:
            if values:
                yield from _read_row(file, reader.line_num, columns, values)
    except csv.Error as error:
        raise problem(f"{file}, line {reader.line_num}", f"is no valid CSV: {error}") from None


def _text(file: Path) -> str:
    """Return the text of a file that is not empty."""
    text = read_text(file, LARGEST_FILE)
    if not text.strip():
        raise problem(str(file), f"is empty; its first line must be {HEADER}")
    return text


def _check_header(file: Path, columns: Sequence[str]) -> None:
    place = f"{file}, line 1"
    if len(columns) == 1 and any(mark in columns[0] for mark in ";\t"):
        raise problem(place, f"values must be separated by commas: {HEADER}", columns[0])
    problems = [
        Problem(place, unknown("column", name, COLUMNS), repr(name))
        for name in columns
        if name not in COLUMNS
    ]
    for name in COLUMNS:
        if name not in columns and name != "issue":
            problems.append(Problem(place, f"the column {name} is missing; needed: {HEADER}"))
        elif columns.count(name) > 1:
            problems.append(Problem(place, f"the column {name} stands there twice"))
    if problems:
        raise ScenarioError(*_first(file, problems))


def _read_row(
    file: Path, line: int, columns: Sequence[str], values: Sequence[str]
) -> Iterator[_Row | Problem]:
    """Yield the row of a line; where it has none, all that is wrong with the line."""
    place = f"{file}, line {line}"
    if len(values) != len(columns):
        rule = f"must have {len(columns)} values, one for each column; it has {len(values)}"
        yield Problem(place, rule)
        return
    stated = zip(columns, (value.strip() for value in values), strict=True)
    cells = {"issue": ONLY_ISSUE, **dict(stated)}
    takes_part = cells["position"] != ""
    needed = [name for name in COLUMNS if takes_part or cells[name] or name not in PART]
    rules = {name: _rule_of(name, cells[name]) for name in needed}
    wrong = {name: rule for name, rule in rules.items() if rule}
    yield from (Problem(f"{place}, {n}", rule, repr(cells[n])) for n, rule in wrong.items())
    if not wrong:
        part = tuple(float(cells[name]) for name in PART) if takes_part else (nan, 0.0)
        yield _Row(line, cells["actor"], float(cells["capability"]), cells["issue"], *part)


def _rule_of(column: str, text: str) -> str | None:
    """Return the rule that a value of a column breaks, or None."""
    if column in {"actor", "issue"}:
        fits = text.isprintable() and 0 < len(text) <= LONGEST_NAME
        return None if fits else f"must be a name of 1 to {LONGEST_NAME} printable characters"
    try:
        number = float(text.replace("_", " "))  # Python reads 1_000 as a number; people do not
    except ValueError:
        return "must be a number, with a point for decimals"
    rules = {
        "must be a finite number": isfinite(number),
        f"must be at most {LARGEST_NUMBER:g} in size": abs(number) <= LARGEST_NUMBER,
        "must not be negative": column == "position" or number >= 0,
        "must be at most 1, or at most 100 where saliences are per cent": column != "salience"
        or number <= 100,
    }
    return next((rule for rule, kept in rules.items() if not kept), None)


def _across_rows(file: Path, rows: Sequence[_Row]) -> list[Problem]:
    """Return what is wrong between rows: too many, twice the same, at odds, or missing."""
    actors, issues = _names(rows)
    if not rows:
        return [Problem(str(file), "has a header and no rows")]
    if len(actors) > MOST_ACTORS or len(issues) > MOST_ISSUES:
        rule = f"has {len(actors)} actors and {len(issues)} issues; at most"
        return [Problem(str(file), f"{rule} {MOST_ACTORS} and {MOST_ISSUES} are compared")]
    problems = []
    first: dict[str, _Row] = {}
    seen: dict[tuple[str, str], _Row] = {}
    for row in rows:
        earlier = first.setdefault(row.actor, row)
        if row.capability != earlier.capability:
            rule = f"{row.actor} has capability {earlier.capability:g} in line {earlier.line}; "
            rule += "an actor has one capability"
            problems.append(Problem(f"{file}, line {row.line}", rule, f"{row.capability:g}"))
        twin = seen.setdefault((row.actor, row.issue), row)
        if twin is not row:
            rule = f"{row.actor} has a row for issue {row.issue} in line {twin.line} already"
            problems.append(Problem(f"{file}, line {row.line}", rule))
    for actor in actors:
        for issue in issues:
            if (actor, issue) not in seen:
                rule = f"{actor} has no row for issue {issue}; every actor needs one for each issue"
                hint = "an empty position where it takes no part"
                problems.append(Problem(str(file), f"{rule} ({hint})"))
    if all(isnan(row.position) for row in rows):
        problems.append(Problem(str(file), "has no positions: nobody takes part in anything"))
    return problems


def _first(file: Path, problems: Sequence[Problem]) -> list[Problem]:
    """Return as many problems as a reader can use, and how many more there are."""
    more = len(problems) - MOST_PROBLEMS
    rest = [Problem(str(file), f"and {more} more of the kind")] if more > 0 else []
    return [*problems[:MOST_PROBLEMS], *rest]


def _names(rows: Sequence[_Row]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return actors and issues in the order in which they first come."""
    return tuple(dict.fromkeys(r.actor for r in rows)), tuple(dict.fromkeys(r.issue for r in rows))


def _case(rows: Sequence[_Row]) -> Case:
    taking_part = {row.actor for row in rows if not isnan(row.position)}
    actors, issues = _names([row for row in rows if row.actor in taking_part])
    capability = np.zeros(len(actors))
    position, salience = np.zeros((2, len(actors), len(issues)))
    for row in rows:
        if row.actor in taking_part:
            place = actors.index(row.actor), issues.index(row.issue)
            capability[place[0]] = row.capability
            position[place], salience[place] = row.position + 0.0, row.salience  # -0 is 0
    if salience.max() > 1:
        salience = salience / 100
    return Case(actors, issues, capability, position, salience)
