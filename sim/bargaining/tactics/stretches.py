"""Stretches of sessions in which few packages count, so that only these are weighed.

While what actors look at stays inside a box, what a package gains its proposer has bounds. It
is left out where it surely gains so little that to take it for worth nothing, and for never
signed, changes no value by more than rounding: its weight among the offers is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import HUGE, ROUNDING, TINY
from sim.bargaining.tactics.foresight import odds_of
from sim.bargaining.tactics.game import Game, Outlook
from sim.bargaining.tactics.proposals import Proposals, listed, side_by_side
from sim.draws.streams import Floats, Ints

NEGLIGIBLE = 1e-13  # what all packages that are left out may change a value by, together
AHEAD = 32.0  # steps like the last one that a box leaves room for
NARROW, WIDE = 0.02, 0.5  # but how wide it is at least and at most, in units of tau
LOOSE = 4.0  # a box this many times too wide is drawn anew
SAG = 4.0  # by how many temperatures the best offer may fall inside a box
OUTER = 4.0  # how much wider the box is from whose packages those of later boxes are chosen
WATCHED = 100.0  # so that the share of hopeless offers is as exact


@dataclass(frozen=True)
class Box:
    """What actors look at in a draw, from low to high (3 A,), and the packages that count there."""

    low: Floats
    high: Floats
    proposals: Proposals
    least: Floats

    def holds(self, low: Floats, high: Floats) -> bool:
        """Return whether another box is inside."""
        return bool((self.low <= low).all() and (high <= self.high).all())


class Stretches:
    """The packages that count, in each draw, in the sessions of one turn, until it has changed.

    A draw's own path alone says when its packages are chosen anew, whatever the draws beside it.
    """

    def __init__(self, game: Game, proposers: Ints) -> None:
        self.game, self.proposers = game, proposers
        draws, actors = game.noise.shape
        self.low = np.full((draws, 3 * actors), np.inf)
        self.high = np.full((draws, 3 * actors), -np.inf)
        self.last = np.full((draws, 3 * actors), np.nan)
        self.unit = np.tile(np.clip(game.noise, 0.001, 1.0), 3)
        self.known = np.repeat([False, False, True], actors)  # theta, whatever is agreed
        self.outer: dict[int, Box] = {}
        self.inner: dict[int, Box] = {}
        self.active: Ints = np.array([], dtype=np.int64)
        self.proposals: Proposals | None = None
        self.refusals: dict[int, tuple[Floats, Floats]] = {}
        self.odds: Floats = np.array([])
        self.least: Floats = np.array([])

    def proposals_of(self, active: Ints, view: Outlook) -> Proposals:
        """Return the packages that count in some draws, for what actors look at there."""
        now = np.concatenate([view.bar, view.bracket, view.theta], axis=1)[active]
        room = self._room(active, now)
        low, high = self.low[active], self.high[active]
        left = ((now < low) | (now > high)).any(axis=1)
        left |= (high - low).max(axis=1) > 2 * LOOSE * room.max(axis=1)
        for row in np.flatnonzero(left):
            self._choose(int(active[row]), now[row], room[row])
        self.last[active] = now
        if self.proposals is None or left.any() or not np.array_equal(active, self.active):
            self._list(active)
        assert self.proposals is not None
        return self.proposals

    def renew(self, view: Outlook, mass: Floats) -> bool:
        """Choose packages anew in draws where offers weigh less than was counted on: mass (S,).

        Return whether there are any.
        """
        short = (mass < self.least).reshape(len(self.active), -1).any(axis=1)
        now = np.concatenate([view.bar, view.bracket, view.theta], axis=1)
        for draw in self.active[short].tolist():
            self._choose(draw, now[draw], (self.high[draw] - self.low[draw]) / 2)
        if short.any():
            self._list(self.active)
        return bool(short.any())

    def _list(self, active: Ints) -> None:
        boxes = [self.inner[draw] for draw in active.tolist()]
        self.active, self.refusals = active, {}
        self.proposals = side_by_side([box.proposals for box in boxes])
        self.least = np.concatenate([box.least for box in boxes])

    def odds_against(self, view: Outlook) -> list[Floats]:
        """Return the odds against the proposals at home, or none if nobody foresees votes.

        Bodies whose theta stays answer as before.
        """
        assert self.proposals is not None
        if self.proposals.votes is None:
            return []
        changed = False
        for row, body in enumerate(self.proposals.votes.body.tolist()):
            theta = view.theta[self.active, body]
            if row not in self.refusals or not np.array_equal(theta, self.refusals[row][0]):
                self.refusals[row] = theta, self.proposals.refusal(row, view)
                changed = True
        if changed:
            self.odds = odds_of([refusal for _, refusal in self.refusals.values()])
        return [self.odds]

    def _room(self, draws: Ints, now: Floats) -> Floats:
        """Return how far what is now (M, 3 A) may move inside a box around it."""
        unit = self.unit[draws]
        step = np.abs(now - self.last[draws])
        least, most = NARROW * unit, WIDE * unit
        grown = np.maximum(LOOSE * (self.high[draws] - self.low[draws]), least)
        first = np.isnan(step)
        room = np.clip(AHEAD * step, least, most)
        room = np.where(first, most, np.minimum(room, grown))
        return np.where(self.known & ~(step > 0), 0.0, room)

    def _choose(self, draw: int, now: Floats, room: Floats) -> None:
        """Set a draw's box around what is now (3 A,), and choose its packages for it."""
        low, high = now - room, now + room
        outer = self.outer.get(draw)
        if outer is None or not outer.holds(low, high):
            wide = OUTER * np.where(self.known, room, WIDE * self.unit[draw])
            every = self._willing(draw, now - wide)
            outer = self._counted(draw, every, now - wide, now, now + wide, np.inf)
            self.outer[draw] = outer
        self.inner[draw] = self._counted(draw, outer.proposals, low, now, high, SAG)
        self.low[draw], self.high[draw] = low, high

    def _willing(self, draw: int, low: Floats) -> Proposals:
        return willing(self.game, np.array([draw]), self.proposers, self._view(draw, low))

    def _counted(
        self, draw: int, every: Proposals, low: Floats, now: Floats, high: Floats, sag: float
    ) -> Box:
        views = (self._view(draw, ends) for ends in (low, now, high))
        return Box(low, high, *counted(every, *views, sag))

    def _view(self, draw: int, now: Floats) -> Outlook:
        """Return an outlook that is known in one draw only: (3 A,)."""
        parts = np.zeros((3, *self.game.noise.shape))
        parts[:, draw] = now.reshape(3, -1)
        return Outlook(*parts)


def willing(game: Game, draws: Ints, proposers: Ints, low: Outlook) -> Proposals:
    """Return the packages that proposers may not regret, while all is at least as `low` says."""
    gap = game.utility[proposers][:, draws] - low.bar[draws][:, proposers].T[:, :, None]
    may = gap >= -ROUNDING
    if game.votes_at_home is not None:
        gains = low.bracket[draws][:, proposers].T <= ROUNDING
        gains &= game.votes_at_home.anticipates[proposers, None]
        may |= gains[:, :, None]
    may[:, :, 0] = True  # so that no segment is empty
    return listed(game, draws, proposers, may.swapaxes(0, 1))


def counted(
    every: Proposals, low: Outlook, now: Outlook, high: Outlook, sag: float
) -> tuple[Proposals, Floats]:
    """Return the proposals that count from low to high, and what offers must weigh for it: (S,).

    All others together may change no value: each has at most its weight at best among the
    offers, by what it may change then. The offers weigh at least what the best of them does now
    less `sag`, and 1 for each of the others: their log, which later sessions are held to.
    """
    views = (low,) if np.array_equal(low.theta, high.theta) else (low, high)
    odds = every.odds_against(*views)
    best = every.prospects(low, odds)
    packages, spread, coldness = len(every.game.texts), every.spread, every.coldness
    cold = 1.0 / np.clip(every.temperature, TINY, HUGE)
    top = np.zeros(len(every.draw))
    if np.isfinite(sag):
        top = np.maximum(_now(every, best.gain, now) * (1.0 - 1e-9) - ROUNDING - sag / cold, 0.0)
    slack = np.where(every.temperature == 0, ROUNDING, 0.0)
    with np.errstate(over="ignore"):
        whole = 1.0 + (packages - 1) * np.exp(-top * cold)
        gain = np.maximum(best.gain, 0.0) + spread(slack)
        weight = np.exp((gain - spread(top)) * coldness) * spread(1.0 / whole)
        change = best.passes * spread(_reach(every.game, low, high)[every.draw])
        np.maximum(change, np.minimum(gain * coldness, 1.0), out=change)
    change *= np.minimum(weight, 1.0)
    least = np.full(len(every.draw), NEGLIGIBLE / packages)
    for level in NEGLIGIBLE * 10.0 ** -np.arange(4):
        together = every.total(np.where(change <= level, change, 0.0))
        least = np.maximum(least, np.where(together <= NEGLIGIBLE / 2, level, 0.0))
    keep = change > spread(least)
    keep[every.starts] = True
    return every.only(keep), top * cold + np.log(whole) - 1e-9


def _now(every: Proposals, gain: Floats, now: Outlook) -> Floats:
    """Return what the best proposal of each segment, by gain (N,), gains now: (S,)."""
    hits = np.flatnonzero(gain == every.spread(every.most(gain)))
    chosen = np.zeros(len(gain), dtype=bool)
    chosen[hits[np.searchsorted(hits, every.starts)]] = True
    few = every.only(chosen)
    return few.prospects(now, few.odds_against(now)).gain


def _reach(game: Game, low: Outlook, high: Outlook) -> Floats:
    """Return at least what an agreement can change for anybody: (D,)."""
    bars = np.maximum(np.abs(low.bar), np.abs(high.bar)).max(axis=1)
    brackets = np.maximum(np.abs(low.bracket), np.abs(high.bracket)).max(axis=1)
    return WATCHED + game.largest + bars + brackets
