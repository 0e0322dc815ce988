"""Votes at home: the share of people who back a text, and the chance that it is ratified.

The second level of a two-level game (Putnam 1988): support is a share of people, ratification an
event that follows it. Some people would back whatever ends the matter and some nothing at all, so
support has a floor and a ceiling. That bodies sway each other is left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.bargaining.logistic import logistic
from sim.draws.streams import Floats, Ints


def support(
    utility: Floats,
    threshold: Floats,
    noise: Floats,
    floor: Floats | float = 0.0,
    ceiling: Floats | float = 0.0,
) -> Floats:
    """Return q = f + (1 - f - g) logistic((r - theta) / tau_s): the share of people for a text.

    The floor f would back any text, and g none, which sets the ceiling at 1 - g.
    """
    backing = logistic((utility - threshold) / noise)
    backing = backing * (1.0 - floor - ceiling)
    backing += floor
    return backing


def poll_covariance(
    shares: Floats, asked: Ints, waves: NDArray[np.str_], wording: float, wave: float
) -> Floats:
    """Return the covariance of the errors of polls, on the scale of log-odds: (J, J).

    Sampling at the shares observed, each by itself; sd `wording`, by how a text was described; sd
    `wave`, which polls of one wave share.

    Args:
        shares: who would accept, of all who were asked: (J,).
        asked: how many were: (J,).
        waves: of which wave each is: (J,).
        wording: an sd.
        wave: an sd.
    """
    own = 1 / (asked * shares * (1 - shares)) + wording**2
    return np.asarray(np.diag(own) + wave**2 * (waves[:, None] == waves))


def ratification_chance(support: Floats, quota: Floats, noise: Floats) -> Floats:
    """Return P(ratify) = logistic((q - q-bar) / tau_r)."""
    return np.asarray(special.expit((support - quota) / noise))
