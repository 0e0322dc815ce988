"""What the parties ask to be changed in a standing text, and what the drafter makes of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.bargaining.arrays import Flags, at_cells
from sim.bargaining.packages import Space, logit_choice
from sim.draws.streams import Floats, Ints


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
