"""How deals in force break: the hazard by hand, and survival at even uniforms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.talks import aftermath
from sim.talks.aftermath import weekly_steps
from tests.small import small_scenario

MONTH = 365.25 / 12 / 7
EVEN = (np.arange(20_000) + 0.5) / 20_000  # uniforms that leave nothing to chance


def weeks_until_broken(hazard, watched=24 * MONTH, u=EVEN, drift=0.0):
    """Weeks until deals break at a hazard a month of the one driver, which moves by `drift`."""
    steps = weekly_steps(24 * MONTH)
    later = iter(np.cumsum(steps))
    return aftermath.weeks_until_broken(
        watched=np.full(len(u), watched),
        steps=steps,
        drivers=np.zeros((len(u), 1)),
        move=lambda: np.full((len(u), 1), drift * next(later)),
        monthly_hazard=lambda now: np.full(len(u), hazard(now[:, 0])),
        u=u,
    )


def test_the_hazard_falls_with_deterrence_and_grows_with_regret():
    one = np.ones(1)
    hazard = aftermath.breakdown_hazard(0.02 * one, 0.5 * one, 2 * one, 0.3 * one, 4 * one)
    assert hazard == pytest.approx(0.02 * np.exp(-2 * 0.5 + 4 * 0.3))


def test_no_regret_is_not_rewarded():
    one = np.ones(1)
    hazard = aftermath.breakdown_hazard(0.02 * one, 0 * one, one, -0.7 * one, 4 * one)
    assert hazard == pytest.approx(0.02)


@given(
    *(st.floats(0, 100) | st.just(0.0) for _ in range(4)), st.floats(-1e6, 1e6), st.floats(0, 0.99)
)
def test_a_hazard_is_a_number_however_much_is_regretted_and_0_stays_0(
    base, deterrence, effect, sensitivity, regret, u
):
    one = np.ones(1)
    with np.errstate(over="raise", invalid="raise"):
        hazard = aftermath.breakdown_hazard(
            base * one, deterrence * one, effect * one, regret * one, sensitivity * one
        )
    assert np.isfinite(hazard).all()
    assert base > 0 or hazard == 0
    broken = weeks_until_broken(lambda now: hazard[0], u=u * one)
    assert np.isnan(broken) | ((broken >= 0) & (broken < 24 * MONTH))


def test_a_deal_of_boundless_regret_breaks_at_once():
    one = np.ones(1)
    hazard = aftermath.breakdown_hazard(0.001 * one, one, one, 1e6 * one, 100 * one)
    assert weeks_until_broken(lambda now: hazard[0], u=0.99 * one) == pytest.approx(0, abs=1e-9)


def test_a_hazard_of_next_to_nothing_breaks_nothing():
    assert np.isnan(weeks_until_broken(lambda now: 5e-324)).all()


@given(st.floats(0.1, 500))
def test_the_steps_of_the_time_in_force_are_whole_weeks_and_the_rest(weeks):
    steps = weekly_steps(weeks)
    assert steps.sum() == pytest.approx(weeks)
    assert (steps[:-1] == 1).all()
    assert 0 < steps[-1] <= 1


def test_24_months_are_two_years():
    assert small_scenario().aftermath.weeks == pytest.approx(2 * 365.25 / 7)


@pytest.mark.parametrize("hazard", [0.005, 0.03, 0.2])
@pytest.mark.parametrize("weeks", [0.4, 1, 26, 52.3])
def test_at_a_constant_hazard_the_time_until_a_deal_breaks_is_exponential(hazard, weeks):
    broken = weeks_until_broken(lambda now: hazard)
    assert (broken < weeks).mean() == pytest.approx(-np.expm1(-hazard * weeks / MONTH), abs=1e-4)


def test_a_deal_breaks_at_the_moment_at_which_its_hazard_comes_to_that_of_its_uniform():
    u = np.array([0.01, 0.3, 0.5, 0.9])
    broken = weeks_until_broken(lambda now: 0.05, u=u)
    moments = -np.log1p(-u) / 0.05 * MONTH
    np.testing.assert_allclose(broken, np.where(moments < 24 * MONTH, moments, np.nan))


def test_nothing_breaks_once_nobody_watches():
    broken = weeks_until_broken(lambda now: 0.2, watched=10.5)
    assert np.nanmax(broken) < 10.5
    assert np.isnan(broken).mean() == pytest.approx(np.exp(-0.2 * 10.5 / MONTH), abs=1e-4)


def test_without_hazard_nothing_breaks():
    assert np.isnan(weeks_until_broken(lambda now: 0.0)).all()


def test_a_hazard_that_drivers_raise_adds_up_over_time():
    broken = weeks_until_broken(lambda now: 0.002 * now, drift=0.1)
    # The driver is .1 w in week w: the summed hazard of whole weeks, held from each week's start.
    steps = weekly_steps(24 * MONTH)
    starts = np.concatenate([[0], np.cumsum(steps)[:-1]])
    total = (0.002 * 0.1 * starts * steps).sum() / MONTH
    assert (~np.isnan(broken)).mean() == pytest.approx(-np.expm1(-total), abs=1e-4)
