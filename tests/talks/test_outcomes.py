"""The first rule that fits names the outcome; what no rule takes is `other`."""

from itertools import product

import numpy as np
import pytest

from sim.scenario.outcomes import Ending
from sim.talks.outcomes import ENDINGS, outcome_codes
from sim.talks.space import space_of
from tests.small import small_scenario

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
    "left": {"label": "d", "ended": "collapsed"},
}


def by_hand(ending, water, upkeep):
    """The rules above as a person would apply them."""
    if ending == "in_force" and water == "hers":
        return 0
    if ending in ("in_force", "broken") and (water == "shared" or upkeep == "both_pay"):
        return 1
    if ending == "in_force" and water == "his" and upkeep == "she_pays":
        return 2
    return 3 if ending == "collapsed" else 4


@pytest.mark.parametrize("ending", list(Ending))
def test_rules_are_tried_in_order_and_the_rest_is_other(ending):
    scenario = small_scenario(outcomes=RULES)
    space = space_of(scenario)
    texts = list(product(*space.options))
    options = np.array(list(product(range(3), range(3))))
    endings = np.full(9, ENDINGS.index(ending))
    codes = outcome_codes(scenario, space, endings, options)
    assert codes.tolist() == [by_hand(ending.value, *text) for text in texts]


def test_a_world_without_a_text_fits_no_rule_about_texts():
    scenario = small_scenario(outcomes=RULES)
    nothing = np.full((1, 2), -1)
    in_force = np.array([ENDINGS.index(Ending.IN_FORCE)])
    assert outcome_codes(scenario, space_of(scenario), in_force, nothing) == len(RULES)
