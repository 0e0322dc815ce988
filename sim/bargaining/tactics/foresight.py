"""What actors of the tactic `equilibrium` foresee of the votes at home (Putnam 1988).

A text that is signed comes into force if all bodies concerned ratify it. Where one refuses, the
talks go on with a chance rho_r; else no deal stays, at a cost. So who foresees the votes asks more
of a text the less likely they are to pass it, and takes what a refusal brings into account.
"""

from __future__ import annotations

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
class Votes:
    """The votes of V bodies on K texts in each of D draws.

    Attributes:
        actors: whose bodies they are: (V,).
        steepness: 1 / tau_s: (V, D, 1).
        utility: what the texts are worth at home, over tau_s: (V, D, K).
        needed: (q-bar - f) / tau_r, -inf where a body has no say: (V, D, K).
        swing: (1 - f - g) / tau_r: (V, D, 1).
    """

    actors: Ints
    steepness: Floats
    utility: Floats
    needed: Floats
    swing: Floats

    def of_draws(self, draws: Ints) -> Votes:
        """Return the votes in some of the draws."""
        per_draw = ("steepness", "utility", "needed", "swing")
        return replace(self, **{name: getattr(self, name)[:, draws] for name in per_draw})

    def of_packages(self, columns: Ints) -> Votes:
        """Return the votes on some of the texts, the same in each draw."""
        utility, needed = (part.take(columns, axis=2) for part in (self.utility, self.needed))
        return replace(self, utility=utility, needed=needed)

    def ratified(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return p, the chance that all ratify, and (1 - p) / p, from theta (V, D): (D, K) each.

        The odds are finite, so that infinite odds of losing nothing are nothing.
        """
        with np.errstate(over="ignore"):
            refusal = np.subtract(theta[..., None] * self.steepness, self.utility)
            np.exp(refusal, out=refusal)
            refusal += 1.0
            np.divide(self.swing, refusal, out=refusal)
            np.subtract(self.needed, refusal, out=refusal)
            np.exp(refusal, out=refusal)
            refusal += 1.0
            odds = np.multiply.reduce(refusal, axis=0)
        chance = 1.0 / odds
        odds -= 1.0
        return chance, np.minimum(odds, MOST_ODDS, out=odds)


def votes_on(foresight: Foresight, texts: Ints) -> Votes | None:
    """Return the votes at home on texts (P, B), of each body that has a say on any."""
    actors = np.flatnonzero(foresight.decides.any(axis=0))
    if not len(actors):
        return None

    def of_bodies(numbers: Floats) -> Floats:
        return numbers.T[actors, :, None]

    steepness = 1.0 / np.clip(of_bodies(foresight.people_noise), LEAST, None)
    noise = np.clip(of_bodies(foresight.vote_noise), LEAST, None)
    floor, ceiling = of_bodies(foresight.floor), of_bodies(foresight.ceiling)
    utility = worth_of(foresight.home[:, actors], texts) * steepness
    has_say = np.broadcast_to(foresight.decides.T[actors, None], utility.shape)
    return Votes(
        actors=actors,
        steepness=steepness,
        utility=utility,
        needed=np.where(has_say, (of_bodies(foresight.quota) - floor) / noise, -np.inf),
        swing=(1.0 - floor - ceiling) / noise,
    )


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
