"""A few kills of runs and sweeps; `python -m tests.kills --times 200` is the same at length."""

from tests.kills import KINDS, kills


def test_what_was_killed_ends_as_if_it_had_not_been_and_nothing_is_left():
    assert set(kills(len(KINDS))) == set(KINDS)
