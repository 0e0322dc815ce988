"""The equilibrium of a scenario's talks by offers, in every draw of a batch (open loop).

It is solved once, along the paths that drivers are expected to take from the start, and held
whatever happens then: thresholds and offers depend on the session and not on the world.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.bargaining import drivers, equilibrium
from sim.bargaining.batch import Batch
from sim.bargaining.equilibrium import Game, Solution
from sim.bargaining.protocols import signatories
from sim.bargaining.rules import Rules
from sim.randomness import Floats, Ints
from sim.scenario.actors import Tactic


@dataclass(frozen=True)
class Foresight:
    """What actors who look ahead will ask and offer.

    Attributes:
        draws: the draws that it was solved in, in ascending order: (D,).
        game: their talks.
        solution: the equilibrium, in the sessions before the horizon.
    """

    draws: Ints
    game: Game
    solution: Solution

    def thresholds(self, draw: Ints, session: int) -> Floats:
        """Return what every actor demands in a session, in draws (W,): (W, A)."""
        return self.solution.threshold[self._rows(draw), session]

    def offers(self, draw: Ints, session: int, speaker: Ints, u: Floats) -> Ints:
        """Return the texts that speakers (W,) offer, by uniforms (W,): (W, B)."""
        bar = self.solution.threshold[:, session]
        chosen = equilibrium.offer(self.game, bar, self._rows(draw), speaker, u)
        return np.asfortranarray(self.game.texts[chosen])

    def quality(self, draw: Ints) -> tuple[Floats, Floats]:
        """Return the share of hopeless offers, and the last step of the values: (W,) each."""
        rows = self._rows(draw)
        return self.solution.hopeless[rows], self.solution.step[rows]

    def _rows(self, draw: Ints) -> Ints:
        return np.searchsorted(self.draws, draw)


def foresight_of(batch: Batch, rules: Rules) -> Foresight | None:
    """Return the equilibrium in the draws that a batch's worlds are of; None for other tactics."""
    if any(actor.tactic is not Tactic.EQUILIBRIUM for actor in batch.spec.actors.values()):
        return None
    draws = np.unique(batch.draw)
    game = game_of(batch, rules, draws)
    no_deal = expected_no_deal(batch, rules)[draws]
    return Foresight(draws, game, equilibrium.solve(game, no_deal, batch.spec.calendar.rounds))


def game_of(batch: Batch, rules: Rules, draws: Ints) -> Game:
    """Return the talks by offers in some draws of a batch, numbered within it."""
    spec, per_draw = batch.spec, replace(batch, draw=draws)
    quota = spec.signatories.quota

    def traits(field: str) -> Floats:
        return per_draw.numbers([f"actors.{name}.bargaining.{field}" for name in spec.actors])

    texts = _texts(batch)
    return Game(
        table=np.ascontiguousarray(batch.utilities.own[draws]),
        texts=texts,
        signs=signatories(batch.space, rules.base, texts),
        noise=traits("noise"),
        offer_noise=traits("offer_noise"),
        discount=traits("discount") ** rules.weeks_between,
        turns=_turns(per_draw, rules),
        share=rules.quota,
        votes=per_draw.shares("signatories.quota.weights", quota.weights) if quota else None,
    )


def expected_no_deal(batch: Batch, rules: Rules) -> Floats:
    """Return d_i along the drivers' expected paths, session by session to T_eq: (D, T, A)."""
    weeks = batch.spec.protocols.offers.foresight
    assert weeks is not None
    sessions = int(np.ceil(weeks.mean / rules.weeks_between - 1e-9))
    paths = drivers.expected(batch, rules.weeks_between * np.arange(sessions, dtype=np.float64))
    every = replace(batch, draw=np.arange(len(paths)))
    columns = []
    for index, name in enumerate(batch.spec.actors):
        moved = (paths * every.loadings(f"actors.{name}.loadings")[:, None]).sum(axis=2)
        columns.append(batch.utilities.no_deal[:, index, None] + moved)
    return np.stack(columns, axis=2)


def _texts(batch: Batch) -> Ints:
    """Return the packages that may be offered: (P, B)."""
    named = batch.spec.protocols.offers.candidates
    if not named:
        return batch.space.enumerate()
    texts = [batch.space.text(batch.spec.texts[name].terms) for name in named]
    return np.unique(texts, axis=0)


def _turns(per_draw: Batch, rules: Rules) -> Floats:
    """Return the chances to be recognised, in each session of a cycle: (D, K, A)."""
    offers, actors = per_draw.spec.protocols.offers, len(per_draw.spec.actors)
    if offers.recognition == "rotation":
        return np.tile(np.eye(actors)[rules.order], (len(per_draw.draw), 1, 1))
    chances = per_draw.shares("protocols.offers.chances", offers.chances)
    chances = np.where(chances.any(axis=1, keepdims=True), chances, 1.0)
    return (chances / chances.sum(axis=1, keepdims=True))[:, None]
