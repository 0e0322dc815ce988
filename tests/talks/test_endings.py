"""What becomes of a deadline, and at which rate an actor leaves: by hand and with even uniforms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.talks.endings import DROPPED, KEPT, MOVED, fate, leaving_rate

EVEN = (np.arange(10_000) + 0.5) / 10_000  # uniforms that leave nothing to chance


def one(*numbers):
    return [np.array([number]) for number in numbers]


def shares(kept, moved, can_be_moved):
    every = np.ones(len(EVEN))
    fates = fate(EVEN, kept * every, moved * every, every == can_be_moved)
    return [(fates == kind).mean() for kind in (KEPT, MOVED, DROPPED)]


def test_a_deadline_is_kept_moved_or_dropped_with_its_chances():
    assert shares(0.2, 0.5, True) == pytest.approx([0.2, 0.5, 0.3])


def test_what_cannot_be_moved_any_more_is_kept():
    assert shares(0.2, 0.5, False) == pytest.approx([0.7, 0, 0.3])


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.999))
def test_who_may_still_move_a_deadline_keeps_none_that_others_do_not(kept, part, u):
    moved = (1 - kept) * part
    may, may_not = (fate(*one(u, kept, moved, flag))[0] for flag in (True, False))
    assert may == may_not or (may, may_not) == (MOVED, KEPT)


@pytest.mark.parametrize(("regret", "expected"), [(-0.5, 0.02), (0.0, 0.02), (0.5, 0.06)])
def test_the_rate_of_leaving_grows_with_regret_and_not_with_its_opposite(regret, expected):
    assert leaving_rate(*one(0.02, 4.0, regret)) == pytest.approx(expected)
