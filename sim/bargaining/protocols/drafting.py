"""What the parties criticise in a standing text, and what the drafter makes of it.

Parties criticise and do not demand, as in Fisher's single-text procedure: each names a part of the
text that hurts it, and nobody names what should stand there instead. The drafter weighs every way
to settle the parts that were named, by what it wants itself and by what the others would sign and
their bodies ratify.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Protocol

import numpy as np

from sim.bargaining.arrays import Flags, at_cells, of_worlds
from sim.bargaining.logistic import softplus
from sim.bargaining.packages import Space, logit_weights
from sim.draws.streams import Floats, Ints

NOTHING = -1  # in the place of a block that is named


def criticised(losses: Floats, u: Floats) -> Ints:
    """Return the block that an actor names: by chances proportional to what it loses there.

    Luce's choice (1959) over losses (V, B), by uniforms (V,): (V,); -1 where it loses nothing. A
    sharp choice of the largest loss would never reach the other blocks.

    >>> criticised(np.array([[0.1, 0.3], [0.0, 0.0]]), np.array([0.5, 0.5])).tolist()
    [1, -1]
    """
    ladder = list(accumulate(losses.T))
    mark, block = u * ladder[-1], np.zeros(losses.shape[:-1], dtype=np.int64)
    for step in ladder[:-1]:
        block += step <= mark
    return np.where(ladder[-1] > 0, block, NOTHING)


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


class Worth(Protocol):
    """What texts are worth to the drafter, in W worlds."""

    @property
    def as_it_is(self) -> Floats:
        """Return it for the text as it is: (W,)."""

    def with_cells(self, block: int, cells: slice, rows: Ints) -> Floats:
        """Return it for texts with each cell of a block in its place: (n, cells)."""


@dataclass(frozen=True)
class Fairness:
    """What texts are worth to a chair: minus what the parties lose beside their best.

    -(1 - sigma) sum_j c_j L_j(y) - sigma max_j L_j(y), between the utilitarian mean and the worst
    off alone (Rawls 1971; Harsanyi 1977 for the mean).

    Attributes:
        losses: L_j, what each party loses beside the best that it could have.
        shares: c_j, what each brings to bear, which sum to 1: (W, A).
        sparing: sigma: (W,).
    """

    losses: Sequence[BlockSum]
    shares: Floats
    sparing: Floats

    @cached_property
    def as_it_is(self) -> Floats:
        """Return it for the text as it is: (W,)."""
        every = np.arange(len(self.sparing))
        return self._of([each.as_it_is[:, None] for each in self.losses], every)[:, 0]

    def with_cells(self, block: int, cells: slice, rows: Ints) -> Floats:
        """Return it for texts with each cell of a block in its place: (n, cells)."""
        return self._of((each.with_cells(block, cells, rows) for each in self.losses), rows)

    def _of(self, losses: Iterable[Floats], rows: Ints) -> Floats:
        """Return it for the losses of each party, (n, cells) each, in worlds (n,)."""
        mean, largest = np.zeros(1), np.full(1, -np.inf)
        for party, loss in enumerate(losses):
            mean = mean + self.shares[rows, party, None] * loss
            largest = np.maximum(largest, loss)
        sparing = self.sparing[rows, None]
        return np.asarray(-(1.0 - sparing) * mean - sparing * largest)


@dataclass(frozen=True)
class Prior:
    """How readily cells come to a drafter's mind, before it weighs them.

    Logit choice with unequal prior weights (Matejka & McKay 2015).

    Attributes:
        table: of each cell, in each draw: (D, N).
        draw: of each world: (W,).
    """

    table: Floats
    draw: Ints

    def beside(self, text: Ints, block: int, cells: slice, rows: Ints) -> Floats:
        """Return it of each cell of a block over that of the text (W, B) as it is: (n, cells)."""
        draw = self.draw[rows]
        found = of_worlds(self.table[:, cells], draw)
        found /= self.table[draw, text[rows, block]][:, None]
        return found


@dataclass(frozen=True)
class Asked:
    """Where somebody's yes is needed, by what the cells of texts say.

    Attributes:
        cells: which ask for it, whatever the rest of the text says, in every draw: (D, N).
        draw: of each world: (W,).
        text: the text as it is: (W, B).
    """

    cells: Flags
    draw: Ints
    text: Ints

    @cached_property
    def by_block(self) -> Flags:
        """Return which blocks of the text as it is ask for it: (W, B)."""
        return np.asarray(at_cells(self.cells, self.text, self.draw))

    @cached_property
    def times(self) -> Ints:
        """Return how many blocks of the text as it is ask for it: (W,)."""
        return np.asarray(self.by_block.sum(axis=1))

    def elsewhere(self, block: int, rows: Ints) -> Flags:
        """Return where another block than one asks for it, in some worlds: (n,)."""
        return self.times[rows] > self.by_block[rows, block]

    def by_cells(self, cells: slice, rows: Ints) -> Flags:
        """Return which cells of a block ask for it in some worlds: (n, cells)."""
        return of_worlds(self.cells[:, cells], self.draw[rows])

    def ever(self, cells: slice) -> bool:
        """Return whether some cell of a block asks for it in some draw."""
        return bool(self.cells[:, cells].any())


@dataclass(frozen=True)
class Judge(ABC):
    """One whose yes the drafter needs.

    Attributes:
        gap: by how much texts fall short of its line, in units of its noise.
        unit: the unit of its noise on the drafter's scale, as the drafter minds it: (W,).
        asked: where its yes is needed; None: of every text.
    """

    gap: BlockSum
    unit: Floats
    asked: Asked | None

    @abstractmethod
    def lost(self, gap: Floats, rows: Ints) -> Floats:
        """Return -log of the chance of its yes at gaps (n, ...) in worlds (n,), in the array."""

    def of_text(self) -> Floats:
        """Return what the text as it is loses by its doubts: (W,)."""
        every = np.arange(len(self.unit))
        found = self.unit * self.lost(self.gap.as_it_is.copy()[:, None], every)[:, 0]
        return found if self.asked is None else found * (self.asked.times > 0)

    def take_from(self, score: Floats, block: int, cells: slice, rows: Ints) -> None:
        """Take from scores (n, cells) what texts lose by its doubts, with each cell of a block."""
        if self.asked is None:
            score -= self._of_cells(block, cells, rows)
            return
        elsewhere = self.asked.elsewhere(block, rows)
        if elsewhere.all():
            score -= self._of_cells(block, cells, rows)
        elif self.asked.ever(cells):
            found = self._of_cells(block, cells, rows)
            found *= elsewhere[:, None] | self.asked.by_cells(cells, rows)
            score -= found
        elif elsewhere.any():
            score[elsewhere] -= self._of_cells(block, cells, rows[elsewhere])

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
    own: Worth | None,
    judges: Sequence[Judge],
    temperature: Floats,
    u: Floats,
    prior: Prior | None = None,
) -> Ints:
    """Return what the drafter makes of standing texts (W, B): (W, B).

    By logit, at its temperature (W,), among the text as it is and every text that differs from it
    in one of the blocks that were named (W, B), of S_m(y) = u_m(y) + kappa (sum_j tau_j log chance
    that j signs + sum_b tau_b log chance that b ratifies), where the units of the judges hold kappa
    and tau. A chair may have no u_m; with a prior, texts count by how readily they come to mind.
    """
    scores, readiness = [], []
    with np.errstate(over="ignore"):
        as_it_is = own.as_it_is.copy() if own else np.zeros(len(text))
        for judge in judges:
            as_it_is -= judge.of_text()
        for block, cells in enumerate(space.slices()):
            rows = np.flatnonzero(named[:, block])
            shape = len(rows), cells.stop - cells.start
            score = own.with_cells(block, cells, rows) if own else np.zeros(shape, order="F")
            for judge in judges:
                judge.take_from(score, block, cells, rows)
            score[np.arange(len(rows)), text[rows, block] - cells.start] = -np.inf  # as it is
            scores.append((rows, score))
            readiness.append(None if prior is None else prior.beside(text, block, cells, rows))
    chosen, cell = _chosen(as_it_is, scores, readiness, temperature, u)
    drafts, changed = text.copy(order="K"), np.flatnonzero(chosen >= 0)
    drafts[changed, chosen[changed]] = space.starts[chosen[changed]] + cell[changed]
    return drafts


def _chosen(
    as_it_is: Floats,
    scores: Sequence[tuple[Ints, Floats]],
    readiness: Sequence[Floats | None],
    temperature: Floats,
    u: Floats,
) -> tuple[Ints, Ints]:
    """Return the block and the cell of it (W,) that uniforms choose by logit; -1: as it is.

    Scores are of the text as it is (W,), and block by block of some worlds: (n,) and (n, cells).
    So is how readily cells come to mind, beside the text as it is.
    """
    best = as_it_is.copy()
    for rows, score in scores:
        best[rows] = np.maximum(best[rows], score.max(axis=1))
    ladder = np.empty((len(u), 1 + len(scores)), order="F")
    ladder[:, 0] = logit_weights(as_it_is[:, None], temperature, best)[:, 0]
    parts = []
    for block, (rows, score) in enumerate(scores):
        weights = logit_weights(score, temperature[rows], best[rows])
        if (ready := readiness[block]) is not None:
            weights *= ready
        parts.append(weights)
        ladder[:, 1 + block] = ladder[:, block]
        ladder[rows, 1 + block] += parts[-1].sum(axis=1)
    mark = u * ladder[:, -1]
    block = np.minimum((ladder <= mark[:, None]).sum(axis=1), len(scores)) - 1
    cell = np.zeros(len(u), dtype=np.int64)
    for each, (rows, _) in enumerate(scores):
        here = np.flatnonzero(block[rows] == each)
        steps = parts[each][here].cumsum(axis=1)
        left = mark[rows[here]] - ladder[rows[here], each]
        found = (steps <= left[:, None]).sum(axis=1)
        cell[rows[here]] = np.minimum(found, steps.shape[1] - 1)
    return block, cell
