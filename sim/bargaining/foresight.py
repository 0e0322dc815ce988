"""The equilibrium of a scenario's talks by offers, in every draw of a batch (open loop).

It is solved once, along the paths that drivers are expected to take from the start, and held
whatever happens then: thresholds and offers depend on the session and not on the world.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.bargaining import drivers, equilibrium
from sim.bargaining.equilibrium import Game, Solution
from sim.bargaining.protocols import signatories
from sim.draws.streams import Floats, Ints
from sim.scenario.actors import Tactic
from sim.talks.batch import Batch
from sim.talks.rules import Rules

_PATHS = 2**19  # sessions of all draws whose expected paths are held at once


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
    draws, weeks = np.unique(batch.draw), weeks_of(batch, rules)
    game = game_of(batch, rules, draws)
    size = max(1, _PATHS // len(weeks))
    found = []
    for start in range(0, len(draws), size):
        few = slice(start, start + size)
        no_deal = expected_no_deal(replace(batch, draw=draws[few]), weeks)
        rounds = batch.spec.calendar.rounds
        found.append(equilibrium.solve(game.of_draws(few), no_deal, rounds))
    return Foresight(draws, game, equilibrium.joined(found))


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


def weeks_of(batch: Batch, rules: Rules) -> Floats:
    """Return the weeks in which sessions are foreseen, to T_eq: (T,)."""
    foresight = batch.spec.protocols.offers.foresight
    assert foresight is not None
    sessions = int(np.ceil(foresight.mean / rules.weeks_between - 1e-9))
    return rules.weeks_between * np.arange(sessions, dtype=np.float64)


def expected_no_deal(batch: Batch, weeks: Floats) -> Floats:
    """Return d_i in every world along the drivers' expected paths, in some weeks: (W, T, A)."""
    paths = drivers.expected(batch, weeks)
    columns = []
    for index, name in enumerate(batch.spec.actors):
        moved = (paths * batch.loadings(f"actors.{name}.loadings")[:, None]).sum(axis=2)
        columns.append(batch.utilities.no_deal[batch.draw, index, None] + moved)
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
