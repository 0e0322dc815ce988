"""Annealed importance sampling: draws from the prior become draws of what evidence leaves likely.

Neal (2001): each draw goes by itself from the prior to the posterior along a fixed ladder of
temperatures, and its weight makes up for what the way was too short for. It moves in the normal
scores of its own uniforms, where the prior is standard normal, by preconditioned Crank-Nicolson
proposals (Cotter, Roberts, Stuart & White 2013), which leave that prior as it is. Draws do not
interact, so a draw is the same whatever the number of draws.

Evidence comes in groups, such as what is known of each actor. Scores that only one group depends on
move group by group, and each group accepts for itself; those that several depend on move together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import special

from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Purpose, Uniforms, inside

Address = tuple[Purpose, str]
LogLikelihood = Callable[["Scores"], Floats]

TEMPERATURES = 32
STRIDES = (0.15, 0.4, 0.9)  # of the moves at each temperature: how much of a score is drawn anew


@dataclass(frozen=True)
class Scores:
    """Normal scores of addressed uniforms, which stand in the place of their streams.

    Attributes:
        first_draw: the number of the first draw.
        scores: address: (D,).
    """

    first_draw: int
    scores: Mapping[Address, Floats]

    @property
    def all_draws(self) -> int:
        """Return the number of draws, D."""
        return len(next(iter(self.scores.values()), ()))

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return the uniforms of an address: (D,), inside (0, 1)."""
        return np.minimum(inside(special.ndtr(self.scores[purpose, name])), 1 - 2.0**-53)


@dataclass(frozen=True)
class Annealed:
    """Draws at the end of the ladder.

    Attributes:
        scores: where they are.
        log_weight: the logarithm of each draw's weight: (D,).
        log_likelihood: of what is known of each group, at the end: (D, G).
    """

    scores: Scores
    log_weight: Floats
    log_likelihood: Floats


def annealed(
    start: Scores,
    groups: Sequence[Collection[Address]],
    log_likelihood: LogLikelihood,
    streams: Uniforms,
    temperatures: int = TEMPERATURES,
) -> Annealed:
    """Return draws of the posterior, each with its weight.

    Args:
        start: draws of the prior.
        groups: the addresses that each group of evidence depends on: G.
        log_likelihood: scores -> the log likelihood of each group of evidence: (D, G).
        streams: where proposals and acceptances find their uniforms.
        temperatures: steps of the ladder, from the prior at 0 to the posterior at 1.
    """
    ladder = np.linspace(0.0, 1.0, temperatures + 1) ** 2
    own, shared = _told_apart(groups)
    state = _State(start, log_likelihood(start), streams, log_likelihood)
    log_weight = np.zeros(start.all_draws)
    for before, beta in pairwise(ladder.tolist()):
        log_weight += (beta - before) * state.known.sum(axis=1)
        if beta < 1:
            for stride in STRIDES:
                state.move_by_group(own, beta, stride)
                state.move_together(shared, beta, stride)
    return Annealed(state.scores, log_weight, state.known)


@dataclass
class _State:
    """Where the draws are, and the log likelihood of each group there: (D, G)."""

    scores: Scores
    known: Floats
    streams: Uniforms
    log_likelihood: LogLikelihood

    def move_by_group(self, own: Sequence[Sequence[Address]], beta: float, stride: float) -> None:
        """Propose new scores for every group, and let each accept for itself."""
        proposed = self._proposed([address for each in own for address in each], stride)
        known = self.log_likelihood(proposed)
        scores = dict(self.scores.scores)
        for group, addresses in enumerate(own):
            better = self._accepts(f"group/{group}", beta * (known - self.known)[:, group])
            for address in addresses:
                scores[address] = np.where(better, proposed.scores[address], scores[address])
            self.known[:, group] = np.where(better, known[:, group], self.known[:, group])
        self.scores = Scores(self.scores.first_draw, scores)

    def move_together(self, shared: Sequence[Address], beta: float, stride: float) -> None:
        """Propose new scores for what several groups depend on; all accept together."""
        if not shared:
            return
        proposed = self._proposed(shared, stride)
        known = self.log_likelihood(proposed)
        better = self._accepts("all", beta * (known - self.known).sum(axis=1))
        scores = dict(self.scores.scores)
        for address in shared:
            scores[address] = np.where(better, proposed.scores[address], scores[address])
        self.known = np.where(better[:, None], known, self.known)
        self.scores = Scores(self.scores.first_draw, scores)

    def _proposed(self, addresses: Sequence[Address], stride: float) -> Scores:
        """Return sqrt(1 - s^2) z + s e for some addresses, e standard normal."""
        keep, scores = np.sqrt(1.0 - stride**2), dict(self.scores.scores)
        for purpose, name in addresses:
            u = self.streams.draw_uniforms(Purpose.PROPOSED, f"{int(purpose)}/{name}")
            scores[purpose, name] = keep * scores[purpose, name] + stride * normal_quantile(u)
        return Scores(self.scores.first_draw, scores)

    def _accepts(self, who: str, log_ratio: Floats) -> np.ndarray:
        u = self.streams.draw_uniforms(Purpose.ACCEPTED, who)
        return np.asarray(np.log(u) < log_ratio)


def _told_apart(
    groups: Sequence[Collection[Address]],
) -> tuple[list[list[Address]], list[Address]]:
    """Return the addresses of each group alone, and those of several; each in a fixed order."""
    every = sorted({address for group in groups for address in group})
    holders = {
        address: [g for g, group in enumerate(groups) if address in group] for address in every
    }
    own = [[a for a in every if holders[a] == [g]] for g in range(len(groups))]
    return own, [address for address in every if len(holders[address]) > 1]
