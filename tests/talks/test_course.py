"""Each kind of driver: its moments at a date, and one law whatever the steps that lead there."""

from itertools import repeat

import numpy as np
import pytest
from scipy import stats

from sim.bargaining.drivers.jumps import jumping
from sim.bargaining.drivers.mean_reverting import reversion, reverting
from sim.bargaining.drivers.ramp import line
from sim.talks.batch import open_batch
from sim.talks.course import Course, OnTheDay, expected, starting_values
from tests.small import WHY, small_scenario

WORLDS = 1000
WEEKS = 12

KINDS = {
    "random_walk": {"start": 1, "drift": 0.1, "volatility": 0.5},
    "mean_reverting": {"start": 2, "level": 0.5, "half_life": 4, "volatility": 0.5},
    "jumps": {"start": 1, "rate": 0.3, "size": 0.4, "size_sd": 0.2},
    "ramp": {"start": 1, "target": 3, "date": "2025-03-17"},  # ten weeks after the start
}


def expected_moments(kind):
    """Mean and variance after twelve weeks, by the textbook."""
    if kind == "random_walk":
        return 1 + 0.1 * WEEKS, 0.25 * WEEKS
    if kind == "mean_reverting":
        speed = np.log(2) / 4
        return 0.5 + 1.5 / 8, 0.25 * (1 - 1 / 64) / (2 * speed)
    if kind == "jumps":
        # Compound Poisson: rate t E[J] and rate t E[J^2].
        return 1 + 0.3 * WEEKS * 0.4, 0.3 * WEEKS * (0.16 + 0.04)
    return 3.0, 0.0


def scenario_of(kind):
    return small_scenario(
        drivers={"d": {"kind": kind, "label": kind, **WHY, **KINDS[kind]}},
        actors__her__loadings={},
        actors__his__loadings={},
        actors__her__loadings_after={},
        actors__his__loadings_after={},
        actors__her__domestic__loadings={},
    )


def course_of(batch, step=1):
    start = starting_values(batch)
    return Course(batch, start, np.zeros(len(start)), repeat(float(step)))


def at_twelve_weeks(kind, step, seeds=8):
    scenario, values = scenario_of(kind), []
    for seed in range(seeds):
        batch = open_batch(scenario, seed, 1, np.arange(WORLDS))
        course = course_of(batch, step)
        values.append([course.move() for _ in range(WEEKS // step)][-1][:, 0])
    return np.concatenate(values)


@pytest.mark.parametrize("kind", KINDS)
def test_a_driver_is_expected_where_it_is_on_average(kind):
    batch = open_batch(scenario_of(kind), 0, 1, np.arange(5))
    path = expected(batch, np.array([0.0, WEEKS, 5.0]))[:, :, 0]
    np.testing.assert_allclose(path[:5, 0], starting_values(batch)[:, 0], atol=1e-12)
    np.testing.assert_allclose(path[:, 1], expected_moments(kind)[0], atol=1e-12)


@pytest.mark.parametrize("step", [1, 2, 6, 12])
@pytest.mark.parametrize("kind", KINDS)
def test_a_driver_has_its_mean_and_variance_at_a_date_whatever_the_steps(kind, step):
    mean, variance = expected_moments(kind)
    values = at_twelve_weeks(kind, step)
    assert values.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / len(values)) + 1e-9)
    assert values.var() == pytest.approx(variance, rel=0.12, abs=1e-12)


@pytest.mark.parametrize("kind", ["random_walk", "mean_reverting", "jumps"])
def test_sessions_every_one_or_two_weeks_give_a_driver_the_same_distribution(kind):
    weekly, fortnightly = at_twelve_weeks(kind, 1), at_twelve_weeks(kind, 2)
    assert (weekly != fortnightly).any()
    assert stats.ks_2samp(weekly, fortnightly).pvalue > 0.01


@pytest.mark.parametrize("kind", ["random_walk", "mean_reverting"])
def test_a_wandering_driver_is_normal_at_a_date(kind):
    mean, variance = expected_moments(kind)
    law = stats.norm(mean, np.sqrt(variance))
    assert stats.kstest(at_twelve_weeks(kind, 2), law.cdf).pvalue > 0.01


def test_a_driver_that_has_not_jumped_stays_where_it_was():
    values = at_twelve_weeks("jumps", 1)
    stayed = np.exp(-0.3 * WEEKS)
    assert (values == 1).mean() == pytest.approx(stayed, abs=4 * np.sqrt(stayed / len(values)))


def test_jumps_without_spread_are_a_poisson_number_of_their_size():
    u = (np.arange(5000) + 0.5) / 5000
    zero, steps = np.zeros(1), np.array([[3.0]])
    after = jumping(zero, np.array([0.5]), np.ones(1), zero, steps, u[None], zero)
    expected = stats.poisson(1.5).pmf(range(4))
    counts = np.bincount(after[0].astype(int))[:4] / 5000
    assert counts == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("week", "there"), [(0, 1), (2.5, 1.5), (5, 2), (10, 3), (40, 3)])
def test_a_ramp_runs_straight_to_its_target_and_stays(week, there):
    value = line(np.array([1.0]), np.array([3.0]), 10.0, np.array([float(week)]))
    assert value == pytest.approx(there)


@pytest.mark.parametrize(("date", "there"), [("2025-01-05", 3), ("2025-01-06", 3)])
def test_a_ramp_that_has_arrived_by_the_start_is_at_its_target(date, there):
    ramp = {"kind": "ramp", "label": "r", **WHY, "start": 1, "target": 3, "date": date}
    batch = open_batch(small_scenario(drivers__drought=ramp), 0, 1, np.arange(2))
    assert starting_values(batch).tolist() == [[there], [there]]


def test_half_of_a_deviation_is_gone_after_the_half_life():
    one, nothing = np.ones(1), np.zeros(1)
    remains, sd = reversion(6 * one, nothing, 6.0 * one)
    value = reverting(3 * one, one, remains[None], sd[None], one[None])
    assert value == pytest.approx(2)


def test_a_mean_reverting_driver_settles_at_the_variance_of_its_stationary_law():
    one = np.ones(1)
    speed = np.log(2) / 6
    remains, sd = reversion(6 * one, 0.3 * one, 1e4 * one)
    value = reverting(5 * one, 0 * one, remains[None], sd[None], one[None])
    assert value == pytest.approx(0.3 / np.sqrt(2 * speed))


def test_a_driver_does_not_depend_on_the_others_beside_it():
    def path(**others):
        spec = {"kind": "random_walk", "label": "d", **WHY, **KINDS["random_walk"]}
        scenario = small_scenario(
            drivers={**others, "drought": spec},
        )
        batch = open_batch(scenario, 3, 1, np.arange(50))
        return course_of(batch).move()[:, -1]

    other = {"kind": "jumps", "label": "o", **WHY, **KINDS["jumps"]}
    np.testing.assert_array_equal(path(), path(other=other))


@pytest.mark.parametrize("kind", KINDS)
def test_a_driver_goes_on_where_it_was_in_the_worlds_that_are_kept(kind):
    whole, cut = (open_batch(scenario_of(kind), 0, 1, np.arange(50)) for _ in range(2))
    every, some, rows = course_of(whole), course_of(cut), np.arange(50)
    for week in range(40):
        np.testing.assert_array_equal(some.move(), every.move()[rows])
        if week % 7 == 3:
            kept = np.arange(len(rows))[1:]
            rows = rows[kept]
            cut.keep(kept)
            some.keep(kept)


# --- On a day between two sessions ------------------------------------------------------------


def on_days(kind, days, seed, week=3.0):
    """A driver on a day of each world, from where it started, as if that were in a week."""
    batch = open_batch(scenario_of(kind), seed, 1, np.arange(WORLDS))
    start, rows = starting_values(batch), np.arange(WORLDS)
    return OnTheDay(batch).drivers(rows, start, week, np.broadcast_to(days, WORLDS))[:, 0]


@pytest.mark.parametrize("kind", ["random_walk", "mean_reverting", "jumps"])
def test_on_the_day_of_a_session_a_driver_is_where_it_was_then(kind):
    np.testing.assert_array_equal(on_days(kind, 3.0, seed=0), KINDS[kind]["start"])


@pytest.mark.parametrize("kind", ["random_walk", "mean_reverting", "jumps"])
def test_on_a_day_between_two_sessions_a_driver_has_its_law_of_that_day(kind):
    mean, variance = expected_moments(kind)
    values = np.concatenate([on_days(kind, 3.0 + WEEKS, seed) for seed in range(8)])
    assert values.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / len(values)))
    assert values.var() == pytest.approx(variance, rel=0.12)


def test_a_ramp_on_a_day_lies_on_its_line():
    days = np.linspace(3, 12, WORLDS)
    on_the_line = np.minimum(1 + 2 * days / 10, 3)
    np.testing.assert_allclose(on_days("ramp", days, seed=0), on_the_line)


@pytest.mark.parametrize("kind", KINDS)
def test_a_day_in_one_world_does_not_depend_on_those_in_others(kind):
    whole, cut = (open_batch(scenario_of(kind), 0, 1, np.arange(20)) for _ in range(2))
    start, all_days, some_days = starting_values(whole), OnTheDay(whole), OnTheDay(cut)
    days = 1 + np.arange(20) / 10
    every = [all_days.drivers(np.arange(20), start, 1.0, days) for _ in range(2)]
    rows = np.array([2, 11])
    for turn in range(2):
        some = some_days.drivers(rows, start, 1.0, days[rows])
        np.testing.assert_array_equal(some, every[turn][rows])
    assert kind == "ramp" or (every[0] != every[1]).any()
