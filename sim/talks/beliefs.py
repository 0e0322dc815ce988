"""What an actor believes of the others: private information (Fearon 1995).

It reads each value of the others, and what they would sign, with errors of its own that are drawn
once per world and that it never learns of.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.bargaining.arrays import of_worlds, side_by_side
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Purpose
from sim.talks.batch import Batch
from sim.talks.preferences import misread


class Beliefs:
    """What an actor, or a chair who is none, believes in every world of a batch.

    They are asked for before the talks begin, when all worlds are in play; each is drawn when it
    is first asked for.
    """

    def __init__(self, batch: Batch, name: str) -> None:
        self._batch, self._name = batch, name
        self._streams = batch.streams  # those of the time after the start, whenever it is drawn
        is_actor = name in batch.spec.actors
        self._path = f"actors.{name}.bargaining" if is_actor else "protocols.single_text"

    @cached_property
    def others(self) -> Floats:
        """What it believes texts to be worth to the others, by its regard for them: (W, N).

        Its own utility where it never looks at them: then nothing needs to be misread.
        """
        batch, regard = self._batch, self._batch.regard(self._name)
        own = of_worlds(batch.utilities.own[:, self._index], batch.draw)
        if not batch.spec.actors[self._name].accommodates:
            return own
        others = np.zeros_like(own)
        for other in range(regard.shape[1]):
            others += regard[:, other, None] * self.each[:, other]
        return others

    @cached_property
    def each(self) -> Floats:
        """What it believes texts to be worth to each, itself included, by cells: (W, A, N)."""
        batch = self._batch
        sd = self._error("misreading")
        actors = list(batch.spec.actors)
        return misread(
            batch.space, batch.utilities, batch.draw, self._streams, actors, self._name, sd
        )

    @cached_property
    def misjudged(self) -> Floats:
        """Its errors about the thresholds of each: (W, A)."""
        batch = self._batch
        sd = self._error("misjudgement")
        uniforms = [
            self._streams.uniforms(Purpose.MISJUDGEMENT, f"{self._name}/{other}")
            for other in batch.spec.actors
        ]
        return side_by_side([sd * normal_quantile(u) for u in uniforms])

    def _error(self, field: str) -> Floats:
        """Return the sd of its errors: (W,); a chair states none where it sees right."""
        path = f"{self._path}.{field}"
        return self._batch.numbers([path if path in self._batch.draws else None])[:, 0]

    @property
    def _index(self) -> int:
        return list(self._batch.spec.actors).index(self._name)
