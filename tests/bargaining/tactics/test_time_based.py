"""Thresholds and proposal scores by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bargaining.answers import accepts
from sim.bargaining.tactics.time_based import patience_spent, proposal_scores, threshold

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
    spent = patience_spent(week, *one(20.0, concession))
    assert threshold(np.array([0.2]), np.array([0.9]), spent) == pytest.approx(expected)


def test_an_actor_that_no_deal_gives_more_than_its_wish_demands_just_that():
    assert threshold(*one(1.3, 0.9, 0.0)) == pytest.approx(1.3)


@given(unit, unit, utilities)
def test_no_actor_demands_less_than_no_deal_is_worth(aspiration, spent, no_deal):
    assert threshold(*one(no_deal, aspiration, spent)) >= no_deal


@given(unit, unit, utilities, st.floats(0, 1))
def test_a_better_no_deal_never_lowers_the_threshold(aspiration, spent, no_deal, more):
    before = threshold(*one(no_deal, aspiration, spent))
    after = threshold(*one(no_deal + more, aspiration, spent))
    assert after[0] >= before[0] - 1e-12


@given(utilities, utilities, st.floats(0, 1), unit, unit, st.floats(0, 0.5), st.floats(-5, 5))
def test_with_a_better_no_deal_nothing_is_accepted_that_was_refused_before(
    utility, no_deal, more, aspiration, spent, noise, mood
):
    def answer(d):
        demand = threshold(*one(d, aspiration, spent))
        return bool(accepts(np.array([utility]), demand, *one(noise, mood))[0])

    assert answer(no_deal) or not answer(no_deal + more + 1e-9)


# --- Proposals --------------------------------------------------------------------------------


def test_a_score_weighs_the_others_wishes_by_the_effort():
    own, others = np.array([[1.0, 0.0]]), np.array([[0.0, 0.8]])
    scores = proposal_scores(own, others, np.array([0.25]))
    assert scores == pytest.approx(np.array([[0.75, 0.2]]))
