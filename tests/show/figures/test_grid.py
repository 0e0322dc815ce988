"""The odds over a grid: what cells say, and what the title finds in them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.show import figures as plots
from tests.show.figures.pages import MINUS, assert_readable, title
from tests.show.figures.tables import GRID


def grid_of(rows, across, up):
    """Probabilities, a list for each value that runs upwards."""
    points = [
        (x, y, p) for y, row in zip(up, rows, strict=True) for x, p in zip(across, row, strict=True)
    ]
    return pd.DataFrame(points, columns=GRID.columns)


def cells(ax):
    return [text.get_text() for text in ax.texts]


def scale(ax):
    return [label.get_text() for label in ax.child_axes[0].get_yticklabels()]


def test_a_heat_map_has_a_cell_for_each_point_in_the_order_of_its_values():
    ax = plots.heat_map(GRID, "pressure", "support", "A deal")
    assert ax.collections[0].get_array().tolist() == [[0.4, 0.0], [0.1, 0.2]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "0.5"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["high", "low"]
    figures = {text.get_position(): text.get_text() for text in ax.texts}
    assert figures == {(0.5, 0.5): "40%", (1.5, 0.5): "0%", (0.5, 1.5): "10%", (1.5, 1.5): "20%"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("pressure", "support")


def test_neighbours_that_differ_are_never_shown_alike_where_a_tenth_tells_them_apart():
    close = grid_of([[0.042, 0.039], [0.024, 0.022]], [0, 1], [0.5, 0.6])
    assert cells(plots.heat_map(close)) == ["4.2%", "3.9%", "2.4%", "2.2%"]
    apart = grid_of([[0.042, 0.051], [0.024, 0.042]], [0, 1], [0.5, 0.6])  # alike on a diagonal
    assert cells(plots.heat_map(apart)) == ["4%", "5%", "2%", "4%"]
    same = grid_of([[0.042, 0.042], [0.2, 0.2]], [0, 1], [0.5, 0.6])  # which do not differ
    assert cells(plots.heat_map(same)) == ["4%", "4%", "20%", "20%"]


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0001, 1), st.integers(0, 99))
def test_the_scale_of_colours_names_no_two_ticks_alike(highest, seed):
    shares = highest * np.random.default_rng(seed).random((2, 2))
    ax = plots.heat_map(grid_of(shares.tolist(), [0, 1], [0, 1]))
    assert len(set(scale(ax))) == len(scale(ax)) >= 2


def test_the_title_says_where_the_outcome_is_likeliest_and_what_moves_it():
    rows = [[0.10, 0.20, 0.30], [0.12, 0.21, 0.34]]
    ax = plots.heat_map(grid_of(rows, [-0.5, 0, 0.5], [1, 2]), "pressure", "support", "A deal")
    assert title(ax) == (
        '"A deal" is likeliest (34%)\nwith pressure at 0.5 and support at 2\n'
        "It rises with pressure; support moves it little"
    )
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [f"{MINUS}0.5", "0", "0.5"]
    assert ax.texts[-1].get_fontweight() == "bold"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([[0.1, 0.3, 0.5], [0.3, 0.5, 0.7]], "It rises with pressure and with support"),
        ([[0.5, 0.3, 0.1], [0.7, 0.5, 0.3]], "It falls with pressure and rises with support"),
        (
            [[0.1, 0.5, 0.2], [0.1, 0.5, 0.2]],
            "It rises and then falls with pressure; support moves",
        ),
        (
            [[0.5, 0.1, 0.4], [0.5, 0.1, 0.4]],
            "It falls and then rises with pressure; support moves",
        ),
        ([[0.1, 0.4, 0.7], [0.5, 0.4, 0.3]], "It rises on average with pressure"),
    ],
)
def test_the_title_says_how_each_side_moves_the_odds(rows, says):
    ax = plots.heat_map(grid_of(rows, [0, 1, 2], [1, 2]), "pressure", "support", "A deal")
    assert title(ax).split("\n", 2)[2].replace("\n", " ").startswith(says)


def test_a_side_of_names_has_no_direction():
    said = title(plots.heat_map(GRID, "pressure", "support", "A deal"))
    assert said.startswith('"A deal" is likeliest (40%)\nwith pressure at 0 and support "high"\n')
    assert "depends on support" in said


def test_likeliest_is_not_said_of_a_cell_that_another_equals():
    ax = plots.heat_map(grid_of([[0.1, 0.4], [0.4, 0.2]], [0, 1], [0, 1]), outcome="A deal")
    assert title(ax).startswith('"A deal" is nowhere likelier than (40%)\nwith x at 1 and y at 0')


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        (0.25, '"A deal" is as likely at every point (25%)'),
        (0.0, '"A deal" comes about at no point'),
        ([0.251, 0.252, 0.2515, 0.2505], '"A deal" is much the same everywhere: 25.1 to 25.2%'),
    ],
)
def test_a_grid_on_which_nothing_moves_says_so(shares, says):
    ax = plots.heat_map(GRID.assign(x=[0, 1, 0, 1], probability=shares), outcome="A deal")
    assert title(ax) == says


def test_a_grid_of_one_line_speaks_of_one_side():
    ax = plots.heat_map(grid_of([[0.1, 0.2]], [0, 1], [5]), "pressure", "support", "A deal")
    assert title(ax) == '"A deal" is likeliest (20%)\nwith pressure at 1\nIt rises with pressure'


def test_what_an_analyst_calls_a_side_is_written_with_a_capital_and_a_path_as_it_is():
    ax = plots.heat_map(GRID, "chance of extension", "drivers.support")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Chance of extension", "drivers.support")


def test_a_point_that_the_grid_lacks_is_left_out():
    ax = plots.heat_map(GRID.iloc[:3])
    assert np.ma.getmaskarray(ax.collections[0].get_array()).tolist() == [
        [False, True], [False, False]]  # fmt: skip
    assert len(ax.texts) == 3


def test_a_point_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match=r"x = 0\.0, y = low comes more than once"):
        plots.heat_map(pd.concat([GRID, GRID.iloc[:1]]))


def test_a_large_grid_has_a_scale_and_no_figures_in_its_cells():
    points = [(x, y, x * y / 900) for x in range(30) for y in range(30)]
    ax = plots.heat_map(pd.DataFrame(points, columns=GRID.columns))
    assert not ax.texts
    assert len(ax.get_xticks()) <= 12
    assert_readable(ax)
