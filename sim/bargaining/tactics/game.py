"""The game that actors of the tactic `equilibrium` play: its recursion, offers and answers.

The agent quantal response equilibrium (McKelvey & Palfrey 1998) of talks in which a week without
agreement pays the flow (1 - delta_i) d_i(t), and an agreement u_i(x) from then on (bargaining
while fighting: Wagner 2000, Powell 2004). Information is complete, and the paths of no deal are
known (open loop): nobody foresees walk-outs or breakdown. Who anticipates the votes at home
foresees them along the drivers' expected paths (see foresight.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import HUGE, ROUNDING, TINY
from sim.bargaining.tactics.foresight import LEAST, Foresight, worth_of
from sim.draws.streams import Floats, Ints

LARGE = 6000  # packages of which it is found out which count, in one draw after another
_CHUNK = 2**12  # packages of all draws in work at once: what a processor keeps at hand


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
        votes_at_home: what is foreseen of ratification; None: nobody foresees it.
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
    votes_at_home: Foresight | None = None

    def of_draws(self, draws: Ints | slice) -> Game:
        """Return the game in some of its draws."""
        per_draw = ("table", "noise", "offer_noise", "discount", "turns")
        parts = {name: getattr(self, name)[draws] for name in per_draw}
        votes = None if self.votes is None else self.votes[draws]
        home = None if self.votes_at_home is None else self.votes_at_home.of_draws(draws)
        return replace(self, **parts, votes=votes, votes_at_home=home)

    def of_packages(self, package: Ints) -> Game:
        """Return the game with some of its packages (K,) only."""
        home = self.votes_at_home
        home = None if home is None else home.of_packages(package)
        texts, signs = self.texts[package], self.signs[package]
        return replace(self, texts=texts, signs=signs, votes_at_home=home)

    @cached_property
    def utility(self) -> Floats:
        """What each package is worth to each actor: (A, D, P)."""
        return worth_of(self.table, self.texts)

    @cached_property
    def unit(self) -> Floats:
        """tau, or what is as good: (A, D, 1)."""
        return np.clip(self.noise, LEAST, HUGE).T[..., None]

    @cached_property
    def slack(self) -> Floats:
        """What a text may lack by rounding, over tau: (A, D, 1)."""
        return ROUNDING / self.unit

    @cached_property
    def cold(self) -> Floats:
        """-tau / taup, by which a loss over tau is a gain over taup: (A, D, 1)."""
        return -self.unit / np.clip(self.offer_noise, TINY, HUGE).T[..., None]

    def turn(self, session: int) -> tuple[Ints, Floats, Floats]:
        """Return who may propose in a session (Q,), with what chances and taup: (Q, D) each."""
        return self._turns[session % len(self._turns)]

    @cached_property
    def _turns(self) -> list[tuple[Ints, Floats, Floats]]:
        found = []
        for turns in self.turns.transpose(1, 2, 0):
            proposers = np.flatnonzero(turns.any(axis=1))
            found.append((proposers, turns[proposers], self.offer_noise.T[proposers]))
        return found

    @cached_property
    def largest(self) -> float:
        """What a package is worth at most to anybody, or costs it."""
        return float(np.abs(self.utility).max())

    @property
    def is_large(self) -> bool:
        """Return whether it is worth the while to find out which packages count."""
        return len(self.texts) > LARGE

    def chunks(self) -> Iterator[slice]:
        """Yield a few draws at a time, so that memory does not grow with their number."""
        size = 1 if self.is_large else max(1, _CHUNK // len(self.texts))
        for start in range(0, len(self.table), size):
            yield slice(start, start + size)


@dataclass(frozen=True)
class Outlook:
    """What actors look at in a session, or at one end of a range of sessions.

    Attributes:
        bar: R_i, what refusing is worth: (D, A).
        bracket: what a refusal at home takes from who foresees it: (D, A).
        theta: where half of the people at home back a text: (D, A).
    """

    bar: Floats
    bracket: Floats
    theta: Floats

    def of_draws(self, draws: Ints | slice) -> Outlook:
        """Return the outlook in some of the draws."""
        return Outlook(self.bar[draws], self.bracket[draws], self.theta[draws])


def outlook(game: Game, session: int, bar: Floats, no_deal: Floats) -> Outlook:
    """Return what actors look at in a session at thresholds and values of no deal (D, A)."""
    home = game.votes_at_home
    if home is None:
        return Outlook(bar, np.zeros_like(bar), np.zeros_like(bar))
    return Outlook(bar, home.bracket(bar, no_deal), home.theta_in(session))
