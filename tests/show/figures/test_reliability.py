"""What came about beside what was said: dots about the diagonal, and their figures."""

import pytest

from sim.show import figures as plots
from sim.show.figures.style import DARK
from tests.show.figures.pages import LONG, assert_readable, legend_words, title, words
from tests.show.figures.tables import CHANCES, COVERED


def dots(ax):
    """Where the dots lie."""
    (line,) = [line for line in ax.lines if line.get_marker() == "o"]
    return list(line.get_xdata()), list(line.get_ydata())


def intervals(ax):
    lines = [line for line in ax.lines if line.get_color() == DARK and line.get_marker() != "o"]
    return [tuple(line.get_ydata()) for line in lines]


def test_coverage_lies_about_the_diagonal_with_its_interval_and_its_figures():
    ax = plots.coverage(COVERED, "proposals")
    assert dots(ax) == (list(COVERED.share), list(COVERED.inside))
    assert intervals(ax) == list(zip(COVERED.low, COVERED.high, strict=True))
    assert list(ax.lines[0].get_xdata()) == list(ax.lines[0].get_ydata()) == [0, 1]
    assert words(ax)[:6] == ["said", "inside", "95% interval", "10%", "12%", "8-16%"]
    assert any("bootstrap over proposals" in said for said in legend_words(ax))


def test_chances_lie_about_the_diagonal_with_their_counts():
    ax = plots.reliability(CHANCES, "a deal", "dialogues")
    assert dots(ax) == (list(CHANCES.chance), list(CHANCES.share))
    assert intervals(ax) == list(zip(CHANCES.low, CHANCES.high, strict=True))
    assert words(ax)[:8] == [
        "said",
        "came",
        "95% interval",
        "dialogues",
        "12%",
        "42%",
        "38-47%",
        "440",
    ]
    assert ax.get_xlabel() == "Chance of a deal that was said"
    assert ax.get_ylabel() == "Share of dialogues with a deal"


def moved(table, by, what="inside"):
    return table.assign(**{name: table[name] + by for name in (what, "low", "high")})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            COVERED,
            "55% lie in 50% intervals and 88% lie in 90% intervals\nThat is as many as was said",
        ),
        (
            moved(COVERED.iloc[1:2], 0.2),
            "That is as many as was said, but 75% lie in 50% intervals",
        ),
        (moved(COVERED.iloc[:2], 0.2), "That is too many in 2 of 2: they are too wide"),
        (moved(COVERED.iloc[1:], -0.2), "That is too few in 2 of 2: they are too narrow"),
        (
            COVERED.assign(low=[0.2, 0.4, 0.5], high=[0.3, 0.7, 0.6]),
            "Too few lie in 1 of 3 intervals, too many in 1",
        ),
    ],
)
def test_the_title_of_coverage_says_what_intervals_hold(table, said):
    ax = plots.coverage(table)
    assert said in title(ax)
    assert_readable(ax)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (CHANCES, "were said too surely: low ones too low, high ones too high"),
        (CHANCES, "Farthest apart: 42% where 12% was said"),
        (CHANCES.iloc[1:2], "A deal comes about as often as was said, as far as chance can tell"),
        (CHANCES.iloc[:2], "A deal comes about more often than was said"),
        (CHANCES.iloc[1:], "A deal comes about less often than was said"),
        (
            CHANCES.assign(chance=[0.7, 0.8, 0.85]),
            "too timidly: low ones too high, high ones too low",
        ),
        (
            CHANCES.assign(chance=[0.3, 0.7, 0.8]),
            "here more often and there less often than was said",
        ),
    ],
)
def test_the_title_of_chances_says_where_they_were_wrong(table, said):
    ax = plots.reliability(table, "a deal", "dialogues")
    assert said in title(ax)
    assert_readable(ax)


def test_long_words_about_what_was_forecast_stay_readable():
    assert_readable(plots.coverage(COVERED, "proposals", LONG))
    assert_readable(plots.reliability(CHANCES, "a deal", "dialogues", LONG))
