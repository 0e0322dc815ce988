"""What numbers explain: known indices, chance divided out, and what chance alone reaches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.importance import Response, binned, importance
from sim.analysis.weights import Weights
from tests.analysis.toys import ISHIGAMI_FIRST, angles, ishigami, named, shares


def explained(inputs, response, seed=0, categories=()):
    found = importance(inputs, response, categories, np.random.default_rng(seed))
    return found.table.set_index("path")


@pytest.mark.parametrize("seed", range(5))
def test_the_first_order_indices_of_ishigami(seed):
    x = angles(np.random.default_rng(seed), 8000)
    found = explained(named(x), Response.exact(ishigami(x)))
    for path, index in ISHIGAMI_FIRST.items():
        assert found.loc[path, "importance"] == pytest.approx(index, abs=0.02)


def test_an_additive_toy_within_its_error():
    effects = np.array([4.0, -3.0, 2.0, 1.0, 0.5])
    found = []
    for seed in range(30):
        x = np.random.default_rng(seed).random((1000, 5))
        found.append(explained(named(x), Response.exact(x @ effects))["importance"])
    means = np.array([[each[path] for path in named(x)] for each in found])
    error = means.std(axis=0, ddof=1) / np.sqrt(len(means))
    expected = effects**2 / (effects @ effects)
    within_bins = expected / 13**2  # what a straight line varies by within one of 13 bins
    assert np.all(np.abs(means.mean(axis=0) - expected) < within_bins + 3 * error)


def test_of_150_dummies_none_is_above_the_line_in_95_of_100_seeds():
    clean = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        response = Response.of_counts(
            shares(rng, rng.beta(0.5, 4, 1000), 10), Weights.equal(1000, 10)
        )
        found = importance(named(rng.random((1000, 150))), response, (), rng)
        clean += not found.screened
    assert clean >= 95


def test_a_number_that_matters_is_above_the_line_among_dummies():
    rng = np.random.default_rng(3)
    x = rng.random((1000, 150))
    counts = shares(rng, 0.05 + 0.3 * x[:, 7], 10)
    found = importance(named(x), Response.of_counts(counts, Weights.equal(1000, 10)), (), rng)
    assert found.screened == ["x8"]


@pytest.mark.parametrize("replications", [3, 10, 100])
def test_chance_within_draws_is_divided_out(replications):
    found = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = rng.random((1000, 2))
        counts = shares(rng, (2 * x[:, 0] + x[:, 1]) / 4 + 0.1, replications)
        response = Response.of_counts(counts, Weights.equal(1000, replications))
        found.append(explained(named(x), response)["importance"]["x1"])
    assert np.mean(found) == pytest.approx(0.8, abs=0.04)


def test_weights_and_uneven_draws_let_no_dummy_explain_anything():
    found = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        sizes, p = rng.integers(3, 11, 500), rng.beta(0.5, 3, 500)
        # Draws that count for much are those in which it is rare, as where a record weighs them.
        weights = Weights(sizes, -2 * p + rng.normal(size=500))
        response = Response.of_counts(rng.binomial(sizes, p), weights)
        found += list(explained(named(rng.random((500, 10))), response)["importance"])
    assert np.mean(found) == pytest.approx(0.0, abs=3 * np.std(found) / np.sqrt(len(found)))


def test_weights_make_a_sample_that_of_another_distribution():
    rng = np.random.default_rng(0)
    x = rng.random((20_000, 2))
    # Weighed by where x1 lies, it is Beta(2, 1): variance 1/18 beside 1/12 of a uniform.
    weights = Weights(np.full(20_000, 1), np.log(x[:, 0]))
    response = Response(x.sum(axis=1), weights.parts, 0.0)
    found = explained(named(x), response)["importance"]
    assert found["x1"] == pytest.approx((1 / 18) / (1 / 18 + 1 / 12), abs=0.02)
    assert response.mean == pytest.approx(2 / 3 + 1 / 2, abs=0.01)


def test_only_draws_that_count_are_told_of():
    weights = Weights(np.array([4, 0, 2]), np.array([0.0, 0.0, -np.inf]))
    response = Response.of_counts(np.array([1, 0, 2]), weights)
    assert response.values.tolist() == [0.25]
    assert response.parts.tolist() == [1.0]


def test_signs_and_both_ends():
    x = np.random.default_rng(1).random((1000, 3))
    y = np.column_stack([0.5 * x[:, 0], -0.2 * x[:, 1], (x[:, 2] - 0.5) ** 2]).sum(axis=1)
    found = explained(named(x), Response.exact(y))
    assert found["sign"].to_dict() == {"x1": 1, "x2": -1, "x3": 0}
    ends = found.loc["x1", "high_mean"] - found.loc["x1", "low_mean"]
    assert ends == pytest.approx(0.5 * 0.95, abs=0.05)


def test_kinds_have_no_sign_and_the_means_of_the_least_and_the_greatest():
    form = np.repeat([0.0, 1.0, 2.0], 100)
    y = np.array([0.3, 0.1, 0.2])[form.astype(int)]
    row = explained({"form": form}, Response.exact(y), categories=("form",)).loc["form"]
    assert row["sign"] == 0
    assert (row["low_mean"], row["high_mean"]) == pytest.approx((0.1, 0.3))
    assert row["importance"] == pytest.approx(1.0, abs=0.01)


def test_a_number_of_few_values_has_a_bin_for_each():
    values = np.repeat([0.0, 5.0, 1.0], [500, 20, 480])
    y = np.where(values == 5, 1.0, 0.0)
    row = explained({"rare": values}, Response.exact(y)).loc["rare"]
    assert row["importance"] == pytest.approx(1.0, abs=0.01)
    assert (row["low_mean"], row["high_mean"]) == (0.0, 1.0)


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=5, max_size=200), st.integers(2, 12))
def test_ties_are_never_parted_and_bins_are_in_order(values, most):
    values = np.array(values, dtype=float)
    place = binned(values, np.full(len(values), 1 / len(values)), most)
    for value in np.unique(values):
        assert len(set(place[values == value])) == 1
    order = np.argsort(values, kind="stable")
    assert (np.diff(place[order]) >= 0).all()
    assert set(place) == set(range(place.max() + 1))
    assert place.max() < most


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000))
def test_how_a_number_is_measured_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 300))
    y = Response.exact(x + y)
    one, other = (explained({"x": each}, y).loc["x"] for each in (x, np.exp(x)))
    assert one.tolist() == other.tolist()


def test_where_draws_differ_by_chance_alone_nothing_is_told():
    rng = np.random.default_rng(0)
    x = named(rng.random((200, 3)))
    once = Response.of_counts(rng.integers(0, 2, 200), Weights.equal(200, 1))
    once = importance(x, once, (), rng)
    assert once.table["importance"].isna().all()
    assert np.isnan(once.threshold)
    assert once.screened == []


def test_a_number_that_never_differs_is_left_out_and_none_is_an_error():
    response = Response.exact(np.arange(10.0))
    rng = np.random.default_rng(0)
    found = importance({"same": np.ones(10), "x": np.arange(10.0)}, response, (), rng)
    assert list(found.table["path"]) == ["x"]
    with pytest.raises(ValueError, match="no number differs between draws"):
        importance({"same": np.ones(10)}, response, (), rng)
