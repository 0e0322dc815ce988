"""Checks across the parts of a scenario: every broken rule of a tree at once, each in its place."""

import pytest

from sim.errors import ScenarioError
from sim.scenario.reading.checks import LARGEST_BLOCK, across_parts
from sim.scenario.reading.reader import read_scenario
from sim.settings.configuration import facts
from tests.small import WHY, small_tree

FACT = {
    "id": "own-1",
    "statement": "The well is dry in summer.",
    "source": "The village",
    "date": "2025-01-06",
    "where": "page 1",
    "confidence": "high",
}


def problems_of(tree, known=()):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(tree, known)
    return {problem.field: problem for problem in caught.value.problems}


def test_a_sound_scenario_breaks_no_rule():
    assert across_parts(small_tree(), ()) == []


def test_all_errors_of_a_file_are_told_at_once_each_in_its_place():
    tree = small_tree(
        title=5,
        memory=0,
        mediator="judge",
        texts__halves__terms__water="halved",
        actors__her__weights__water=-1,
        actors__his__asks_for="his_wich",
        drivers__drought__volatility={"uniform": [2, 1], **WHY},
        calendar__horizon={"value": -3, **WHY},
        outcomes__no_deal__ended="talkin",
    )
    tree["actors"]["her"]["values"]["upkep"] = {**WHY, "he_pays": 1}
    del tree["answers"]
    found = problems_of(tree)
    assert set(found) == {
        "title",
        "memory",
        "mediator",
        "texts.halves.terms.water",
        "actors.her.weights.water",
        "actors.his.asks_for",
        "actors.her.values.upkep",
        "drivers.drought.volatility",
        "calendar.horizon",
        "outcomes.no_deal.ended.0",
        "answers",
    }
    assert "did you mean 'his_wish'" in found["actors.his.asks_for"].rule
    assert found["actors.his.asks_for"].value == "'his_wich'"
    assert "did you mean 'upkeep'" in found["actors.her.values.upkep"].rule


def test_a_part_without_its_shape_is_one_error_and_not_one_for_each_name_that_it_lacks():
    for wrong in (None, [], "all", 5):
        assert set(problems_of(small_tree(actors=wrong))) == {"actors"}


def test_a_fact_of_the_scenario_may_be_cited():
    tree = small_tree(facts=[FACT], answers={"relaxation": 4, "basis": ["own-1"]})
    assert read_scenario(tree).answers.relaxation.basis == ("own-1",)


def test_a_fact_of_the_start_may_be_cited_and_one_of_the_next_day_not():
    later = {**FACT, "date": "2025-01-07"}
    tree = small_tree(facts=[later], answers={"relaxation": 4, "basis": ["own-1"]})
    assert "dated after the start" in problems_of(tree)["answers.basis"].rule


def test_a_cited_fact_is_looked_for_everywhere():
    known = facts()
    tree = small_tree(answers={"relaxation": 4, "basis": [known[0].id, "nowhere-1"]})
    tree["calendar"]["start"] = "2030-01-01"
    assert set(problems_of(tree, known)) == {"answers.basis"}


def test_an_id_must_be_one_of_its_own():
    assert "facts" in problems_of(small_tree(facts=[FACT, FACT]))


def test_one_clause_may_have_as_many_options_as_a_block_and_no_more():
    options = {f"o{n}": {"label": "an option"} for n in range(LARGEST_BLOCK)}
    tree = {"clauses": {"which": {"label": "Which", "options": options}}}
    assert across_parts(tree, ()) == []
    options["one_more"] = {"label": "an option"}
    (problem,) = across_parts(tree, ())
    assert str(problem).startswith("clauses.which.options: make 4,097 combinations")


def test_a_chain_of_linkages_is_one_block_and_the_error_names_it():
    options = {f"o{n}": {"label": "an option"} for n in range(9)}
    clauses = {name: {"label": name, "options": options} for name in ("a", "b", "c", "d")}
    links = {f"{x}{y}": {"when": {x: "o1", y: "o2"}} for x, y in ("ab", "bc", "cd")}
    (problem,) = across_parts({"clauses": clauses, "linkages": links}, ())
    assert "a - b - c - d" in problem.rule
    assert "6,561" in problem.rule
    del links["bc"]
    assert across_parts({"clauses": clauses, "linkages": links}, ()) == []


def test_weights_that_are_all_zero_are_found_however_written():
    zero = {"value": 0, **WHY}
    tree = small_tree(actors__her__weights={**WHY, "water": 0, "upkeep": zero})
    assert "actors.her.weights" in problems_of(tree)


@pytest.mark.parametrize("protocols", [None, {}, {"single_text": None}])
def test_a_protocol_without_the_settings_that_it_needs_is_told(protocols):
    tree = small_tree()
    tree["protocols"] = protocols
    if protocols is None:
        del tree["protocols"]
    with pytest.raises(ScenarioError) as raised:
        read_scenario(tree)
    told = (
        "protocols.single_text: is missing; the protocol is single_text: it states drafter, "
        "initial, persuasion"
    )
    assert told in map(str, raised.value.problems)
