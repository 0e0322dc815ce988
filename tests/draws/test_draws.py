"""Numbers and weights as they are drawn, and draws as one labelled object."""

import numpy as np
import pytest
from scipy import stats

from sim.draws.draws import Draws, Weighting, at_means, drawn, sample_numbers, sample_weights
from tests.draws.samples import number, streams_of

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


# --- Draws as an object -----------------------------------------------------------------------

WEIGHTS = Weighting("actors.a.weights", ("land", "army"), "actors.a.weight_concentration", False)
NUMBERS = {
    "actors.a.weights.land": number(value=3),
    "actors.a.weights.army": number(value=1),
    "actors.a.weight_concentration": number(value=10),
    "actors.a.no_deal": number(uniform=[0, 1]),
}


def test_every_number_stands_under_its_path_and_weights_as_they_were_drawn():
    draws = drawn(NUMBERS, [WEIGHTS], streams_of(draws=500))
    assert set(draws) == set(NUMBERS)
    assert draws.size == 500
    land, army = draws["actors.a.weights.land"], draws["actors.a.weights.army"]
    assert land + army == pytest.approx(1)
    assert land.std() > 0.05
    assert land.mean() == pytest.approx(0.75, abs=4 * land.std() / np.sqrt(500))


def test_an_unknown_path_is_an_error_that_names_the_nearest():
    draws = drawn(NUMBERS, [WEIGHTS], streams_of(draws=5))
    with pytest.raises(KeyError, match=r"did you mean 'actors\.a\.no_deal'"):
        draws["actors.a.no_dael"]


def test_a_draw_weighs_one_until_evidence_weighs_it():
    assert drawn(NUMBERS, [], streams_of(draws=4)).log_weight.tolist() == [0, 0, 0, 0]


def test_draws_know_their_place_in_the_ensemble():
    assert drawn(NUMBERS, [], streams_of(batch=3, draws=100)).first == 300


@pytest.mark.parametrize(("keeps_sum", "land"), [(False, 0.75), (True, 3.0)])
def test_at_the_means_weights_are_shares_unless_they_stay_as_written(keeps_sum, land):
    weighting = Weighting("actors.a.weights", ("land", "army"), None, keeps_sum)
    means = at_means(NUMBERS, [weighting])
    assert means["actors.a.weights.land"].tolist() == [land]
    assert means["actors.a.no_deal"].tolist() == [0.5]


def test_weights_that_keep_their_sum_are_drawn_around_it():
    weighting = Weighting("actors.a.weights", WEIGHTS.names, WEIGHTS.concentration, True)
    draws = drawn(NUMBERS, [weighting], streams_of(draws=50))
    assert draws["actors.a.weights.land"] + draws["actors.a.weights.army"] == pytest.approx(4)


def test_numbers_put_beside_keep_the_others_and_the_weights():
    draws = Draws(7, {"a": np.arange(3.0)}, np.array([-1.0, 0.0, -2.0]))
    both = draws.beside({"b": np.ones(3)})
    assert (both.first, list(both)) == (7, ["a", "b"])
    assert both.log_weight.tolist() == [-1, 0, -2]
