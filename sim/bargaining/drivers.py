"""Paths of the drivers: exact transitions of each kind over any interval of weeks.

A driver's distribution at a date is the same whatever the steps that lead there. Random walk and
Ornstein-Uhlenbeck transitions are the textbook's (Gillespie 1996); jumps are compound Poisson.
"""

from __future__ import annotations

import numpy as np

from sim.bargaining.batch import Batch
from sim.randomness import Floats, Purpose, normal_quantile, poisson_quantile
from sim.scenario.drivers import Driver, Jumps, MeanReverting, Ramp, RandomWalk


def starting_values(batch: Batch) -> Floats:
    """Return the drivers' values at the start: (W, F). A ramp may have arrived by then."""
    fields = {
        name: "target" if isinstance(driver, Ramp) and _arrival(batch, driver) <= 0 else "start"
        for name, driver in batch.spec.drivers.items()
    }
    return batch.numbers([f"drivers.{name}.{field}" for name, field in fields.items()])


def moved(
    batch: Batch, now: Floats, week: Floats, weeks: float, purpose: Purpose = Purpose.DRIVER
) -> Floats:
    """Return the drivers' values (W, F) some weeks on from their values `now` at `week` (W,)."""
    later = np.empty_like(now, order="F")
    for column, (name, driver) in enumerate(batch.spec.drivers.items()):
        later[:, column] = _transition(batch, name, driver, now[:, column], week, weeks, purpose)
    return later


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


def _transition(
    batch: Batch,
    name: str,
    driver: Driver,
    now: Floats,
    week: Floats,
    weeks: float,
    purpose: Purpose,
) -> Floats:
    def p(field: str) -> Floats:
        return batch.number(f"drivers.{name}.{field}")

    def per_draw(field: str) -> Floats:
        return batch.draws[f"drivers.{name}.{field}"]

    def z(stream: str = name) -> Floats:
        return normal_quantile(batch.streams.uniforms(purpose, stream))

    if isinstance(driver, RandomWalk):
        return random_walk(now, p("drift"), p("volatility"), weeks, z())
    if isinstance(driver, MeanReverting):
        remains, sd = batch.once(
            ("reversion", name, weeks),
            lambda: reversion(per_draw("half_life"), per_draw("volatility"), weeks),
        )
        return mean_reverting(now, p("level"), remains, sd, z())
    if isinstance(driver, Jumps):
        u = batch.streams.uniforms(purpose, name)
        return jumps(now, p("rate"), p("size"), p("size_sd"), weeks, u, z(f"{name}/size"))
    return ramp(p("start"), p("target"), _arrival(batch, driver), week + weeks)


def _arrival(batch: Batch, driver: Ramp) -> float:
    """Return the week in which a ramp arrives."""
    return (driver.date - batch.spec.calendar.start).days / 7


def random_walk(now: Floats, drift: Floats, volatility: Floats, weeks: float, z: Floats) -> Floats:
    """F + drift h + volatility sqrt(h) z."""
    return now + drift * weeks + volatility * np.sqrt(weeks) * z


def reversion(half_life: Floats, volatility: Floats, weeks: float) -> tuple[Floats, Floats]:
    """Return what remains of a deviation from the level after some weeks, and the noise's sd."""
    speed = np.log(2.0) / half_life
    sd = volatility * np.sqrt(-np.expm1(-2 * speed * weeks) / (2 * speed))
    return np.exp(-speed * weeks), sd


def mean_reverting(now: Floats, level: Floats, remains: Floats, sd: Floats, z: Floats) -> Floats:
    """Return the Ornstein-Uhlenbeck transition, for what `reversion` says of its interval."""
    return level + (now - level) * remains + sd * z


def jumps(
    now: Floats, rate: Floats, size: Floats, size_sd: Floats, weeks: float, u: Floats, z: Floats
) -> Floats:
    """Return the compound Poisson transition: n normal steps sum to N(n size, n size_sd^2)."""
    count = poisson_quantile(u, rate * weeks)
    return now + count * size + np.sqrt(count) * size_sd * z


def ramp(start: Floats, target: Floats, arrival: float, week: Floats) -> Floats:
    """Return the straight line from start to target, reached at `arrival` and then kept."""
    share = np.minimum(week / arrival, 1.0) if arrival > 0 else np.ones_like(week)
    return start + (target - start) * share
