"""Worlds played into a run: in memory, or into a folder that is written once, whole or not at all.

Under one configuration both give the same worlds, and so the same digest.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.weights import khat
from sim.errors import problem
from sim.outside.tables import write_table
from sim.play.ensemble import Ensemble, play, refuse_if_too_large
from sim.play.executors import SERIAL, Executor
from sim.runs import provenance
from sim.runs.archive import CONFIG, DRAWS, FORMAT, PARTS, TABLES, WORLDS, typed
from sim.runs.duration import run_told_if_long
from sim.runs.folder import MANIFEST, published_at_the_end
from sim.runs.parts import make_figures
from sim.runs.run import Run, load_run
from sim.scenario.outcomes import OTHER
from sim.settings import configuration as config
from sim.settings.configuration import Configuration, configuration_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.draws.streams import Floats
    from sim.play.tally import Tally
    from sim.talks.record import Record

Progress = Callable[[int], None]


def simulate(
    scenario: config.Source,
    draws: int = 1000,
    replications: int = 10,
    seed: int = 0,
    workers: int | None = 1,
    protocol: str | None = None,
    tactic: str | None = None,
    folder: str | Path | None = None,
    executor: str | Mapping[str, str] | None = None,
) -> Run:
    """Play the worlds of a scenario, as `parley run` does: the same settings, the same worlds.

    Args:
        scenario: a scenario, its name, the path of its file, or the same as a mapping.
        draws: draws of what is not known.
        replications: worlds of each draw.
        seed: root of all randomness; runs of one seed are paired world by world.
        workers: processes; None: as many as there are cores, up to 8, or as a cluster has. A
            script without the usual `if __name__ == "__main__":` is played by one, and told so.
        protocol: how they talk, where not as the scenario says.
        tactic: how every actor asks and answers, where not as the scenario says of each.
        folder: where to write a run folder; None: the run stays in memory.
        executor: where to play: "serial", "processes" or "dask", or {"kind": "dask", "address":
            "tcp://..."}; None: in processes, if workers are more than one. It changes no world.

    Raises:
        ScenarioError: when the scenario or a setting is wrong, the folder is taken, memory or
            disk cannot hold the run, or the executor cannot be had.
        ChildProcessError: when a process died.

    >>> run = simulate("geneva_2025", draws=10, replications=2)
    >>> round(float(run.odds["probability"].sum()), 12)
    1.0
    >>> run.worlds[["draw", "replication"]].tail(1).values.tolist()
    [[9, 1]]
    """
    configuration = configured(
        scenario, draws, replications, seed, workers, protocol, tactic, executor
    )
    ensemble = ensemble_of(configuration)
    place = configuration.settings.place()
    refuse_if_too_large(ensemble, place, Path(folder or "."))
    progress = run_told_if_long(ensemble, place)
    if folder is not None:
        return simulate_into(Path(folder), configuration, place, progress)
    return run_in_memory(configuration, place, progress, keep=True)


def configured(
    scenario: config.Source,
    draws: int,
    replications: int,
    seed: int,
    workers: int | None,
    protocol: str | None,
    tactic: str | None,
    executor: str | Mapping[str, str] | None,
) -> Configuration:
    """Return the configuration of a scenario under settings, as `simulate` takes them.

    Raises:
        ScenarioError: when the scenario or a setting is wrong.
    """
    stated = {"protocol": protocol, "tactic": tactic}
    values = {
        "seed": seed,
        "ensemble.draws": draws,
        "ensemble.replications": replications,
        "ensemble.workers": workers,
        "executor": executor,
        **{path: value for path, value in stated.items() if value is not None},
    }
    return configuration_of(scenario, values)


def simulate_into(
    folder: Path | None,
    configuration: Configuration,
    executor: Executor = SERIAL,
    progress: Progress | None = None,
    force: bool = False,
    figures: bool = True,
    others: Collection[str] = (),
) -> Run:
    """Play a configuration and write its run folder.

    Args:
        folder: where to; None: a new one of its own, outputs/<scenario>/<date>_<time>.
        configuration: what to play.
        executor: where to play.
        progress: told the number of worlds done.
        force: whether to replace a run that the folder holds.
        figures: whether to draw them, which can take longer than the worlds.
        others: names of what is no run, to be taken away with a run that is replaced.

    Raises:
        ScenarioError: when the folder is taken or cannot be made, or an actor's utilities have
            no scale in some draw.
        OSError: when the folder cannot be written, as on a full disk.
        ChildProcessError: when a process died.
    """
    started = time.perf_counter()
    stamp = f"{datetime.datetime.now():%Y-%m-%d_%H-%M-%S}"
    default = Path("outputs", configuration.settings.scenario, stamp)
    ensemble = ensemble_of(configuration)
    with published_at_the_end(folder, default, PARTS, force, others) as draft:
        tally, digest = write_worlds(draft.path, ensemble, executor, progress)
        manifest = _manifest(configuration, tally, digest, time.perf_counter() - started)
        run = Run(manifest, _Memory(configuration, tally, folder=draft.path))
        if figures:
            make_figures(draft.path, run, executor)
        _write(draft.path, run)
    return load_run(draft.folder)


def run_in_memory(
    configuration: Configuration,
    executor: Executor = SERIAL,
    progress: Progress | None = None,
    keep: bool = False,
) -> Run:
    """Play a configuration; keep its worlds, or only their counts and their digest.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        ChildProcessError: when a process died.
    """
    started = time.perf_counter()
    pieces: list[pa.Table] = []
    take = pieces.append if keep else None
    tally, digest = count_worlds(ensemble_of(configuration), executor, progress, take)
    manifest = _manifest(configuration, tally, digest, time.perf_counter() - started)
    return Run(manifest, _Memory(configuration, tally, pieces))


def write_worlds(
    folder: Path,
    ensemble: Ensemble,
    executor: Executor = SERIAL,
    progress: Progress | None = None,
) -> tuple[Tally, str]:
    """Play an ensemble into tables of its worlds and its draws; return its counts and its digest.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        OSError: when a table cannot be written.
        ChildProcessError: when a process died.
    """
    import pyarrow.parquet as pq

    from sim.play.draws import draws_written, play_with_draws
    from sim.play.tables import worlds_schema

    def records(take: Callable[[pa.Table], None]) -> Iterator[Record]:
        for record, rows in play_with_draws(ensemble, executor, progress):
            take(rows)
            yield record

    with (
        pq.ParquetWriter(folder / WORLDS, worlds_schema(ensemble.scenario)) as writer,
        draws_written(folder / DRAWS, ensemble) as take,
    ):
        return _counted(ensemble, records(take), writer.write_table)


def count_worlds(
    ensemble: Ensemble,
    executor: Executor = SERIAL,
    progress: Progress | None = None,
    take: Callable[[pa.Table], None] | None = None,
) -> tuple[Tally, str]:
    """Play an ensemble; return its counts and the digest of its worlds table.

    Args:
        ensemble: the worlds to play.
        executor: where to play.
        progress: told the number of worlds done.
        take: given each piece of the worlds table, in order.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw, or too few worlds meet
            the scenario's news.
        ChildProcessError: when a process died.
    """
    return _counted(ensemble, play(ensemble, executor, progress), take)


def _counted(
    ensemble: Ensemble,
    records: Iterable[Record],
    take: Callable[[pa.Table], None] | None,
) -> tuple[Tally, str]:
    """Return the counts and the digest of the records of an ensemble."""
    from sim.play.known import refuse_if_too_few, with_news
    from sim.play.tables import Digest, worlds_table
    from sim.play.tally import Tally

    digest = Digest()
    tally = Tally(ensemble.scenario, ensemble.draws, ensemble.replications)
    for record in records:
        every = worlds_table(ensemble.scenario, ensemble.replications, record)
        known, table = with_news(ensemble.scenario, record, every)
        if take is not None:
            take(table)
        digest.update(table)
        tally.update(known)
    if news := ensemble.scenario.given:
        sizes = tally.outcomes.sum(axis=1)
        refuse_if_too_few(news, sizes, tally.log_weight, ensemble.worlds, "given")
    return tally, digest.hexdigest()


def ensemble_of(configuration: Configuration) -> Ensemble:
    """Return the worlds that a configuration asks for."""
    settings, counts = configuration.settings, configuration.settings.ensemble
    return Ensemble(configuration.scenario, settings.seed, counts.draws, counts.replications)


def _manifest(
    configuration: Configuration, tally: Tally, digest: str, seconds: float
) -> dict[str, Any]:
    """Return what was run, by what, and how fast."""
    settings, ensemble = configuration.settings, ensemble_of(configuration)
    return {
        "format": FORMAT,
        "scenario": settings.scenario,
        "tactic": settings.tactic,
        "seed": ensemble.seed,
        "draws": ensemble.draws,
        "replications": ensemble.replications,
        "worlds": ensemble.worlds,
        "evidence": {
            "effective_draws": round(tally.effective_draws, 3),
            "worlds_counted": tally.worlds_counted,
            "worlds_played": tally.worlds_played,
            "khat": khat(tally.weights),
        },
        **({"forms": tally.form_weights} if ensemble.scenario.forms else {}),
        **({"doubt": doubt} if (doubt := _doubt(tally)) else {}),
        "signed": int(tally.signed.sum()),
        "protocol": ensemble.scenario.protocol,
        **({"equilibrium": tally.equilibrium} if tally.equilibrium else {}),
        "seconds": round(seconds, 3),
        "worlds_per_second": round(ensemble.worlds / seconds, 1),
        "config_sha256": sha256(configuration.text.encode()).hexdigest(),
        "digest": digest,
        **provenance.stamp(),
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def _doubt(tally: Tally) -> dict[str, float] | None:
    """Return which parts of what is uncertain about a signature are chance, assumed, form."""
    from sim.analysis.forms import levels

    found = levels(tally.signed, tally.weights, tally.form)
    return None if found is None else {k: round(v, 6) for k, v in asdict(found).items()}


@dataclass(frozen=True)
class _Memory:
    """A run's parts as they were counted.

    Attributes:
        played: what was run.
        tally: the counts.
        pieces: those of the worlds table, if they were kept.
        folder: where its draws were written; None: they are drawn again.
    """

    played: Configuration
    tally: Tally
    pieces: Sequence[pa.Table] = ()
    folder: Path | None = None

    keeps_draws = True

    def configuration(self) -> Configuration:
        return self.played

    def table(self, name: str) -> pd.DataFrame:
        return typed(getattr(self.tally, name)(), TABLES[name])

    def worlds(self, columns: Sequence[str] | None = None) -> pa.Table:
        import pyarrow as pa

        if not self.pieces:
            raise problem("worlds", "were counted, but not kept")
        whole = pa.concat_tables(self.pieces)
        return whole if columns is None else whole.select(list(columns))

    def holds(self, name: str) -> bool:
        return name in TABLES

    def draws(self) -> pa.Table:
        import pyarrow as pa

        if self.folder is not None:
            import pyarrow.parquet as pq

            return pq.read_table(self.folder / DRAWS)
        from sim.play.draws import draws_tables

        return pa.concat_tables(draws_tables(ensemble_of(self.played)))

    def kept_digest(self) -> None:
        return None

    def counts(self) -> pd.DataFrame:
        import pandas as pd

        names = [*self.tally.scenario.outcomes, OTHER]
        return pd.DataFrame(self.tally.outcomes, columns=names)

    def log_weight(self) -> Floats:
        return self.tally.log_weight

    def forms(self) -> list[str]:
        names = list(self.tally.scenario.in_forms)
        return [names[form] for form in self.tally.form]


def _write(draft: Path, run: Run) -> None:
    """Write everything but the worlds table and the figures."""
    (draft / CONFIG).write_text(run.source.configuration().text, encoding="utf-8")
    for name in TABLES:
        write_table(getattr(run, name), draft / f"{name}.csv")
    manifest = json.dumps(run.manifest, indent=2, ensure_ascii=False)
    (draft / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
