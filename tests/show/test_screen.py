"""What the terminal shows, and the bar while worlds are played."""

from sim.show.parts import Note
from sim.show.report import Report
from sim.show.screen import progress_bar, show


def test_a_report_is_printed_as_it_is_written(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    report = Report("Title", (Note("[bold] :smile: " * 20), Note("a/long/path " * 20, whole=True)))
    show(report)
    assert capsys.readouterr().out == str(report)


def test_progress_is_silent_away_from_a_terminal(capsys):
    with progress_bar(10) as progress:
        progress(5)
        progress(10)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
