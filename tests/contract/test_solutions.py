"""What every solution concept must do; one that is added to the family is tested here unasked."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.theory.solutions import CONCEPTS, solve
from tests.bargains import (
    bargains,
    dominates,
    listed,
    number_of,
    players_of,
    rational_of,
    rescaled,
    with_actors_in_order,
    with_clauses_in_order,
)

family = pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.name)
factors = st.lists(st.floats(0.1, 50), min_size=4, max_size=4)
shifts = st.lists(st.floats(-50, 50), min_size=4, max_size=4)


def settled(problem, concept):
    return solve(problem).agreements[concept.name]


def claims(problem, concept, utilities):
    """Players' gains, from the smallest, in the concept's own units."""
    worth = listed(problem)[0][rational_of(problem)]
    gains = np.array([utilities[name] for name in problem.actors]) - problem.no_deal
    best = (worth - problem.no_deal).max(axis=0)
    units = np.where(best > 0, best, 1.0) if concept.scaled else np.ones(len(best))
    return sorted((gains / units)[players_of(problem)])


@family
def test_it_has_a_name_of_its_own_and_names_its_source(concept):
    assert concept.name.isidentifier()
    assert [other.name for other in CONCEPTS].count(concept.name) == 1
    assert any(year in concept.summary for year in map(str, range(1940, 2030)))


@family
@given(problem=bargains())
def test_it_is_rational_and_none_only_where_nothing_is(concept, problem):
    found, rational = settled(problem, concept), rational_of(problem)
    assert (found is None) == (len(rational) == 0)
    assert found is None or number_of(problem, found.package) in rational


@family
@given(problem=bargains())
def test_its_utilities_are_those_of_its_package(concept, problem):
    found = settled(problem, concept)
    if found:
        worth = listed(problem)[0][number_of(problem, found.package)]
        assert list(found.utilities.values()) == worth.tolist()


@family
@given(problem=bargains())
def test_no_rational_package_is_better_for_one_and_worse_for_none(concept, problem):
    found = settled(problem, concept)
    if found:
        worth, chosen = listed(problem)[0], number_of(problem, found.package)
        assert not any(dominates(worth[x], worth[chosen]) for x in rational_of(problem))


@family
@given(problem=bargains())
def test_no_other_package_is_preferred_by_all_who_must_sign_it(concept, problem):
    found = settled(problem, concept)
    if found:
        worth, signs = listed(problem)
        chosen = worth[number_of(problem, found.package)]
        better = (worth > chosen) | ~signs
        assert not better[rational_of(problem)].all(axis=1).any()


@family
@given(problem=bargains(), factors=factors, shifts=shifts)
def test_where_gains_are_scaled_the_units_of_a_utility_do_not_matter(
    concept, problem, factors, shifts
):
    actors = len(problem.actors)
    again = settled(rescaled(problem, factors[:actors], shifts[:actors]), concept)
    found = settled(problem, concept)
    if concept.scaled and found:
        assert again.package == found.package


@family
@given(problem=bargains(), shifts=shifts)
def test_the_zero_of_a_utility_does_not_matter(concept, problem, shifts):
    found = settled(problem, concept)
    again = settled(
        rescaled(problem, np.ones(len(problem.actors)), shifts[: len(problem.actors)]), concept
    )
    assert (again and again.package) == (found and found.package)


@family
@given(problem=bargains(), data=st.data())
def test_the_order_of_the_actors_does_not_matter(concept, problem, data):
    order = data.draw(st.permutations(range(len(problem.actors))))
    assert settled(with_actors_in_order(problem, list(order)), concept) == settled(problem, concept)


@family
@given(problem=bargains(), data=st.data())
def test_the_order_of_the_clauses_decides_between_equals_only(concept, problem, data):
    order = data.draw(st.permutations(range(len(problem.space.clauses))))
    found = settled(problem, concept)
    again = settled(with_clauses_in_order(problem, list(order)), concept)
    assert (found is None) == (again is None)
    if found:
        one, other = (claims(problem, concept, each.utilities) for each in (found, again))
        assert all(math.isclose(a, b, abs_tol=1e-9) for a, b in zip(one, other, strict=True))
