"""The negotiation as a Mesa model: actors who ask, draft, answer and leave, session by session.

State variables carry a leading axis of worlds, so one model steps a whole batch at once and one
world is a batch of one. The model keeps time and the rules of the talks. What the actors hold, feel
and say is computed for all of them at once in `Parties`, of which each actor is a column; every
equation is a function of `sim.bargaining`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

import mesa
import numpy as np

from sim.bargaining.arrays import of_worlds
from sim.draws.draws import Draws
from sim.draws.streams import Floats, Ints
from sim.scenario.events import Happening
from sim.scenario.outcomes import Ending
from sim.scenario.scenario import Scenario
from sim.talks.batch import open_batch
from sim.talks.before import signed_before
from sim.talks.course import Course, starting_values
from sim.talks.happenings import Happenings
from sim.talks.parties import Parties
from sim.talks.record import NOBODY, Ledger, Record, settled
from sim.talks.rules import rules_of

FEW = 0.03  # of the worlds in play: so many that have ended may stay in the arrays
ROUNDING = 1e-9  # weeks; sessions that fall on the horizon, by arithmetic, are none


class Column:
    """An actor's own column of what the model keeps of all parties: (W, ...)."""

    def __set_name__(self, owner: type[Actor], name: str) -> None:
        self.name = name

    def __get__(self, actor: Actor, owner: type[Actor]) -> Any:
        """Return the column."""
        return getattr(actor.model.parties, self.name)[:, actor.index]


class Actor(mesa.Agent):
    """One party to the talks, in every world of the batch.

    What it holds, feels, demands, asks for and answers is its column of `Parties`, where the
    equations are computed once for all actors.
    """

    mood = Column()
    no_deal = Column()  # what no deal is worth to it today
    threshold = Column()  # what it demands
    utility = Column()  # what the text on the table is worth to it
    wavering = Column()  # what its mood adds to that
    accepted = Column()
    recent = Column()  # utility of the texts polled in the last sessions: (W, memory)

    def __init__(self, model: NegotiationModel, name: str, index: int) -> None:
        super().__init__(model)
        self.name, self.index, self.spec = name, index, model.spec.actors[name]


class NegotiationModel(mesa.Model):
    """A batch of worlds of one scenario.

    Args:
        scenario: what is negotiated.
        seed: root seed of all streams.
        replications: worlds of each draw, R.
        worlds: numbers of the worlds to play, in order, of a few batches; default: the first.
        collect: whether to keep every session in `datacollector`, and in the diary's `story` all
            that happens: for single worlds and small batches.
        draws: those of the batches, where they were drawn before.
        moods: as the record has left them, where it was played before: (W, A). Then it is not
            played here, and no world contradicts it.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """

    PER_WORLD = ("rows", "text", "drivers")

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 0,
        replications: int = 1,
        worlds: Sequence[int] | Ints = (0,),
        collect: bool = False,
        draws: Draws | None = None,
        moods: Floats | None = None,
    ) -> None:
        super().__init__(rng=seed)
        self.spec = scenario
        numbers = np.asarray(worlds, dtype=np.int64)
        self.batch = open_batch(scenario, seed, replications, numbers, draws)
        self.space = self.batch.space
        self._whole = self.batch.afresh()
        self.rules = rules_of(scenario)
        self._set_the_table()
        self._seat_the_actors()
        if moods is not None:
            self.parties.go_on_from(moods)
        elif scenario.record:
            before = self.batch, self.parties, self.table, self.text, self.drivers
            self.ledger.set_aside(signed_before(*before))
            self.running = bool(self.ledger.goes_on(self.rows).any())
        self.datacollector = _collector() if collect else None
        self.ledger.diary.story = [] if collect else None

    def run(self) -> Record:
        """Play every session and the time after the signatures; return how each world went."""
        while self.running:
            self.step()
        return self.record()

    def step(self) -> None:
        """Hold a session where the talks are not suspended, and let time pass until the next."""
        self._leave_the_ended_worlds()
        if self._is_before_the_horizon():
            self._take_stock()
            self._put_a_text_on_the_table()
            self._poll_the_actors()
            self._sign_where_all_who_must_accept()
        else:
            self.held[:] = False  # only votes at home are left
        self._let_happen_what_happens_until_the_next()
        self._stop_at_the_horizon()
        self._let_time_pass()

    def record(self) -> Record:
        """Return how each world went, the time after the signatures included."""
        record, quality = settled(self.ledger, self._whole), self.parties.quality(self._whole.draw)
        if quality is None:
            return record
        hopeless, step = quality
        return replace(record, hopeless=hopeless, step=step)

    def _set_the_table(self) -> None:
        worlds, blocks = len(self.batch.worlds), len(self.space.blocks)
        self.round, self.week = 0, 0.0
        self.rows = np.arange(worlds)  # of the worlds in play, in tables that are kept whole
        self.text = np.zeros((worlds, blocks), dtype=np.int64, order="F")
        if opening := self.spec.protocols.of(self.spec.protocol).opening:
            self.text[:] = self.space.text(self.spec.texts[opening].terms)
        self.drivers = starting_values(self.batch)
        steps = repeat(self.rules.weeks_between)
        self.course = Course(self.batch, self.drivers, np.zeros(worlds), steps)
        self.speaker = np.full(worlds, NOBODY)
        self.held = np.ones(worlds, dtype=bool)  # where a session is held
        self.ledger = Ledger(self.batch)

    def _seat_the_actors(self) -> None:
        self.parties = Parties(self.batch, self.rules, self.text)
        self.table = self.spec.protocols.at_the_table(self.spec.protocol, self.parties)
        mediates, goes_on = self.rules.mediates, self.rules.goes_on_without_mediator
        needed = self.rules.base | np.where(mediates, not goes_on, self.table.needed)
        home, ledger = self.parties.home, self.ledger
        self.happenings = Happenings(self.batch, self.rules, home, needed, ledger)
        self.actors = [Actor(self, name, index) for index, name in enumerate(self.spec.actors)]

    def _leave_the_ended_worlds(self) -> None:
        goes_on = self.ledger.goes_on(self.rows)
        if goes_on.mean() > 1 - FEW and len(goes_on) > 1:  # not worth a copy of all
            return
        rows = np.flatnonzero(goes_on)
        for name in self.PER_WORLD:
            setattr(self, name, of_worlds(getattr(self, name), rows))
        self.parties.keep(rows)
        self.table.keep(rows)
        self.happenings.keep(rows)
        self.batch.keep(rows)
        self.course.keep(rows)

    def _take_stock(self) -> None:
        self.parties.look_around(self.round, self.week, self.drivers, self.happenings.away)
        self.happenings.open_session(self.round, self.parties.no_deal)
        self.held = ~(self.happenings.pending | self.happenings.suspended)
        self.held &= self.ledger.goes_on(self.rows)

    def _put_a_text_on_the_table(self) -> None:
        speaker, text = self.table.put(self.round, self.text, self.happenings.away, self.held)
        self.speaker = np.where(self.held, speaker, NOBODY)
        self.text = np.where(self.held[:, None], text, self.text)
        if self.round == 0:
            self.ledger.first_text[self.rows] = self.text
        if self.ledger.diary.waits_for(Happening.TABLED):
            rows, text = self.rows[self.held], self.text[self.held]
            self.ledger.diary.note(Happening.TABLED, rows, self.week, text)

    def _poll_the_actors(self) -> None:
        self.must_sign = self.batch.must_sign(self.text)
        self.parties.answer(self.text, self.round, self.speaker, self.must_sign, self.held)
        held = np.flatnonzero(self.held)
        said = self.parties.answers(held, self.must_sign)
        self.ledger.refusals.note(self.rows[held], self.text[held], said)
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def _sign_where_all_who_must_accept(self) -> None:
        signed = self.parties.agree(self.speaker, self.must_sign) & self.held
        self.happenings.sign(signed, self.week, self.text, self.must_sign, self.drivers)

    def _let_happen_what_happens_until_the_next(self) -> None:
        nobody = np.zeros((len(self.rows), len(self.actors)))
        leaving = self.parties.leaving() if self._is_before_the_horizon() else nobody
        later = self.week + self.rules.weeks_between
        self.happenings.pass_by(self.week, later, leaving, self.text, self.drivers)

    def _stop_at_the_horizon(self) -> None:
        if self.week + self.rules.weeks_between >= self.rules.horizon - ROUNDING:
            talking = self.ledger.goes_on(self.rows) & ~self.happenings.pending
            suspended = talking & self.happenings.suspended
            for ending, where in (
                (Ending.SUSPENDED, suspended),
                (Ending.TALKING, talking & ~suspended),
            ):
                self.happenings.end(np.flatnonzero(where), ending, self.rules.horizon)

    def _is_before_the_horizon(self) -> bool:
        return self.week < self.rules.horizon - ROUNDING

    def _let_time_pass(self) -> None:
        self.drivers = self.course.move()
        self.round += 1
        self.week = self.round * self.rules.weeks_between
        self.running = bool(self.ledger.goes_on(self.rows).any())


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
