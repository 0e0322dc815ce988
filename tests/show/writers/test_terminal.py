"""What a terminal shows: whole words, 80 columns, room around tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.show.cells import Bar, Name, Share, Text
from sim.show.parts import Column, Listing, Note, Picture, Table, figures, words
from sim.show.writers.terminal import write


def lines(title, *parts) -> list[str]:
    return [line.rstrip() for line in write(title, parts).splitlines()]


def test_tables_fit_80_columns_and_lose_no_letter():
    label = "A settlement of everything that was ever in doubt between the two of them " * 2
    path = "actors.her.values." + "water" * 20
    columns = (words("outcome"), Column(Name(path)), figures("odds"), Column(Text(""), whole=True))
    row = (Text(label), Name(path), Share(0.5), Bar(1.0))
    said = lines("", Table("", columns, (row,)))
    assert all(len(line) <= 80 for line in said)
    assert sum(line.count("water") for line in said) >= 20  # cut within a word, and none lost
    assert all(word in " ".join(said) for word in label.split())
    assert "…" not in " ".join(said)
    assert "50.0%   ██████████" in " ".join(said)


def test_a_table_stands_off_from_the_notes_above_it_but_not_from_the_title():
    table = Table("Odds", (words("outcome"),), ((Text("A deal"),),))
    assert lines("Title", table)[:4] == ["Title", "Odds", "", " outcome"]
    assert lines("Title", Note("A note."), table)[:4] == ["Title", "A note.", "", "Odds"]
    untitled = replace(table, title="")
    assert lines("Title", Note("A note."), untitled)[:4] == ["Title", "A note.", "", " outcome"]


def test_what_is_whole_is_never_broken_and_all_else_is():
    path = "a/long/path/to/somewhere " * 6
    assert lines("", Note(path, whole=True)) == [path.rstrip()]
    assert len(lines("", Note(path))) == 2
    assert lines("", Picture("Figure", Path("a/" * 60))) == ["Figure: " + ("a/" * 60).rstrip("/")]


def test_short_terms_stand_beside_what_is_said_of_them_in_one_column():
    first = Listing("protocols", (("offers", "one proposes " * 12),))
    said = lines("", first, Listing("tactics", (("time_based", "slow"),)))
    assert said[:2] == ["protocols", "  offers      one proposes" + " one proposes" * 4]
    assert said[2].startswith("              one proposes")
    assert "  time_based  slow" in said


def test_long_terms_stand_above():
    term = "plan-e3: somewhere/" + "at-some-address/" * 6
    said = lines("Facts", Listing("A source", ((term, "It is so."),)))
    assert said[:3] == ["Facts", "", "A source"]
    assert "    It is so." in said
    assert all(len(line) <= 80 for line in said)
    assert "".join(" ".join(said[3:]).split()).startswith(term.replace(" ", ""))


def test_a_text_has_no_colours_wherever_it_is_printed(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    parts = (Note("quiet", quiet=True), Table("Odds", (figures("odds", True),), ((Share(0.5),),)))
    assert "\x1b" not in write("Title", parts)
