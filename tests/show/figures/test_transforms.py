"""Where outcomes fell in what was said: bars beside the line at 1 and what chance does to them."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from scipy import stats

from sim.show import figures as plots
from sim.show.figures.style import DARK, LIGHT
from sim.show.figures.transforms import band
from tests.show.figures.pages import assert_readable, legend_words, title, words
from tests.show.figures.tables import HEIGHTS


def heights(**others):
    """Bars at 1 but for some, named by their place."""
    found = np.ones(10)
    for place, height in others.items():
        found[int(place.removeprefix("at"))] = height
    return found


def test_bars_are_as_high_as_they_are_said_to_be_beside_a_line_at_1():
    ax = plots.pit_histogram(HEIGHTS, 400)
    bars = [bar for bar in ax.patches if bar.get_facecolor() in (to_rgba(DARK), to_rgba(LIGHT))]
    assert [bar.get_height() for bar in bars] == list(HEIGHTS)
    assert words(ax) == [f"{height:.2f}" for height in HEIGHTS]
    (line,) = ax.lines
    assert list(line.get_ydata()) == [1, 1]


def test_the_band_holds_a_bar_of_a_calibrated_forecaster_in_19_of_20():
    low, high = band(10, 222)
    counts = stats.binom(222, 0.1)
    assert counts.cdf(high * 22.2 + 1e-6) - counts.cdf(low * 22.2 - 1 + 1e-6) >= 0.95
    assert counts.cdf(high * 22.2 - 1 + 1e-6) < 0.975
    assert low < 1 < high


def test_bars_outside_the_band_are_dark_and_bold_and_the_legend_says_so():
    ax = plots.pit_histogram(HEIGHTS, 400, "proposals")
    bold = [text.get_text() for text in ax.texts if text.get_fontweight() == "bold"]
    assert bold == ["2.10", "0.10"]
    dark = [bar.get_height() for bar in ax.patches if bar.get_facecolor() == to_rgba(DARK)]
    assert dark == [2.1, 0.1]
    assert any("binomial, 400 proposals" in said for said in legend_words(ax))
    assert any(said.startswith("Dark, in bold: outside") for said in legend_words(ax))
    assert len(legend_words(plots.pit_histogram(np.ones(10), 400))) == 2


@pytest.mark.parametrize(
    ("bars", "said"),
    [
        (heights(), "Outcomes fall where they were said to, as far as chance can tell"),
        (heights(at0=2), "but too often in the lowest tenth"),
        (heights(at1=2, at9=0), "but too often in the 2nd tenth and too seldom in the highest"),
        (heights(at0=3, at9=3, at4=0), "at both ends: what was said is too sure of itself"),
        (heights(at0=0, at9=0, at4=2, at5=2), "at the ends: what was said could be surer"),
        (heights(at0=3, at1=2, at8=0, at9=0), "too often in 2 tenths and too seldom in 2 tenths"),
        (heights(at0=3, at1=2, at8=0, at9=0), "What was said lies too high"),
        (heights(at0=0, at1=0, at7=2, at8=2), "What was said lies too low"),
        (heights(at2=2, at4=0, at6=2), "too often in 2 tenths and too seldom in 1 tenth"),
    ],
)
def test_the_title_says_where_outcomes_fall_otherwise_and_what_that_means(bars, said):
    ax = plots.pit_histogram(bars, 400)
    assert said in " ".join(title(ax).split())
    assert_readable(ax)


def test_nothing_is_drawn_of_nothing():
    with pytest.raises(ValueError, match="needs two bars and one outcome, not 1 and 5"):
        plots.pit_histogram(np.ones(1), 5)
    with pytest.raises(ValueError, match="not 10 and 0"):
        plots.pit_histogram(np.ones(10), 0)
