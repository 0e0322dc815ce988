"""What drives odds: both ends of each number, and the line that chance reaches."""

import numpy as np
import pandas as pd

from sim.show import figures as plots
from sim.show.figures.style import DARK, LIGHT
from tests.show.figures.pages import LONG, assert_readable, bars, title, words
from tests.show.figures.tables import DRIVEN


def draw(table=DRIVEN, threshold=0.06, ax=None):
    return plots.drivers(table, 0.1, threshold, "A text signed", "what was simulated", ax)


def labels(ax):
    return [" ".join(label.get_text().split()) for label in ax.get_yticklabels()]


def test_bars_go_from_the_odds_to_those_at_either_end():
    ax = draw()
    assert labels(ax) == ["How it is modelled", "us: no deal", "us: patience"]
    low = [(a, b) for _, a, b in bars(ax, LIGHT)]
    high = [(a, b) for _, a, b in bars(ax, DARK)]
    assert np.allclose(low, [(0.02, 0.1), (0.1, 0.3), (0.09, 0.1)])
    assert np.allclose(high, [(0.1, 0.2), (0.04, 0.1), (0.1, 0.12)])


def test_the_line_stands_between_what_chance_reaches_and_what_it_does_not():
    ax = draw()
    (line,) = [each for each in ax.lines if each.get_linestyle() == "--"]
    tops = sorted(y for y, *_ in bars(ax, DARK))
    assert tops[1] < line.get_ydata()[0] < tops[2]
    assert "chance alone reaches 6%" in words(ax)
    assert {"12%", "8%", "0%"} <= set(words(ax))


def test_the_title_says_what_matters_most_or_that_nothing_stands_out():
    assert title(draw()) == '"How it is modelled" matters most for the odds of "A text signed"'
    nothing = " ".join(title(draw(threshold=0.5)).split())
    assert nothing == 'No single number stands out from chance in the odds of "A text signed"'


def test_of_many_numbers_the_first_are_drawn():
    many = pd.concat([DRIVEN.iloc[:1]] * 30, ignore_index=True)
    assert len(labels(draw(many))) == 12
    assert len(labels(draw(many, threshold=0.9))) == 8


def test_long_names_are_wrapped_and_never_cut():
    assert_readable(draw(DRIVEN.assign(label=LONG)))
