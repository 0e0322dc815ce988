"""Answers by hand, the mood's law by simulation, and when a text is signed."""

import numpy as np
import pytest
from scipy import special, stats

from sim.bargaining.answers import (
    accepts,
    is_signed,
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


# --- Signatures -------------------------------------------------------------------------------


def test_the_base_signs_every_text_and_others_what_needs_their_consent():
    options = {
        name: {"label": name, "consent": consent}
        for name, consent in {"hers": [], "shared": ["third"], "his": []}.items()
    }
    tree = small_tree(clauses__water__options=options)
    tree["actors"]["third"] = tree["actors"]["his"]
    space = space_of(read_scenario(tree))
    must_sign = signatories(space, np.array([True, True, False]), np.array([[0, 3], [1, 3]]))
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
