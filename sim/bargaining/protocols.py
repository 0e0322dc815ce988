"""Who speaks, and how a text comes to the table: recognition, amendments, drafting.

`offers`: one actor is recognised and proposes a package (Rubinstein 1982; Baron & Ferejohn
1989). `single_text`: every party asks for one amendment to a standing text, and a drafter
chooses among the text as it is and the amended ones (Fisher; Raiffa 1982). Also who must sign.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.bargaining.arrays import at_cells, of_worlds
from sim.bargaining.packages import Space, logit_choice
from sim.draws.streams import Floats, Ints

Flags = NDArray[np.bool_]


def recognised(chances: Floats, present: Flags, u: Floats) -> Ints:
    """Return who speaks, in proportion to the chances of those present (W, A): (W,).

    Chances are (A,) or (W, A); where nobody who is present has a chance, all have the same.
    """
    weights = np.where(present, chances, 0.0)
    weights = np.where(weights.any(axis=1, keepdims=True), weights, present)
    ladder = np.cumsum(weights, axis=1)
    chosen = (ladder <= (u * ladder[:, -1])[:, None]).sum(axis=1)
    return np.minimum(chosen, weights.shape[1] - 1)


def in_turn(order: Ints, present: Flags, round_number: int) -> Ints:
    """Return who speaks when those present (W, A) take turns in an order of some actors: (W,).

    Who left has no turn, so that nobody speaks twice as often for having sat next to it. Where
    nobody of the order is present, the others take turns.
    """
    rest = np.setdiff1d(np.arange(present.shape[1]), order)
    queue = np.concatenate([order, rest])
    here = present[:, queue]
    here[:, len(order) :] &= ~here[:, : len(order)].any(axis=1, keepdims=True)
    turn = round_number % here.sum(axis=1)
    return np.asarray(queue[(here.cumsum(axis=1) > turn[:, None]).argmax(axis=1)])


def block_losses(table: Floats, best: Floats, texts: Ints, rows: Ints | None = None) -> Floats:
    """Return what each block of the texts (W, B) falls short of the best, max U - U[x]: (W, B).

    Rows (W,) of the table (T, N) and of its blocks' best (T, B) belong to the texts; without them
    there is one for each text.
    """
    highest = best if rows is None else of_worlds(best, rows)
    return np.asarray(highest - at_cells(table, texts, rows))


def amendment(
    space: Space,
    losses: Floats,
    ranks: Callable[[Ints, slice], Floats],
    temperature: Floats,
    u_block: Floats,
    u_option: Floats,
) -> Ints:
    """Return the cell that an actor asks for, in the block where it loses most: (W,).

    Both choices are by logit at the actor's temperature (W,): the block over its losses (W, B),
    the option over its proposal scores there, ranks(worlds, cells) -> (worlds, cells).
    """
    blocks = logit_choice(losses, temperature, u_block)
    cells = np.empty(len(blocks), dtype=np.int64)
    for block, part in enumerate(space.slices()):
        where = np.flatnonzero(blocks == block)
        if len(where):
            chosen = logit_choice(ranks(where, part), temperature[where], u_option[where])
            cells[where] = part.start + chosen
    return cells


def amended(space: Space, texts: Ints, cells: Ints) -> Ints:
    """Return the texts (W, B) with one block each set to the given cells (W,)."""
    drafts = texts.copy(order="K")
    drafts[np.arange(len(texts)), space.block_of[cells]] = cells
    return drafts


def draft(
    space: Space,
    texts: Ints,
    asked: Ints,
    believed: Floats,
    believed_thresholds: Floats,
    noise: Floats,
    required: Flags,
    drafter: int,
    persuasion: Floats,
    temperature: Floats,
    u: Floats,
    rows: Ints | None = None,
) -> Ints:
    """Return the cells that the drafter writes into the standing texts: (W,).

    By logit over S_m(y) = u_m(y) - kappa_m sum_j tau_j log(1 + exp((a^_mj - u^_mj(y)) / tau_j)),
    j over the signatories of y, among the text as it is and the distinct amended texts. A cell
    that the text has already stands for the text as it is.

    Texts (W, B), asked cells (W, K) with -1 for none, believed utilities (T, A, N) with the
    drafter's own in its place, thresholds and noise (W, A), actors required (A,) whatever the
    text says, persuasion, temperature and u (W,); rows (W,) of the believed utilities belong to
    the texts, without them there is one for each text.
    """
    as_it_is = texts[:, :1]
    candidates = np.where(asked < 0, as_it_is, asked)
    candidates = np.concatenate([as_it_is.T, candidates.T]).T
    blocks = space.block_of[candidates]
    utility = _with_one_cell_changed(believed, texts, candidates, blocks, rows)
    shortfall = smooth_shortfall(believed_thresholds[..., None], utility, noise[..., None])
    for actor in range(len(required)):
        if actor == drafter:
            shortfall[:, actor] = 0.0
        elif not required[actor]:
            shortfall[:, actor] *= _names(space.consent[:, actor], texts, candidates, blocks)
    scores = utility[:, drafter] - persuasion[:, None] * shortfall.sum(axis=1)
    scores[_repeats(texts, candidates, blocks)] = -np.inf
    chosen = logit_choice(scores, temperature, u)
    return np.asarray(candidates[np.arange(len(texts)), chosen])


def smooth_shortfall(threshold: Floats, utility: Floats, noise: Floats) -> Floats:
    """Return tau log(1 + exp((a - u) / tau)); at tau = 0 its limit max(0, a - u)."""
    gap, noise = threshold - utility, np.maximum(noise, 1e-12)
    return np.maximum(gap, 0.0) + noise * np.log1p(np.exp(-np.abs(gap) / noise))


def _with_one_cell_changed(
    believed: Floats, texts: Ints, candidates: Ints, blocks: Ints, rows: Ints | None
) -> Floats:
    """Return what the texts with each candidate (W, K) in its block are worth: (W, A, K)."""
    parts = at_cells(believed, texts, rows)
    gain = at_cells(believed, candidates, rows) - at_cells(parts, blocks)
    return np.asarray(parts.sum(axis=2)[..., None] + gain)


def _names(consent: Flags, texts: Ints, candidates: Ints, blocks: Ints) -> Flags:
    """Return whether the texts with each candidate (W, K) name an actor, as cells (N,) do."""
    parts = consent.astype(np.int8)[texts]
    elsewhere = parts.sum(axis=1)[:, None] - at_cells(parts, blocks)
    return (elsewhere > 0) | consent[candidates]


def _repeats(texts: Ints, candidates: Ints, blocks: Ints) -> Flags:
    """Return which candidates are no text of their own: (W, K). The first is the text as it is."""
    repeats = candidates == at_cells(texts, blocks)
    repeats[:, 0] = False
    for later in range(2, candidates.shape[1]):
        repeats[:, later] |= (candidates[:, 1:later] == candidates[:, later, None]).any(axis=1)
    return repeats


def signatories(space: Space, base: Flags, texts: Ints) -> Flags:
    """Return who must sign texts (W, B): the base (A,), and whom an option names: (W, A)."""
    must_sign = np.tile(base[:, None], len(texts)).T
    for block in range(texts.shape[1]):
        must_sign |= of_worlds(space.consent, texts[:, block])
    return must_sign


def is_signed(
    accepted: Flags, must_sign: Flags, share: float | None = None, weights: Floats | None = None
) -> Flags:
    """Return whether all signatories (W, A) accept, or the share of their weight: (W,).

    Weights are (A,) or (W, A).
    """
    if share is None:
        return np.asarray((accepted | ~must_sign).all(axis=1))
    weight = np.where(must_sign, 1.0 if weights is None else weights, 0.0)
    return np.asarray((weight * accepted).sum(axis=1) >= share * weight.sum(axis=1) - 1e-12)
