"""What is told of many runs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.show.reports.sweep import points_table, sweep_report

NAN = float("nan")
ABOUT = {
    "sweep": "well",
    "draws": 10,
    "replications": 20,
    "points": 3,
    "paired": True,
    "seed": 7,
    "parameters": ["protocol", "actors.her.no_deal"],
}
INDEX = pd.DataFrame(
    {
        "point": [0, 1, 2],
        "protocol": ["offers", "single_text", "offers"],
        "actors.her.no_deal": [0.1, 0.12345, NAN],
        "status": ["done", "done", "failed"],
        "error": [None, None, "it has no scale"],
        "odds_deal": [0.25, 0.0001, NAN],
        "odds_war": [0.75, 0.9999, NAN],
    }
)
LABELS = {"deal": "A deal", "war": "War"}


def told(played=None, note=None, index=INDEX, outcomes=LABELS, asked=(), **about) -> list[str]:
    about = {**ABOUT, **about, **({"outcomes": asked} if asked else {})}
    report = sweep_report(about, index, outcomes, Path("a/sweep"), played, note)
    return [" ".join(line.split()) for line in str(report).splitlines()]


def test_points_stand_with_their_values_and_odds():
    lines = told()
    assert "0 offers 0.1 75.0% 25.0%" in lines
    assert "1 single_text 0.1235 >99.9% <0.1%" in lines
    assert "2 offers null failed failed" in lines
    assert "2 it has no scale" in lines
    assert lines[-1] == "Sweep folder: a/sweep"


@pytest.mark.parametrize(
    ("played", "said"),
    [
        (None, "well: 3 points of 200 worlds."),
        (0, "well: 3 points of 200 worlds, complete already: nothing was played."),
        (2, "well: 3 points of 200 worlds, 2 played now, 1 kept from before."),
        (3, "well: 3 points of 200 worlds, all played now."),
    ],
)
def test_it_is_told_how_much_was_played(played, said):
    assert told(played)[0] == said


def test_what_a_reader_must_know_is_told():
    assert "All points share seed 7 and their draws: differences are paired." in told()
    assert any("differences are not paired" in line for line in told(paired=False))
    assert "Of its design." in told(note="of its design")
    assert "No figure: too few points" in told(figure_error="too few points")


def test_more_points_paths_and_outcomes_than_there_is_room_for_are_counted():
    outcomes = {f"o{number}": f"Outcome {number}" for number in range(5)}
    paths = [f"path{number}" for number in range(6)]
    values = {path: [1] * 30 for path in paths}
    odds = {f"odds_{name}": [0.1 * number] * 30 for number, name in enumerate(outcomes)}
    index = pd.DataFrame({"point": range(30), **values, "status": "done", "error": None, **odds})
    said = " ".join(told(index=index, outcomes=outcomes, points=30, parameters=paths))
    assert "Odds at the first 20 of 30" in said
    assert "and 10 points, 2 paths and 2 outcomes more, in index.csv" in said
    assert "Outcome 4 Outcome 3 Outcome 2" in said
    assert "Outcome 1" not in said


def test_points_that_failed_beyond_the_first_are_counted():
    failed = pd.concat([INDEX.tail(1)] * 7, ignore_index=True)
    lines = told(index=failed, points=7)
    assert lines.count("2 it has no scale") == 5
    assert "7 of 7 points failed" in lines
    assert "and 2 more, in index.csv" in lines


def test_outcomes_that_the_question_names_come_first_whatever_varies_most():
    outcomes = {f"o{number}": f"Outcome {number}" for number in range(5)}
    odds = {f"odds_{name}": [0.1, 0.1 + 0.05 * number] for number, name in enumerate(outcomes)}
    index = INDEX.head(2).assign(**odds)
    asked = ["o1", "o0"]
    said = " ".join(told(index=index, outcomes=outcomes, points=2, asked=asked))
    assert "Outcome 1 Outcome 0 Outcome 4" in said
    assert "Outcome 3" not in said
    asked = ["o1", "o0", "o2", "o3", "gone"]
    said = " ".join(told(index=index, outcomes=outcomes, points=2, asked=asked))
    assert "Outcome 1 Outcome 0 Outcome 2 Outcome 3" in said
    assert "and 1 outcome more" in said


def test_values_are_called_by_their_labels():
    rows = INDEX.head(1).to_dict("records")
    called = {"protocol": "rules", "offers": "in turns"}
    table = points_table("", ["protocol"], {"deal": "A deal"}, rows, called)
    assert [str(column.head) for column in table.columns] == ["rules", "A deal"]
    assert [str(cell) for cell in table.rows[0]] == ["in turns", "25.0%"]
