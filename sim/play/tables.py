"""Records become the worlds table and its digest.

The digest is a hash over the content of the worlds table in world order, whatever the batches or
the file format.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa

from sim.draws.streams import Floats, Ints
from sim.play.days import day_of
from sim.scenario.events import events_of
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario
from sim.talks.record import Record

EVENT, AWAY = "event_", "away_"  # what columns begin with
LAST, REFUSED, OBSTACLE, DOUBTED, DECLINED = (
    "last_",
    "refused_",
    "obstacle_",
    "doubted_",
    "declined_",
)
_ONE_OF_A_FEW = pa.dictionary(pa.int32(), pa.string())


def worlds_schema(scenario: Scenario) -> pa.Schema:
    """Return the columns of the worlds table: the same types in every run."""
    bodies = [name for name, actor in scenario.actors.items() if actor.domestic]
    return pa.schema(
        [
            ("world", pa.int64()),
            ("draw", pa.int64()),
            ("replication", pa.int64()),
            ("counts", pa.bool_()),
            ("log_weight", pa.float64()),
            ("outcome", pa.string()),
            ("by", pa.string()),
            ("round", pa.int64()),
            ("date", pa.date32()),
            ("signed_date", pa.date32()),
            ("in_force_date", pa.date32()),
            *((f"text_{clause}", pa.string()) for clause in scenario.clauses),
            *((f"utility_{actor}", pa.float64()) for actor in scenario.actors),
            *((f"ratified_{actor}", pa.bool_()) for actor in bodies),
            ("broken_date", pa.date32()),
            *((f"{EVENT}{event}", pa.date32()) for event in events_of(scenario)),
            *((f"{AWAY}{actor}", pa.list_(pa.date32())) for actor in scenario.actors),
            *((f"{LAST}{clause}", _ONE_OF_A_FEW) for clause in scenario.clauses),
            *((f"{REFUSED}{actor}", pa.bool_()) for actor in scenario.actors),
            *((f"{OBSTACLE}{actor}", _ONE_OF_A_FEW) for actor in scenario.actors),
            *((f"{DOUBTED}{actor}", _ONE_OF_A_FEW) for actor in scenario.actors),
            *((f"{DECLINED}{actor}", pa.bool_()) for actor in bodies),
        ]
    )


def worlds_table(scenario: Scenario, replications: int, record: Record) -> pa.Table:
    """Return the rows of some worlds."""
    columns: dict[str, Any] = {
        "world": record.world,
        "draw": record.world // replications,
        "replication": record.world % replications,
        "counts": record.counts,
        "log_weight": record.log_weight,
        "outcome": np.array([*scenario.outcomes, OTHER, None], dtype=object)[record.outcome],
        "by": _who(scenario, record),
        "round": record.round,
        "date": _dates(scenario, record.week),
        "signed_date": _dates(scenario, record.signed_week),
        "in_force_date": _dates(scenario, record.in_force_week),
        "broken_date": _dates(scenario, record.broken_week),
    }
    for column, (name, clause) in enumerate(scenario.clauses.items()):
        names = np.array([*clause.options, None], dtype=object)
        columns[f"text_{name}"] = names[record.option[:, column]]
    for column, (name, actor) in enumerate(scenario.actors.items()):
        columns[f"utility_{name}"] = record.utility[:, column]
        if actor.domestic:
            verdicts = np.array([False, True, None], dtype=object)
            columns[f"ratified_{name}"] = verdicts[record.ratified[:, column]]
    for column, name in enumerate(events_of(scenario)):
        columns[f"{EVENT}{name}"] = _dates(scenario, record.event_week[:, column])
    for column, name in enumerate(scenario.actors):
        columns[f"{AWAY}{name}"] = _turns(scenario, record, column)
    columns |= _refusals(scenario, record)
    schema = worlds_schema(scenario)
    arrays = [_array(columns[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, type=kind)


def _turns(scenario: Scenario, record: Record, actor: int) -> pa.Array:
    """Return the days on which an actor left, came back, left again, world by world."""
    here = record.turns.actor == actor
    counts = np.bincount(record.turns.row[here], minlength=len(record.world))
    days = pa.array(_dates(scenario, record.turns.week[here]), type=pa.date32())
    offsets = pa.array(np.concatenate([[0], counts.cumsum()]), type=pa.int32())
    return pa.ListArray.from_arrays(offsets, days)


def _refusals(scenario: Scenario, record: Record) -> dict[str, Any]:
    """Return what the last text said, who refused it, over what, and whose body ever did."""
    columns: dict[str, Any] = {
        f"{LAST}{name}": _one_of(list(clause.options), record.last_option[:, column])
        for column, (name, clause) in enumerate(scenario.clauses.items())
    }
    clauses, actors = list(scenario.clauses), list(scenario.actors)
    answers = np.array([False, True, None], dtype=object)
    for column, (name, actor) in enumerate(scenario.actors.items()):
        columns[f"{REFUSED}{name}"] = answers[record.refused[:, column]]
        columns[f"{OBSTACLE}{name}"] = _one_of(clauses, record.obstacle[:, column])
        columns[f"{DOUBTED}{name}"] = _one_of(actors, record.doubted[:, column])
        if actor.domestic:
            columns[f"{DECLINED}{name}"] = record.declined[:, column]
    return columns


def _one_of(names: list[str], codes: Ints) -> pa.Array:
    """Return some of a few names by their numbers (W,), none for -1."""
    numbers = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(numbers, pa.array(names, pa.string()))


def _who(scenario: Scenario, record: Record) -> Any:
    """Return who ended each world: the bodies that refused its text, or the actors away."""
    who = np.full(len(record.world), None, dtype=object)
    refused = (record.ratified == 0) & record.signed[:, None]  # not a text that was given up since
    for row in np.flatnonzero(record.by.any(axis=1)):
        names = [
            actor.domestic.name if actor.domestic and refused[row, column] else name
            for column, (name, actor) in enumerate(scenario.actors.items())
            if record.by[row, column]
        ]
        who[row] = "+".join(names)
    return who


def _dates(scenario: Scenario, weeks: Floats) -> Any:
    """Return the dates of weeks from the start; none where the week is nan."""
    known = ~np.isnan(weeks)
    days = day_of(np.where(known, weeks, 0.0))
    dates = np.datetime64(scenario.calendar.start, "D") + days
    return np.where(known, dates, np.datetime64("NaT"))


class Digest:
    """A hash over the content of tables in the order in which they come."""

    def __init__(self) -> None:
        self._columns: dict[str, Any] = {}

    def update(self, table: pa.Table) -> None:
        """Take in more rows."""
        for name in table.column_names:
            hasher = self._columns.setdefault(name, sha256())
            values = table.column(name).to_pylist()
            hasher.update("".join(f"{_canonical(value)}\x1f" for value in values).encode())

    def hexdigest(self) -> str:
        """Return the hash of all columns, each under its name."""
        lines = [f"{name} {hasher.hexdigest()}\n" for name, hasher in self._columns.items()]
        return sha256("".join(lines).encode()).hexdigest()


def _canonical(value: Any) -> str:
    """Return a value as text, floats to 9 significant digits: the last bits differ by processor."""
    if value is None:
        return "\0"  # which no name contains
    return f"{value + 0.0:.8e}" if isinstance(value, float) else str(value)


def digest_of(tables: Iterable[pa.Table]) -> str:
    """Return the digest of a worlds table that comes in pieces."""
    digest = Digest()
    for table in tables:
        digest.update(table)
    return digest.hexdigest()
