"""Laws over outcomes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.backtests.laws import law_of, mixture

PLACES = st.lists(st.tuples(st.integers(0, 9), st.floats(0.01, 9)), min_size=1)


def test_equal_values_join_and_stand_in_order():
    law = law_of(np.array([5.0, 0.0, 5.0]), np.array([1.0, 2.0, 1.0]))
    assert (law.values.tolist(), law.chances.tolist(), law.mean) == ([0, 5], [0.5, 0.5], 2.5)


def test_a_mixture_is_each_law_with_its_chance():
    one, other = (law_of(np.array(v), np.ones(len(v))) for v in ([0.0, 5.0], [5.0]))
    mixed = mixture([one, other], np.array([0.5, 0.5]))
    assert (mixed.values.tolist(), mixed.chances.tolist()) == ([0, 5], [0.25, 0.75])


@given(PLACES)
def test_chances_sum_to_one_and_values_ascend(places):
    law = law_of(*np.array(places, float).T)
    assert law.chances.sum() == pytest.approx(1)
    assert (np.diff(law.values) > 0).all()
