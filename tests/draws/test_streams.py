"""Streams that are addressed and paired; quantile functions against scipy.stats."""

from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim.draws.streams import (
    Purpose,
    Streams,
    draws_per_batch,
    inside,
    log_gamma_quantile,
    poisson_quantile,
    quantile,
    sample_numbers,
    sample_weights,
)
from sim.numbers.uncertain import Number

WHY = {"basis": "assumption", "why": "a test"}
LARGEST = 1 - 2.0**-53  # the largest that the generator gives
levels = st.floats(2.0**-54, LARGEST)
short = st.integers(-100, 100).map(lambda hundredths: hundredths / 100)


def number(**form):
    return Number.model_validate({**form, **WHY})


def streams_of(seed=1, batch=0, draws=1000, replications=1, worlds=None):
    every = np.arange(draws * replications)
    return Streams(seed, batch, draws, replications, every if worlds is None else worlds)


# --- Streams ----------------------------------------------------------------------------------


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
    second.uniform_rows(Purpose.PROPOSAL, "water", 3)
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
    rows = whole.uniform_rows(Purpose.MISREADING, "a", 4)
    np.testing.assert_array_equal(some.uniform_rows(Purpose.MISREADING, "a", 4), rows[some.worlds])
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


# --- Quantile functions -----------------------------------------------------------------------


@given(levels, short, st.floats(0.01, 3))
def test_quantiles_of_the_uniform(u, low, width):
    law = stats.uniform(low, width)
    assert quantile(number(uniform=[low, low + width]), np.array([u])) == pytest.approx(law.ppf(u))


@given(levels, st.lists(short, min_size=3, max_size=3, unique=True).map(sorted))
def test_quantiles_of_the_triangular(u, corners):
    low, mode, high = corners
    law = stats.triang((mode - low) / (high - low), low, high - low)
    expected = pytest.approx(law.ppf(u), abs=1e-9)
    assert quantile(number(triangular=corners), np.array([u])) == expected


@given(levels, st.sampled_from([[0, 0, 1], [0, 1, 1]]))
def test_quantiles_of_a_triangular_with_its_mode_at_an_end(u, corners):
    law = stats.triang(corners[1], 0, 1)
    expected = pytest.approx(law.ppf(u), abs=1e-9)
    assert quantile(number(triangular=corners), np.array([u])) == expected


@given(levels, short, st.floats(0.05, 3), st.floats(0, 2), st.floats(0.1, 2))
def test_quantiles_of_the_truncated_normal(u, mean, sd, below, above):
    form = {"mean": mean, "sd": sd, "low": mean - below, "high": mean + above}
    law = stats.truncnorm(-below / sd, above / sd, mean, sd)
    # scipy's own inverse loses digits where the density is thin, so the probabilities are compared.
    x = quantile(number(normal=form), np.array([u]))
    assert law.cdf(x) == pytest.approx(u, abs=1e-7)


@given(levels, st.floats(0.05, 0.95), st.floats(0.5, 200))
def test_quantiles_of_the_beta_by_mean_and_concentration(u, mean, concentration):
    x = quantile(number(beta={"mean": mean, "concentration": concentration}), np.array([u]))
    law = stats.beta(mean * concentration, (1 - mean) * concentration)
    assert x == pytest.approx(law.ppf(u), rel=1e-6, abs=1e-12)


def test_a_choice_takes_each_value_with_its_chance():
    form = {"values": [3, 1, 2], "chances": [0.2, 0.5, 0.3]}
    u = (np.arange(1000) + 0.5) / 1000
    values, counts = np.unique(quantile(number(choice=form), u), return_counts=True)
    assert values.tolist() == [1, 2, 3]
    assert counts.tolist() == [500, 300, 200]


def test_a_value_without_a_chance_is_never_chosen():
    form = {"values": [1, 2, 3], "chances": [0, 1, 0]}
    chosen = quantile(number(choice=form), inside(np.array([0.0, 0.5, LARGEST])))
    assert chosen.tolist() == [2, 2, 2]


def test_a_plain_number_is_itself():
    assert quantile(number(value=0.3), np.array([0.1, 0.9])).tolist() == [0.3, 0.3]


@given(levels, st.floats(0, 30))
def test_quantiles_of_the_poisson(u, mean):
    expected = stats.poisson(mean).ppf(u) if mean > 0 else 0
    assert poisson_quantile(np.array([u]), np.array([mean])) == expected


@pytest.mark.parametrize("shape", [0.001, 0.05, 0.5, 1, 3, 40])
def test_log_gammas_have_the_gamma_distribution_also_for_tiny_shapes(shape):
    rng = np.random.default_rng(1)
    u1, u2 = rng.random((2, 50_000))
    logs = log_gamma_quantile(np.full(50_000, shape), u1, u2)
    # log G has mean digamma(a) and variance trigamma(a), finite where G itself underflows.
    variance = special.polygamma(1, shape)
    assert logs.mean() == pytest.approx(special.digamma(shape), abs=4 * np.sqrt(variance / 50_000))
    assert logs.var() == pytest.approx(variance, rel=0.08)


def test_a_gamma_of_shape_zero_is_zero():
    assert log_gamma_quantile(*np.array([[0.0], [0.5], [0.5]])) == -np.inf


# --- Numbers of a scenario --------------------------------------------------------------------


def test_numbers_on_a_common_factor_have_the_correlation_of_their_loadings():
    normal = {"mean": 0, "sd": 1, "low": -50, "high": 50}
    numbers = {
        name: number(normal=normal, common={"factor": "war", "loading": loading})
        for name, loading in {"a": 0.8, "b": 0.5, "c": -0.6, "d": 1.0, "e": -1.0}.items()
    }
    numbers["alone"] = number(normal=normal)
    draws = np.array(list(sample_numbers(numbers, streams_of(draws=40_000)).values()))
    loadings = np.array([0.8, 0.5, -0.6, 1.0, -1.0, 0.0])
    expected = np.outer(loadings, loadings)
    np.fill_diagonal(expected, 1)
    assert np.corrcoef(draws) == pytest.approx(expected, abs=0.02)


def test_a_common_factor_leaves_each_number_its_own_distribution():
    spec = number(uniform=[2, 3], common={"factor": "war", "loading": 0.7})
    draws = sample_numbers({"a": spec}, streams_of(draws=20_000))["a"]
    assert stats.kstest(draws, stats.uniform(2, 1).cdf).pvalue > 0.01


def test_adding_a_number_leaves_the_draws_of_the_others():
    numbers = {
        "b": number(uniform=[0, 1]),
        "a": number(uniform=[0, 1], common={"factor": "war", "loading": 0.5}),
    }
    more = {
        "new": number(uniform=[0, 1]),
        "newer": number(uniform=[0, 1], common={"factor": "a_new_one", "loading": 0.5}),
        **numbers,
    }
    few, many = sample_numbers(numbers, streams_of()), sample_numbers(more, streams_of())
    for path in numbers:
        np.testing.assert_array_equal(few[path], many[path])


def test_widening_a_number_keeps_its_rank_in_every_draw():
    narrow = sample_numbers({"a": number(uniform=[0, 1])}, streams_of())["a"]
    wide = sample_numbers({"a": number(uniform=[0, 2])}, streams_of())["a"]
    np.testing.assert_allclose(wide, 2 * narrow)


# --- Weights ----------------------------------------------------------------------------------

MEANS = np.array([0.5, 0.3, 0.15, 0.05])
NAMES = ["land", "army", "money", "order"]


def weights_of(concentration, means=MEANS, names=NAMES, draws=20_000):
    rows = np.tile(means, (draws, 1))
    tight = np.full(draws, concentration)
    return sample_weights("actors.a.weights", rows, names, tight, streams_of(draws=draws))


@pytest.mark.parametrize("concentration", [0.5, 4, 40, 1000])
def test_dirichlet_weights_have_their_means_and_variances(concentration):
    weights = weights_of(concentration)
    assert weights.sum(axis=1) == pytest.approx(1)
    variance = MEANS * (1 - MEANS) / (concentration + 1)
    assert weights.mean(axis=0) == pytest.approx(MEANS, abs=4 * np.sqrt(variance.max() / 20_000))
    assert weights.var(axis=0) == pytest.approx(variance, rel=0.08)
    covariance = -MEANS[0] * MEANS[1] / (concentration + 1)
    assert np.cov(weights.T)[0, 1] == pytest.approx(covariance, rel=0.12)


def test_each_dirichlet_weight_has_its_beta_distribution():
    weights = weights_of(10)
    law = stats.beta(5, 5)
    assert stats.kstest(weights[:, 0], law.cdf).pvalue > 0.001


def test_weights_of_almost_no_concentration_put_all_on_one_clause_as_often_as_its_mean():
    weights = weights_of(1e-6)
    assert np.isfinite(weights).all()
    assert weights.max(axis=1) == pytest.approx(1)
    first = np.bincount(weights.argmax(axis=1), minlength=4) / len(weights)
    assert first == pytest.approx(MEANS, abs=0.015)


def test_a_clause_of_no_weight_keeps_none():
    weights = weights_of(10, means=np.array([0.5, 0.5, 0, 0]), draws=100)
    assert (weights[:, 2:] == 0).all()


def test_without_a_concentration_weights_are_their_means_divided_by_their_sum():
    weights = sample_weights("a", np.array([[2.0, 6.0]]), ["x", "y"], None, streams_of(draws=1))
    assert weights.tolist() == [[0.25, 0.75]]


def test_adding_a_clause_leaves_the_ratio_of_the_other_weights_where_their_shapes_stay():
    # Gammas of shapes 4 and 6 with or without a third: a Dirichlet's subvector is a Dirichlet.
    two = weights_of(10, np.array([4.0, 6.0]), ["x", "y"], 500)
    three = weights_of(20, np.array([4.0, 10.0, 6.0]), ["x", "new", "y"], 500)
    np.testing.assert_allclose(three[:, 0] / three[:, 2], two[:, 0] / two[:, 1], rtol=1e-9)
