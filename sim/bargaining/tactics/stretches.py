"""Stretches of sessions in which few packages count, so that only these are weighed.

While what actors look at stays inside a box, what a package gains its proposer has bounds. It
is left out where it surely gains so little that to take it for worth nothing, and for never
signed, changes no value by more than rounding: its weight among the offers is kept.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import HUGE, ROUNDING, TINY
from sim.bargaining.tactics.game import Game, Outlook
from sim.bargaining.tactics.proposals import Proposals, Prospects
from sim.draws.streams import Floats, Ints

NEGLIGIBLE = 1e-13  # what all packages that are left out may change a value by, together
AHEAD = 16.0  # steps like the last one that a box leaves room for
NARROW, WIDE = 0.005, 0.3  # but how wide it is at least and at most, in units of tau
LOOSE = 4.0  # a box this many times too wide is drawn anew
WATCHED = 100.0  # so that the share of hopeless offers is as exact


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
        self.counted: list[list[Ints]] = [[] for _ in range(draws)]
        self.active: Ints = np.array([], dtype=np.int64)
        self.proposals: Proposals | None = None
        self.odds: tuple[Floats, Floats | None] | None = None

    def proposals_of(self, active: Ints, view: Outlook) -> Proposals:
        """Return the packages that count in some draws, for what actors look at there."""
        now = np.concatenate([view.bar, view.bracket, view.theta], axis=1)[active]
        room = self._room(active, now)
        left = ((now < self.low[active]) | (now > self.high[active])).any(axis=1)
        left |= (self.high[active] - self.low[active]).max(axis=1) > 2 * LOOSE * room.max(axis=1)
        if left.any():
            self._choose(active[left], now[left], room[left])
        self.last[active] = now
        if self.proposals is None or left.any() or not np.array_equal(active, self.active):
            self.active = active
            self.proposals = self._listed(active)
            self.odds = None
        return self.proposals

    def odds_against(self, view: Outlook) -> Floats | None:
        """Return the odds against the proposals at home, as long as theta stays the same once."""
        assert self.proposals is not None
        theta = view.theta[self.active]
        if self.odds is None or not np.array_equal(theta, self.odds[0]):
            self.odds = theta, self.proposals.odds_against(view)
        return self.odds[1]

    def _listed(self, draws: Ints) -> Proposals:
        segments = [packages for draw in draws for packages in self.counted[draw]]
        count = len(self.proposers)
        return Proposals(
            self.game,
            np.repeat(draws, count),
            np.tile(self.proposers, len(draws)),
            np.array([len(packages) for packages in segments]),
            np.concatenate(segments),
        )

    def _room(self, draws: Ints, now: Floats) -> Floats:
        """Return how far what is now (M, 3 A) may move inside a box around it."""
        unit = np.tile(np.clip(self.game.noise[draws], 0.001, 1.0), 3)
        step = np.abs(now - self.last[draws])
        least, most = NARROW * unit, WIDE * unit
        with np.errstate(invalid="ignore"):
            grown = np.fmax(LOOSE * (self.high[draws] - self.low[draws]), least)
        room = np.clip(AHEAD * np.where(np.isnan(step), unit, step), least, most)
        return np.where(grown > 0, np.minimum(room, grown), room)

    def _choose(self, draws: Ints, now: Floats, room: Floats) -> None:
        """Set the box of draws around what is now (M, 3 A), and choose their packages for it."""
        self.low[draws], self.high[draws] = now - room, now + room
        low, high = (np.zeros((3, *self.game.noise.shape)) for _ in range(2))
        low[:, draws] = np.stack(np.split(self.low[draws], 3, axis=1))
        high[:, draws] = np.stack(np.split(self.high[draws], 3, axis=1))
        found = counted(self.game, draws, self.proposers, Outlook(*low), Outlook(*high))
        for row, draw in enumerate(draws):
            self.counted[draw] = found[row]


def willing(game: Game, draws: Ints, proposers: Ints, low: Outlook) -> Proposals:
    """Return the packages that proposers may not regret, while all is at least as `low` says."""
    gap = game.utility[proposers][:, draws] - low.bar[draws][:, proposers].T[:, :, None]
    may = gap >= -ROUNDING
    if game.votes_at_home is not None:
        may |= (low.bracket[draws][:, proposers] <= ROUNDING).T[:, :, None] & (
            game.votes_at_home.anticipates[proposers][:, None, None]
        )
    may[:, :, 0] = True  # so that no segment is empty
    may = may.swapaxes(0, 1)
    return Proposals(
        game,
        np.repeat(draws, len(proposers)),
        np.tile(proposers, len(draws)),
        may.sum(axis=2).ravel(),
        np.nonzero(may)[2],
    )


def counted(
    game: Game, draws: Ints, proposers: Ints, low: Outlook, high: Outlook
) -> list[list[Ints]]:
    """Return the packages that count, of each proposer in each draw, from low to high."""
    every = willing(game, draws, proposers, low)
    odds = [every.odds_against(view) for view in (low, high)]
    best = every.prospects(low, odds)
    worst = every.prospects(high, odds, hopeful=False)
    keep = _counts(every, best, worst, _reach(game, low, high)[every.draw])
    keep[every.starts] = True
    pieces = np.split(every.package[keep], every.total(keep.astype(np.int64)).cumsum()[:-1])
    count = len(proposers)
    return [pieces[row * count : (row + 1) * count] for row in range(len(draws))]


def _reach(game: Game, low: Outlook, high: Outlook) -> Floats:
    """Return at least what an agreement can change for anybody: (D,)."""
    bars = np.maximum(np.abs(low.bar), np.abs(high.bar)).max(axis=1)
    brackets = np.maximum(np.abs(low.bracket), np.abs(high.bracket)).max(axis=1)
    return WATCHED + np.abs(game.table).max(axis=(1, 2)) * game.texts.shape[1] + bars + brackets


def _counts(proposals: Proposals, best: Prospects, worst: Prospects, reach: Floats) -> Flags:
    """Return whether proposals (N,) count: all others together may change no value.

    A proposal has at most its weight among the offers at best, by what it may change then.
    """
    spread, coldness = proposals.spread, proposals.coldness
    slack = np.where(proposals.temperature == 0, ROUNDING, 0.0)
    sure = np.maximum(worst.gain, 0.0)
    top = proposals.most(sure)
    tops = spread(top)
    with np.errstate(over="ignore"):
        rest = proposals.left_out * np.exp(-top / np.clip(proposals.temperature, TINY, HUGE))
        whole = proposals.total(np.exp((sure - tops) * coldness)) + rest
        gain = np.maximum(best.gain, 0.0) + spread(slack)
        weight = np.exp((gain - tops) * coldness) * spread(1.0 / whole)
        change = np.maximum(best.passes * spread(reach), np.minimum(gain * coldness, 1.0))
    change *= np.minimum(weight, 1.0)
    least = np.full(len(proposals.draw), NEGLIGIBLE / len(proposals.game.texts))
    for level in NEGLIGIBLE * 10.0 ** -np.arange(4):
        together = proposals.total(np.where(change <= level, change, 0.0))
        least = np.maximum(least, np.where(together <= NEGLIGIBLE, level, 0.0))
    return change > spread(least)
