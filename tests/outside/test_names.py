"""Names from files: what may become a folder or a file leads to no other."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sim.outside.names import is_name, is_stem, name_of, stays_inside

PATHS = st.text(st.sampled_from("./\\~\0 aZ0_é\n") | st.characters(codec="utf-8"), max_size=80)
BASE = Path("/outputs")


@given(PATHS)
def test_a_name_is_one_step_and_nothing_else(text):
    if is_name(text):
        assert (BASE / text).resolve() == BASE / text
        assert Path(text).parts == (text,)


@given(PATHS)
def test_every_text_makes_a_name(text):
    assert is_name(name_of(text, "scenario"))


@given(st.from_regex(r"[a-z][a-z0-9_]{0,40}[a-z0-9]", fullmatch=True))
def test_a_name_makes_itself(name):
    assert name_of(name, "scenario") == name


@given(PATHS)
def test_a_stem_is_a_file_of_the_folder(text):
    if is_stem(text):
        assert (BASE / f"{text}.json").parent == BASE


@given(PATHS)
def test_a_path_that_stays_inside_does(text):
    if stays_inside(text):
        assert (BASE / text).resolve().is_relative_to(BASE)
