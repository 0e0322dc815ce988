"""The negotiation as a Mesa model: actors who ask, draft, answer and leave, session by session.

State variables carry a leading axis of worlds, so one model steps a whole batch at once and one
world is a batch of one. The model keeps time and the rules of the talks; the actors hold their
own preferences, beliefs and moods; every equation is a function of `sim.bargaining`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import mesa
import numpy as np

from sim.bargaining import aftermath, drivers, endings, packages, protocols, tactics
from sim.bargaining.batch import open_batch
from sim.bargaining.ledger import NOBODY, Ledger, Record, bodies_of, settle
from sim.bargaining.protocols import Flags
from sim.bargaining.utilities import misread, utility_of
from sim.bargaining.worlds import of_worlds, side_by_side
from sim.randomness import Floats, Ints, Purpose, normal_quantile
from sim.scenario.outcomes import Ending
from sim.scenario.scenario import Protocol, Scenario


class Actor(mesa.Agent):
    """One party to the talks, in every world of the batch: its arrays are (W,) unless noted."""

    PER_WORLD = (
        "misjudged",  # its errors about the others' thresholds: (W, A)
        "starting_no_deal",
        "loadings",  # what the drivers add to no deal: (W, F)
        "aspiration",
        "concession",
        "patience",
        "noise",
        "accommodation",
        "temperature",
        "memory",
        "walkout_rate",
        "walkout_sensitivity",
        "mood",
        "recent",  # utility of the texts polled in the last sessions: (W, memory)
    )

    def __init__(self, model: NegotiationModel, name: str, index: int) -> None:
        super().__init__(model)
        self.name, self.index, self.spec = name, index, model.spec.actors[name]
        self._take_its_numbers()
        self._read_the_others()
        self.mood = np.empty(0)
        first = self._worth_of_the_initial_text()
        self.recent = side_by_side([first] * model.spec.memory)
        self.utility = self.threshold = self.no_deal = np.empty(0)
        self.accepted = np.empty(0, dtype=bool)
        self.asked = np.empty(0, dtype=np.int64)

    def look_around(self) -> None:
        """Take stock: its mood, what no deal is worth today, and what it demands."""
        model = self.model
        z = normal_quantile(model.batch.streams.uniforms(Purpose.MOOD, self.name))
        self.mood = tactics.next_mood(self.mood, self.memory, z) if model.round else z
        self.no_deal = self.starting_no_deal + (self.loadings * model.drivers).sum(axis=1)
        self.spent = tactics.patience_spent(model.week, self.patience, self.concession)
        self.threshold = tactics.threshold(self.no_deal, self.aspiration, self.spent)

    def ranks(self, where: Ints, cells: slice = slice(None)) -> Floats:
        """Return how it ranks some cells in some of the worlds in play: (where, cells)."""
        own = of_worlds(self.own[:, cells], self.model.batch.draw[where])
        if self.others is None:
            return own
        others = of_worlds(self.others[:, cells], self.model.rows[where])
        effort = self.accommodation[where] * self.spent[where]
        return tactics.proposal_scores(own, others, effort)

    def proposes(self, where: Ints, u: Floats) -> Ints:
        """Return a whole package of its choice in some of the worlds in play: (where, B)."""
        temperature = self.temperature[where]
        return packages.propose(self.model.space, self.ranks(where), temperature, u[where])

    def asks_for(self, text: Ints) -> Ints:
        """Return the one cell that it wants changed in a standing text (W, B)."""
        model = self.model
        losses = protocols.block_losses(self.own, self.best, text, model.batch.draw)
        u_block = model.batch.streams.uniforms(Purpose.BLOCK, self.name)
        u_option = model.batch.streams.uniforms(Purpose.AMENDMENT, self.name)
        self.asked = protocols.amendment(
            model.space, losses, self.ranks, self.temperature, u_block, u_option
        )
        return self.asked

    def drafts(self, text: Ints, asked: Ints) -> Ints:
        """Return the standing text (W, B) as it amends it, given what was asked for (W, A)."""
        model = self.model
        thresholds = side_by_side([actor.threshold for actor in model.actors])
        cells = protocols.draft(
            model.space,
            text,
            asked,
            self.believed,
            thresholds + self.misjudged,
            side_by_side([actor.noise for actor in model.actors]),
            model.base,
            self.index,
            model.batch.number("protocols.single_text.persuasion"),
            self.temperature,
            model.batch.streams.uniforms(Purpose.DRAFT, "text"),
            model.rows,
        )
        return protocols.amended(model.space, text, cells)

    def answers(self, text: Ints) -> Flags:
        """Return whether it would sign the text (W, B), and remember what it was worth."""
        model = self.model
        self.utility = worth = utility_of(self.own, text, model.batch.draw)
        if self.spec.anticipates:
            chance = model.chance_of_ratification(text)
            worth = chance * self.utility + (1.0 - chance) * self.no_deal
        mood = tactics.logistic_noise(self.mood)
        self.accepted = tactics.accepts(worth, self.threshold, self.noise, mood)
        self.accepted &= ~model.left[:, self.index]
        self.recent[:, model.round % self.recent.shape[1]] = self.utility
        return self.accepted

    def weeks_until_it_leaves(self) -> Floats:
        """Return when it would walk out at today's rate, in weeks from now."""
        u = self.model.batch.streams.uniforms(Purpose.WALKOUT, self.name)
        return tactics.weeks_to_leave(self.leaving_rate(), u)

    def leaving_rate(self) -> Floats:
        """Return the rate at which it walks out, per week."""
        regret = np.maximum(0.0, self.no_deal - self.recent.max(axis=1))
        rate = self.walkout_rate * (1.0 + self.walkout_sensitivity * regret)
        return np.where(self.model.left[:, self.index], 0.0, rate)

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds."""
        for name in self.PER_WORLD:
            setattr(self, name, of_worlds(getattr(self, name), rows))

    def _take_its_numbers(self) -> None:
        model, path = self.model, f"actors.{self.name}"
        batch, number = model.batch, model.batch.number
        self.own = np.asfortranarray(batch.utilities.own[:, self.index])
        self.best = packages.best_of_blocks(model.space, self.own)
        self.starting_no_deal = batch.utilities.no_deal[batch.draw, self.index]
        self.loadings = batch.loadings(f"{path}.loadings")
        for trait in ("aspiration", "concession", "patience", "noise", "accommodation"):
            setattr(self, trait, number(f"{path}.bargaining.{trait}"))
        self.temperature = model.temperatures[batch.draw, self.index]
        self.memory = tactics.mood_memory(model.weeks_between, number("answers.relaxation"))
        self.walkout_rate = number(f"{path}.walkout.rate", absent=0.0)
        self.walkout_sensitivity = number(f"{path}.walkout.sensitivity", absent=0.0)

    def _read_the_others(self) -> None:
        """Form beliefs of what texts are worth to the others, and of what they would sign."""
        model, batch, path = self.model, self.model.batch, f"actors.{self.name}.bargaining"
        regard = batch.regard(self.name)
        accommodates = bool((self.accommodation[:, None] * regard).any())
        holds_the_pen = self.name == model.drafter
        self.others: Floats | None = None
        self.believed = np.zeros((0, 0, 0))
        if accommodates or holds_the_pen:
            believed = misread(
                batch.space,
                batch.utilities,
                batch.draw,
                batch.streams,
                list(model.spec.actors),
                self.name,
                batch.number(f"{path}.misreading"),
            )
            if holds_the_pen:
                self.believed = believed
            if accommodates:
                self.others = sum(
                    regard[:, other, None] * believed[:, other]
                    for other in range(believed.shape[1])
                )
        sd = batch.number(f"{path}.misjudgement")
        self.misjudged = side_by_side(
            [
                sd * normal_quantile(batch.streams.uniforms(Purpose.MISJUDGEMENT, address))
                for address in (f"{self.name}/{other}" for other in model.spec.actors)
            ]
        )

    def _worth_of_the_initial_text(self) -> Floats:
        """Return the worth of the text on the table at first; no deal's where there is none."""
        initial = self.model.initial_text
        if initial is None:
            return self.starting_no_deal
        return utility_of(self.own, initial, self.model.batch.draw)


class NegotiationModel(mesa.Model):
    """A batch of worlds of one scenario.

    Args:
        scenario: what is negotiated.
        seed: root seed of all streams.
        replications: worlds of each draw, R.
        worlds: numbers of the worlds to play, all of one batch; default: the first.
        collect: whether to keep every session in `datacollector`: for single worlds and small
            batches.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """

    PER_WORLD = (
        "rows",
        "text",
        "drivers",
        "left",
        "deadline",
        "extensions",
        "granted",  # whether each extension would be: (W, times + 1)
        "chances",  # to be recognised: (W, A)
        "votes",  # weights under a quota: (W, A)
    )

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 0,
        replications: int = 1,
        worlds: Sequence[int] | Ints = (0,),
        collect: bool = False,
    ) -> None:
        super().__init__(rng=seed)
        self.spec = scenario
        self.batch = open_batch(scenario, seed, replications, np.asarray(worlds, dtype=np.int64))
        self.space = self.batch.space
        self._whole = self.batch.afresh()
        self._set_the_rules()
        self._set_the_table()
        self.actors = [Actor(self, name, index) for index, name in enumerate(scenario.actors)]
        self.datacollector = _collector() if collect else None

    def run(self) -> Record:
        """Play every session and the time after the signatures; return how each world went."""
        while self.running:
            self.step()
        return self.record()

    def step(self) -> None:
        """Hold one session of the talks, in every world that still talks."""
        self._leave_the_ended_worlds()
        self._take_stock()
        self._put_a_text_on_the_table()
        self._poll_the_actors()
        self._sign_where_all_who_must_accept()
        self._let_the_deadline_pass()
        self._let_actors_walk_out()
        self._stop_at_the_horizon()
        self._let_time_pass()

    def record(self) -> Record:
        """Return how each world went, the time after the signatures included."""
        return settle(self.ledger, self._whole)

    def chance_of_ratification(self, text: Ints) -> Floats:
        """Return the chance that all bodies concerned would ratify texts (W, B) today: (W,)."""
        bodies = bodies_of(self.batch, text)
        chance = aftermath.chances(bodies, self.drivers)
        return np.asarray(np.where(bodies.decides, chance, 1.0).prod(axis=1))

    @property
    def interval(self) -> float:
        """Return the weeks from this session to the next, or to the horizon."""
        return min(self.weeks_between, self.horizon - self.week)

    def _set_the_rules(self) -> None:
        spec, names = self.spec, list(self.spec.actors)
        self.weeks_between = spec.calendar.weeks_between_sessions.mean
        self.horizon = spec.calendar.horizon.mean
        self.base = np.isin(names, spec.signatories.base)
        imprecision = [self.batch.draws[f"actors.{n}.bargaining.imprecision"] for n in names]
        self.temperatures = packages.temperature_for_loss(
            self.space, self.batch.utilities.own, side_by_side(imprecision)
        )
        self.mediator = NOBODY if spec.mediator is None else names.index(spec.mediator)
        deadline, single = spec.calendar.deadline, spec.protocols.single_text
        self.goes_on_without_mediator = deadline is not None and deadline.then == "offers"
        self.drafter = single.drafter if single and spec.protocol is Protocol.SINGLE_TEXT else None
        # Without these the talks end: the signatories, who holds the pen, the mediator if so ruled.
        self.needed = self.base | np.array([name == self.drafter for name in names])
        if self.mediator != NOBODY and not self.base[self.mediator]:
            self.needed[self.mediator] = not self.goes_on_without_mediator
        self.initial_text: Ints | None = None
        if single is not None:
            initial = self.space.text(spec.texts[single.initial].terms)
            self.initial_text = np.tile(initial, (len(self.batch.worlds), 1))
        offers, quota = spec.protocols.offers, spec.signatories.quota
        self.order = np.array([names.index(name) for name in offers.order or names])
        self.chances = self._shares("protocols.offers.chances", offers.chances)
        self.quota = None if quota is None else quota.share
        self.votes = self._shares("signatories.quota.weights", quota.weights if quota else {})

    def _shares(self, path: str, stated: Collection[str]) -> Floats:
        """Return the actors' stated shares, 0 where not stated; equal if none is stated: (W, A)."""
        absent = 0.0 if stated else 1.0
        return self.batch.numbers([f"{path}.{name}" for name in self.spec.actors], absent)

    def _set_the_table(self) -> None:
        worlds, actors, blocks = (
            len(self.batch.worlds),
            len(self.spec.actors),
            len(self.space.blocks),
        )
        self.round, self.week = 0, 0.0
        self.rows = np.arange(worlds)
        self.left = np.zeros((worlds, actors), dtype=bool, order="F")
        nothing = np.zeros((worlds, blocks), dtype=np.int64, order="F")
        self.text = nothing if self.initial_text is None else self.initial_text.copy(order="F")
        self.drivers = drivers.starting_values(self.batch)
        deadline = self.spec.calendar.deadline
        days = (deadline.date - self.spec.calendar.start).days if deadline else np.inf
        self.deadline = np.full(worlds, days / 7)
        self.extensions = np.zeros(worlds, dtype=np.int64)
        self.granted = endings.granted_extensions(self.batch)
        self.speaker = np.full(worlds, NOBODY)
        self.ledger = Ledger(worlds, actors, blocks, len(self.spec.drivers))

    def _leave_the_ended_worlds(self) -> None:
        talking = self.ledger.talking(self.rows)
        if talking.all():
            return
        rows = np.flatnonzero(talking)
        for name in self.PER_WORLD:
            setattr(self, name, of_worlds(getattr(self, name), rows))
        for actor in self.actors:
            actor.keep(rows)
        self.batch.keep(rows)

    def _take_stock(self) -> None:
        for actor in self.actors:
            actor.look_around()

    def _put_a_text_on_the_table(self) -> None:
        if self.drafter is None:
            self.speaker, self.text = self._offer()
        else:
            self._amend_the_standing_text(self.drafter)
        if self.round == 0:
            self.ledger.first_text[self.rows] = self.text

    def _offer(self) -> tuple[Ints, Ints]:
        """Let one actor in each world propose a whole package; return who, and the packages."""
        streams = self.batch.streams
        if self.spec.protocols.offers.recognition == "rotation":
            speaker = protocols.in_turn(self.order, ~self.left, self.round)
        else:
            u = streams.uniforms(Purpose.RECOGNITION, "speaker")
            speaker = protocols.recognised(self.chances, ~self.left, u)
        blocks = ["/".join(block) for block in self.space.blocks]
        u = side_by_side([streams.uniforms(Purpose.PROPOSAL, block) for block in blocks])
        offer = np.empty_like(self.text)
        for actor in self.actors:
            speaks = np.flatnonzero(speaker == actor.index)
            if len(speaks):
                offer[speaks] = actor.proposes(speaks, u)
        return speaker, offer

    def _amend_the_standing_text(self, drafter_name: str) -> None:
        """Let the drafter amend the text; where the mediator has left, all make offers."""
        drafter = next(actor for actor in self.actors if actor.name == drafter_name)
        asked = side_by_side([actor.asks_for(self.text) for actor in self.actors])
        text = drafter.drafts(self.text, np.where(self.left, NOBODY, asked))
        speaker = np.full(len(self.rows), drafter.index)
        if self.goes_on_without_mediator:
            alone = self.left[:, self.mediator]
            who, offer = self._offer()
            speaker = np.where(alone, who, speaker)
            text = np.where(alone[:, None], offer, text)
        self.speaker, self.text = speaker, text

    def _poll_the_actors(self) -> None:
        for actor in self.actors:
            actor.answers(self.text)
        self.must_sign = protocols.signatories(self.space, self.base, self.text)
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def _sign_where_all_who_must_accept(self) -> None:
        accepted = side_by_side([actor.accepted for actor in self.actors])
        signed = protocols.is_signed(accepted, self.must_sign, self.quota, self.votes)
        self.ledger.text[self.rows[signed]] = self.text[signed]
        self._end(signed, Ending.IN_FORCE, self.week)

    def _let_the_deadline_pass(self) -> None:
        if self.spec.calendar.deadline is None:
            return
        self.deadline, self.extensions, lapsed = endings.deadlines_passed(
            self.deadline,
            self.extensions,
            self.granted,
            self.batch.number("calendar.deadline.weeks"),
            self.week + self.interval,
        )
        goes = self._talking() & (lapsed < np.inf)
        self.left[goes, self.mediator] = True
        self._end_without(self.actors[self.mediator], goes, Ending.MEDIATOR_LEFT, lapsed)

    def _let_actors_walk_out(self) -> None:
        """Let each actor leave at its own rate; the first whom the talks need ends them."""
        when = np.column_stack([actor.weeks_until_it_leaves() for actor in self.actors])
        leaves = (when < self.interval) & self._talking()[:, None]
        end = np.where(leaves & self.needed, when, np.inf).min(axis=1)
        leaves &= when <= end[:, None]
        self.left |= leaves
        for actor in self.actors:
            ending = Ending.MEDIATOR_LEFT if actor.index == self.mediator else Ending.COLLAPSED
            self._end_without(actor, leaves[:, actor.index], ending, self.week + end)

    def _stop_at_the_horizon(self) -> None:
        if self.week + self.interval >= self.horizon - 1e-9:
            self._end(self._talking(), Ending.TALKING, self.horizon)

    def _let_time_pass(self) -> None:
        week = np.full(len(self.rows), self.week)
        self.drivers = drivers.moved(self.batch, self.drivers, week, self.interval)
        self.round += 1
        self.week = self.round * self.weeks_between
        self.running = bool(self._talking().any())

    def _talking(self) -> Flags:
        """Return in which of the worlds in play the talks go on."""
        return self.ledger.talking(self.rows)

    def _end_without(self, actor: Actor, where: Flags, ending: Ending, when: Floats) -> None:
        """End the talks in the worlds that an actor left, where it is needed."""
        if self.needed[actor.index]:
            self.ledger.by[self.rows[where], actor.index] = True
            self._end(where, ending, when)

    def _end(self, where: Flags, ending: Ending, when: Floats | float) -> None:
        """Note how the talks ended in some of the worlds in play."""
        if where.any():
            no_deal = side_by_side([actor.no_deal for actor in self.actors])
            week = np.broadcast_to(when, where.shape)[where]
            rows, world_outside = self.rows[where], self.drivers[where]
            self.ledger.end(rows, ending, self.round, week, world_outside, no_deal[where])


def _collector() -> mesa.DataCollector:
    """Return the view of every session: a value in a single world, an array over several."""

    def plain(values: Any) -> Any:
        return values[0].item() if len(values) == 1 else values.copy()

    return mesa.DataCollector(
        model_reporters={
            "round": "round",
            "week": "week",
            "worlds": lambda model: plain(model.batch.worlds),
            "speaker": lambda model: plain(model.speaker),
        },
        agent_reporters={
            "actor": "name",
            "utility": lambda actor: plain(actor.utility),
            "no_deal": lambda actor: plain(actor.no_deal),
            "threshold": lambda actor: plain(actor.threshold),
            "accepted": lambda actor: plain(actor.accepted),
        },
    )
