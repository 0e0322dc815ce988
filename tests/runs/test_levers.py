"""Levers: each alone and in pairs; what adds up, what does not, and what is refused."""

import json

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.runs.results import simulate
from sim.runs.run import load_run
from sim.settings.configuration import (
    configuration_of,
    configure,
    idle_levers,
    load_scenario,
)
from tests.command import parley_here, small_file
from tests.runs.small_runs import small_run
from tests.small import WHY, small_tree

EASIER = {"label": "She has little to lose", "changes": {"actors.her.no_deal": 0.0}, **WHY}
SAME = {**EASIER, "label": "She has less to lose", "changes": {"actors.her.no_deal": 0.05}}
SIZE = {"draws": 40, "replications": 5}
# A lever that acts where one text is amended, and one where they make offers: no draw has both.
APART = {
    "forms": {**WHY, "single_text": 1, "offers": 1},
    "levers": {
        "pen": {
            "label": "She minds his signature",
            "changes": {"protocols.single_text.persuasion": 30},
            **WHY,
        },
        "turns": {
            "label": "He has all the turns",
            "changes": {"protocols.offers.chances": {"his": 1, "her": 0}},
            **WHY,
        },
    },
}


def levers_of(**changes):
    return small_run(changes={"levers": changes}, **SIZE)


def test_pairs_sum_to_singles_where_levers_act_in_draws_of_their_own():
    found = small_run(changes=APART, **SIZE).levers()
    alone = found.alone.set_index("lever")["difference"]
    assert (alone != 0).all()
    pair = found.pairs.iloc[0]
    assert pair["difference"] == pytest.approx(alone.sum(), abs=1e-12)
    beyond = ["interaction", "interaction_low", "interaction_high"]
    assert pair[beyond].to_list() == pytest.approx([0, 0, 0], abs=1e-9)
    assert "No pair does clearly more or less than the sum" in str(found.report())


def test_a_lever_pulled_twice_does_nothing_more():
    other = {**EASIER, "changes": {"actors.his.no_deal": 0.1, "actors.her.no_deal": 0.0}}
    only = {**EASIER, "changes": {"actors.her.no_deal": 0.0}}
    found = levers_of(one=only, other={**other, "label": "both"}).levers(of="halves_hold")
    alone = found.alone.set_index("lever")["difference"]
    pair = found.pairs.iloc[0]
    assert pair["difference"] == pytest.approx(alone["other"])
    assert pair["interaction"] == pytest.approx(-alone["one"], abs=1e-12)


def test_a_lever_alone_is_a_what_if():
    run = levers_of(easier=EASIER)
    found, known = run.levers(of="in_force").alone.iloc[0], run.what_if(EASIER["changes"]).totals
    columns = ["before", "after", "difference", "low", "high"]
    assert found[columns].to_list() == known.loc[1, columns].to_list()


def test_levers_are_ranked_by_what_they_add():
    harder = {**EASIER, "label": "He has much to lose", "changes": {"actors.his.no_deal": 0.95}}
    found = levers_of(harder=harder, easier=EASIER).levers().alone
    assert found["lever"].to_list() == ["easier", "harder"]
    assert found["difference"].is_monotonic_decreasing
    assert (np.sign(found["difference"]) == [1, -1]).all()


def test_pairs_that_set_one_path_otherwise_are_told_and_not_played():
    found = levers_of(easier=EASIER, same=SAME).levers()
    assert (found.clashing, len(found.pairs)) == ((("easier", "same"),), 0)
    said = " ".join(str(found.report()).split())
    assert "both set the same path: She has little to lose with She has less to lose." in said


def test_a_lever_that_changes_nothing_is_told():
    idle = {"label": "As it is", "changes": {"answers.relaxation": 4}, **WHY}
    found = levers_of(easier=EASIER, idle=idle).levers()
    assert found.idle == ("idle",)
    assert found.alone.set_index("lever").loc["idle", "difference"] == 0
    assert "As it is: changes nothing here." in str(found.report())


def test_check_tells_a_lever_that_changes_nothing(tmp_path):
    idle = {"label": "As it is", "changes": {"answers.relaxation": 4}, **WHY}
    small_file(tmp_path, levers={"idle": idle})
    shown = parley_here("check", "well.yaml", cwd=tmp_path)
    assert shown.returncode == 0
    said = " ".join(shown.stdout.split())
    assert "levers.idle changes nothing: all is so already" in said


@pytest.mark.parametrize(
    ("lever", "says"),
    [
        (
            {"changes": {"actors.her.no_deall": 1}},
            "levers.one.changes: actors.her.no_deall: no such field; did you mean 'no_deal'?",
        ),
        (
            {"changes": {"actors.her.walkout.rate": -1}},
            "levers.one.changes: actors.her.walkout.rate: must",
        ),
        (
            {"changes": {"actors.her.stances": []}},
            "levers.one.changes: actors.her.stances: is no change from the day on",
        ),
        ({"changes": {"seed": 4}}, "levers.one.changes: seed: is no change from the day on"),
        (
            {"changes": {"texts.halves.terms.water": "hiss"}},
            "levers.one.changes: texts.halves.terms.water",
        ),
        ({"changes": {}}, "levers.one.changes: must have at least 1 entry"),
        ({"label": ""}, "levers.one.label: must be one line"),
        ({"why": None}, "levers.one.why: is missing: an assumption must say why"),
        ({"basis": ["art-1000"]}, "levers.one.basis: no such evidence id"),
        ({"changed": {}}, "levers.one.changed: no such field; did you mean 'changes'?"),
    ],
)
def test_a_lever_is_checked_where_the_scenario_is_read(tmp_path, lever, says):
    tree = small_tree(levers={"one": {**EASIER, **lever}})
    with pytest.raises(ScenarioError) as told:
        load_scenario(tree)
    assert says in str(told.value)
    small_file(tmp_path, levers=tree["levers"])
    shown = parley_here("check", "well.yaml", cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert says in shown.stderr


def test_a_run_that_sets_aside_what_a_lever_needs_is_played_all_the_same(tmp_path):
    lever = {**EASIER, "changes": {"actors.her.domestic.quota": 0.6}}
    file = small_file(tmp_path, levers={"one": lever})
    asked = [f"scenario={file}", "actors.her.domestic=null"]
    assert configure(asked).scenario.actors["her"].domestic is None
    run = simulate(
        load_scenario(str(file), {"actors.her.domestic": None}), folder=tmp_path / "run", **SIZE
    )
    assert load_run(run.folder).scenario.levers == run.scenario.levers
    with pytest.raises(ScenarioError, match=r"levers\.one: actors\.her\.domestic"):
        load_run(run.folder).levers()


def test_levers_enter_no_world_and_no_comparison():
    without, run = small_run(**SIZE), levers_of(easier=EASIER)
    assert run.manifest["digest"] == without.manifest["digest"]
    assert without.compare(run).configuration == ()


def test_what_is_not_there_is_refused():
    run = levers_of(easier=EASIER)
    with pytest.raises(ScenarioError, match="of: no such total, outcome or question"):
        run.levers(of="sined")
    with pytest.raises(ScenarioError, match="draws: must be between 2 and 40"):
        run.levers(draws=41)
    with pytest.raises(ScenarioError, match="levers: are none in this scenario"):
        small_run(**SIZE).levers()


def test_the_command_shows_them_and_their_pairs_within_80_columns(tmp_path):
    run = small_run(tmp_path / "run", APART, **SIZE)
    shown = parley_here("levers", run.folder, "--workers", 1, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert all(len(line) <= 80 for line in lines[1:])
    assert lines[-1] == "Figure: outputs/comparisons/run_levers.png"
    said = " ".join(shown.stdout.split())
    assert "A: He has all the turns" in said or "A: She minds his signature" in said
    assert "A + B" in said
    asked = ["levers", "run", "--of", "in_force", "--draws", 20, "--figure", "f.png", "--json"]
    told = json.loads(parley_here(*asked, cwd=tmp_path).stdout)
    assert (told["of"], told["draws"], len(told["levers"]), len(told["pairs"])) == (
        "in_force",
        20,
        2,
        1,
    )
    assert load_run(run.folder).levers(of="in_force", draws=20).alone["difference"].to_list() == (
        pytest.approx([row["difference"] for row in told["levers"]])
    )


def test_the_shipped_scenario_has_eight_levers_that_all_change_something():
    configuration = configuration_of("geneva_2025", {})
    stated = configuration.scenario.levers
    assert len(stated) >= 8
    assert all(lever.why and lever.basis != "override" for lever in stated.values())
    assert not list(idle_levers(configuration))
