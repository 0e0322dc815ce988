"""Means, medians and pairwise winners, by hand and against each other."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.theory.baselines.positions import (
    condorcet_winner,
    strengths,
    weighted_mean,
    weighted_median,
)

whole = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), min_size=1, max_size=9)


def arrays(pairs):
    position, weight = np.array(pairs, dtype=float).T
    assume(weight.any())
    return position, weight


def test_the_mean_counts_each_position_by_its_weight():
    assert weighted_mean(np.array([0.0, 4.0, 10.0]), np.array([2.0, 1.0, 1.0])) == 3.5


def test_the_median_is_where_half_of_the_weight_is_passed_whatever_the_order():
    assert weighted_median(np.array([10.0, 0.0, 7.0]), np.array([3.0, 2.0, 2.0])) == 7


def test_of_two_medians_the_lower_is_taken_though_rounding_hides_the_tie():
    # In floating point 0.1 + 0.7 is less than half of 0.1 + 0.7 + 0.1 + 0.3 + 0.4.
    position, weight = np.arange(5.0), np.array([0.1, 0.7, 0.1, 0.3, 0.4])
    assert weighted_median(position, weight) == 1
    assert weighted_median(position[::-1], weight[::-1]) == 1
    assert condorcet_winner(position, weight) is None


def test_a_weightless_position_is_no_median():
    assert weighted_median(np.array([0.0, 5.0, 9.0]), np.array([0.0, 0.0, 1.0])) == 9
    assert weighted_median(np.array([0.0, 5.0, 9.0]), np.array([1.0, 0.0, 1.0])) == 0


@given(whole)
def test_the_median_leaves_at_most_half_of_the_weight_on_either_side(pairs):
    position, weight = arrays(pairs)
    median = weighted_median(position, weight)
    assert 2 * weight[position < median].sum() < weight.sum()
    assert 2 * weight[position > median].sum() <= weight.sum()


@given(whole)
def test_a_pairwise_winner_is_the_median_and_fails_only_where_medians_tie(pairs):
    position, weight = arrays(pairs)
    median = weighted_median(position, weight)
    tied = 2 * weight[position <= median].sum() == weight.sum()
    assert condorcet_winner(position, weight) == (None if tied else median)


@given(whole)
def test_a_pairwise_winner_also_wins_by_heads_of_weight(pairs):
    position, weight = arrays(pairs)
    winner = condorcet_winner(position, weight)
    for rival in set(position) - {winner} if winner is not None else ():
        near, far = np.abs(position - winner), np.abs(position - rival)
        assert weight[near < far].sum() > weight[far < near].sum()


def test_strength_sums_weighted_gains_of_those_who_prefer_an_option():
    value = np.array([[1.0, 0.0], [0.25, 0.5]])
    found = strengths(np.array([2.0, 4.0]), value)
    assert found == pytest.approx(np.array([[0.0, 2.0], [1.0, 0.0]]))
