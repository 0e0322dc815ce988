"""How actors answer: moods, acceptance with noise, who must sign, and when a text is signed.

An answer is a quantal response whose noise is one path per actor and world, common to all texts:
fresh noise at every poll would make agreement a matter of asking often.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.bargaining.arrays import Flags, at_cells
from sim.bargaining.packages import ROUNDING
from sim.draws.streams import Floats, Ints


def accepts(utility: Floats, threshold: Floats, noise: Floats, mood: Floats) -> Flags:
    """Return whether u + tau z >= a; ties accept, and tau = 0 is the sharp rule."""
    return np.asarray(utility + noise * mood >= threshold - ROUNDING)


def chance_to_accept(utility: Floats, threshold: Floats, noise: Floats) -> Floats:
    """Return logistic((u - a) / tau), the chance of `accepts` over moods; tau = 0 is sharp."""
    sharp = utility >= threshold - ROUNDING
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = special.expit((utility - threshold) / noise)
    return np.where(noise > 0, chance, sharp)


def line(threshold: Floats, odds_against: Floats, lost_by_refusal: Floats) -> Floats:
    """Return A = a + ((1 - p) / p) ((1 - rho_r) (a - d) + c), what a text must be worth.

    Who foresees the vote at home accepts where p (u + tau z) + (1 - p) (rho_r a + (1 - rho_r) d -
    c) >= a (Putnam 1988; Iida 1993): so a text without any chance is never signed while a refusal
    costs anything, and p = 1 changes nothing.
    """
    with np.errstate(invalid="ignore"):
        more = odds_against * lost_by_refusal
    return threshold + np.where(lost_by_refusal == 0, 0.0, more)


def mood_memory(weeks: float, relaxation: Floats) -> Floats:
    """Return the share of an actor's mood that is left after some weeks."""
    return np.exp(-weeks / relaxation)


def next_mood(mood: Floats, memory: Floats, z: Floats) -> Floats:
    """Return the stationary Ornstein-Uhlenbeck step of the latent mood g."""
    return memory * mood + np.sqrt(1.0 - memory**2) * z


def logistic_noise(g: Floats) -> Floats:
    """Return log Phi(g) - log Phi(-g), standard logistic when g is standard normal.

    Computed in the thin tail, where it is exact, and signed:
    log((1 - p) / p) with p = Phi(-|g|).
    """
    p = special.ndtr(-np.abs(g))
    return np.copysign(np.log1p(-p) - np.log(p), g)


def signatories(consent: Flags, base: Flags, texts: Ints, rows: Ints | None = None) -> Flags:
    """Return who must sign texts (W, B): the base (A,), and whose consent an option needs: (W, A).

    Consent is said of cells, (T, A, N); rows (W,) of it belong to the texts, without them the only.
    """
    rows = np.zeros(len(texts), dtype=np.int64) if rows is None else rows
    return np.asarray(at_cells(consent, texts, rows).any(axis=2) | base)


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
