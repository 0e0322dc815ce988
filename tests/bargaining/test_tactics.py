"""Thresholds, answers and proposal scores by hand; the mood's law by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim.bargaining import tactics

unit = st.floats(0, 1)
utilities = st.floats(-2, 2)


def one(*numbers):
    return [np.array([number]) for number in numbers]


# --- Thresholds -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "concession", "expected"),
    [
        (0, 1, 0.2 + 0.9 * 0.8),
        (10, 1, 0.2 + 0.9 * 0.5 * 0.8),
        (20, 1, 0.2),
        (40, 1, 0.2),
        (5, 0.5, 0.2 + 0.9 * (1 - 0.25**2) * 0.8),  # holds out: a sixteenth of the way is gone
        (5, 2, 0.2 + 0.9 * (1 - 0.5) * 0.8),  # concedes early: half of the way is gone
    ],
)
def test_the_threshold_comes_down_from_the_aspiration_to_no_deal(week, concession, expected):
    spent = tactics.patience_spent(week, *one(20.0, concession))
    assert tactics.threshold(np.array([0.2]), np.array([0.9]), spent) == pytest.approx(expected)


def test_an_actor_that_no_deal_gives_more_than_its_wish_demands_just_that():
    assert tactics.threshold(*one(1.3, 0.9, 0.0)) == pytest.approx(1.3)


@given(unit, unit, utilities)
def test_no_actor_demands_less_than_no_deal_is_worth(aspiration, spent, no_deal):
    assert tactics.threshold(*one(no_deal, aspiration, spent)) >= no_deal


@given(unit, unit, utilities, st.floats(0, 1))
def test_a_better_no_deal_never_lowers_the_threshold(aspiration, spent, no_deal, more):
    before = tactics.threshold(*one(no_deal, aspiration, spent))
    after = tactics.threshold(*one(no_deal + more, aspiration, spent))
    assert after[0] >= before[0] - 1e-12


@given(utilities, utilities, st.floats(0, 1), unit, unit, st.floats(0, 0.5), st.floats(-5, 5))
def test_with_a_better_no_deal_nothing_is_accepted_that_was_refused_before(
    utility, no_deal, more, aspiration, spent, noise, mood
):
    def answer(d):
        threshold = tactics.threshold(*one(d, aspiration, spent))
        return bool(tactics.accepts(np.array([utility]), threshold, *one(noise, mood))[0])

    assert answer(no_deal) or not answer(no_deal + more + 1e-9)


# --- Answers ----------------------------------------------------------------------------------


def test_without_noise_a_tie_is_accepted_and_less_is_not():
    answers = tactics.accepts(np.array([0.5, 0.5 - 1e-6]), *one(0.5, 0.0, -3.0))
    assert answers.tolist() == [True, False]


def test_a_tie_that_only_rounding_hides_is_accepted():
    assert tactics.accepts(*one(0.3, 0.1 + 0.2, 0.0, 0.0)).all()


@pytest.mark.parametrize("weeks", [0, 1, 2, 10])
@pytest.mark.parametrize("gap", [-0.2, 0.0, 0.1])
def test_at_any_one_time_the_chance_to_accept_is_logistic(weeks, gap):
    rng = np.random.default_rng(weeks)
    worlds, noise = 40_000, 0.1
    mood = rng.standard_normal(worlds)
    memory = tactics.mood_memory(1.0, np.full(worlds, 3.0))
    for _ in range(weeks):
        mood = tactics.next_mood(mood, memory, rng.standard_normal(worlds))
    accepted = tactics.accepts(*one(0.5 + gap, 0.5, noise), tactics.logistic_noise(mood))
    chance = special.expit(gap / noise)
    assert accepted.mean() == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / worlds))


def test_very_noisy_actors_accept_half_of_the_time():
    mood = tactics.logistic_noise(np.random.default_rng(1).standard_normal(40_000))
    accepted = tactics.accepts(*one(-1.0, 1.0, 1e9), mood)
    assert accepted.mean() == pytest.approx(0.5, abs=0.01)


def test_the_noise_is_standard_logistic_and_exact_in_both_tails():
    g = np.array([-8.0, -1.0, 0.0, 1.0, 8.0])
    expected = special.log_ndtr(g) - special.log_ndtr(-g)
    assert tactics.logistic_noise(g) == pytest.approx(expected, rel=1e-12, abs=1e-15)
    z = tactics.logistic_noise(special.ndtri((np.arange(10_000) + 0.5) / 10_000))
    assert stats.kstest(z, "logistic").pvalue > 0.999


def test_the_mood_is_stationary_and_half_forgotten_after_its_half_life():
    rng = np.random.default_rng(2)
    worlds, relaxation = 100_000, 5.0
    first = rng.standard_normal(worlds)
    memory = tactics.mood_memory(relaxation * np.log(2), np.full(worlds, relaxation))
    later = tactics.next_mood(first, memory, rng.standard_normal(worlds))
    assert later.var() == pytest.approx(1, abs=0.02)
    assert np.corrcoef(first, later)[0, 1] == pytest.approx(0.5, abs=0.01)


def test_two_steps_of_a_week_forget_as_much_as_one_of_two():
    relaxation = np.array([3.0])
    assert tactics.mood_memory(1.0, relaxation) ** 2 == pytest.approx(
        tactics.mood_memory(2.0, relaxation)
    )


# --- Proposals and departures ---------------------------------------------------------------------


def test_a_score_weighs_the_others_wishes_by_the_effort():
    own, others = np.array([[1.0, 0.0]]), np.array([[0.0, 0.8]])
    scores = tactics.proposal_scores(own, others, np.array([0.25]))
    assert scores == pytest.approx(np.array([[0.75, 0.2]]))


@given(st.floats(0.001, 2), st.floats(0.1, 10))
def test_an_actor_leaves_within_some_weeks_with_the_chance_of_its_rate(rate, weeks):
    chance = -np.expm1(-rate * weeks)
    u = np.array([chance * 0.999, min(chance * 1.001, 1 - 1e-9)])
    if chance < 0.99:
        leaves = tactics.weeks_to_leave(np.array([rate]), u) < weeks
        assert leaves.tolist() == [True, False]


def test_at_rate_zero_nobody_ever_leaves():
    assert np.isinf(tactics.weeks_to_leave(*one(0.0, 0.5))).all()


@pytest.mark.parametrize(("regret", "expected"), [(-0.5, 0.02), (0.0, 0.02), (0.5, 0.06)])
def test_the_rate_of_leaving_grows_with_regret_and_not_with_its_opposite(regret, expected):
    assert tactics.leaving_rate(*one(0.02, 4.0, regret)) == pytest.approx(expected)
