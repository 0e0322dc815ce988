"""Paths of the drivers: exact transitions of each kind over any interval of weeks.

A driver's distribution at a date is the same whatever the steps that lead there. Random walk and
Ornstein-Uhlenbeck transitions are the textbook's (Gillespie 1996); jumps are compound Poisson.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from sim.draws.streams import Floats, Ints, Purpose, normal_quantile, poisson_quantile
from sim.scenario.drivers import Driver, Jumps, MeanReverting, Ramp, RandomWalk
from sim.talks.batch import Batch

STEPS_AHEAD = 13


def starting_values(batch: Batch) -> Floats:
    """Return the drivers' values at the start: (W, F). A ramp may have arrived by then."""
    fields = {
        name: "target" if isinstance(driver, Ramp) and _arrival(batch, driver) <= 0 else "start"
        for name, driver in batch.spec.drivers.items()
    }
    return batch.numbers([f"drivers.{name}.{field}" for name, field in fields.items()])


class Course:
    """The drivers' values in the worlds of a batch, step after step, worked out some steps ahead.

    Nothing that actors do moves a driver, and a stream gives the same numbers one step at a time
    or many: so working ahead changes nothing but the number of calls.
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
        start, week = self._last.take(self._at, axis=1).T, self._week[self._at]
        values = paths(self._batch, start, week, steps, self._purpose)
        self._last, self._week = values[-1], week + steps.sum()
        self._at = np.arange(len(week))
        self._ahead = iter(values)
        return next(self._ahead)


def paths(batch: Batch, start: Floats, week: Floats, steps: Floats, purpose: Purpose) -> Floats:
    """Return the drivers' values after each of some steps (T, 1) in weeks: (T, F, W).

    They start at values (W, F) in a week (W,).
    """
    values = np.empty((len(steps), start.shape[1], len(start)))
    for column, (name, driver) in enumerate(batch.spec.drivers.items()):
        values[:, column] = _path(batch, name, driver, start[:, column], week, steps, purpose)
    return values


def expected(batch: Batch, weeks: Floats) -> Floats:
    """Return the drivers' expected values in every world, weeks (T,) from the start: (W, T, F)."""
    paths = np.empty((len(batch.draw), len(weeks), len(batch.spec.drivers)))
    for column, (name, driver) in enumerate(batch.spec.drivers.items()):
        paths[..., column] = _expected(batch, name, driver, weeks)
    return paths


def _expected(batch: Batch, name: str, driver: Driver, weeks: Floats) -> Floats:
    def p(field: str) -> Floats:
        return batch.number(f"drivers.{name}.{field}")[:, None]

    if isinstance(driver, RandomWalk):
        return p("start") + p("drift") * weeks
    if isinstance(driver, MeanReverting):
        return p("level") + (p("start") - p("level")) * 0.5 ** (weeks / p("half_life"))
    if isinstance(driver, Jumps):
        return p("start") + p("rate") * p("size") * weeks
    return ramp(p("start"), p("target"), _arrival(batch, driver), weeks)


def _path(
    batch: Batch,
    name: str,
    driver: Driver,
    start: Floats,
    week: Floats,
    steps: Floats,
    purpose: Purpose,
) -> Floats:
    """Return one driver's values after each step: (T, W)."""

    def p(field: str) -> Floats:
        return batch.number(f"drivers.{name}.{field}")

    def per_draw(field: str) -> Floats:
        return batch.draws[f"drivers.{name}.{field}"]

    def u(stream: str = name) -> Floats:
        return batch.streams.uniforms_ahead(purpose, stream, len(steps))

    if isinstance(driver, RandomWalk):
        z = normal_quantile(u())
        return random_walk(start, p("drift"), p("volatility"), steps, z)
    if isinstance(driver, MeanReverting):
        law = reversion(per_draw("half_life"), per_draw("volatility"), steps)
        remains, sd = (values[:, batch.draw] for values in law)
        return mean_reverting(start, p("level"), remains, sd, normal_quantile(u()))
    if isinstance(driver, Jumps):
        z = normal_quantile(u(f"{name}/size"))
        return jumps(start, p("rate"), p("size"), p("size_sd"), steps, u(), z)
    ends = week + np.cumsum(steps, axis=0)
    return ramp(p("start"), p("target"), _arrival(batch, driver), ends)


def _arrival(batch: Batch, driver: Ramp) -> float:
    """Return the week in which a ramp arrives."""
    return (driver.date - batch.spec.calendar.start).days / 7


def random_walk(
    start: Floats, drift: Floats, volatility: Floats, steps: Floats, z: Floats
) -> Floats:
    """Add drift h + volatility sqrt(h) z in every step of h weeks: (T, W)."""
    return _summed(start, drift * steps + volatility * np.sqrt(steps) * z)


def reversion(half_life: Floats, volatility: Floats, weeks: Floats) -> tuple[Floats, Floats]:
    """Return what remains of a deviation from the level after some weeks, and the noise's sd."""
    speed = np.log(2.0) / half_life
    sd = volatility * np.sqrt(-np.expm1(-2 * speed * weeks) / (2 * speed))
    return np.exp(-speed * weeks), sd


def mean_reverting(start: Floats, level: Floats, remains: Floats, sd: Floats, z: Floats) -> Floats:
    """Return the Ornstein-Uhlenbeck path, for what `reversion` says of its steps (T, W): (T, W)."""
    values, away = sd * z, start - level
    for noise, left in zip(values, remains, strict=True):
        away = away * left + noise
        np.add(level, away, out=noise)
    return values


def jumps(
    start: Floats, rate: Floats, size: Floats, size_sd: Floats, steps: Floats, u: Floats, z: Floats
) -> Floats:
    """Add compound Poisson steps: n normal jumps in h weeks sum to N(n size, n size_sd^2)."""
    count = poisson_quantile(u, rate * steps)
    return _summed(start, count * size + np.sqrt(count) * size_sd * z)


def ramp(start: Floats, target: Floats, arrival: float, week: Floats) -> Floats:
    """Return the straight line from start to target, reached at `arrival` and then kept."""
    share = np.minimum(week / arrival, 1.0) if arrival > 0 else np.ones_like(week)
    return start + (target - start) * share


def _summed(start: Floats, steps: Floats) -> Floats:
    """Return start + the sum of all steps (T, W) so far, added one after the other: (T, W)."""
    steps[0] += start
    return np.cumsum(steps, axis=0)
