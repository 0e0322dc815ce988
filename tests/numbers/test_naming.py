"""Names for free text: always valid, always distinct, and no different from run to run."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.numbers.names import RESERVED
from sim.numbers.naming import called, names_for


def name_of(text, kind="item"):
    return names_for([text], kind)[text]


def test_a_name_is_the_text_in_small_letters_with_underscores():
    assert name_of("Hard Disk (60 GB)") == "hard_disk_60_gb"


def test_text_that_begins_with_no_letter_has_its_kind_in_front():
    assert name_of("20'' LCD") == "item_20_lcd"
    assert name_of("$$$", "issue") == "issue"


def test_accents_are_dropped():
    assert name_of("Crème brûlée") == "creme_brulee"


def test_words_with_a_meaning_of_their_own_are_avoided():
    assert [name_of(word) for word in ("Basis", "why")] == ["item_basis", "item_why"]


def test_names_that_fall_together_are_counted():
    texts = ["A b", "a-b", "a b 2", "A.B"]
    assert list(names_for(texts, "item").values()) == ["a_b", "a_b_2", "a_b_2_2", "a_b_3"]


def test_long_names_that_fall_together_stay_within_the_limit():
    names = names_for(["x" * 70, "x" * 60 + "!", "x" * 80], "item").values()
    assert list(names) == ["x" * 60, "x" * 58 + "_2", "x" * 58 + "_3"]


NAMED = [
    ("issue_2", "期間", "期間"),
    ("grosse", "Größe", "Größe"),
    ("item_10_2", "-10%", "-10%"),
    ("item_20_lcd", "20'' LCD", "20'' LCD"),
    ("hard_disk", "Hard Disk (!)", "Hard Disk (!)"),
    ("territory", "Who holds which land", "territory"),
    ("cap_600000", "At most 600,000", "cap_600000"),
    ("item_2", "Anything else", "item_2"),
]


@pytest.mark.parametrize(("name", "label", "read"), NAMED)
def test_people_read_the_label_where_the_name_was_made_of_it(name, label, read):
    assert called(name, label) == read


@given(st.lists(st.text(max_size=40), unique=True, max_size=12))
def test_what_was_named_after_a_text_is_read_as_that_text(texts):
    for text, name in names_for(texts, "item").items():
        assert called(name, text) == text


@given(st.lists(st.text(max_size=80), unique=True, max_size=30))
def test_names_are_valid_and_distinct_whatever_the_text(texts):
    names = list(names_for(texts, "item").values())
    assert len(set(names)) == len(texts)
    for name in names:
        assert re.fullmatch("[a-z][a-z0-9_]*", name)
        assert len(name) <= 60
        assert name not in RESERVED
