"""Uniforms for what happens now and then: the k-th time in a world meets the k-th of its stream."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.draws.streams import Purpose
from sim.talks.successive import Successive
from tests.draws.samples import streams_of

WORLDS = 5
TURNS = st.lists(st.sets(st.integers(0, WORLDS - 1), min_size=1), max_size=12)


def stream():
    """The first uniforms of the stream in each world."""
    streams = streams_of(draws=WORLDS)
    return np.array([streams.uniforms(Purpose.BREACH, "text") for _ in range(13)])


@given(TURNS)
def test_each_time_in_a_world_meets_the_next_uniform_of_that_world(turns):
    every, taken = stream(), np.zeros(WORLDS, dtype=int)
    successive = Successive(streams_of(draws=WORLDS), Purpose.BREACH, "text")
    for worlds in turns:
        rows = np.array(sorted(worlds))
        np.testing.assert_array_equal(successive.take(rows), every[taken[rows], rows])
        taken[rows] += 1


@given(TURNS, TURNS)
def test_worlds_that_are_kept_go_on_where_they_were(before, after):
    streams = streams_of(draws=WORLDS)
    every, taken = stream(), np.zeros(WORLDS, dtype=int)
    successive = Successive(streams, Purpose.BREACH, "text")
    for worlds in before[:6]:
        rows = np.array(sorted(worlds))
        successive.take(rows)
        taken[rows] += 1
    kept = np.array([1, 3, 4])
    streams.keep(kept)
    successive.keep(kept)
    for worlds in after[:6]:
        rows = np.array(sorted({world % 3 for world in worlds}))
        expected = every[taken[kept[rows]], kept[rows]]
        np.testing.assert_array_equal(successive.take(rows), expected)
        taken[kept[rows]] += 1
