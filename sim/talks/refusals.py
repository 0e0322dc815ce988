"""What each refused in the last session of its world, and which clause of that text cost it most.

A refusal is of an actor that was there, had to sign the text and would not. What a clause costs
is what the best of its options would add while all the others stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import side_by_side
from sim.bargaining.packages import ROUNDING, Space
from sim.draws.streams import Floats, Ints
from sim.talks.batch import Batch

NOTHING = -1
REFUSED = 1


@dataclass(frozen=True)
class Answers:
    """How A actors answered in a session of n worlds.

    Attributes:
        refused: 1 who had to sign the text and would not, 0 who did not refuse, -1 who was away:
            (n, A).
        doubted: the actor at whose home the vote was in doubt, where that alone made it refuse,
            else -1: (n, A).
    """

    refused: Ints
    doubted: Ints


class Refusals:
    """The last session that was held in each of W worlds; -1 where none was.

    Attributes:
        text: the text on the table: (W, B).
        refused: as `Answers.refused`: (W, A).
        doubted: as `Answers.doubted`: (W, A).
    """

    def __init__(self, worlds: int, actors: int, blocks: int) -> None:
        self.text = np.full((worlds, blocks), NOTHING)
        self.refused, self.doubted = np.full((2, worlds, actors), NOTHING)

    def note(self, rows: Ints, text: Ints, answers: Answers) -> None:
        """Note the answers to texts (n, B) in some worlds, in place of those before."""
        self.text[rows] = text
        self.refused[rows], self.doubted[rows] = answers.refused, answers.doubted

    def options(self, space: Space) -> Ints:
        """Return the options of the last texts, -1 where there was none: (W, C)."""
        polled = self.text[:, :1] != NOTHING
        return np.where(polled, space.options_of(np.where(polled, self.text, 0)), NOTHING)

    def obstacles(self, batch: Batch) -> Ints:
        """Return which clause of the last text cost each most that refused it: (W, A).

        By what the text is worth to the actor itself or, where only a vote at home made it refuse,
        at that home. -1 where it did not refuse, or no clause settled otherwise would be better.
        """
        found = np.full_like(self.refused, NOTHING)
        for actor in range(found.shape[1]):
            rows = np.flatnonzero(self.refused[:, actor] == REFUSED)
            if len(rows):
                found[rows, actor] = self._costliest(batch, rows, actor)
        return found

    def _costliest(self, batch: Batch, rows: Ints, actor: int) -> Ints:
        """Return the clause that cost an actor most in some worlds (n,), the first of equals."""
        costs = self._costs(batch, rows, actor)
        most = costs.max(axis=1)
        first = (costs >= most[:, None] - ROUNDING).argmax(axis=1)
        return np.where(most > ROUNDING, first, NOTHING)

    def _costs(self, batch: Batch, rows: Ints, actor: int) -> Floats:
        """Return what the best of each clause's options would add: (n, C)."""
        draw, home, space = batch.draw[rows], self.doubted[rows, actor], batch.space

        def worth(cells: Ints) -> Floats:
            """Return what cells (n, ...) are worth to whom the refusal was for."""
            here, away = (each.reshape(-1, *[1] * (cells.ndim - 1)) for each in (draw, home))
            own = batch.utilities.own[here, actor, cells]
            return np.where(away == NOTHING, own, batch.utilities.home[here, away, cells])

        columns = []
        for clause, block in enumerate(space.blocks_of_clauses):
            now = self.text[rows, block]
            columns.append(worth(space.otherwise(clause, now)).max(axis=1) - worth(now))
        return side_by_side(columns)
