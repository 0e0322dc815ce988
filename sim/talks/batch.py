"""A batch of worlds before anything happens in it: its numbers, utilities and streams.

A draw fixes what we do not know; the worlds of one draw differ only by chance. The batch is what
the actors, the rules and the aftermath all read their numbers from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.bargaining.answers import signatories
from sim.bargaining.arrays import Flags, side_by_side
from sim.bargaining.packages import Space
from sim.draws.draws import Draws, drawn
from sim.draws.streams import Floats, Ints, Streams, streams_of
from sim.scenario.scenario import Scenario
from sim.talks.evidence import Learnt, evidence_of, learnt, posterior
from sim.talks.preferences import Utilities, utilities_of
from sim.talks.space import consent_of, settled_consent, space_of


@dataclass
class Batch:
    """Some worlds of one batch of an ensemble, or of several that follow each other.

    Attributes:
        spec: the scenario.
        space: its packages.
        streams: the streams of the batches, cut to the worlds in play.
        draws: every number of the scenario, in every draw of the batches.
        utilities: preferences in every draw.
        consent: whose consent each cell needs, in every draw: (D, A, N).
        worlds: numbers of the worlds in the ensemble: (W,).
        draw: the draw of each world, counted from the first of the batches: (W,).
    """

    spec: Scenario
    space: Space
    streams: Streams
    draws: Draws
    utilities: Utilities
    consent: Flags
    worlds: Ints
    draw: Ints

    def number(self, path: str) -> Floats:
        """Return a number of the scenario in every world: (W,)."""
        return self.draws[path][self.draw]

    def numbers(self, paths: Sequence[str | None], unstated: float = 0.0) -> Floats:
        """Return several numbers in every world: (W, K).

        In the place of one that the scenario does not state, None among the paths, stands a value.
        """
        columns = [
            np.full(len(self.draw), unstated) if path is None else self.number(path)
            for path in paths
        ]
        return side_by_side(columns) if columns else np.zeros((len(self.draw), 0))

    def shares(self, path: str, stated: Collection[str]) -> Floats:
        """Return the actors' stated shares, 0 where not stated; equal if none is stated: (W, A)."""
        return self.numbers(_under(path, self.spec.actors, stated), 0.0 if stated else 1.0)

    def loadings(self, path: str, stated: Collection[str]) -> Floats:
        """Return loadings on all drivers, 0 where none is stated: (W, F)."""
        return self.numbers(_under(path, self.spec.drivers, stated))

    def regard(self, name: str) -> Floats:
        """Return an actor's regard for each, summing to 1; equal if none is stated: (W, A)."""
        stated = self.spec.actors[name].regard
        weights = self.shares(f"actors.{name}.regard", stated)
        weights[:, list(self.spec.actors).index(name)] = 0.0
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def must_sign(self, text: Ints) -> Flags:
        """Return who must sign texts (W, B), one of each world: (W, A)."""
        base = np.isin(list(self.spec.actors), self.spec.signatories.base)
        return signatories(self.consent, base, text, self.draw)

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds."""
        self.worlds, self.draw = self.worlds[rows], self.draw[rows]
        self.streams.keep(rows)

    def afresh(self, rows: Ints | None = None) -> Batch:
        """Return the same worlds (or some rows of them), with their streams from the beginning."""
        rows = np.arange(len(self.worlds)) if rows is None else rows
        streams = self.streams.with_worlds(self.streams.worlds[rows])
        return replace(self, streams=streams, worlds=self.worlds[rows], draw=self.draw[rows])


def draws_of_batches(scenario: Scenario, space: Space, streams: Streams) -> Draws:
    """Return the draws of some batches, as evidence leaves them: those of the prior if none counts.

    Those after the last that is played are left out.

    Raises:
        ScenarioError: when utilities that evidence tells of have no scale in a draw that is played.
    """
    prior = drawn(scenario.numbers, scenario.weightings, streams.of_draws())
    evidence = evidence_of(scenario, space)
    last = int(streams.worlds[-1]) // streams.replications
    evidence.refuse_without_scale(prior.between(prior.first, last + 1))
    known = posterior(evidence, prior, streams.of_draws())
    return known.beside(settled_consent(scenario, known, streams.of_draws()))


def learnt_of_batches(scenario: Scenario, space: Space, streams: Streams) -> Learnt:
    """Return what evidence makes of the draws of some batches."""
    prior = drawn(scenario.numbers, scenario.weightings, streams.of_draws())
    return learnt(evidence_of(scenario, space), prior, streams.of_draws())


def draws_as_learnt(scenario: Scenario, known: Learnt, streams: Streams) -> Draws:
    """Return the draws of some batches under evidence weighed before a scenario changed."""
    draws = known.draws(scenario, streams.of_draws())
    return draws.beside(settled_consent(scenario, draws, streams.of_draws()))


def open_batch(
    scenario: Scenario,
    seed: int,
    replications: int,
    worlds: Ints,
    draws: Draws | None = None,
) -> Batch:
    """Return the batch that holds some worlds of an ensemble, with all batches between them.

    Args:
        scenario: what is negotiated.
        seed: root of all streams.
        replications: worlds of each draw.
        worlds: their numbers, in order.
        draws: the draws of these batches, where they were drawn before.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        ValueError: when the worlds are not in order, or too many batches apart.
    """
    streams = streams_of(seed, replications, worlds)
    space = space_of(scenario)
    draw = streams.worlds // replications
    every = draws or draws_of_batches(scenario, space, streams)
    # Of a batch that is cut, no more than are played.
    draws = every.between(streams.first_draw, int(draw.max()) + 1)
    utilities, consent = utilities_of(scenario, space, draws), consent_of(scenario, space, draws)
    return Batch(scenario, space, streams, draws, utilities, consent, worlds, draw)


def _under(path: str, names: Iterable[str], stated: Collection[str]) -> list[str | None]:
    """Return the paths of some names under one, None for those that are not stated."""
    return [f"{path}.{name}" if name in stated else None for name in names]
