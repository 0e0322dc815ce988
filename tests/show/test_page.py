"""A page that stands alone, whatever it tells of."""

from itertools import pairwise

import pytest
from matplotlib.figure import Figure

from sim.show.cells import Name, Share, Text
from sim.show.page import Folded, Page, Section
from sim.show.parts import Drawing, Listing, Note, Table, figures, words
from sim.show.report import Report
from tests import pages
from tests.pages import HOSTILE


def drawing(label="what it shows"):
    ax = Figure(figsize=(2, 2)).add_axes((0.1, 0.1, 0.8, 0.8))
    ax.set_title("What was found", loc="left")
    return Drawing(label, ax)


def table(title, text="a word"):
    columns = (words(text), words("path"), figures("chance", strong=True))
    return Table(title, columns, ((Text(text), Name(text), Share(0.125)),), note=text)


def page(text="a word"):
    """A page that has a text wherever one may stand."""
    parts = (Note(text), table(text, text), Listing(text, ((text, text),)), drawing(text))
    reports = (Report(text, parts), Report("", parts), Folded(Report(text, parts)))
    sections = (Section("first", text, reports), Section("none", "Left out", ()))
    return Page(text, text, (*sections, Section("last", "The last", (Report("", parts),))))


def test_it_is_a_document_in_english_that_forbids_every_request():
    html = page().written()
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    found = pages.Page(html)
    (policy,) = [m for m in found.every("meta") if m.get("http-equiv")]
    assert policy["content"].startswith("default-src 'none'; ")
    assert found.asked_for == []
    assert not {"script", "img", "iframe", "object", "form"} & {tag for tag, _ in found.tags}


def test_headings_begin_with_one_and_leave_out_no_level():
    levels = [level for level, _ in pages.Page(page().written()).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= former + 1 for former, later in pairwise(levels))


def test_sections_with_something_to_tell_are_reached_from_the_contents():
    found = pages.Page(page().written())
    links = [each["href"] for each in found.every("a")]
    assert links == ["#findings", "#first", "#last"]
    assert {link[1:] for link in links} <= set(found.ids)
    assert "Left out" not in found.text


def test_no_two_elements_have_one_name_and_every_figure_is_told_in_words():
    found = pages.Page(page().written())
    assert len(found.ids) == len(set(found.ids))
    pictures = found.every("svg")
    assert len(pictures) == 4
    for each in pictures:
        assert each["role"] == "img"
        assert set(each["aria-labelledby"].split()) <= set(found.ids)
    assert found.text.count("What was found") == 8  # told, and drawn


def test_heads_of_columns_and_rows_are_marked_as_such():
    found = pages.Page(page().written())
    scopes = [each["scope"] for each in found.every("th")]
    assert scopes[:4] == ["col", "col", "col", "row"]


def test_what_is_folded_shows_its_title_alone():
    html = Page("A", "B", (Section("s", "C", (Folded(Report("D", (Note("E"),))),)),)).written()
    assert "<details><summary><h3" in html
    assert "<details open" not in html


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_is_shown_as_text_wherever_it_stands(text):
    found = pages.Page(page(text).written())
    plain = pages.Page(page().written())
    assert [tag for tag, _ in found.tags] == [tag for tag, _ in plain.tags]
    assert found.text.count(" ".join(text.split())) >= 25
    assert found.asked_for == []


def test_control_characters_are_shown_as_escapes():
    html = page("bell \x07 null \x00 escape \x1b[31m").written()
    assert not any(ord(sign) < 32 and sign != "\n" for sign in html)
    assert r"bell \x07 null \x00 escape \x1b[31m" in html


def test_no_label_turns_the_words_after_it_around():
    html = page("peace \u202eevol").written()
    assert "\u202e" not in html
    assert r"peace \u202eevol" in html


def test_the_same_page_is_the_same_text():
    assert page().written() == page().written()
