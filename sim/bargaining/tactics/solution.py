"""The equilibrium of talks by offers, by backward recursion over sessions, and offers from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.tactics.game import Game, Outlook, outlook
from sim.bargaining.tactics.menu import Menu, menu_of
from sim.bargaining.tactics.stretches import Stretch
from sim.draws.streams import Floats, Ints

HOPELESS = 0.01  # an offer that the others accept more rarely than this
SETTLED = 1e-12  # what values still change by at a stationary point
MOST_MODES = 4  # ways in which values come near a stationary point, that a guess may tell apart
NEAR = 1e-4  # steps that are short enough to guess where they lead
FARTHEST = 1000.0  # last steps that a guess may lie ahead
BEYOND = 500  # sessions after the last expected change, at most, to come to a stationary point


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
    """

    value: Floats
    threshold: Floats
    no_deal: Floats
    agreement: Floats
    hopeless: Floats
    step: Floats


def solve(
    game: Game, no_deal: Floats, sessions: int | None = None, beyond: int = BEYOND
) -> Solution:
    """Return the equilibrium of the first sessions (default: of all), by backward recursion.

    No deal has the values (D, T, A) in T sessions and keeps the last of them for ever. So the
    recursion starts from the stationary point of the talks that follow: these are played backwards
    from no deal until values change by less than 1e-12, over `beyond` sessions at most. With
    `beyond=0` the talks end with the path, and the last offer is an ultimatum.
    """
    kept = no_deal.shape[1] if sessions is None else sessions
    return joined(
        [_solve_few(game.of_draws(few), no_deal[few], kept, beyond) for few in game.chunks()]
    )


def joined(parts: Sequence[Solution]) -> Solution:
    """Return the solutions of some draws after others as one."""
    names = [field.name for field in fields(Solution)]
    return Solution(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def offer(
    game: Game,
    threshold: Floats,
    draw: Ints,
    speaker: Ints,
    u: Floats,
    *,
    session: int = 0,
    no_deal: Floats | None = None,
) -> Ints:
    """Return the packages that speakers (W,) offer in a session, by uniforms u (W,).

    At its thresholds (D, A) and, where votes at home are foreseen, its values of no deal (D, A).
    """
    chosen = np.zeros(len(draw), dtype=np.int64)
    draws = np.unique(draw)
    small, bars = game.of_draws(draws), threshold[draws]
    floors = bars if no_deal is None else no_deal[draws]
    for few in small.chunks():
        talks = small.of_draws(few)
        menu, view = menu_of(talks), outlook(talks, session, bars[few], floors[few])
        speakers = np.unique(speaker[np.isin(draw, draws[few])])
        offered = menu.offers(view, menu.odds_against(view.theta), speakers)
        weights, _ = offered.logit(talks.offer_noise.T[speakers])
        for actor, ladders in zip(speakers.tolist(), weights.cumsum(axis=2), strict=True):
            for ladder, which in zip(ladders, draws[few], strict=True):
                worlds = np.flatnonzero((draw == which) & (speaker == actor))
                steps = np.searchsorted(ladder, u[worlds] * ladder[-1], side="right")
                chosen[worlds] = np.minimum(steps, len(ladder) - 1)
    return chosen


@dataclass(frozen=True)
class Session:
    """One session: W and R (D, A), the chance of a signature and the hopeless mass (D,)."""

    value: Floats
    threshold: Floats
    agreement: Floats
    hopeless: Floats


def threshold(game: Game, no_deal: Floats, later: Floats) -> Floats:
    """Return R_i = (1 - delta_i) d_i + delta_i W_i(t + 1): (D, A)."""
    return (1.0 - game.discount) * no_deal + game.discount * later


def play(menu: Menu, session: int, view: Outlook, counts: bool = False) -> Session:
    """Return a session from what actors look at in it.

    Hopeless offers are only counted where asked for: it takes time.

    W_i(t) = R_i + sum over proposers p and packages x of chance_p P_p(x) A_p(x) (v_i(x) - R_i).
    """
    game, bar = menu.game, view.bar
    odds = menu.odds_against(view.theta)
    turns = game.turns[:, session % game.turns.shape[1]].T
    proposers = np.flatnonzero(turns.any(axis=1))
    offered = menu.offers(view, odds, proposers)
    weights, whole = offered.logit(game.offer_noise.T[proposers], menu.left_out)
    weights *= (turns[proposers] / whole)[..., None]
    hopeless = np.zeros(len(bar))
    if counts:
        hopeful = (weights * (offered.passes >= HOPELESS)).sum(axis=2)
        hopeless = (turns[proposers] - hopeful).sum(axis=0)
    weights *= offered.passes
    signed = weights.sum(axis=0)
    agreement = signed.sum(axis=1)
    value = bar + np.einsum("dk,adk->da", signed, menu.utility) - agreement[:, None] * bar
    if odds is not None and game.votes_at_home is not None:
        foresees = game.votes_at_home.anticipates
        signed /= 1.0 + odds
        passed = signed.sum(axis=1)
        gained = np.einsum("dk,adk->da", signed, menu.utility) - passed[:, None] * bar
        gained -= (agreement - passed)[:, None] * view.bracket
        value = np.where(foresees, bar + gained, value)
    return Session(value, bar, agreement, hopeless)


class _Talks:
    """Sessions of a game in some of its draws, with the packages that count there."""

    def __init__(self, game: Game) -> None:
        self.game, self.menu = game, menu_of(game)
        self.cycle, self.active = game.turns.shape[1], np.arange(len(game.table))
        speak = [np.flatnonzero(game.turns[:, k].any(axis=0)) for k in range(self.cycle)]
        self.stretches = [Stretch(self.menu, actors) for actors in speak] if game.is_large else []

    def keep(self, rows: Ints) -> None:
        """Go on with some of the draws that are left."""
        if 0 < len(rows) < len(self.game.table):
            self.game, self.active = self.game.of_draws(rows), self.active[rows]
            self.menu = self.menu.of_draws(self.game, rows)

    def session(self, session: int, no_deal: Floats, later: Floats, counts: bool = False) -> Session:
        """Return a session from no deal (D, A) in it and W (D, A) of the next."""
        view = outlook(self.game, session, threshold(self.game, no_deal, later), no_deal)
        if not self.stretches:
            return play(self.menu, session, view, counts)
        return play(self.stretches[session % self.cycle].at(view), session, view, counts)


def _solve_few(game: Game, no_deal: Floats, kept: int, beyond: int) -> Solution:
    draws, sessions, actors = no_deal.shape
    talks = _Talks(game)
    later, step = _stationary(talks, sessions, no_deal[:, -1], beyond)
    if not talks.stretches:
        talks = _Talks(game)
    value, bars = np.empty((2, draws, kept, actors))
    agreement, hopeless = np.empty((draws, kept)), np.zeros(draws)
    for t in reversed(range(sessions)):
        session = talks.session(t, no_deal[:, t], later, counts=t < kept)
        later = session.value
        if t < kept:
            value[:, t], bars[:, t] = session.value, session.threshold
            agreement[:, t] = session.agreement
            hopeless += session.hopeless / kept
    return Solution(value, bars, no_deal[:, :kept], agreement, hopeless, step)


def _stationary(talks: _Talks, first: int, no_deal: Floats, beyond: int) -> tuple[Floats, Floats]:
    """Return W (D, A) at session `first` of talks that are alike from then on; its last step (D,).

    Each draw stops by itself, so that it does not depend on the draws beside it. Where steps
    shrink, their limit is guessed now and then, and the guess kept if the next step is shorter.
    """
    value, step = no_deal.copy(), np.full(len(no_deal), np.inf)
    cycle, active = talks.cycle, np.arange(len(no_deal))
    path: list[Floats] = [value.copy()]
    safe, before = value.copy(), np.full(len(no_deal), np.inf)  # where it was at the last guess
    for _ in range(beyond // cycle):
        now = value[active]
        for turn in reversed(range(first, first + cycle)):
            now = talks.session(turn, no_deal[active], now).value
        step[active] = np.abs(now - value[active]).max(axis=1)
        value[active] = now
        worse = active[step[active] >= before[active]]
        value[worse], step[worse] = safe[worse], before[worse]
        before[:] = np.inf
        moving = np.flatnonzero(step[active] > SETTLED)
        talks.keep(moving)
        active = active[moving]
        if not len(active):
            break
        path.append(value.copy())
        if len(path) == min(no_deal.shape[1], MOST_MODES) + 2:
            guess, good = limit(np.stack(path)[:, active])
            good &= step[active] < NEAR
            which = active[good]
            safe[which], before[which] = value[which], step[which]
            value[which] = guess[good]
            path = []
    return value, np.where(np.isinf(step), 0.0, step)


def limit(path: Floats) -> tuple[Floats, Flags]:
    """Return where paths of K steps lead (D, A), and where that is sound (D,): from (K + 1, D, A).

    Reduced rank extrapolation (Eddy 1979; Sidi 2017): steps are weighted so that they cancel out.
    Sound are only steps that shrink, and a limit that is not farther off than they can still go.
    """
    steps = np.diff(path, axis=0)
    turns = np.diff(steps, axis=0).transpose(1, 2, 0)
    weights = -(np.linalg.pinv(turns, rcond=1e-9) @ steps[0][..., None])
    guess = path[1] + (np.diff(path[1:], axis=0).transpose(1, 2, 0) @ weights)[..., 0]
    size = np.abs(steps).max(axis=2)
    far = np.abs(guess - path[-1]).max(axis=1)
    return guess, (size[-1] < size[0]) & (far < FARTHEST * size[-1])


