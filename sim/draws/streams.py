"""Addressed streams of uniforms.

A stream is found by (root seed, batch, purpose, name) and never by the order in which streams
are asked for; it gives the same shapes each round whatever has happened. So two scenarios with
one seed are paired in everything that they share by name (common random numbers: Glasserman &
Yao 1992).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WORLDS_PER_BATCH = 1000  # a constant of the format: another value is another experiment
SESSIONS_AHEAD = 13
MOST_BATCHES = 16  # played at once; the draws of all between the first and the last are made
_LEAST = 2.0**-54  # in the place of 0, where quantiles are infinite
_TOGETHER = 16  # draws that are made together at least: sums over fewer may round otherwise


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
    DRAFT = 11
    DEADLINE = 12
    WALKOUT = 13
    DRIVER_AFTER = 15
    RATIFICATION = 16
    BREAKDOWN = 17
    MISFORESIGHT = 18
    RENEGOTIATION = 21
    BREACH = 22
    VOTE_DAY = 23
    TABLED = 24
    REOPENED = 25
    REWRITE = 26
    PROPOSED = 27
    ACCEPTED = 28


class Uniforms(Protocol):
    """Addressed streams of uniforms, one for each draw."""

    @property
    def first_draw(self) -> int:
        """Return the number of the first draw in the ensemble."""

    @property
    def all_draws(self) -> int:
        """Return the number of draws, D."""

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return the next uniforms of a stream: (D,)."""


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
    phase: str = ""  # before every name: streams of another phase are others
    _generators: dict[tuple[Purpose, str], list[np.random.Generator]] = field(default_factory=dict)
    _ahead: dict[tuple[Purpose, tuple[str, ...]], Iterator[Floats]] = field(default_factory=dict)

    @property
    def first_draw(self) -> int:
        """Return the number of its first draw in the ensemble."""
        return self.batch * self.draws

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

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return the next uniforms, one for each draw of all batches: (D,)."""
        return self._next(purpose, name, (self.draws,))

    def keep(self, kept: NDArray[np.intp] | NDArray[np.bool_]) -> None:
        """Go on with some of the worlds; what the others would have drawn is drawn and dropped."""
        self.worlds = self.worlds[kept]

    def with_worlds(self, worlds: Ints) -> Streams:
        """Return the same addresses for other worlds of the batches, from their beginning."""
        return replace(self, worlds=worlds, _generators={}, _ahead={})

    def of_draws(self) -> Uniforms:
        """Return the uniforms of its draws alone, from their beginning, up to the last in play."""
        many = -(-(int(self.worlds[-1]) // self.replications + 1) // _TOGETHER) * _TOGETHER
        return _FirstDraws(self.with_worlds(self.worlds), min(many, self.all_draws))

    def before(self) -> Streams:
        """Return the streams of the same worlds for what came before the start."""
        return replace(self, phase="before ", _generators={}, _ahead={})

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
        word = crc32(f"{self.phase}{name}".encode())
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


@dataclass(frozen=True)
class _FirstDraws:
    """The first draws of some batches, as if there were no others."""

    streams: Streams
    all_draws: int

    @property
    def first_draw(self) -> int:
        return self.streams.first_draw

    def draw_uniforms(self, purpose: Purpose, name: str) -> Floats:
        return self.streams.draw_uniforms(purpose, name)[: self.all_draws]


def streams_of(seed: int, replications: int, worlds: Ints) -> Streams:
    """Return the streams of some worlds of an ensemble, and of all batches between them.

    Raises:
        ValueError: when the worlds are not in order, or of more than 16 batches.
    """
    if (np.diff(worlds) <= 0).any():
        raise ValueError("worlds of one model must be in ascending order, each once")
    together = draws_per_batch(replications)
    size = together * replications
    first, last = int(worlds[0]) // size, int(worlds[-1]) // size
    if last - first >= MOST_BATCHES:
        raise ValueError(f"worlds of one model must lie within {MOST_BATCHES} batches")
    local = worlds - first * size
    return Streams(seed, first, together, replications, local, last - first + 1)
