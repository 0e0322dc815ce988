"""Worlds with some numbers of other draws: those of a group from another seed, all else as it was.

Draws are addressed, so a group is a set of addresses, and to cross two seeds is to say at which
addresses uniforms are read from the other. The worlds themselves are played under their own seed:
chance is the same in both, and no stream is read that was not read before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.draws.annealing import Address
from sim.draws.draws import Draws, drawn
from sim.draws.streams import Floats, Ints, Purpose, Uniforms, streams_of
from sim.play.ensemble import Ensemble, forms_of, play_drawn
from sim.play.executors import SERIAL, Executor
from sim.play.tables import worlds_table
from sim.scenario.scenario import Scenario
from sim.talks.space import settled_consent

if TYPE_CHECKING:
    import pyarrow as pa

Addresses = frozenset[Address]


@dataclass(frozen=True)
class Crossed:
    """Uniforms of which those of some addresses come from elsewhere.

    Attributes:
        own: where all others are read.
        other: where these are read.
        taken: these addresses.
    """

    own: Uniforms
    other: Uniforms
    taken: Addresses

    @property
    def first_draw(self) -> int:
        """Return the number of the first draw in the ensemble."""
        return self.own.first_draw

    @property
    def all_draws(self) -> int:
        """Return the number of draws, D."""
        return self.own.all_draws

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return the next uniforms of a stream: (D,)."""
        source = self.other if (purpose, name) in self.taken else self.own
        return source.draw_uniforms(purpose, name)


@dataclass(frozen=True)
class Exchange:
    """Worlds of an ensemble with the numbers at some addresses from another seed.

    Numbers are those that are assumed: evidence would tie those of a group to the others.

    Attributes:
        ensemble: the worlds.
        seed: the other.
        taken: whose numbers are that seed's; none: the worlds are as they are without evidence.
    """

    ensemble: Ensemble
    seed: int
    taken: Addresses

    def drawn(self, worlds: Ints) -> tuple[Draws, Ints]:
        """Return the draws of the batches of some worlds, and the form of each: (D,)."""
        own, other = (
            streams_of(seed, self.ensemble.replications, worlds).of_draws()
            for seed in (self.ensemble.seed, self.seed)
        )
        return _drawn(self.ensemble.scenario, Crossed(own, other, self.taken))

    def played(
        self, executor: Executor = SERIAL, progress: Callable[[int], None] | None = None
    ) -> Iterator[pa.Table]:
        """Yield the rows of the worlds table, in order; `progress` is told the worlds done.

        Raises:
            ScenarioError: when an actor's utilities have no scale in some draw.
            ChildProcessError: when a process died.
        """
        done = 0
        for table in executor.map(partial(_played, self), self.ensemble.sittings(executor.workers)):
            done += table.num_rows
            if progress:
                progress(done)
            yield table


def _played(exchange: Exchange, worlds: range) -> pa.Table:
    ensemble, numbers = exchange.ensemble, np.arange(worlds.start, worlds.stop)
    record = play_drawn(ensemble, numbers, *exchange.drawn(numbers))
    return worlds_table(ensemble.scenario, ensemble.replications, record)


def without_evidence(ensemble: Ensemble) -> Ensemble:
    """Return the same worlds as if nothing were known: no evidence, no record, no news."""
    unknowing = {"evidence": "none", "record": None, "given": ()}
    scenario = ensemble.scenario.model_copy(update=unknowing)
    return Ensemble(scenario, ensemble.seed, ensemble.draws, ensemble.replications)


def addresses_of(scenario: Scenario) -> list[Address]:
    """Return the address of everything that is drawn once a draw, in order."""
    asked = _Asked({})
    _drawn(scenario, asked)
    return sorted(asked.asked)


@dataclass(frozen=True)
class _Asked:
    """Uniforms that are one half, and that note which are asked for."""

    asked: dict[Address, None]
    first_draw: int = 0
    all_draws: int = 1

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return one half, in every draw."""
        self.asked[purpose, name] = None
        return np.full(self.all_draws, 0.5)


def _drawn(scenario: Scenario, uniforms: Uniforms) -> tuple[Draws, Ints]:
    draws = drawn(scenario.numbers, scenario.weightings, uniforms)
    draws = draws.beside(settled_consent(scenario, draws, uniforms))
    return draws, forms_of(scenario, uniforms)
