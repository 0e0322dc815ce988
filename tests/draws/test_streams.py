"""Streams that are addressed and paired."""

from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.draws import streams as of_worlds
from sim.draws.streams import Purpose, Streams, draws_per_batch, inside
from tests.draws.samples import LARGEST, streams_of


def test_uniforms_lie_strictly_inside_the_unit_interval():
    ends = inside(np.array([0.0, LARGEST]))
    assert (ends > 0).all()
    assert (ends < 1).all()


def test_uniforms_are_uniform():
    u = streams_of(draws=20_000).uniforms(Purpose.MOOD, "her")
    assert stats.kstest(u, "uniform").pvalue > 0.01


def test_a_stream_is_numpys_at_the_address_of_seed_batch_purpose_and_name():
    address = np.random.SeedSequence(9, spawn_key=(3, int(Purpose.MOOD), crc32(b"her")))
    expected = np.random.default_rng(address).random(1000)
    u = streams_of(seed=9, batch=3).uniforms(Purpose.MOOD, "her")
    np.testing.assert_allclose(u, expected, rtol=0, atol=1e-15)


def test_a_stream_does_not_depend_on_what_was_asked_before():
    first, second = streams_of(), streams_of()
    second.uniforms(Purpose.RECOGNITION, "speaker")
    second.uniforms_ahead(Purpose.PROPOSAL, "water", 3)
    second.draw_uniforms(Purpose.NUMBER, "a")
    np.testing.assert_array_equal(
        first.uniforms(Purpose.MOOD, "her"), second.uniforms(Purpose.MOOD, "her")
    )


@pytest.mark.parametrize(
    "other",
    [
        lambda: streams_of(seed=2).uniforms(Purpose.MOOD, "her"),
        lambda: streams_of(batch=1).uniforms(Purpose.MOOD, "her"),
        lambda: streams_of().uniforms(Purpose.WALKOUT, "her"),
        lambda: streams_of().uniforms(Purpose.MOOD, "his"),
    ],
    ids=["seed", "batch", "purpose", "name"],
)
def test_streams_of_other_addresses_are_independent(other):
    u = streams_of().uniforms(Purpose.MOOD, "her")
    assert abs(np.corrcoef(u, other())[0, 1]) < 4 / np.sqrt(1000)


def test_a_world_draws_the_same_whichever_worlds_are_kept_beside_it():
    whole, some = streams_of(), streams_of(worlds=np.array([3, 7, 500]))
    for _ in range(3):
        every = whole.uniforms(Purpose.MOOD, "her")
        np.testing.assert_array_equal(some.uniforms(Purpose.MOOD, "her"), every[some.worlds])
    ahead = whole.uniforms_ahead(Purpose.DRIVER, "a", 4)
    kept = ahead[:, some.worlds]
    np.testing.assert_array_equal(some.uniforms_ahead(Purpose.DRIVER, "a", 4), kept)
    whole.keep(whole.worlds % 2 == 1)
    every = whole.uniforms(Purpose.MOOD, "her")
    np.testing.assert_array_equal(some.uniforms(Purpose.MOOD, "her")[:2], every[[1, 3]])


def test_streams_read_together_and_ahead_give_the_numbers_of_each_alone():
    every = Streams(1, 2, 40, 1, np.arange(80), batches=2)
    together, alone, ahead = (every.with_worlds(every.worlds) for _ in range(3))
    rounds = ahead.uniforms_ahead(Purpose.MOOD, "his", 30)
    for session in range(30):
        kept = together.worlds
        u = together.session_uniforms(Purpose.MOOD, ("her", "his"))
        for column, name in enumerate(("her", "his")):
            np.testing.assert_array_equal(u[:, column], alone.uniforms(Purpose.MOOD, name)[kept])
        np.testing.assert_array_equal(u[:, 1], rounds[session, kept])
        if session % 4 == 3:
            together.keep(np.arange(1, len(kept)))


def test_streams_for_other_worlds_begin_afresh():
    streams = streams_of()
    first = streams.uniforms(Purpose.MOOD, "her")
    again = streams.with_worlds(np.array([2, 5])).uniforms(Purpose.MOOD, "her")
    np.testing.assert_array_equal(again, first[[2, 5]])


@given(st.integers(1, 5000))
def test_a_batch_is_a_whole_number_of_draws_and_about_a_thousand_worlds(replications):
    worlds = draws_per_batch(replications) * replications
    assert worlds % replications == 0
    assert worlds == replications > 500 or 500 < worlds <= 1000


@pytest.mark.parametrize(("last", "many"), [(0, 16), (63, 16), (64, 32), (999, 250), (1999, 500)])
def test_streams_of_draws_begin_anew_and_end_soon_after_the_last_draw_in_play(last, many):
    streams = of_worlds.streams_of(5, 4, np.arange(last + 1))
    whole = streams.draw_uniforms(Purpose.NUMBER, "hers")
    alone = streams.of_draws()
    assert (alone.first_draw, alone.all_draws) == (streams.first_draw, many)
    assert alone.draw_uniforms(Purpose.NUMBER, "hers").tolist() == whole[:many].tolist()
