"""The nearest weights: known answers, constraints met, nothing nearer, and what is out of reach."""

import numpy as np
import pytest
from scipy import special

from sim.analysis.tilting import UnreachableError, tilted
from sim.analysis.weights import Weights


def some_draws(seed=0, draws=400, statements=2):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 11, draws)
    shares = rng.binomial(sizes[:, None], rng.beta(1, 3, (draws, 1)), (draws, statements))
    return Weights(sizes, rng.normal(0, 1, draws)), shares / sizes[:, None]


def parts_of(weights, found):
    return Weights(weights.sizes, found.log_weight).parts


def test_of_two_draws_that_are_sure_the_log_odds_are_the_weight():
    two = Weights(np.array([3, 3]), np.log([1.0, 2.0]))
    found = tilted(two, np.array([[0.0], [1.0]]), np.array([0.2]))
    # The draws weigh 1 and 2; they shall weigh 4 and 1: e^lambda = (1 / 4) / (2 / 1).
    assert found.weight == pytest.approx([np.log(1 / 8)], abs=1e-9)
    assert parts_of(two, found) == pytest.approx([0.8, 0.2], abs=1e-12)


def test_of_two_draws_that_are_half_sure_the_parts_are_those_of_a_line():
    two = Weights.equal(2, 4)
    found = tilted(two, np.array([[0.25], [0.75]]), np.array([0.6]))
    assert parts_of(two, found) == pytest.approx([0.3, 0.7], abs=1e-9)
    assert found.weight == pytest.approx([2 * np.log(7 / 3)])


@pytest.mark.parametrize("seed", range(5))
def test_the_chances_are_met(seed):
    weights, shares = some_draws(seed)
    chances = np.array([0.4, 0.1])
    found = tilted(weights, shares, chances)
    assert parts_of(weights, found) @ shares == pytest.approx(chances, abs=1e-9)


def test_nothing_that_meets_the_chances_is_nearer():
    weights, shares = some_draws()
    found = tilted(weights, shares, np.array([0.4, 0.1]))
    p, a = parts_of(weights, found), weights.parts
    least = special.rel_entr(p, a).sum()
    rng = np.random.default_rng(1)
    held = np.linalg.qr(np.column_stack([shares, np.ones(len(p))]))[0]  # what must not move
    for _ in range(200):
        step = rng.normal(size=len(p)) * p
        step -= held @ (held.T @ step)
        step *= 0.5 * np.min(p / np.abs(step))  # so that all stay above 0
        other = p + step
        assert other @ shares == pytest.approx([0.4, 0.1], abs=1e-9)
        assert special.rel_entr(other, a).sum() > least


def test_a_statement_at_its_own_odds_changes_nothing():
    weights, shares = some_draws()
    found = tilted(weights, shares, weights.parts @ shares)
    assert found.weight.tolist() == [0.0, 0.0]
    assert found.log_weight.tolist() == weights.log_weight.tolist()


def test_what_is_stated_twice_is_as_if_it_were_once():
    weights, shares = some_draws(statements=1)
    once = tilted(weights, shares, np.array([0.5]))
    twice = tilted(weights, np.hstack([shares, shares]), np.array([0.5, 0.5]))
    assert parts_of(weights, twice) == pytest.approx(parts_of(weights, once), abs=1e-9)


def test_draws_without_worlds_or_weight_are_passed_over():
    shares = np.array([[0.0], [1.0], [np.nan], [0.5]])
    some = Weights(np.array([2, 2, 0, 2]), np.array([0.0, 0.0, 0.0, -np.inf]))
    found = tilted(some, shares, np.array([0.75]))
    assert parts_of(some, found) == pytest.approx([0.25, 0.75, 0, 0], abs=1e-9)


@pytest.mark.parametrize("chance", [0.05, 0.1, 0.8, 0.95])
def test_a_chance_outside_those_of_all_draws_or_at_their_end_is_out_of_reach(chance):
    three = Weights.equal(3, 10)
    with pytest.raises(UnreachableError) as told:
        tilted(three, np.array([[0.1], [0.3], [0.8]]), np.array([chance]))
    assert told.value.alone == [(pytest.approx(0.1), pytest.approx(0.8))]


def test_chances_that_exclude_each_other_say_what_each_can_be_beside_the_other():
    weights, shares = some_draws(statements=1)
    both = np.hstack([shares, 1 - shares])  # something, and that it is not so
    with pytest.raises(UnreachableError) as told:
        tilted(weights, both, np.array([0.3, 0.6]))
    assert told.value.ranges == [pytest.approx((0.4, 0.4)), pytest.approx((0.7, 0.7))]


def test_chances_of_which_the_others_exclude_each_other_have_no_range():
    weights, shares = some_draws(statements=1)
    three = np.hstack([shares, shares, 1 - shares])
    with pytest.raises(UnreachableError) as told:
        tilted(weights, three, np.array([0.3, 0.4, 0.7]))
    assert None in told.value.ranges
