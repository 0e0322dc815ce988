"""What groups of numbers explain together: never a sum, and what chance reaches beside it."""

import numpy as np
import pytest

from sim.analysis.groups import group_table
from sim.analysis.importance import Response
from sim.analysis.weights import Weights
from tests.analysis.toys import named, shares


def explained(groups, inputs, response, categories=(), seed=0):
    rng = np.random.default_rng(seed)
    return group_table(groups, inputs, response, categories, rng).set_index("group")


def test_many_small_effects_are_found_together_that_none_shows_alone():
    found = []
    for seed in range(20):
        x = np.random.default_rng(seed).random((1000, 60))
        effects = np.repeat([1.0, 0.0, 3.0], [30, 29, 1])
        groups = {"many": [f"x{n}" for n in range(1, 31)], "none": [f"x{n}" for n in range(31, 60)]}
        found.append(explained(groups, named(x), Response.exact(x @ effects))["importance"])
    assert np.mean([each["many"] for each in found]) == pytest.approx(30 / 39, abs=0.01)
    assert np.mean([each["none"] for each in found]) == pytest.approx(0.0, abs=0.01)


def test_what_numbers_share_counts_once():
    x = np.random.default_rng(0).random(2000)
    inputs = {"x": x, "same": x, "nearly": x + 0.01 * np.random.default_rng(1).normal(size=2000)}
    found = explained({"all": list(inputs), "one": ["x"]}, inputs, Response.exact(x))
    assert found["importance"].tolist() == pytest.approx([1.0, 1.0], abs=0.01)


def test_a_bend_counts_as_much_as_a_line():
    x = np.random.default_rng(0).uniform(-1, 1, (4000, 2))
    y = Response.exact(x[:, 0] + 3 * x[:, 1] ** 2)
    found = explained({"line": ["x1"], "bend": ["x2"]}, named(x), y)["importance"]
    line, bend = 1 / 3, 9 * (1 / 5 - 1 / 9)
    assert found["line"] == pytest.approx(line / (line + bend), abs=0.02)
    assert found["bend"] == pytest.approx(bend / (line + bend), abs=0.02)


def test_kinds_enter_one_by_one():
    form = np.repeat([0.0, 1.0, 2.0], 200)
    y = Response.exact(np.array([0.3, 0.1, 0.2])[form.astype(int)])
    found = explained({"form": ["form"]}, {"form": form}, y, ("form",))
    assert found.loc["form", "importance"] == pytest.approx(1.0)
    assert found.loc["form", "numbers"] == 1


def test_groups_of_dummies_pass_chance_in_one_case_of_twenty_though_weights_are_uneven():
    passed, every = 0, []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        sizes, p = rng.integers(3, 11, 400), rng.beta(0.5, 3, 400)
        weights = Weights(sizes, -2 * p + rng.normal(size=400))
        response = Response.of_counts(rng.binomial(sizes, p), weights)
        row = explained({"g": [f"x{n}" for n in range(1, 31)]}, named(rng.random((400, 30))),
                        response, seed=seed).loc["g"]  # fmt: skip
        passed += row["importance"] > row["chance"]
        every.append(row["importance"])
    assert passed <= 10
    assert np.mean(every) == pytest.approx(0.0, abs=3 * np.std(every) / 10)


def test_more_numbers_than_draws_can_tell_apart_are_not_told():
    rng = np.random.default_rng(0)
    x = rng.random((100, 60))
    counts = shares(rng, x[:, 0], 5)
    found = explained(
        {"many": list(named(x)), "one": ["x1"], "empty": []},
        named(x),
        Response.of_counts(counts, Weights.equal(100, 5)),
    )
    assert list(found.index) == ["one", "many"]
    assert np.isnan(found.loc["many", ["importance", "chance"]].to_numpy(dtype=float)).all()
