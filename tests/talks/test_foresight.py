"""Looking ahead to the vote at home: what it changes, what it never changes, and by how much."""

import numpy as np
import pytest
from scipy import special

from tests.small import WHY, small_scenario
from tests.talks.small_talks import (
    NOBODY_LEAVES,
    PROTOCOLS,
    SURE,
    assert_same,
    body,
    error,
    model_of,
    of_each,
    plain,
    played,
    sure_body,
    weeks_of,
)

ENDURING = {**NOBODY_LEAVES, **SURE}
BODIES = {"actors__her__domestic": {**sure_body(True), "name": "her_family"}}
BODIES["actors__his__domestic"] = {**sure_body(True), "name": "his_family"}


# --- What is sure to be ratified, and what is sure not to be ----------------------------------


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("cost", [None, plain(0.3)])
def test_bodies_that_surely_ratify_at_once_change_nothing_at_all(protocol, cost):
    without = small_scenario(protocol=protocol, actors__her__domestic=None)
    with_bodies = small_scenario(protocol=protocol, **BODIES, **of_each(refusal_cost=cost))
    one, two = played(without), played(with_bodies)
    assert_same(one, two, but=("ratified",))
    assert (one.ratified == -1).all()
    assert (two.ratified[two.signed] == 1).all()
    assert 0.1 < two.signed.mean() < 0.95


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_where_a_refusal_costs_very_much_nothing_is_ever_refused(protocol):
    family = body(threshold=0.55, people_noise=0.05, vote_noise=0.02, lag=2, name="her_family")
    careless, careful = (
        played(
            small_scenario(
                protocol=protocol,
                **ENDURING,
                actors__her__domestic=family,
                actors__her__bargaining__patience=5,
                actors__her__anticipates=foresees,
                actors__his__anticipates=foresees,
                **of_each(refusal_cost=plain(1e6)),
            )
        )
        for foresees in (False, True)
    )
    assert (careless.ratified == 0).any(axis=1).mean() > 0.05
    assert (careful.ratified == 1).any(axis=1).mean() > 0.05
    assert not (careful.ratified == 0).any()


HOPELESS = {
    "actors__her__domestic": {**sure_body(False, quota=1), "name": "her_family"},
    **of_each(no_deal=plain(-2), bargaining__noise=1, bargaining__patience=2),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("aspiration", [0, 0.5])
def test_what_no_body_would_ever_ratify_is_never_signed_while_a_refusal_costs(protocol, aspiration):
    cost = of_each(refusal_cost=plain(0.01), bargaining__aspiration=aspiration)
    record = played(small_scenario(protocol=protocol, **ENDURING, **{**HOPELESS, **cost}))
    assert not record.signed.any()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_no_body_would_ever_ratify_is_signed_as_any_text_where_a_refusal_costs_nothing(
    protocol,
):
    free = of_each(bargaining__aspiration=0)
    model = model_of(small_scenario(protocol=protocol, **ENDURING, **{**HOPELESS, **free}))
    model.step()
    for actor in model.actors:
        plainly = actor.utility + actor.wavering >= actor.no_deal - 1e-9
        np.testing.assert_array_equal(actor.accepted, plainly)
        assert 0.5 < plainly.mean() < 1
    record = model.run()
    assert record.signed.any()
    assert (record.ratified[record.signed, 0] == 0).all()


# --- By how much ------------------------------------------------------------------------------

SMALL_CHANCE = {  # her people are for a text worth 1 to them by one half, of the .8 that it takes
    "actors__her__domestic": body(
        threshold=1, people_noise=0.5, quota=0.8, vote_noise=0.1, name="her_family"
    )
}


@pytest.mark.parametrize("session", [0, 20, 39])
@pytest.mark.parametrize("back", [None, 0.5])
@pytest.mark.parametrize("foresees", [True, False])
def test_a_text_is_accepted_with_the_logistic_chance_also_where_its_chance_at_home_is_small(
    session, back, foresees
):
    # She keeps her wish on the table, which is worth 1 to her and which he never signs.
    scenario = small_scenario(
        **ENDURING,
        **SMALL_CHANCE,
        calendar__horizon=plain(40),
        aftermath__renegotiation=back,
        protocols__single_text__persuasion=0,
        actors__his__no_deal=plain(3),
        actors__his__bargaining__noise=0,
        actors__her__no_deal=plain(0.25),
        actors__her__anticipates=foresees,
        actors__her__refusal_cost=plain(0.02),
        **{
            f"actors__her__bargaining__{trait}": value
            for trait, value in {
                "noise": 0.3,
                "imprecision": 0,
                "aspiration": 0.05 if foresees else 0.9,
                "concession": 1,
                "patience": 60,
            }.items()
        },
    )
    seeds, accepted = range(4), []
    for seed in seeds:
        model = model_of(scenario, seed=seed)
        for _ in range(session + 1):
            model.step()
        assert (model.actors[0].utility == 1).all()
        accepted.append(model.actors[0].accepted)
    more = (0.05 if foresees else 0.9) * (1 - session / 60) * 0.75  # a - d
    against = np.exp((0.8 - 0.5) / 0.1) if foresees else 0.0  # (1 - p) / p, with p = .047
    bar = 0.25 + more + against * ((1 - (back or 0)) * more + 0.02)
    chance = special.expit((1 - bar) / 0.3)
    assert 0.1 < chance < 0.95
    assert np.mean(accepted) == pytest.approx(chance, abs=error(chance, 1000 * len(seeds)))


def test_all_who_sign_look_ahead_to_all_bodies_and_who_does_not_to_none():
    homes = {
        "actors__her__domestic": body(threshold=0.6, people_noise=0.3, name="her_family"),
        "actors__his__domestic": body(threshold=0.4, people_noise=0.4, name="his_family"),
    }
    scenario = small_scenario(**SURE, **homes, actors__his__anticipates=False)
    model = model_of(scenario, 200)
    model.step()
    her, his = model.actors
    log_p = 0.0
    for actor, theta, noise in ((her, 0.6, 0.3), (his, 0.4, 0.4)):
        q = special.expit((actor.utility - theta) / noise)  # at home a text is worth the same
        log_p += special.log_expit((q - 0.5) / 0.1)
    against = np.expm1(-log_p)
    asks = her.threshold + against * (her.threshold - her.no_deal)
    np.testing.assert_allclose(model.parties.asks[:, 0], asks, rtol=1e-12)
    np.testing.assert_allclose(model.parties.asks[:, 1], his.threshold, rtol=1e-12)
    assert against.min() > 0.01


def test_only_the_bodies_of_those_who_must_sign_a_text_are_looked_ahead_to():
    consent = {
        name: {"label": name, "consent": ["his"] if name != "hers" else []}
        for name in ("hers", "shared", "his")
    }
    scenario = small_scenario(
        **SURE,
        actors__her__domestic=None,
        actors__his__domestic=body(threshold=0.6, people_noise=0.3),
        signatories__base=["her"],
        clauses__water__options=consent,
        protocol="offers",
        actors__her__bargaining__imprecision=0.2,
    )
    model = model_of(scenario)
    model.step()
    concerned = model.text[:, 0] != 0
    odds = model.parties.odds_against[:, 0]
    assert 0.1 < concerned.mean() < 0.9
    assert (odds[concerned] > 0).all()
    assert (odds[~concerned] == 0).all()


def test_drivers_move_what_is_foreseen_at_home():
    drought = {"kind": "ramp", "label": "d", **WHY, "start": 0.5, "target": 9, "date": "2035-01-01"}
    family = {**body(threshold=0.2, people_noise=0.5), "loadings": {**WHY, "drought": 0.6}}
    changes = {**SURE, "drivers__drought": drought, "actors__her__domestic": family}
    model = model_of(small_scenario(**changes), 50)
    model.step()
    q = special.expit((model.actors[0].utility - 0.2 - 0.6 * 0.5) / 0.5)
    against = np.exp(-(q - 0.5) / 0.1)
    np.testing.assert_allclose(model.parties.odds_against[:, 0], against, rtol=1e-9)


# --- Errors about it --------------------------------------------------------------------------


def test_an_error_about_a_vote_lies_on_the_logit_and_has_the_stated_size():
    family = body(threshold=0.6, people_noise=0.3)
    blind, seeing = (
        model_of(
            small_scenario(
                **SURE, actors__her__domestic=family, actors__his__bargaining__misforesight=sd
            )
        )
        for sd in (plain(0.7), None)
    )
    blind.step()
    seeing.step()
    np.testing.assert_array_equal(blind.text, seeing.text)  # she drafts
    logits = [-np.log(model.parties.odds_against) for model in (blind, seeing)]
    errors = logits[0] - logits[1]
    np.testing.assert_allclose(errors[:, 0], 0, atol=1e-12)
    assert errors[:, 1].std() == pytest.approx(0.7, abs=4 * 0.7 / np.sqrt(2000))
    assert errors[:, 1].mean() == pytest.approx(0, abs=4 * 0.7 / np.sqrt(1000))


def test_once_a_body_has_voted_all_know_what_its_people_want():
    homes = {
        f"actors__{name}__domestic": body(threshold=0.6, people_noise=0.3, name=f"{name}_kin")
        for name in ("her", "his")
    }
    late = {"actors__her__domestic__lag": 1.5, "actors__his__domestic__lag": 30}
    scenario = small_scenario(
        **{**ENDURING, **homes, **late},
        **of_each(
            no_deal=plain(-2),
            bargaining__aspiration=0,
            bargaining__noise=0,
            bargaining__misforesight=plain(1),
        ),
        aftermath__renegotiation=1,
    )
    model = model_of(scenario)
    model.step()
    true, seen = _logits(model)
    assert (np.abs(seen - true).std(axis=0) > 0.5).all()  # of both, before any vote
    model.step()
    model.step()
    again = model.held  # her body has voted and refused the text, his has not
    true, seen = _logits(model)
    np.testing.assert_array_equal(seen[again, 0], true[again, 0])
    assert (np.abs(seen - true)[again, 1] > 0).all()
    assert again.sum() > 100


def _logits(model):
    """The logits of the chances of both bodies, as they are and as she sees them."""
    parties = model.parties
    home = parties.home
    worth = np.column_stack([actor.utility for actor in model.actors])
    true = home.leaning(worth, home.theta(parties.drivers))
    return true, true + home.errors_of(0)


def test_a_vote_that_refuses_shows_in_the_diary_as_such():
    scenario = small_scenario(**ENDURING, **HOPELESS, **of_each(bargaining__aspiration=0))
    record = played(scenario, 300)
    np.testing.assert_array_equal(np.isnan(weeks_of(record, scenario, "refused")), ~record.signed)
    assert np.isnan(weeks_of(record, scenario, "in_force")).all()


@pytest.mark.filterwarnings("error")
def test_errors_beyond_all_measure_leave_numbers_and_the_order_of_events():
    huge = of_each(bargaining__misforesight=plain(1e6))
    record = played(small_scenario(actors__his__domestic=BODIES["actors__his__domestic"], **huge))
    assert np.isfinite(record.settled_week).all()
    refused = (record.ratified == 0).any(axis=1) & record.signed
    assert (record.settled_week[refused] >= record.week[refused]).all()
