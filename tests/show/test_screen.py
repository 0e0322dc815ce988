"""What the terminal shows, and the bar while worlds are played."""

import re

from sim.show.parts import Note
from sim.show.report import Report
from sim.show.screen import progress_bar, show


def test_a_report_is_printed_as_it_is_written(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    report = Report("Title", (Note("[bold] :smile: " * 20), Note("a/long/path " * 20, whole=True)))
    show(report)
    assert capsys.readouterr().out == str(report)


def test_progress_tells_how_fast_it_goes_and_how_long_it_will_take(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal
    monkeypatch.setenv("COLUMNS", "80")
    with progress_bar(30_000) as progress:
        for done in range(0, 20_001, 4_000):
            progress(done)
    said = capsys.readouterr()
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.err).replace("\r", "\n")
    assert re.search(r"playing worlds \S+ +20000/30000 [\d,.]+ worlds/s \d\d:\d\d left", last)
    assert said.out == ""


def test_progress_is_silent_away_from_a_terminal(capsys):
    with progress_bar(10) as progress:
        progress(5)
        progress(10)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
