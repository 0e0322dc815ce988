"""What is told of questions: each by each day, both doubts, and how it resolves."""

from datetime import date

import pandas as pd
import pytest

from sim.show.reports.questions import NONE_ASKED, in_short, questions_report
from tests.show.reading import read

NAN = float("nan")
DASH = "\N{EN DASH}"
NEW_YEAR, SUMMER = date(2026, 1, 1), date(2026, 7, 1)
COLUMNS = [
    *("question", "by", "probability", "low", "high"),
    *("assumption_low", "assumption_high", "resolves"),
]
ASKED = pd.DataFrame(
    [
        ("A text signed", NEW_YEAR, 0.1248, 0.11, 0.14, 0.02, 0.3, "Both sign one text."),
        ("A text signed", SUMMER, 0.25, 0.23, 0.27, 0.1, 0.45, "Both sign one text."),
        ("He left", SUMMER, 0.0004, 0.0, 0.001, NAN, NAN, None),
    ],
    columns=COLUMNS,
)
PLAYED = {"draws": 100, "replications": 10}


def lines(report):
    shown = str(report).splitlines()
    assert all(len(line) <= 80 for line in shown)
    return [" ".join(line.split()) for line in shown]


def test_a_question_has_a_row_for_each_day_and_is_named_once():
    told = lines(questions_report("The well", PLAYED, ASKED))
    assert "A text signed 1 Jan 2026 12.5% 11.0-14.0% 2.0-30.0%" in told
    assert "1 Jul 2026 25.0% 23.0-27.0% 10.0-45.0%" in told


def test_a_range_that_cannot_be_told_is_a_dash_and_what_is_rare_is_not_impossible():
    told = lines(questions_report("The well", PLAYED, ASKED))
    assert f"He left 1 Jul 2026 <0.1% 0.0-0.1% {DASH}" in told
    assert "A dash: it cannot be told" in " ".join(told)


@pytest.mark.parametrize("writer", ["text", "html", "markdown"])
def test_how_a_question_resolves_stands_beneath_once(writer):
    report = questions_report("The well", PLAYED, ASKED)
    said = read(report, writer)
    table, _, beneath = said.partition("How anybody can tell afterwards")
    assert beneath.count("Both sign one text.") == 1
    assert "Both sign" not in table
    assert "He left" not in beneath  # of which it is not stated


def test_worlds_that_do_not_count_are_told_under_the_questions():
    evidence = {"effective_draws": 100.0, "worlds_counted": 990, "worlds_played": 1000}
    told = lines(questions_report("The well", {**PLAYED, "evidence": evidence}, ASKED))
    assert "990 of 1,000 worlds agree with what is known." in told


def test_where_nothing_is_asked_a_line_says_so():
    assert str(questions_report("The well", PLAYED, ASKED[:0])) == f"{NONE_ASKED}\n"


def test_in_short_questions_stand_side_by_side_with_their_days():
    table = in_short(ASKED)
    assert [column.head.words for column in table.columns[1:]] == [
        "by 1 Jan\n2026",
        "by 1 Jul\n2026",
    ]
    assert [[str(cell) for cell in row] for row in table.rows] == [
        ["A text signed", "12.5%", "25.0%"],
        ["He left", "", "<0.1%"],
    ]


def test_of_many_days_each_question_has_its_last_and_the_title_says_where_the_others_are():
    days = [date(2026, 1, day) for day in range(1, 7)]
    many = pd.concat([*(ASKED[:1].assign(by=day) for day in days), ASKED[2:]])
    table = in_short(many)
    assert "parley questions RUN has all" in table.title
    assert [[str(cell) for cell in row] for row in table.rows] == [
        ["A text signed", "6 Jan 2026", "12.5%"],
        ["He left", "1 Jul 2026", "<0.1%"],
    ]
