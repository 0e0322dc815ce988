"""Ratification and breakdown: chances by hand, lags, and survival by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from sim.errors import ScenarioError
from sim.talks import aftermath
from sim.talks.aftermath import Bodies, play_out, weekly_steps
from tests.small import WHY, small_scenario

MONTH = 365.25 / 12 / 7


def bodies_of(worlds, **changes):
    """One body of one actor, which ratifies almost surely unless told otherwise."""
    numbers = {
        "utility": 1.0,
        "threshold": 0.0,
        "people_noise": 0.01,
        "quota": 0.5,
        "vote_noise": 0.01,
        "lag": 0.0,
        **changes,
    }
    loadings = numbers.pop("loadings", 0.0)
    decides = numbers.pop("decides", True)
    columns = {name: np.full((worlds, 1), float(value)) for name, value in numbers.items()}
    return Bodies(
        loadings=np.full((worlds, 1, 1), loadings),
        decides=np.full((worlds, 1), decides),
        **columns,
    )


def played(bodies, hazard=0.0, drift=0.0, seed=0, months=24):
    """Play one-body deals after signature; the one driver moves by `drift` a week."""
    rng = np.random.default_rng(seed)
    worlds = len(bodies.utility)
    steps = weekly_steps(months * MONTH)
    later = iter(np.cumsum(steps))
    return play_out(
        bodies=bodies,
        steps=steps,
        drivers=np.zeros((worlds, 1)),
        move=lambda: np.full((worlds, 1), drift * next(later)),
        monthly_hazard=hazard if callable(hazard) else lambda now: np.full(worlds, hazard),
        u_ratify=rng.random((worlds, 1)),
        u_break=lambda: rng.random(worlds),
    )


# --- Ratification -----------------------------------------------------------------------------


def test_half_of_the_people_support_a_text_at_the_threshold():
    assert aftermath.support(np.array(0.4), np.array(0.4), np.array(0.1)) == 0.5


def test_support_and_the_chance_to_ratify_are_logistic():
    # By hand: q = 1 / (1 + e^-2) = .8808, P = 1 / (1 + e^-3.808) = .97829.
    q = aftermath.support(np.array(0.6), np.array(0.4), np.array(0.1))
    assert q == pytest.approx(0.880797, abs=1e-6)
    assert aftermath.ratification_chance(q, np.array(0.5), np.array(0.1)) == pytest.approx(
        0.97829, abs=1e-5
    )


def test_drivers_move_the_threshold_by_their_loadings():
    bodies = bodies_of(
        1, utility=0.5, threshold=0.3, people_noise=0.2, vote_noise=0.1, loadings=0.1
    )
    q = special.expit((0.5 - 0.3 - 0.1 * 2) / 0.2)
    expected = special.expit((q - 0.5) / 0.1)
    assert aftermath.chances(bodies, np.array([[2.0]])) == pytest.approx(expected)


def test_a_text_is_ratified_with_that_chance():
    bodies = bodies_of(20_000, utility=0.5, threshold=0.45, people_noise=0.2, vote_noise=0.2)
    after = played(bodies)
    chance = special.expit((special.expit(0.25) - 0.5) / 0.2)
    assert 1 - after.refused.mean() == pytest.approx(chance, abs=0.015)
    assert after.decided.all()


@pytest.mark.parametrize(("lag", "decided"), [(0, 0), (1, 1), (2.5, 3), (8, 8), (100, 100)])
def test_a_body_decides_in_the_first_week_that_its_lag_does_not_exceed(lag, decided):
    after = played(bodies_of(3, lag=lag))
    assert (after.in_force_week == decided).all()
    refused = played(bodies_of(3, lag=lag, utility=-1))
    assert (refused.ended_week == decided).all()
    assert np.isnan(refused.in_force_week).all()


def test_a_body_decides_on_the_drivers_of_its_day():
    # The threshold rises by .1 a week from 0; the text is worth .55.
    early = played(bodies_of(50, utility=0.55, loadings=0.1, lag=4), drift=1.0)
    late = played(bodies_of(50, utility=0.55, loadings=0.1, lag=7), drift=1.0)
    assert not early.refused.any()
    assert late.refused.all()


def test_where_no_body_decides_a_text_is_in_force_at_once():
    after = played(bodies_of(3, decides=False, utility=-1))
    assert (after.in_force_week == 0).all()
    assert not after.decided.any()


def test_a_refusal_ends_the_deal_before_the_later_bodies_decide():
    pair = Bodies(
        utility=np.array([[-1.0, 1.0]]),
        threshold=np.zeros((1, 2)),
        loadings=np.zeros((1, 2, 1)),
        people_noise=np.full((1, 2), 0.01),
        quota=np.full((1, 2), 0.5),
        vote_noise=np.full((1, 2), 0.01),
        lag=np.array([[2.0, 5.0]]),
        decides=np.ones((1, 2), dtype=bool),
    )
    after = play_out(
        pair,
        weekly_steps(24 * MONTH),
        np.zeros((1, 1)),
        lambda: np.zeros((1, 1)),
        lambda now: np.zeros(1),
        np.full((1, 2), 0.5),
        lambda: np.array([0.5]),
    )
    assert after.decided.tolist() == [[True, False]]
    assert after.refused.tolist() == [[True, False]]
    assert after.ended_week == 2


def test_a_vote_after_the_months_that_are_watched_is_refused_at_the_door():
    # Its deal would count as in force without ever having been ratified.
    lag = {"triangular": [3, 5, 14], **WHY}
    with pytest.raises(
        ScenarioError, match=r"actors\.her\.domestic\.lag: must not exceed the 13\.0"
    ):
        small_scenario(aftermath__months=3, actors__her__domestic__lag=lag)


# --- Breakdown --------------------------------------------------------------------------------


def test_the_hazard_falls_with_deterrence_and_grows_with_regret():
    one = np.ones(1)
    hazard = aftermath.breakdown_hazard(0.02 * one, 0.5 * one, 2 * one, 0.3 * one, 4 * one)
    assert hazard == pytest.approx(0.02 * np.exp(-2 * 0.5 + 4 * 0.3))


def test_no_regret_is_not_rewarded():
    one = np.ones(1)
    hazard = aftermath.breakdown_hazard(0.02 * one, 0 * one, one, -0.7 * one, 4 * one)
    assert hazard == pytest.approx(0.02)


@given(st.floats(0.1, 500))
def test_the_steps_after_signature_are_whole_weeks_and_the_rest(weeks):
    steps = weekly_steps(weeks)
    assert steps.sum() == pytest.approx(weeks)
    assert (steps[:-1] == 1).all()
    assert 0 < steps[-1] <= 1


def test_24_months_are_two_years():
    assert small_scenario().aftermath.weeks == pytest.approx(2 * 365.25 / 7)


@pytest.mark.parametrize("hazard", [0.005, 0.03, 0.2])
def test_a_deal_survives_two_years_at_its_monthly_hazard(hazard):
    after = played(bodies_of(20_000, decides=False), hazard)
    broken = -np.expm1(-24 * hazard)
    assert after.broken.mean() == pytest.approx(broken, abs=0.015)
    months = after.ended_week[after.broken] / MONTH
    expected = 1 / hazard - 24 * np.exp(-24 * hazard) / broken  # mean of a truncated exponential
    assert months.mean() == pytest.approx(expected, rel=0.03, abs=0.2)


def test_a_deal_that_waits_for_ratification_cannot_break_before_it():
    after = played(bodies_of(20_000, lag=52), hazard=0.03)
    remaining = 24 - 52 / MONTH
    assert after.ended_week[after.broken].min() > 52
    assert after.broken.mean() == pytest.approx(-np.expm1(-0.03 * remaining), abs=0.015)


def test_a_hazard_that_drivers_raise_adds_up_over_time():
    def rising(now):
        return 0.002 * now[:, 0]

    after = played(bodies_of(20_000, decides=False), hazard=rising, drift=0.1)
    # The driver is .1 w in week w: the summed hazard of whole weeks, held from each week's start.
    steps = weekly_steps(24 * MONTH)
    starts = np.concatenate([[0], np.cumsum(steps)[:-1]])
    total = (0.002 * 0.1 * starts * steps).sum() / MONTH
    assert after.broken.mean() == pytest.approx(-np.expm1(-total), abs=0.015)
