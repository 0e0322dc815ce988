"""What an actor believes of the others: private information (Fearon 1995).

It reads each value of the others, and what they would sign, with errors of its own that are drawn
once per world and that it never learns of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import of_worlds, side_by_side
from sim.draws.streams import Floats, Purpose, normal_quantile
from sim.talks.batch import Batch
from sim.talks.preferences import misread


@dataclass(frozen=True)
class Beliefs:
    """One actor's beliefs in every world of a batch.

    Attributes:
        others: its regard for the others times what it believes texts to be worth to them, cell by
            cell; its own utility where it regards nobody: (W, N).
        each: what it believes texts to be worth to each actor, itself included: (W, A, N), or
            none where it neither looks at the others nor holds the pen.
        misjudged: its errors about the thresholds of each: (W, A), or none where it does not hold
            the pen.
    """

    others: Floats
    each: Floats | None
    misjudged: Floats | None


def beliefs_of(batch: Batch, name: str, holds_the_pen: bool) -> Beliefs:
    """Return what an actor believes."""
    path, regard = f"actors.{name}.bargaining", batch.regard(name)
    others = of_worlds(batch.utilities.own[:, list(batch.spec.actors).index(name)], batch.draw)
    each = None
    accommodates = bool((batch.number(f"{path}.accommodation")[:, None] * regard).any())
    if accommodates or holds_the_pen:
        each = misread(
            batch.space,
            batch.utilities,
            batch.draw,
            batch.streams,
            list(batch.spec.actors),
            name,
            batch.number(f"{path}.misreading"),
        )
        if accommodates:
            others = np.zeros_like(others)
            for other in range(regard.shape[1]):
                others += regard[:, other, None] * each[:, other]
    if not holds_the_pen:
        return Beliefs(others, None, None)
    return Beliefs(others, each, _misjudged(batch, name))


def _misjudged(batch: Batch, name: str) -> Floats:
    sd = batch.number(f"actors.{name}.bargaining.misjudgement")
    uniforms = [
        batch.streams.uniforms(Purpose.MISJUDGEMENT, f"{name}/{other}")
        for other in batch.spec.actors
    ]
    return side_by_side([sd * normal_quantile(u) for u in uniforms])
