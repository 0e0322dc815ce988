"""KTAB's election: by hand, and what it must not depend on."""

from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.theory.baselines.cases import Case
from sim.theory.baselines.election import (
    Scale,
    distances,
    election,
    read_scale,
    risk_attitude,
    scale_of,
)


def case(capability, position, salience=None):
    position = np.array(position, dtype=float).reshape(len(capability), -1)
    stakes = np.ones_like(position) if salience is None else np.array(salience, dtype=float)
    actors, issues = (tuple(f"{n}" for n in range(size)) for size in position.shape)
    return Case(
        actors, issues, np.array(capability, dtype=float), position, stakes.reshape(position.shape)
    )


def test_two_actors_at_the_ends_win_in_proportion_to_their_capabilities():
    found = election(case([3, 1], [0, 100]))
    assert found.probability == pytest.approx([0.75, 0.25], abs=1e-7)
    assert found.risk == pytest.approx([1, -0.5])


def test_actors_at_one_position_each_carry_its_whole_probability():
    # Of three first options the two alike stand against each other at even odds; in the second
    # pass they are one, with three quarters of the votes.
    found = election(case([1, 2, 1], [0, 0, 100]))
    assert found.probability == pytest.approx([0.75, 0.75, 0.25], abs=1e-7)
    assert found.risk == pytest.approx([1, 1, -0.5])


def test_the_voters_own_attitude_bends_its_values():
    # The middle wins the first pass: it has R = 1, the ends R = -1/2. Values (1 - d)(1 + d R) of
    # an end for itself, the middle, the other end: 1, 3/8, 0; of the middle for an end: 3/4.
    found = election(case([1, 1, 1], [0, 50, 100]))
    end_over_middle, middle_over_end = 5 / 8, 1 / 4 + 3 / 8
    p = middle_over_end / (middle_over_end + end_over_middle)
    scores = np.array([0.5 * (1 - p) * 0.5, 0.5 * p * p, 0.5 * (1 - p) * 0.5])
    assert found.risk == pytest.approx([-0.5, 1, -0.5])
    assert found.probability == pytest.approx(scores / scores.sum(), abs=1e-7)


def test_a_distance_weighs_each_issue_by_the_voters_salience():
    two = case([1, 1], [[0, 0], [30, 40]], [[0.3, 0.1], [0.0, 0.5]])
    root = np.sqrt((0.3 * 0.3) ** 2 + (0.1 * 0.4) ** 2) / np.sqrt(0.3**2 + 0.1**2)
    assert distances(two, two.position, Scale(0, 100)) == pytest.approx(
        np.array([[0, root], [0.4, 0]])
    )


def test_an_actor_that_cares_for_nothing_is_near_to_everything():
    found = election(case([5, 1, 2], [0, 50, 100], [0, 1, 1]))
    without = election(case([0, 1, 2], [0, 50, 100], [1, 1, 1]))
    assert found.probability == pytest.approx(without.probability)


def test_one_actor_wins_for_certain_and_is_neutral():
    found = election(case([2], [40]))
    assert (found.probability.tolist(), found.risk.tolist()) == ([1], [0])


def test_equal_chances_leave_everyone_neutral_though_rounding_differs():
    assert risk_attitude(np.array([1 / 3, 1 / 3 + 1e-16, 1 / 3 - 1e-16])).tolist() == [0, 0, 0]


def test_the_order_of_actors_and_issues_does_not_matter():
    rng = np.random.default_rng(5)
    capability, position = rng.uniform(1, 9, 6), rng.uniform(0, 100, (6, 3))
    salience, order = rng.uniform(0, 1, (6, 3)), rng.permutation(6)
    found = election(case(capability, position, salience))
    turned = election(
        case(capability[order], position[order][:, [2, 0, 1]], salience[order][:, [2, 0, 1]])
    )
    assert turned.probability == pytest.approx(found.probability[order], abs=1e-12)
    assert turned.risk == pytest.approx(found.risk[order], abs=1e-9)


def test_the_unit_of_the_saliences_does_not_matter():
    rng = np.random.default_rng(6)
    capability, position, salience = (
        rng.uniform(1, 9, 4),
        rng.uniform(0, 100, (4, 2)),
        rng.random((4, 2)),
    )
    shares = election(case(capability, position, salience))
    halves = election(case(capability, position, salience / 2))
    assert halves.probability == pytest.approx(shares.probability)


def test_the_probabilities_of_many_actors_are_finite_and_sum_to_1():
    rng = np.random.default_rng(7)
    found = election(case(rng.uniform(1, 1000, 250), rng.uniform(0, 100, 250)))
    assert found.probability.sum() == pytest.approx(1)
    assert np.isfinite(found.risk).all()


# Actors at 1/5, 1/2 and 9/10 of a scale. First pass: the middle beats the left by 3 x .3 + 2 x .4
# to 1 x .3, and so on; R from it; then values (1 - d)(1 + d R): by fractions, in the test.
CAPABILITY, SHARES = (1, 3, 2), (0.2, 0.5, 0.9)


def by_fractions(capability, shares):
    """Probabilities of one-issue options that all differ, without a floor, in exact fractions."""
    capability, x = (
        [Fraction(str(number)) for number in numbers] for numbers in (capability, shares)
    )
    voters = range(len(x))
    apart = [[abs(here - there) for there in x] for here in x]

    def winning(value):
        strength = [
            [sum(capability[k] * max(0, value[k][a] - value[k][b]) for k in voters) for b in voters]
            for a in voters
        ]
        scores = [
            prod(strength[a][b] / (strength[a][b] + strength[b][a]) for b in voters if b != a)
            for a in voters
        ]
        return [score / sum(scores) for score in scores]

    first = winning([[1 - d for d in row] for row in apart])
    low, high = min(first), max(first)
    risk = [Fraction(-1, 2) + Fraction(3, 2) * (p - low) / (high - low) for p in first]
    return winning(
        [[(1 - d) * (1 + d * r) for d in row] for row, r in zip(apart, risk, strict=True)]
    )


@pytest.mark.parametrize("unit", [1e-9, 1, 1e6])
@pytest.mark.parametrize("scale", [Scale(0, 1), Scale(0, 10), Scale(0, 100)])
def test_neither_the_unit_of_positions_nor_that_of_capabilities_matters(scale, unit):
    position = [share * scale.high for share in SHARES]
    found = election(case([unit * number for number in CAPABILITY], position))
    assert found.scale == scale
    exact = [float(p) for p in by_fractions(CAPABILITY, SHARES)]
    assert found.probability == pytest.approx(exact, abs=1e-8)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
@settings(deadline=None)
def test_a_stated_scale_moves_with_the_positions(low, length):
    position = np.array(SHARES) * length + low
    moved = Scale(min(low, *position), max(low + length, *position))
    found = election(case(CAPABILITY, position), moved).probability
    assert found == pytest.approx(election(case(CAPABILITY, SHARES)).probability, abs=1e-6)


def test_positions_beyond_the_usual_scales_are_on_their_own_range():
    assert scale_of(case([1, 1], [1900, 2010])) == Scale(1900, 2010)
    assert scale_of(case([1, 1], [-1, 1])) == Scale(-1, 1)
    assert election(case([1, 1], [1900, 1900])).probability.tolist() == [1, 1]


def test_a_stated_scale_holds_all_positions():
    assert election(case([1, 2], [4, 5]), Scale(0, 100)).scale == Scale(0, 100)
    with pytest.raises(
        ScenarioError, match=r"^scale: must hold all positions, which go from 4 to 5 \(got 0:4\)$"
    ):
        election(case([1, 2], [4, 5]), Scale(0, 4))


@pytest.mark.parametrize("text", ["", "5", "0:1:2", "a:b", "3:3", "5:1", "0:inf", "nan:1"])
def test_what_is_no_scale_is_refused(text):
    with pytest.raises(ScenarioError, match=r"^scale: must be LOW:HIGH"):
        read_scale(text)
