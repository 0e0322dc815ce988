"""Votes at home: support and ratification by hand."""

import numpy as np
import pytest

from sim.bargaining.votes import ratification_chance, support


def test_half_of_the_people_support_a_text_at_the_threshold():
    assert support(np.array(0.4), np.array(0.4), np.array(0.1)) == 0.5


def test_support_and_the_chance_to_ratify_are_logistic():
    # By hand: q = 1 / (1 + e^-2) = .8808, P = 1 / (1 + e^-3.808) = .97829.
    q = support(np.array(0.6), np.array(0.4), np.array(0.1))
    assert q == pytest.approx(0.880797, abs=1e-6)
    chance = ratification_chance(q, np.array(0.5), np.array(0.1))
    assert chance == pytest.approx(0.97829, abs=1e-5)
