"""One point of a sweep: played as a run of its own, and kept as one small file.

The file holds how many worlds of each draw ended in each outcome, and what the draw weighs: what
the odds, their doubts and paired differences need. It carries the key that its plan has for it, so
that another point's file is never taken for it, and that a plan of more points finds it again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, Field, StrictInt, StrictStr, ValidationError

from sim.analysis.weights import Weights
from sim.draws.streams import Floats, Ints
from sim.errors import ScenarioError, problem, shorten
from sim.numbers.uncertain import Finite
from sim.play.executors import SERIAL, Executor, told_to_stop
from sim.runs.folder import whole
from sim.runs.parquet import read_parquet
from sim.runs.results import count_worlds, ensemble_of, simulate_into
from sim.settings.configuration import Configuration

if TYPE_CHECKING:
    import pandas as pd

GOES_ON = "the same command with the same folder finishes it"
_ABOUT = b"parley"
_SIZE, _LOG_WEIGHT = "worlds that count", "log weight"  # columns: no outcome's name has a space
_UNREADABLE = (OSError, pa.ArrowException, ValueError, KeyError, TypeError)
MOST_DRAWS = 1_000_000


class _About(BaseModel):
    """What a point's file says beside its counts."""

    key: StrictStr
    values: dict[str, Any]
    labels: Annotated[dict[str, StrictStr], Field(min_length=1)]
    digest: StrictStr
    seconds: Annotated[Finite, Field(ge=0)]
    replications: Annotated[StrictInt, Field(ge=1, le=10_000)] | None = None


class NotWantedError(Exception):
    """A point that is given up half-way, because nobody waits for it any more."""


@dataclass(frozen=True)
class Point:
    """A finished point.

    Attributes:
        key: what it is known by under every plan that it is a point of.
        values: what it puts into what it starts from, path: value.
        outcomes: the name and label of each outcome: O.
        counts: worlds of each draw that count and ended in each outcome: (D, O).
        weights: how much each draw counts.
        digest: of its worlds table.
        seconds: that it took.
    """

    key: str
    values: Mapping[str, Any]
    outcomes: tuple[tuple[str, str], ...]
    counts: Ints
    weights: Weights
    digest: str
    seconds: float

    @property
    def shares(self) -> Floats:
        """Return the share of each draw's worlds that ended in each outcome: (D, O).

        Of those that contradict nothing that is known; NaN where a draw has none.
        """
        return np.column_stack([self.weights.shares(column) for column in self.counts.T])

    def odds(self) -> pd.DataFrame:
        """Return the table of the odds."""
        from sim.analysis.odds import odds_table

        return odds_table(self.counts, self.weights, self.outcomes)

    def write(self, file: Path) -> None:
        """Write the point to a file, which appears once it is whole and on the disk.

        Raises:
            OSError: when it cannot be written, as on a full disk.
        """
        about = {
            "key": self.key,
            "values": dict(self.values),
            "labels": dict(self.outcomes),
            "digest": self.digest,
            "seconds": self.seconds,
        }
        counts = {name: self.counts[:, i] for i, (name, _) in enumerate(self.outcomes)}
        draws = {_SIZE: self.weights.sizes, _LOG_WEIGHT: self.weights.log_weight}
        table = pa.table({**counts, **draws})
        with whole(file) as draft:
            about_it = table.replace_schema_metadata({_ABOUT: json.dumps(about)})
            pq.write_table(about_it, draft, write_page_checksum=True)


def read_point(file: Path) -> Point:
    """Return the point that a file holds.

    Raises:
        ScenarioError: when it cannot be read as one, or is damaged.
    """
    try:
        table = read_parquet(file, MOST_DRAWS, page_checksum_verification=True)
        about = _About.model_validate_json((table.schema.metadata or {})[_ABOUT])
        counts = np.stack([_counts(table, name) for name in about.labels], axis=1)
        weights = _weights(table, about.replications)
        if (counts < 0).any() or (counts.sum(axis=1) != weights.sizes).any():
            raise ValueError("worlds are missing from a draw")
    except ScenarioError as error:
        raise _unreadable(file, "; ".join(each.rule for each in error.problems)) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise _unreadable(file, f"{where} {first['msg']}".strip()) from None
    except _UNREADABLE as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _unreadable(file, why) from None
    outcomes = tuple(about.labels.items())
    return Point(about.key, about.values, outcomes, counts, weights, about.digest, about.seconds)


def _unreadable(file: Path, why: str) -> ScenarioError:
    rule = f"cannot be read as a point of a sweep: {shorten(why)} ({GOES_ON})"
    return problem(str(file), rule)


def _counts(table: pa.Table, name: str) -> Ints:
    """Return a column of whole numbers, one for each draw: (D,)."""
    column = table[name]
    if column.null_count or not pa.types.is_integer(column.type):
        raise ValueError(f"{name} is no column of whole numbers")
    return column.to_numpy()


def _weights(table: pa.Table, replications: int | None) -> Weights:
    """Return how much each draw of a point counts; in earlier files all are alike."""
    if replications is not None:
        return Weights.equal(len(table), replications)
    return Weights(_counts(table, _SIZE), table[_LOG_WEIGHT].to_numpy().astype(float))


def play_point(
    key: str,
    values: Mapping[str, Any],
    configuration: Configuration,
    run_folder: Path | None,
    executor: Executor = SERIAL,
    progress: Callable[[float], None] | None = None,
) -> Point:
    """Play a point, into a run folder of its own if one is given.

    Progress is told which share of its worlds is done.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        OSError: when the run folder cannot be written, as on a full disk.
        NotWantedError: when this process was told to stop.
    """
    started = time.perf_counter()
    ensemble = ensemble_of(configuration)

    def tell(done: int) -> None:
        if told_to_stop():
            raise NotWantedError
        if progress and done < ensemble.worlds:  # all of them are a point once it is kept
            progress(done / ensemble.worlds)

    if run_folder is None:
        tally, digest = count_worlds(ensemble, executor, tell)
        odds = tally.odds()
        counts = tally.outcomes[:, : len(odds)]  # less `other`, the last, where nothing came to it
        log_weight = tally.log_weight
    else:
        run = simulate_into(run_folder, configuration, executor, tell, force=True, figures=False)
        odds, counts, digest = run.odds, run.counts.to_numpy(), run.manifest["digest"]
        log_weight = run.source.log_weight()
    return Point(
        key,
        values,
        tuple(zip(odds["outcome"], odds["label"], strict=True)),
        counts,
        Weights(counts.sum(axis=1), log_weight),
        digest,
        round(time.perf_counter() - started, 3),
    )
