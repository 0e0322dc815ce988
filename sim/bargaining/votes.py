"""Votes at home: the share of people who back a text, and the chance that it is ratified.

The second level of a two-level game (Putnam 1988): support is a share of people, ratification an
event that follows it. That bodies sway each other is left out.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from sim.draws.streams import Floats


def support(utility: Floats, threshold: Floats, noise: Floats) -> Floats:
    """Return q = logistic((r - theta) / tau_s): the share of people who back the text."""
    return np.asarray(special.expit((utility - threshold) / noise))


def ratification_chance(support: Floats, quota: Floats, noise: Floats) -> Floats:
    """Return P(ratify) = logistic((q - q-bar) / tau_r)."""
    return np.asarray(special.expit((support - quota) / noise))
