"""What all parties hold, demand and answer, against each equation worked out for one alone."""

import numpy as np
import pytest

from sim.bargaining.tactics.time_based import patience_spent, threshold
from sim.talks.model import NegotiationModel
from sim.talks.preferences import utility_of
from tests.small import WHY, mediated_scenario


def model_of(sessions, **changes):
    """Mediated talks of 200 worlds after some sessions."""
    model = NegotiationModel(mediated_scenario(**changes), 0, 1, np.arange(200))
    for _ in range(sessions):
        model.step()
    return model


@pytest.mark.parametrize("protocol", ["offers", "single_text"])
def test_each_party_demands_what_its_own_numbers_say(protocol):
    model = model_of(6, protocol=protocol)
    week = 5 * model.rules.weeks_between
    for actor in model.actors:
        traits = {
            trait: model.batch.number(f"actors.{actor.name}.bargaining.{trait}")
            for trait in ("aspiration", "patience", "concession")
        }
        spent = patience_spent(week, traits["patience"], traits["concession"])
        demands = threshold(actor.no_deal, traits["aspiration"], spent)
        np.testing.assert_allclose(actor.threshold, demands, rtol=0, atol=1e-12)


def test_a_text_is_worth_to_each_party_what_its_own_table_says():
    model = model_of(6, protocol="single_text")
    for actor in model.actors:
        own = model.batch.utilities.own[model.batch.draw, actor.index]
        np.testing.assert_array_equal(actor.utility, utility_of(own, model.text))


def test_the_parties_that_are_kept_are_as_they_were():
    parties, rows = model_of(4, protocol="single_text").parties, np.array([3, 5, 8])
    before = {name: getattr(parties, name)[rows] for name in parties.PER_WORLD}
    parties.keep(rows)
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(parties, name), values)


def test_only_who_anticipates_weighs_the_vote_at_home():
    # Her people refuse everything, so that to one who knows it every text is worth no deal.
    people = {"threshold": {"value": 2, **WHY}, "vote_noise": 0.01, "people_noise": 0.01}
    changes = {f"actors__her__domestic__{field}": value for field, value in people.items()}
    changes |= {"protocol": "offers", "actors__his__bargaining__noise": 0}
    plain = model_of(1, **changes)
    aware = model_of(1, **changes, actors__his__anticipates=True)
    np.testing.assert_array_equal(plain.actors[0].accepted, aware.actors[0].accepted)
    his = aware.actors[1]
    np.testing.assert_array_equal(his.accepted, his.no_deal >= his.threshold - 1e-9)
    assert (plain.actors[1].accepted != his.accepted).any()


def texts_of(**changes):
    """What is on the table in the first twenty sessions of mediated talks that nobody leaves."""
    names = ("her", "his", "envoy")
    stay = {f"actors__{name}__walkout": None for name in names} | {"calendar__deadline": None}
    refuse = {f"actors__{name}__no_deal": {"value": 2.5, **WHY} for name in names}
    model = model_of(0, **stay, **refuse, **changes)
    texts = []
    for _ in range(20):
        model.step()
        texts.append(model.text.copy())
    return np.stack(texts)


@pytest.mark.parametrize("protocol", ["offers", "single_text"])
def test_who_accommodates_looks_at_all_others_alike_unless_it_says_otherwise(protocol):
    others = {"her": ("his", "envoy"), "his": ("her", "envoy"), "envoy": ("her", "his")}
    patience = {f"actors__{name}__bargaining__patience": 5 for name in others}
    unsaid = {f"actors__{name}__regard": {} for name in others} | patience
    alike = {
        f"actors__{name}__regard": {**WHY, **dict.fromkeys(two, 3)} for name, two in others.items()
    }
    first = texts_of(protocol=protocol, **unsaid)
    np.testing.assert_array_equal(first, texts_of(protocol=protocol, **{**unsaid, **alike}))
    selfish = {f"actors__{name}__bargaining__accommodation": 0 for name in others}
    assert (first != texts_of(protocol=protocol, **unsaid, **selfish)).any()
