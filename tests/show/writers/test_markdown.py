"""What stands in a README: tables as GitHub draws them, words as they are."""

from __future__ import annotations

from pathlib import Path

from sim.show.cells import Bar, Name, Share, Text
from sim.show.parts import Column, Listing, Note, Picture, Table, figures, words
from sim.show.writers.markdown import write


def test_figures_are_aligned_to_the_right_and_names_are_code():
    columns = (
        words("outcome"),
        Column(Name("a.path")),
        figures("odds\n95%", strong=True),
        words(""),
    )
    rows = (
        (Text("A | deal"), Name("hers"), Share(0.25), Bar(0.5)),
        (Text("War"), Name("his"), Share(0.0001), Bar(0.0)),
    )
    assert write("", (Table("Odds", columns, rows, note="All of them."),)) == (
        "**Odds**\n\n"
        "| outcome | `a.path` | odds 95% |  |\n"
        "|---|---|---:|---|\n"
        "| A \\| deal | `hers` | **25.0%** | █████ |\n"
        "| War | `his` | **<0.1%** |  |\n\n"
        "All of them.\n"
    )


def test_an_empty_cell_is_not_made_bold():
    table = Table("", (figures("nothing", strong=True),), ((Text(""),),))
    assert write("", (table,)).splitlines()[-1] == "|  |"


def test_parts_are_paragraphs():
    parts = (
        Note("One."),
        Note("Two.", quiet=True),
        Listing("Three", (("a", "b"), ("c", "d"))),
        Picture("Four", Path("a figure.png")),
    )
    assert write("Title", parts) == (
        "## Title\n\nOne.\n\n*Two.*\n\n**Three**\n\n- **a**: b\n- **c**: d\n\n"
        "![Four](<a figure.png>)\n"
    )
    assert write("", (Picture("One", Path("figure.png")),)) == "![One](figure.png)\n"
