"""Quantile functions, which turn uniforms into draws.

Rejection samplers would lose the pairing of two scenarios, hence quantile functions throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special

from sim.draws.streams import Floats
from sim.numbers.uncertain import Beta, Choice, Number


def quantile(number: Number, u: Floats) -> Floats:
    """Return the quantiles of a number's distribution at u (any shape)."""
    return _QUANTILES[number.form](getattr(number, number.form), u)


def triangular_quantile(u: Floats, low: float, mode: float, high: float) -> Floats:
    """Return the quantiles of the triangular distribution."""
    width, rise = high - low, mode - low
    with np.errstate(invalid="ignore"):
        left = low + np.sqrt(u * width * rise)
        right = high - np.sqrt((1 - u) * width * (width - rise))
    return np.where(u * width < rise, left, right)


def beta_quantile(u: Floats, a: float, b: float) -> Floats:
    """Return the quantiles of the beta distribution.

    Where the library does not converge, as for some u near 1e-17, the density's leading term at
    the nearer end is inverted: u = x^a / (a B(a, b)).
    """
    x = np.asarray(special.betaincinv(a, b, u))
    lost = np.isnan(x)
    if lost.any():
        low = np.exp((np.log(u) + np.log(a) + special.betaln(a, b)) / a)
        high = 1.0 - np.exp((np.log1p(-u) + np.log(b) + special.betaln(a, b)) / b)
        x = np.where(lost, np.where(u < 0.5, low, high), x)
    return x


def truncated_normal_quantile(u: Floats, mean: float, sd: float, low: float, high: float) -> Floats:
    """Return the quantiles of a normal truncated to [low, high]."""
    bottom, top = special.ndtr((low - mean) / sd), special.ndtr((high - mean) / sd)
    return np.clip(mean + sd * special.ndtri(bottom + u * (top - bottom)), low, high)


def cut_gamma_quantile(u: Floats, shape: float, rate: float, high: float) -> Floats:
    """Return the quantiles of a gamma distribution cut off at `high`."""
    below = special.gammainc(shape, rate * high)
    return np.minimum(special.gammaincinv(shape, u * below) / rate, high)


def normal_quantile(u: Floats) -> Floats:
    """Return standard normal quantiles."""
    return np.asarray(special.ndtri(u))


def poisson_quantile(u: Floats, mean: Floats) -> Floats:
    """Return Poisson quantiles for the small means of rates over weeks; u and mean broadcast."""
    u, mean = np.broadcast_arrays(u, mean)
    count = np.zeros(u.shape)
    above = np.nonzero(u > np.exp(-mean))
    while len(above[0]):
        count[above] += 1
        still = u[above] > special.pdtr(count[above], mean[above])
        above = tuple(index[still] for index in above)
    return count


def log_gamma_quantile(shape: Floats, u1: Floats, u2: Floats) -> Floats:
    """Return the logarithms of gamma variates, exact also for very small shapes.

    If G ~ Gamma(a + 1) and U is uniform, then G U^(1/a) ~ Gamma(a) (Marsaglia & Tsang 2000).
    Shape 0 gives log 0.
    """
    safe = np.where(shape > 0, shape, 1.0)
    logs = np.log(special.gammaincinv(safe + 1, u1)) + np.log(u2) / safe
    return np.where(shape > 0, logs, -np.inf)


def _beta(stated: Beta, u: Floats) -> Floats:
    a = stated.mean * stated.concentration
    return beta_quantile(u, a, stated.concentration - a)


def _choice(stated: Choice, u: Floats) -> Floats:
    steps = np.cumsum(stated.chances)[:-1]
    return np.asarray(stated.values)[np.searchsorted(steps, u, side="right")]


_QUANTILES: Mapping[str, Callable[[Any, Floats], Floats]] = {
    "value": lambda value, u: np.full(u.shape, value),
    "uniform": lambda ends, u: ends[0] + (ends[1] - ends[0]) * u,
    "triangular": lambda corners, u: triangular_quantile(u, *corners),
    "normal": lambda n, u: truncated_normal_quantile(u, n.mean, n.sd, n.low, n.high),
    "beta": _beta,
    "gamma": lambda g, u: cut_gamma_quantile(u, g.shape, g.rate, g.high),
    "choice": _choice,
}
