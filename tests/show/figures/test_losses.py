"""What Parley loses beside others: which way is better, how surely, and whom it is hard to beat."""

from sim.show import figures as plots
from sim.show.figures.changes import DOWN, UNCLEAR, UP
from tests.show.figures.pages import LONG, assert_readable, legend_words, title, words
from tests.show.figures.tables import LOSSES


def test_left_of_the_line_parley_is_better_and_that_is_said_in_words_and_colour():
    ax = plots.losses(LOSSES)
    assert [line.get_color() for line in ax.lines[1:]] == [UNCLEAR, UP, DOWN]
    assert [line.get_xdata()[0] for line in ax.lines[1:]] == list(LOSSES.difference)
    sides = {
        text.get_text(): text.get_position()[0] for text in ax.texts if "Parley " in text.get_text()
    }
    assert sides["\N{LEFTWARDS ARROW} Parley better"] < sides["Parley worse \N{RIGHTWARDS ARROW}"]
    assert {"4.0% less", "10.0% less", "17.0% more"} <= set(words(ax))
    assert {"8.0 less to 1.0 more", "4.0 to 16.0 less", "13.0 to 21.0 more"} <= set(words(ax))
    assert any("not clear of chance" in text for text in legend_words(ax))


def test_methods_stand_under_their_metric_which_is_named_once():
    ax = plots.losses(LOSSES)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["logit over options", "compromise", "share of deals"]
    assert [words(ax).count(label) for label in LOSSES.label.unique()] == [1, 1]


def test_the_title_counts_what_is_clear_of_chance_and_names_the_hardest():
    assert title(plots.losses(LOSSES)) == (
        "Beside simple methods Parley loses less in 1 and more in 1 of 3 comparisons\n"
        'Hardest to beat is "share of deals", 17.0% ahead'
    )
    assert title(plots.losses(LOSSES.iloc[:2])) == (
        "Beside simple methods Parley loses less in 1 of 2 comparisons\n"
        'Hardest to beat is "logit over options", 4.0% behind, within chance'
    )
    assert title(plots.losses(LOSSES.iloc[1:2])).startswith("Parley loses less than every simple")
    assert title(plots.losses(LOSSES.iloc[2:])).startswith("Parley loses more than every simple")
    assert title(plots.losses(LOSSES.iloc[:1])).endswith("cannot be told apart")


def test_metrics_and_methods_with_long_names_stay_readable():
    assert_readable(plots.losses(LOSSES.assign(label=LONG, method=LONG), LONG))
