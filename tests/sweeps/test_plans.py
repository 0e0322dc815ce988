"""What a sweep is to do is checked before anything runs."""

from __future__ import annotations

import pytest
import yaml

from sim.errors import ScenarioError
from sim.settings.configuration import configure
from sim.sweeps.designs import Kind
from tests.small import small_tree
from tests.sweeps.small_sweeps import FEW, plan_of


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (["actors.hers.no_deal=0.1:0.3"], "actors.hers: no such actor; did you mean 'her'?"),
        (["actors.her.nodeal=0.1:0.3"], "no such field; did you mean 'no_deal'?"),
        (["sed=1,2"], "sed: no such setting; did you mean 'seed'?"),
        (["protocol=offers,offer"], "protocol: no such choice; did you mean 'offers'?"),
        (["seed=1,x"], "seed: must be a whole number"),
        (["ensemble.draws=0:5"], "ensemble.draws: must"),
        (["actors.her.weight_concentration=-1:5"], "actors.her.weight_concentration: must"),
        (["protocol=0:1"], "protocol: must be text (got 0.0)"),
        (["seed=1:2.5"], "seed: must be LOW:HIGH, two whole numbers"),
        (["actors.her.no_deal=0.4:low"], "actors.her.no_deal: must be LOW:HIGH, two numbers"),
        (["ensemble.workers=1,2"], "ensemble.workers: cannot be swept: it changes no result"),
        (["executor=serial,dask"], "executor: cannot be swept: it changes no result"),
        (["executor.kind=serial,dask"], "executor.kind: cannot be swept: it changes no result"),
        (["case=dry", "seed=1,2"], "case: no such case; none is declared"),
        (["seed=3"], "nothing varies"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(tmp_path, overrides, says):
    with pytest.raises(ScenarioError) as caught:
        plan_of(tmp_path, *overrides)
    assert says in str(caught.value)


@pytest.mark.parametrize("kind", list(Kind))
def test_one_point_of_a_range_can_be_asked_for(tmp_path, kind):
    plan = plan_of(tmp_path, "actors.her.no_deal=0.1:0.5", points=1, kind=kind)
    (point,) = plan.rows
    assert 0.1 <= point["actors.her.no_deal"] <= 0.5
    if kind is Kind.GRID:
        assert point["actors.her.no_deal"] == pytest.approx(0.3)


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        plan_of(tmp_path, "protocol=offers,offer", "actors.hers.no_deal=0.1:0.3", "seed=1,x")
    fields = {problem.field for problem in caught.value.problems}
    assert {"protocol", "actors.hers", "seed"} <= fields


@pytest.mark.parametrize("option", [{"kind": Kind.LHS}, {"points": 4}])
def test_an_option_that_would_be_ignored_is_refused(tmp_path, option):
    with pytest.raises(ScenarioError, match="has no part here: no path has a range"):
        plan_of(tmp_path, "seed=1,2", **option)


def test_ranges_of_settings_are_whole_and_those_of_numbers_are_not(tmp_path):
    plan = plan_of(tmp_path, "seed=1:3", "actors.her.no_deal=0.1:0.3", points=3)
    assert [row["seed"] for row in plan.rows[::3]] == [1, 2, 3]
    assert plan.rows[1]["actors.her.no_deal"] == pytest.approx(0.2)


def test_a_point_is_the_run_of_the_same_overrides(tmp_path):
    plan = plan_of(tmp_path, "protocol=offers,single_text", "actors.her.no_deal=0.1:0.3", points=2)
    asked = [f"scenario={tmp_path / 'well.yaml'}", FEW]
    alone = configure([*asked, "protocol=single_text", "actors.her.no_deal=0.1"])
    assert plan.configuration(plan.rows[2]) == alone


def test_scenarios_can_be_swept(tmp_path):
    for name, title in (("one.yaml", "A well"), ("two.yaml", "A spring")):
        (tmp_path / name).write_text(yaml.safe_dump(small_tree(title=title), sort_keys=False))
    plan = plan_of(tmp_path, f"scenario={tmp_path}/one.yaml,{tmp_path}/two.yaml")
    points = [plan.configuration(row) for row in plan.rows]
    assert [point.scenario.title for point in points] == ["A well", "A spring"]
    assert {point.settings.ensemble.draws for point in points} == {20}


@pytest.mark.parametrize(
    ("override", "paired"),
    [("protocol=offers,single_text", True), ("seed=1,2", False), ("ensemble.draws=5,6", False)],
)
def test_points_are_paired_unless_the_seed_or_the_worlds_are_swept(tmp_path, override, paired):
    assert plan_of(tmp_path, override).paired is paired


def test_a_plan_differs_by_what_changes_a_result_and_by_nothing_else(tmp_path):
    one = plan_of(tmp_path, "protocol=offers,single_text", "ensemble.workers=1")
    where = ["ensemble.workers=2", "executor=processes"]
    same = plan_of(tmp_path, "protocol=offers,single_text", *where)
    other = plan_of(tmp_path, "protocol=offers,single_text", "seed=4")
    assert one.digest == same.digest != other.digest
    changed = [str(problem) for problem in other.changes_since(one.data)]
    assert any("seed: was 0, is now 4" in line for line in changed)


def test_the_seed_of_the_setting_is_that_of_the_design(tmp_path):
    ask = ["actors.her.no_deal=0.1:0.3"]
    rows = [
        plan_of(tmp_path, *ask, f"seed={seed}", kind="lhs", points=4).rows for seed in (1, 1, 2)
    ]
    assert rows[0] == rows[1] != rows[2]
