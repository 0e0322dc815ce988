"""The packages that may be offered, side by side: who signs them, what they gain, how likely.

The equations of one session. Chances are kept as 1 over the chance, 1 + exp((A - u) / tau): their
product is 1 over the chance that all sign, from which each proposer's own answer is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.bargaining.packages import HUGE, ROUNDING, TINY
from sim.bargaining.tactics.foresight import LEAST, Vote, odds_of, votes_on
from sim.bargaining.tactics.game import Game, Outlook
from sim.draws.streams import Floats, Ints

# A chance of e^-75 or a weight of e^-100 is as good as none, and the products of such numbers are
# still ones that a processor handles fast; the exponents of all answers add up to 690 at most.
_REFUSES, _TOGETHER, LEAST_WEIGHT = 75.0, 690.0, -100.0


@dataclass(frozen=True)
class Offers:
    """What becomes of the offers of Q proposers.

    Attributes:
        passes: A_p(x), the chance that it is signed, p keeping to it unless it regrets it:
            (Q, D, K).
        gain: A_p(x) (v_p(x) - R_p): (Q, D, K).
        spare: where their weights may be written: (Q, D, K).
    """

    passes: Floats
    gain: Floats
    spare: Floats

    def logit(self, temperature: Floats, left_out: int = 0) -> tuple[Floats, Floats]:
        """Return weights of the offers (Q, D, K), and of all of them together (Q, D).

        By logit at temperatures (Q, D). Packages that are left out gain nothing.
        """
        best = self.gain.max(axis=2)
        if left_out:
            np.maximum(best, 0.0, out=best)
        cold = 1.0 / np.clip(temperature, TINY, HUGE)
        weights = np.subtract(self.gain, best[..., None], out=self.spare)
        exact = None if temperature.all() else weights >= -ROUNDING
        weights *= cold[..., None]
        np.maximum(weights, LEAST_WEIGHT, out=weights)
        np.exp(weights, out=weights)
        rest = np.exp(np.maximum(-best * cold, LEAST_WEIGHT))
        if exact is not None:
            weights = np.where(temperature[..., None] == 0, exact, weights)
            rest = np.where(temperature == 0, best <= ROUNDING, rest)
        return weights, weights.sum(axis=2) + left_out * rest


@dataclass(frozen=True)
class Menu:
    """K of the packages in each of D draws.

    Attributes:
        game: the talks.
        utility: what each is worth to each actor: (A, D, K).
        urged: u / tau where an actor is asked for its signature, infinite elsewhere: (A, D, K).
        votes: the votes on them at home.
        package: which they are, where that counts: (D, K).
        left_out: how many packages are not among them, in each draw.
    """

    game: Game
    utility: Floats
    urged: Floats
    votes: Sequence[Vote]
    package: Ints
    left_out: int = 0
    answered: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)
    odds: list[Floats] = field(default_factory=list)

    def of_draws(self, game: Game, draws: Ints) -> Menu:
        """Return the packages in some of the draws, with the game in these."""
        utility, urged, package = self.utility[:, draws], self.urged[:, draws], self.package[draws]
        votes = [vote.of_draws(draws) for vote in self.votes]
        return Menu(game, utility, urged, votes, package, self.left_out)

    def of_packages(self, columns: Ints) -> Menu:
        """Return some of the packages, the same in each draw."""
        return Menu(
            self.game,
            self.utility.take(columns, axis=2),
            self.urged.take(columns, axis=2),
            [vote.of_packages(columns) for vote in self.votes],
            self.package.take(columns, axis=1),
            self.left_out + self.utility.shape[2] - len(columns),
        )

    def odds_against(self, theta: Floats) -> Floats | None:
        """Return (1 - p) / p of all bodies at home (D, K), from theta (D, A).

        None where nobody foresees votes. Bodies whose theta is the same as before answer as then.
        """
        changed = False
        for vote in self.votes:
            now = theta[:, vote.actor]
            before = self.answered.get(vote.actor)
            if before is None or not np.array_equal(now, before[0]):
                self.answered[vote.actor] = now, vote.refusal(now)
                changed = True
        if changed:
            self.odds[:] = [odds_of([refusal for _, refusal in self.answered.values()])]
        return self.odds[0] if self.votes else None

    @cached_property
    def steepness(self) -> Floats:
        """1 / tau: (A, D, 1)."""
        return (1.0 / np.clip(self.game.noise, LEAST, None)).T[..., None]

    @cached_property
    def leeway(self) -> Floats:
        """What actors may lose who answer exactly: (A, D, 1)."""
        return np.where(self.game.noise == 0, ROUNDING, 0.0).T[..., None]

    @cached_property
    def largest(self) -> float:
        """What a package is worth at most to anybody, or costs it."""
        return float(np.abs(self.utility).max())

    @cached_property
    def _room(self) -> Floats:
        """Where a session is worked out, so that memory is asked for once: (3, A, D, K)."""
        return np.empty((3, *self.utility.shape))

    def answers(self, view: Outlook, odds: Floats | None) -> Floats:
        """Return 1 over each actor's chance to accept, 1 for who need not sign: (A, D, K).

        It accepts with logistic((u_i - A_i) / tau_i), A_i = R_i + (1 - p) / p times the bracket.
        Odds are (D, K), or (A, D, K) where they are not the same for each.
        """
        answers, extra = self._room[:2]
        bar, bracket = view.bar.T[..., None], view.bracket.T[..., None]
        np.subtract((bar - self.leeway) * self.steepness, self.urged, out=answers)
        if odds is not None:
            answers += np.multiply(odds, bracket * self.steepness, out=extra)
        np.minimum(answers, min(_REFUSES, _TOGETHER / len(answers)), out=answers)
        np.exp(answers, out=answers)
        answers += 1.0
        return answers

    def offers(self, view: Outlook, odds: Floats | None, proposers: Ints) -> Offers:
        """Return what becomes of the offers of some actors (Q,), at odds (D, K)."""
        chance = None if odds is None else 1.0 / (1.0 + odds)
        answers = self.answers(view, odds)
        return self._offered(answers, self.surplus(view, chance, proposers), proposers)

    def bounds(
        self,
        view: Outlook,
        odds: tuple[Floats | None, Floats | None],
        proposers: Ints,
        hopeful: bool = True,
    ) -> Offers:
        """Return the best (or worst) that may become of offers, at odds from one to another."""
        if odds[0] is None or odds[1] is None or odds[0] is odds[1]:
            return self.offers(view, odds[0], proposers)
        least, most = np.minimum(odds[0], odds[1]), np.maximum(odds[0], odds[1])
        pays = (view.bracket >= 0).T[..., None] == hopeful
        answers = self.answers(view, np.where(pays, least, most))
        gain = self.surplus(view, 1.0 / (1.0 + least), proposers).copy()
        pick = np.maximum if hopeful else np.minimum
        pick(gain, self.surplus(view, 1.0 / (1.0 + most), proposers), out=gain)
        return self._offered(answers, gain, proposers)

    def surplus(self, view: Outlook, chance: Floats | None, actors: Ints) -> Floats:
        """Return v_i(x) - R_i = p (u_i - R_i) - (1 - p) times the bracket: (Q, D, K).

        The chance p (D, K) is 1 for who does not foresee the votes.
        """
        utility = self.utility if len(actors) == len(self.utility) else self.utility[actors]
        gain = np.subtract(utility, view.bar.T[actors, :, None], out=self._room[1, : len(actors)])
        home = self.game.votes_at_home
        if chance is not None and home is not None:
            foresees = home.anticipates[actors]
            bracket = view.bracket.T[actors, :, None]
            gain += bracket
            gain *= chance if foresees.all() else np.where(foresees[:, None, None], chance, 1.0)
            gain -= bracket
        return gain

    def _offered(self, answers: Floats, gain: Floats, proposers: Ints) -> Offers:
        """Return what becomes of offers that gain their proposers this if they are signed.

        An offer that is worth less to p than refusing is withdrawn, and A_p is 0. Otherwise an
        actor whom every package hurts, and all others want, would have to sign one.
        """
        if self.game.share is not None:
            passes = np.stack([chance_of_quota(self, answers, p) for p in proposers.tolist()])
        else:
            own = answers if len(proposers) == len(answers) else answers[proposers]
            together = 1.0 / np.multiply.reduce(answers, axis=0)
            passes = np.multiply(own, together, out=self._room[2, : len(proposers)])
        passes *= gain >= -ROUNDING
        gain *= passes
        return Offers(passes, gain, self._room[0, : len(proposers)])


def menu_of(game: Game) -> Menu:
    """Return all packages of a game."""
    utility = game.utility
    steepness = 1.0 / np.clip(game.noise, LEAST, None)
    urged = np.where(game.signs.T[:, None], utility * steepness.T[..., None], np.inf)
    home = game.votes_at_home
    votes = [] if home is None else votes_on(home, game.texts)
    package = np.broadcast_to(np.arange(len(game.texts)), utility.shape[1:])
    return Menu(game, utility, urged, votes, package)


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
