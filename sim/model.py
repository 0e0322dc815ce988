"""The negotiation as a Mesa model: actors who ask, draft, answer and leave, session by session.

State variables carry a leading axis of worlds, so one model steps a whole batch at once and one
world is a batch of one. The model keeps time and the rules of the talks; the actors hold their
own preferences, beliefs and moods; every equation is a function of `sim.bargaining`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

import mesa
import numpy as np

from sim.bargaining import aftermath, drivers, endings, packages, protocols, tactics
from sim.bargaining.batch import open_batch
from sim.bargaining.beliefs import beliefs_of
from sim.bargaining.foresight import foresight_of
from sim.bargaining.ledger import NOBODY, Ledger, Record, bodies_of, settle
from sim.bargaining.protocols import Flags
from sim.bargaining.rules import rules_of
from sim.bargaining.utilities import utility_of
from sim.bargaining.worlds import of_actors, of_worlds, side_by_side
from sim.randomness import Floats, Ints, Purpose, normal_quantile
from sim.scenario.outcomes import Ending
from sim.scenario.scenario import Scenario


class Actor(mesa.Agent):
    """One party to the talks, in every world of the batch: its arrays are (W,) unless noted."""

    PER_WORLD = (
        "misjudged",  # its errors about the others' thresholds: (W, A)
        "starting_no_deal",
        "loadings",  # what the drivers add to no deal: (W, F)
        "noise",
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
        self.beliefs = beliefs_of(model.batch, name, holds_the_pen=name == model.drafter)
        self.misjudged = self.beliefs.misjudged
        self.recent = side_by_side([self._worth_of_the_first_text()] * model.spec.memory)
        self.mood = self.utility = self.threshold = self.no_deal = self.effort = np.empty(0)
        self.wavering = np.empty(0)
        self.accepted = np.empty(0, dtype=bool)
        self.asked = np.empty(0, dtype=np.int64)

    def look_around(self) -> None:
        """Take stock: its mood, what no deal is worth today, and what it demands."""
        model, draw = self.model, self.model.batch.draw
        z = normal_quantile(model.batch.streams.uniforms(Purpose.MOOD, self.name))
        self.mood = tactics.next_mood(self.mood, self.memory, z) if model.round else z
        self.no_deal = self.starting_no_deal + (self.loadings * model.drivers).sum(axis=1)
        if model.foresight is not None:
            self.threshold = model.foresight.thresholds(draw, model.round)[:, self.index]
            return
        spent = tactics.patience_spent(model.week, self.patience, self.concession)
        self.threshold = tactics.threshold(self.no_deal, self.aspiration[draw], spent[draw])
        self.effort = (self.accommodation * spent)[draw]

    def misses(self, text: Ints) -> Floats:
        """Return what each block of a text (W, B) falls short of what it would like best there."""
        return protocols.block_losses(self.own, self.best, text, self.model.batch.draw)

    def drafts(self, text: Ints, asked: Ints) -> Ints:
        """Return the standing text (W, B) as it amends it, given what was asked for (W, A)."""
        model = self.model
        assert self.beliefs.each is not None
        thresholds = side_by_side([actor.threshold for actor in model.actors])
        cells = protocols.draft(
            model.space,
            text,
            asked,
            self.beliefs.each,
            thresholds + self.misjudged,
            side_by_side([actor.noise for actor in model.actors]),
            model.rules.base,
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
        mood, noise = tactics.logistic_noise(self.mood), self.noise
        if model.foresight is not None:
            noise = np.where(model.speaker == self.index, 0.0, noise)
        self.wavering = noise * mood
        self.accepted = tactics.accepts(worth, self.threshold, noise, mood)
        self.accepted &= ~model.left[:, self.index]
        self.recent[:, model.round % self.recent.shape[1]] = self.utility
        return self.accepted

    def weeks_until_it_leaves(self) -> Floats:
        """Return when it would walk out at today's rate, in weeks from now."""
        u = self.model.batch.streams.uniforms(Purpose.WALKOUT, self.name)
        regret = self.no_deal - self.recent.max(axis=1)
        rate = tactics.leaving_rate(self.walkout_rate, self.walkout_sensitivity, regret)
        rate[self.model.left[:, self.index]] = 0.0
        return tactics.weeks_to_leave(rate, u)

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
        self.noise = number(f"{path}.bargaining.noise")
        for trait in ("aspiration", "concession", "patience", "accommodation"):
            setattr(self, trait, batch.draws[f"{path}.bargaining.{trait}"])  # of each draw: (D,)
        self.temperature = model.temperatures[batch.draw, self.index]
        self.memory = tactics.mood_memory(model.rules.weeks_between, number("answers.relaxation"))
        if model.foresight is not None:
            self.memory = np.zeros_like(self.memory)  # its equilibrium has fresh noise every time
        self.walkout_rate = number(f"{path}.walkout.rate", absent=0.0)
        self.walkout_sensitivity = number(f"{path}.walkout.sensitivity", absent=0.0)

    def _worth_of_the_first_text(self) -> Floats:
        """Return the worth of the text on the table at first; no deal's where there is none."""
        if self.model.spec.protocols.single_text is None:
            return self.starting_no_deal
        return utility_of(self.own, self.model.text, self.model.batch.draw)


class NegotiationModel(mesa.Model):
    """A batch of worlds of one scenario.

    Args:
        scenario: what is negotiated.
        seed: root seed of all streams.
        replications: worlds of each draw, R.
        worlds: numbers of the worlds to play, in order, of a few batches; default: the first.
        collect: whether to keep every session in `datacollector`: for single worlds and small
            batches.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """

    PER_WORLD = ("rows", "text", "drivers", "left", "deadline", "extensions", "granted")

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
        self.rules = rules_of(scenario)
        self.foresight = foresight_of(self.batch, self.rules)
        self.drafter = self.rules.drafter
        self._set_the_table()
        self._seat_the_actors()
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
        record = settle(self.ledger, self._whole)
        if self.foresight is None:
            return record
        hopeless, step = self.foresight.quality(self._whole.draw)
        return replace(record, hopeless=hopeless, step=step)

    def chance_of_ratification(self, text: Ints) -> Floats:
        """Return the chance that all bodies concerned would ratify texts (W, B) today: (W,)."""
        bodies = bodies_of(self.batch, text)
        chance = aftermath.chances(bodies, self.drivers)
        return np.asarray(np.where(bodies.decides, chance, 1.0).prod(axis=1))

    def _set_the_table(self) -> None:
        worlds, actors = len(self.batch.worlds), len(self.spec.actors)
        blocks = len(self.space.blocks)
        self.round, self.week = 0, 0.0
        self.rows = np.arange(worlds)  # of the worlds in play, in tables that are kept whole
        self.left = np.zeros((worlds, actors), dtype=bool, order="F")
        self.text = np.zeros((worlds, blocks), dtype=np.int64, order="F")
        if single := self.spec.protocols.single_text:
            self.text[:] = self.space.text(self.spec.texts[single.initial].terms)
        self.drivers = drivers.starting_values(self.batch)
        steps = repeat(self.rules.weeks_between)
        self.course = drivers.Course(self.batch, self.drivers, np.zeros(worlds), steps)
        self.deadline = np.full(worlds, self.rules.deadline)
        self.extensions = np.zeros(worlds, dtype=np.int64)
        self.granted = endings.granted_extensions(self.batch)
        self.speaker = np.full(worlds, NOBODY)
        self.ledger = Ledger(worlds, actors, blocks, len(self.spec.drivers))

    def _seat_the_actors(self) -> None:
        names, own = list(self.spec.actors), self.batch.utilities.own
        losses = [self.batch.draws[f"actors.{name}.bargaining.imprecision"] for name in names]
        self.temperatures = packages.temperature_for_loss(self.space, own, side_by_side(losses))
        self.actors = [Actor(self, name, index) for index, name in enumerate(names)]
        # What each actor believes of the others, weighted by its regard: (worlds, A, N).
        self.others = side_by_side([actor.beliefs.others for actor in self.actors])

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
        self.course.keep(rows)

    def _take_stock(self) -> None:
        for actor in self.actors:
            actor.look_around()

    def _put_a_text_on_the_table(self) -> None:
        if self.drafter is None:
            self.speaker, self.text = self._offer()
        else:
            self._amend_the_standing_text()
        if self.round == 0:
            self.ledger.first_text[self.rows] = self.text

    def _offer(self) -> tuple[Ints, Ints]:
        """Let one actor in each world propose a whole package; return who, and the packages."""
        streams, offers = self.batch.streams, self.spec.protocols.offers
        if offers.recognition == "rotation":
            speaker = protocols.in_turn(self.rules.order, ~self.left, self.round)
        else:
            chances = self.batch.shares("protocols.offers.chances", offers.chances)
            u = streams.uniforms(Purpose.RECOGNITION, "speaker")
            speaker = protocols.recognised(chances, ~self.left, u)
        if self.foresight is not None:
            u = streams.uniforms(Purpose.PROPOSAL, "package")
            return speaker, self.foresight.offers(self.batch.draw, self.round, speaker, u)
        voices = speaker * len(self.rows) + np.arange(len(self.rows))
        blocks = ["/".join(block) for block in self.space.blocks]
        u = side_by_side([streams.uniforms(Purpose.PROPOSAL, block) for block in blocks])
        temperature = self._voices("temperature")[voices]
        return speaker, packages.propose(self.space, self._ranks(voices), temperature, u)

    def _hear_what_each_would_change(self) -> Ints:
        """Return the one cell that each actor wants changed in the standing text: (W, A)."""
        streams, names = self.batch.streams, list(self.spec.actors)
        cells = protocols.amendment(
            self.space,
            np.concatenate([actor.misses(self.text) for actor in self.actors]),
            self._ranks,
            self._voices("temperature"),
            np.concatenate([streams.uniforms(Purpose.BLOCK, name) for name in names]),
            np.concatenate([streams.uniforms(Purpose.AMENDMENT, name) for name in names]),
        )
        asked: Ints = cells.reshape(len(names), -1).T
        for actor in self.actors:
            actor.asked = asked[:, actor.index]
        return asked

    def _voices(self, name: str) -> Floats:
        """Return something of every actor in every world in play, actor after actor: (A x W,)."""
        return np.concatenate([getattr(actor, name) for actor in self.actors])

    def _ranks(self, voices: Ints, cells: slice = slice(None)) -> Floats:
        """Return how some voices rank what they may propose: (voices, cells)."""
        actors, worlds = np.divmod(voices, len(self.rows))
        own = of_actors(self.batch.utilities.own[..., cells], self.batch.draw[worlds], actors)
        others = of_actors(self.others[..., cells], self.rows[worlds], actors)
        return tactics.proposal_scores(own, others, self._voices("effort")[voices])

    def _amend_the_standing_text(self) -> None:
        """Let the drafter amend the text; where the mediator has left, all make offers."""
        asked = self._hear_what_each_would_change()
        drafter = next(actor for actor in self.actors if actor.name == self.drafter)
        text = drafter.drafts(self.text, np.where(self.left, NOBODY, asked))
        speaker = np.full(len(self.rows), drafter.index)
        if self.rules.goes_on_without_mediator:
            alone = self.left[:, self.rules.mediator]
            who, offer = self._offer()
            speaker = np.where(alone, who, speaker)
            text = np.where(alone[:, None], offer, text)
        self.speaker, self.text = speaker, text

    def _poll_the_actors(self) -> None:
        for actor in self.actors:
            actor.answers(self.text)
        self.must_sign = protocols.signatories(self.space, self.rules.base, self.text)
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def _sign_where_all_who_must_accept(self) -> None:
        accepted = side_by_side([actor.accepted for actor in self.actors])
        quota = self.spec.signatories.quota
        votes = self.batch.shares("signatories.quota.weights", quota.weights) if quota else None
        signed = protocols.is_signed(accepted, self.must_sign, self.rules.quota, votes)
        if self.foresight is not None:  # an offer that its proposer regrets is withdrawn
            signed &= accepted[np.arange(len(signed)), self.speaker]
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
            self.week + self.rules.interval(self.week),
        )
        goes = self._talking() & (lapsed < np.inf)
        self.left[goes, self.rules.mediator] = True
        self._end_without(self.actors[self.rules.mediator], goes, Ending.MEDIATOR_LEFT, lapsed)

    def _let_actors_walk_out(self) -> None:
        """Let each actor leave at its own rate; the first whom the talks need ends them."""
        when = side_by_side([actor.weeks_until_it_leaves() for actor in self.actors])
        leaves = (when < self.rules.interval(self.week)) & self._talking()[:, None]
        end = np.where(leaves & self.rules.needed, when, np.inf).min(axis=1)
        leaves &= when <= end[:, None]
        self.left |= leaves
        for actor in self.actors:
            ending = (
                Ending.MEDIATOR_LEFT if actor.index == self.rules.mediator else Ending.COLLAPSED
            )
            self._end_without(actor, leaves[:, actor.index], ending, self.week + end)

    def _stop_at_the_horizon(self) -> None:
        if self.week + self.rules.interval(self.week) >= self.rules.horizon - 1e-9:
            self._end(self._talking(), Ending.TALKING, self.rules.horizon)

    def _let_time_pass(self) -> None:
        self.drivers = self.course.move()
        self.round += 1
        self.week = self.round * self.rules.weeks_between
        self.running = bool(self._talking().any())

    def _talking(self) -> Flags:
        """Return in which of the worlds in play the talks go on."""
        return self.ledger.talking(self.rows)

    def _end_without(self, actor: Actor, where: Flags, ending: Ending, when: Floats) -> None:
        """End the talks in the worlds that an actor left, where it is needed."""
        if self.rules.needed[actor.index]:
            self.ledger.by[self.rows[where], actor.index] = True
            self._end(where, ending, when)

    def _end(self, where: Flags, ending: Ending, when: Floats | float) -> None:
        """Note how the talks ended in some of the worlds in play."""
        ended = np.flatnonzero(where)
        if len(ended):
            no_deal = side_by_side([actor.no_deal[ended] for actor in self.actors])
            week = np.broadcast_to(when, where.shape)[ended]
            rows, world_outside = self.rows[ended], self.drivers[ended]
            self.ledger.end(rows, ending, self.round, week, world_outside, no_deal)


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
