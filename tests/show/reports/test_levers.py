"""What is told of a change, and of levers: one screen, with what is clear of chance."""

import datetime

import pandas as pd

from sim.show.reports.levers import levers_report, what_if_report
from tests.show.reading import read

WORDS = "with words that take more than the width of a column of this table"


def row(label, difference, low, high, **more):
    ends = {"before": 0.2, "after": 0.2 + difference}
    return {"label": label, **ends, "difference": difference, "low": low, "high": high, **more}


def asked(label, difference, low, high):
    days = (datetime.datetime(2025, month, 1) for month in (2, 3))
    return [row(label, difference, low, high, by=day) for day in days]


QUESTIONS = pd.DataFrame([*asked("Clear", 0.1, 0.05, 0.15), *asked("Unclear", 0.1, -0.05, 0.15)])
TOTALS = pd.DataFrame([row("Any text signed", 0.03, 0.01, 0.05)])
ALONE = pd.DataFrame(
    [
        row(f"{name} lever {WORDS}", d, d - 0.01, d + 0.01, lever=name)
        for name, d in (("first", 0.1), ("second", 0.05), ("third", -0.02))
    ]
)
PAIRS = pd.DataFrame(
    [
        {
            **row("", d, d - 0.01, d + 0.01, first=one, second=two),
            "interaction": more,
            "interaction_low": more - 0.02,
            "interaction_high": more + 0.02,
        }
        for one, two, d, more in (("first", "second", 0.15, 0.0), ("first", "third", 0.02, -0.06))
    ]
)


def what_if(changes=(("actors.her.no_deal", "0.2", "0.4"),)):
    return what_if_report("one", "Talks", changes, (100, 37.6), TOTALS, TOTALS, QUESTIONS, None)


def levers(alone=ALONE, pairs=PAIRS, clashing=(), idle=()):
    return levers_report(
        "one", "Talks", "A text signed", (100, 100.0), alone, pairs, clashing, idle, None
    )


def told(report):
    lines = str(report).splitlines()
    assert all(len(line) <= 80 for line in lines)
    return " ".join(str(report).split())


def test_a_change_stands_with_what_it_was_and_what_it_does():
    said = told(what_if())
    assert "actors.her.no_deal 0.2 0.4" in said
    assert "Any text signed 20.0% 23.0% +3.0 +1.0 to +5.0" in said
    assert "Paired over 100 draws, worth 38 of equal weight" in said


def test_only_questions_that_change_clear_of_chance_are_told_each_by_its_last_day():
    said = told(what_if())
    assert "Clear, by 1 Mar 2025 20.0% 30.0% +10.0 +5.0 to +15.0" in said
    assert "Unclear" not in said
    assert "1 Feb 2025" not in said
    assert "All 4 questions: --json." in said


def test_levers_have_letters_by_which_pairs_are_named():
    said = told(levers())
    assert "A text signed: 20.0% without any of them, in the 100 draws" in said
    assert "A: first lever" in said
    assert "A + B +15.0 +14.0 to +16.0 0.0 -2.0 to +2.0" in said
    assert "Clearly more or less than the sum of both: A + C (less)." in said
    assert "Paired over 100 draws: 95% t intervals." in said


def test_what_clashes_and_what_is_idle_is_told():
    said = told(levers(pairs=PAIRS[:0], clashing=[("one", "two")], idle=["three"]))
    assert "three: changes nothing here." in said
    assert "Not played, because both set the same path: one with two." in said
    assert "Two at once" not in said


def test_more_levers_than_letters_are_numbered():
    many = pd.DataFrame([{**ALONE.iloc[0], "lever": f"l{i}", "label": "x"} for i in range(30)])
    assert "30: x" in told(levers(alone=many, pairs=PAIRS[:0]))


def test_every_writer_tells_the_same():
    for writer in ("text", "html", "markdown"):
        assert "A + B" in read(levers(), writer)
