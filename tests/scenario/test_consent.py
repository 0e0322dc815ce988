"""Contested consent: each draw settles it with the stated chance, and what is told of it."""

import numpy as np
import pytest

from sim.scenario.effects import idle
from sim.scenario.roles import signing
from sim.talks.batch import open_batch
from sim.theory.bargaining_problem import Draw, problem_of
from tests.small import WHY, small_scenario

HERS = "clauses__water__options__hers__contested_consent"
SHARED = "clauses__water__options__shared__contested_consent"


def contested(chance, **more):
    """The small scenario, where he signs what gives her the water with a chance."""
    return small_scenario(
        signatories__base=["her"], **{HERS: {"his": {"value": chance, **WHY}}}, **more
    )


def must_he_sign(scenario, option, draws=4000):
    """In which draws he must sign a text with an option for the water: (D,)."""
    batch = open_batch(scenario, 3, 1, np.arange(draws))
    text = batch.space.text({"water": option, "upkeep": "he_pays"})
    return batch.must_sign(np.tile(text, (draws, 1)))[:, 1]


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_each_draw_settles_it_with_the_stated_chance(chance):
    shares = must_he_sign(contested(chance), "hers").mean()
    assert shares == pytest.approx(chance, abs=4 * np.sqrt(0.25 / 4000) * (0 < chance < 1))
    assert not must_he_sign(contested(chance), "shared").any()


def test_options_of_a_clause_are_settled_together():
    scenario = contested(0.3, **{SHARED: {"his": {"value": 0.6, **WHY}}})
    hers, shared = must_he_sign(scenario, "hers"), must_he_sign(scenario, "shared")
    assert shared[hers].all()
    assert (shared & ~hers).any()


def test_whoever_may_have_to_sign_counts_as_signing():
    assert signing(contested(0.3)) == {"her", "his"}
    assert signing(contested(0.0)) == {"her"}


def test_a_solution_at_the_means_asks_where_it_is_likelier_than_not_and_in_a_draw_as_that_has_it():
    cell = 0  # hers
    assert not problem_of(contested(0.4)).space.consent[cell, 1]
    assert problem_of(contested(0.6)).space.consent[cell, 1]
    drawn = [problem_of(contested(0.4), Draw(k, 3, 1)).space.consent[cell, 1] for k in range(12)]
    assert drawn == must_he_sign(contested(0.4), "hers")[:12].tolist()


def test_consent_of_who_signs_anyhow_is_told_to_change_nothing():
    scenario = small_scenario(**{HERS: {"his": {"value": 0.3, **WHY}}})
    told = {each.path: each.why for each in idle(scenario)}
    path = "clauses.water.options.hers.contested_consent.his"
    assert told[path] == "it signs such a text anyhow"
    assert path not in {each.path for each in idle(contested(0.3))}
