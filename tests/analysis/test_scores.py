"""Scores of chances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.scores import crps


def test_a_sure_value_scores_its_distance():
    assert crps(np.array([30.0]), np.array([1.0]), 50.0) == 20


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6), st.floats(0, 100))
def test_the_score_is_the_squared_distance_of_the_two_distributions(values, outcome):
    places = np.array(values)
    steps = np.sort([*places, outcome])
    below = (places <= steps[:-1, None]).mean(axis=1) - (outcome <= steps[:-1])
    equal = np.full(len(places), 1 / len(places))
    assert crps(places, equal, outcome) == pytest.approx(below**2 @ np.diff(steps), abs=1e-9)
