"""The parties side by side: what they hold, how they feel, what they demand, ask for and answer.

At a session all take stock, ask and answer at the same moment, so that each equation is computed
once for all of them: arrays (W, A) have a column for each actor. How they demand and rank is their
tactics' affair, how a text comes to the table the protocol's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np

from sim.bargaining import answers, packages
from sim.bargaining.arrays import Array, Flags, at_cells, of_worlds, side_by_side
from sim.bargaining.rules import Rules
from sim.bargaining.tactics import TACTICS, Dice, Tactic
from sim.bargaining.tactics.tactic import Ahead, Seats
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Ints, Purpose
from sim.talks.batch import Batch
from sim.talks.beliefs import Beliefs
from sim.talks.course import expected
from sim.talks.endings import leaving_rate, weeks_to_leave
from sim.talks.preferences import sum_of_blocks
from sim.talks.record import chance_of_ratification


class Parties:
    """All actors in the worlds in play: arrays are (W, A) unless noted."""

    PER_WORLD = (
        "rows",  # of the worlds in play, in what is kept whole: (W,)
        "parts",  # what each block of the text on the table is worth: (W, A, B)
        "starting_no_deal",
        "loadings",  # what the drivers add to no deal: (W, A, F)
        "noise",
        "temperature",
        "memory",
        "walkout_rate",
        "walkout_sensitivity",
        "mood",
        "recent",  # utility of the texts polled in the last sessions: (W, A, memory)
    )

    def __init__(self, batch: Batch, rules: Rules, text: Ints) -> None:
        """Take their places at a first text (W, B)."""
        self.batch, self.rules, self.space = batch, rules, batch.space
        self.names = tuple(batch.spec.actors)
        self.rows = np.arange(len(batch.worlds))
        self._beliefs = {name: Beliefs(batch, name) for name in self.names}
        self._take_their_numbers()
        self.tactics = self._seated()
        self.parts = at_cells(batch.utilities.own, text, batch.draw)
        first = self.starting_no_deal
        if batch.spec.protocols.of(batch.spec.protocol).opening:
            first = sum_of_blocks(self.parts)
        self.recent = np.stack([first.T] * batch.spec.memory).T
        self.mood = np.zeros_like(first)
        self.no_deal = self.threshold = self.utility = self.wavering = self.mood
        self.accepted = np.zeros(first.shape, dtype=bool)

    @property
    def losses(self) -> Floats:
        """Return what each block of the text on the table falls short of the best: (W, A, B)."""
        return of_worlds(self.best, self.batch.draw) - self.parts

    def look_around(self, session: int, week: float, drivers: Floats) -> None:
        """Take stock: moods, what no deal is worth today, and what each demands."""
        z = normal_quantile(self.session_uniforms(Purpose.MOOD, self.names))
        self.mood = answers.next_mood(self.mood, self.memory, z) if session else z
        self.no_deal = self.starting_no_deal + (self.loadings * drivers[:, None, :]).sum(axis=2)
        self.threshold = self._joined(
            [
                tactic.demands(session, week, self._of(tactic, self.no_deal))
                for tactic in self.tactics
            ]
        )

    def ranks(self, voices: Ints, cells: slice = slice(None)) -> Floats:
        """Return how some voices rank what they may propose: (voices, cells).

        A voice is an actor in a world: voices are numbered actor after actor.
        """
        actor, row = np.divmod(voices, len(self.rows))
        return self._by_tactic(actor, lambda tactic, at, seat: tactic.ranks(seat, row[at], cells))

    def offers(self, session: int, speaker: Ints, dice: Dice) -> Ints:
        """Return the packages that speakers (W,) propose: (W, B)."""
        row = np.arange(len(self.rows))
        return self._by_tactic(
            speaker, lambda tactic, at, seat: tactic.offers(session, seat, row[at], dice)
        )

    def answer(self, text: Ints, session: int, speaker: Ints, left: Flags, drivers: Floats) -> None:
        """Say whether each would sign the text (W, B), and remember what it was worth."""
        self.parts = at_cells(self.batch.utilities.own, text, self.batch.draw)
        self.utility = sum_of_blocks(self.parts)
        noise = self.noise
        if self.withdraws.any():
            speaks = speaker[:, None] == np.arange(len(self.names))
            noise = np.where(speaks & self.withdraws, 0.0, noise)
        mood, worth = answers.logistic_noise(self.mood), self._expected(text, drivers)
        self.wavering = noise * mood
        self.accepted = answers.accepts(worth, self.threshold, noise, mood) & ~left
        self.recent[..., session % self.recent.shape[2]] = self.utility
        for tactic in self.tactics:
            utility, accepted = self._of(tactic, self.utility), self._of(tactic, self.accepted)
            tactic.hears(session, speaker, utility, accepted)

    def regret(self, speaker: Ints) -> Flags:
        """Return where the speaker (W,) withdraws what it has just offered: (W,)."""
        row = np.arange(len(speaker))
        return self.withdraws[speaker] & ~self.accepted[row, speaker]

    def weeks_until_they_leave(self, left: Flags) -> Floats:
        """Return when each would walk out at today's rate, in weeks from now."""
        regret = self.no_deal - self.recent.max(axis=2)
        rate = leaving_rate(self.walkout_rate, self.walkout_sensitivity, regret)
        u = self.session_uniforms(Purpose.WALKOUT, self.names)
        return weeks_to_leave(np.where(left, 0.0, rate), u)

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds, as the batch does."""
        for name in self.PER_WORLD:
            setattr(self, name, of_worlds(getattr(self, name), rows))
        for tactic in self.tactics:
            tactic.keep(rows)

    def quality(self, draw: Ints) -> tuple[Floats, Floats] | None:
        """Return how good the solutions of a tactic are that solves something: (W,) each."""
        found = [tactic.quality(draw) for tactic in self.tactics]
        return next((quality for quality in found if quality is not None), None)

    def beliefs(self, name: str) -> Beliefs:
        """Return what an actor believes of the others."""
        return self._beliefs[name]

    def number(self, path: str) -> Floats:
        """Return a number of the scenario in every world: (W,)."""
        return self.batch.number(path)

    def shares(self, path: str, stated: Collection[str]) -> Floats:
        """Return the actors' stated shares, 0 where not stated; equal if none is: (W, A)."""
        return self.batch.shares(path, stated)

    def uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return a stream's next uniforms: (W,)."""
        return self.batch.streams.uniforms(purpose, name)

    def session_uniforms(self, purpose: Purpose, names: tuple[str, ...]) -> Floats:
        """Return the next uniforms of streams that are read together every session: (W, K)."""
        return self.batch.streams.session_uniforms(purpose, names)

    def _take_their_numbers(self) -> None:
        batch, actors = self.batch, self.batch.spec.actors
        paths = {name: f"actors.{name}" for name in self.names}
        leaving = [f"{paths[name]}.walkout" if actors[name].walkout else None for name in actors]
        tactics = [TACTICS[actor.tactic] for actor in actors.values()]

        self.starting_no_deal = of_worlds(batch.utilities.no_deal, batch.draw)
        self.loadings = side_by_side(
            [batch.loadings(f"{paths[n]}.loadings", actor.loadings) for n, actor in actors.items()]
        )
        self.noise = batch.numbers([f"{path}.bargaining.noise" for path in paths.values()])
        self.walkout_rate = batch.numbers([path and f"{path}.rate" for path in leaving])
        self.walkout_sensitivity = batch.numbers(
            [path and f"{path}.sensitivity" for path in leaving]
        )
        relaxation = batch.number("answers.relaxation")[:, None]
        memory = answers.mood_memory(self.rules.weeks_between, relaxation)
        self.memory = memory * np.array([float(tactic.moods_last) for tactic in tactics])
        self.withdraws = np.array([not tactic.keeps_to_offers for tactic in tactics])
        self.anticipates = np.array([actor.anticipates for actor in actors.values()])

        own, space = batch.utilities.own, batch.space
        self.best = packages.best_of_blocks(space, own)  # in each draw: (D, A, B)
        loss = [batch.draws[f"{path}.bargaining.imprecision"] for path in paths.values()]
        self._temperature = packages.temperature_for_loss(space, own, side_by_side(loss))
        self.temperature = of_worlds(self._temperature, batch.draw)

    def _seated(self) -> list[Tactic]:
        """Return the tactics in play, each at the seats of the actors that follow it."""
        followed = np.array([actor.tactic for actor in self.batch.spec.actors.values()])
        batch, rules, rows = self.batch, self.rules, self.rows  # no cycle: memory is freed at once
        every = Seats(
            names=self.names,
            columns=np.arange(len(self.names)),
            space=self.space,
            rules=rules,
            draws=batch.draws,
            draw=batch.draw,
            rows=rows,
            own=batch.utilities.own,
            others=side_by_side([self._beliefs[name].others for name in self.names]),
            temperature=self._temperature,
            ahead=lambda: _ahead(batch, rules),
            no_deal_ahead=lambda draws, weeks: expected_no_deal(replace(batch, draw=draws), weeks),
        )
        return [
            tactic(replace(every, columns=np.flatnonzero(followed == name)))
            for name, tactic in TACTICS.items()
            if name in followed
        ]

    def _of(self, tactic: Tactic, values: Array) -> Array:
        """Return a tactic's columns (W, S) of values (W, A)."""
        return values if len(self.tactics) == 1 else values[:, tactic.seats.columns]

    def _joined(self, parts: Sequence[Floats]) -> Floats:
        """Return the columns of each tactic (W, S) as those of all actors (W, A)."""
        if len(parts) == 1:
            return parts[0]
        order = np.concatenate([tactic.seats.columns for tactic in self.tactics])
        return np.concatenate([part.T for part in parts])[np.argsort(order)].T

    def _by_tactic(self, actor: Ints, found: Callable[[Tactic, Ints, Ints], Array]) -> Array:
        """Return what each actor's own tactic says (V, N), from found(tactic, where, seats)."""
        if len(self.tactics) == 1:
            return found(self.tactics[0], np.arange(len(actor)), actor)
        parts, where = [], []
        for tactic in self.tactics:  # all of them, so that streams go on alike whoever speaks
            at = np.flatnonzero(np.isin(actor, tactic.seats.columns))
            parts.append(found(tactic, at, np.searchsorted(tactic.seats.columns, actor[at])))
            where.append(at)
        order = np.argsort(np.concatenate(where))
        return np.concatenate([part.T for part in parts], axis=-1)[:, order].T

    def _expected(self, text: Ints, drivers: Floats) -> Floats:
        """Return what the text is worth to each, with the votes at home where it looks ahead."""
        if not self.anticipates.any():
            return self.utility
        chance = chance_of_ratification(self.batch, text, drivers)[:, None]
        expected = chance * self.utility + (1.0 - chance) * self.no_deal
        return np.where(self.anticipates, expected, self.utility)


def expected_no_deal(batch: Batch, weeks: Floats) -> Floats:
    """Return d_i in every world along the drivers' expected paths, in some weeks: (W, T, A)."""
    paths = expected(batch, weeks)
    columns = []
    for index, (name, actor) in enumerate(batch.spec.actors.items()):
        loadings = batch.loadings(f"actors.{name}.loadings", actor.loadings)
        moved = (paths * loadings[:, None]).sum(axis=2)
        columns.append(batch.utilities.no_deal[batch.draw, index, None] + moved)
    return np.stack(columns, axis=2)


def _ahead(batch: Batch, rules: Rules) -> Ahead:
    """Return what actors who look ahead must know of the talks by offers."""
    offers, quota = batch.spec.protocols.offers, batch.spec.signatories.quota
    every = replace(batch, draw=np.arange(len(batch.utilities.own)))
    assert offers.foresight is not None
    sessions = int(np.ceil(offers.foresight.mean / rules.weeks_between - 1e-9))
    texts = [batch.space.text(batch.spec.texts[name].terms) for name in offers.candidates]
    chances = every.shares("protocols.offers.chances", offers.chances)
    return Ahead(
        weeks=rules.weeks_between * np.arange(sessions, dtype=np.float64),
        texts=np.unique(texts, axis=0) if texts else batch.space.enumerate(),
        turns=offers.turns(tuple(batch.spec.actors), chances),
        votes=every.shares("signatories.quota.weights", quota.weights) if quota else None,
    )
