"""Uniforms for what happens now and then: the k-th time in a world meets the k-th of a stream.

So what it meets depends neither on when it happens, nor on the calendar of the talks, nor on what
happens in other worlds.
"""

from __future__ import annotations

import numpy as np

from sim.draws.streams import Floats, Ints, Purpose, Streams


class Successive:
    """The uniforms of one stream in the worlds in play, each world at its own place in it."""

    def __init__(self, streams: Streams, purpose: Purpose, name: str) -> None:
        self._streams, self._purpose, self._name = streams, purpose, name
        self._taken = np.zeros(len(streams.worlds), dtype=np.int64)
        self._read: list[Floats] = []

    def take(self, rows: Ints) -> Floats:
        """Return the next uniform of some of the worlds in play (n,): (n,)."""
        turns, u = self._taken[rows], np.empty(len(rows))
        for turn in np.unique(turns).tolist():
            here = turns == turn
            u[here] = self._at(turn)[rows[here]]
        self._taken[rows] += 1
        return u

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds."""
        self._taken = self._taken[rows]
        self._read = [u[rows] for u in self._read]

    def _at(self, turn: int) -> Floats:
        """Return the uniforms of a turn in all worlds in play, read as soon as one needs them."""
        while len(self._read) <= turn:
            self._read.append(self._streams.uniforms(self._purpose, self._name))
        return self._read[turn]
