"""Differences of odds: which way, how surely, and of which outcome."""

import numpy as np
import pytest

from sim.show import figures as plots
from sim.show.figures.changes import DOWN, UNCLEAR, UP
from tests.show.figures.pages import LONG, assert_readable, legend_words, title, words
from tests.show.figures.tables import CASES, CHANGES


def marks(ax):
    """Where each change lies and its colour, from above."""
    return [(line.get_xdata()[0], line.get_color()) for line in ax.lines[1:]]


def test_differences_are_drawn_in_the_order_given_about_a_line_at_none():
    ax = plots.differences(CHANGES)
    rows = ax.get_yticks()
    assert [x for x, _ in marks(ax)] == list(CHANGES.difference)
    assert [np.mean(line.get_ydata()) for line in ax.lines[1:]] == pytest.approx(rows)
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert np.allclose(spans, CHANGES[["low", "high"]])
    assert list(ax.lines[0].get_xdata()) == [0, 0]
    assert ax.get_xlim()[0] == -ax.get_xlim()[1]


def test_direction_is_said_in_words_by_place_and_by_colour_and_doubt_by_grey():
    ax = plots.differences(CHANGES)
    assert [colour for _, colour in marks(ax)] == [UP, DOWN, UNCLEAR]
    said = words(ax)
    assert {"12.0 points more", "20.0 points less", "1.0 points more"} <= set(said)
    assert {"8.0 to 16.0 more", "10.0 to 30.0 less", "2.0 less to 4.0 more"} <= set(said)
    assert not any("+" in text or "\N{MINUS SIGN}" in text for text in said)
    assert any("not clear of chance" in text for text in legend_words(ax))
    assert "not clear" not in " ".join(legend_words(plots.differences(CHANGES.iloc[:2])))


def test_the_axis_says_which_way_is_more_likely():
    ax = plots.differences(CHANGES)
    sides = {
        text.get_text(): text.get_position()[0] for text in ax.texts if "likely" in text.get_text()
    }
    left, right = sorted(sides, key=sides.get)
    assert left.endswith("less likely")
    assert right.startswith("more likely")
    numbers = [label.get_text() for label in ax.get_xticklabels()]
    assert numbers == numbers[::-1]  # as far to either side


def test_cases_stand_under_their_outcome_which_is_named_once():
    ax = plots.differences(CASES)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["a scandal", "both at once"] * 2
    assert [words(ax).count(name) for name in ("A deal", "War")] == [1, 1]
    heads = {text.get_text(): text.get_position()[1] for text in ax.texts}
    rows = ax.get_yticks()
    assert heads["A deal"] < rows[0] < rows[1] < heads["War"] < rows[2] < rows[3]


def test_outcomes_and_cases_with_long_names_stay_readable():
    assert_readable(plots.differences(CASES.assign(label=LONG, case=LONG), LONG))


def test_the_title_names_the_largest_change_that_is_clear_of_chance():
    assert title(plots.differences(CHANGES)) == (
        '"War" becomes 20.0 points less likely\n'
        "No other change is larger; 2 of 3 are clear of chance"
    )
    assert title(plots.differences(CASES)).startswith(
        'Both at once: "A deal" becomes 20.0 points less likely\n'
    )
    assert title(plots.differences(CHANGES.iloc[:1])) == '"A deal" becomes 12.0 points more likely'
    unclear = CHANGES.assign(low=-1.0, high=1.0)
    assert title(plots.differences(unclear)) == "No change is clear of chance"


def test_a_larger_change_that_is_not_clear_of_chance_is_not_hidden_by_the_title():
    doubtful = CHANGES.assign(
        difference=[0.12, -0.2, 0.3], low=[0.08, -0.3, -0.1], high=[0.16, -0.1, 0.7]
    )
    said = title(plots.differences(doubtful))
    assert said.endswith("No other clear change is larger; 2 of 3 are clear of chance")


def test_a_comparison_of_a_run_with_itself_is_drawn():
    ax = plots.differences(CHANGES.assign(difference=0.0, low=0.0, high=0.0))
    assert title(ax) == "Nothing changes: the odds are the same"
    assert words(ax).count("no change") == 3
    assert ax.get_xlim()[0] < 0 < ax.get_xlim()[1]


def test_a_figure_of_levers_says_which_does_most():
    said = " ".join(title(plots.levers(CHANGES, "A text signed")).split())
    clear = CHANGES[(CHANGES["low"] > 0) | (CHANGES["high"] < 0)]
    most = clear.loc[clear["difference"].abs().idxmax(), "label"]
    assert said.startswith(f'"A text signed": "{most}" makes it')
    assert f"{len(clear)} of {len(CHANGES)} levers are clear of chance" in said
    unclear = CHANGES.assign(low=-1.0, high=1.0)
    assert "no lever does anything clear of chance" in title(plots.levers(unclear, "x"))
