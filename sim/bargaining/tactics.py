"""How an actor asks and answers: thresholds, proposal scores, moods.

`time_based` (Faratin, Sierra & Jennings 1998): an actor demands a share of the way from no deal
to the text that it asks for, comes down as its own staying power runs out, and looks at the
others' wishes the more the later it is. It is myopic: it does not expect no deal to change.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.bargaining.packages import ROUNDING
from sim.draws.streams import Floats


def patience_spent(week: float, patience: Floats, concession: Floats) -> Floats:
    """Return min(t / T, 1)^(1 / beta): how much of its way an actor has gone."""
    return np.asarray(np.minimum(week / patience, 1.0) ** (1.0 / concession))


def threshold(no_deal: Floats, aspiration: Floats, spent: Floats) -> Floats:
    """Return a_i(t) = d_i + alpha_i (1 - spent_i) max(0, 1 - d_i)."""
    return no_deal + aspiration * (1.0 - spent) * np.maximum(0.0, 1.0 - no_deal)


def accepts(utility: Floats, threshold: Floats, noise: Floats, mood: Floats) -> NDArray[np.bool_]:
    """Return whether u + tau z >= a; ties accept, and tau = 0 is the sharp rule."""
    return np.asarray(utility + noise * mood >= threshold - ROUNDING)


def proposal_scores(own: Floats, others: Floats, effort: Floats) -> Floats:
    """Return s_i(x) = (1 - e) u_i(x) + e sum_j omega_ij u^_ij(x) over cells (W, N); e is (W,)."""
    e = effort[:, None]
    scores = (1.0 - e) * own
    scores += e * others
    return scores


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


def leaving_rate(rate: Floats, sensitivity: Floats, regret: Floats) -> Floats:
    """Return rho (1 + kappa max(0, d - u(best))), per week; regret is d - u(best)."""
    return rate * (1.0 + sensitivity * np.maximum(0.0, regret))


def weeks_to_leave(rate: Floats, u: Floats) -> Floats:
    """Return after how many weeks an actor with a rate of leaving (W,) leaves: exponential."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log1p(-u) / rate)
