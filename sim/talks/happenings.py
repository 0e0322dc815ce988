"""What happens between two sessions, in the order of its moments.

A deadline passes, somebody leaves or comes back, a body at home votes on a signed text, something
that took effect at signature is broken. Each has its own moment, at exact rates in continuous
time, so that none comes before another by its kind and all follow the same law whatever the
calendar of the talks.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.bargaining.arrays import Flags, of_worlds, side_by_side
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
        self._breach_of, self._in_effect = _breach_of_cells(batch), _in_effect(batch)

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
            first, what = moments.min(axis=1), moments.argmin(axis=1)
            happens = np.where(self._is_vote(what), first <= until, first < until)
            moved_on = np.where(happens, first, np.maximum(until, now))
            self._spend(moved_on - now, rates, rows)
            rows, now, what = rows[happens], moved_on[happens], what[happens]
            self._let_happen(what, rows, now)

    def _rates(self, leaving: Floats, rows: Ints) -> Floats:
        """Return at which rate each leaves or returns, where there are talks: (n, A)."""
        talking = self.ledger.goes_on(self.rows[rows]) & ~self.pending[rows]
        away, there = of_worlds(self.returning, rows), of_worlds(leaving, rows)
        return np.where(of_worlds(self.away, rows), away, there) * talking[:, None]

    def _moments(self, now: Floats, rates: Floats, rows: Ints) -> Floats:
        """Return when what comes next of each kind would happen: (n, 1 + A + K + 1)."""
        goes_on, waits = self.ledger.goes_on(self.rows[rows]), self.pending[rows]
        pending = waits & goes_on
        clock, breach = of_worlds(self.clock, rows), self.breach[rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            moves = np.where(rates > 0, now[:, None] + clock / rates, NEVER)
            breaks = np.where(pending & (breach > 0), now + self.unbroken[rows] / breach, NEVER)
        lapses = np.where(goes_on & ~waits, self.deadline[rows], NEVER)
        votes = np.where(pending[:, None], of_worlds(self.due, rows), NEVER)
        return side_by_side([lapses, *moves.T, *votes.T, breaks])

    def _is_vote(self, what: Ints) -> Flags:
        first = 1 + self.away.shape[1]
        return (what >= first) & (what < first + self.due.shape[1])

    def _spend(self, weeks: Floats, rates: Floats, rows: Ints) -> None:
        self.clock[rows] -= weeks[:, None] * rates
        self.unbroken[rows] -= np.where(self.pending[rows], weeks * self.breach[rows], 0.0)

    def _let_happen(self, what: Ints, rows: Ints, week: Floats) -> None:
        """Let what comes next (n,) in some worlds happen, as `_moments` numbers it."""
        actors, bodies = self.away.shape[1], self.due.shape[1]
        lapses, breaks, votes = what == 0, what == 1 + actors + bodies, self._is_vote(what)
        self._let_the_deadline_pass(rows[lapses], week[lapses])
        for actor in range(actors):
            moves = what == 1 + actor
            self._leave_or_return(actor, rows[moves], week[moves])
        self._vote(what[votes] - 1 - actors, rows[votes], week[votes])
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
            self._leave_or_return(mediator, rows[here], week[here])

    def _leave_or_return(self, actor: int, rows: Ints, week: Floats) -> None:
        """Let an actor leave where it is there, and come back where it is away."""
        if not len(rows):
            return
        before = self.suspended[rows]
        self.away[rows, actor] ^= True
        self.clock[rows, actor] = _time(self._leaves[actor].take(rows))
        gone, note = self.away[rows, actor], self.ledger.diary.note
        one = np.arange(self.away.shape[1]) == actor
        who = np.broadcast_to(one, (len(rows), len(one)))
        ledger_rows, after = self.rows[rows], self.suspended[rows]
        note(Happening.LEFT, ledger_rows[gone], week[gone], who=who[gone])
        note(Happening.RETURNED, ledger_rows[~gone], week[~gone], who=who[~gone])
        begins = after & gone if self.needed[actor] else np.zeros_like(gone)
        note(Happening.SUSPENDED, ledger_rows[begins], week[begins], who=who[begins])
        ends = before & ~after
        note(Happening.RESUMED, ledger_rows[ends], week[ends], who=who[ends])
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


def _breach_of_cells(batch: Batch) -> Floats:
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
