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


def texts_of(**changes):
    """What is on the table in the first twenty sessions of mediated talks that nobody leaves."""
    names = ("her", "his", "envoy")
    stay = {f"actors__{name}__walkout": None for name in names} | {"calendar__deadline": None}
    refuse = {f"actors__{name}__no_deal": {"value": 2.5, **WHY} for name in names}
    model = model_of(0, protocol="offers", **stay, **refuse, **changes)
    texts = []
    for _ in range(20):
        model.step()
        texts.append(model.text.copy())
    return np.stack(texts)


def test_who_accommodates_looks_at_all_others_alike_unless_it_says_otherwise():
    others = {"her": ("his", "envoy"), "his": ("her", "envoy"), "envoy": ("her", "his")}
    patience = {f"actors__{name}__bargaining__patience": 5 for name in others}
    unsaid = {f"actors__{name}__regard": {} for name in others} | patience
    alike = {
        f"actors__{name}__regard": {**WHY, **dict.fromkeys(two, 3)} for name, two in others.items()
    }
    first = texts_of(**unsaid)
    np.testing.assert_array_equal(first, texts_of(**{**unsaid, **alike}))
    selfish = {f"actors__{name}__bargaining__accommodation": 0 for name in others}
    assert (first != texts_of(**unsaid, **selfish)).any()


@pytest.mark.parametrize("share", [0, 0.25, 1])
def test_a_share_of_the_weeks_before_the_start_counts_as_patience_spent(share):
    # Talks began forty weeks before the start.
    before = {
        "calendar__talks_since": "2024-04-01",
        "calendar__patience_spent": {"value": share, **WHY},
        "actors__her__bargaining__patience": 100,
    }
    model = model_of(6, **before)
    her = model.actors[0]
    spent = ((5 + 40 * share) / 100) ** (1 / 0.8)
    demands = her.no_deal + 0.9 * (1 - spent) * (1 - her.no_deal)
    np.testing.assert_allclose(her.threshold, demands, rtol=0, atol=1e-12)


def test_that_share_may_differ_between_draws():
    model = model_of(
        1,
        calendar__talks_since="2024-12-23",
        calendar__patience_spent={"uniform": [0, 1], **WHY},
        actors__her__bargaining__concession=1,
    )
    her, share = model.actors[0], model.batch.number("calendar.patience_spent")
    spent = 2 * share / 20  # of two weeks, when her patience lasts for twenty
    demands = her.no_deal + 0.9 * (1 - spent) * (1 - her.no_deal)
    np.testing.assert_allclose(her.threshold, demands, rtol=0, atol=1e-12)
    assert share.std() > 0.2
