"""Records become tables: the worlds table, its digest, and the counts that the odds need.

The tally keeps counts only, so memory does not grow with the number of worlds; the digest is a
hash over the content of the worlds table in world order, whatever the batches or the file format.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sim.draws.streams import Floats, Ints
from sim.scenario.base_rates.base import Compared, Counted
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario
from sim.talks.record import Record
from sim.talks.space import space_of

if TYPE_CHECKING:
    import pandas as pd

UNSETTLED = 1e-6  # values of an equilibrium that change by more have not come to rest


def worlds_schema(scenario: Scenario) -> pa.Schema:
    """Return the columns of the worlds table: the same types in every run."""
    bodies = [name for name, actor in scenario.actors.items() if actor.domestic]
    return pa.schema(
        [
            ("world", pa.int64()),
            ("draw", pa.int64()),
            ("replication", pa.int64()),
            ("outcome", pa.string()),
            ("by", pa.string()),
            ("round", pa.int64()),
            ("date", pa.date32()),
            *((f"text_{clause}", pa.string()) for clause in scenario.clauses),
            *((f"utility_{actor}", pa.float64()) for actor in scenario.actors),
            *((f"ratified_{actor}", pa.bool_()) for actor in bodies),
            ("broken_date", pa.date32()),
        ]
    )


def worlds_table(scenario: Scenario, replications: int, record: Record) -> pa.Table:
    """Return the rows of some worlds."""
    columns: dict[str, Any] = {
        "world": record.world,
        "draw": record.world // replications,
        "replication": record.world % replications,
        "outcome": np.array([*scenario.outcomes, OTHER], dtype=object)[record.outcome],
        "by": _who(scenario, record),
        "round": record.round,
        "date": _dates(scenario, record.week),
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
    schema = worlds_schema(scenario)
    arrays = [pa.array(columns[field.name], type=field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _who(scenario: Scenario, record: Record) -> Any:
    """Return who ended each world: the bodies that refused, or the actor that left."""
    who = np.full(len(record.world), None, dtype=object)
    refused = record.ratified == 0
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
    days = np.where(known, np.floor(np.where(known, weeks, 0.0) * 7 + 1e-6), 0).astype(int)
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


class Tally:
    """Counts over worlds, from which every table of a run is made."""

    def __init__(self, scenario: Scenario, draws: int, replications: int) -> None:
        self.scenario, self.draws, self.replications = scenario, draws, replications
        self.space = space_of(scenario)
        calendar = scenario.calendar
        watched = scenario.aftermath.weeks
        self.weeks = int(np.ceil(calendar.horizon.mean + watched)) + 1
        kinds = len(scenario.outcomes) + 1
        self.outcomes = np.zeros((draws, kinds), dtype=np.int64)
        self.settled = np.zeros((self.weeks, kinds), dtype=np.int64)
        options = sum(len(names) for names in self.space.options)
        self.signed_options = np.zeros(options, dtype=np.int64)
        self.first_options = np.zeros(options, dtype=np.int64)
        self.signed = np.zeros(draws, dtype=np.int64)
        self.standing = np.zeros(draws, dtype=np.int64)
        self.in_force_by_horizon = np.zeros(draws, dtype=np.int64)
        self.hopeless, self.unsettled, self.foreseen = 0.0, 0, 0

    def update(self, record: Record) -> None:
        """Count more worlds."""
        draw = record.world // self.replications
        np.add.at(self.outcomes, (draw, record.outcome), 1)
        week = np.clip(np.ceil(record.settled_week - 1e-9), 0, self.weeks - 1).astype(int)
        np.add.at(self.settled, (week, record.outcome), 1)
        signed = record.option[:, 0] >= 0
        stands = ~np.isnan(record.in_force_week) & np.isnan(record.broken_week)
        early = record.in_force_week <= self.scenario.calendar.horizon.mean + 1e-9
        np.add.at(self.signed, draw[signed], 1)
        np.add.at(self.standing, draw[stands], 1)
        np.add.at(self.in_force_by_horizon, draw[early], 1)
        self.foreseen += int(np.isfinite(record.step).sum())
        self.hopeless += float(np.nansum(record.hopeless))
        self.unsettled += int((record.step > UNSETTLED).sum())
        self.signed_options += self._options(record.option[signed])
        self.first_options += self._options(record.first_option)

    def _options(self, options: Ints) -> Ints:
        counts = [
            np.bincount(options[:, column], minlength=len(names))
            for column, names in enumerate(self.space.options)
        ]
        return np.concatenate(counts)

    @property
    def equilibrium(self) -> dict[str, float] | None:
        """Return how good the solutions of the tactic `equilibrium` are; none without it.

        `hopeless_offers` is the mean probability of offers that the others would accept with a
        chance below .01, `unsettled` the share of worlds whose values reach no stationary point.
        """
        if not self.foreseen:
            return None
        return {
            "hopeless_offers": round(self.hopeless / self.foreseen, 6),
            "unsettled": round(self.unsettled / self.foreseen, 6),
        }

    @property
    def worlds(self) -> int:
        """Return how many worlds were counted."""
        return int(self.outcomes.sum())

    def odds(self) -> pd.DataFrame:
        """Return the odds of each declared outcome, and of `other` where it came up."""
        from sim.analysis.odds import odds_table

        return odds_table(self.outcomes[:, self._shown()], self.replications, self._labels())

    def timeline(self) -> pd.DataFrame:
        """Return the share of worlds in which each outcome was settled by each date."""
        from sim.analysis.odds import timeline_table

        start = self.scenario.calendar.start
        dates = [start + datetime.timedelta(weeks=week) for week in range(self.weeks)]
        return timeline_table(dates, self.settled[:, self._shown()], self.worlds, self._labels())

    def clauses(self) -> pd.DataFrame:
        """Return the share of each option among signed texts and among first texts."""
        from sim.analysis.odds import clauses_table

        names = [
            (clause, option)
            for clause, options in zip(self.space.clauses, self.space.options, strict=True)
            for option in options
        ]
        signed = int(self.signed.sum())
        table = clauses_table(names, self.signed_options, self.first_options, signed, self.worlds)
        stated = self.scenario.clauses
        return table.assign(
            clause_label=[stated[clause].label for clause, _ in names],
            option_label=[stated[clause].options[option].label for clause, option in names],
        )

    def base_rates(self) -> pd.DataFrame:
        """Return the model's figures beside those of the reference classes, like with like."""
        import pandas as pd

        counted = self._counted()
        rows = [rate.beside(counted) for rate in self.scenario.reference_classes.values()]
        return pd.DataFrame(rows, columns=[field.name for field in fields(Compared)])

    def _counted(self) -> Counted:
        return Counted(
            worlds=self.worlds,
            signed=int(self.signed.sum()),
            standing=int(self.standing.sum()),
            in_force_by_horizon=int(self.in_force_by_horizon.sum()),
            years=self.scenario.calendar.horizon.mean * 7 / 365.25,
        )

    def _shown(self) -> list[int]:
        declared = len(self.scenario.outcomes)
        return list(range(declared + (1 if self.outcomes[:, -1].any() else 0)))

    def _labels(self) -> list[tuple[str, str]]:
        labels = [*self.scenario.outcome_labels.items(), (OTHER, "Anything else")]
        return [labels[code] for code in self._shown()]


def digest_of(tables: Iterable[pa.Table]) -> str:
    """Return the digest of a worlds table that comes in pieces."""
    digest = Digest()
    for table in tables:
        digest.update(table)
    return digest.hexdigest()
