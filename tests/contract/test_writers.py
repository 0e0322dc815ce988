"""What every writer of reports must do; one that is added is tested here unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.show.cells import Assumed, Bar, Name, Points, PointsSpan, Share, Span, Text, Told
from sim.show.parts import NOTHING, Column, Drawing, Listing, Note, Part, Picture, Table, words
from sim.show.report import Report
from sim.show.writers import WRITERS
from tests.show.reading import read

SAMPLES = {
    Text: (Text("a word"), "a word"),
    Name: (Name("actors.her.no_deal"), "actors.her.no_deal"),
    Share: (Share(0.125), "12.5%"),
    Span: (Span(0.115, 0.135), "11.5-13.5%"),
    Assumed: (Assumed(float("nan"), float("nan")), "\N{EN DASH}"),
    Points: (Points(-0.1), "-10.0"),
    PointsSpan: (PointsSpan(-0.1, 0.02), "-10.0 to +2.0"),
}
MARKUP = [
    "[bold]Deal[/bold] :smile:",
    "a | b",
    "[a link](https://example.org)",
    "<script>alert(1)</script>",
    "&amp; &lt;",
    "*so* _so_ __so__ `so` ~~so~~ $so$",
    "us_led_fund",
    "\\ \\| \\",
    "# no heading",
    "- no list",
    "+ nor this",
    "> no quotation",
    "12. nor this",
    "![no picture](x.png)",
    "===",
]

every_writer = pytest.mark.parametrize("writer", WRITERS)


def with_everywhere(text: str) -> list[Part]:
    """Return parts that hold a text wherever one may stand."""
    head = Column(Text(text), strong=True)
    return [
        Note(text),
        Note(text, quiet=True),
        Note(text, whole=True),
        Table(text, (head,), ((Text(text),), (Name(text),)), note=text),
        Table(text, (Column(Name(text), right=True, whole=True),), ()),
        Table("", (Column(Name(text)),), ((Text("cell"),),)),
        Listing(text, ((text, text),)),
        Picture(text, Path("figure.png")),
        Drawing(text, Figure(figsize=(1, 1)).add_axes((0, 0, 1, 1))),
    ]


def squeezed(text: str) -> str:
    """Return a text without white space: a narrow page may break a path after any dot."""
    return "".join(text.split())


@every_writer
def test_every_kind_of_cell_is_written(writer):
    kinds = set(Told.__subclasses__()) | {Name}
    assert set(SAMPLES) == kinds
    for cell, said in SAMPLES.values():
        table = Table("", (words("head"),), ((cell,),))
        assert (
            read(Report("", (table,)), writer)
            .split("head")[1]
            .strip("\N{BOX DRAWINGS LIGHT HORIZONTAL} ")
            == said
        )


@every_writer
def test_a_bar_is_longer_for_more_and_none_for_nothing(writer):
    lengths = [len(Report("", (table_of(Bar(share)),)).written(writer)) for share in (0, 0.01, 1)]
    shown = [Report("", (table_of(Bar(share)),)).written(writer) for share in (0, 0.01, 0.5, 1)]
    assert len(set(shown)) == 4
    assert lengths == sorted(lengths)


def table_of(*cells) -> Table:
    return Table("", tuple(words(f"head {number}") for number in range(len(cells))), (cells,))


@every_writer
@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_words_is_shown_as_text(writer, text):
    for part in with_everywhere(text):
        assert squeezed(text) in squeezed(read(Report("", (part,)), writer)), part
    assert read(Report(text, ()), writer) == text


@every_writer
@settings(deadline=None, max_examples=60)
@given(text=st.text("ab1 |[]()<>&;*_`~\\#$!:.-+=\"'", min_size=1, max_size=20))
def test_any_text_is_shown_as_it_is(writer, text):
    text = " ".join(text.split())
    for part in with_everywhere(text):
        assert squeezed(text) in squeezed(read(Report("", (part,)), writer)), part


@every_writer
def test_parts_stand_in_their_order_under_the_title(writer):
    parts = (
        Note("first"),
        Table("second", (words("head"),), ((Text("third"),), (Text("fourth"),)), note="fifth"),
        Note("sixth", quiet=True),
        Listing("seventh", (("eighth", "ninth"), ("tenth", "eleventh"))),
        Picture("twelfth", Path("figure.png")),
        Note("last", whole=True),
    )
    said = read(Report("The title", parts), writer)
    order = [
        *("The title", "first", "second", "head", "third", "fourth", "fifth", "sixth"),
        *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "last"),
    ]
    places = [said.index(word) for word in order]
    assert places == sorted(places)


@every_writer
def test_a_table_without_rows_says_so_under_its_title(writer):
    table = Table("Nothing of it", (words("head"),), ())
    assert read(Report("", (table,)), writer) == f"Nothing of it {NOTHING}"
    assert read(Report("", (Table("", (words("head"),), ()),)), writer) == NOTHING


@every_writer
def test_a_report_of_nothing_is_written(writer):
    assert read(Report("", ()), writer) == ""


@every_writer
def test_a_file_is_named_where_its_picture_stands(writer):
    picture = Picture("What it shows", Path("some/figure.png"))
    assert "some/figure.png" in Report("", (picture,)).written(writer)


def test_a_row_must_have_a_cell_for_each_column():
    with pytest.raises(ValueError, match="2 cells under 1 columns"):
        Table("", (words("head"),), ((Text("one"), Text("two")),))
