"""Answers by hand, the mood's law by simulation, and when a text is signed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim.bargaining.answers import (
    accepts,
    chance_to_accept,
    is_signed,
    line,
    logistic_noise,
    mood_memory,
    next_mood,
    signatories,
)
from sim.scenario.reading.reader import read_scenario
from sim.talks.space import space_of
from tests.small import small_tree


def one(*numbers):
    return [np.array([number]) for number in numbers]


def flags(*rows):
    return np.array(rows, dtype=bool)


# --- Answers ----------------------------------------------------------------------------------


def test_without_noise_a_tie_is_accepted_and_less_is_not():
    answers = accepts(np.array([0.5, 0.5 - 1e-6]), *one(0.5, 0.0, -3.0))
    assert answers.tolist() == [True, False]


def test_a_tie_that_only_rounding_hides_is_accepted():
    assert accepts(*one(0.3, 0.1 + 0.2, 0.0, 0.0)).all()


@pytest.mark.parametrize("weeks", [0, 1, 2, 10])
@pytest.mark.parametrize("gap", [-0.2, 0.0, 0.1])
def test_at_any_one_time_the_chance_to_accept_is_logistic(weeks, gap):
    rng = np.random.default_rng(weeks)
    worlds, noise = 40_000, 0.1
    mood = rng.standard_normal(worlds)
    memory = mood_memory(1.0, np.full(worlds, 3.0))
    for _ in range(weeks):
        mood = next_mood(mood, memory, rng.standard_normal(worlds))
    accepted = accepts(*one(0.5 + gap, 0.5, noise), logistic_noise(mood))
    chance = special.expit(gap / noise)
    assert accepted.mean() == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / worlds))


def test_very_noisy_actors_accept_half_of_the_time():
    mood = logistic_noise(np.random.default_rng(1).standard_normal(40_000))
    accepted = accepts(*one(-1.0, 1.0, 1e9), mood)
    assert accepted.mean() == pytest.approx(0.5, abs=0.01)


def test_the_noise_is_standard_logistic_and_exact_in_both_tails():
    g = np.array([-8.0, -1.0, 0.0, 1.0, 8.0])
    expected = special.log_ndtr(g) - special.log_ndtr(-g)
    assert logistic_noise(g) == pytest.approx(expected, rel=1e-12, abs=1e-15)
    z = logistic_noise(special.ndtri((np.arange(10_000) + 0.5) / 10_000))
    assert stats.kstest(z, "logistic").pvalue > 0.999


def test_the_mood_is_stationary_and_half_forgotten_after_its_half_life():
    rng = np.random.default_rng(2)
    worlds, relaxation = 100_000, 5.0
    first = rng.standard_normal(worlds)
    memory = mood_memory(relaxation * np.log(2), np.full(worlds, relaxation))
    later = next_mood(first, memory, rng.standard_normal(worlds))
    assert later.var() == pytest.approx(1, abs=0.02)
    assert np.corrcoef(first, later)[0, 1] == pytest.approx(0.5, abs=0.01)


def test_two_steps_of_a_week_forget_as_much_as_one_of_two():
    relaxation = np.array([3.0])
    assert mood_memory(1.0, relaxation) ** 2 == pytest.approx(mood_memory(2.0, relaxation))


@given(st.floats(-1, 1), st.floats(-1, 1), st.just(0.0) | st.floats(0.001, 0.5))
def test_the_chance_to_accept_is_the_share_of_moods_in_which_it_is_accepted(utility, bar, noise):
    moods = logistic_noise(special.ndtri((np.arange(2000) + 0.5) / 2000))
    share = accepts(*one(utility, bar, noise), moods).mean()
    assert chance_to_accept(*one(utility, bar, noise))[0] == pytest.approx(share, abs=1e-3)


# --- Foresight of the vote at home ------------------------------------------------------------

costs = st.floats(0, 5)
odds_against = st.floats(0, 1e6)


def test_what_a_text_must_be_worth_grows_with_the_odds_against_it_at_home():
    # By hand: p = .2, a = .5, d = .3, rho_r = .25, c = .1: .5 + 4 (.75 x .2 + .1) = 1.5.
    assert line(*one(0.5, 4.0, 0.75 * 0.2 + 0.1)) == pytest.approx(1.5)


@given(
    st.floats(0.01, 1),
    st.floats(-1, 2),
    st.floats(-1, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    costs,
    st.floats(-1, 1),
)
def test_it_is_signed_where_what_a_signature_promises_is_worth_what_is_demanded(
    p, utility, no_deal, more, back, cost, wavering
):
    demanded = no_deal + more
    refused = back * demanded + (1 - back) * no_deal - cost
    surplus = p * (utility + wavering) + (1 - p) * refused - demanded
    lost = (1 - back) * (demanded - no_deal) + cost
    bar = line(*one(demanded, (1 - p) / p, lost))[0]
    assert surplus / p == pytest.approx(utility + wavering - bar, abs=1e-9)


@given(st.floats(-1, 1), costs, costs, odds_against, odds_against)
def test_no_text_is_easier_to_sign_for_worse_odds_or_a_higher_cost(bar, cost, more, odds, worse):
    asked = line(*one(bar, odds, cost))[0]
    assert line(*one(bar, odds + worse, cost))[0] >= asked
    assert line(*one(bar, odds, cost + more))[0] >= asked


@given(st.floats(-1, 1), costs)
def test_a_text_that_is_sure_to_be_ratified_need_be_worth_no_more_than_is_demanded(bar, cost):
    assert line(*one(bar, 0.0, cost)) == bar


@pytest.mark.parametrize("cost", [1e-9, 0.1, 1e6])
def test_a_text_without_any_chance_at_home_is_never_signed_while_a_refusal_costs(cost):
    asked = line(*one(0.3, np.inf, cost))
    assert not accepts(np.array([1e6]), asked, *one(1e3, 30.0)).any()


def test_a_text_without_any_chance_at_home_is_as_any_other_where_a_refusal_costs_nothing():
    assert line(*one(0.3, np.inf, 0.0)) == 0.3


# --- Signatures -------------------------------------------------------------------------------


def test_the_base_signs_every_text_and_others_what_needs_their_consent():
    options = {
        name: {"label": name, "consent": consent}
        for name, consent in {"hers": [], "shared": ["third"], "his": []}.items()
    }
    tree = small_tree(clauses__water__options=options)
    tree["actors"]["third"] = tree["actors"]["his"]
    space = space_of(read_scenario(tree))
    consent, base = space.consent.T[None], np.array([True, True, False])
    must_sign = signatories(consent, base, np.array([[0, 3], [1, 3]]))
    assert must_sign.tolist() == [[True, True, False], [True, True, True]]


def test_a_text_is_signed_where_all_its_signatories_accept():
    accepted = flags([1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 0, 1])
    must_sign = flags([1, 1, 0], [1, 1, 0], [1, 1, 1], [1, 1, 0])
    assert is_signed(accepted, must_sign).tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    ("quota", "expected"), [(0.5, [True, True, False]), (2 / 3, [False, True, False])]
)
def test_a_quota_is_a_share_of_the_signatories_weight(quota, expected):
    accepted, weights = flags([0, 1, 1, 1], [1, 1, 0, 1], [0, 0, 1, 1]), np.array([2.0, 1, 1, 5])
    must_sign = np.tile(flags([1, 1, 1, 0]), (3, 1))
    assert is_signed(accepted, must_sign, quota, weights).tolist() == expected


def test_without_weights_a_quota_counts_heads():
    accepted, must_sign = flags([1, 1, 0], [1, 0, 0]), np.ones((2, 3), dtype=bool)
    assert is_signed(accepted, must_sign, 2 / 3).tolist() == [True, False]
