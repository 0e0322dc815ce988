"""Designs: the points that a sweep visits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.settings.grammar import read_range
from sim.sweeps.designs import Design, Kind, Range, interval

TWO = {"a": Range(0.0, 1.0), "b": Range(-2.0, 2.0)}


def column(design: Design, path: str) -> np.ndarray:
    return np.array([row[path] for row in design.rows()])


def test_a_design_without_ranges_crosses_the_choices_in_the_order_given() -> None:
    rows = Design({"protocol": ("offers", "single_text"), "seed": (1, 2)}).rows()
    assert rows == [
        {"protocol": "offers", "seed": 1},
        {"protocol": "offers", "seed": 2},
        {"protocol": "single_text", "seed": 1},
        {"protocol": "single_text", "seed": 2},
    ]


def test_no_choice_and_no_range_is_one_point() -> None:
    assert Design().rows() == [{}]


def test_a_grid_takes_evenly_spaced_values_of_each_range_with_both_ends() -> None:
    rows = Design(ranges=TWO, points=3).rows()
    assert len(rows) == 9
    assert sorted({row["a"] for row in rows}) == [0.0, 0.5, 1.0]
    assert sorted({row["b"] for row in rows}) == [-2.0, 0.0, 2.0]


@given(st.integers(2, 40), st.integers(2, 8))
def test_a_finer_grid_holds_the_very_numbers_of_the_coarser_one(points: int, times: int) -> None:
    finer = (points - 1) * times + 1
    ranges = {"a": Range(0.1, 0.7)}
    some = {row["a"] for row in Design(ranges=ranges, points=points).rows()}
    assert some <= {row["a"] for row in Design(ranges=ranges, points=finer).rows()}


def test_a_grid_of_one_point_is_the_middle() -> None:
    assert Design(ranges=TWO, points=1).rows() == [{"a": 0.5, "b": 0.0}]


def test_a_latin_hypercube_has_one_point_in_each_slice_of_each_range() -> None:
    design = Design(ranges=TWO, kind=Kind.LHS, points=40, seed=3)
    slices = np.floor(column(design, "a") * 40)
    assert sorted(slices) == list(range(40))
    assert sorted(np.floor((column(design, "b") + 2) * 10)) == list(range(40))


def test_a_sobol_design_of_a_power_of_two_has_one_point_in_each_slice() -> None:
    design = Design(ranges=TWO, kind=Kind.SOBOL, points=64)
    assert sorted(np.floor(column(design, "a") * 64)) == list(range(64))
    assert design.note is None


def test_a_sobol_design_of_another_size_is_the_start_of_the_sequence_and_says_so() -> None:
    some = Design(ranges=TWO, kind=Kind.SOBOL, points=50)
    more = Design(ranges=TWO, kind=Kind.SOBOL, points=64)
    assert some.rows() == more.rows()[:50]
    assert some.note is not None
    assert "32 or 64" in some.note


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_seed_gives_the_same_points(kind: Kind) -> None:
    assert Design(ranges=TWO, kind=kind, points=8, seed=5).rows() == (
        Design(ranges=TWO, kind=kind, points=8, seed=5).rows()
    )


@pytest.mark.parametrize("kind", [Kind.LHS, Kind.SOBOL])
def test_another_seed_gives_other_points(kind: Kind) -> None:
    assert Design(ranges=TWO, kind=kind, points=8, seed=5).rows() != (
        Design(ranges=TWO, kind=kind, points=8, seed=6).rows()
    )


def test_choices_are_crossed_with_the_points_of_the_ranges() -> None:
    design = Design({"seed": (1, 2)}, TWO, Kind.LHS, 5)
    assert design.size == len(design.rows()) == 10
    assert design.rows()[0]["a"] == design.rows()[5]["a"]


def test_whole_numbers_are_rounded_to_integers() -> None:
    values = column(Design(ranges={"n": Range(1, 4, whole=True)}, points=4), "n")
    assert values.tolist() == [1, 2, 3, 4]
    assert values.dtype.kind == "i"


def test_a_grid_does_not_repeat_a_whole_number() -> None:
    with pytest.raises(ScenarioError, match="n: has 4 whole numbers, which a grid of 5"):
        Design(ranges={"n": Range(1, 4, whole=True)}, points=5).rows()


def test_an_interval_of_whole_numbers_has_whole_ends() -> None:
    assert interval("n", "1", "4.0", whole=True) == Range(1, 4, whole=True)
    with pytest.raises(ScenarioError, match="n: must be LOW:HIGH, two whole numbers"):
        interval("n", "1", "3.5", whole=True)


def test_more_points_than_can_be_visited_are_refused_before_any_is_made() -> None:
    ranges = {name: Range(0, 1) for name in "abcdefgh"}
    with pytest.raises(ScenarioError, match="at most 100,000"):
        Design(ranges=ranges, points=10).rows()


@pytest.mark.parametrize("points", [0, -3])
def test_a_design_needs_a_point(points: int) -> None:
    with pytest.raises(ScenarioError, match="must be 1 or more"):
        Design(ranges=TWO, points=points).rows()


def test_a_path_without_a_value_is_refused() -> None:
    with pytest.raises(ScenarioError, match="at least one value"):
        Design({"seed": ()}).rows()


@pytest.mark.parametrize("text", ["0.2:0.7", "-1:2", "1e-3:5"])
def test_two_numbers_with_a_colon_are_a_range(text: str) -> None:
    low, high = read_range(text) or ("", "")
    assert interval("a", low, high) == Range(float(low), float(high))


@pytest.mark.parametrize("text", ["0.2", "0.2,0.7", "[0:1]", "a b:c", "1:2:3"])
def test_other_values_are_no_range(text: str) -> None:
    assert read_range(text) is None


@pytest.mark.parametrize("ends", ["1:0", "1:1", "x:1", "nan:1", "0:inf"])
def test_an_interval_needs_two_numbers_in_order(ends: str) -> None:
    with pytest.raises(ScenarioError, match="LOW:HIGH"):
        interval("a", *ends.split(":"))


@given(
    st.sampled_from(list(Kind)),
    st.integers(1, 30),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
    st.integers(0, 100),
)
def test_every_point_lies_in_its_range(
    kind: Kind, points: int, low: float, width: float, seed: int
) -> None:
    design = Design(ranges={"a": Range(low, low + width)}, kind=kind, points=points, seed=seed)
    values = column(design, "a")
    assert len(values) == points
    assert ((values >= low - 1e-9) & (values <= low + width + 1e-9)).all()
