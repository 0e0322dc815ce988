"""Boxes in which something is likelier: planted ones are found, none is made up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.importance import Response, importance
from sim.analysis.prim import Side, prim
from sim.analysis.weights import Weights
from tests.analysis.toys import named, shares


def planted(seed, draws=1000, numbers=150):
    rng = np.random.default_rng(seed)
    x = rng.random((draws, numbers))
    inside = (x[:, 10] < 0.5) & (x[:, 20] > 0.4) & (x[:, 30] < 0.6)
    counts = shares(rng, np.where(inside, 0.7, 0.05), 10)
    return named(x), Response.of_counts(counts, Weights.equal(draws, 10)), inside, rng


@pytest.mark.parametrize("seed", range(10))
def test_a_planted_box_of_three_among_150_is_found(seed):
    inputs, response, inside, rng = planted(seed)
    screened = importance(inputs, response, (), rng).screened
    assert sorted(screened) == ["x11", "x21", "x31"]
    box = prim({path: inputs[path] for path in screened}, response, ())
    sides = {side.path: (side.low, side.high) for side in box.sides}
    assert sides["x11"] == (None, pytest.approx(0.5, abs=0.04))
    assert sides["x21"] == (pytest.approx(0.4, abs=0.04), None)
    assert sides["x31"] == (None, pytest.approx(0.6, abs=0.04))
    assert box.density == pytest.approx(0.7, abs=0.04)
    assert box.mass == pytest.approx(inside.mean(), abs=0.02)
    assert box.coverage == pytest.approx(inside.mean() * 0.7 / response.mean, abs=0.08)
    assert box.times == pytest.approx(0.7 / response.mean, rel=0.08)


def test_a_box_may_hold_a_middle_and_leave_kinds_out():
    rng = np.random.default_rng(0)
    x, form = rng.random(2000), rng.integers(0, 3, 2000).astype(float)
    inside = (np.abs(x - 0.5) < 0.2) & (form != 1)
    box = prim({"x": x, "form": form}, Response.exact(inside * 1.0), ("form",))
    sides = {side.path: side for side in box.sides}
    assert sides["form"].kinds == (0, 2)
    assert (sides["x"].low, sides["x"].high) == pytest.approx((0.3, 0.7), abs=0.02)
    assert box.density > 0.95
    assert box.coverage > 0.95


def test_what_is_let_in_is_what_its_sides_say():
    inputs, response, _, _ = planted(1)
    few = {path: inputs[path] for path in ("x11", "x21", "x31", "x1")}
    box = prim(few, response, ())
    inside = np.all([side.holds(few[side.path]) for side in box.sides], axis=0)
    assert box.mass == pytest.approx(response.parts[inside].sum())
    assert box.density == pytest.approx(response.values[inside].mean())


def test_draws_of_no_weight_draw_no_box():
    inputs, response, _, _ = planted(2, draws=400, numbers=31)
    few = {path: inputs[path] for path in ("x11", "x21", "x31")}
    twice = {path: np.concatenate([values, values]) for path, values in few.items()}
    other = np.concatenate([response.values, 1 - response.values])
    parts = np.concatenate([response.parts, 1e-12 * response.parts])
    one = prim(few, response, ())
    both = prim(twice, Response(other, parts / parts.sum(), response.noise), ())
    assert both.density == pytest.approx(one.density, abs=0.02)
    assert {side.path for side in both.sides} == {side.path for side in one.sides}


def test_where_all_draws_are_alike_there_is_no_box():
    assert prim({"x": np.arange(50.0)}, Response.exact(np.full(50, 0.3)), ()) is None
    assert prim({}, Response.exact(np.arange(50.0)), ()) is None


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_a_box_is_never_worse_than_everything_nor_smaller_than_it_may_be(seed, values):
    rng = np.random.default_rng(seed)
    inputs = {"few": rng.integers(0, values, 200).astype(float), "many": rng.random(200)}
    box = prim(inputs, Response.exact(rng.random(200)), ())
    if box is not None:
        assert box.density > box.overall
        assert 0.05 <= box.mass < 1
        assert box.coverage <= 1


def test_a_side_names_what_it_lets_in():
    values = np.array([0.0, 1.0, 2.0])
    assert Side("form", kinds=(0, 2)).holds(values).tolist() == [True, False, True]
    assert Side("x").holds(values).all()
