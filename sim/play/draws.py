"""The draws of an ensemble as a table: what each of its worlds held true of what nobody knows.

Draws are addressed, so they are drawn here again, apart from the worlds that are played on them.
What parties misread is drawn in every world; the table has its mean over the worlds of a draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.bargaining.protocols import CHAIR
from sim.bargaining.protocols.single_text import SingleText
from sim.draws.draws import Draws
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Ints, Purpose, Streams, streams_of
from sim.play.ensemble import Ensemble, drawn_with_forms, play_drawn
from sim.play.executors import SERIAL, Executor
from sim.scenario.effects import idle
from sim.scenario.roles import deciding, pen
from sim.scenario.scenario import Scenario
from sim.talks.record import Record

ROWS = 1000  # of a piece of the table


def play_with_draws(
    ensemble: Ensemble,
    executor: Executor = SERIAL,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Record, pa.Table]]:
    """Yield the records of all worlds in order, each with the rows of its draws.

    As `play` and `draws_tables`, but what evidence makes of the draws is worked out once.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        ChildProcessError: when a process died, as it does where memory runs out.
    """
    done = 0
    sittings = ensemble.sittings(executor.workers)
    for record, draws in executor.map(partial(_played, ensemble), sittings):
        done += len(record.world)
        if progress:
            progress(done)
        yield record, draws


def _played(ensemble: Ensemble, worlds: range) -> tuple[Record, pa.Table]:
    """Return the record of some worlds that are played at once, and the rows of their draws."""
    numbers = np.arange(worlds.start, worlds.stop)
    draws, forms = drawn_with_forms(ensemble, numbers)
    record = play_drawn(ensemble, numbers, draws, forms)
    told, own = _told(ensemble, numbers, draws, forms)
    return record, _table(told, _names(ensemble)[own])


def draws_of(ensemble: Ensemble) -> Iterator[tuple[Draws, Ints]]:
    """Yield the draws of an ensemble, those of a batch at a time, and the form of each: (D,).

    They are weighed by the evidence, as those are on which worlds are played. Beside the numbers of
    the scenario stand the means of what parties misread, under paths such as
    `actors.us.misreadings.ukraine.nato.barred`, of what they misjudge, as
    `actors.us.misjudgements.ukraine`, and of what they misread of bodies at home, as
    `actors.us.misforesights.ukraine`.
    """
    for worlds in ensemble.batches():
        numbers = np.arange(worlds.start, worlds.stop)
        yield _told(ensemble, numbers, *drawn_with_forms(ensemble, numbers))


def _told(ensemble: Ensemble, numbers: Ints, draws: Draws, forms: Ints) -> tuple[Draws, Ints]:
    """Return the draws of some worlds, whole draws each, with what parties get wrong in them."""
    replications = ensemble.replications
    first, many = int(numbers[0]) // replications, len(numbers) // replications
    own = draws.between(first, many)
    errors = _errors(ensemble.scenario, own, streams_of(ensemble.seed, replications, numbers))
    means = {path: error.mean(axis=1, dtype=np.float32) for path, error in errors}
    return own.beside(means), forms[first - draws.first :][:many]


def _names(ensemble: Ensemble) -> Any:
    """Return the names of the forms, to be taken by number."""
    return np.array(list(ensemble.scenario.in_forms), dtype=object)


def draws_tables(ensemble: Ensemble) -> Iterator[pa.Table]:
    """Yield the draws of an ensemble as rows, some 1,000 at a time.

    Columns: draw, log_weight, form ("" where there is one), and one for each path; means of errors
    in single precision.
    """
    pieces: list[pa.Table] = []
    for draws, forms in draws_of(ensemble):
        pieces.append(_table(draws, _names(ensemble)[forms]))
        if sum(map(len, pieces)) >= ROWS:
            yield pa.concat_tables(pieces)
            pieces = []
    if pieces:
        yield pa.concat_tables(pieces)


@contextmanager
def draws_written(file: Path, ensemble: Ensemble) -> Iterator[Callable[[pa.Table], None]]:
    """Yield what to give the rows of an ensemble's draws, which it writes.

    Raises:
        OSError: when the file cannot be written.
    """
    known = [path for path, number in ensemble.scenario.numbers.items() if number.is_plain]
    with ExitStack() as stack:
        writers: list[pq.ParquetWriter] = []

        def write(rows: pa.Table) -> None:
            if not writers:
                # What is drawn never repeats: a dictionary of it would only make it longer.
                options = {"use_dictionary": ["form", *known], "compression": "zstd"}
                opened = pq.ParquetWriter(file, rows.schema, **options)
                writers.append(stack.enter_context(opened))
            writers[0].write_table(rows)

        yield write


def _table(draws: Draws, forms: Any) -> pa.Table:
    columns = {
        "draw": np.arange(draws.first, draws.first + draws.size),
        "log_weight": draws.log_weight,
        "form": pa.array(forms, pa.string()),
        **draws,
    }
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def _errors(spec: Scenario, draws: Draws, streams: Streams) -> Iterator[tuple[str, Floats]]:
    """Yield what parties get wrong of each other, path by path, in every world: (D, R)."""
    idle_here = {each.path for each in idle(spec)}
    for reader, holder, stated in _readers(spec):
        others = [other for other in spec.actors if other != reader]
        for error, purpose, about in (
            ("misreading", Purpose.MISREADING, list(_options(spec, others))),
            ("misjudgement", Purpose.MISJUDGEMENT, others),
            ("misforesight", Purpose.MISFORESIGHT, list(deciding(spec))),
        ):
            path = f"{stated}.{error}"
            if path not in draws or path in idle_here or not draws[path].any():
                continue
            for each in about:
                u = streams.uniforms(purpose, f"{reader}/{each.replace('.', '/')}")
                yield f"{holder}.{error}s.{each}", _scaled(u, draws[path])


def _options(spec: Scenario, others: Iterable[str]) -> Iterator[str]:
    """Yield what may be misread of some actors: the value of each option to each."""
    for other in others:
        for clause, stated in spec.clauses.items():
            yield from (f"{other}.{clause}.{option}" for option in stated.options)


def _readers(spec: Scenario) -> Iterator[tuple[str, str, str]]:
    """Yield who reads the others, the path under which that stands, and that of its numbers."""
    for name in spec.actors:
        yield name, f"actors.{name}", f"actors.{name}.bargaining"
    if spec.protocol == SingleText.name and pen(spec) is None:
        yield CHAIR, "protocols.single_text", "protocols.single_text"


def _scaled(u: Floats, sd: Floats) -> Floats:
    """Return normal errors in every world of each draw (D, R), from uniforms (W,) and sds (D,)."""
    return normal_quantile(u).reshape(len(sd), -1) * sd[:, None]
