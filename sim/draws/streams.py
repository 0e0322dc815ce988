"""Addressed streams of uniforms, and the quantile functions that turn them into draws.

A stream is found by (root seed, batch, purpose, name) and never by the order in which streams
are asked for; it gives the same shapes each round whatever has happened. So two scenarios with
one seed are paired in everything that they share by name (common random numbers: Glasserman &
Yao 1992). Rejection samplers would lose the pairing, hence quantile functions throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.numbers.uncertain import Number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WORLDS_PER_BATCH = 1000  # a constant of the format: another value is another experiment
SESSIONS_AHEAD = 13
_LEAST = 2.0**-54  # in the place of 0, where quantiles are infinite


class Purpose(IntEnum):
    """What a stream is for. Numbers are part of the format: new purposes are added at the end."""

    NUMBER = 1
    FACTOR = 2
    MISREADING = 3
    MISJUDGEMENT = 4
    DRIVER = 5
    MOOD = 6
    RECOGNITION = 7
    PROPOSAL = 8
    BLOCK = 9
    AMENDMENT = 10
    DRAFT = 11
    DEADLINE = 12
    WALKOUT = 13
    DRIVER_AFTER = 15
    RATIFICATION = 16
    BREAKDOWN = 17


def draws_per_batch(replications: int) -> int:
    """Return how many draws a batch holds: a whole number, of about 1,000 worlds.

    >>> draws_per_batch(10), draws_per_batch(3), draws_per_batch(5000)
    (100, 333, 1)
    """
    return max(1, WORLDS_PER_BATCH // replications)


@dataclass
class Streams:
    """The streams of one batch, or of several that follow it, cut to the worlds in play.

    A stream has its own generator in each batch and draws for the whole of it, so what a world
    draws depends neither on the other worlds in play nor on the batches played beside it.
    """

    seed: int
    batch: int  # the first
    draws: int  # of each batch
    replications: int
    worlds: Ints  # counted from the first world of the first batch
    batches: int = 1
    _generators: dict[tuple[Purpose, str], list[np.random.Generator]] = field(default_factory=dict)
    _ahead: dict[tuple[Purpose, tuple[str, ...]], Iterator[Floats]] = field(default_factory=dict)

    @property
    def all_draws(self) -> int:
        """Return the number of draws of all its batches, D."""
        return self.batches * self.draws

    def uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return the stream's next uniforms, one for each kept world: (W,), inside (0, 1)."""
        return self._kept(self._next(purpose, name, (self.draws * self.replications,)))

    def session_uniforms(self, purpose: Purpose, names: tuple[str, ...]) -> Floats:
        """Return the next uniforms of streams that are read together every session: (W, K).

        They are drawn some sessions ahead, which changes nothing but the number of calls.
        """
        every = next(self._ahead.get((purpose, names), iter(())), None)
        if every is None:
            shape = (SESSIONS_AHEAD, self.draws * self.replications)
            streams = [self._next(purpose, name, shape, axis=1) for name in names]
            self._ahead[purpose, names] = iter(np.stack(streams, axis=1))
            every = next(self._ahead[purpose, names])
        return (every if every.shape[1] == len(self.worlds) else every.take(self.worlds, axis=1)).T

    def uniforms_ahead(self, purpose: Purpose, name: str, rounds: int) -> Floats:
        """Return what `uniforms` would return in each of the next rounds: (rounds, W)."""
        shape = (rounds, self.draws * self.replications)
        every = self._next(purpose, name, shape, axis=1)
        return every if every.shape[1] == len(self.worlds) else every.take(self.worlds, axis=1)

    def uniform_rows(self, purpose: Purpose, name: str, columns: int) -> Floats:
        """Return the next uniforms of `columns` things for each kept world: (W, columns)."""
        return self._kept(self._next(purpose, name, (self.draws * self.replications, columns)))

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return the next uniforms, one for each draw of all batches: (D,)."""
        return self._next(purpose, name, (self.draws,))

    def keep(self, kept: NDArray[np.intp] | NDArray[np.bool_]) -> None:
        """Go on with some of the worlds; what the others would have drawn is drawn and dropped."""
        self.worlds = self.worlds[kept]

    def with_worlds(self, worlds: Ints) -> Streams:
        """Return the same addresses for other worlds of the batches, from their beginning."""
        return replace(self, worlds=worlds, _generators={}, _ahead={})

    def _kept(self, every: Floats) -> Floats:
        return every if len(every) == len(self.worlds) else every[self.worlds]

    def _next(self, purpose: Purpose, name: str, shape: tuple[int, ...], axis: int = 0) -> Floats:
        """Return a stream's next uniforms, with the worlds or draws of all batches on one axis."""
        generators = self._generators.get((purpose, name))
        if generators is None:
            generators = self._generators[purpose, name] = self._opened(purpose, name)
        drawn = [generator.random(shape) for generator in generators]
        return inside(drawn[0] if len(drawn) == 1 else np.concatenate(drawn, axis))

    def _opened(self, purpose: Purpose, name: str) -> list[np.random.Generator]:
        """Return a stream's generators, one for each batch, at their beginning."""
        word = crc32(name.encode())
        keys = [(self.batch + b, int(purpose), word) for b in range(self.batches)]
        seeds = [np.random.SeedSequence(self.seed, spawn_key=key) for key in keys]
        return [np.random.default_rng(seed) for seed in seeds]


def inside(u: Floats) -> Floats:
    """Return uniforms on [0, 1) moved into (0, 1): 0 becomes half of the least step above it.

    Adding that half step to all would round the largest uniform up to 1.

    >>> inside(np.array([0.0, 0.25, 1 - 2.0**-53])) - [2.0**-54, 0.25, 1 - 2.0**-53]
    array([0., 0., 0.])
    """
    return np.maximum(u, _LEAST)


def quantile(number: Number, u: Floats) -> Floats:
    """Return the quantiles of a number's distribution at u (any shape)."""
    if number.value is not None:
        return np.full(u.shape, number.value)
    if number.uniform:
        low, high = number.uniform
        return low + (high - low) * u
    if number.triangular:
        return triangular_quantile(u, *number.triangular)
    if number.normal:
        n = number.normal
        return truncated_normal_quantile(u, n.mean, n.sd, n.low, n.high)
    if number.beta:
        a = number.beta.mean * number.beta.concentration
        return np.asarray(special.betaincinv(a, number.beta.concentration - a, u))
    assert number.choice is not None
    steps = np.cumsum(number.choice.chances)[:-1]
    return np.asarray(number.choice.values)[np.searchsorted(steps, u, side="right")]


def triangular_quantile(u: Floats, low: float, mode: float, high: float) -> Floats:
    """Return the quantiles of the triangular distribution."""
    width, rise = high - low, mode - low
    with np.errstate(invalid="ignore"):
        left = low + np.sqrt(u * width * rise)
        right = high - np.sqrt((1 - u) * width * (width - rise))
    return np.where(u * width < rise, left, right)


def truncated_normal_quantile(u: Floats, mean: float, sd: float, low: float, high: float) -> Floats:
    """Return the quantiles of a normal truncated to [low, high]."""
    bottom, top = special.ndtr((low - mean) / sd), special.ndtr((high - mean) / sd)
    return np.clip(mean + sd * special.ndtri(bottom + u * (top - bottom)), low, high)


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


def sample_numbers(numbers: dict[str, Number], streams: Streams) -> dict[str, Floats]:
    """Return the value of every number in every draw of the batch, under its path: (D,).

    Numbers that share a common factor are joined by a Gaussian copula: z = loading F +
    sqrt(1 - loading^2) e, with F and e standard normal.
    """
    factors = {number.common.factor for number in numbers.values() if number.common}
    shared = {
        name: normal_quantile(streams.draw_uniforms(Purpose.FACTOR, name)) for name in factors
    }
    return {path: _sample(path, number, shared, streams) for path, number in numbers.items()}


def _sample(path: str, number: Number, factors: dict[str, Floats], streams: Streams) -> Floats:
    if number.value is not None:
        return np.full(streams.all_draws, number.value)
    u = streams.draw_uniforms(Purpose.NUMBER, path)
    if number.common:
        loading = number.common.loading
        own = np.sqrt(1 - loading**2) * normal_quantile(u)
        u = np.asarray(special.ndtr(loading * factors[number.common.factor] + own))
    return quantile(number, u)


def sample_weights(
    path: str, means: Floats, names: list[str], concentration: Floats | None, streams: Streams
) -> Floats:
    """Return Dirichlet weights that sum to 1: (D, C), from means (D, C) of any positive sum.

    Without a concentration (D,) the weights are the means. Each clause has streams of its own.
    """
    means = means / means.sum(axis=1, keepdims=True)
    if concentration is None:
        return means
    logs = np.column_stack(
        [
            log_gamma_quantile(
                concentration * means[:, column],
                streams.draw_uniforms(Purpose.NUMBER, f"{path}.{name}.gamma"),
                streams.draw_uniforms(Purpose.NUMBER, f"{path}.{name}.power"),
            )
            for column, name in enumerate(names)
        ]
    )
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
