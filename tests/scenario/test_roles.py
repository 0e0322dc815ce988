"""Who does what in the talks: what is read off a scenario is what the engine does."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario import roles
from sim.scenario.reading.reader import read_scenario
from sim.talks.diary import weeks_of
from sim.talks.model import NegotiationModel
from tests.small import WHY, mediated_scenario, mediated_tree, small_scenario

CONSENT = {
    name: {"label": name, "consent": consent}
    for name, consent in {"hers": [], "shared": ["envoy"], "his": []}.items()
}
BODY = {**mediated_tree()["actors"]["her"]["domestic"], "name": "court"}
CHAIR = {**WHY, "drafter": "chair", "initial": "halves", "persuasion": 1, "temperature": 0.1}
TALKS = {
    "no mediator": small_scenario(),
    "no pen": small_scenario(protocol="offers"),
    "a mediator": mediated_scenario(),
    "a mediator without the pen": mediated_scenario(protocols__single_text__drafter="her"),
    "offers after the mediator": mediated_scenario(without_mediator="offers"),
    "offers with a mediator": mediated_scenario(protocol="offers"),
    "a mediator who signs": mediated_scenario(
        without_mediator="offers", signatories__base=["her", "his", "envoy"]
    ),
    "a mediator who never leaves": mediated_scenario(
        without_mediator="offers", actors__envoy__walkout=None, calendar__deadline=None
    ),
    "a chair": mediated_scenario(protocols__single_text=CHAIR),
    "a drafter who need not sign": mediated_scenario(mediator=None, calendar__deadline=None),
}


@pytest.mark.parametrize("scenario", TALKS.values(), ids=list(TALKS))
def test_those_without_whom_talks_are_suspended_are_those_that_the_engine_needs(scenario):
    needed = NegotiationModel(scenario).happenings.needed
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


def fates(kept, moved, dropped):
    return {"fates": {**WHY, "kept": kept, "moved": moved, "dropped": dropped}}


@pytest.mark.parametrize(
    ("changes", "kept", "moved", "dropped"),
    [
        ({}, True, True, True),
        ({"times": 0}, True, False, True),
        (fates(1, 0, 0), True, False, False),
        (fates(0, 0, 1), False, False, True),
        (fates(0, 1, 0), True, True, False),  # moved three times it still ends before the horizon
        (fates(0, 1, 1), True, True, True),
        ({**fates(0, 1, 0), "times": 100}, False, True, False),
        ({**fates(0, 1, 0), "times": 1, "weeks": 30}, False, True, False),
        ({**fates(1, 1, 0), "times": 1, "weeks": 30}, True, True, False),
        ({"date": "2025-07-07", "times": 0}, False, False, False),  # the day of the horizon
    ],
)
def test_what_may_become_of_a_deadline_is_what_the_engine_makes_of_it(
    changes, kept, moved, dropped
):
    stated = {f"calendar__deadline__{field}": value for field, value in changes.items()}
    asked = {
        k: {"label": k, "event": k, "by": "2025-03-01"} for k in ("lapsed", "moved", "dropped")
    }
    still = {f"actors__{name}__walkout": None for name in ("her", "his", "envoy")}
    scenario = mediated_scenario(**stated, **still, questions=asked)
    assert (
        roles.can_lapse(scenario),
        roles.can_be_moved(scenario),
        roles.can_be_dropped(scenario),
    ) == (kept, moved, dropped)
    assert roles.can_lose_its_mediator(scenario) == kept
    record = NegotiationModel(scenario, 0, 1, np.arange(300)).run()
    weeks = weeks_of(scenario, record.event_week)
    happened = tuple(bool(np.isfinite(weeks[kind]).any()) for kind in asked)
    assert happened == (kept, moved, dropped)
    assert record.by[:, 2].any() == kept


def test_offers_are_in_use_where_they_may_follow_the_mediator():
    assert roles.protocols_in_use(TALKS["a mediator"]) == {"single_text"}
    assert roles.protocols_in_use(TALKS["offers after the mediator"]) == {"single_text", "offers"}
    assert roles.protocols_in_use(TALKS["a mediator who signs"]) == {"single_text"}


def test_who_has_no_rate_of_leaving_stays():
    assert roles.can_walk_out(small_scenario(), "her")
    assert not roles.can_walk_out(small_scenario(actors__her__walkout=None), "her")
    never = {**WHY, "rate": 0, "sensitivity": 1}
    assert not roles.can_walk_out(small_scenario(actors__her__walkout=never), "her")


def test_the_mediator_has_no_turn_where_the_others_make_offers_without_it():
    company = roles.company_of(TALKS["offers after the mediator"], "offers")
    assert company.out == {"envoy"}
    assert not roles.place_of(TALKS["offers after the mediator"], "envoy").proposes
    assert roles.place_of(TALKS["offers after the mediator"], "her").proposes
    assert roles.place_of(TALKS["offers with a mediator"], "envoy").proposes


@pytest.mark.parametrize(
    ("offers", "speaking"),
    [
        ({}, {"her", "his", "envoy"}),
        ({"recognition": "rotation", "order": ["his"]}, {"his"}),
        ({"chances": {**WHY, "her": 1, "his": 1}}, {"her", "his"}),
        # Where the envoy, who is not needed and may leave, is away, the others speak.
        ({"chances": {**WHY, "envoy": 1}}, {"her", "his", "envoy"}),
    ],
)
def test_who_may_have_a_turn_is_who_the_engine_lets_speak(offers, speaking):
    scenario = mediated_scenario(
        protocol="offers",
        protocols__offers=offers,
        mediator=None,
        calendar__deadline=None,
        actors__envoy__walkout={**WHY, "rate": 0.5, "sensitivity": 0},
    )
    assert {n for n in scenario.actors if roles.place_of(scenario, n).proposes} == speaking
    model, spoke, names = (
        NegotiationModel(scenario, 0, 1, np.arange(300)),
        set(),
        [*scenario.actors],
    )
    while model.running:
        model.step()
        spoke |= {names[actor] for actor in model.speaker if actor >= 0}
    assert spoke == speaking
