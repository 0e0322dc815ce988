"""Studies: what their files may say, and what is said of a file that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.settings.grammar import read_varied
from sim.sweeps.designs import Kind
from sim.sweeps.plans import Plan
from sim.sweeps.studies import load_study, planned, study_names
from tests.sweeps.small_sweeps import study_in

ROOT = Path(__file__).parents[2]
HEAT = {"kind": "heat_map", "x": "seed", "y": "actors.her.no_deal", "outcome": "no_deal"}
GRID = {"choices": {"seed": [1, 2]}, "ranges": {"actors.her.no_deal": [0.1, 0.5]}, "points": 3}


def plan_of(folder: Path, *overrides: str, **options: object) -> Plan:
    return planned(read_varied([f"experiment={folder}", *overrides]), **options)


def test_every_shipped_study_is_whole_and_asks_a_question():
    folders = {file.parent.name for file in (ROOT / "experiments").glob("*/study.yaml")}
    names = study_names()
    assert set(names) == folders != set()
    for name, question in names.items():
        assert question.endswith("?")
        assert planned(read_varied([f"experiment={name}"])).name == name
        assert question in (ROOT / "experiments" / name / "README.md").read_text()


def test_the_cases_of_a_study_are_its_points(tmp_path):
    plan = plan_of(study_in(tmp_path))
    assert [row["case"] for row in plan.rows] == ["as_it_is", "dry_year", "patient"]
    starts = [plan.configuration(row).scenario.drivers["drought"].start.mean for row in plan.rows]
    assert starts == [0.0, 1.0, 0.0]
    patience = [
        plan.configuration(row).scenario.actors["his"].bargaining.patience.mean for row in plan.rows
    ]
    assert patience == [20.0, 20.0, 40.0]


def test_a_study_holds_differences_only_nested_or_dotted(tmp_path):
    config = {"scenario": "well.yaml", "ensemble": {"draws": 7}, "ensemble.replications": 3}
    settings = plan_of(study_in(tmp_path, config=config)).base.settings
    assert (settings.ensemble.draws, settings.ensemble.replications, settings.seed) == (7, 3, 0)


def test_what_a_study_changes_rests_on_an_override(tmp_path):
    config = {"scenario": "well.yaml", "actors": {"her": {"no_deal": 0.4}}}
    number = plan_of(study_in(tmp_path, config=config)).base.scenario.actors["her"].no_deal
    assert (number.mean, number.basis) == (0.4, "override")


def test_the_command_line_comes_on_top_of_a_study(tmp_path):
    study_in(tmp_path, design=GRID, figure=HEAT)
    assert len(plan_of(tmp_path).rows) == 6
    plan = plan_of(tmp_path, "ensemble.draws=5", "seed=7", "actors.her.no_deal=0.2:0.3", points=2)
    assert plan.rows == [{"actors.her.no_deal": 0.2}, {"actors.her.no_deal": 0.3}]
    assert (plan.base.settings.ensemble.draws, plan.base.settings.seed) == (5, 7)
    assert len(plan_of(tmp_path, kind=Kind.LHS, points=4).rows) == 8


def test_one_case_or_some_can_be_chosen(tmp_path):
    study_in(tmp_path)
    assert plan_of(tmp_path, "case=patient").rows == [{"case": "patient"}]
    rows = plan_of(tmp_path, "case=patient,as_it_is").rows
    assert [row["case"] for row in rows] == ["patient", "as_it_is"]
    with pytest.raises(ScenarioError, match="case: no such case; did you mean 'patient'"):
        plan_of(tmp_path, "case=patent")


def test_a_study_can_be_played_on_another_scenario(tmp_path):
    study_in(tmp_path)
    other = tmp_path / "other.yaml"
    other.write_text((tmp_path / "well.yaml").read_text().replace("and a well", "and a spring"))
    assert plan_of(tmp_path, f"scenario={other}").base.scenario.title.endswith("spring")
    assert planned(
        read_varied([f"experiment={tmp_path}"]), str(other)
    ).base.scenario.title.endswith("spring")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"questions": "Why?"}, "study.yaml: questions: no such field; did you mean 'question'?"),
        ({"question": None}, "study.yaml: question: is missing"),
        ({"figure": {"kind": "heatmap"}}, "did you mean 'heat_map'?"),
        ({"figure": {"kind": "odds", "x": "seed"}}, "figure.x: no such field"),
        ({"design": {"chioces": {}}}, "design.chioces: no such field; did you mean 'choices'?"),
        ({"design": {"points": 0}}, "design.points: must be at least 1"),
        ({"design": {"ranges": {"seed": [1, "two"]}}}, "design.ranges.seed.1: must be a number"),
        ({"design": {"kind": "grd"}}, "design.kind: no such choice; did you mean 'grid'?"),
        (
            {"config": {"ensembl": {"draws": 3}}},
            "ensembl: no such setting; did you mean 'ensemble'",
        ),
        ({"config": {"ensemble": {"drawz": 3}}}, "ensemble.drawz: no such field; did you mean"),
        ({"config": {"ensemble": {"draws": "many"}}}, "ensemble.draws: must be a whole number"),
        ({"config": {"ensemble": {"draws": 0}}}, "ensemble.draws: must"),
        (
            {"config": {"actors": {"hers": {"no_deal": 1}}}},
            "actors.hers: no such actor; did you mean",
        ),
        (
            {"config": {"drivers": {"drougt": {"start": 1}}}},
            "no such driver; did you mean 'drought'",
        ),
        ({"config": {"actors.her.nodeal": 1}}, "actors.her.nodeal: no such field; did you mean"),
        (
            {"design": {"choices": {"protocl": ["offers"]}}},
            "protocl: no such setting; did you mean",
        ),
        (
            {"design": {"cases": {"dry": {"drivers.drougt.start": 1}}}},
            "no such driver; did you mean",
        ),
        ({"design": GRID, "figure": {**HEAT, "x": "sed"}}, "figure.x: no such path in the design"),
        ({"design": GRID, "figure": {**HEAT, "outcome": "no_del"}}, "did you mean 'no_deal'?"),
    ],
)
def test_what_is_wrong_with_a_study_is_said_with_its_file(tmp_path, changes, says):
    if "config" in changes:
        changes = {"config": {"scenario": "well.yaml", **changes["config"]}}
    with pytest.raises(ScenarioError) as caught:
        plan_of(study_in(tmp_path, **changes))
    assert says in str(caught.value)
    assert all(f"{tmp_path.name}/study.yaml: " in line for line in str(caught.value).splitlines())


def test_what_is_wrong_with_the_command_line_is_not_blamed_on_the_study(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        plan_of(study_in(tmp_path), "ensemble.drawz=3")
    assert str(caught.value) == "ensemble.drawz: no such field; did you mean 'draws'?"


def test_a_path_has_one_place_in_a_study(tmp_path):
    design = {"cases": {"one": {"seed": 1}, "two": {}}, "choices": {"seed": [1, 2]}}
    with pytest.raises(ScenarioError, match="seed: is set both by a case and by the design"):
        plan_of(study_in(tmp_path, design=design))


def test_an_unknown_study_gets_the_nearest_name_and_a_folder_without_one_says_so(tmp_path):
    with pytest.raises(ScenarioError, match="no such experiment; did you mean 'baseline'"):
        load_study("basline")
    with pytest.raises(ScenarioError, match=r"experiment: there is no study\.yaml in this folder"):
        load_study(f"{tmp_path}/")


@pytest.mark.parametrize(
    "changes",
    [{"executor": {"kind": "dask", "address": "tcp://a:1"}}, {"executor.address": "tcp://a:1"}],
)
def test_a_study_names_no_cluster(tmp_path, changes):
    folder = study_in(tmp_path, config=changes)
    with pytest.raises(ScenarioError, match=r"executor\.address: cannot come from a file"):
        load_study(f"{folder}/")
