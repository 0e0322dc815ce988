"""Quantile functions against scipy.stats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from sim.draws.quantiles import log_gamma_quantile, poisson_quantile, quantile
from sim.draws.streams import inside
from tests.draws.samples import LARGEST, number

levels = st.floats(2.0**-54, LARGEST)
short = st.integers(-100, 100).map(lambda hundredths: hundredths / 100)


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


def test_the_beta_has_quantiles_also_where_the_library_gives_none():
    # By the leading term, x = (u a B(a, b))^(1/a); a = 1.02, b = .1, u near 2^-54.
    form = {"mean": 0.90625, "concentration": 1.125}
    x = quantile(number(beta=form), np.array([2.0**-54]))
    a, b = 0.90625 * 1.125, 0.09375 * 1.125
    assert x == pytest.approx((2.0**-54 * a * special.beta(a, b)) ** (1 / a), rel=1e-9)


@given(levels, st.floats(0.3, 40), st.floats(0.5, 200), st.floats(0.2, 4))
def test_quantiles_of_the_gamma_cut_at_its_greatest_value(u, shape, rate, cut):
    law, high = stats.gamma(shape, scale=1 / rate), cut * shape / rate
    x = quantile(number(gamma={"shape": shape, "rate": rate, "high": high}), np.array([u]))
    expected = law.ppf(u * law.cdf(high))
    assert x == pytest.approx(min(expected, high), rel=1e-6, abs=1e-12)
    assert 0 <= x <= high


@pytest.mark.parametrize("high", [0.05, 0.3, 5])
def test_a_cut_gamma_has_the_law_of_a_gamma_that_stays_below(high):
    u = (np.arange(50_000) + 0.5) / 50_000
    x = quantile(number(gamma={"shape": 2.5, "rate": 20, "high": high}), u)
    law = stats.gamma(2.5, scale=1 / 20)
    for at in np.linspace(0.1, 1, 5) * min(high, 0.3):
        assert (x <= at).mean() == pytest.approx(law.cdf(at) / law.cdf(high), abs=1e-4)
    assert x.mean() == pytest.approx(
        number(gamma={"shape": 2.5, "rate": 20, "high": high}).mean, rel=1e-3
    )


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
