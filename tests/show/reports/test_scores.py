"""What is told of scores: a question a row, means beside others, and who did better."""

import pandas as pd
import pytest

from sim.show.reports.scores import scores_report
from tests.show.reading import read

INF = float("inf")
TABLE = pd.DataFrame(
    [
        ("A text signed, by 1 January 2026", 0.1248, False, 0.01557504, 0.1333),
        ("He left, by 1 July 2026", 0.0, True, 1.0, INF),
    ],
    columns=["label", "probability", "happened", "brier", "log_score"],
)
MEANS = pd.DataFrame(
    [("run", 0.5078, INF), ("even", 0.25, 0.6931)], columns=["forecaster", "brier", "log_score"]
)
COLUMNS = ["against", "rule", "difference", "low", "high"]
RANKED = pd.DataFrame(
    [
        ("even", "brier", 0.2578, -0.1, 0.4),
        ("even", "log_score", float("nan"), float("nan"), float("nan")),
    ],
    columns=COLUMNS,
)


def told(ranked=RANKED[:0], why="2 questions are too few", partly=None, left=0):
    report = scores_report("The well", TABLE, MEANS, ranked, why, partly or {}, left)
    lines = str(report).splitlines()
    assert all(len(line) <= 80 for line in lines)
    return [" ".join(line.split()) for line in lines]


def test_a_question_is_a_row_with_its_odds_what_happened_and_both_scores():
    assert "A text signed, by 1 January 2026 12.5% no 0.016 0.133" in told()
    assert "He left, by 1 July 2026 0.0% yes 1.000 infinite" in told()


def test_the_means_stand_beside_those_of_even_odds():
    assert "this run 0.508 infinite" in told()
    assert "even odds 0.250 0.693" in told()


def test_why_nobody_is_ranked_is_said_in_a_line_and_else_who_did_better():
    assert "2 questions are too few." in told()
    assert "Who did better" not in told()
    ranked = told(RANKED, "")
    assert "even odds Brier +0.258 -0.100 to +0.400 cannot be told" in ranked
    assert "even odds log score – – cannot be told" in ranked  # noqa: RUF001


def test_what_is_left_out_is_said():
    said = told(partly={"crowd": 1}, left=3)
    assert "Left out: the crowd, given for 1 of 2 only." in said
    assert "Not in the file, and not scored: 3 questions." in said


@pytest.mark.parametrize("writer", ["text", "html", "markdown"])
def test_every_writer_tells_all_of_it(writer):
    report = scores_report("The well", TABLE, MEANS, RANKED, "", {}, 0)
    said = " ".join(read(report, writer).split())
    for part in ("He left, by 1 July 2026", "infinite", "Who did better", "cannot be told"):
        assert part in said
