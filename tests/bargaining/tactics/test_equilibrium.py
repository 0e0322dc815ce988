"""Actors who look ahead, in the talks: theory's limits, time, and what is held open loop."""

import numpy as np
import pytest

from sim.bargaining.tactics import equilibrium
from sim.scenario.outcomes import Ending
from sim.scenario.reading.reader import read_scenario
from sim.talks.ahead import expected_no_deal
from sim.talks.batch import open_batch
from sim.talks.model import NegotiationModel
from sim.talks.outcomes import ENDINGS
from sim.talks.parties import Parties
from sim.talks.preferences import utility_of
from sim.talks.rules import rules_of
from tests.small import WHY, mediated_scenario, small_scenario, small_tree

STAYS = {"actors__her__walkout": None, "actors__his__walkout": None, "actors__her__domestic": None}

SIGNED = ENDINGS.index(Ending.IN_FORCE)


def plain(value):
    return {"value": value, **WHY}


def ahead(**changes):
    """The small talks between two who look ahead."""
    tactics = {f"actors__{name}__tactic": "equilibrium" for name in ("her", "his")}
    return small_scenario(protocol="offers", **tactics, **{**STAYS, **changes})


def bargaining(field, value):
    return {f"actors__{name}__bargaining__{field}": value for name in ("her", "his")}


def tactic_of(scenario, worlds=50):
    """The tactic of those who look ahead, solved for some worlds."""
    batch = open_batch(scenario, 0, 1, np.arange(worlds))
    text = np.tile(batch.space.starts[:-1], (worlds, 1))
    (tactic,) = Parties(batch, rules_of(scenario), text).tactics
    return tactic


# --- Known answers, through the whole model -------------------------------------------------------


def test_a_round_that_is_as_good_as_the_last_is_signed_exactly_when_a_package_beats_no_deal():
    """Who gives nothing for tomorrow is before an ultimatum."""
    scenario = ahead(
        **bargaining("discount", 1e-6),
        **bargaining("noise", 1e-9),
        **bargaining("offer_noise", 1e-9),
        **{f"actors__{name}__no_deal": {"uniform": [0.2, 1.1], **WHY} for name in ("her", "his")},
        calendar__horizon=plain(1),
    )
    model = NegotiationModel(scenario, 0, 1, np.arange(500))
    texts = model.space.enumerate()
    own, floor = model.batch.utilities.own, model.batch.utilities.no_deal
    worth = own[:, :, texts].sum(axis=3)
    possible = (worth > floor[:, :, None] + 1e-4).all(axis=1).any(axis=1)[:500]
    signed = model.run().signed
    assert 50 < possible.sum() < 450
    assert (signed == possible).mean() > 0.995


def pie_tree(parts, discounts):
    """She and he divide a pie and take turns: no deal is worth nothing, nothing else happens."""
    options = [f"her_{part}" for part in range(parts + 1)]
    worth = {"her": lambda part: part / parts, "his": lambda part: 1 - part / parts}
    tree = small_tree(protocol="offers", drivers={}, calendar__horizon=plain(26))
    tree["clauses"] = {"pie": {"label": "the pie", "options": {o: {"label": o} for o in options}}}
    tree["texts"] = {
        "her_wish": {"label": "all hers", "terms": {"pie": options[-1]}, **WHY},
        "his_wish": {"label": "all his", "terms": {"pie": options[0]}, **WHY},
    }
    tree["protocols"] = {
        "offers": {"recognition": "rotation", "order": ["her", "his"], "foresight": plain(400)}
    }
    tree["outcomes"] = {"signed": {"label": "signed", "ended": "in_force"}}
    for (name, actor), discount in zip(tree["actors"].items(), discounts, strict=True):
        values = {option: worth[name](part) for part, option in enumerate(options)}
        del actor["weight_concentration"]
        actor |= {"weights": {"pie": 1, **WHY}, "values": {"pie": {**WHY, **values}}}
        actor |= {"no_deal": plain(0), "loadings": {}, "loadings_after": {}, "walkout": None}
        actor |= {"domestic": None, "stances": [], "tactic": "equilibrium"}
        actor["bargaining"] |= {"noise": 0.1 / parts, "offer_noise": 0.003 / parts}
        actor["bargaining"]["discount"] = discount
    return tree


@pytest.mark.parametrize(("hers", "his"), [(0.9, 0.9), (0.8, 0.95), (0.5, 0.5)])
def test_who_takes_the_first_turn_gets_the_share_that_rubinstein_gives_it(hers, his):
    parts = 200
    model = NegotiationModel(read_scenario(pie_tree(parts, (hers, his))), 0, 200, np.arange(200))
    record = model.run()
    at_once = record.round == 0
    assert at_once.mean() > 0.9
    expected = (1 - his) / (1 - hers * his)
    print(f"first mover: {record.utility[at_once, 0].mean():.4f}, in theory {expected:.4f}")
    tolerance = 1 / parts / (1 - hers * his)
    assert record.utility[at_once, 0].mean() == pytest.approx(expected, abs=tolerance)


# --- What is solved -------------------------------------------------------------------------------


def test_no_deal_is_expected_to_follow_the_drivers_to_t_eq():
    scenario = ahead(
        drivers__drought__start=1,
        drivers__drought__half_life=10,
        actors__her__loadings={"drought": -0.3, **WHY},
        calendar__weeks_between_sessions=plain(5),
    )
    batch = open_batch(scenario, 0, 1, np.arange(50))
    path = expected_no_deal(batch, tactic_of(scenario).seats.ahead().weeks)
    assert path.shape[1] == 42  # 208 weeks, every fifth of them
    now = batch.utilities.no_deal[:50, 0]
    np.testing.assert_allclose(path[:, 0, 0], now - 0.3, atol=1e-12)
    np.testing.assert_allclose(path[:, 2, 0], now - 0.15, atol=1e-12)
    np.testing.assert_allclose(path[:, -1, 0], now, atol=1e-5)


def test_a_session_every_other_week_discounts_twice():
    game = tactic_of(ahead(calendar__weeks_between_sessions=plain(2))).plays[0].game
    assert game.discount == pytest.approx(0.95**2)


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ({"recognition": "random"}, [[0.5, 0.5]]),
        ({"recognition": "random", "chances": {"her": 3, "his": 1, **WHY}}, [[0.75, 0.25]]),
        ({"recognition": "rotation"}, [[1, 0], [0, 1]]),
        ({"recognition": "rotation", "order": ["his", "her"]}, [[0, 1], [1, 0]]),
        ({"recognition": "rotation", "order": ["his"]}, [[0, 1]]),
    ],
)
def test_the_game_gives_turns_as_the_rules_do(offers, expected):
    game = tactic_of(ahead(protocols__offers={**offers, "foresight": plain(208)})).plays[0].game
    assert game.turns[1].tolist() == expected


def test_only_the_stated_candidates_are_offered_each_counted_once():
    texts = ["halves", "her_wish", "halves_again"]
    again = {**small_tree()["texts"]["halves"], "label": "the same"}
    scenario = ahead(texts__halves_again=again, protocols__offers__candidates=texts)
    model = NegotiationModel(scenario, 0, 1, np.arange(300))
    (tactic,) = model.parties.tactics
    assert len(tactic.plays[0].game.texts) == 2
    allowed = {tuple(model.space.text(scenario.texts[name].terms)) for name in texts}
    seen = set()
    while model.running:
        model.step()
        seen |= set(map(tuple, model.text.tolist()))
    assert seen == allowed


def test_who_must_sign_and_with_how_many_votes_is_as_in_the_talks():
    scenario = ahead(
        signatories__quota={"share": 0.6, "weights": {"her": 2, "his": 1, **WHY}},
        clauses__water__options__his={"label": "he does", "consent": ["her"]},
        signatories__base=["his"],
    )
    tactic = tactic_of(scenario, worlds=2)
    game, his = (
        tactic.plays[0].game,
        tactic.seats.space.text({"water": "his", "upkeep": "he_pays"})[0],
    )
    np.testing.assert_array_equal(game.signs[:, 0], game.texts[:, 0] == his)
    assert game.signs[:, 1].all()
    assert (game.share, game.votes.tolist()) == (0.6, [[2, 1], [2, 1]])


# --- What is played -------------------------------------------------------------------------------


def test_thresholds_are_those_of_the_solution_whatever_the_drivers_do():
    model = NegotiationModel(ahead(drivers__drought__volatility=3), 0, 10, np.arange(100))
    (tactic,) = model.parties.tactics
    solved = tactic.solution.threshold
    while model.running and model.round < 5:
        model.step()
        for actor in model.actors:
            expected = solved[model.batch.draw, model.round - 1, actor.index]
            np.testing.assert_array_equal(actor.threshold, expected)


def test_who_offers_signs_without_wavering_and_only_what_beats_refusing():
    scenario = ahead(**bargaining("noise", 0.5), **bargaining("offer_noise", 0.3))
    model = NegotiationModel(scenario, 0, 1, np.arange(1000))
    model.step()
    rows = np.arange(1000)
    kept = np.array([actor.accepted for actor in model.actors])[model.speaker, rows]
    gain = np.array([actor.utility - actor.threshold for actor in model.actors])
    np.testing.assert_array_equal(kept, gain[model.speaker, rows] >= -1e-12)
    assert 0 < kept.sum() < 1000
    others = np.array([actor.accepted for actor in model.actors])[1 - model.speaker, rows]
    signed = model.ledger.ending == SIGNED
    np.testing.assert_array_equal(signed, kept & others)


def test_an_offer_that_its_proposer_regrets_is_not_signed_though_it_need_not_sign():
    names = ("her", "his", "envoy")
    tactics = {f"actors__{name}__tactic": "equilibrium" for name in names}
    scenario = mediated_scenario(
        protocol="offers",
        calendar__deadline=None,
        protocols__offers={
            "recognition": "random",
            "chances": {"envoy": 1, "her": 0, "his": 0, **WHY},
            "foresight": plain(208),
        },
        actors__envoy__no_deal=plain(3),
        actors__envoy__walkout=None,
        **tactics,
        **STAYS,
    )
    model = NegotiationModel(scenario, 0, 1, np.arange(300))
    both = 0
    while model.running:
        model.step()
        both += (model.actors[0].accepted & model.actors[1].accepted).sum()
    assert both > 0
    assert not (model.ledger.ending == SIGNED).any()


def test_moods_are_forgotten_from_one_session_to_the_next():
    scenario = ahead(
        **{f"actors__{name}__no_deal": plain(2.5) for name in ("her", "his")},
        answers__relaxation=plain(1000),
    )
    model = NegotiationModel(scenario, 0, 1, np.arange(1000))
    model.step()
    before = model.actors[0].mood.copy()
    model.step()
    assert len(model.rows) == 1000
    assert abs(np.corrcoef(before, model.actors[0].mood)[0, 1]) < 0.1


def test_a_longer_horizon_with_the_same_foresight_changes_nothing_that_came_before():
    short, long = (
        NegotiationModel(ahead(calendar__horizon=plain(weeks)), 0, 10, np.arange(200)).run()
        for weeks in (26, 52)
    )
    early = (long.week < 26) & (long.option[:, 0] >= 0)
    assert early.mean() > 0.5
    np.testing.assert_array_equal(short.option[early], long.option[early])
    np.testing.assert_array_equal(short.week[early], long.week[early])


def test_a_draw_is_solved_alike_alone_and_among_others():
    scenario = ahead()
    whole, some = (tactic_of(scenario, worlds) for worlds in (40, 12))
    np.testing.assert_array_equal(whole.solution.threshold[:12], some.solution.threshold)


def test_draws_solved_a_few_at_a_time_are_solved_alike(monkeypatch):
    whole = tactic_of(ahead(), 20)
    monkeypatch.setattr(equilibrium, "_PATHS", 3 * 208)
    np.testing.assert_array_equal(
        tactic_of(ahead(), 20).solution.threshold, whole.solution.threshold
    )


def test_the_record_says_how_hopeless_offers_are_and_whether_values_settle():
    record = NegotiationModel(ahead(), 0, 1, np.arange(50)).run()
    assert (record.hopeless < 0.2).all()
    assert (record.step < 1e-8).all()
    blurred = NegotiationModel(ahead(**bargaining("offer_noise", 10)), 0, 1, np.arange(50)).run()
    assert blurred.hopeless.mean() > record.hopeless.mean() + 0.2
    other = NegotiationModel(small_scenario(), 0, 1, np.arange(3)).run()
    assert np.isnan(other.hopeless).all()
    assert np.isnan(other.step).all()


def test_better_no_deal_for_her_is_worth_something_to_her_at_the_table():
    def mean_worth(d):
        model = NegotiationModel(ahead(actors__her__no_deal=plain(d)), 0, 10, np.arange(500))
        record = model.run()
        signed = record.option[:, 0] >= 0
        return record.utility[signed, 0].mean()

    assert mean_worth(0.5) > mean_worth(0.1) + 0.01


def test_what_a_text_is_worth_in_the_game_is_what_it_is_worth_in_the_talks():
    batch, game = (
        open_batch(ahead(), 0, 1, np.arange(5)),
        tactic_of(ahead(), worlds=5).plays[0].game,
    )
    for package in (0, 4, 8):
        texts = np.tile(game.texts[package], (5, 1))
        for actor in (0, 1):
            expected = utility_of(batch.utilities.own[:5, actor], texts)
            np.testing.assert_allclose(game.utility[actor, :, package], expected, atol=1e-12)
