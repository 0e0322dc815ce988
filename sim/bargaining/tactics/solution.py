"""The equilibrium of talks by offers, by backward recursion over sessions, and offers from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.tactics.game import Game, outlook
from sim.bargaining.tactics.stretches import Stretches, willing
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
    where = np.searchsorted(draws, draw)
    for few in small.chunks():
        talks = small.of_draws(few)
        worlds = np.flatnonzero((where >= few.start) & (where < few.stop))
        view = outlook(talks, session, bars[few], floors[few])
        local = where[worlds] - few.start
        speakers = np.unique(speaker[worlds])
        asked = willing(talks, np.unique(local), speakers, view)
        prospects = asked.prospects(view, asked.odds_against(view))
        weights, rest, *_ = asked.logit(prospects.gain)
        ends = asked.starts + asked.sizes
        for segment in range(len(asked.draw)):
            mine = worlds[
                (local == asked.draw[segment]) & (speaker[worlds] == asked.proposer[segment])
            ]
            if not len(mine):
                continue
            part = slice(asked.starts[segment], ends[segment])
            left = max(int(asked.left_out[segment]), 1)
            ladder = np.full(len(talks.texts), rest[segment] / left)
            ladder[asked.package[part]] = weights[part]
            ladder = ladder.cumsum()
            steps = np.searchsorted(ladder, u[mine] * ladder[-1], side="right")
            chosen[mine] = np.minimum(steps, len(ladder) - 1)
    return chosen


@dataclass(frozen=True)
class _Session:
    """One session: W and R (D, A), the chance of a signature and the hopeless mass (D,)."""

    value: Floats
    threshold: Floats
    agreement: Floats
    hopeless: Floats


class _Talks:
    """Sessions played backwards, in all draws of a game, with the packages that count in each."""

    def __init__(self, game: Game) -> None:
        self.game, self.cycle = game, game.turns.shape[1]
        speak = [np.flatnonzero(game.turns[:, turn].any(axis=0)) for turn in range(self.cycle)]
        self.stretches = [Stretches(game, proposers) for proposers in speak]

    def session(
        self, session: int, active: Ints, no_deal: Floats, later: Floats, counts: bool = False
    ) -> _Session:
        """Return a session in some draws, from no deal (D, A) in it and W (D, A) of the next.

        R_i = (1 - delta_i) d_i + delta_i W_i(t + 1), and W_i(t) = R_i + sum over proposers p and
        packages x of chance_p P_p(x) A_p(x) (v_i(x) - R_i).
        """
        game, stretch = self.game, self.stretches[session % self.cycle]
        bar = (1.0 - game.discount) * no_deal + game.discount * later
        view = outlook(game, session, bar, no_deal)
        asked = stretch.proposals_of(active, view)
        odds = stretch.odds_against(view)
        prospects = asked.prospects(view, odds)
        signed, rest, whole, mass = asked.logit(prospects.gain)
        if stretch.renew(view, mass):
            asked, odds = stretch.proposals, stretch.odds_against(view)
            prospects = asked.prospects(view, odds)
            signed, rest, whole, mass = asked.logit(prospects.gain)
        turns = game.turns[:, session % self.cycle][asked.draw, asked.proposer] / whole
        signed *= asked.spread(turns)

        def by_draw(values: Floats) -> Floats:
            return asked.total(values).reshape(len(active), -1).sum(axis=1)

        hopeless = np.zeros(len(active))
        if counts:
            hopeless = by_draw(signed * (prospects.passes < HOPELESS))
            hopeless += (turns * rest).reshape(len(active), -1).sum(axis=1)
        signed *= prospects.passes
        agreement, value = by_draw(signed), bar[active]
        if not odds:
            for actor, worth in enumerate(asked.utility):
                value[:, actor] += by_draw(signed * worth) - agreement * bar[active, actor]
        else:
            assert game.votes_at_home is not None
            ratified = signed / (1.0 + odds[0])
            passed = by_draw(ratified)
            for actor, worth in enumerate(asked.utility):
                foresees = game.votes_at_home.anticipates[actor]
                weights, mass = (ratified, passed) if foresees else (signed, agreement)
                value[:, actor] += by_draw(weights * worth) - mass * bar[active, actor]
            value -= (agreement - passed)[:, None] * view.bracket[active]
        return _Session(value, bar[active], agreement, hopeless)


def _solve_few(game: Game, no_deal: Floats, kept: int, beyond: int) -> Solution:
    draws, sessions, actors = no_deal.shape
    talks, every = _Talks(game), np.arange(len(no_deal))
    later, step = _stationary(talks, sessions, no_deal[:, -1], beyond)
    value, threshold = np.empty((2, draws, kept, actors))
    agreement, hopeless = np.empty((draws, kept)), np.zeros(draws)
    for t in reversed(range(sessions)):
        session = talks.session(t, every, no_deal[:, t], later, counts=t < kept)
        later = session.value
        if t < kept:
            value[:, t], threshold[:, t] = session.value, session.threshold
            agreement[:, t] = session.agreement
            hopeless += session.hopeless / kept
    return Solution(value, threshold, no_deal[:, :kept], agreement, hopeless, step)


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
        now = value.copy()
        for turn in reversed(range(first, first + cycle)):
            now[active] = talks.session(turn, active, no_deal, now).value
        step[active] = np.abs(now[active] - value[active]).max(axis=1)
        value[active] = now[active]
        worse = active[step[active] >= before[active]]
        value[worse], step[worse] = safe[worse], before[worse]
        before[:] = np.inf
        active = active[step[active] > SETTLED]
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


