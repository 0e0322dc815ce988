"""Scenarios seen through the baselines."""

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.settings.configuration import load_scenario
from sim.theory.baselines.cases import Case
from sim.theory.baselines.projection import EQUAL_CAPABILITIES, case_of, predictions
from tests.small import WHY, small_scenario


def by_clause(found, clause):
    rows = found.table[found.table["clause"] == clause]
    return {row.method: (row.position, row.option, row.tied) for row in rows.itertuples()}


def capability(her, his):
    return {
        "actors__her__capability": {"value": her, **WHY},
        "actors__his__capability": {"value": his, **WHY},
    }


def test_ordered_clauses_become_issues_with_options_by_rank_and_weights_as_salience():
    case = case_of(small_scenario(**capability(3, 1)))
    assert (case.actors, case.issues) == (("her", "his"), ("water",))
    assert case.position.tolist() == [[0], [100]]
    assert case.salience == pytest.approx(np.array([[0.6], [0.6]]))
    assert case.capability.tolist() == [3, 1]


def test_salience_is_the_share_of_weights_that_do_not_sum_to_1():
    case = case_of(small_scenario(actors__her__weights={"water": 1, "upkeep": 3, **WHY}))
    assert case.salience == pytest.approx(np.array([[0.25], [0.6]]))


def test_the_election_goes_to_the_likeliest_winner_wherever_it_stands():
    found = predictions(small_scenario(**capability(1, 3)))
    assert by_clause(found, "water")["election"] == (100, "his", False)


def test_an_actor_stands_in_the_middle_of_options_that_it_likes_equally():
    case = case_of(small_scenario(actors__his__values__water__shared=1))
    assert case.position.tolist() == [[0], [75]]


def test_salience_shrinks_with_the_reach_of_an_actors_values():
    flat = {**WHY, "hers": 0.5, "shared": 0.75, "his": 0.5}
    case = case_of(small_scenario(actors__his__values__water=flat))
    assert case.salience == pytest.approx(np.array([[0.6], [0.6 * 0.25]]))


def test_each_clause_gets_the_settlement_of_each_method_that_fits_it():
    found = predictions(small_scenario(**capability(3, 1)))
    assert by_clause(found, "water") == {
        "compromise": (pytest.approx(25), "hers", True),
        "weighted_median": (0, "hers", False),
        "challenge": (0, "hers", False),
        "election": (0, "hers", False),
    }
    ((position, option, tied),) = by_clause(found, "upkeep").values()
    assert (np.isnan(position), option, tied) == (True, "he_pays", False)


def test_clauses_come_in_the_order_of_the_scenario():
    scenario = load_scenario("geneva_2025")
    found = predictions(scenario).table["clause"]
    assert list(dict.fromkeys(found)) == list(scenario.clauses)


def test_a_plurality_is_counted_by_weight_and_a_tie_is_marked():
    assert by_clause(predictions(small_scenario()), "upkeep")["compromise"][1:] == (
        "he_pays",
        True,
    )
    found = predictions(small_scenario(actors__his__weights__upkeep=0.5))
    assert by_clause(found, "upkeep")["compromise"][1:] == ("she_pays", False)


def test_without_stated_capabilities_all_count_the_same_and_the_reader_is_told():
    assert EQUAL_CAPABILITIES in predictions(small_scenario()).notes
    assert EQUAL_CAPABILITIES not in predictions(small_scenario(**capability(1, 1))).notes
    assert case_of(small_scenario()).capability.tolist() == [1, 1]


def test_a_capability_of_zero_is_stated_too():
    assert case_of(small_scenario(**capability(0, 1))).capability.tolist() == [0, 1]


def test_capabilities_are_stated_for_all_actors_or_for_none():
    with pytest.raises(ScenarioError, match=r"actors.his.capability: is missing; state it for all"):
        small_scenario(actors__her__capability={"value": 1, **WHY})
    with pytest.raises(ScenarioError, match="at least one must count"):
        small_scenario(**capability(0, 0))


def test_capabilities_are_plain_numbers():
    with pytest.raises(ScenarioError, match=r"actors.her.capability: must be a plain number"):
        small_scenario(**capability(1, 1) | {"actors__her__capability": {"uniform": [1, 2], **WHY}})


def test_a_clause_that_nobody_cares_about_has_no_prediction():
    none = {"actors__her__weights__water": 0, "actors__his__weights__water": 0}
    found = predictions(small_scenario(**none))
    assert set(found.table["clause"]) == {"upkeep"}
    with pytest.raises(ScenarioError, match="none is ordered and has weight"):
        case_of(small_scenario(**none))


def test_a_scenario_without_ordered_clauses_has_a_compromise_alone():
    found = predictions(small_scenario(clauses__water__ordered=False))
    assert set(found.table["method"]) == {"compromise"}


def test_the_challenge_that_has_not_settled_is_named():
    # He brings more, so she is moved onto his position in the first round, and there they stay.
    scenario = small_scenario(**capability(1, 9))
    told = "not settled after round 0 of the challenge model: water"
    assert told in predictions(scenario, rounds=0).notes
    assert told.replace("0", "9") not in predictions(scenario, rounds=9).notes


def test_a_scenarios_case_is_one_that_a_file_could_hold():
    case = case_of(load_scenario("geneva_2025"))
    assert isinstance(case, Case)
    assert ((case.salience >= 0) & (case.salience <= 1)).all()
    assert ((case.position >= 0) & (case.position <= 100)).all()
