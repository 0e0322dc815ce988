"""Which texts have a chance: of a scenario, of a run by its own draws, told as data."""

import json

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.runs.run import load_run
from sim.runs.texts import DRAWS, texts
from tests.runs.small_runs import copied, knowing, small_run
from tests.small import WHY, small_scenario, small_tree
from tests.talks.small_talks import NOBODY_LEAVES, of_each, plain

FORMS = {name: {"value": 1, "basis": "override"} for name in ("single_text", "equilibrium")}
CHANCES = ("signed_today", "signed", "ratified", "stands", "all")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("runs") / "run", draws=40)


def test_a_run_and_python_and_a_scenario_give_the_same_kind_of_thing(run):
    for found in (run.texts(), sim.texts(run), sim.texts(small_tree()), texts(small_scenario())):
        assert len(found.table) == 9
        assert len(found.best) == 9
        assert list(found.named.index) == ["her_wish", "his_wish", "halves"]
        assert found.week == 13


def test_a_run_is_told_by_its_own_draws_and_those_of_a_scenario_are_its_defaults():
    played = small_run(draws=DRAWS, replications=10, seed=0)
    one, other = played.texts(week=5).table, texts(small_tree(), week=5).table
    np.testing.assert_allclose(one[list(CHANCES)], other[list(CHANCES)], rtol=1e-9)


def test_draws_count_by_their_weight_and_the_worlds_that_count(run, tmp_path):
    counts = np.arange(200) < 5  # the worlds of the first draw
    alone = load_run(knowing(copied(run, tmp_path / "run"), counts, np.zeros(40)))
    found = alone.texts()
    assert found.found.where.worlds == 1
    heavy = np.where(np.arange(40) == 0, 0.0, -800.0)
    same = load_run(knowing(copied(run, tmp_path / "heavy"), np.ones(200, dtype=bool), heavy))
    np.testing.assert_allclose(same.texts().table["all"], found.table["all"])


def test_the_chance_of_all_is_that_of_each_step_given_those_before(run):
    table = run.texts().table
    steps = table["signed"] * table["ratified"] * table["stands"]
    np.testing.assert_allclose(table["all"], steps.where(table["signed"] > 0, 0.0))
    assert table["all"].is_monotonic_decreasing


def test_the_best_chance_with_an_option_is_that_of_the_best_text_that_has_it(run):
    found = run.texts()
    for _, row in found.options.iterrows():
        has = found.table[found.table[f"text_{row['clause']}"] == row["option"]]
        assert row["signed"] == has["signed"].max()
        assert row["all"] == has["all"].max()


def test_draws_in_which_actors_look_ahead_are_left_out_and_told():
    changes = {**NOBODY_LEAVES, "forms": FORMS}
    played = small_run(draws=30, replications=2, changes=changes)
    found = played.texts()
    ahead = int((played.draws["form"] == "equilibrium").sum())
    assert found.ahead == ahead > 0
    assert found.found.where.worlds == 30 - ahead
    assert f"{ahead} draws in which actors look ahead are left out." in found.notes


def test_where_all_look_ahead_they_are_taken_to_concede_and_that_is_told():
    played = small_run(draws=4, replications=2, tactic="equilibrium", protocol="offers")
    found = played.texts()
    assert found.found.where.worlds == 4
    said = "Actors look ahead here, and are taken to concede over time instead."
    assert said in found.notes


def test_the_record_counts_as_in_a_run():
    # Of a scenario's draws those whose world signs before the start do not count.
    known = {"calendar__talks_since": "2024-11-04", "record": WHY}
    easy = of_each(no_deal=plain(0.1), bargaining__aspiration=0.5)
    scenario = small_scenario(**known, **easy)
    found = texts(scenario)
    assert 0 < found.found.where.worlds < DRAWS


def test_a_week_outside_the_talks_is_refused(run):
    for week in (-1, 27):
        with pytest.raises(ScenarioError, match="week: must be between 0 and the horizon, 26"):
            run.texts(week)


def test_the_data_are_plain_and_have_the_shape_that_others_rely_on(run):
    data = run.texts().data()
    assert json.loads(json.dumps(data)) == data
    assert data["packages"] == 9
    assert data["enumerated"] is True
    for row in (*data["best"], *data["named"].values()):
        assert {"terms", *CHANCES, "held_back_by", "change"} <= row.keys()
        assert set(row["terms"]) == {"water", "upkeep"}
        assert row["held_back_by"]["actor"] in ("her", "his")
        assert row["change"] is None or set(row["change"]) == {"clause", "option", "all"}


def test_what_it_is_is_told_in_a_line_and_as_a_page(run):
    found = run.texts()
    assert repr(found) == "<Texts of Two neighbours and a well: 9 packages, week 13>"
    assert "<table" in found._repr_html_()
