"""What the parties criticise in a standing text, and what the drafter makes of it.

Parties criticise and do not demand, as in Fisher's single-text procedure: each names a part of the
text that hurts it, and nobody names what should stand there instead. The drafter weighs every way
to settle the parts that were named, by what it wants itself and by what the others would sign and
their bodies ratify.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import Flags, of_worlds
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


def smooth_shortfall(threshold: Floats, utility: Floats, noise: Floats) -> Floats:
    """Return -tau log logistic((u - a) / tau); at tau = 0 its limit max(0, a - u)."""
    gap, noise = threshold - utility, np.maximum(noise, 1e-12)
    return np.maximum(gap, 0.0) + noise * np.log1p(np.exp(-np.abs(gap) / noise))


@dataclass(frozen=True)
class Worth:
    """What texts are worth to somebody: a table of cells, and the parts of the text as it is.

    Attributes:
        table: of each cell: (T, N).
        rows: the row of each world in it: (W,).
        parts: of the blocks of the text as it is: (W, B).
    """

    table: Floats
    rows: Ints
    parts: Floats

    @property
    def as_it_is(self) -> Floats:
        """Return what the text as it is is worth: (W,)."""
        return np.asarray(self.parts.sum(axis=1))

    def with_cells(self, block: int, cells: slice, rows: Ints) -> Floats:
        """Return what texts are worth with each cell of a block in its place: (n, cells)."""
        rest = self.as_it_is[rows] - self.parts[rows, block]
        return rest[:, None] + of_worlds(self.table[:, cells], self.rows[rows])


@dataclass(frozen=True)
class Judge:
    """One whose yes the drafter needs: a signatory, or a body at home.

    Attributes:
        worth: what the drafter believes texts to be worth to it.
        shortfall: utilities (n, ...), worlds (n,) -> -tau log of the chance of its yes: (n, ...).
        asked: the cells that need its yes (N,), whatever the rest of the text says; None: all.
        weight: how much it counts beside the others: (W,).
    """

    worth: Worth
    shortfall: Callable[[Floats, Ints], Floats]
    asked: Flags | None
    weight: Floats

    def of_text(self, text: Ints) -> Floats:
        """Return by how much the text as it is falls short: (W,)."""
        found = self.weight * self.shortfall(self.worth.as_it_is, np.arange(len(text)))
        return found if self.asked is None else found * self.asked[text].any(axis=1)

    def of_cells(self, text: Ints, block: int, cells: slice, rows: Ints) -> Floats:
        """Return by how much texts fall short with each cell of a block: (n, cells)."""
        found = self.shortfall(self.worth.with_cells(block, cells, rows), rows)
        found *= self.weight[rows, None]
        if self.asked is None:
            return found
        parts = self.asked[text[rows]]
        elsewhere = parts.sum(axis=1) > parts[:, block]
        return found * (elsewhere[:, None] | self.asked[cells])


def redrafted(
    space: Space,
    text: Ints,
    named: Flags,
    own: Worth | None,
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
    scores[:, 0] = -persuasion * sum(judge.of_text(text) for judge in judges)
    scores[:, 0] += own.as_it_is if own else 0.0
    for block, cells in enumerate(space.slices()):
        rows = np.flatnonzero(named[:, block])
        if len(rows):
            shortfall = sum(judge.of_cells(text, block, cells, rows) for judge in judges)
            score = -persuasion[rows, None] * shortfall
            score += own.with_cells(block, cells, rows) if own else 0.0
            score[np.arange(len(rows)), text[rows, block] - cells.start] = -np.inf  # as it is
            scores[rows, 1 + cells.start : 1 + cells.stop] = score
    chosen = logit_choice(scores, temperature, u) - 1
    drafts, changed = text.copy(order="K"), np.flatnonzero(chosen >= 0)
    drafts[changed, space.block_of[chosen[changed]]] = chosen[changed]
    return drafts
