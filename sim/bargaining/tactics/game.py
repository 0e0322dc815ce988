"""The game that actors of the tactic `equilibrium` play: its recursion, offers and answers.

The agent quantal response equilibrium (McKelvey & Palfrey 1998) of talks in which a week without
agreement pays the flow (1 - delta_i) d_i(t), and an agreement u_i(x) from then on (bargaining
while fighting: Wagner 2000, Powell 2004). Information is complete, and the paths of no deal are
known (open loop): nobody foresees walk-outs, ratification or breakdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import HUGE, ROUNDING, TINY, logit_weights
from sim.draws.streams import Floats, Ints

HOPELESS = 0.01  # an offer that the others accept more rarely than this
SETTLED = 1e-12  # what values still change by at a stationary point
BEYOND = 500  # sessions after the last expected change, at most, to come to a stationary point
_CHUNK = 2**14  # packages of all draws in work at once: what a processor keeps at hand


@dataclass(frozen=True)
class Game:
    """Talks by offers, in each of D draws, between A actors over P packages of B cells.

    Attributes:
        table: each actor's utility of each cell: (D, A, N).
        texts: the packages that may be offered: (P, B).
        signs: who must sign each package: (P, A).
        noise: tau, how imprecisely each answers: (D, A).
        offer_noise: taup, the temperature of its offers: (D, A).
        discount: what a unit at the next session is worth today, delta^m: (D, A).
        turns: chances to be recognised in each of K sessions, over and over: (D, K, A).
        share: the share of votes that signs; None: all who must sign.
        votes: weights for it: (D, A).
    """

    table: Floats
    texts: Ints
    signs: Flags
    noise: Floats
    offer_noise: Floats
    discount: Floats
    turns: Floats
    share: float | None = None
    votes: Floats | None = None

    def of_draws(self, draws: Ints | slice) -> Game:
        """Return the game in some of its draws."""
        per_draw = ("table", "noise", "offer_noise", "discount", "turns")
        parts = {name: getattr(self, name)[draws] for name in per_draw}
        votes = None if self.votes is None else self.votes[draws]
        return replace(self, **parts, votes=votes)

    @cached_property
    def utility(self) -> Floats:
        """What each package is worth to each actor: (A, D, P)."""
        worth = self.table[:, :, self.texts[:, 0]]
        for cells in self.texts.T[1:]:
            worth += self.table[:, :, cells]
        return np.ascontiguousarray(worth.swapaxes(0, 1))

    @cached_property
    def asked(self) -> Floats:
        """The same where an actor is asked for its signature, infinite elsewhere: (A, D, P)."""
        return np.where(self.signs.T[:, None], self.utility, np.inf)

    @cached_property
    def signing_together(self) -> list[tuple[Flags, Ints]]:
        """Each set of actors (A,) that must sign some packages, and these packages."""
        sets, which = np.unique(self.signs, axis=0, return_inverse=True)
        return [(signs, np.flatnonzero(which.ravel() == k)) for k, signs in enumerate(sets)]

    def chunks(self) -> Iterator[slice]:
        """Yield a few draws at a time, so that memory does not grow with their number."""
        size = max(1, _CHUNK // len(self.texts))
        for start in range(0, len(self.table), size):
            yield slice(start, start + size)


@dataclass(frozen=True)
class Solution:
    """The equilibrium in each draw, in the sessions that were asked for.

    Attributes:
        value: W_i(t), expected at the start of a session: (D, T, A).
        threshold: R_i(t), what refusing is worth: (D, T, A).
        agreement: chance that the session's offer is signed: (D, T).
        hopeless: probability of offers that the others accept with a chance below .01, on
            average over the sessions: (D,).
        step: what values still changed by when the search for a stationary point ended: (D,).
    """

    value: Floats
    threshold: Floats
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


def offer(game: Game, threshold: Floats, draw: Ints, speaker: Ints, u: Floats) -> Ints:
    """Return the packages that speakers (W,) offer at thresholds (D, A), by uniforms u (W,)."""
    chosen = np.zeros(len(draw), dtype=np.int64)
    draws = np.unique(draw)
    small, bars = game.of_draws(draws), threshold[draws]
    for few in small.chunks():
        talks, bar = small.of_draws(few), bars[few]
        answers = chances_to_accept(talks, bar)
        for actor in np.unique(speaker[np.isin(draw, draws[few])]).tolist():
            ladders = _offer_weights(talks, bar, answers, actor)[0].cumsum(axis=1)
            for ladder, which in zip(ladders, draws[few], strict=True):
                worlds = np.flatnonzero((draw == which) & (speaker == actor))
                steps = np.searchsorted(ladder, u[worlds] * ladder[-1], side="right")
                chosen[worlds] = np.minimum(steps, len(ladder) - 1)
    return chosen


def chances_to_accept(game: Game, threshold: Floats) -> Floats:
    """Return logistic((u_i(x) - R_i) / tau_i), 1 for who need not sign: (A, D, P)."""
    bar, noise = threshold.T[..., None], game.noise.T[..., None]
    with np.errstate(over="ignore"):
        chances = bar - game.asked
        chances *= 1.0 / np.clip(noise, TINY, HUGE)
        np.exp(chances, out=chances)
    chances += 1.0
    np.divide(1.0, chances, out=chances)
    if not noise.all():
        chances = np.where(noise == 0, game.asked >= bar - ROUNDING, chances)
    return chances


def chance_to_pass(game: Game, answers: Floats, proposer: int) -> Floats:
    """Return A_p(x): the chance that an offer is signed, p keeping to it: (D, P)."""
    if game.share is not None:
        return _chance_of_quota(game, answers, proposer)
    chance = np.ones(answers.shape[1:])
    for actor, accepts in enumerate(answers):
        if actor != proposer:
            chance *= accepts
    return chance


def _offer_weights(
    game: Game, threshold: Floats, answers: Floats, proposer: int
) -> tuple[Floats, Floats]:
    """Return weights of p's offers, by logit over A u + (1 - A) R, and A: (D, P) each.

    An offer that is worth less to p than refusing is withdrawn, and A is 0. Otherwise an actor
    whom every package hurts, and all others want, would have to sign one.
    """
    gain = game.utility[proposer] - threshold[:, proposer, None]
    passes = chance_to_pass(game, answers, proposer)
    passes *= gain >= -ROUNDING
    gain *= passes
    return logit_weights(gain, game.offer_noise[:, proposer]), passes


@dataclass(frozen=True)
class _Session:
    """One session: W and R (D, A), the chance of a signature and the hopeless mass (D,)."""

    value: Floats
    threshold: Floats
    agreement: Floats
    hopeless: Floats


def _session(
    game: Game, turn: int, no_deal: Floats, later: Floats, counts: bool = False
) -> _Session:
    """Return a session from no deal (D, A) in it and W (D, A) of the next.

    Hopeless offers are only counted where asked for: it takes time.

    R_i = (1 - delta_i) d_i + delta_i W_i(t + 1), and W_i(t) = R_i + sum over proposers p and
    packages x of chance_p P_p(x) A_p(x) (u_i(x) - R_i).
    """
    threshold = (1.0 - game.discount) * no_deal + game.discount * later
    chances = game.turns[:, turn % game.turns.shape[1]]
    answers = chances_to_accept(game, threshold)
    signed = np.zeros(answers.shape[1:])
    hopeless = np.zeros(len(signed))
    for proposer in np.flatnonzero(chances.any(axis=0)).tolist():
        weights, passes = _offer_weights(game, threshold, answers, proposer)
        weights *= (chances[:, proposer] / weights.sum(axis=1))[:, None]
        if counts:
            hopeless += (weights * (passes < HOPELESS)).sum(axis=1)
        weights *= passes
        signed += weights
    agreement = signed.sum(axis=1)
    gained = np.einsum("dp,adp->da", signed, game.utility)
    return _Session((1.0 - agreement)[:, None] * threshold + gained, threshold, agreement, hopeless)


def _solve_few(game: Game, no_deal: Floats, kept: int, beyond: int) -> Solution:
    draws, sessions, actors = no_deal.shape
    later, step = _stationary(game, sessions, no_deal[:, -1], beyond)
    value, threshold = np.empty((2, draws, kept, actors))
    agreement, hopeless = np.empty((draws, kept)), np.zeros(draws)
    for t in reversed(range(sessions)):
        session = _session(game, t, no_deal[:, t], later, counts=t < kept)
        later = session.value
        if t < kept:
            value[:, t], threshold[:, t] = session.value, session.threshold
            agreement[:, t] = session.agreement
            hopeless += session.hopeless / kept
    return Solution(value, threshold, agreement, hopeless, step)


def _stationary(game: Game, first: int, no_deal: Floats, beyond: int) -> tuple[Floats, Floats]:
    """Return W (D, A) at session `first` of talks that are alike from then on; its last step (D,).

    Each draw stops by itself, so that it does not depend on the draws beside it.
    """
    value, step = no_deal.copy(), np.zeros(len(no_deal))
    cycle, active = game.turns.shape[1], np.arange(len(no_deal))
    for _ in range(beyond // cycle):
        now = value[active]
        for turn in reversed(range(first, first + cycle)):
            now = _session(game, turn, no_deal[active], now).value
        step[active] = np.abs(now - value[active]).max(axis=1)
        value[active] = now
        moving = np.flatnonzero(step[active] > SETTLED)
        if len(moving) < len(active):
            game, active = game.of_draws(moving), active[moving]
        if not len(active):
            break
    return value, step


def _chance_of_quota(game: Game, answers: Floats, proposer: int) -> Floats:
    """Return the chance that the share of votes is met, over all coalitions: (D, P).

    Coalitions that hold the same votes are counted together, so that equal votes make a
    Poisson-binomial sum and not one of 2^n terms.
    """
    assert game.votes is not None
    assert game.share is not None
    chance = np.empty(answers.shape[1:])
    for signs, packages in game.signing_together:
        votes = np.where(signs, game.votes, 0.0)
        needed = game.share * votes.sum(axis=1) - ROUNDING
        coalitions = {b"": (votes[:, proposer], np.ones((len(votes), len(packages))))}
        for actor in np.flatnonzero(signs).tolist():
            if actor != proposer:
                accepts = answers[actor][:, packages]
                coalitions = _joined(coalitions, votes[:, actor], accepts)
        met = [chances * (held >= needed)[:, None] for held, chances in coalitions.values()]
        chance[:, packages] = np.sum(met, axis=0)
    return chance


Coalitions = dict[bytes, tuple[Floats, Floats]]


def _joined(coalitions: Coalitions, votes: Floats, accepts: Floats) -> Coalitions:
    """Return coalitions, as votes held (D,) and their chance (D, P), once one more has answered."""
    after: Coalitions = {}
    for held, chance in coalitions.values():
        for holds, share in ((held, chance * (1.0 - accepts)), (held + votes, chance * accepts)):
            key = np.round(holds, 12).tobytes()
            before = after[key][1] if key in after else 0.0
            after[key] = holds, before + share
    return after
