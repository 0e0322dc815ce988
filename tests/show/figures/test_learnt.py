"""What evidence says of numbers: before and after on one scale, and what did it."""

import numpy as np
import pytest

from sim.show import figures as plots
from sim.show.figures.style import DARK, LIGHT
from tests.show.figures.pages import LONG, assert_readable, bars, ticks, title, words
from tests.show.figures.tables import LEARNT


def labels(ax):
    return [" ".join(label.get_text().split()) for label in ax.get_yticklabels()]


def test_a_number_is_drawn_in_standard_deviations_from_its_mean_before():
    ax = plots.posterior(LEARNT)
    ends = [(low, high) for _, low, high in bars(ax, LIGHT)]
    # (0.1 - 0.4) / 0.2, (0.7 - 0.4) / 0.2; (0.2 - 1) / 0.5, (1.8 - 1) / 0.5; as it is.
    assert np.allclose(ends, [(-1.5, 1.5), (-1.6, 1.6), (-1.6, 1.6)])
    ends = [(low, high) for _, low, high in bars(ax, DARK)]
    assert np.allclose(ends, [(-2.5, -1.5), (-0.2, 2.2), (-0.8, 0.8)])
    assert [x for x, _ in ticks(ax, DARK)] == pytest.approx([-2.0, 1.0, 0.04])
    low, high = ax.get_xlim()
    assert low == -high < -2.5


def test_only_numbers_that_changed_have_a_row_with_what_moved_them():
    ax = plots.posterior(LEARNT)
    assert labels(ax) == ["us: domestic noise", "us: no deal", "drivers: war level"]
    said = [" ".join(each.split()) for each in words(ax)]
    assert "polls of us against what was stated" in said
    assert "us is open to their plan" in said
    assert "the record of the talks" in said


def test_no_more_than_fifteen_have_a_row():
    many = LEARNT.iloc[[1] * 40].assign(path=[f"actors.a{n}.no_deal" for n in range(40)])
    ax = plots.posterior(many)
    assert labels(ax) == [f"a{n}: no deal" for n in range(15)]
    assert_readable(ax)


def test_the_title_says_what_moved_most_and_how_many_learn_nothing():
    assert " ".join(title(plots.posterior(LEARNT)).split()) == (
        'Evidence moves "us: domestic noise" most: 2.0 standard deviations down '
        "1 of 5 numbers learn nothing from it"
    )
    narrowed = " ".join(title(plots.posterior(LEARNT.iloc[2:])).split())
    assert narrowed.startswith('Evidence moves no mean, and narrows "drivers: war level"')


def test_where_nothing_moved_that_is_said_and_those_that_came_nearest_are_drawn():
    ax = plots.posterior(LEARNT.iloc[3:])
    assert title(ax).startswith("Evidence moves no number further than chance may")
    assert labels(ax) == ["us: walkout rate", "them: walkout rate"]
    assert words(ax).count("no more than\nchance may do") + words(ax).count(
        "no more than chance may do"
    ) == len(ax.get_yticks())


def test_long_names_are_wrapped_and_never_cut():
    assert_readable(plots.posterior(LEARNT.assign(path=f"actors.{LONG}", moved_by=LONG), LONG))
