"""Who does what in the talks: what is read off a scenario is what the engine does."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario import roles
from sim.scenario.reading.reader import read_scenario
from sim.talks.model import NegotiationModel
from tests.small import WHY, mediated_scenario, mediated_tree, small_scenario

CONSENT = {
    name: {"label": name, "consent": consent}
    for name, consent in {"hers": [], "shared": ["envoy"], "his": []}.items()
}
BODY = {**mediated_tree()["actors"]["her"]["domestic"], "name": "court"}
TALKS = {
    "no mediator": small_scenario(),
    "no pen": small_scenario(protocol="offers"),
    "a mediator": mediated_scenario(),
    "a mediator without the pen": mediated_scenario(protocols__single_text__drafter="her"),
    "offers after the mediator": mediated_scenario(calendar__deadline__then="offers"),
    "offers with a mediator": mediated_scenario(protocol="offers"),
    "a mediator who signs": mediated_scenario(
        calendar__deadline__then="offers", signatories__base=["her", "his", "envoy"]
    ),
    "a drafter who need not sign": mediated_scenario(mediator=None, calendar__deadline=None),
}


@pytest.mark.parametrize("scenario", TALKS.values(), ids=list(TALKS))
def test_those_without_whom_talks_end_are_those_that_the_engine_needs(scenario):
    needed = NegotiationModel(scenario).needed
    names = np.array(list(scenario.actors))
    assert roles.needed(scenario) == set(names[np.asarray(needed)])


def test_who_may_have_to_sign_is_the_base_and_whom_an_option_names():
    assert roles.signing(mediated_scenario()) == {"her", "his"}
    asked = mediated_scenario(clauses__water__options=CONSENT)
    assert roles.signing(asked) == {"her", "his", "envoy"}


def test_a_body_decides_where_its_actor_may_have_to_sign():
    tree = mediated_tree(actors__envoy__domestic=BODY)
    assert set(roles.deciding(read_scenario(tree))) == {"her"}
    tree["clauses"]["water"]["options"] = CONSENT
    assert set(roles.deciding(read_scenario(tree))) == {"her", "envoy"}


@pytest.mark.parametrize(
    ("changes", "lapses"),
    [
        ({}, True),
        ({"times": 0}, True),
        ({"extension": 1}, True),
        ({"extension": 1, "next_extension": 1}, True),  # three extensions end before the horizon
        ({"extension": 1, "next_extension": 1, "times": 100}, False),
        ({"extension": 1, "times": 1, "weeks": 30}, False),
        ({"times": 1, "weeks": 30}, True),
        ({"date": "2025-07-07", "times": 0}, False),  # the day of the horizon
    ],
)
def test_a_deadline_lapses_unless_it_is_moved_beyond_the_horizon(changes, lapses):
    stated = {f"calendar__deadline__{field}": value for field, value in changes.items()}
    scenario = mediated_scenario(**stated, actors__envoy__walkout=None)
    assert roles.can_lapse(scenario) == lapses
    assert roles.can_lose_its_mediator(scenario) == lapses
    model = NegotiationModel(scenario, 0, 1, np.arange(300))
    while model.running:
        model.step()
    assert model.ledger.by[:, 2].any() == lapses


def test_offers_are_in_use_where_they_may_follow_the_mediator():
    assert roles.protocols_in_use(TALKS["a mediator"]) == {"single_text"}
    assert roles.protocols_in_use(TALKS["offers after the mediator"]) == {"single_text", "offers"}
    assert roles.protocols_in_use(TALKS["a mediator who signs"]) == {"single_text"}


def test_who_has_no_rate_of_leaving_stays():
    assert roles.can_walk_out(small_scenario(), "her")
    assert not roles.can_walk_out(small_scenario(actors__her__walkout=None), "her")
    never = {**WHY, "rate": 0, "sensitivity": 1}
    assert not roles.can_walk_out(small_scenario(actors__her__walkout=never), "her")
