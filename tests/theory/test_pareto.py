"""Maxima of vectors and the growing of the Pareto set, against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.theory import pareto
from tests.bargains import bargain, bargains, listed

columns = st.integers(1, 5).flatmap(
    lambda rows: st.lists(
        st.lists(st.integers(0, 4), min_size=rows, max_size=rows), min_size=1, max_size=30
    )
)


def first_maxima(points):
    """By brute force: columns that none dominates and that none before equals."""
    reached = (points[:, None] <= points).all(axis=2)  # whom each is as large as, in every row
    dominated = (reached & ~reached.T).any(axis=1)
    repeated = np.tril(reached & reached.T, -1).any(axis=1)
    return np.flatnonzero(~dominated & ~repeated).tolist()


@given(points=columns.map(np.array))
def test_maxima_are_those_of_brute_force_each_by_its_first_place(points):
    assert pareto.maxima(points.T).tolist() == first_maxima(points)


@pytest.mark.parametrize("criteria", [2, 3, 4])
def test_maxima_of_many_vectors_are_found_across_parts(criteria):
    points = np.random.default_rng(3).integers(0, 9, (1800, criteria))
    opposed = np.column_stack([points, 20 - points.sum(axis=1)])  # the more, the less of another
    assert pareto.maxima(opposed.T).tolist() == first_maxima(opposed)


def test_levels_rank_values_and_join_what_rounding_parts():
    values = np.array([[0.1 + 0.2, 0.3, 0.1, 0.3 + 1e-6]])
    assert pareto.levels(values, np.array([1e-10])).tolist() == [[1, 1, 0, 2]]


def grown(problem, needed, **step):
    slack = np.full(len(problem.table), 1e-10)
    signs = problem.space.consent.T
    return pareto.undominated(problem.space, problem.table, signs, needed, slack, **step).tolist()


def vectors(points, numbers):
    return sorted(map(tuple, points[numbers].tolist()))


def worth_and_signatures(problem):
    """What each package gives to everybody, and whose further signatures it does without."""
    worth, _ = listed(problem)
    signs = problem.space.consent[problem.space.enumerate()].any(axis=1)
    return np.concatenate([worth, 1 - signs], axis=1)


@given(problem=bargains())
def test_a_package_is_left_out_only_for_one_as_good_that_needs_no_further_signature(problem):
    points = worth_and_signatures(problem)
    found = grown(problem, np.full(len(problem.table), -np.inf))
    assert vectors(points, found) == vectors(points, first_maxima(points))


@given(problem=bargains())
def test_what_gives_less_than_is_needed_is_left_out(problem):
    points = worth_and_signatures(problem)
    enough = np.flatnonzero((listed(problem)[0] >= problem.no_deal).all(axis=1))
    best = enough[first_maxima(points[enough])]
    assert vectors(points, grown(problem, problem.no_deal)) == vectors(points, best)


def test_of_equal_packages_one_is_kept_though_a_part_of_the_first_needs_more_signatures():
    consent = np.array([[True, False], [False, False], [True, False], [True, False]])
    problem = bargain([2, 2], np.zeros((2, 4)), [0, 0], [True, False], consent)
    assert grown(problem, np.zeros(2)) == [2]


def test_the_set_grows_in_steps_of_bounded_size_to_the_same_end():
    rng = np.random.default_rng(2)
    problem = bargain([4, 5, 3, 4], rng.integers(0, 20, (3, 16)), [0, 0, 0])
    at_once = grown(problem, np.zeros(3))
    assert len(at_once) > 10
    assert grown(problem, np.zeros(3), step=50) == at_once
