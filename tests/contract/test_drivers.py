"""What every kind of driver must keep to. A new one in `Driver` is tested here with its example."""

from itertools import repeat
from typing import get_args

import numpy as np
import pytest
from scipy import stats

from sim.bargaining.drivers import Driver
from sim.bargaining.drivers.kind import DriverKind
from sim.scenario.reading.guide import guide
from sim.talks.batch import open_batch
from sim.talks.course import Course, expected, starting_values
from tests.contract.kinds import every_kind
from tests.small import WHY, small_scenario

KINDS = get_args(get_args(Driver)[0])
WORLDS, WEEKS = 1000, 12
EXAMPLES = {  # numbers that move it, and a date within the talks
    "drift": 0.1,
    "volatility": 0.5,
    "level": 0.5,
    "half_life": 4,
    "rate": 0.3,
    "size": 0.4,
    "size_sd": 0.2,
    "target": 3,
    "date": "2025-03-17",
}

every_kind_of_driver = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def name_of(kind):
    (name,) = get_args(kind.model_fields["kind"].annotation)
    return name


def scenario_of(kind):
    """Talks beside one driver that nobody minds, with 1 for a number that has no example."""
    own = set(kind.model_fields) - {"label", "kind", "basis", "why", "start"}
    numbers = {field: EXAMPLES.get(field, 1) for field in own}
    driver = {"kind": name_of(kind), "label": "a driver", **WHY, "start": 1, **numbers}
    nobody = {f"actors__{name}__loadings": {} for name in ("her", "his")}
    nobody |= {f"actors__{name}__loadings_after": {} for name in ("her", "his")}
    return small_scenario(drivers={"d": driver}, actors__her__domestic__loadings={}, **nobody)


def batch_of(kind, seed=0, worlds=WORLDS):
    return open_batch(scenario_of(kind), seed, 1, np.arange(worlds))


def at_the_end(kind, step, seeds=4):
    """The driver after twelve weeks, in steps of so many weeks."""
    values = []
    for seed in range(seeds):
        batch = batch_of(kind, seed)
        course = Course(batch, starting_values(batch), np.zeros(WORLDS), repeat(float(step)))
        values.append([course.move() for _ in range(WEEKS // step)][-1][:, 0])
    return np.concatenate(values)


@every_kind_of_driver
def test_it_is_expected_to_start_where_it_starts(kind):
    batch = batch_of(kind, worlds=20)
    now = expected(batch, np.zeros(1))[:, 0]
    np.testing.assert_allclose(now, starting_values(batch), atol=1e-12)


@every_kind_of_driver
@pytest.mark.parametrize("step", [1, 4, 12])
def test_it_is_on_average_where_it_is_expected_whatever_the_steps(kind, step):
    values, wanted = at_the_end(kind, step), expected(batch_of(kind), np.array([float(WEEKS)]))
    error = 4 * values.std() / np.sqrt(len(values)) + 1e-9
    assert values.mean() == pytest.approx(wanted.mean(), abs=error)


@every_kind_of_driver
def test_many_steps_and_one_lead_to_the_same_law(kind):
    many, one = at_the_end(kind, 1), at_the_end(kind, 12)
    if many.std() > 1e-12:
        assert stats.ks_2samp(many, one).pvalue > 0.001
    else:
        np.testing.assert_allclose(many, one, atol=1e-12)


@every_kind_of_driver
def test_it_goes_on_from_where_and_when_it_was_left(kind):
    whole, late = batch_of(kind, worlds=300), batch_of(kind, worlds=300)
    course = Course(whole, starting_values(whole), np.zeros(300), repeat(6.0))
    half = course.move()
    again = Course(late, half, np.full(300, 6.0), repeat(6.0)).move()
    wanted = expected(whole, np.array([12.0]))
    error = 5 * again.std() / np.sqrt(300) + 1e-9
    assert again.mean() == pytest.approx(wanted.mean(), abs=error)


@every_kind_of_driver
def test_a_world_does_not_depend_on_those_beside_it(kind):
    some = np.array([3, 50, 299])
    batch, few = batch_of(kind), open_batch(scenario_of(kind), 0, 1, some)
    paths = [
        Course(b, starting_values(b), np.zeros(len(b.draw)), repeat(1.0)) for b in (batch, few)
    ]
    for _ in range(20):
        every, kept = (path.move() for path in paths)
        np.testing.assert_array_equal(every[some], kept)


@every_kind_of_driver
def test_the_authors_guide_has_it(kind):
    assert f"`{name_of(kind)}`" in guide()


def test_every_kind_that_is_written_is_registered():
    assert every_kind(DriverKind, "sim.bargaining.drivers") == set(KINDS)
