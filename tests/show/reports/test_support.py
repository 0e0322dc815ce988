"""What is told of votes at home, in all three ways of writing."""

import pytest

from sim.analysis.polls import Errors, PollResult, fit
from sim.analysis.support import Backing, PolledText
from sim.show.report import Report
from sim.show.reports.support import fit_report, polls_table, support_report, texts_report

SURE = Backing(support=0.412, low=0.3, high=0.5, ratify=0.25, decides=True)
IDLE = Backing(support=0.9, low=0.8, high=0.95, ratify=0.99, decides=False)
BODIES = {"her": "her family", "his": "his village"}


def words(report: Report) -> str:
    return " ".join(str(report).split())


@pytest.mark.parametrize("writer", ["text", "html", "markdown"])
def test_every_writer_tells_support_range_and_chance(writer):
    said = support_report("well", "Halves", {}, {"her": SURE}, BODIES).written(writer)
    for part in ("Halves", "her family", "41.2%", "30.0-50.0%", "25.0%"):
        assert part in said


def test_bodies_that_would_not_decide_are_named_and_others_are_not():
    said = words(support_report("well", "Halves", {}, {"her": SURE, "his": IDLE}, BODIES))
    assert "his village would not decide, as its actor need not sign this." in said
    assert "her family would not" not in said


def test_each_body_has_a_table_of_all_texts_and_the_texts_that_it_would_not_decide_on():
    backings = {"a": {"her": SURE, "his": IDLE}, "b": {"her": SURE, "his": SURE}}
    said = words(texts_report("well", {"a": "Text A", "b": "Text B"}, backings, BODIES))
    assert said.count("Text B") == 2
    assert "his village would not decide, as its actor need not sign: Text A." in said


def test_a_fit_that_fails_says_so_in_capitals():
    rows = [(0.0, 0.9), (0.3, 0.1), (0.6, 0.9), (0.9, 0.1)]
    polls = [PollResult(f"p{i}", r, q, 1000, f"w{i}") for i, (r, q) in enumerate(rows)]
    found = fit(polls, Errors(wording=0.1, wave=0.1))
    stated = dict.fromkeys(found.posterior.mean, 0.0)
    said = words(fit_report("well", {"her": ("her family", found, stated)}))
    assert not found.passes
    assert "the fit FAILS (asked for: at least 4 of 5)" in said
    assert "OUTSIDE" in said


def test_a_poll_stands_beside_the_model_with_how_far_they_are_apart():
    table = polls_table([("kiis-a", PolledText("her", "first", 0.3, SURE))])
    assert [str(cell) for cell in table.rows[0][1:]] == [
        "kiis-a",
        "30%",
        "41%",
        "30.0-50.0%",
        "+11.2",
    ]
