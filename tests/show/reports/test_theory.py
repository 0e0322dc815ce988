"""What is told of solutions and baselines."""

from __future__ import annotations

from sim.show.reports.theory import baselines_report, solutions_report

HALVES = {"package": {"water": "shared", "upkeep": "her"}, "utilities": {"her": 0.5, "his": 0.25}}
HERS = {"package": {"water": "hers", "upkeep": "her"}, "utilities": {"her": 1.0, "his": 0.0}}
FOUND = {
    "numbers": {"draw": 4, "seed": 2},
    "packages": 9,
    "rational": 3,
    "pareto": 2,
    "players": ["his", "her"],
    "no_deal": {"her": 0.1, "his": 0.2},
    "solutions": {"nash": HALVES, "kalai_smorodinsky": HALVES, "utilitarian": HERS},
    "quota": 2,
    "labels": {
        "actors": {"her": "She", "his": "He"},
        "clauses": {"water": "Who gets the water", "upkeep": "Who pays"},
        "options": {
            "water": {"hers": "She does", "shared": "Both do"},
            "upkeep": {"her": "She does"},
        },
    },
}


def lines(report) -> list[str]:
    return [" ".join(line.split()) for line in str(report).splitlines()]


def test_solutions_of_one_text_share_a_column():
    said = lines(solutions_report("well", FOUND))
    assert "well, draw 4 of seed 2: 9 packages, of which 3 are as good as no deal" in said[0]
    assert "clause kalai-smorodinsky utilitarian" in said
    assert "water shared hers" in said
    assert "She 0.100 0.500 0.500 1.000" in said
    assert "Gains are those of who must sign every such text: He, She." in said
    assert said[-1] == "Quota: 2."


def test_without_players_there_is_no_solution():
    found = {**FOUND, "players": [], "numbers": "means"}
    said = " ".join(lines(solutions_report("well", found)))
    assert "every number at its mean" in said
    assert said.endswith("No text can be signed by all who must, so there is no solution.")


def test_baselines_stand_issue_by_issue_over_the_election():
    settled = {"weighted_mean": 7.4, "weighted_median": 7.0, "condorcet": None}
    found = {
        "issues": {"tax": {**settled, "challenge": [{"median": 3.0}, {"median": 6.25}]}},
        "election": {"probabilities": {"A": 0.3714}, "risk": {"A": -0.5}},
        "scale": {"low": 0, "high": 100},
        "notes": ["tax: it has not settled"],
    }
    said = lines(baselines_report("case.csv", found))
    assert said[0] == "What the baselines make of case.csv"
    assert "tax 7.4 7 none 6.25" in said
    assert "A 37.1% -0.50" in said
    assert said[-1] == "Note: tax: it has not settled."
