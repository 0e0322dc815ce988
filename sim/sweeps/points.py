"""One point of a sweep: played as a run of its own, and kept as one small file.

The file holds how many worlds of each draw ended in each outcome: what the odds, their doubts and
paired differences need. It carries the digest of the sweep's plan, so that a file of another plan
is never taken for a finished point.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.draws.streams import Floats, Ints
from sim.errors import problem
from sim.play.executors import SERIAL, Executor, told_to_stop
from sim.runs.folder import whole
from sim.runs.results import count_worlds, ensemble_of, simulate_into
from sim.settings.configuration import Configuration

if TYPE_CHECKING:
    import pandas as pd

_ABOUT = b"parley"
_UNREADABLE = (OSError, pa.ArrowException, ValueError, KeyError, TypeError)


class NotWantedError(Exception):
    """A point that is given up half-way, because nobody waits for it any more."""


@dataclass(frozen=True)
class Point:
    """A finished point.

    Attributes:
        plan: the digest of the plan that it belongs to.
        number: counted from 0.
        values: its parameters, path: value.
        outcomes: the name and label of each outcome: O.
        counts: worlds of each draw that ended in each outcome: (D, O).
        replications: worlds of each draw.
        digest: of its worlds table.
        seconds: that it took.
    """

    plan: str
    number: int
    values: Mapping[str, Any]
    outcomes: tuple[tuple[str, str], ...]
    counts: Ints
    replications: int
    digest: str
    seconds: float

    @property
    def shares(self) -> Floats:
        """Return the share of each draw's worlds that ended in each outcome: (D, O)."""
        return self.counts / self.replications

    def odds(self) -> pd.DataFrame:
        """Return the table of the odds."""
        from sim.analysis.odds import odds_table

        return odds_table(self.counts, self.replications, self.outcomes)

    def write(self, file: Path) -> None:
        """Write the point to a file, which appears once it is whole and on the disk.

        Raises:
            OSError: when it cannot be written, as on a full disk.
        """
        about = {
            "plan": self.plan,
            "number": self.number,
            "values": dict(self.values),
            "labels": dict(self.outcomes),
            "replications": self.replications,
            "digest": self.digest,
            "seconds": self.seconds,
        }
        table = pa.table({name: self.counts[:, i] for i, (name, _) in enumerate(self.outcomes)})
        with whole(file) as draft:
            pq.write_table(table.replace_schema_metadata({_ABOUT: json.dumps(about)}), draft)


def read_point(file: Path) -> Point:
    """Return the point that a file holds.

    Raises:
        ScenarioError: when it cannot be read as one.
    """
    try:
        table = pq.read_table(file)
        about = json.loads(table.schema.metadata[_ABOUT])
        counts = np.stack([column.to_numpy() for column in table.columns], axis=1)
        outcomes = tuple(about.pop("labels").items())
        return Point(outcomes=outcomes, counts=counts, **about)
    except _UNREADABLE as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise problem(str(file), f"cannot be read as a point of a sweep: {why}") from None


def plan_in(file: Path) -> str | None:
    """Return the digest of the plan that a point's file belongs to, or None if it is damaged."""
    try:
        return str(json.loads(pq.read_schema(file).metadata[_ABOUT])["plan"])
    except _UNREADABLE:
        return None


def play_point(
    plan: str,
    number: int,
    values: Mapping[str, Any],
    configuration: Configuration,
    run_folder: Path | None,
    executor: Executor = SERIAL,
) -> Point:
    """Play a point, into a run folder of its own if one is given.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        OSError: when the run folder cannot be written, as on a full disk.
        NotWantedError: when this process was told to stop.
    """
    started = time.perf_counter()
    ensemble = ensemble_of(configuration)
    if run_folder is None:
        tally, digest = count_worlds(ensemble, executor, _stop_if_told)
        odds = tally.odds()
        counts = tally.outcomes[:, : len(odds)]  # less `other`, the last, where nothing came to it
    else:
        run = simulate_into(
            run_folder, configuration, executor, _stop_if_told, force=True, figures=False
        )
        odds, counts, digest = run.odds, run.counts.to_numpy(), run.manifest["digest"]
    return Point(
        plan,
        number,
        values,
        tuple(zip(odds["outcome"], odds["label"], strict=True)),
        counts,
        ensemble.replications,
        digest,
        round(time.perf_counter() - started, 3),
    )


def _stop_if_told(_: int) -> None:
    if told_to_stop():
        raise NotWantedError
