"""Votes at home: support among people, and the body that follows it (Putnam 1988)."""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.bargaining.logistic import logistic
from sim.draws.streams import Floats


def support(
    utility: Floats,
    threshold: Floats,
    noise: Floats,
    floor: Floats | float = 0.0,
    ceiling: Floats | float = 0.0,
) -> Floats:
    """Return q = f + (1 - f - g) logistic((r - theta) / tau_s): the share of people for a text.

    f of them would accept anything, g nothing.
    """
    backing = logistic((utility - threshold) / noise)
    backing *= 1.0 - floor - ceiling
    backing += floor
    return backing


def ratification_chance(support: Floats, quota: Floats, noise: Floats) -> Floats:
    """Return P(ratify) = logistic((q - q-bar) / tau_r)."""
    return np.asarray(special.expit((support - quota) / noise))
