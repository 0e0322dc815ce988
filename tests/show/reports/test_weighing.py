"""What is told of worlds weighed anew: odds before and after, and what the draws are worth."""

import datetime

import pandas as pd
import pytest

from sim.show.reports.weighing import calibration_report, given_report
from tests.show.reading import read

DOUBTS = {"low": 0.1, "high": 0.3, "assumption_low": 0.05, "assumption_high": 0.4}


def odds(label):
    row = {"label": label, "before": 0.25, "after": 0.2, "difference": -0.05, **DOUBTS}
    return pd.DataFrame([row])


QUESTIONS = pd.concat(
    [
        odds("").assign(question="A text signed", by=datetime.date(2025, month, 1))
        for month in (2, 3)
    ],
    ignore_index=True,
)
STATED = pd.DataFrame(
    [("signed by 2025-03-01", 0.3, 0.12, 1.5), ("her away on 2025-03-01", 0.1, 0.1, 0.0)],
    columns=["statement", "probability", "before", "weight"],
)
MANIFEST = {"draws": 100, "replications": 10}
TABLES = (odds("Any text signed"), odds("No deal"), QUESTIONS)


def given(worth=640.2):
    news = ["nothing signed by 2025-02-01", "his there on 2025-02-01"]
    return given_report("runs/one", MANIFEST, news, (841, 1000), worth, *TABLES)


def calibrated():
    return calibration_report("runs/one", MANIFEST, STATED, (48.2, 56.4), *TABLES)


def told(report):
    lines = str(report).splitlines()
    assert all(len(line) <= 80 for line in lines)
    return [" ".join(line.split()) for line in lines]


def test_odds_stand_before_and_given_with_the_difference_and_both_doubts():
    assert "No deal 25.0% 20.0% -5.0 10.0-30.0% 5.0-40.0%" in told(given())


def test_a_question_is_named_once_for_all_its_days():
    lines = told(given())
    assert "A text signed 1 Feb 2025 25.0% 20.0% -5.0 10.0-30.0%" in lines
    assert "1 Mar 2025 25.0% 20.0% -5.0 10.0-30.0%" in lines


def test_how_many_worlds_are_left_and_what_their_draws_are_worth_is_said():
    said = " ".join(told(given()))
    assert "841 of 1,000 worlds meet this. Their draws are worth 640 of equal weight." in said
    assert "indicative" not in said


def test_under_100_draws_the_odds_are_called_indicative():
    said = " ".join(told(given(54.2)))
    assert "worth 54 of equal weight, under 100: take the odds as indicative, or play" in said


def test_what_is_stated_says_which_draws_count_more():
    lines = told(calibrated())
    assert "signed by 2025-03-01 12.0% 30.0% count more" in lines
    assert "her away on 2025-03-01 10.0% 10.0% count as before" in lines
    assert "They are then worth 48 of equal weight (before: 56), under 100" in " ".join(lines)


@pytest.mark.parametrize("writer", ["text", "html", "markdown"])
def test_every_writer_tells_all_of_it(writer):
    for report in (given(), calibrated()):
        said = read(report, writer)
        for part in ("Any text signed", "No deal", "What people ask of the talks", "-5.0"):
            assert part in said
