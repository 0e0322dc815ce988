"""What happens between two sessions, in the order of its moments.

A deadline passes, somebody leaves or comes back, a body at home votes on a signed text, something
that took effect at signature is broken. Each has its own moment, at exact rates in continuous
time, so that none comes before another by its kind and all follow the same law whatever the
calendar of the talks.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.bargaining.arrays import Array, Flags, of_worlds, side_by_side
from sim.bargaining.rules import Rules
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Ints, Purpose
from sim.scenario.events import Happening
from sim.scenario.outcomes import WEEKS_PER_MONTH, Ending
from sim.talks.batch import Batch
from sim.talks.course import OnTheDay
from sim.talks.endings import DROPPED, KEPT, MOVED, fate
from sim.talks.home import Home
from sim.talks.preferences import utility_of
from sim.talks.record import Ledger
from sim.talks.successive import Successive

NEVER = np.inf


class Happenings:
    """The state of the talks beside the text: who is away, which deadline holds, what is pending.

    Arrays are of the worlds in play, (W,) unless noted; weeks are counted from the start.
    """

    PER_WORLD = (
        "rows",  # of the worlds in play, in the ledger
        "away",  # who is away from the talks: (W, A)
        "clock",  # how much of its own time each has left until it leaves or returns: (W, A)
        "returning",  # at which rate each returns: (W, A)
        "deadline",  # the week of the one in force
        "moves",  # how often it was moved
        "pending",  # whether a signed text waits for votes at home
        "due",  # when each body votes: (W, K)
        "swing",  # what moves all votes on a text
        "breach",  # hazard a week of what is in effect before it is in force
        "unbroken",  # how much of its own time that has left
    )

    def __init__(
        self, batch: Batch, rules: Rules, home: Home, needed: Flags, ledger: Ledger
    ) -> None:
        self.batch, self.rules, self.home, self.ledger = batch, rules, home, ledger
        self.needed = needed  # without whom there are no talks: (A,)
        spec, streams, worlds = batch.spec, batch.streams, len(batch.worlds)
        self.rows = np.arange(worlds)
        self._leaves = [Successive(streams, Purpose.WALKOUT, name) for name in spec.actors]
        self._fates = Successive(streams, Purpose.DEADLINE, "fate")
        self._votes = [Successive(streams, Purpose.RATIFICATION, name) for name in home.names]
        self._swings = Successive(streams, Purpose.RATIFICATION, "all")
        self._again = Successive(streams, Purpose.RENEGOTIATION, "text")
        self._breaks = Successive(streams, Purpose.BREACH, "text")
        self._on_the_day = OnTheDay(batch)
        self._sways = "aftermath.swing" in batch.draws and len(home.names) > 1
        self.away = np.zeros((worlds, len(spec.actors)), dtype=bool, order="F")
        self.clock = side_by_side([_time(leave.take(self.rows)) for leave in self._leaves])
        paths = [f"actors.{name}.returns" if a.returns else None for name, a in spec.actors.items()]
        self.returning = batch.numbers(paths)
        self.deadline, self.moves = np.full(worlds, rules.deadline), np.zeros(worlds, dtype=int)
        self.pending = np.zeros(worlds, dtype=bool)
        self.due = np.full((worlds, len(home.names)), NEVER, order="F")
        self.swing, self.breach = np.zeros(worlds), np.zeros(worlds)
        self.unbroken = np.full(worlds, NEVER)
        self._breach_of, self._in_effect = breach_of_cells(batch), _in_effect(batch)

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds, as the batch does."""
        for name in self.PER_WORLD:
            setattr(self, name, of_worlds(getattr(self, name), rows))
        self._on_the_day.keep(rows)
        for each in (*self._leaves, self._fates, *self._votes):
            each.keep(rows)
        for each in (self._swings, self._again, self._breaks):
            each.keep(rows)

    @property
    def suspended(self) -> Flags:
        """Return where somebody is away whom the talks need: (W,)."""
        return np.asarray((self.away & self.needed).any(axis=1))

    def open_session(self, session: int, no_deal: Floats) -> None:
        """Take notice of the session, and of what no deal is worth in it: (W, A)."""
        self._session, self._no_deal = session, no_deal

    def sign(
        self, where: Flags, week: float, text: Ints, must_sign: Flags, drivers: Floats
    ) -> None:
        """Let texts (W, B) be signed in some worlds; then their bodies at home have to vote."""
        rows = np.flatnonzero(where)
        if not len(rows):
            return
        signed, counts = text[rows], self._in_effect
        noted = self._session, week, signed, drivers[rows], self._no_deal[rows]
        self.ledger.sign(self.rows[rows], *noted)
        self.ledger.diary.note(Happening.SIGNED, self.rows[rows], week, signed)
        effect = rows[counts[signed].any(axis=1)]
        self.ledger.diary.note(
            Happening.IN_EFFECT, self.rows[effect], week, text[effect], counts=counts
        )
        self.pending[rows], self.deadline[rows] = True, NEVER  # what was asked for is there
        decide = self.home.decide(must_sign)[rows]
        self.due[rows] = np.where(decide, week + self.home.lag[rows], NEVER)
        if self._sways:
            self.swing[rows] = normal_quantile(self._swings.take(rows))
        self.breach[rows] = utility_of(self._breach_of, signed, self.batch.draw[rows])
        self.unbroken[rows] = _time(self._breaks.take(rows))
        nobody = ~decide.any(axis=1)
        ready = rows[nobody]
        self._enter_into_force(ready, np.full(len(ready), week), text, drivers[ready])

    def pass_by(
        self, week: float, later: float, leaving: Floats, text: Ints, drivers: Floats
    ) -> None:
        """Let happen what happens from a week until a later one, moment after moment.

        Talks end at the horizon; votes at home may come after it. Who is there leaves at a rate
        (W, A); texts (W, B) are on the table or signed; drivers (W, F) are those of the first week.
        """
        self._since, self._text, self._drivers = week, text, drivers
        rows, now = np.arange(len(self.rows)), np.full(len(self.rows), week)
        horizon = max(week, min(later, self.rules.horizon))
        while len(rows):
            until = np.where(self.pending[rows], later, horizon)
            rates = self._rates(leaving, rows)
            moments = self._moments(now, rates, rows)
            first, vote = moments.min(axis=1), moments[:, self._votes_at].min(axis=1, initial=NEVER)
            happens = (first < until) | ((vote == first) & (vote <= until))
            moved_on = np.where(happens, first, np.maximum(until, now))
            self._spend(moved_on - now, rates, rows)
            what = moments[happens].argmin(axis=1)
            rows, now = rows[happens], moved_on[happens]
            self._let_happen(what, rows, now)

    def _rates(self, leaving: Floats, rows: Ints) -> Floats:
        """Return at which rate each leaves or returns, where there are talks: (n, A)."""
        talking = self._goes_on(rows) & ~self._of(self.pending, rows)
        away, there = self._of(self.returning, rows), self._of(leaving, rows)
        return np.where(self._of(self.away, rows), away, there) * talking[:, None]

    def _moments(self, now: Floats, rates: Floats, rows: Ints) -> Floats:
        """Return when what comes next of each kind would happen: (n, 1 + A + K + 1)."""
        goes_on, waits = self._goes_on(rows), self._of(self.pending, rows)
        actors, bodies = self.away.shape[1], self.due.shape[1]
        moments = np.empty((len(rows), 2 + actors + bodies), order="F")
        moments[:, 0] = np.where(goes_on & ~waits, self._of(self.deadline, rows), NEVER)
        with np.errstate(divide="ignore", invalid="ignore"):
            moments[:, 1 : 1 + actors] = now[:, None] + self._of(self.clock, rows) / rates
        moments[:, 1 : 1 + actors][rates == 0] = NEVER
        moments[:, 1 + actors :] = NEVER
        if (pending := np.flatnonzero(waits & goes_on)).size:
            at = rows[pending]
            moments[pending, 1 + actors : -1] = self.due[at]
            with np.errstate(divide="ignore"):
                moments[pending, -1] = now[pending] + self.unbroken[at] / self.breach[at]
        return moments

    def _goes_on(self, rows: Ints) -> Flags:
        return self.ledger.goes_on(self._of(self.rows, rows))

    def _of(self, values: Array, rows: Ints) -> Array:
        """Return values of some of the worlds in play; of all, as they are."""
        return values if len(rows) == len(self.rows) else of_worlds(values, rows)

    @property
    def _votes_at(self) -> slice:
        """Return where the votes stand among the moments."""
        first = 1 + self.away.shape[1]
        return slice(first, first + self.due.shape[1])

    def _spend(self, weeks: Floats, rates: Floats, rows: Ints) -> None:
        if len(rows) == len(self.rows):
            self.clock -= weeks[:, None] * rates
        else:
            self.clock[rows] -= weeks[:, None] * rates
        waits = np.flatnonzero(self._of(self.pending, rows))
        self.unbroken[rows[waits]] -= weeks[waits] * self.breach[rows[waits]]

    def _let_happen(self, what: Ints, rows: Ints, week: Floats) -> None:
        """Let what comes next (n,) in some worlds happen, as `_moments` numbers it."""
        votes = self._votes_at
        lapses, moves = what == 0, (what > 0) & (what < votes.start)
        decides, breaks = (what >= votes.start) & (what < votes.stop), what == votes.stop
        self._let_the_deadline_pass(rows[lapses], week[lapses])
        self._leave_or_return(what[moves] - 1, rows[moves], week[moves])
        self._vote(what[decides] - votes.start, rows[decides], week[decides])
        self._break(rows[breaks], week[breaks])

    def _let_the_deadline_pass(self, rows: Ints, week: Floats) -> None:
        batch, deadline = self.batch, self.batch.spec.calendar.deadline
        if deadline is None or not len(rows):
            return
        path = "calendar.deadline"
        kept, moved = (batch.number(f"{path}.fates.{each}")[rows] for each in ("kept", "moved"))
        can_be_moved = self.moves[rows] < deadline.times
        fates = fate(self._fates.take(rows), kept, moved, can_be_moved)
        later, over, note = rows[fates == MOVED], fates == KEPT, self.ledger.diary.note
        self.deadline[rows] = NEVER
        self.deadline[later] = week[fates == MOVED] + batch.number(f"{path}.weeks")[later]
        self.moves[later] += 1
        note(Happening.MOVED, self.rows[later], week[fates == MOVED], until=self.deadline[later])
        note(Happening.DROPPED, self.rows[rows[fates == DROPPED]], week[fates == DROPPED])
        note(Happening.LAPSED, self.rows[rows[over]], week[over])
        for mediator in np.flatnonzero(self.rules.mediates).tolist():
            here = over & ~self.away[rows, mediator]
            self._leave_or_return(np.full(here.sum(), mediator), rows[here], week[here])

    def _leave_or_return(self, actor: Ints, rows: Ints, week: Floats) -> None:
        """Let an actor (n,) of each of some worlds leave if it is there, else come back."""
        if not len(rows):
            return
        before = self.suspended[rows]
        self.away[rows, actor] ^= True
        for each in np.unique(actor).tolist():
            here = rows[actor == each]
            self.clock[here, each] = _time(self._leaves[each].take(here))
        gone, after, note = self.away[rows, actor], self.suspended[rows], self.ledger.diary.note
        who, ledger_rows = actor[:, None] == np.arange(self.away.shape[1]), self.rows[rows]
        begins, ends = after & gone & self.needed[actor], before & ~after
        for kind, where in (
            (Happening.LEFT, gone),
            (Happening.RETURNED, ~gone),
            (Happening.SUSPENDED, begins),
            (Happening.RESUMED, ends),
        ):
            note(kind, ledger_rows[where], week[where], who=who[where])
        over = begins & (self.returning[rows, actor] == 0)
        self.end(rows[over], Ending.SUSPENDED, week[over])

    def end(self, rows: Ints, ending: Ending, week: Floats | float) -> None:
        """Note how the talks of some worlds ended without a text that stands."""
        if ending is Ending.SUSPENDED:
            self.ledger.by[self.rows[rows]] = self.away[rows] & self.needed
        self.ledger.end(self.rows[rows], ending, self._session, week, self._no_deal[rows])

    def _vote(self, body: Ints, rows: Ints, week: Floats) -> None:
        """Let a body (n,) of each of some worlds vote."""
        if not len(rows):
            return
        home, note, actor = self.home, self.ledger.diary.note, self.home.actors[body]
        drivers = self._on_the_day.drivers(rows, self._drivers, self._since, week)
        theta = home.theta(drivers, rows)[np.arange(len(rows)), body]
        worth = home.worth(body, self._text[rows], rows)
        chance = special.expit(home.leaning_of(body, worth, theta, rows))
        ratifies = self._u_of_votes(body, rows) < chance
        home.show(body, rows)
        self.due[rows, body] = NEVER
        self.ledger.ratified[self.rows[rows], actor] = ratifies
        self.ledger.declined[self.rows[rows], actor] |= ~ratifies
        who = actor[:, None] == np.arange(self.away.shape[1])
        for kind, where in ((Happening.RATIFIED, ratifies), (Happening.REFUSED, ~ratifies)):
            noted = self.rows[rows[where]], week[where], self._text[rows[where]]
            note(kind, *noted, who=who[where])
        complete = ratifies & np.isinf(self.due[rows]).all(axis=1)
        self._enter_into_force(rows[complete], week[complete], self._text, drivers[complete])
        self._refuse(actor[~ratifies], rows[~ratifies], week[~ratifies])

    def _u_of_votes(self, body: Ints, rows: Ints) -> Floats:
        """Return the uniforms that decide votes, with what moves all votes on a text: (n,)."""
        u = np.empty(len(rows))
        for each in np.unique(body).tolist():
            u[body == each] = self._votes[each].take(rows[body == each])
        if not self._sways:
            return u
        together = self.batch.number("aftermath.swing")[rows]
        own = np.sqrt(1.0 - together**2) * normal_quantile(u)
        return np.asarray(special.ndtr(together * self.swing[rows] + own))

    def _refuse(self, actor: Ints, rows: Ints, week: Floats) -> None:
        """End talks over a refused text, or let them go on from it while there is time."""
        self.due[rows], self.breach[rows] = NEVER, 0.0
        goes_back = np.zeros(len(rows), dtype=bool)
        if "aftermath.renegotiation" in self.batch.draws:
            chance = self.batch.number("aftermath.renegotiation")[rows]
            goes_back = (self._again.take(rows) < chance) & (week < self.rules.horizon)
        self.pending[rows[goes_back]] = False
        ends, when = rows[~goes_back], week[~goes_back]
        self.ledger.by[self.rows[ends], actor[~goes_back]] = True
        self.ledger.settle(self.rows[ends], Ending.REJECTED, when)

    def _break(self, rows: Ints, week: Floats) -> None:
        noted = self.rows[rows], week, self._text[rows]
        self.ledger.diary.note(Happening.BROKEN, *noted)
        self.ledger.broken_week[self.rows[rows]] = week
        self.ledger.settle(self.rows[rows], Ending.BROKEN, week)

    def _enter_into_force(self, rows: Ints, week: Floats, text: Ints, drivers: Floats) -> None:
        """Note that the last body has ratified, and where the drivers (n, F) are then."""
        noted = self.rows[rows], week, text[rows]
        self.ledger.diary.note(Happening.IN_FORCE, *noted)
        self.ledger.diary.note(Happening.IN_EFFECT, *noted)
        self.ledger.enter_into_force(self.rows[rows], week, drivers)


def _time(u: Floats) -> Floats:
    """Return how much of its own time something has, at rate 1: exponential."""
    return -np.log1p(-u)


def _in_effect(batch: Batch) -> Flags:
    """Return which cells put something into effect at signature: (N,)."""
    found = np.zeros(batch.space.cells, dtype=bool)
    for row, (clause, options) in enumerate(
        zip(batch.space.clauses, batch.space.options, strict=True)
    ):
        stated = batch.spec.clauses[clause].options
        early = [column for column, name in enumerate(options) if stated[name].breach is not None]
        found |= np.isin(batch.space.option_of[row], early)
    return found


def breach_of_cells(batch: Batch) -> Floats:
    """Return the hazard a week at which what cells put into effect at signature breaks: (D, N)."""
    table = np.zeros((batch.draws.size, batch.space.cells))
    for clause, spec in batch.spec.clauses.items():
        row = batch.space.clauses.index(clause)
        for column, (option, stated) in enumerate(spec.options.items()):
            if stated.breach is not None:
                path = f"clauses.{clause}.options.{option}.breach"
                cells = batch.space.option_of[row] == column
                table[:, cells] += batch.draws[path][:, None] / WEEKS_PER_MONTH
    return table
