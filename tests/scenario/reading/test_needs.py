"""What a scenario must state before its actors can look ahead."""

import pytest

from sim.bargaining.tactics import equilibrium
from sim.errors import ScenarioError
from sim.scenario.reading.reader import read_scenario
from tests.small import WHY, small_tree

AHEAD = {
    "protocol": "offers",
    "actors__her__tactic": "equilibrium",
    "actors__his__tactic": "equilibrium",
}


def problems(**changes):
    try:
        read_scenario(small_tree(**{**AHEAD, **changes}))
    except ScenarioError as error:
        return [str(problem) for problem in error.problems]
    return []


def plain(value):
    return {"value": value, **WHY}


def test_a_scenario_that_states_all_of_it_is_good():
    assert problems() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"actors__his__tactic": "time_based"},
            "actors.his.tactic: must be equilibrium for all actors or for none: each counts on the "
            "others (got 'time_based')",
        ),
        (
            {"protocol": "single_text"},
            "protocol: must be offers: the tactic equilibrium is for no other (got 'single_text')",
        ),
        (
            {"actors__her__bargaining__discount": None},
            "actors.her.bargaining.discount: is missing; the tactic equilibrium needs it",
        ),
        (
            {"actors__her__bargaining__offer_noise": None},
            "actors.her.bargaining.offer_noise: is missing; the tactic equilibrium needs it",
        ),
        (
            {"protocols__offers": {"recognition": "random"}},
            "protocols.offers.foresight: is missing; the tactic equilibrium needs it",
        ),
        (
            {"protocols__offers__foresight": plain(100)},
            "protocols.offers.foresight: must be at least 4 times calendar.horizon, 104 weeks "
            "(got 100)",
        ),
        (
            {"protocols__offers__candidates": ["halve"]},
            "protocols.offers.candidates: no such text; did you mean 'halves'? (got 'halve')",
        ),
        (
            {"actors__her__bargaining__discount": 1},
            "actors.her.bargaining.discount: must be between 0.000001 and 0.999999 (got 1)",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_door(change, expected):
    assert problems(**change) == [expected]


def test_everything_that_is_missing_is_said_at_once():
    found = problems(
        protocol="single_text",
        actors__her__bargaining__discount=None,
        actors__his__bargaining__offer_noise=None,
        protocols__offers__foresight=None,
    )
    assert len(found) == 4


def test_other_tactics_need_none_of_it():
    found = problems(
        actors__her__tactic="time_based",
        actors__his__tactic="time_based",
        actors__her__bargaining__discount=None,
        actors__his__bargaining__offer_noise=None,
        protocols__offers__foresight=None,
    )
    assert found == []


def test_too_many_packages_need_the_texts_that_may_be_offered(monkeypatch):
    monkeypatch.setattr(equilibrium, "LARGEST_GAME", 8)
    assert problems() == [
        "clauses: span 9 packages; the tactic equilibrium weighs at most 8: state the texts that "
        "may be offered as protocols.offers.candidates"
    ]
    assert problems(protocols__offers__candidates=["halves", "her_wish"]) == []
