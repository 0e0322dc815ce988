"""What actors of the tactic `equilibrium` foresee of the votes at home (Putnam 1988).

A text that is signed comes into force if all bodies concerned ratify it. Where one refuses, the
talks go on with a chance rho_r; else no deal stays, at a cost. So who foresees the votes asks more
of a text the less likely they are to pass it, and takes what a refusal brings into account.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats, Ints

_FAR = 300.0  # noises: what is so far apart is not told by its exponential
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

    def of_packages(self, package: Ints) -> Foresight:
        """Return it for some of the packages (K,) only."""
        every = len(self.decides) == 1
        return self if every else replace(self, decides=self.decides[package])

    def put_to(self, signs: Flags) -> Foresight:
        """Return it for packages that some actors must sign (P, A): only their bodies decide."""
        return replace(self, decides=self.decides & signs)

    def theta_in(self, session: int) -> Floats:
        """Return theta in a session: (D, A)."""
        return self.theta[:, min(session, self.theta.shape[1] - 1)]

    @cached_property
    def lost(self) -> Floats:
        """1 - rho_r, by actor: (D, 1)."""
        return 1.0 - self.again[:, None]

    @cached_property
    def is_general(self) -> bool:
        """Whether all actors foresee the votes."""
        return bool(self.anticipates.all())

    def bracket(self, threshold: Floats, no_deal: Floats) -> Floats:
        """Return (1 - rho_r) (R_i - d_i) + c_i: what a refusal takes from who foresees it: (D, A).

        0 for who does not foresee it.
        """
        lost = self.lost * (threshold - no_deal) + self.cost
        return lost if self.is_general else np.where(self.anticipates, lost, 0.0)


@dataclass(frozen=True)
class Votes:
    """The votes of V bodies on K texts in each of D draws.

    With b the share that backs a text of those who weigh it, a body refuses it with odds
    exp((q-bar - f - (1 - f - g) b) / tau_r), and (1 - b) / b = exp(theta / tau_s) / exp(u / tau_s).

    Attributes:
        actors: whose bodies they are: (V,).
        steepness: 1 / tau_s: (V, D, 1).
        utility: u / tau_s of the texts, from its middle: (V, D, K).
        middle: the middle of u / tau_s: (V, D, 1).
        needed: (q-bar - (1 - g)) / tau_r; where a body has no say, so low that it never refuses:
            (V, D, K).
        swing: (1 - f - g) / tau_r: (V, D, 1).
        far: whether texts are too many noises apart to tell by exp(u / tau_s): (V, D, 1).
    """

    actors: Ints
    steepness: Floats
    utility: Floats
    middle: Floats
    needed: Floats
    swing: Floats
    far: Flags

    def of_draws(self, draws: Ints) -> Votes:
        """Return the votes in some of the draws."""
        names = [field.name for field in fields(self) if field.name != "actors"]
        return replace(self, **{name: getattr(self, name).take(draws, axis=1) for name in names})

    def of_packages(self, columns: Ints) -> Votes:
        """Return the votes on some of the texts, the same in each draw."""
        utility, needed = (part.take(columns, axis=2) for part in (self.utility, self.needed))
        return replace(self, utility=utility, needed=needed)

    @cached_property
    def backing(self) -> Floats:
        """exp(u / tau_s), from the middle of u, so that it is worked out once: (V, D, K)."""
        return np.exp(np.clip(self.utility, -_FAR, _FAR))

    @cached_property
    def _room(self) -> Floats:
        """Where votes are worked out, so that memory is asked for once: (V, D, K)."""
        return np.empty_like(self.utility)

    def ratified(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return p, the chance that all ratify, and (1 - p) / p, from theta (V, D): (D, K) each.

        The odds are finite, so that infinite odds of losing nothing are nothing.
        """
        with np.errstate(over="ignore"):
            refusal = self._against(theta[..., None] * self.steepness - self.middle)
            refusal += self.needed
            np.exp(refusal, out=refusal)
            refusal += 1.0
            odds = np.multiply.reduce(refusal, axis=0)
        chance = 1.0 / odds
        odds -= 1.0
        return chance, np.minimum(odds, MOST_ODDS, out=odds)

    def _against(self, theta: Floats) -> Floats:
        """Return the swing times 1 - b, from theta / tau_s (V, D, 1): (V, D, K)."""
        against, line = self._room, np.exp(np.minimum(theta, _FAR + 40.0))
        np.add(self.backing, line, out=against)
        np.divide(self.swing * line, against, out=against)
        if self.far.any():
            exact = self.swing / (1.0 + np.exp(self.utility - theta))
            np.copyto(against, exact, where=self.far)
        return against


def votes_on(foresight: Foresight, texts: Ints) -> Votes | None:
    """Return the votes at home on texts (P, B), of each body that has a say on any."""
    actors = np.flatnonzero(foresight.decides.any(axis=0))
    if not len(actors):
        return None

    def of_bodies(numbers: Floats) -> Floats:
        return numbers.T[actors, :, None]

    steepness = 1.0 / np.clip(of_bodies(foresight.people_noise), LEAST, None)
    noise = np.clip(of_bodies(foresight.vote_noise), LEAST, None)
    most = 1.0 - of_bodies(foresight.ceiling)
    utility = worth_of(foresight.home[:, actors], texts) * steepness
    swing = (most - of_bodies(foresight.floor)) / noise
    low, high = utility.min(axis=2, keepdims=True), utility.max(axis=2, keepdims=True)
    has_say = np.broadcast_to(foresight.decides.T[actors, None], utility.shape)
    return Votes(
        actors=actors,
        steepness=steepness,
        utility=utility - (low + high) / 2,
        middle=(low + high) / 2,
        needed=np.where(has_say, (of_bodies(foresight.quota) - most) / noise, -100.0 - 2.0 * swing),
        swing=swing,
        far=high - low > 2 * _FAR,
    )


def worth_of(table: Floats, texts: Ints) -> Floats:
    """Return what texts (P, B) are worth by a table over cells (D, A, N): (A, D, P)."""
    worth = table[:, :, texts[:, 0]]
    for cells in texts.T[1:]:
        worth += table[:, :, cells]
    return np.ascontiguousarray(worth.swapaxes(0, 1))
