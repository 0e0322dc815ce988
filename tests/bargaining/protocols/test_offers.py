"""Who is recognised and who has the turn: by hand and with even uniforms."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bargaining.protocols.offers import in_turn, recognised

EVEN = (np.arange(20_000) + 0.5) / 20_000  # uniforms that leave nothing to chance


def flags(*rows):
    return np.array(rows, dtype=bool)


def shares(chosen, count):
    return np.bincount(chosen, minlength=count) / len(chosen)


def test_actors_are_recognised_in_proportion_to_their_chances():
    present = np.ones((len(EVEN), 3), dtype=bool)
    speaker = recognised(np.array([2.0, 1.0, 1.0]), present, EVEN)
    assert shares(speaker, 3) == pytest.approx([0.5, 0.25, 0.25], abs=1e-4)


def test_who_left_is_not_recognised_and_its_chance_goes_to_the_others():
    present = np.tile(flags([True, False, True]), (len(EVEN), 1))
    speaker = recognised(np.array([2.0, 1.0, 1.0]), present, EVEN)
    assert shares(speaker, 3) == pytest.approx([2 / 3, 0, 1 / 3], abs=1e-4)


def test_where_nobody_left_at_the_table_has_a_chance_all_have_the_same():
    present = np.tile(flags([False, True, True, False]), (len(EVEN), 1))
    speaker = recognised(np.array([1.0, 0.0, 0.0, 0.0]), present, EVEN)
    assert shares(speaker, 4) == pytest.approx([0, 0.5, 0.5, 0], abs=1e-4)


def test_chances_may_differ_between_worlds():
    chances = np.array([[1.0, 0.0], [0.0, 1.0]])
    speaker = recognised(chances, np.ones((2, 2), dtype=bool), np.array([0.9, 0.1]))
    assert speaker.tolist() == [0, 1]


def turns(order, present, rounds):
    rows = flags(present)
    return [int(in_turn(np.array(order), rows, r)[0]) for r in range(rounds)]


def test_actors_take_turns_in_the_stated_order():
    assert turns([2, 0, 1], [True, True, True], 6) == [2, 0, 1, 2, 0, 1]


def test_who_left_is_passed_over_and_the_others_go_on_taking_turns_evenly():
    assert turns([2, 0, 1], [False, True, True], 6) == [2, 1, 2, 1, 2, 1]


def test_where_nobody_of_the_order_is_left_the_others_take_turns():
    assert turns([0], [False, True, True], 4) == [1, 2, 1, 2]


def test_an_order_of_some_actors_gives_the_others_no_turn():
    assert turns([1], [True, True, True], 3) == [1, 1, 1]


def test_where_nobody_is_present_some_turn_is_named_without_ado():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(turns([2, 0, 1], [False, False, False], 4)) <= {0, 1, 2}


@given(st.permutations(range(4)), st.lists(st.booleans(), min_size=4, max_size=4))
def test_in_a_full_rotation_everybody_present_speaks_once(order, present):
    if any(present):
        spoke = turns(order, present, sum(present))
        assert sorted(spoke) == [actor for actor in range(4) if present[actor]]
