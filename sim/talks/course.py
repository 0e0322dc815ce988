"""Where the drivers of a scenario are: at the start, as expected, and step after step.

Nothing that actors do moves a driver: what one party's wars and elections do to it stands in the
loadings, and each driver moves by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from sim.bargaining.arrays import side_by_side
from sim.bargaining.drivers import Chance, Driver, Numbers
from sim.draws.streams import Floats, Ints, Purpose
from sim.talks.batch import Batch

STEPS_AHEAD = 13


def starting_values(batch: Batch) -> Floats:
    """Return the drivers' values at the start: (W, F)."""
    columns = [driver.first(of) for driver, of in _each(batch)]
    return side_by_side(columns) if columns else np.zeros((len(batch.draw), 0))


def expected(batch: Batch, weeks: Floats) -> Floats:
    """Return the drivers' expected values in every world, weeks (T,) from the start: (W, T, F)."""
    values = np.empty((len(batch.draw), len(weeks), len(batch.spec.drivers)))
    for column, (driver, of) in enumerate(_each(batch)):
        values[..., column] = driver.expected(of, weeks)
    return values


class Course:
    """The drivers' values in the worlds of a batch, step after step, worked out some steps ahead.

    A stream gives the same numbers one step at a time or many: so working ahead changes nothing
    but the number of calls.
    """

    def __init__(
        self,
        batch: Batch,
        start: Floats,
        week: Floats,
        steps: Iterator[float],
        purpose: Purpose = Purpose.DRIVER,
    ) -> None:
        """Start at values (W, F) in a week (W,); `steps` are the weeks of each step."""
        self._batch, self._purpose, self._steps = batch, purpose, steps
        self._last, self._week = start.T, week
        self._ahead: Iterator[Floats] = iter(())
        self._at = np.arange(len(week))  # of the worlds in play, in what was worked out

    def move(self) -> Floats:
        """Return the values a step later: (W, F)."""
        later = next(self._ahead, None)
        if later is None:
            later = self._work_ahead()
        return later.take(self._at, axis=1).T

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds, as the batch does."""
        self._at = self._at[rows]

    def _work_ahead(self) -> Floats:
        """Work out some steps from the last on, in the worlds in play; return the first: (F, W)."""
        steps = np.array(list(islice(self._steps, STEPS_AHEAD)))[:, None]
        start, week = self._last.take(self._at, axis=1), self._week[self._at]
        values = np.empty((len(steps), len(start), len(week)))
        for column, (driver, of) in enumerate(_each(self._batch)):
            chance = Chance(self._batch.streams, self._purpose, of.name, len(steps))
            values[:, column] = driver.path(of, start[column], week, steps, chance)
        self._last, self._week = values[-1], week + steps.sum()
        self._at = np.arange(len(week))
        self._ahead = iter(values)
        return next(self._ahead)


def _each(batch: Batch) -> Iterator[tuple[Driver, Numbers]]:
    """Yield each driver with its numbers in the worlds in play."""
    day = batch.spec.calendar.start
    for name, driver in batch.spec.drivers.items():
        yield driver, Numbers(name, batch.draws, batch.draw, day)
