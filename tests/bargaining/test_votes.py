"""Votes at home: support among people and the chance to ratify, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from sim.bargaining.logistic import logistic, softplus
from sim.bargaining.votes import ratification_chance, support

numbers = st.floats(-800, 800)
unit = st.floats(0, 0.49)


def one(*values):
    return [np.array([value]) for value in values]


def test_half_of_the_people_support_a_text_at_the_threshold():
    assert support(*one(0.4, 0.4, 0.1)) == 0.5


def test_support_and_the_chance_to_ratify_are_logistic():
    # By hand: q = 1 / (1 + e^-2) = .8808, P = 1 / (1 + e^-3.808) = .97829.
    q = support(*one(0.6, 0.4, 0.1))
    assert q == pytest.approx(0.880797, abs=1e-6)
    assert ratification_chance(q, *one(0.5, 0.1)) == pytest.approx(0.97829, abs=1e-5)


def test_some_would_accept_anything_and_some_nothing():
    # By hand: .2 + (1 - .2 - .3) / (1 + e^-2) = .6404.
    assert support(*one(0.6, 0.4, 0.1, 0.2, 0.3)) == pytest.approx(0.6403985, abs=1e-6)
    assert support(*one(-100.0, 0.4, 0.1, 0.2, 0.3)) == pytest.approx(0.2)
    assert support(*one(100.0, 0.4, 0.1, 0.2, 0.3)) == pytest.approx(0.7)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.01, 2), unit, unit)
def test_support_lies_between_its_floor_and_its_ceiling(utility, threshold, noise, floor, ceiling):
    q = support(*one(utility, threshold, noise, floor, ceiling))[0]
    assert floor - 1e-12 <= q <= 1 - ceiling + 1e-12


@given(numbers)
def test_the_logistic_function_is_the_librarys(x):
    assert logistic(np.array([x])) == pytest.approx(special.expit(x), abs=1e-15)


@given(st.floats(-1e5, 1e5))
def test_the_softplus_is_minus_the_log_of_the_logistic(x):
    assert softplus(np.array([x])) == pytest.approx(np.logaddexp(0, x), rel=1e-13, abs=1e-15)
