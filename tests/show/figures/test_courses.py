"""Fifty courses of the talks as dots."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from sim.show import figures as plots
from sim.show.figures.courses import DOTS, signing_dates
from sim.show.figures.style import DARK
from tests.show.figures.pages import assert_readable, title, words
from tests.show.figures.tables import HORIZON, SIGNATURES

FIRST = date(2026, 1, 1)


def dots(ax):
    """The full dots and the open ones."""
    every = [each for each in ax.patches if isinstance(each, Circle)]
    full = [each for each in every if each.get_facecolor() == to_rgba(DARK)]
    return full, [each for each in every if each not in full]


def by_month(*chances):
    days = [FIRST + timedelta(days=30 * month) for month in range(len(chances))]
    return pd.DataFrame({"date": days, "probability": chances})


def test_as_many_dots_are_full_as_courses_sign_and_all_are_fifty():
    full, rest = dots(plots.courses(SIGNATURES, HORIZON))
    assert (len(full), len(full) + len(rest)) == (15, DOTS)  # of 30%


def test_a_dot_stands_at_the_quantile_of_the_day_of_the_signature():
    # Half of the courses sign on the first day, a tenth more on the third.
    days = [FIRST, date(2026, 2, 1), date(2026, 3, 1)]
    found = signing_dates(list(zip(days, [0.5, 0.5, 0.6], strict=True)))
    assert found == [days[0]] * 25 + [days[2]] * 5


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_share_of_dots_is_the_chance_to_within_one_dot(shares):
    chances = sorted(shares)
    days = [FIRST + timedelta(days=day) for day in range(len(chances))]
    found = signing_dates(list(zip(days, chances, strict=True)))
    assert abs(len(found) / DOTS - chances[-1]) <= 0.5 / DOTS + 1e-9
    assert found == sorted(found)


def test_what_happens_after_the_horizon_is_passed_over():
    full, _ = dots(plots.courses(by_month(0.1, 0.1, 0.9), FIRST + timedelta(days=45)))
    assert len(full) == 5


@pytest.mark.parametrize(
    ("chance", "first", "left"),
    [
        (0.0, "In none of 50 courses", "no text signed: 50"),
        (0.004, "In none of 50 courses", "no text signed: 50"),
        (1.0, "In 50 of 50 courses", "no text signed: none"),
    ],
)
def test_none_and_all_are_told(chance, first, left):
    ax = plots.courses(by_month(chance, chance), FIRST + timedelta(days=30))
    assert title(ax).startswith(first)
    assert left in words(ax)
    assert_readable(ax)
    assert ("rarer than one dot" in ax.get_xlabel().replace("\n", " ")) == (0 < chance < 0.01)


def test_dots_are_round_in_axes_of_any_shape():
    ax = Figure(figsize=(4, 6)).add_axes((0.1, 0.2, 0.8, 0.5))
    plots.courses(SIGNATURES, HORIZON, ax=ax)
    full, _ = dots(ax)
    box = full[0].get_window_extent()
    assert box.width == pytest.approx(box.height)


def test_a_table_that_begins_after_the_horizon_is_refused():
    with pytest.raises(ValueError, match="needs a row up to 2025-01-01"):
        plots.courses(by_month(0.1), date(2025, 1, 1))
