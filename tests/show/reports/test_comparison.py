"""What is told of two runs, and of one played again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.show.reports.comparison import comparison_report, reproduction_report

ODDS = pd.DataFrame(
    [("A deal", 0.25, 0.5, 0.25, 0.1, 0.4), ("War", 0.75, 0.5, -0.25, -0.4, -0.1)],
    columns=["label", "before", "after", "difference", "low", "high"],
)
RUNS = [("runs/a", "well, offers"), ("runs/b", "well, single_text")]


def lines(report) -> list[str]:
    return [" ".join(line.split()) for line in str(report).splitlines()]


def compared(only=((), ()), changes=(), reasons=0, figure=None) -> list[str]:
    return lines(comparison_report(RUNS, ODDS, "Surely", only, changes, reasons, figure))


def test_two_runs_are_told_side_by_side():
    said = compared()
    assert said[1:5] == ["A: runs/a", "well, offers", "B: runs/b", "well, single_text"]
    assert "A deal 25.0% 50.0% +25.0 +10.0 to +40.0" in said
    assert "War 75.0% 50.0% -25.0 -40.0 to -10.0" in said
    assert said[-2:] == ["Surely.", "Nothing that may change a world is configured otherwise."]


def test_what_only_one_of_them_has_is_told():
    said = compared((("truce",), ()), [("memory", "1", "absent")], 2, Path("outputs/a_vs_b.png"))
    assert "Only A has the outcomes truce." in said
    assert "memory 1 absent" in said
    assert said[-1] == "Figure: outputs/a_vs_b.png"
    assert "Beside these: 2 numbers with the same value" in " ".join(said)


@pytest.mark.parametrize(
    ("identical", "kept", "since", "moved", "said"),
    [
        (True, None, [], None, "the platform are those of the run."),
        (True, None, [("numpy", "1.0", "2.0")], None, "Other since, without effect"),
        (False, "abc", [], None, "is not the manifest's: its digest is abc."),
        (False, "aaa", [], None, "its digest is that of the worlds played again."),
        (False, "abc", [], None, "so something in the folder was changed."),
    ],
)
def test_a_run_played_again_is_told_with_what_differs(identical, kept, since, moved, said):
    report = reproduction_report("run", identical, 20, ("aaa", "aaa"), kept, since, moved)
    told = " ".join(lines(report))
    assert told.startswith(f"run: {'identical' if identical else 'not identical'}. 20 worlds")
    assert "have the manifest's digest (aaa)" in told
    assert said in told


def test_other_worlds_are_told_with_what_it_did_to_the_odds():
    since = [("numpy", "1.0", "2.0")]
    report = reproduction_report("run", False, 1, ("aaa", "bbb"), None, since, (ODDS, "Surely"))
    said = lines(report)
    assert said[0] == "run: not identical."
    assert said[1] == "1 world played again has another digest (bbb) than before (aaa)."
    assert "numpy 1.0 2.0" in said
    assert "A deal 25.0% 50.0% +25.0 +10.0 to +40.0" in said
