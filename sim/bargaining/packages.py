"""The packages that the clauses span, as cells of blocks, and logit choice among them.

A block is a set of clauses that linkages join; a cell is one combination of a block's options.
Cells of all blocks are numbered in one line, so a table over cells (..., N) holds a function
that is a sum over blocks, and a text is one cell of each block (..., B). Choice by logit of such
a sum factors exactly over blocks: the softmax of a sum is the product of the blocks' softmaxes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from sim.bargaining.arrays import Flags, side_by_side
from sim.draws.streams import Floats, Ints
from sim.errors import problem

LARGEST_ENUMERATION = 2_000_000
ROUNDING = 1e-12  # sums of utilities that differ by less are equal
TINY, HUGE = 1e-280, 1e280
MOST_STEPS, CLOSE = 60, 1e-12


@dataclass(frozen=True)
class Space:
    """The package space of a scenario.

    Attributes:
        clauses: names of the clauses, in the scenario's order.
        options: names of each clause's options.
        blocks: names of each block's clauses.
        starts: first cell of each block, and the number of cells at the end: (B + 1,).
        block_of: block of each cell: (N,).
        option_of: option of each clause in each cell, -1 outside the clause's block: (C, N).
        consent: whether a cell needs an actor's signature: (N, A).
        invented: which options of each clause are compromises that nobody asks for.
    """

    clauses: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    blocks: tuple[tuple[str, ...], ...]
    starts: Ints
    block_of: Ints
    option_of: Ints
    consent: Flags
    invented: tuple[tuple[bool, ...], ...]

    @property
    def cells(self) -> int:
        """Return the number of cells, N."""
        return len(self.block_of)

    @property
    def packages(self) -> int:
        """Return the number of packages."""
        return int(np.prod([len(options) for options in self.options], dtype=object))

    @property
    def blocks_of_clauses(self) -> tuple[int, ...]:
        """Return the block of each clause, C of them."""
        return tuple(
            next(number for number, block in enumerate(self.blocks) if clause in block)
            for clause in self.clauses
        )

    def slices(self) -> Iterator[slice]:
        """Yield the cells of each block."""
        for start, stop in zip(self.starts[:-1], self.starts[1:], strict=True):
            yield slice(int(start), int(stop))

    def text(self, terms: Mapping[str, str]) -> Ints:
        """Return the cells of a text: (B,)."""
        fits = np.ones(self.cells, dtype=bool)
        for row, clause in enumerate(self.clauses):
            wanted = self.options[row].index(terms[clause])
            fits &= (self.option_of[row] == wanted) | (self.option_of[row] < 0)
        return np.flatnonzero(fits)

    def options_of(self, texts: Ints) -> Ints:
        """Return the options of texts (..., B), clause by clause: (..., C)."""
        where = enumerate(self.blocks_of_clauses)
        columns = [self.option_of[row, texts[..., block]] for row, block in where]
        return np.stack(columns, axis=-1)

    def otherwise(self, clause: int, cells: Ints) -> Ints:
        """Return the cells in which one clause of cells (n,) has each of its options: (n, O).

        The cells are of the clause's own block; all else in them stays.
        """
        block = self.blocks[self.blocks_of_clauses[clause]]
        after = block[block.index(self.clauses[clause]) + 1 :]  # of the block the last goes first
        apart = prod(len(self.options[self.clauses.index(each)]) for each in after)
        steps = np.arange(len(self.options[clause])) - self.option_of[clause, cells][:, None]
        return np.asarray(cells[:, None] + apart * steps)

    def cells_of(self, options: Ints) -> Ints:
        """Return the cells of texts told by their options (..., C): (..., B)."""
        columns = []
        for block, start in zip(self.blocks, self.starts, strict=False):
            rows = [self.clauses.index(clause) for clause in block]
            shape = [len(self.options[row]) for row in rows]
            chosen = tuple(options[..., row] for row in rows)
            columns.append(start + np.ravel_multi_index(chosen, shape))
        return np.stack(columns, axis=-1)

    def terms(self, text: Ints) -> dict[str, str]:
        """Return a text (B,) by names, clause: option."""
        chosen = self.options_of(text)
        return {c: self.options[row][chosen[row]] for row, c in enumerate(self.clauses)}

    def prior(self, invention: Floats) -> Floats:
        """Return how readily each cell comes to mind, where inventions have a share (D,): (D, N).

        Of each clause the invented options share it equally, and the others the rest; a clause
        that has one kind only has it whole. Chances of a block's cells sum to 1.
        """
        found = np.ones((len(invention), self.cells))
        for row, flags in enumerate(self.invented):
            cells = np.flatnonzero(self.option_of[row] >= 0)
            found[:, cells] *= _mass(np.array(flags), invention)[:, self.option_of[row, cells]]
        return np.maximum(found, TINY)  # what never comes to mind may stand in the text as it is

    def enumerate(self, limit: int = LARGEST_ENUMERATION) -> Ints:
        """Return all packages: (P, B).

        Raises:
            ScenarioError: when there are more than `limit`.
        """
        if self.packages > limit:
            raise problem("clauses", f"span {self.packages} packages; at most {limit} are listed")
        grids = np.meshgrid(*[np.arange(s.start, s.stop) for s in self.slices()], indexing="ij")
        return np.stack([grid.ravel() for grid in grids], axis=1)


def _mass(invented: Flags, invention: Floats) -> Floats:
    """Return the chances (D, n) of options, of which some are invented."""
    some, others = int(invented.sum()), int((~invented).sum())
    share = invention if some and others else np.full(len(invention), float(some > 0))
    return np.where(
        invented, share[:, None] / max(some, 1), (1.0 - share[:, None]) / max(others, 1)
    )


def logit_weights(scores: Floats, temperature: Floats, best: Floats | None = None) -> Floats:
    """Return unnormalised logit weights of scores (..., n) at temperatures (...), max-shifted.

    Temperature 0 gives weight 1 to the best and its ties, infinity gives weight 1 to all.
    Scores of -inf get weight 0. The best (...) is that of these scores, unless there are others.
    """
    weights = scores - (scores.max(axis=-1) if best is None else best)[..., None]
    t = np.asarray(temperature)[..., None]
    ties = None if t.all() else weights >= -ROUNDING
    # A huge temperature is as good as an infinite one, and -inf over it stays -inf.
    weights /= np.minimum(np.maximum(t, TINY), HUGE)
    np.exp(weights, out=weights)
    return weights if ties is None else np.where(t == 0, ties, weights)


def logit_probabilities(scores: Floats, temperature: Floats) -> Floats:
    """Return logit choice probabilities of scores (..., n) at temperatures (...).

    >>> logit_probabilities(np.array([0.0, 1.0]), np.array(0.0))
    array([0., 1.])
    """
    weights = logit_weights(scores, temperature)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def logit_choice(scores: Floats, temperature: Floats, u: Floats) -> Ints:
    """Return the option that the uniforms u (...) choose by logit of scores (..., n)."""
    ladder = logit_weights(scores, temperature)
    for option in range(1, ladder.shape[-1]):
        ladder[..., option] += ladder[..., option - 1]
    steps_below = ladder <= (u * ladder[..., -1])[..., None]
    # Counting in 32 bits is several times faster than in numpy's default of 64.
    chosen = steps_below.sum(axis=-1, dtype=np.int32)
    return np.minimum(chosen, scores.shape[-1] - 1, dtype=np.int64)


def propose(space: Space, scores: Floats, temperature: Floats, u: Floats) -> Ints:
    """Return packages chosen by logit of a score that is a sum over blocks: (W, B).

    Scores (W, N) over cells, temperatures (W,), uniforms (W, B).
    """
    columns = [
        s.start + logit_choice(scores[:, s], temperature, u[:, b])
        for b, s in enumerate(space.slices())
    ]
    return side_by_side(columns)


def best_of_blocks(space: Space, table: Floats) -> Floats:
    """Return the largest value of each block: (..., B) from (..., N)."""
    best = np.empty((*table.shape[:-1], len(space.blocks)), order="F")
    for block, s in enumerate(space.slices()):
        best[..., block] = table[..., s].max(axis=-1)
    return best


def mean_loss(space: Space, table: Floats, temperature: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the variance of what logit choice gives up: (...) from (..., N)."""
    mean, variance = np.zeros_like(temperature), np.zeros_like(temperature)
    for s in space.slices():
        gap = table[..., s].max(axis=-1, keepdims=True) - table[..., s]
        chances = logit_probabilities(-gap, temperature)
        expected = (gap * chances).sum(axis=-1)
        mean += expected
        variance += ((gap - expected[..., None]) ** 2 * chances).sum(axis=-1)
    return mean, variance


def temperature_for_loss(space: Space, table: Floats, loss: Floats) -> Floats:
    """Return the temperatures at which logit choice gives up `loss` on average.

    Table (..., N) and loss (...); 0 where the loss is 0, infinity where even uniform choice
    gives up no more. So the loss does not depend on how a text is cut into clauses.

    Newton's steps in log t for the log of the loss, whose slope is the variance over t and the
    mean; where a step would leave the bracket, the bracket is halved.
    """
    ceiling, _ = mean_loss(space, table, np.full_like(loss, np.inf))
    span = best_of_blocks(space, table).sum(axis=-1) + best_of_blocks(space, -table).sum(axis=-1)
    low = np.log(np.where(span > 0, span, 1.0)) - 18.0
    high = low + 25.0
    guess, solvable = low + 16.0, (loss > 0) & (loss < ceiling)
    for _ in range(MOST_STEPS):
        t = np.exp(guess)
        mean, variance = mean_loss(space, table, t)
        low, high = np.where(mean < loss, guess, low), np.where(mean < loss, high, guess)
        with np.errstate(all="ignore"):
            step = np.log(loss / mean) * mean * t / variance
        there = ~solvable | (np.abs(step) < CLOSE)
        if there.all():
            break
        inside = (guess + step > low) & (guess + step < high)
        better = np.where(inside, guess + step, (low + high) / 2)
        guess = np.where(there, guess, better)  # so that none depends on how long the others take
    return np.where(loss <= 0, 0.0, np.where(loss >= ceiling, np.inf, np.exp(guess)))
