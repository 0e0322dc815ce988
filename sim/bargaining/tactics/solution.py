"""The equilibrium of talks by offers, by backward recursion over sessions, and offers from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sim.bargaining.arrays import Flags
from sim.bargaining.tactics.game import Game, Outlook, outlook
from sim.bargaining.tactics.menu import Menu, menu_of
from sim.bargaining.tactics.stretches import Stretch
from sim.draws.streams import Floats, Ints

HOPELESS = 0.01  # an offer that the others accept more rarely than this
SETTLED = 1e-12  # what values still change by, at most, at a stationary point
STILL = 1e-14  # less they need not change by; more may be far from rest where change is slow
BEYOND = 500  # sessions after the last expected change, at most, to come to a stationary point
SLOW, NEAR = 1e-4, 0.01  # steps of values whose limit is guessed, and how far away it may be
MOST_MODES = 4  # ways of coming near a stationary point that a guess tells apart


@dataclass(frozen=True)
class Solution:
    """The equilibrium in each draw, in the sessions that were asked for.

    Attributes:
        value: W_i(t), expected at the start of a session: (D, T, A).
        threshold: R_i(t), what refusing is worth: (D, T, A).
        no_deal: d_i(t), what no deal is expected to be worth: (D, T, A).
        agreement: chance that the session's offer is signed: (D, T).
        hopeless: probability of offers that the others accept with a chance below .01, on
            average over the sessions: (D,).
        step: what values still changed by when the search for a stationary point ended: (D,).
        counted: the packages that count, each time (K,); None where all do: (D, T).
    """

    value: Floats
    threshold: Floats
    no_deal: Floats
    agreement: Floats
    hopeless: Floats
    step: Floats
    counted: NDArray[np.object_]


def solve(
    game: Game, no_deal: Floats, sessions: int | None = None, beyond: int = BEYOND
) -> Solution:
    """Return the equilibrium of the first sessions (default: of all), by backward recursion.

    No deal has the values (D, T, A) in T sessions and keeps the last of them for ever. So the
    recursion starts from the stationary point of the talks that follow: these are played backwards
    from no deal until values change by less than 1e-12, and no less any more, over `beyond`
    sessions at most. On the way, where they come to rest is guessed, and a guess kept if values
    change less from there.
    With `beyond=0` the talks end with the path, and the last offer is an ultimatum.
    """
    kept = no_deal.shape[1] if sessions is None else sessions
    return joined(
        [_solve_few(game.of_draws(few), no_deal[few], kept, beyond) for few in game.chunks()]
    )


def in_order(parts: Sequence[Solution], rows: Sequence[Ints]) -> Solution:
    """Return the solutions of some draws each as one, in the order of their rows."""
    order = np.argsort(np.concatenate(rows))
    every = joined(parts)
    return Solution(*(getattr(every, field.name)[order] for field in fields(Solution)))


def joined(parts: Sequence[Solution]) -> Solution:
    """Return the solutions of some draws after others as one."""
    names = [field.name for field in fields(Solution)]
    return Solution(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True)
class Session:
    """One session: W and R (D, A), the chance of a signature and the hopeless mass (D,)."""

    value: Floats
    threshold: Floats
    agreement: Floats
    hopeless: Floats


def threshold(game: Game, no_deal: Floats, later: Floats) -> Floats:
    """Return R_i = (1 - delta_i) d_i + delta_i W_i(t + 1): (D, A)."""
    return no_deal + game.discount * (later - no_deal)


def play(menu: Menu, session: int, view: Outlook, counts: bool = False) -> Session:
    """Return a session from what actors look at in it.

    Hopeless offers are only counted where asked for: it takes time.
    """
    proposers, turns, temperature = menu.game.turn(session)
    offered = menu.offers(view, proposers)
    weights, whole, _ = offered.logit(temperature, menu.left_out)
    share = turns / whole
    hopeless = np.zeros(len(view.bar))
    if counts:
        hopeful = share * (weights * (offered.passes >= HOPELESS)).sum(axis=2)
        hopeless = (turns - hopeful).sum(axis=0)
    weights *= offered.kept
    signed = np.einsum("qd,qdk->dk", share, weights)
    signed *= offered.together
    agreement = np.add.reduce(signed, axis=1)
    return Session(_value(menu, view, signed), view.bar, agreement, hopeless)


def _value(menu: Menu, view: Outlook, signed: Floats) -> Floats:
    """Return W_i(t) = R_i + sum over packages of the chance to be signed (D, K) times v_i - R_i.

    v_i - R_i = p (u_i - A_i), with p = 1 and A_i = R_i for who foresees no votes.
    """
    home, votes = menu.at_home(view.theta), menu.game.votes_at_home
    if home is None or votes is None:
        return view.bar + menu.gained(signed)
    value = view.bar + menu.gained(signed * home[0])
    if votes.is_general:
        return value
    return np.where(votes.anticipates, value, view.bar + menu.gained(signed))


class _Talks:
    """Sessions of a game, with the packages that count there; later in fewer of its draws."""

    def __init__(self, menu: Menu) -> None:
        self.menu, turns = menu, menu.game.turns
        self.cycle = turns.shape[1]
        speak = [np.flatnonzero(turns[:, turn].any(axis=0)) for turn in range(self.cycle)]
        large = menu.game.is_large
        self.stretches = [Stretch(menu, proposers) for proposers in speak] if large else []
        self.counted: Ints | None = None  # the packages that counted in the last session

    def keep(self, draws: Ints) -> None:
        """Go on with some of the draws."""
        if len(draws) < len(self.menu.game.table):
            self.menu = self.menu.of_draws(self.menu.game.of_draws(draws), draws)

    def session(
        self, session: int, no_deal: Floats, later: Floats, counts: bool = False
    ) -> Session:
        """Return a session from no deal (D, A) in it and W (D, A) of the next."""
        game, menu = self.menu.game, self.menu
        view = outlook(game, session, threshold(game, no_deal, later), no_deal)
        if self.stretches:
            stretch = self.stretches[session % self.cycle]
            menu, self.counted = stretch.at(view), stretch.counted
        return play(menu, session, view, counts)


def _solve_few(game: Game, no_deal: Floats, kept: int, beyond: int) -> Solution:
    draws, sessions, actors = no_deal.shape
    menu = menu_of(game)
    later, step = _stationary(_Talks(menu), sessions, no_deal[:, -1], beyond)
    talks, (value, bars) = _Talks(menu), np.empty((2, draws, kept, actors))
    agreement, hopeless = np.empty((draws, kept)), np.zeros(draws)
    counted = np.full((draws, kept), None)
    for t in reversed(range(sessions)):
        session = talks.session(t, no_deal[:, t], later, counts=t < kept)
        later = session.value
        if t < kept:
            value[:, t], bars[:, t] = session.value, session.threshold
            agreement[:, t] = session.agreement
            counted[0, t] = talks.counted
            hopeless += session.hopeless / kept
    return Solution(value, bars, no_deal[:, :kept], agreement, hopeless, step, counted)


@dataclass
class _Search:
    """Values W on their way to a stationary point, in each draw.

    Attributes:
        value: W where it is now: (D, A).
        step: what it last changed by: (D,).
        safe: W before the last guess: (D, A).
        before: what it had changed by then; infinite where none is being tried: (D,).
        settled: whether it changes no more, or by so little that it shrinks no more: (D,).
        age: cycles since the last guess that was no better: (D,).
        path: W before and after each of the last cycles.
    """

    value: Floats
    step: Floats
    safe: Floats
    before: Floats
    settled: Flags
    age: Ints
    path: list[tuple[Floats, Floats]]

    def moves(self, active: Ints, now: Floats) -> None:
        """Take notice of a cycle's values in some draws; go back where a guess was no better."""
        last, start = self.step.copy(), self.value.copy()
        self.step[active] = np.abs(now - self.value[active]).max(axis=1)
        self.value[active] = now
        self.path = [*self.path[-self.modes :], (start, self.value.copy())]
        self.settled = (self.step <= SETTLED) & ((self.step <= STILL) | (self.step >= last))
        self.settled &= self.step < self.before
        self.age += 1
        worse = active[self.step[active] >= self.before[active]]
        self.value[worse], self.step[worse] = self.safe[worse], self.before[worse]
        self.age[worse], self.before[:] = self.modes, np.inf

    @property
    def modes(self) -> int:
        """Return how many ways of coming near a stationary point are told apart."""
        return min(self.value.shape[1], MOST_MODES)

    def guesses(self, active: Ints) -> None:
        """Try where the path leads, in draws that are near enough, where it is long enough."""
        which = active[(self.age[active] > self.modes) & (self.step[active] < SLOW)]
        if not len(which):
            return
        starts, ends = (np.stack(part).take(which, axis=1) for part in zip(*self.path, strict=True))
        guess, sound = limit(starts, ends)
        which = which[sound]
        self.safe[which], self.before[which] = self.value[which], self.step[which]
        self.value[which] = guess[sound]


def _stationary(talks: _Talks, first: int, no_deal: Floats, beyond: int) -> tuple[Floats, Floats]:
    """Return W (D, A) at session `first` of talks that are alike from then on; its last step (D,).

    Each draw stops by itself, so that it does not depend on the draws beside it.
    """
    endless, active = np.full(len(no_deal), np.inf), np.arange(len(no_deal))
    start = no_deal.copy()
    unsettled, age = np.zeros(len(no_deal), dtype=bool), np.zeros(len(no_deal), dtype=np.int64)
    search = _Search(start, endless.copy(), start.copy(), endless, unsettled, age, [])
    for _ in range(beyond // talks.cycle):
        now = search.value[active]
        for turn in reversed(range(first, first + talks.cycle)):
            now = talks.session(turn, no_deal[active], now).value
        search.moves(active, now)
        moving = np.flatnonzero(~search.settled[active])
        active = active[moving]
        if not len(active):
            break
        talks.keep(moving)
        search.guesses(active)
    return search.value, np.where(np.isinf(search.step), 0.0, search.step)


def limit(starts: Floats, ends: Floats) -> tuple[Floats, Flags]:
    """Return where values lead (D, A), and where that is sound (D,), from K cycles (K, D, A).

    Weights of their starts and ends that cancel the steps between them (Anderson 1965): on a path
    without guesses that is reduced rank extrapolation (Eddy 1979; Sidi 2017). Sound is a limit
    that is near, at the end of steps that shrink.
    """
    steps = ends - starts
    turns = np.ascontiguousarray(np.diff(steps, axis=0).transpose(1, 2, 0))
    weights = -(np.linalg.pinv(turns, rcond=1e-9) * steps[-1][:, None]).sum(axis=2)
    guess = ends[-1] + (np.diff(ends, axis=0) * weights.T[..., None]).sum(axis=0)
    size = np.abs(steps).max(axis=2)
    return guess, (size[-1] < size[0]) & (np.abs(guess - ends[-1]).max(axis=1) < NEAR)
