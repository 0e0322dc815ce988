"""Many worlds: draws times replications, cut into batches, played by an executor.

The worlds do not depend on where they are played, nor by how many: each batch finds its streams
by its own address. Records come back in the order of the worlds, a few sittings ahead of the
reader at most, so memory does not grow with the number of worlds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import prod
from pathlib import Path

import numpy as np

from sim.bargaining.tactics import TACTICS
from sim.draws.draws import Draws
from sim.draws.streams import Floats, Ints, Purpose, Uniforms, draws_per_batch, streams_of
from sim.errors import ScenarioError, problem
from sim.outside.files import read_text
from sim.play.executors import SERIAL, Executor
from sim.scenario.clauses import blocks
from sim.scenario.scenario import Scenario
from sim.talks.record import Record, joined

WORLDS_AT_ONCE = 6000  # of one model: fewer make it slower, more take more memory
MOST_PARTS = 20  # of a batch: every process that plays some makes the draws of the whole
_MIB = 2**20


@dataclass(frozen=True, eq=False)
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

    def batches(self) -> Iterator[range]:
        """Yield the world numbers of each batch; the last may be cut."""
        return self._cut(self.batch_size)

    def sittings(self, workers: int = 1) -> Iterator[range]:
        """Yield the world numbers that are played at once: whole batches, for every worker some.

        How many batches sit together changes nothing in them, so it may depend on the workers.
        Where a draw takes long, a part of a batch is played at once, so that progress is seen.
        """
        if few := self._draws_of_a_part():
            return (
                part
                for batch in self.batches()
                for part in _cut(batch.start, batch.stop, few * self.replications)
            )
        together = min(WORLDS_AT_ONCE // self.batch_size, self.batch_count // workers)
        return self._cut(max(1, together) * self.batch_size)

    @property
    def batch_size(self) -> int:
        """Return the number of worlds in a whole batch."""
        return draws_per_batch(self.replications) * self.replications

    @property
    def batch_count(self) -> int:
        """Return the number of batches."""
        return -(-self.draws // draws_per_batch(self.replications))

    def _cut(self, size: int) -> Iterator[range]:
        return _cut(0, self.worlds, size)

    def _draws_of_a_part(self) -> int | None:
        """Return how many draws of a batch are played at once; None: all."""
        forms = list(self.scenario.in_forms.values())
        tactics = {actor.tactic for form in forms for actor in form.actors.values()}
        asked = [TACTICS[tactic].draws_at_once for tactic in tactics] if len(forms) == 1 else []
        least = -(-draws_per_batch(self.replications) // MOST_PARTS)
        return min((max(few, least) for few in asked if few is not None), default=None)


def _cut(start: int, stop: int, size: int) -> Iterator[range]:
    """Yield a range in pieces of a size; the last may be smaller."""
    for first in range(start, stop, size):
        yield range(first, min(first + size, stop))


def play_worlds(ensemble: Ensemble, worlds: range) -> Record:
    """Return the record of some worlds that are played at once.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    numbers = np.arange(worlds.start, worlds.stop)
    return play_drawn(ensemble, numbers, *drawn_with_forms(ensemble, numbers))


def play_drawn(
    ensemble: Ensemble, numbers: Ints, draws: Draws, forms: Ints, moods: Floats | None = None
) -> Record:
    """Return the record of some worlds whose draws, and the form of each, are there already.

    With moods (W, A), as the time before the start has left them, that is not played again.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    from sim.talks.model import NegotiationModel

    form_of = forms[numbers // ensemble.replications - draws.first]
    records = []
    for form, spec in enumerate(ensemble.scenario.in_forms.values()):
        if len(rows := numbers[form_of == form]):
            felt = None if moods is None else moods[form_of == form]
            model = NegotiationModel(
                spec, ensemble.seed, ensemble.replications, rows, draws=draws, moods=felt
            )
            records.append(replace(model.run(), form=np.full(len(rows), form)))
            # Mesa counts the agents of each model in a table that keeps the model for ever, and
            # model and agents hold each other: so it is emptied here, or memory would grow with
            # every batch.
            model.__dict__.clear()
    return records[0] if len(records) == 1 else joined(records)


def drawn_with_forms(ensemble: Ensemble, worlds: Ints) -> tuple[Draws, Ints]:
    """Return the draws of the batches of some worlds, and the form of each: (D,).

    Those after the last that is played may be left out.
    """
    size = ensemble.batch_size
    return _drawn(ensemble, int(worlds[0]) // size, int(worlds[-1]) // size)


@lru_cache(maxsize=1)
def _drawn(ensemble: Ensemble, first: int, last: int) -> tuple[Draws, Ints]:
    """Return the draws of some batches, kept for the parts of a batch that follow one another."""
    from sim.talks.batch import draws_of_batches
    from sim.talks.space import space_of

    spec, size = ensemble.scenario, ensemble.batch_size
    worlds = np.arange(first * size, min((last + 1) * size, ensemble.worlds))
    streams = streams_of(ensemble.seed, ensemble.replications, worlds)
    return draws_of_batches(spec, space_of(spec), streams), forms_of(spec, streams.of_draws())


def forms_of(scenario: Scenario, streams: Uniforms) -> Ints:
    """Return the form of each draw of some batches, an index into those with weight: (D,)."""
    weights = np.array([scenario.forms[n].mean for n in scenario.in_forms if n] or [1.0])
    ladder = weights.cumsum() / weights.sum()
    u = streams.draw_uniforms(Purpose.NUMBER, "forms")
    return np.minimum(np.searchsorted(ladder, u, side="right"), len(weights) - 1)


def play(
    ensemble: Ensemble,
    executor: Executor = SERIAL,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Record]:
    """Yield the records of all worlds in order; `progress` is told the worlds done.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        ChildProcessError: when a process died, as it does where memory runs out.
    """
    done = 0
    sittings = ensemble.sittings(executor.workers)
    for record in executor.map(partial(play_worlds, ensemble), sittings):
        done += len(record.world)
        if progress:
            progress(done)
        yield record


def refuse_if_too_large(ensemble: Ensemble, executor: Executor, folder: Path) -> None:
    """Refuse a run that memory or disk cannot hold.

    Raises:
        ScenarioError: naming what is needed and what there is.
    """
    places = (folder.absolute(), *folder.absolute().parents)
    nearest = next(place for place in places if os.path.exists(place))  # no name is too long for it
    disk_space = shutil.disk_usage(nearest)
    free = (_free_memory(), disk_space.free if disk_space.total else None)  # None: it cannot say
    needed = footprint(ensemble, executor.workers_here)
    for kind, need, have in zip(("memory", "disk"), needed, free, strict=True):
        if have is not None and need > have:
            size = f"{ensemble.draws:,} draws x {ensemble.replications:,} replications"
            rule = f"needs about {_amount(need)} of {kind}; {_amount(have)} is free: ask for fewer"
            raise problem("ensemble", f"{size} {rule}")


def footprint(ensemble: Ensemble, workers: int) -> tuple[int, int]:
    """Return about how much memory and disk a run needs, in bytes.

    Memory holds the libraries, a few sittings for each process, and counts for each draw; it does
    not grow with the number of worlds otherwise. Disk holds the worlds and the draws.
    """
    spec = ensemble.scenario
    options = {name: len(clause.options) for name, clause in spec.clauses.items()}
    joined = blocks(spec.clauses, [linkage.when for linkage in spec.linkages.values()])
    cells = sum(prod(options[clause] for clause in block) for block in joined)
    at_once = min(ensemble.worlds, max(WORLDS_AT_ONCE, ensemble.batch_size))
    tables = 8 * at_once * len(spec.actors) * (len(spec.actors) + 4) * cells
    draws = at_once // ensemble.replications
    for tactic in {actor.tactic for actor in spec.actors.values()}:
        tables += TACTICS[tactic].memory(draws, spec.calendar.rounds, len(spec.actors))
    counts = 8 * ensemble.draws * (len(spec.outcomes) + 9)
    memory = 400 * _MIB + workers * (150 * _MIB + 3 * tables) + 3 * counts
    columns = 11 + 2 * len(options) + 6 * len(spec.actors)
    misread = len(spec.actors) ** 2 * sum(options.values())
    drawn = ensemble.draws * (8 * len(spec.numbers) + 4 * misread)
    return memory, 2 * _MIB + 12 * columns * ensemble.worlds + drawn


def _free_memory() -> int:
    """Return the bytes of memory that this process may still take, as far as the system says."""
    free = [2**63]
    with suppress(ScenarioError, StopIteration, ValueError):
        lines = read_text(Path("/proc/meminfo")).splitlines()
        free.append(next(int(line.split()[1]) * 1024 for line in lines if "MemAvailable" in line))
    with suppress(ScenarioError, StopIteration, ValueError):  # a container's own limit
        group = Path("/sys/fs/cgroup")
        limit = int(read_text(group / "memory.max"))
        held = read_text(group / "memory.stat").splitlines()
        free.append(limit - next(int(line.split()[1]) for line in held if line.startswith("anon ")))
    with suppress(ImportError, OSError, ValueError):
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            free.append(limit)
    return max(0, min(free))


def _amount(size: int) -> str:
    return f"{size / 2**30:,.1f} GiB" if size >= 2**30 else f"{size / 2**20:,.0f} MiB"
