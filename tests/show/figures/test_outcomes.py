"""The odds: marks, intervals, ranges, and the base rates beneath."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgba

from sim.show import figures as plots
from sim.show.figures.style import DARK, LIGHT, RECORD
from tests.show.figures.pages import (
    LONG,
    NAN,
    assert_readable,
    bars,
    legend_words,
    ticks,
    title,
    words,
)
from tests.show.figures.tables import BASE, ODDS, odds_rows


def test_each_outcome_has_a_mark_an_interval_and_a_range_in_the_order_given():
    ax = plots.odds(ODDS)
    rows = ax.get_yticks()
    assert [label.get_text() for label in ax.get_yticklabels()] == list(ODDS.label)
    assert ax.get_ylim()[0] > rows[-1] > rows[0] > ax.get_ylim()[1]  # the first lies on top
    assert np.allclose(ticks(ax, DARK), np.c_[ODDS.probability, rows])
    narrow, wide = bars(ax, DARK), bars(ax, LIGHT)
    assert np.allclose(narrow, np.c_[rows, ODDS.low, ODDS.high])
    told = ODDS.assumption_low.notna()
    ranges = np.c_[rows, ODDS.assumption_low, ODDS.assumption_high]
    assert np.allclose(wide, ranges[told])


def test_the_range_over_assumptions_is_drawn_thicker_and_under_the_interval():
    ax = plots.odds(ODDS)
    heights = {colour: [b.get_height() for b in ax.patches if b.get_facecolor() == to_rgba(colour)]
               for colour in (DARK, LIGHT)}  # fmt: skip
    assert min(heights[LIGHT]) > 1.5 * max(heights[DARK])
    order = [bar.get_facecolor() for bar in ax.patches[:2]]
    assert order == [to_rgba(LIGHT), to_rgba(DARK)]


def test_the_figures_stand_beside_the_marks():
    said = words(plots.odds(ODDS))
    assert [said.count(text) for text in ("70%", "50-90%", "5-40%")] == [1, 1, 1]
    assert said.count("0%") == 1  # the odds that came out at none


def test_a_range_that_cannot_be_told_is_a_dash_that_the_legend_explains():
    never, likely = ("Never", 0.0, 0.0, 0.1, (NAN, NAN)), ("War", 1.0, 0.9, 1.0, (0.8, 1.0))
    ax = plots.odds(odds_rows(never, likely))
    said = words(ax)
    assert [said.count(text) for text in ("\N{EN DASH}", "80-100%")] == [1, 1]
    explained = "A dash: it cannot be told from chance"
    assert explained in legend_words(ax)
    assert explained not in legend_words(plots.odds(odds_rows(likely)))


def test_ranges_that_cannot_be_told_are_not_drawn():
    ax = plots.odds(ODDS.assign(assumption_low=NAN, assumption_high=NAN))
    assert not bars(ax, LIGHT)
    assert len(bars(ax, DARK)) == len(ODDS)
    assert words(ax).count("\N{EN DASH}") == len(ODDS)


def test_the_legend_explains_both_doubts():
    said = legend_words(plots.odds(ODDS))
    assert any(text.startswith("Monte Carlo (95%)") for text in said)
    assert any(text.startswith("Assumptions (5% to 95%)") for text in said)
    assert not any(text.startswith("Record") for text in said)


def test_the_legend_explains_the_tick_of_a_base_rate_and_the_bar_of_its_record():
    handles = plots.odds(ODDS, BASE).get_legend().legend_handles
    orange = {handle.get_label().split(":")[0]: handle for handle in handles[-2:]}
    assert orange["Base rate"].get_marker() == "|"
    assert orange["Base rate"].get_color() == RECORD
    assert orange["Record"].get_facecolor() == to_rgba(RECORD)


def test_the_title_names_the_likeliest_outcome_and_the_next():
    assert title(plots.odds(ODDS)) == '"War" is likeliest (70%)\nNext comes "A deal" (20%)'


def test_two_outcomes_that_chance_cannot_tell_apart_are_not_ranked():
    table = odds_rows(("A deal", 0.48, 0.44, 0.52, None), ("War", 0.52, 0.48, 0.56, None))
    assert title(plots.odds(table)) == '"War" (52%) and\n"A deal" (48%) are too close to tell apart'


def test_many_outcomes_that_chance_cannot_tell_apart_are_counted():
    alike = [(name, 0.25, 0.2, 0.3, None) for name in ("A deal", "A truce", "War", "Peace")]
    said = title(plots.odds(odds_rows(*alike)))
    assert said == "4 outcomes are too close to tell apart, at 25%"


def test_an_only_outcome_is_drawn_and_said_to_be_that_of_every_world():
    ax = plots.odds(odds_rows(("War", 1.0, 0.99, 1.0, (1.0, 1.0))))
    assert title(ax) == 'Every world ends in "War"'
    assert ax.get_xlim() == (0, 1)
    assert_readable(ax)


def test_base_rates_stand_beneath_the_odds_on_the_same_scale():
    ax = plots.odds(ODDS, BASE)
    rows = ax.get_yticks()
    assert len(rows) == len(ODDS) + len(BASE)
    assert np.allclose(bars(ax, RECORD), np.c_[rows[-2:], BASE.base_low, BASE.base_high])
    assert np.allclose(ticks(ax, RECORD), np.c_[BASE.base, rows[-2:]])
    assert np.allclose(ticks(ax, DARK)[len(ODDS) :], [(0.3, rows[-2])])
    assert {"5-7%", "68-74%", "none"} <= set(words(ax))
    assert ax.get_xlim()[1] >= 0.9


def test_a_run_without_reference_classes_has_no_such_rows():
    ax = plots.odds(ODDS, BASE.iloc[:0])
    assert len(ax.get_yticks()) == len(ODDS)
    assert "record" not in words(ax)


@settings(max_examples=8, deadline=None)
@given(
    labels=st.lists(st.text(st.characters(codec="ascii", categories=["L", "P", "Zs"]), min_size=1,
                            max_size=120), min_size=1, max_size=10),
    seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_odds_of_any_labels_stay_on_the_page(labels, seed):
    shares = np.random.default_rng(seed).dirichlet(np.ones(len(labels)))
    rows = [
        (label, p, p / 2, (1 + p) / 2, (p / 3, p)) for label, p in zip(labels, shares, strict=True)
    ]
    assert_readable(plots.odds(odds_rows(*rows), BASE, LONG))
