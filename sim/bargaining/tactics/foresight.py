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
        decides: whether the actor's body votes on a package: (P, A).
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

    @property
    def steepness(self) -> Floats:
        """1 / tau_s: (D, A)."""
        return 1.0 / np.clip(self.people_noise, LEAST, None)

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
    """The votes of B bodies on N texts, each in some draw.

    Attributes:
        body: which actors' bodies vote: (B,).
        numbers: what decides them, body by body: what the texts are worth at home over tau_s,
            (q-bar - f) / tau_r (-inf where the body has no say), (1 - f - g) / tau_r: (3 B, N).
    """

    body: Ints
    numbers: Floats

    def only(self, keep: Flags) -> Votes:
        """Return the votes on some of the texts (N,)."""
        return Votes(self.body, self.numbers.take(np.flatnonzero(keep), axis=1))

    @classmethod
    def joined(cls, parts: Sequence[Votes]) -> Votes:
        """Return the votes on some texts after those on others."""
        return cls(parts[0].body, np.concatenate([part.numbers for part in parts], axis=1))

    def refusal(self, row: int, theta: Floats) -> Floats:
        """Return 1 over the chance that a body ratifies, from its theta / tau_s (N,): (N,)."""
        utility, needed, swing = self.numbers[3 * row : 3 * row + 3]
        with np.errstate(over="ignore"):
            against = theta - utility
            np.exp(against, out=against)
            against += 1.0
            np.divide(swing, against, out=against)
            np.subtract(needed, against, out=against)
            np.exp(against, out=against)
        against += 1.0
        return against


def odds_of(refusals: Sequence[Floats]) -> Floats:
    """Return the finite odds (1 - p) / p against all, from 1 over each one's chance (N,): (N,)."""
    product = refusals[0].copy()
    with np.errstate(over="ignore"):
        for refusal in refusals[1:]:
            product *= refusal
    product -= 1.0
    return np.minimum(product, MOST_ODDS, out=product)


def votes_on(foresight: Foresight, utility: Floats, draw: Ints, package: Ints) -> Votes:
    """Return the votes on packages (N,) in draws (N,), worth utility (A, D, P) at home."""
    body = np.flatnonzero(foresight.decides.any(axis=0))
    vote_noise = np.clip(foresight.vote_noise, LEAST, None)
    needed = (foresight.quota - foresight.floor) / vote_noise
    swing = (1.0 - foresight.floor - foresight.ceiling) / vote_noise
    steepness = foresight.steepness
    numbers = [
        row
        for actor in body
        for row in (
            utility[actor][draw, package] * steepness[:, actor][draw],
            np.where(foresight.decides[package, actor], needed[:, actor][draw], -np.inf),
            swing[:, actor][draw],
        )
    ]
    return Votes(body, np.array(numbers).reshape(-1, len(package)))


def worth_of(table: Floats, texts: Ints) -> Floats:
    """Return what texts (P, B) are worth by a table over cells (D, A, N): (A, D, P)."""
    worth = table[:, :, texts[:, 0]]
    for cells in texts.T[1:]:
        worth += table[:, :, cells]
    return np.ascontiguousarray(worth.swapaxes(0, 1))


def demanded(threshold: Floats, odds_against: Floats, bracket: Floats) -> Floats:
    """Return A_i(x) = R_i + (1 - p) / p times the bracket; infinite odds of nothing are nothing."""
    return threshold + np.minimum(odds_against, MOST_ODDS) * bracket


def surplus(utility: Floats, threshold: Floats, chance: Floats, bracket: Floats) -> Floats:
    """Return v_i(x) - R_i = p (u_i - R_i) - (1 - p) times the bracket."""
    return chance * (utility - threshold + bracket) - bracket
