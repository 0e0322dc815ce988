"""Texts by the chances of two signatories, and by what each option leaves possible."""

import pandas as pd
import pytest

from sim.show import figures
from tests.show.figures.pages import assert_readable, rendered_boxes, title, words
from tests.show.figures.tables import ACCEPTED, ALLOWED, NAMED_TEXTS

NEIGHBOURS = {"her": "She", "his": "He"}
STRANGE = ("[bold]all[/bold] & <b>", "=cmd|x", "$x^2$ \N{WHITE SMILING FACE}", "W" * 200, "_{}%")


def test_the_title_says_what_is_possible_at_most_and_which_named_text_comes_nearest():
    said = title(figures.hardest(ACCEPTED, NAMED_TEXTS, NEIGHBOURS))
    assert said == (
        "Both She and He would sign no text with a chance above 12.5%"
        '\nNearest of the named: "Halves" (9.0%)'
    )


def test_named_texts_are_numbered_at_their_place_and_listed_with_the_chance_of_both():
    ax = figures.hardest(ACCEPTED, NAMED_TEXTS, NEIGHBOURS)
    said = words(ax)
    for number in "12345":
        assert said.count(number) == 2
    assert "9.0%" in said
    assert "none" in said


def test_without_named_texts_it_is_drawn_all_the_same():
    ax = figures.hardest(ACCEPTED, NAMED_TEXTS.iloc[:0], NEIGHBOURS)
    assert "\n" not in title(ax)
    assert_readable(ax)


@pytest.mark.parametrize("many", [1, 12, 40])
def test_numbers_of_texts_that_lie_on_each_other_stay_apart(many):
    crowd = pd.concat([NAMED_TEXTS.iloc[[2]].assign(label=f"Text {n}") for n in range(many)])
    assert_readable(figures.hardest(ACCEPTED, crowd, NEIGHBOURS))


def test_strange_labels_are_shown_as_text_and_stay_on_the_page():
    named = NAMED_TEXTS.assign(label=list(STRANGE))
    ax = figures.hardest(ACCEPTED, named, {"her": "<b>", "his": "[red]"})
    assert_readable(ax)
    said = "".join(words(ax)).replace("\n", "").replace(" ", "")
    for label in STRANGE:
        assert label.replace(" ", "") in said
    labels = {"water": STRANGE[3], "water.hers": STRANGE[0], "water.shared": STRANGE[2]}
    boxes = rendered_boxes(figures.options(ALLOWED, labels))
    assert any(STRANGE[0] in name for name in boxes)


def test_each_cell_says_the_best_chance_and_what_was_not_met_says_so():
    said = words(figures.options(ALLOWED, week=4))
    assert said.count("30.0%") == 2
    assert said.count("not met") == 3
    assert "signed, week 4" in said


def test_the_title_names_the_clause_on_which_most_turns():
    said = title(figures.options(ALLOWED))
    assert said.startswith('Most turns on "upkeep":\nboth pay (30.0%)\nNext comes: ')
    flat = ALLOWED.assign(signed=0.5)
    assert title(figures.options(flat)) == (
        "No clause decides alone: the best texts are signed with 50.0%"
    )
    none = ALLOWED.assign(signed=0.0)
    assert title(figures.options(none)) == "No text gone through has any chance of a signature"
