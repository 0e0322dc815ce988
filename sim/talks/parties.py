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
from sim.bargaining.packages import ROUNDING
from sim.bargaining.rules import Rules
from sim.bargaining.tactics import TACTICS, Dice, Tactic
from sim.bargaining.tactics.tactic import Seats
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Ints, Purpose
from sim.scenario.roles import protocols_in_use
from sim.scenario.scenario import Scenario
from sim.talks.ahead import ahead_of, expected_no_deal
from sim.talks.batch import Batch
from sim.talks.beliefs import Beliefs
from sim.talks.endings import leaving_rate
from sim.talks.home import Home
from sim.talks.preferences import sum_of_blocks, utility_of
from sim.talks.refusals import NOTHING, Answers

MEMORY = 4  # sessions that an actor remembers, where the scenario does not say


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
        "refusal_cost",
        "renegotiation",  # rho_r: (W, 1)
        "mood",
        "recent",  # what the texts polled in the last sessions promise: (W, A, memory)
        "capability",
        "forgotten",  # 0 for those that it remembers, the last first, else -inf: (W, memory)
        "polls",  # how many sessions were held: (W,)
    )

    def __init__(self, batch: Batch, rules: Rules, text: Ints) -> None:
        """Take their places at a first text (W, B)."""
        self.batch, self.rules, self.space = batch, rules, batch.space
        self.names = tuple(batch.spec.actors)
        self.rows = np.arange(len(batch.worlds))
        self._beliefs = {name: Beliefs(batch, name) for name in self.names}
        self.home = Home(batch)
        self._take_their_numbers()
        self.tactics = self._seated()
        self.begin_anew(text)
        self._have_met = False
        first = self.starting_no_deal
        self.mood = np.zeros_like(first)
        self.no_deal = self.threshold = self.utility = self.wavering = self.mood
        self.asks = self.mood  # A_i(x), what the text must be worth to be signed
        self.odds_against = self.mood  # (1 - p) / p of the text, as each foresees it
        self.against = np.zeros((len(first), 0))  # of each body at home, as it is: (W, K)
        self.accepted = np.zeros(first.shape, dtype=bool)

    def begin_anew(self, text: Ints) -> None:
        """Remember no session but a first text on the table (W, B); moods stay as they are."""
        batch = self.batch
        self.parts = at_cells(batch.utilities.own, text, batch.draw)
        opens = batch.spec.protocols.of(batch.spec.protocol).opening
        first = sum_of_blocks(self.parts) if opens else self.starting_no_deal
        self.recent = np.stack([first.T] * self.forgotten.shape[1]).T
        self.polls = np.zeros(len(first), dtype=np.int64)

    def go_on_from(self, mood: Floats) -> None:
        """Have met before, and feel as that has left them: moods (W, A)."""
        self.mood, self._have_met = mood, True

    @property
    def losses(self) -> Floats:
        """Return what each block of the text on the table falls short of the best: (W, A, B)."""
        return of_worlds(self.best, self.batch.draw) - self.parts

    def look_around(self, session: int, week: float, drivers: Floats, away: Flags) -> None:
        """Take stock: moods, what no deal is worth today, and what each demands."""
        self.drivers, self.away = drivers, away
        z = normal_quantile(self.session_uniforms(Purpose.MOOD, self.names))
        self.mood = answers.next_mood(self.mood, self.memory, z) if self._have_met else z
        self._have_met = True
        self.no_deal = self.starting_no_deal + (self.loadings * drivers[:, None, :]).sum(axis=2)
        self.threshold = self._joined(
            [
                tactic.demands(session, week, self._of(tactic, self.no_deal))
                for tactic in self.tactics
            ]
        )

    def offers(self, session: int, speaker: Ints, dice: Dice) -> Ints:
        """Return the packages that speakers (W,) propose: (W, B)."""
        row = np.arange(len(self.rows))
        return self._by_tactic(
            speaker, lambda tactic, at, seat: tactic.offers(session, seat, row[at], dice)
        )

    def answer(
        self, text: Ints, session: int, speaker: Ints, must_sign: Flags, held: Flags
    ) -> None:
        """Say whether each would sign the text (W, B), and remember what it promised.

        Where no session is held, of worlds (W,), nobody answers and nothing is remembered.
        """
        self.parts = at_cells(self.batch.utilities.own, text, self.batch.draw)
        self.utility = sum_of_blocks(self.parts)
        noise = self.noise
        if self.withdraws.any():
            speaks = speaker[:, None] == np.arange(len(self.names))
            noise = np.where(speaks & self.withdraws, 0.0, noise)
        mood = answers.logistic_noise(self.mood)
        self.wavering = noise * mood
        self._foresee(text, must_sign)
        self.accepted = answers.accepts(self.utility, self.asks, noise, mood) & ~self.away
        self.accepted &= held[:, None]
        self._remember(held)
        for tactic in self.tactics:
            utility, accepted = self._of(tactic, self.utility), self._of(tactic, self.accepted)
            tactic.hears(session, speaker, utility, accepted)

    def agree(self, speaker: Ints, must_sign: Flags) -> Flags:
        """Return where a text is signed by all who must (W, A), or by enough: (W,).

        What its speaker (W,) withdraws is not.
        """
        quota = self.batch.spec.signatories.quota
        path = "signatories.quota.weights"
        votes = self.batch.shares(path, quota.weights) if quota else None
        signed = answers.is_signed(self.accepted, must_sign, self.rules.quota, votes)
        return signed & ~self.regret(speaker)

    def answers(self, rows: Ints, must_sign: Flags) -> Answers:
        """Return what was answered in some worlds (n,), by those who must sign (W, A)."""
        refused = (must_sign & ~self.accepted & ~self.away)[rows]
        # Its own account is what its answer would be if all bodies at home were sure to ratify.
        willing = (self.utility + self.wavering >= self.threshold - ROUNDING)[rows]
        doubted = np.full(refused.shape, NOTHING)
        at, actor = np.nonzero(refused & willing)
        if len(at):
            doubted[at, actor] = self.home.most_doubted(self.against, rows[at], actor)
        return Answers(np.where(self.away[rows], NOTHING, refused), doubted)

    def regret(self, speaker: Ints) -> Flags:
        """Return where the speaker (W,) withdraws what it has just offered: (W,)."""
        if not self.withdraws.any():
            return np.zeros(len(speaker), dtype=bool)
        row = np.arange(len(speaker))
        return (speaker >= 0) & self.withdraws[speaker] & ~self.accepted[row, speaker]

    def leaving(self) -> Floats:
        """Return at which rate a week each leaves that is there, as things stand: (W, A)."""
        slots = np.arange(self.recent.shape[2])
        ages = (self.polls[:, None] - 1 - slots) % len(slots)
        lost = np.asfortranarray(np.take_along_axis(self.forgotten, ages, axis=1))
        best = self.no_deal.copy(order="K")
        for actor in self.minds_texts:
            worth = [self.recent[:, actor, slot] + lost[:, slot] for slot in slots.tolist()]
            best[:, actor] = np.maximum.reduce(worth)
        regret = self.no_deal - best
        return leaving_rate(self.walkout_rate, self.walkout_sensitivity, regret)

    def lost_by_refusal(self) -> Floats:
        """Return (1 - rho_r) (a - d) + c, what a refused signature costs beside refusing now."""
        back = 1.0 - self.renegotiation
        return back * (self.threshold - self.no_deal) + self.refusal_cost

    def weighs_offers(self, speaker: Ints) -> Flags:
        """Return which speakers (V,) weigh several texts before they table one: (V,)."""
        return np.asarray((self.anticipates & ~self.looks_ahead)[speaker])

    def prospects(self, speaker: Ints, text: Ints) -> Floats:
        """Return A u + (1 - A) a: what tabling a text (W, B) promises its speaker (W,): (W,)."""
        row = np.arange(len(speaker))
        chance = self._chance_of_success(speaker, text)
        worth = utility_of(self.batch.utilities.own, text, self.batch.draw)[row, speaker]
        return chance * worth + (1.0 - chance) * self.threshold[row, speaker]

    def _chance_of_success(self, speaker: Ints, text: Ints) -> Floats:
        """Return what speakers (W,) believe the chance that texts (W, B) are signed and ratified.

        They keep to their own offers: the others must accept, and the bodies at home ratify. Who
        weighs no texts believes nothing: 0.
        """
        must_sign = self.batch.must_sign(text)
        chance = np.zeros(len(text))
        against = self.home.odds_against(text, must_sign, self.drivers)
        for actor in np.unique(speaker[self.weighs_offers(speaker)]).tolist():
            rows = np.flatnonzero(speaker == actor)
            chance[rows] = self._others_accept(actor, rows, text[rows], must_sign[rows])
            seen = against[rows, actor if against.shape[1] > 1 else 0]
            chance[rows] /= 1.0 + seen
        return chance

    def _others_accept(self, actor: int, rows: Ints, text: Ints, must_sign: Flags) -> Floats:
        """Return what an actor believes the chance that all others accept texts (n, B): (n,)."""
        believed = self._beliefs[self.names[actor]]
        worth = utility_of(believed.each, text, self.rows[rows])
        bar = self.threshold[rows] + believed.misjudged[self.rows[rows]]
        accepts = answers.chance_to_accept(worth, bar, self.noise[rows])
        asked = must_sign.copy()
        asked[:, actor] = False
        return np.asarray(np.where(asked, accepts, 1.0).prod(axis=1))

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds, as the batch does."""
        for name in self.PER_WORLD:
            setattr(self, name, of_worlds(getattr(self, name), rows))
        self.home.keep(rows)
        for tactic in self.tactics:
            tactic.keep(rows)

    def quality(self, draw: Ints) -> tuple[Floats, Floats] | None:
        """Return how good the solutions of a tactic are that solves something: (W,) each."""
        found = [tactic.quality(draw) for tactic in self.tactics]
        return next((quality for quality in found if quality is not None), None)

    @property
    def own(self) -> Floats:
        """Return what cells are worth to each, in every draw: (D, A, N)."""
        return self.batch.utilities.own

    @property
    def consent(self) -> Flags:
        """Return whose consent each cell needs, in every draw: (D, A, N)."""
        return self.batch.consent

    @property
    def draw(self) -> Ints:
        """Return the draw of each world in play: (W,)."""
        return self.batch.draw

    def beliefs(self, name: str) -> Beliefs:
        """Return what an actor, or a chair, believes of the others."""
        return self._beliefs.setdefault(name, Beliefs(self.batch, name))

    def number(self, path: str) -> Floats:
        """Return a number of the scenario in every world: (W,)."""
        return self.batch.number(path)

    def drawn(self, path: str) -> Floats:
        """Return a number of the scenario in every draw: (D,)."""
        return self.batch.draws[path]

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
        self.minds_texts = np.flatnonzero((self.walkout_sensitivity > 0).any(axis=0)).tolist()
        relaxation = batch.number("answers.relaxation")
        self.memory = memory_of_moods(batch.spec, self.rules, relaxation)
        self.looks_ahead = np.array([tactic.looks_ahead for tactic in tactics])
        self.capability = self._capability()
        self.withdraws = np.array([not tactic.keeps_to_offers for tactic in tactics])
        self.anticipates = np.array([actor.anticipates for actor in actors.values()])
        cost = [f"{paths[n]}.refusal_cost" if a.refusal_cost else None for n, a in actors.items()]
        self.refusal_cost = batch.numbers(cost)
        again = batch.spec.aftermath.renegotiation is not None
        self.renegotiation = batch.numbers(["aftermath.renegotiation" if again else None])
        self.forgotten = self._forgotten()

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
            consent=batch.consent,
            others=self._believed_of_others(),
            temperature=self._temperature,
            ahead=lambda: ahead_of(batch, rules),
            no_deal_ahead=lambda draws, weeks: expected_no_deal(replace(batch, draw=draws), weeks),
        )
        return [
            tactic(replace(every, columns=np.flatnonzero(followed == name)))
            for name, tactic in TACTICS.items()
            if name in followed
        ]

    def _believed_of_others(self) -> Floats:
        """Return what each believes the others' utilities to be, by its regard: (W, A, N).

        Nobody asks where nobody makes offers. What is believed is drawn while all are in play.
        """
        offers = self.batch.spec.protocols.offers
        if offers.name not in protocols_in_use(self.batch.spec):
            return np.zeros((len(self.rows), len(self.names), 0))
        if offers.drafts > 1:
            for actor in np.flatnonzero(self.weighs_offers(np.arange(len(self.names)))).tolist():
                believed = self._beliefs[self.names[actor]]
                _ = believed.each, believed.misjudged
        return side_by_side([self._beliefs[name].others for name in self.names])

    def _of(self, tactic: Tactic, values: Array) -> Array:
        """Return a tactic's columns (W, S) of values (W, A)."""
        return values if len(self.tactics) == 1 else values[:, tactic.seats.columns]

    def _joined(self, parts: Sequence[Floats]) -> Floats:
        """Return the columns of each tactic (W, S) as those of all actors (W, A)."""
        if len(parts) == 1:
            return parts[0]
        order = np.concatenate([tactic.seats.columns for tactic in self.tactics])
        return np.concatenate([part.T for part in parts])[np.argsort(order)].T

    def _by_tactic(
        self, actor: Ints, found: Callable[[Tactic, Ints | slice, Ints], Array]
    ) -> Array:
        """Return what each actor's own tactic says (V, N), from found(tactic, where, seats)."""
        if len(self.tactics) == 1:
            return found(self.tactics[0], slice(None), actor)
        parts, where = [], []
        for tactic in self.tactics:  # all of them, so that streams go on alike whoever speaks
            at = np.flatnonzero(np.isin(actor, tactic.seats.columns))
            parts.append(found(tactic, at, np.searchsorted(tactic.seats.columns, actor[at])))
            where.append(at)
        order = np.argsort(np.concatenate(where))
        return np.concatenate([part.T for part in parts], axis=-1)[:, order].T

    def _capability(self) -> Floats:
        """Return what each can bring to bear, 1 on average and where none is stated: (W, A)."""
        actors = self.batch.spec.actors.items()
        paths = [f"actors.{n}.capability" if a.capability else None for n, a in actors]
        stated = self.batch.numbers(paths, unstated=1.0)
        return stated / stated.mean(axis=1, keepdims=True)

    def _forgotten(self) -> Floats:
        """Return 0 for the last sessions that actors remember, else -inf: (W, memory)."""
        stated = self.batch.spec.answers.memory
        if stated is None:
            return np.zeros((len(self.rows), MEMORY))
        last = np.rint(self.batch.number("answers.memory"))
        ago = np.arange(round(stated.support[1]))
        return np.asfortranarray(np.where(ago < last[:, None], 0.0, -np.inf))

    def _foresee(self, text: Ints, must_sign: Flags) -> None:
        """Look ahead to the votes at home on the text (W, B): what it must be worth to each."""
        self.odds_against = np.zeros_like(self.threshold)
        self.asks = self.threshold
        if self.anticipates.any() and self.home.names:
            self.against = self.home.against(text, must_sign, self.drivers)
            seen = self.home.seen_by_all(self.against)
            self.odds_against = np.where(self.anticipates, seen, 0.0)
            self.asks = answers.line(self.threshold, self.odds_against, self.lost_by_refusal())

    def _remember(self, held: Flags) -> None:
        """Remember what the text promises: u where it is ratified, else what a refusal brings."""
        chance = 1.0 / (1.0 + self.odds_against)
        refused = self.threshold - self.lost_by_refusal()
        worth = chance * self.utility + (1.0 - chance) * refused
        rows = np.flatnonzero(held)
        self.recent[rows, :, self.polls[rows] % self.recent.shape[2]] = worth[rows]
        self.polls[rows] += 1


def memory_of_moods(scenario: Scenario, rules: Rules, relaxation: Floats) -> Floats:
    """Return the share of each actor's mood that is left a session later: (W, A).

    From relaxation times (W,); none where its tactic has fresh noise in every answer.
    """
    left = answers.mood_memory(rules.weeks_between, relaxation)
    tactics = [TACTICS[actor.tactic] for actor in scenario.actors.values()]
    return side_by_side([left * tactic.moods_last for tactic in tactics])
