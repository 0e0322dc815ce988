"""The first rule that fits names the outcome; what no rule takes is `other`."""

from itertools import product

import numpy as np
import pytest

from sim.scenario.outcomes import Ending
from sim.talks.model import NegotiationModel
from sim.talks.outcomes import ENDINGS, outcome_codes
from sim.talks.space import space_of
from tests.small import WHY, mediated_scenario, small_scenario

RULES = {
    "hers": {"label": "a", "ended": "in_force", "all": {"water": "hers"}},
    "any_half": {
        "label": "b",
        "ended": ["in_force", "broken"],
        "any": {"water": ["shared"], "upkeep": ["both_pay"]},
    },
    "both": {
        "label": "c",
        "ended": "in_force",
        "all": {"water": ["his", "shared"], "upkeep": "she_pays"},
        "any": {"water": "his"},
    },
    "away": {"label": "d", "ended": "suspended", "by": ["his"]},
    "refused": {"label": "e", "ended": ["rejected", "suspended"], "by": ["her"]},
}


def by_hand(ending, water, upkeep, by):
    """The rules above as a person would apply them."""
    if ending == "in_force" and water == "hers":
        return 0
    if ending in ("in_force", "broken") and (water == "shared" or upkeep == "both_pay"):
        return 1
    if ending == "in_force" and water == "his" and upkeep == "she_pays":
        return 2
    if ending == "suspended" and "his" in by:
        return 3
    return 4 if ending in ("rejected", "suspended") and "her" in by else 5


@pytest.mark.parametrize("ending", list(Ending))
@pytest.mark.parametrize("by", [[], ["her"], ["his"], ["her", "his"]])
def test_rules_are_tried_in_order_and_the_rest_is_other(ending, by):
    scenario = small_scenario(outcomes=RULES)
    space = space_of(scenario)
    texts = list(product(*space.options))
    options = np.array(list(product(range(3), range(3))))
    endings = np.full(9, ENDINGS.index(ending))
    flags = np.tile(np.isin(["her", "his"], by), (9, 1))
    codes = outcome_codes(scenario, space, endings, options, flags)
    assert codes.tolist() == [by_hand(ending.value, *text, by) for text in texts]


def test_a_world_without_a_text_fits_no_rule_about_texts():
    scenario = small_scenario(outcomes=RULES)
    nothing = np.full((1, 2), -1)
    in_force = np.array([ENDINGS.index(Ending.IN_FORCE)])
    nobody = np.zeros((1, 2), dtype=bool)
    space = space_of(scenario)
    assert outcome_codes(scenario, space, in_force, nothing, nobody) == len(RULES)


# --- Of worlds that were played ---------------------------------------------------------------


def ending_by_hand(record, world):
    """How a world ended, from what its record says happened."""
    if record.option[world, 0] >= 0:
        if (record.ratified[world] == 0).any():
            return "rejected"
        return "in_force" if np.isnan(record.broken_week[world]) else "broken"
    return "suspended" if record.by[world].any() else "talking"


def outcome_by_hand(scenario, record, world):
    ending, actors = ending_by_hand(record, world), np.array(list(scenario.actors))
    for code, rule in enumerate(scenario.outcomes.values()):
        terms = {
            clause: list(scenario.clauses[clause].options)[record.option[world, row]]
            for row, clause in enumerate(scenario.clauses)
            if record.option[world, 0] >= 0
        }
        says_all = all(terms.get(clause) in names for clause, names in rule.all.items())
        by = not rule.by or set(rule.by) & set(actors[record.by[world]])
        if ending in [e.value for e in rule.ended] and says_all and by:
            return code
    return len(scenario.outcomes)


@pytest.mark.parametrize("protocol", ["offers", "single_text"])
def test_every_world_has_the_one_outcome_that_its_record_tells_of(protocol):
    rules = {
        "halves_hold": {"label": "a", "ended": "in_force", "all": {"water": "shared"}},
        "broken": {"label": "b", "ended": "broken"},
        "rejected": {"label": "c", "ended": "rejected"},
        "without_her": {"label": "d", "ended": "suspended", "by": ["her"]},
        "without_envoy": {"label": "e", "ended": "suspended", "by": ["envoy"]},
        "talking": {"label": "f", "ended": "talking"},
    }
    scenario = mediated_scenario(
        protocol=protocol,
        outcomes=rules,
        actors__her__domestic__threshold=0.6,
        actors__her__bargaining__patience=60,
        actors__envoy__returns={"value": 0.1, **WHY},
        aftermath__hazard=0.03,
        calendar__deadline__fates={**WHY, "kept": 0.1, "moved": 0.8, "dropped": 0.1},
    )
    record = NegotiationModel(scenario, 0, 1, np.arange(1000)).run()
    by_hand = [outcome_by_hand(scenario, record, world) for world in range(1000)]
    assert record.outcome.tolist() == by_hand
    assert np.bincount(record.outcome, minlength=7).sum() == 1000
    assert len(set(by_hand)) >= 6


def test_what_no_rule_takes_is_other():
    rules = {"deal": {"label": "a deal", "ended": ["in_force", "broken", "rejected"]}}
    never = {f"actors__{name}__no_deal": {"value": 3, **WHY} for name in ("her", "his")}
    record = NegotiationModel(small_scenario(outcomes=rules, **never), 0, 1, np.arange(100)).run()
    assert (record.outcome == 1).all()
