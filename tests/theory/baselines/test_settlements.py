"""The published cases, and the baselines of one case as JSON."""

import csv
import json
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.theory.baselines.cases import read_case
from sim.theory.baselines.challenge import Compromise
from sim.theory.baselines.election import Scale
from sim.theory.baselines.settlements import settlements

REFERENCE = Path(__file__).parents[2] / "reference"
HEADER = "actor,capability,issue,position,salience\n"


def reference_rows():
    with (REFERENCE / "baselines.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        pytest.param(row, id=f"{row['case']} {row['quantity']} {row['key']} {row['value']}")
        for row in rows
    ]


def found(row, data):
    """Return what a row of the reference table is about."""
    quantity, key = row["quantity"], row["key"]
    if quantity in {"probability", "risk"}:
        return data["election"]["probabilities" if quantity == "probability" else "risk"][key]
    if quantity.startswith("challenge"):
        (issue,) = data["issues"].values()
        return issue["challenge"][int(key)][quantity.removeprefix("challenge_")]
    return data["issues"][key][quantity]


@pytest.fixture(scope="module")
def computed():
    return {file.stem: settlements(read_case(file)) for file in (REFERENCE / "cases").glob("*.csv")}


@pytest.mark.parametrize("row", reference_rows())
def test_a_published_figure_is_reproduced(row, computed):
    figure = found(row, computed[row["case"]])
    assert figure == pytest.approx(float(row["value"]), rel=0, abs=float(row["tolerance"]))


def case(tmp_path, *lines):
    file = tmp_path / "case.csv"
    file.write_text(HEADER + "\n".join(lines))
    return read_case(file)


def test_the_data_hold_the_stated_fields_and_survive_strict_json(tmp_path):
    data = settlements(case(tmp_path, "a,1,tax,0,1", "b,1,tax,10,1"), rounds=2)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["issues"] == {
        "tax": {
            "weighted_mean": 5,
            "weighted_median": 0,
            "condorcet": None,
            "challenge": [{"round": n, "median": 0, "mean": 5} for n in range(3)],
            "settled": 0,
        }
    }
    assert data["election"] == {
        "probabilities": pytest.approx({"a": 0.5, "b": 0.5}),
        "risk": {"a": 0, "b": 0},
    }
    assert data["notes"] == []


def test_each_issue_is_settled_by_itself_and_the_election_over_all(tmp_path):
    tax = ["a,3,tax,0,.5", "b,1,tax,100,.5", "c,1,tax,40,.2"]
    army = ["a,3,army,80,.1", "b,1,army,10,.9", "c,1,army,20,.3"]
    both = settlements(case(tmp_path, *tax, *army))
    assert both["issues"]["tax"] == settlements(case(tmp_path, *tax))["issues"]["tax"]
    alone = settlements(case(tmp_path, *army))
    assert both["issues"]["army"] == alone["issues"]["army"]
    assert both["election"] != alone["election"]


ROOM = ["a,3,tax,10,.5", "b,4,tax,60,.8", "c,2,tax,90,.9"]


def test_a_case_with_somebody_who_takes_no_part_is_the_case_without(tmp_path):
    absent = settlements(case(tmp_path, *ROOM, "d,50,tax,,.7"))
    assert absent == settlements(case(tmp_path, *ROOM))
    uninterested = settlements(case(tmp_path, *ROOM, "d,50,tax,90,0"))
    assert absent["issues"] != uninterested["issues"]  # it can be challenged, and is


def test_an_issue_is_settled_by_those_who_take_part_in_it(tmp_path):
    army = ["a,3,army,80,.1", "b,4,army,10,.9", "c,2,army,20,.3", "d,5,army,70,.4"]
    found = settlements(case(tmp_path, *ROOM, "d,5,tax,,", *army))
    alone = settlements(case(tmp_path, *ROOM))
    assert found["issues"]["tax"] == alone["issues"]["tax"]
    assert sum(found["election"]["probabilities"].values()) == pytest.approx(1)


def test_who_takes_no_part_in_an_issue_would_leave_it_to_the_weighted_mean(tmp_path):
    army = ["a,3,army,80,.1", "b,4,army,10,.9", "c,2,army,20,.3", "d,5,army,70,.4"]
    mean = (3 * 0.5 * 10 + 4 * 0.8 * 60 + 2 * 0.9 * 90) / (3 * 0.5 + 4 * 0.8 + 2 * 0.9)
    absent = settlements(case(tmp_path, *ROOM, "d,5,tax,,", *army))
    stated = settlements(case(tmp_path, *ROOM, f"d,5,tax,{mean!r},0", *army))
    for actor, chance in stated["election"]["probabilities"].items():
        assert absent["election"]["probabilities"][actor] == pytest.approx(chance)


def test_a_model_that_has_not_settled_says_so(computed):
    (note,) = computed["eu_car_emissions"]["notes"][:1]
    assert note.startswith("standards: the challenge model has not settled after round 10")


def test_probabilities_of_shared_positions_are_explained(computed):
    data = computed["eu_car_emissions"]
    assert sum(data["election"]["probabilities"].values()) > 1.5
    assert any("share a position" in note for note in data["notes"])
    assert not any("share a position" in note for note in computed["ktab_seven_by_three"]["notes"])


def test_the_sum_over_actors_who_share_a_position_is_told(tmp_path):
    data = settlements(case(tmp_path, "a,1,tax,0,1", "b,2,tax,0,1", "c,1,tax,100,1"))
    assert any("probabilities sum to 1.750" in note for note in data["notes"])


def test_the_scale_that_the_election_reads_positions_on_is_said(tmp_path):
    shares = settlements(case(tmp_path, "a,1,tax,0.1,1", "b,2,tax,0.7,1"))
    assert shares["scale"] == {"low": 0, "high": 1}
    years = case(tmp_path, "a,1,year,1900,1", "b,2,year,2010,1")
    found = settlements(years)
    assert found["scale"] == {"low": 1900, "high": 2010}
    (note,) = found["notes"]
    assert "rescaled to their own range, 1900:2010" in note
    stated = settlements(years, scale=Scale(1800, 2100))
    assert stated["scale"] == {"low": 1800, "high": 2100}
    assert stated["notes"] == []


def test_the_reading_of_a_compromise_is_a_choice():
    published = read_case(REFERENCE / "cases" / "eu_car_emissions.csv")
    least = settlements(published, choice=Compromise.LEAST_MOVE)["issues"]["standards"]
    assert least["challenge"][4]["median"] == pytest.approx(9.99961, abs=1e-5)


@pytest.mark.parametrize("rounds", [-1, 1001])
def test_an_impossible_number_of_rounds_is_refused(tmp_path, rounds):
    with pytest.raises(ScenarioError, match="rounds: must be between 0 and 1000"):
        settlements(case(tmp_path, "a,1,tax,0,1"), rounds=rounds)


def test_one_actor_gets_what_it_wants_everywhere(tmp_path):
    data = settlements(case(tmp_path, "a,2,tax,30,60"), rounds=0)
    issue = data["issues"]["tax"]
    assert (issue["weighted_mean"], issue["weighted_median"], issue["condorcet"]) == (30, 30, 30)
    assert issue["challenge"] == [{"round": 0, "median": 30, "mean": 30}]
    assert data["election"]["probabilities"] == {"a": 1}
