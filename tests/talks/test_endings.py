"""Deadlines by hand: each extension granted with its chance, however far apart the sessions are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.talks.batch import open_batch
from sim.talks.endings import deadlines_passed, granted_extensions, leaving_rate, weeks_to_leave
from tests.small import mediated_scenario, small_scenario


def passed(until, *, deadline=2.0, granted=(True, True, False), length=3.0):
    now, extensions, lapsed = deadlines_passed(
        np.array([deadline]), np.array([0]), np.array([granted]), np.array([length]), until
    )
    return float(now[0]), int(extensions[0]), float(lapsed[0])


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (2.0, (2.0, 0, np.inf)),  # a deadline on the day of the next session has not passed
        (2.1, (5.0, 1, np.inf)),
        (5.1, (8.0, 2, np.inf)),
        (8.1, (np.inf, 2, 8.0)),
        (100.0, (np.inf, 2, 8.0)),
    ],
)
def test_all_deadlines_before_the_next_session_pass_in_turn(until, expected):
    assert passed(until) == expected


def test_a_deadline_that_is_not_extended_lapses_on_its_day():
    assert passed(9.0, granted=(False, True, True)) == (np.inf, 0, 2.0)


def test_what_was_given_is_not_changed():
    deadline, extensions = np.array([2.0]), np.array([0])
    deadlines_passed(deadline, extensions, np.array([[True, False]]), np.array([3.0]), 9.0)
    assert deadline == 2
    assert extensions == 0


def test_the_first_extension_and_the_later_ones_are_granted_with_their_chances():
    scenario = mediated_scenario(calendar__deadline__times=3)
    granted = np.concatenate(
        [granted_extensions(open_batch(scenario, seed, 1, np.arange(1000))) for seed in range(10)]
    )
    assert granted.mean(axis=0) == pytest.approx([0.8, 0.6, 0.6, 0], abs=0.02)
    assert abs(np.corrcoef(granted[:, 1], granted[:, 2])[0, 1]) < 0.04


def test_one_extension_more_leaves_the_fate_of_the_first_ones():
    few, many = (
        granted_extensions(
            open_batch(mediated_scenario(calendar__deadline__times=n), 0, 1, np.arange(100))
        )
        for n in (2, 3)
    )
    np.testing.assert_array_equal(few[:, :2], many[:, :2])


def test_without_a_deadline_nothing_is_extended():
    assert not granted_extensions(open_batch(small_scenario(), 0, 1, np.arange(5))).any()


# --- Walk-outs --------------------------------------------------------------------------------


def one(*numbers):
    return [np.array([number]) for number in numbers]


@given(st.floats(0.001, 2), st.floats(0.1, 10))
def test_an_actor_leaves_within_some_weeks_with_the_chance_of_its_rate(rate, weeks):
    chance = -np.expm1(-rate * weeks)
    u = np.array([chance * 0.999, min(chance * 1.001, 1 - 1e-9)])
    if chance < 0.99:
        leaves = weeks_to_leave(np.array([rate]), u) < weeks
        assert leaves.tolist() == [True, False]


def test_at_rate_zero_nobody_ever_leaves():
    assert np.isinf(weeks_to_leave(*one(0.0, 0.5))).all()


@pytest.mark.parametrize(("regret", "expected"), [(-0.5, 0.02), (0.0, 0.02), (0.5, 0.06)])
def test_the_rate_of_leaving_grows_with_regret_and_not_with_its_opposite(regret, expected):
    assert leaving_rate(*one(0.02, 4.0, regret)) == pytest.approx(expected)
