"""Many worlds: draws times replications, cut into batches, played in one process or several.

The worlds do not depend on how many processes play them: each batch finds its streams by its own
address. Records come back in the order of the worlds, so that they can be written as they come.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.bargaining.ledger import Record
from sim.randomness import Ints, draws_per_batch
from sim.scenario.scenario import Scenario

MOST_WORKERS = 8


@dataclass(frozen=True)
class Ensemble:
    """The worlds of one scenario under one seed: world = draw x replications + replication."""

    scenario: Scenario
    seed: int
    draws: int
    replications: int

    @property
    def worlds(self) -> int:
        """Return the number of worlds."""
        return self.draws * self.replications

    def batches(self) -> list[Ints]:
        """Return the world numbers of each batch; the last may be cut."""
        size = draws_per_batch(self.replications) * self.replications
        starts = range(0, self.worlds, size)
        return [np.arange(start, min(start + size, self.worlds)) for start in starts]


def play_batch(ensemble: Ensemble, worlds: Ints) -> Record:
    """Return the record of some worlds of one batch.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    from sim.model import NegotiationModel

    model = NegotiationModel(ensemble.scenario, ensemble.seed, ensemble.replications, worlds)
    return model.run()


def play(
    ensemble: Ensemble, workers: int = 1, progress: Callable[[int], None] | None = None
) -> Iterator[Record]:
    """Yield the records of all batches in order; `progress` is told the worlds done.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    batches = ensemble.batches()
    processes = min(workers, len(batches))
    records = (
        _in_one_process(ensemble, batches)
        if processes == 1
        else _in_processes(ensemble, batches, processes)
    )
    done = 0
    for record in records:
        done += len(record.world)
        if progress:
            progress(done)
        yield record


def usable_workers(asked: int | None) -> int:
    """Return how many processes to use: as asked, else the usable cores, at most 8."""
    if asked is not None:
        return asked
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST_WORKERS)


def _in_one_process(ensemble: Ensemble, batches: list[Ints]) -> Iterator[Record]:
    for worlds in batches:
        yield play_batch(ensemble, worlds)


def _in_processes(ensemble: Ensemble, batches: list[Ints], processes: int) -> Iterator[Record]:
    """Play batches in processes, which leave interrupts to the one that started them."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if hasattr(context, "set_forkserver_preload"):
        context.set_forkserver_preload(["sim.model"])
    with context.Pool(processes, initializer=_start, initargs=(ensemble,)) as pool:
        yield from pool.imap(_play_in_worker, batches)


_ensemble: Ensemble | None = None


def _start(ensemble: Ensemble) -> None:
    global _ensemble  # noqa: PLW0603  a worker process has one ensemble for life
    _ensemble = ensemble
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _play_in_worker(worlds: Ints) -> Record:
    assert _ensemble is not None
    return play_batch(_ensemble, worlds)
