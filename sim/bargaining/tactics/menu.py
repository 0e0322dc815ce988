"""The packages that may be offered, side by side: who signs them, what they gain, how likely.

The equations of one session. All follows from what a text lacks of what an actor asks for, in
units of its noise: e_i = (A_i - u_i) / tau_i, A_i = R_i + (1 - p) / p times the bracket. An actor
signs with chance 1 / (1 + exp(e_i)), and loses p tau_i e_i by a signature. The product of the
1 + exp(e_i) is 1 over the chance that all sign; each proposer's own answer is taken out of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.bargaining.packages import HUGE, ROUNDING, TINY
from sim.bargaining.tactics.foresight import Votes, votes_on
from sim.bargaining.tactics.game import Game, Outlook
from sim.draws.streams import Floats, Ints

# A chance of e^-75 or a weight of e^-100 is as good as none, and the products of such numbers are
# still ones that a processor handles fast; the exponents of all answers add up to 690 at most, and
# those of weights need not be taken from the best one's where that is below 600.
_REFUSES, _TOGETHER, LEAST_WEIGHT, _MOST_WEIGHT = 75.0, 690.0, -100.0, 600.0


@dataclass(frozen=True)
class Offers:
    """What becomes of the offers of Q proposers.

    Attributes:
        kept: 1 over the chance that p would accept, which it need not; 0 where it regrets the
            offer, which is then withdrawn: (Q, D, K).
        together: the chance that all accept: (D, K).
        gain: A_p(x) (v_p(x) - R_p) / taup_p: (Q, D, K).
    """

    kept: Floats
    together: Floats
    gain: Floats

    @property
    def passes(self) -> Floats:
        """A_p(x), the chance that it is signed, p keeping to it unless it regrets it: (Q, D, K)."""
        return self.kept * self.together

    def logit(self, temperature: Floats, left_out: int = 0) -> tuple[Floats, Floats, Floats]:
        """Return weights of the offers (Q, D, K), of all of them together and of one left out.

        By logit at temperatures taup (Q, D). Packages that are left out gain nothing. Weights are
        written where the gains were; the others are (Q, D).
        """
        best, weights = np.maximum.reduce(self.gain, axis=2), self.gain
        if left_out:
            np.maximum(best, 0.0, out=best)
        far = best > _MOST_WEIGHT
        if temperature.all() and not far.any():
            np.exp(self.gain, out=weights)
            return weights, np.add.reduce(weights, axis=2) + left_out, np.ones_like(best)
        shift = np.where(far, best, 0.0)
        exact, least = temperature == 0, best - ROUNDING / np.clip(temperature, TINY, HUGE)
        chosen = self.gain >= least[..., None] if exact.any() else None
        weights -= shift[..., None]
        np.maximum(weights, LEAST_WEIGHT, out=weights)
        np.exp(weights, out=weights)
        rest = np.exp(np.maximum(-shift, LEAST_WEIGHT))
        if chosen is not None:
            np.copyto(weights, chosen, where=exact[..., None])
            rest = np.where(exact, (least <= 0).astype(np.float64), rest)
        return weights, weights.sum(axis=2) + left_out * rest, rest


@dataclass(frozen=True)
class Menu:
    """K of the packages in each of D draws.

    Attributes:
        game: the talks.
        terms: -u / tau of each actor, 1, and the odds against at home: (A + 2, D, K).
        optional: which actors need not sign every package: (O,).
        asked: 1 where such an actor is asked for its signature, 0 elsewhere: (O, D, K).
        votes: the votes on them at home; None where there are none.
        package: which they are, where that counts: (D, K).
        left_out: how many packages are not among them, in each draw.
    """

    game: Game
    terms: Floats
    optional: Ints
    asked: Floats
    votes: Votes | None
    package: Ints
    left_out: int = 0
    voted: list[Floats] = field(default_factory=list)

    def of_draws(self, game: Game, draws: Ints) -> Menu:
        """Return the packages in some of the draws, with the game in these."""
        terms, asked = (part.take(draws, axis=1) for part in (self.terms, self.asked))
        votes = None if self.votes is None else self.votes.of_draws(draws)
        return Menu(game, terms, self.optional, asked, votes, self.package[draws], self.left_out)

    def of_packages(self, columns: Ints) -> Menu:
        """Return some of the packages, the same in each draw."""
        terms, asked = (part.take(columns, axis=2) for part in (self.terms, self.asked))
        votes = None if self.votes is None else self.votes.of_packages(columns)
        package, left_out = self.package.take(columns, axis=1), self.left_out + self.size
        left_out -= len(columns)
        return Menu(self.game, terms, self.optional, asked, votes, package, left_out)

    @property
    def actors(self) -> int:
        """Return the number of actors."""
        return len(self.terms) - 2

    @property
    def size(self) -> int:
        """Return the number of packages."""
        return self.terms.shape[2]

    def at_home(self, theta: Floats) -> tuple[Floats, Floats] | None:
        """Return p, the chance that all bodies ratify, and (1 - p) / p: (D, K) each.

        From theta (D, A); None where nobody foresees votes. While it is as before, so are they.
        """
        if self.votes is None:
            return None
        if not self.voted or not (theta is self.voted[0] or np.array_equal(theta, self.voted[0])):
            chance, odds = self.votes.ratified(theta.T[self.votes.actors])
            self.voted[:], self.terms[-1] = (theta, chance), odds
        return self.voted[1], self.terms[-1]

    @cached_property
    def leeway(self) -> Floats | None:
        """What actors may lose who answer exactly, over tau (A, D, 1); None where none does."""
        exact = self.game.noise.T[..., None] == 0
        return np.where(exact, self.game.slack, 0.0) if exact.any() else None

    @cached_property
    def _room(self) -> Floats:
        """Where a session is worked out, so that memory is asked for once: (2 A + 2, D, K)."""
        return np.empty((2 * self.actors + 2, *self.terms.shape[1:]))

    def shortfall(self, view: Outlook, odds: Floats | None = None) -> Floats:
        """Return e_i = (A_i - u_i) / tau_i, what packages lack for each actor: (A, D, K).

        At the odds that were last asked for, or at others (A, D, K) where these are given.
        """
        actors, factors = self.actors, self._factors
        short = self._room[:actors]
        unit = self.game.unit[..., 0].T
        factors[..., -2], factors[..., -1] = view.bar / unit, view.bracket / unit
        if odds is None:
            np.matmul(factors, self.terms.swapaxes(0, 1), out=short.swapaxes(0, 1))
            return short
        np.multiply(odds, factors[..., -1].T[..., None], out=short)
        short += factors[..., -2].T[..., None]
        short += self.terms[:actors]
        return short

    def gained(self, chances: Floats) -> Floats:
        """Return the sum of chances (D, K) times u_i - A_i, as actors last looked at it: (D, A)."""
        sums = self._sums(chances).T[:, None]
        return np.asarray(-self.game.unit[..., 0].T * (self._factors * sums).sum(axis=2))

    def _sums(self, chances: Floats) -> Floats:
        """Return the sums of chances (D, K) times the terms: (A + 2, D).

        The faster way may round otherwise for other draws beside one, where it is not alone.
        """
        if self.game.is_large:
            return np.asarray(np.einsum("adk,dk->ad", self.terms, chances))
        parts = np.multiply(self.terms, chances, out=self._room[self.actors :])
        return np.asarray(np.add.reduce(parts, axis=2))

    @cached_property
    def _factors(self) -> Floats:
        """By which the terms of a shortfall are multiplied, but for two to come: (D, A, A + 2)."""
        return np.tile(np.eye(self.actors, self.actors + 2), (self.terms.shape[1], 1, 1))

    def answers(self, short: Floats) -> Floats:
        """Return 1 over each actor's chance to accept, 1 for who need not sign: (A, D, K)."""
        answers = self._room[self.actors : 2 * self.actors]
        if self.leeway is not None:
            short = np.subtract(short, self.leeway, out=answers)
        np.minimum(short, min(_REFUSES, _TOGETHER / len(answers)), out=answers)
        np.exp(answers, out=answers)
        for actor, asked in zip(self.optional.tolist(), self.asked, strict=True):
            answers[actor] *= asked
        answers += 1.0
        return answers

    def offers(self, view: Outlook, proposers: Ints) -> Offers:
        """Return what becomes of the offers of some actors (Q,)."""
        home = self.at_home(view.theta)
        chance = None if home is None else home[0]
        return self._offers(self.shortfall(view), chance, proposers)

    def bounds(self, ends: tuple[Outlook, Outlook], proposers: Ints) -> Offers:
        """Return the best that may become of offers from the first end, the lower, to the other.

        Or the worst, from the higher end to the lower.
        """
        view, pays = ends[0], (ends[0].bracket >= 0).T[..., None]
        if self.votes is None or pays.all():
            return self.offers(view, proposers)
        (_, unlikely), (chance, likely) = (
            self.votes.ratified(end.theta.T[self.votes.actors]) for end in reversed(ends)
        )
        short = self.shortfall(view, np.where(pays, likely, unlikely))
        return self._offers(short, chance, proposers)

    def _offers(self, short: Floats, chance: Floats | None, proposers: Ints) -> Offers:
        """Return what becomes of offers that lack this (A, D, K) and pass at home by chance (D, K).

        An offer that is worth less to p than refusing is withdrawn, and A_p is 0. Otherwise an
        actor whom every package hurts, and all others want, would have to sign one.
        """
        answers, every = self.answers(short), len(proposers) == len(short)
        gain, slack, cold = short, self.game.slack, self.game.cold
        if not every:
            gain, slack, cold = (part[proposers] for part in (gain, slack, cold))
        stands = gain <= slack
        if self.game.share is not None:
            kept = np.stack([chance_of_quota(self, answers, p) for p in proposers.tolist()])
            together = np.ones_like(answers[0])
        else:
            together = np.multiply.reduce(answers, axis=0)
            np.divide(1.0, together, out=together)
            kept = answers if every else answers[proposers]
        kept *= stands
        gain *= kept
        gain *= self._passed(chance, together, proposers) * cold
        return Offers(kept, together, gain)

    def _passed(self, chance: Floats | None, together: Floats, actors: Ints) -> Floats:
        """Return the chance that all accept and ratify, for who foresees it: (D, K) or more."""
        home = self.game.votes_at_home
        if chance is None or home is None:
            return together
        if home.is_general:
            return together * chance
        return together * np.where(home.anticipates[actors, None, None], chance, 1.0)


def menu_of(game: Game, package: Ints | None = None) -> Menu:
    """Return all packages of a game, or some of them (K,)."""
    every = np.arange(len(game.texts))
    left_out = 0 if package is None else len(every) - len(package)
    if package is not None:
        every, game = package, game.of_packages(package)
    actors, shape = len(game.utility), game.utility.shape[1:]
    terms = np.empty((actors + 2, *shape))
    np.divide(-game.utility, game.unit, out=terms[:actors])
    terms[actors:] = np.array([1.0, 0.0])[:, None, None]
    optional = np.flatnonzero(~game.signs.all(axis=0))
    asked = np.tile(game.signs.T[optional, None].astype(float), (1, len(game.table), 1))
    home = game.votes_at_home
    votes = None if home is None else votes_on(home, game.texts)
    return Menu(game, terms, optional, asked, votes, np.broadcast_to(every, shape), left_out)


Coalitions = dict[bytes, tuple[Floats, Floats]]


def chance_of_quota(menu: Menu, answers: Floats, proposer: int) -> Floats:
    """Return the chance that the share of votes is met, from 1 over each one's chance: (D, K).

    Over all coalitions. Those that hold the same votes are counted together, so that equal votes
    make a Poisson-binomial sum and not one of 2^n terms.
    """
    game = menu.game
    assert game.votes is not None
    assert game.share is not None
    sets, which = np.unique(game.signs, axis=0, return_inverse=True)
    which, chance = which.ravel()[menu.package], np.empty(menu.package.shape)
    for number, signs in enumerate(sets):
        rows, columns = np.nonzero(which == number)
        votes = np.where(signs, game.votes, 0.0)
        needed = game.share * votes.sum(axis=1) - ROUNDING
        coalitions = {b"": (votes[:, proposer], np.ones(len(rows)))}
        for actor in np.flatnonzero(signs).tolist():
            if actor != proposer:
                accepts = 1.0 / answers[actor][rows, columns]
                coalitions = _joined(coalitions, votes[:, actor], accepts)
        met = [share * (held >= needed)[rows] for held, share in coalitions.values()]
        chance[rows, columns] = np.sum(met, axis=0)
    return chance


def _joined(coalitions: Coalitions, votes: Floats, accepts: Floats) -> Coalitions:
    """Return coalitions, as votes held (D,) and their chance (N,), once one more has answered."""
    after: Coalitions = {}
    for held, chance in coalitions.values():
        for holds, share in ((held, chance * (1.0 - accepts)), (held + votes, chance * accepts)):
            key = np.round(holds, 12).tobytes()
            before = after[key][1] if key in after else 0.0
            after[key] = holds, before + share
    return after
