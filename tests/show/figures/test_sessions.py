"""One negotiation, week by week."""

import numpy as np
import pytest

from sim.show import figures as plots
from sim.show.figures.style import PALETTE
from tests.show.figures.pages import title
from tests.show.figures.tables import TALKS


def test_a_negotiation_draws_worth_threshold_and_no_deal_of_the_chosen_actor_week_by_week():
    ax = plots.negotiation(TALKS, "kyiv")
    drawn = {line.get_label(): line for line in ax.lines}
    own = TALKS[TALKS.actor == "kyiv"]
    for name, column in (
        ("Needed to sign", "threshold"),
        ("Worth of no deal", "no_deal"),
        ("Worth of the text on the table (filled: accepted)", "utility"),
    ):
        assert list(drawn[name].get_xdata()) == [0, 1, 2, 3]
        assert list(drawn[name].get_ydata()) == list(own[column])


def test_accepted_texts_are_filled_and_refused_ones_hollow():
    dots = [line for line in plots.negotiation(TALKS, "kyiv").lines if line.get_marker() == "o"]
    assert {line.get_color(): list(line.get_xdata()) for line in dots} == {
        "white": [0, 1],
        PALETTE[0]: [2, 3],
    }


def test_the_title_says_when_the_actor_first_accepts():
    said = title(plots.negotiation(TALKS, "kyiv", "the owner"))
    assert said == "The owner accepts 2 texts, the first in week 2"
    once = TALKS[TALKS.week < 3]
    assert title(plots.negotiation(once, "kyiv")) == "Kyiv accepts one text, in week 2"
    assert title(plots.negotiation(TALKS, "moscow")) == "Moscow never accepts a text on the table"


def test_weeks_without_a_text_on_the_table_leave_a_gap():
    gap = TALKS.assign(utility=TALKS.utility.where(TALKS.week != 1), accepted=None)
    ax = plots.negotiation(gap, "kyiv")
    worth = next(line for line in ax.lines if line.get_label().startswith("Worth of the text"))
    assert np.isnan(worth.get_ydata()).tolist() == [False, True, False, False]
    assert "never accepts" in title(ax)


def test_an_actor_that_the_table_lacks_is_refused_with_those_that_it_has():
    with pytest.raises(ValueError, match="no actor 'paris'; it has 'kyiv', 'moscow'"):
        plots.negotiation(TALKS, "paris")
