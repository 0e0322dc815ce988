"""What actors of the tactic `equilibrium` foresee of the votes at home (Putnam 1988).

A text that is signed comes into force if all bodies concerned ratify it. Where one refuses, the
talks go on with a chance rho_r; else no deal stays, at a cost. So who foresees the votes asks more
of a text the less likely they are to pass it, and takes what a refusal brings into account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats, Ints

LEAST = 1e-150  # a noise that is as good as none
MOST_ODDS = 1e100  # odds that are as good as infinite
_OF_ALL_DRAWS = ("decides", "anticipates")


@dataclass(frozen=True)
class Foresight:
    """The votes at home as they are foreseen, in D draws, for A actors, P packages and N cells.

    Attributes:
        home: each body's utility of each cell: (D, A, N).
        theta: where half of the people back a text, in T sessions, the last for ever: (D, T, A).
        people_noise: tau_s, how widely people differ: (D, A).
        floor: f, who back any text: (D, A).
        ceiling: g, who back none: (D, A).
        quota: q-bar, support at which ratification is as likely as not: (D, A).
        vote_noise: tau_r, how loosely the vote follows support: (D, A).
        decides: whether the actor's body votes on a package: (P, A), or (1, A) if on all.
        anticipates: which actors foresee the votes: (A,).
        cost: c, what a refusal at home costs: (D, A).
        again: rho_r, the chance that a refused text leads back to the talks: (D,).
    """

    home: Floats
    theta: Floats
    people_noise: Floats
    floor: Floats
    ceiling: Floats
    quota: Floats
    vote_noise: Floats
    decides: Flags
    anticipates: Flags
    cost: Floats
    again: Floats

    def of_draws(self, draws: Ints | slice) -> Foresight:
        """Return what is foreseen in some of the draws."""
        names = [field.name for field in fields(self) if field.name not in _OF_ALL_DRAWS]
        return replace(self, **{name: getattr(self, name)[draws] for name in names})

    def put_to(self, signs: Flags) -> Foresight:
        """Return it for packages that some actors must sign (P, A): only their bodies decide."""
        return replace(self, decides=self.decides & signs)

    def theta_in(self, session: int) -> Floats:
        """Return theta in a session: (D, A)."""
        return self.theta[:, min(session, self.theta.shape[1] - 1)]

    def bracket(self, threshold: Floats, no_deal: Floats) -> Floats:
        """Return (1 - rho_r) (R_i - d_i) + c_i: what a refusal takes from who foresees it: (D, A).

        0 for who does not foresee it.
        """
        lost = (1.0 - self.again)[:, None] * (threshold - no_deal) + self.cost
        return np.where(self.anticipates, lost, 0.0)


@dataclass(frozen=True)
class Vote:
    """The vote of one actor's body on K texts in each of D draws.

    Attributes:
        actor: whose body it is.
        steepness: 1 / tau_s: (D,).
        utility: what the texts are worth at home, over tau_s: (D, K).
        needed: (q-bar - f) / tau_r, -inf where the body has no say: (D, K).
        swing: (1 - f - g) / tau_r: (D, 1).
    """

    actor: int
    steepness: Floats
    utility: Floats
    needed: Floats
    swing: Floats

    def of_draws(self, draws: Ints) -> Vote:
        """Return the vote in some of the draws."""
        per_draw = ("steepness", "utility", "needed", "swing")
        return replace(self, **{name: getattr(self, name)[draws] for name in per_draw})

    def of_packages(self, columns: Ints) -> Vote:
        """Return the vote on some of the texts, the same in each draw."""
        utility, needed = (part.take(columns, axis=1) for part in (self.utility, self.needed))
        return replace(self, utility=utility, needed=needed)

    def refusal(self, theta: Floats) -> Floats:
        """Return 1 over the chance that the body ratifies, from its theta (D,): (D, K)."""
        with np.errstate(over="ignore"):
            against = (theta * self.steepness)[:, None] - self.utility
            np.exp(against, out=against)
            against += 1.0
            np.divide(self.swing, against, out=against)
            np.subtract(self.needed, against, out=against)
            np.exp(against, out=against)
        against += 1.0
        return against


def votes_on(foresight: Foresight, texts: Ints) -> list[Vote]:
    """Return the votes at home on texts (P, B), of each body that has a say on any."""
    utility, votes = worth_of(foresight.home, texts), []
    for actor in np.flatnonzero(foresight.decides.any(axis=0)).tolist():
        steepness = 1.0 / np.clip(foresight.people_noise[:, actor], LEAST, None)
        noise = np.clip(foresight.vote_noise[:, actor], LEAST, None)
        floor, ceiling = foresight.floor[:, actor], foresight.ceiling[:, actor]
        needed = ((foresight.quota[:, actor] - floor) / noise)[:, None]
        has_say = np.broadcast_to(foresight.decides[:, actor], utility[actor].shape)
        votes.append(
            Vote(
                actor=actor,
                steepness=steepness,
                utility=utility[actor] * steepness[:, None],
                needed=np.where(has_say, needed, -np.inf),
                swing=((1.0 - floor - ceiling) / noise)[:, None],
            )
        )
    return votes


def odds_of(refusals: Sequence[Floats]) -> Floats:
    """Return the odds (1 - p) / p against all, from 1 over each one's chance: (...) each.

    They are finite, so that infinite odds of losing nothing are nothing.
    """
    product = refusals[0].copy()
    with np.errstate(over="ignore"):
        for refusal in refusals[1:]:
            product *= refusal
    product -= 1.0
    return np.minimum(product, MOST_ODDS, out=product)


def worth_of(table: Floats, texts: Ints) -> Floats:
    """Return what texts (P, B) are worth by a table over cells (D, A, N): (A, D, P)."""
    worth = table[:, :, texts[:, 0]]
    for cells in texts.T[1:]:
        worth += table[:, :, cells]
    return np.ascontiguousarray(worth.swapaxes(0, 1))


def demanded(threshold: Floats, chance: Floats, bracket: Floats) -> Floats:
    """Return A_i(x) = R_i + (1 - p) / p times the bracket; infinite odds of nothing are nothing."""
    with np.errstate(divide="ignore"):
        odds = np.minimum((1.0 - chance) / chance, MOST_ODDS)
    return threshold + odds * bracket
