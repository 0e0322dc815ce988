"""What the parties criticise in a standing text, and what the drafter makes of it.

Parties criticise and do not demand, as in Fisher's single-text procedure: each names a part of the
text that hurts it, and nobody names what should stand there instead. The drafter weighs every way
to settle the parts that were named, by what it wants itself and by what the others would sign and
their bodies ratify.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.bargaining.arrays import Flags, of_worlds
from sim.bargaining.logistic import softplus
from sim.bargaining.packages import Space, logit_choice
from sim.draws.streams import Floats, Ints

NOTHING = -1  # in the place of a block that is named


def criticised(losses: Floats, u: Floats) -> Ints:
    """Return the block that an actor names: by chances proportional to what it loses there.

    Luce's choice (1959) over losses (V, B), by uniforms (V,): (V,); -1 where it loses nothing. A
    sharp choice of the largest loss would never reach the other blocks.

    >>> criticised(np.array([[0.1, 0.3], [0.0, 0.0]]), np.array([0.5, 0.5])).tolist()
    [1, -1]
    """
    ladder = losses.cumsum(axis=-1)
    total = ladder[..., -1]
    block = (ladder <= (u * total)[..., None]).sum(axis=-1)
    return np.where(total > 0, np.minimum(block, losses.shape[-1] - 1), NOTHING)


@dataclass(frozen=True)
class BlockSum:
    """Something that is a sum over the blocks of a text, in W worlds.

    Attributes:
        table: what cells add to it: (T, N).
        rows: the row of each world in it: (W,).
        parts: what the blocks of the text as it is add to it: (W, B).
        rest: what it is beside these: (W,).
    """

    table: Floats
    rows: Ints
    parts: Floats
    rest: Floats | float = 0.0

    @cached_property
    def as_it_is(self) -> Floats:
        """Return it for the text as it is: (W,)."""
        return np.asarray(self.parts.sum(axis=1) + self.rest)

    def with_cells(self, block: int, cells: slice, rows: Ints) -> Floats:
        """Return it for texts with each cell of a block in its place: (n, cells)."""
        found = of_worlds(self.table[:, cells], self.rows[rows])
        found += (self.as_it_is[rows] - self.parts[rows, block])[:, None]
        return found


@dataclass(frozen=True)
class Judge(ABC):
    """One whose yes the drafter needs.

    Attributes:
        gap: by how much texts fall short of its line, in units of its noise.
        unit: the unit of its noise on the drafter's scale: (W,).
        asked: the cells that need its yes (N,), whatever the rest of the text says; None: all.
    """

    gap: BlockSum
    unit: Floats
    asked: Flags | None

    @abstractmethod
    def lost(self, gap: Floats, rows: Ints) -> Floats:
        """Return -log of the chance of its yes at gaps (n, ...) in worlds (n,), in the array."""

    def of_text(self, text: Ints) -> Floats:
        """Return -tau log of the chance of its yes to the text as it is: (W,)."""
        every = np.arange(len(text))
        found = self.unit * self.lost(self.gap.as_it_is.copy()[:, None], every)[:, 0]
        return found if self.asked is None else found * self.asked[text].any(axis=1)

    def of_cells(self, text: Ints, block: int, cells: slice, rows: Ints) -> Floats:
        """Return the same for texts with each cell of a block: (n, cells)."""
        if self.asked is None:
            return self._of_cells(block, cells, rows)
        parts, here = self.asked[text[rows]], self.asked[cells]
        elsewhere = parts.sum(axis=1) > parts[:, block]
        if here.any():
            found = self._of_cells(block, cells, rows)
            found *= elsewhere[:, None] | here
            return found
        every = np.zeros((len(rows), len(here)), order="F")
        every[elsewhere] = self._of_cells(block, cells, rows[elsewhere])
        return every

    def _of_cells(self, block: int, cells: slice, rows: Ints) -> Floats:
        found = self.lost(self.gap.with_cells(block, cells, rows), rows)
        found *= self.unit[rows, None]
        return found


class Signatory(Judge):
    """One who signs with the chance logistic((u - a) / tau)."""

    def lost(self, gap: Floats, rows: Ints) -> Floats:
        """Return log(1 + exp((a - u) / tau))."""
        return softplus(gap)


@dataclass(frozen=True)
class Body(Judge):
    """A body at home, whose chance has the logit -(base + slope logistic(-gap)).

    Attributes:
        base: (q-bar - f) / tau_r, and what the drafter misreads: (W,).
        slope: -(1 - f - g) / tau_r: (W,).
    """

    base: Floats
    slope: Floats

    def lost(self, gap: Floats, rows: Ints) -> Floats:
        """Return log(1 + exp((q-bar - q) / tau_r)), q the support among people."""
        np.exp(gap, out=gap)
        gap += 1.0
        np.divide(self.slope[rows, None], gap, out=gap)
        gap += self.base[rows, None]
        return softplus(gap)


def redrafted(
    space: Space,
    text: Ints,
    named: Flags,
    own: BlockSum | None,
    judges: Sequence[Judge],
    persuasion: Floats,
    temperature: Floats,
    u: Floats,
) -> Ints:
    """Return what the drafter makes of standing texts (W, B): (W, B).

    By logit, at its temperature (W,), among the text as it is and every text that differs from it
    in one of the blocks that were named (W, B), of S_m(y) = u_m(y) + kappa (sum_j tau_j log chance
    that j signs + sum_b tau_b log chance that b ratifies). A neutral drafter has no u_m.
    """
    scores = np.full((len(text), 1 + space.cells), -np.inf, order="F")
    with np.errstate(over="ignore"):
        scores[:, 0] = -persuasion * sum(judge.of_text(text) for judge in judges)
        scores[:, 0] += own.as_it_is if own else 0.0
        for block, cells in enumerate(space.slices()):
            rows = np.flatnonzero(named[:, block])
            if len(rows):
                score = sum(judge.of_cells(text, block, cells, rows) for judge in judges)
                score = -persuasion[rows, None] * score
                if own:  # not in place: nobody else's yes may be needed
                    score = score + own.with_cells(block, cells, rows)
                score[np.arange(len(rows)), text[rows, block] - cells.start] = -np.inf  # as it is
                scores[rows, 1 + cells.start : 1 + cells.stop] = score
    chosen = logit_choice(scores, temperature, u) - 1
    drafts, changed = text.copy(order="K"), np.flatnonzero(chosen >= 0)
    drafts[changed, space.block_of[chosen[changed]]] = chosen[changed]
    return drafts
