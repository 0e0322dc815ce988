"""Where the drivers of a scenario are: at the start, as expected, and step after step.

Nothing that actors do moves a driver: what one party's wars and elections do to it stands in the
loadings, and each driver moves by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from sim.bargaining.arrays import side_by_side
from sim.bargaining.drivers import Chance, Driver, Numbers
from sim.draws.streams import Floats, Ints, Purpose
from sim.talks.batch import Batch
from sim.talks.successive import Successive

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


def at_moments(batch: Batch, weeks: Floats) -> Floats:
    """Return the drivers' values at moments of each world, along one course of its own: (W, T, F).

    Weeks (W, T) are counted from the start and do not fall.
    """
    start, steps = np.zeros(len(weeks)), np.diff(weeks, axis=1, prepend=0.0).T
    values = np.empty((*weeks.shape, len(batch.spec.drivers)))
    for column, (driver, of) in enumerate(_each(batch)):
        own = {path: batch.number(path) for path in batch.draws if path.startswith(of.path)}
        here = Numbers(of.name, own, np.arange(len(weeks)), of.day)
        chance = Chance(batch.streams, Purpose.DRIVER, of.name, len(steps))
        values[..., column] = driver.path(here, driver.first(of), start, steps, chance).T
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


class OnTheDay:
    """Where the drivers are on a day between two sessions, as seen from the session before.

    The transition to the day is exact and has uniforms of its own; the course from session to
    session goes on beside it.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._parts: dict[str, Successive] = {}
        self._paths = {
            of.name: [path for path in batch.draws if path.startswith(of.path)]
            for _, of in _each(batch)
        }

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds, as the batch does."""
        for part in self._parts.values():
            part.keep(rows)

    def drivers(self, rows: Ints, start: Floats, week: float, day: Floats) -> Floats:
        """Return the drivers of some worlds on their days (n,), from values (W, F) in a week."""
        values, draws, draw = start[rows], self._batch.draws, self._batch.draw[rows]
        for column, (driver, of) in enumerate(_each(self._batch)):
            own = {path: draws[path][draw] for path in self._paths[of.name]}
            here = Numbers(of.name, own, np.arange(len(rows)), of.day)
            chance = _Uniforms(partial(self._next, rows, of.name))
            began, steps = np.full(len(rows), week), (day - week)[None]
            values[:, column] = driver.path(here, start[rows, column], began, steps, chance)[0]
        return values

    def _next(self, rows: Ints, name: str, part: str) -> Floats:
        address = f"{name}/{part}" if part else name
        if address not in self._parts:
            self._parts[address] = Successive(self._batch.streams, Purpose.VOTE_DAY, address)
        return self._parts[address].take(rows)


@dataclass(frozen=True)
class _Uniforms:
    """A driver's uniforms of a single step, part by part."""

    next: Callable[[str], Floats]

    def uniforms(self, part: str = "") -> Floats:
        """Return the uniforms of the step: (1, n)."""
        return self.next(part)[None]


def _each(batch: Batch) -> Iterator[tuple[Driver, Numbers]]:
    """Yield each driver with its numbers in the worlds in play."""
    day = batch.spec.calendar.start
    for name, driver in batch.spec.drivers.items():
        yield driver, Numbers(name, batch.draws, batch.draw, day)
