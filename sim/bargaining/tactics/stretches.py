"""Stretches of sessions in which few packages count, so that only these are weighed.

While what actors look at stays inside a box, what a package gains its proposer has bounds. It
is left out where it surely gains so little that to take it for worth nothing, and for never
signed, changes no value by more than rounding: its weight among the offers is kept.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import ROUNDING, TINY
from sim.bargaining.tactics.game import Outlook
from sim.bargaining.tactics.menu import LEAST_WEIGHT, Menu, Offers
from sim.draws.streams import Floats, Ints

NEGLIGIBLE = 1e-13  # what all packages that are left out may change a value by, together
AHEAD = 64.0  # steps like the last one that a box leaves room for
NARROW, WIDE = 0.05, 0.6  # but how wide it is at least and at most, in units of tau
LOOSE, OFTEN = 4.0, 4  # a box this many times too wide is drawn anew, in so many sessions once
WATCHED = 100.0  # so that the share of hopeless offers is as exact


class Stretch:
    """The packages that count in one draw, in the sessions of one turn, until it has changed."""

    def __init__(self, every: Menu, proposers: Ints) -> None:
        self.every, self.menu, self.proposers = every, every, proposers
        self.counted: Ints | None = None  # the packages of the menu
        actors = every.game.noise.shape[1]
        self.unit = np.tile(np.clip(every.game.noise[0], 0.001, 1.0), 3)
        self.known = np.repeat([False, False, True], actors)  # theta, whatever is agreed
        self.last = np.full(3 * actors, np.nan)
        self.low, self.high = np.full(3 * actors, np.inf), np.full(3 * actors, -np.inf)
        self.box = list(zip(self.low.tolist(), self.high.tolist(), strict=True))
        self.visits = 0

    def at(self, view: Outlook) -> Menu:
        """Return the packages that count where actors look at this."""
        now = np.concatenate((view.bar, view.bracket, view.theta), axis=1)[0]
        self.visits += 1
        inside = all(
            low <= each <= high for each, (low, high) in zip(now.tolist(), self.box, strict=True)
        )
        if not inside or self._is_loose(now):
            room = self._room(now)
            self.low, self.high = now - room, now + room
            self.box = list(zip(self.low.tolist(), self.high.tolist(), strict=True))
            keep = counted(self.every, _view(self.low), _view(self.high), self.proposers)
            columns = np.flatnonzero(keep)
            self.menu = self.every.of_packages(columns)
            self.counted = columns.astype(np.min_scalar_type(len(keep)))
        self.last = now
        return self.menu

    def _is_loose(self, now: Floats) -> bool:
        """Return whether, as is asked now and then, the box is much wider than a new one."""
        if self.visits % OFTEN:
            return False
        return bool((self.high - self.low).max() > 2 * LOOSE * self._room(now).max())

    def _room(self, now: Floats) -> Floats:
        """Return how far what is now (3 A,) may move inside a box around it."""
        step = np.abs(now - self.last)
        room = np.clip(AHEAD * step, NARROW * self.unit, WIDE * self.unit)
        if np.isfinite(self.low).all():
            room = np.minimum(room, np.maximum(LOOSE * (self.high - self.low), NARROW * self.unit))
        room = np.where(np.isnan(step), WIDE * self.unit, room)
        return np.where(self.known & ~(step > 0), 0.0, room)


def _view(ends: Floats) -> Outlook:
    """Return an outlook in one draw: (3 A,)."""
    return Outlook(*ends.reshape(3, 1, -1))


def counted(every: Menu, low: Outlook, high: Outlook, proposers: Ints) -> Flags:
    """Return which packages of one draw count from low to high: (P,).

    All others together may change no value: each has at most its weight at best among the
    offers, by what it may change then. The offers weigh at least what the best of them does at
    worst, and 1 for each of the others.
    """
    best = every.bounds((low, high), proposers)
    few = every.of_packages(best.gain[:, 0].argmax(axis=1))
    worst = few.bounds((high, low), proposers)
    parts = (low.bar, high.bar, low.bracket, high.bracket)
    reach = WATCHED + every.game.largest + max(np.abs(part).max() for part in parts)
    top = np.maximum(worst.gain[:, 0].max(axis=1), 0.0)
    changes = _changes(best, top, every.game.offer_noise[0, proposers], reach)
    least = np.sort(changes)
    number = np.searchsorted(least.cumsum(), NEGLIGIBLE, side="right")
    keep = np.ones(len(least), dtype=bool) if number == 0 else changes > least[number - 1]
    keep[0] = True
    return keep


def _changes(best: Offers, top: Floats, temperature: Floats, reach: float) -> Floats:
    """Return what offers at best may change at most, where each proposer gains top (Q,): (P,)."""
    gain, passes = best.gain[:, 0], best.passes[:, 0]
    if not temperature.all():
        gain += np.where(temperature == 0, ROUNDING / TINY, 0.0)[:, None]
    with np.errstate(over="ignore"):
        weight = gain - top[:, None]
        np.maximum(weight, LEAST_WEIGHT, out=weight)
        np.exp(weight, out=weight)
        weight *= 1.0 / (1.0 + (gain.shape[1] - 1) * np.exp(-top))[:, None]
    np.minimum(weight, 1.0, out=weight)
    np.minimum(gain, 1.0, out=gain)
    passes *= reach
    np.maximum(gain, passes, out=gain)
    gain *= weight
    return np.maximum.reduce(gain, axis=0)
