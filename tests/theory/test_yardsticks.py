"""What the field's simple methods settle on, beside the signed texts."""

from __future__ import annotations

from itertools import chain

from sim.scenario.reading.reader import read_scenario
from sim.theory.baselines.projection import EQUAL_CAPABILITIES
from sim.theory.solutions import CONCEPTS
from sim.theory.yardsticks import yardsticks
from tests.small import WHY, small_scenario, small_tree


def test_each_clause_is_settled_by_every_method_that_applies_to_it():
    found = yardsticks(small_scenario()).by_option()
    methods = {clause: sorted(chain.from_iterable(by.values())) for clause, by in found.items()}
    concepts = [concept.name for concept in CONCEPTS]
    on_a_line = ["compromise", "weighted_median", "challenge", "election"]
    assert methods == {
        "water": sorted([*on_a_line, *concepts]),
        "upkeep": sorted(["compromise", *concepts]),
    }


def test_symmetric_neighbours_meet_in_the_middle():
    found = yardsticks(small_scenario()).by_option()
    assert {"compromise", "nash", "kalai_smorodinsky"} <= set(found["water"]["shared"])


def test_equal_capabilities_are_said_so():
    assert EQUAL_CAPABILITIES in yardsticks(small_scenario()).notes


def test_the_more_capable_draws_the_compromise_and_the_median_to_its_side():
    tree = small_tree()
    tree["actors"]["her"]["capability"] = {"value": 9, **WHY}
    tree["actors"]["his"]["capability"] = {"value": 1, **WHY}
    found = yardsticks(read_scenario(tree))
    assert {"compromise", "weighted_median"} <= set(found.by_option()["water"]["hers"])
    assert EQUAL_CAPABILITIES not in found.notes


def test_without_a_text_that_all_can_sign_there_is_no_solution_and_that_is_said():
    stubborn = small_scenario(actors__her__no_deal={"value": 2, **WHY})
    found = yardsticks(stubborn)
    assert not set(found.table["method"]) & {concept.name for concept in CONCEPTS}
    assert any("no text is as good as no deal" in note for note in found.notes)
