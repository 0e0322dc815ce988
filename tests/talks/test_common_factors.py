"""Evidence and common factors: what is known of one number says something of its companions."""

import numpy as np
import pytest

from sim.draws.streams import streams_of
from sim.scenario.scenario import Scenario
from sim.talks.batch import draws_of_batches
from sim.talks.space import space_of
from tests.small import WHY, small_scenario

HIS, HERS = "actors.his.no_deal", "actors.her.no_deal"


def no_deal(**common):
    normal = {"mean": 0.25, "sd": 0.1, "low": -2, "high": 2}
    return {"normal": normal, **({"common": common} if common else {}), **WHY}


def drawn(scenario: Scenario, evidence: str):
    """Return both values of no deal and the parts of the draws: (D,) each."""
    asked = scenario.model_copy(update={"evidence": evidence})
    draws = draws_of_batches(asked, space_of(asked), streams_of(1, 1, np.arange(4000)))
    weight = np.exp(draws.log_weight - draws.log_weight.max())
    return draws[HIS], draws[HERS], weight / weight.sum()


def correlation(x, y, parts):
    (xx, xy), (_, yy) = np.cov(x, y, aweights=parts)
    return xy / np.sqrt(xx * yy)


def known_of_him(**common):
    """He is known to reject halves, which says what no deal is worth to him; of her is nothing."""
    return small_scenario(
        factors={"luck": "what moves both"},
        actors__his__no_deal=no_deal(**common),
        actors__her__no_deal=no_deal(**common),
        actors__his__stances=[{"text": "halves", "stance": "rejects", **WHY}],
        actors__her__stances=[],
    )


def test_a_number_goes_with_what_it_shares_a_factor_with_though_nothing_is_known_of_it():
    scenario = known_of_him(factor="luck", loading=0.9)
    his, hers, parts = drawn(scenario, "none")
    assert correlation(his, hers, parts) == pytest.approx(0.81, abs=0.03)
    his_then, hers_then, parts_then = drawn(scenario, "all")
    assert correlation(his_then, hers_then, parts_then) == pytest.approx(0.81, abs=0.06)
    # Both are normal, so hers goes as far as his times their correlation.
    further = parts_then @ his_then - his.mean()
    assert further > 0.01
    assert parts_then @ hers_then - hers.mean() == pytest.approx(0.81 * further, abs=0.006)


def test_a_number_that_shares_nothing_stays_as_it_was_drawn():
    _, hers, _ = drawn(known_of_him(), "none")
    _, hers_then, _ = drawn(known_of_him(), "all")
    np.testing.assert_array_equal(hers, hers_then)
