"""Packages that some actors may propose, one after another: who signs them, what they gain.

Only a few packages count for an actor's offers, and not the same for each: so what is weighed is
a list of N packages in S segments, one for each proposer in each draw, and not a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import HUGE, ROUNDING, TINY
from sim.bargaining.tactics.foresight import Votes, odds_of, surplus, votes_on
from sim.bargaining.tactics.game import Game, Outlook, steepness
from sim.draws.streams import Floats, Ints


@dataclass(frozen=True)
class Prospects:
    """What becomes of N proposals.

    Attributes:
        passes: A_p(x), the chance that it is signed, p keeping to it unless it regrets it: (N,).
        gain: A_p(x) (v_p(x) - R_p): (N,).
    """

    passes: Floats
    gain: Floats


@dataclass(frozen=True)
class Proposals:
    """Packages that proposers may offer: N packages in S segments, each of a draw and a proposer.

    All packages of the game that are not among them are known to gain their proposer nothing.

    Attributes:
        game: the talks.
        draw: the draw of each segment, in order: (S,).
        proposer: its proposer: (S,).
        sizes: its number of packages, at least 1: (S,).
        package: the packages, segment by segment: (N,).
        worth: what they are worth: to each actor (A rows), to the proposer, and to those who are
            asked, in units of their tau, infinite to who need not sign (A - 1 rows): (2 A, N).
        votes: the votes on them at home; None where nobody foresees any.
    """

    game: Game
    draw: Ints
    proposer: Ints
    sizes: Ints
    package: Ints
    worth: Floats
    votes: Votes | None

    @cached_property
    def starts(self) -> Ints:
        """The first proposal of each segment: (S,)."""
        return np.concatenate([[0], self.sizes[:-1].cumsum()])

    @cached_property
    def left_out(self) -> Ints:
        """How many packages are not in a segment: (S,)."""
        return len(self.game.texts) - self.sizes

    @cached_property
    def others(self) -> Ints:
        """The actors who are asked in each segment: (A - 1, S)."""
        actors = self.game.table.shape[1]
        return (self.proposer + np.arange(1, actors)[:, None]) % actors

    @property
    def utility(self) -> Floats:
        """What each proposal is worth to each actor: (A, N)."""
        return self.worth[: len(self.worth) // 2]

    @property
    def own(self) -> Floats:
        """What each is worth to its proposer: (N,)."""
        return self.worth[len(self.worth) // 2]

    @property
    def asked(self) -> Floats:
        """u / tau of those who must sign it, infinite of the others: (A - 1, N)."""
        return self.worth[len(self.worth) // 2 + 1 :]

    @cached_property
    def steepness(self) -> Floats:
        """1 / tau of those who are asked: (A - 1, S)."""
        return steepness(self.game)[self.draw, self.others]

    @cached_property
    def leeway(self) -> Floats:
        """What those may lose who answer exactly: (A - 1, S)."""
        return np.where(self.game.noise[self.draw, self.others] == 0, ROUNDING, 0.0)

    @cached_property
    def temperature(self) -> Floats:
        """The temperature taup of each segment's proposer: (S,)."""
        return self.game.offer_noise[self.draw, self.proposer]

    @cached_property
    def coldness(self) -> Floats:
        """1 / taup for each proposal: (N,)."""
        return self.spread(1.0 / np.clip(self.temperature, TINY, HUGE))

    @cached_property
    def foreseen(self) -> Floats:
        """1 where the proposer foresees votes at home, else 0: (N,)."""
        assert self.game.votes_at_home is not None
        return self.spread(self.game.votes_at_home.anticipates[self.proposer].astype(float))

    def only(self, keep: Flags) -> Proposals:
        """Return some of the proposals (N,), at least one in each segment."""
        votes = None if self.votes is None else self.votes.only(keep)
        sizes = np.add.reduceat(keep, self.starts, dtype=np.int64)
        at = np.flatnonzero(keep)
        package, worth = self.package[at], self.worth.take(at, axis=1)
        return replace(self, sizes=sizes, package=package, worth=worth, votes=votes)

    def spread(self, values: Floats) -> Floats:
        """Return values of segments (..., S) for each of their proposals: (..., N)."""
        return np.repeat(values, self.sizes, axis=-1)

    def total(self, values: Floats) -> Floats:
        """Return sums over segments: (..., S) from (..., N)."""
        return np.add.reduceat(values, self.starts, axis=-1)

    def most(self, values: Floats) -> Floats:
        """Return the largest in each segment: (..., S) from (..., N)."""
        return np.maximum.reduceat(values, self.starts, axis=-1)

    def odds_against(self, *views: Outlook) -> list[Floats]:
        """Return (1 - p) / p of all bodies at home, in each of some views: (N,) each.

        As all views agree on a body, it is asked once.
        """
        if self.votes is None:
            return []
        bodies = self.votes.body
        first = [self.refusal(row, views[0]) for row in range(len(bodies))]
        odds = [odds_of(first)]
        for view in views[1:]:
            same = (view.theta == views[0].theta)[self.draw][:, bodies].all(axis=0)
            odds.append(
                odds_of([first[r] if same[r] else self.refusal(r, view) for r in range(len(bodies))])
            )
        return odds

    def refusal(self, row: int, view: Outlook) -> Floats:
        """Return 1 over the chance that the body of a row of the votes ratifies: (N,)."""
        assert self.votes is not None
        assert self.game.votes_at_home is not None
        at = self.draw, self.votes.body[row]
        theta = view.theta[at] * self.game.votes_at_home.steepness[at]
        return self.votes.refusal(row, self.spread(theta))

    def prospects(self, view: Outlook, odds: Sequence[Floats], hopeful: bool = True) -> Prospects:
        """Return what becomes of them at some odds against them at home, at best (or at worst).

        No odds: nobody foresees votes.
        """
        passes = self._signed(view, odds, hopeful)
        gain = self._surplus(view, odds, hopeful)
        passes *= gain >= -ROUNDING
        gain *= passes
        return Prospects(passes, gain)

    def _signed(self, view: Outlook, odds: Sequence[Floats], hopeful: bool) -> Floats:
        """Return the chance that each is signed, its proposer keeping to it: (N,)."""
        inverse = [self._inverse(row, view, odds, hopeful) for row in range(len(self.others))]
        if self.game.share is not None:
            return chance_of_quota(self, [1.0 / chance for chance in inverse])
        with np.errstate(over="ignore"):
            product = reduce(lambda a, b: np.multiply(a, b, out=a), inverse)
        return np.divide(1.0, product, out=product)

    def _inverse(
        self, row: int, view: Outlook, odds: Sequence[Floats], hopeful: bool
    ) -> Floats:
        """Return 1 over the chance that the actors of a row of `others` accept: (N,).

        That is 1 + exp((A_i(x) - u_i(x)) / tau_i), with A_i(x) = R_i + (1 - p) / p times the
        bracket.
        """
        at, steepness = (self.draw, self.others[row]), self.steepness[row]
        demand = self.spread((view.bar[at] - self.leeway[row]) * steepness)
        if odds:
            demand += self._extra(self.spread(view.bracket[at] * steepness), odds, hopeful)
        demand -= self.asked[row]
        with np.errstate(over="ignore"):
            np.exp(demand, out=demand)
        demand += 1.0
        return demand

    def _extra(self, bracket: Floats, odds: Sequence[Floats], hopeful: bool) -> Floats:
        """Return the odds times a bracket (N,), at best or at worst: (N,)."""
        ends = [against * bracket for against in odds]
        return reduce(np.minimum if hopeful else np.maximum, ends)

    def _surplus(self, view: Outlook, odds: Sequence[Floats], hopeful: bool) -> Floats:
        """Return v_p(x) - R_p of those who propose: (N,)."""
        at = self.draw, self.proposer
        if not odds:
            return self.own - self.spread(view.bar[at])
        bar, bracket = self.spread(view.bar[at]), self.spread(view.bracket[at])
        ends = [surplus(self.own, bar, self._ratified(against), bracket) for against in odds]
        return reduce(np.maximum if hopeful else np.minimum, ends)

    def _ratified(self, odds: Floats) -> Floats:
        """Return the chance p at odds against (N,), and 1 for who does not foresee it: (N,)."""
        assert self.game.votes_at_home is not None
        if not self.game.votes_at_home.anticipates.all():
            odds = odds * self.foreseen
        return 1.0 / (1.0 + odds)

    def logit(self, gain: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return weights of offers (N,), of those left out and of all in a segment: (S,) each.

        By logit of what they gain (N,), at the proposer's temperature.
        """
        best = self.most(gain)
        best = np.where(self.left_out > 0, np.maximum(best, 0.0), best)
        weights = gain - self.spread(best)
        exact = weights >= -ROUNDING if not self.temperature.all() else None
        with np.errstate(over="ignore"):
            weights *= self.coldness
            np.exp(weights, out=weights)
            rest = np.exp(-best / np.clip(self.temperature, TINY, HUGE))
        if exact is not None:
            weights = np.where(self.spread(self.temperature) == 0, exact, weights)
            rest = np.where(self.temperature == 0, best <= ROUNDING, rest)
        rest = self.left_out * rest
        whole = self.total(weights) + rest
        mass = best / np.clip(self.temperature, TINY, HUGE) + np.log(whole)
        return weights, rest, whole, mass


def listed(game: Game, draws: Ints, proposers: Ints, may: Flags) -> Proposals:
    """Return the packages that proposers (Q,) may offer in draws (M,): may (M, Q, P)."""
    draw, proposer = np.repeat(draws, len(proposers)), np.tile(proposers, len(draws))
    segment, package = np.nonzero(may.reshape(len(draw), -1))
    actors = game.table.shape[1]
    sizes = np.bincount(segment, minlength=len(draw))
    others = (proposer + np.arange(1, actors)[:, None]) % actors
    of_draw, of_actor = draw[segment], [proposer, *others]
    position = of_draw * len(game.texts) + package
    worth = np.empty((2 * actors, len(package)))
    worth[:actors] = game.utility.reshape(actors, -1).take(position, axis=1)
    per_actor = game.utility[0].size
    for row, actor in enumerate(of_actor):
        table = game.urged if row else game.utility
        worth[actors + row] = table.ravel().take(np.repeat(actor * per_actor, sizes) + position)
    home = game.votes_at_home
    votes = None if home is None else votes_on(home, game.home_utility, of_draw, package)
    return Proposals(game, draw, proposer, sizes, package, worth, votes)


def side_by_side(parts: Sequence[Proposals]) -> Proposals:
    """Return proposals of some draws after those of others."""
    votes = [part.votes for part in parts if part.votes is not None]
    return Proposals(
        parts[0].game,
        np.concatenate([part.draw for part in parts]),
        np.concatenate([part.proposer for part in parts]),
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.package for part in parts]),
        np.concatenate([part.worth for part in parts], axis=1),
        Votes.joined(votes) if votes else None,
    )


Coalitions = dict[bytes, tuple[Floats, Floats]]


def chance_of_quota(proposals: Proposals, answers: Sequence[Floats]) -> Floats:
    """Return the chance that the share of votes is met, from A - 1 answers (N,): (N,).

    Over all coalitions. Those that hold the same votes are counted together, so that equal votes
    make a Poisson-binomial sum and not one of 2^n terms.
    """
    game, segment = proposals.game, proposals.spread(np.arange(len(proposals.draw)))
    assert game.votes is not None
    assert game.share is not None
    chance = np.empty(len(segment))
    sets, which = game.signing_together
    together = which[proposals.package]
    for number, signs in enumerate(sets):
        members = np.flatnonzero(together == number)
        votes = np.where(signs, game.votes, 0.0)[proposals.draw]
        needed = game.share * votes.sum(axis=1) - ROUNDING
        rows = np.arange(len(votes))
        coalitions = {b"": (votes[rows, proposals.proposer], np.ones(len(members)))}
        for others, accepts in zip(proposals.others, answers, strict=True):
            coalitions = _joined(coalitions, votes[rows, others], accepts[members])
        met = [share * (held >= needed)[segment[members]] for held, share in coalitions.values()]
        chance[members] = np.sum(met, axis=0)
    return chance


def _joined(coalitions: Coalitions, votes: Floats, accepts: Floats) -> Coalitions:
    """Return coalitions, as votes held (S,) and their chance (N,), once one more has answered."""
    after: Coalitions = {}
    for held, chance in coalitions.values():
        for holds, share in ((held, chance * (1.0 - accepts)), (held + votes, chance * accepts)):
            key = np.round(holds, 12).tobytes()
            before = after[key][1] if key in after else 0.0
            after[key] = holds, before + share
    return after
