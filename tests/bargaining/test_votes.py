"""Votes at home: support and ratification by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from sim.bargaining.votes import ratification_chance, support

SHARES = st.floats(0, 0.49)


def test_half_of_the_people_support_a_text_at_the_threshold():
    assert support(np.array(0.4), np.array(0.4), np.array(0.1), 0, 0) == 0.5


def test_support_and_the_chance_to_ratify_are_logistic():
    # By hand: q = 1 / (1 + e^-2) = .8808, P = 1 / (1 + e^-3.808) = .97829.
    q = support(np.array(0.6), np.array(0.4), np.array(0.1), 0, 0)
    assert q == pytest.approx(0.880797, abs=1e-6)
    chance = ratification_chance(q, np.array(0.5), np.array(0.1))
    assert chance == pytest.approx(0.97829, abs=1e-5)


def test_without_floor_and_ceiling_support_is_the_plain_logistic_to_the_last_bit():
    utility = np.linspace(-3, 4, 701)
    plain = special.expit((utility - 0.3) / 0.07)
    assert (support(utility, np.array(0.3), np.array(0.07), np.zeros(701), 0.0) == plain).all()


def test_the_floor_and_the_ceiling_count_as_by_hand():
    # By hand: .1 + (1 - .1 - .2) x .5 = .45.
    assert support(np.array(0.4), np.array(0.4), np.array(0.1), 0.1, 0.2) == pytest.approx(0.45)


@given(SHARES, SHARES, st.floats(-50, 50), st.floats(0.01, 5))
def test_support_lies_between_the_floor_and_the_ceiling_and_reaches_for_both(f, g, r, tau):
    q = support(np.array([-1e6, r, r + 0.1, 1e6]), np.array(0.5), np.array(tau), f, g)
    assert (np.diff(q) >= 0).all()
    assert q[[0, -1]] == pytest.approx([f, 1 - g])
