"""Names for free text: always valid, always distinct, and no different from run to run."""

import re

from hypothesis import given
from hypothesis import strategies as st

from sim.domains.naming import names_for
from sim.numbers.names import RESERVED


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


@given(st.lists(st.text(max_size=80), unique=True, max_size=30))
def test_names_are_valid_and_distinct_whatever_the_text(texts):
    names = list(names_for(texts, "item").values())
    assert len(set(names)) == len(texts)
    for name in names:
        assert re.fullmatch("[a-z][a-z0-9_]*", name)
        assert len(name) <= 60
        assert name not in RESERVED
