"""Votes at home: on their own days, alone or together, and what a refusal leads to."""

import numpy as np
import pytest
from scipy import special

from tests.small import WHY, mediated_scenario, small_scenario
from tests.talks.small_talks import (
    NOBODY_LEAVES,
    PROTOCOLS,
    SIGNS_ALL,
    SURE,
    body,
    column,
    error,
    even_body,
    model_of,
    plain,
    played,
    sure_body,
    walkout,
    weeks_of,
)

# --- Days -------------------------------------------------------------------------------------


def signed_at_once(her=None, his=None, **changes):
    """Talks that sign what comes first, with bodies of hers and his at home."""
    homes = {
        f"actors__{name}__domestic": home and {**home, "name": f"{name}_family"}
        for name, home in (("her", her), ("his", his))
    }
    return small_scenario(**{**NOBODY_LEAVES, **SURE, **SIGNS_ALL, **homes, **changes})


@pytest.mark.parametrize("between", [0.5, 1, 4])
@pytest.mark.parametrize("lag", [0, 0.3, 1, 2.5, 30])
def test_a_body_votes_its_lag_after_the_signature_and_not_at_the_end_of_a_week(lag, between):
    calendar = {"calendar__weeks_between_sessions": plain(between)}
    yes = played(signed_at_once(her=sure_body(True, lag=lag), **calendar), 50)
    assert (yes.week == 0).all()
    np.testing.assert_allclose(yes.in_force_week, lag)
    no = played(signed_at_once(her=sure_body(False, lag=lag), **calendar), 50)
    np.testing.assert_allclose(no.settled_week, lag)
    assert np.isnan(no.in_force_week).all()
    assert no.by.tolist() == [[True, False]] * 50


def test_lags_may_differ_between_draws():
    lag = {"uniform": [1, 9], **WHY}
    scenario = signed_at_once(her=sure_body(True, lag=lag))
    model = model_of(scenario)
    lags = model.batch.number("actors.her.domestic.lag")
    np.testing.assert_allclose(model.run().in_force_week, lags)


def test_a_text_is_in_force_once_the_last_body_has_ratified():
    record = played(signed_at_once(sure_body(True, lag=7.25), sure_body(True, lag=2)), 20)
    np.testing.assert_allclose(record.in_force_week, 7.25)
    assert (record.ratified == 1).all()


@pytest.mark.parametrize(("her_lag", "his"), [(2, -1), (5, 1), (3, -1)])
def test_after_a_refusal_no_other_body_votes(her_lag, his):
    record = played(signed_at_once(sure_body(False, lag=her_lag), sure_body(True, lag=3)), 20)
    assert (record.ratified == [0, his]).all()
    np.testing.assert_allclose(record.settled_week, her_lag)
    assert (record.by == [True, False]).all()


def test_votes_may_be_held_after_the_horizon():
    # No deal falls to what her wish is worth to him in the last week only.
    fall = {"kind": "ramp", "label": "f", **WHY, "start": 0, "target": 1, "date": "2025-02-03"}
    scenario = signed_at_once(
        sure_body(True, lag=6),
        drivers__drought=fall,
        actors__his__no_deal=plain(3),
        actors__his__loadings={**WHY, "drought": -4},
        calendar__horizon=plain(4),
        protocols__single_text__persuasion=0,
        actors__her__bargaining__imprecision=0,
    )
    record = played(scenario, 50)
    assert (record.week == 3).all()
    assert (record.in_force_week == 9).all()


# --- Chances ----------------------------------------------------------------------------------


def test_a_text_is_ratified_with_its_chance():
    home = body(threshold=0.95, people_noise=0.2, vote_noise=0.2)
    scenario = signed_at_once(
        home, protocols__single_text__persuasion=0, actors__her__bargaining__imprecision=0
    )
    ratified = column(scenario, "ratified")[:, 0]
    chance = special.expit((special.expit(0.25) - 0.5) / 0.2)  # her wish, worth 1 to them
    assert ratified.mean() == pytest.approx(chance, abs=error(chance, 4000))


@pytest.mark.parametrize("between", [1, 2, 5])
@pytest.mark.parametrize("kind", ["random_walk", "jumps", "ramp"])
def test_a_body_votes_on_the_drivers_of_its_day_whatever_the_calendar(between, kind):
    driver = {
        "random_walk": {"start": 0, "drift": 0.05, "volatility": 0.15},
        "jumps": {"start": 0, "rate": 0.4, "size": 0.3, "size_sd": 0},
        "ramp": {"start": 0, "target": 1, "date": "2025-02-10"},  # five weeks after the start
    }[kind]
    home = {
        **body(threshold=1, people_noise=0.2, vote_noise=0.1, lag=3.5),
        "loadings": {**WHY, "drought": 0.5},
    }
    scenario = signed_at_once(
        home,
        drivers__drought={"kind": kind, "label": kind, **WHY, **driver},
        calendar__weeks_between_sessions=plain(between),
        protocols__single_text__persuasion=0,
        actors__her__bargaining__imprecision=0,
    )
    ratified = column(scenario, "ratified")[:, 0]

    def chance(value):
        q = special.expit((1 - 1 - 0.5 * value) / 0.2)
        return special.expit((q - 0.5) / 0.1)

    if kind == "random_walk":
        nodes, weights = np.polynomial.hermite_e.hermegauss(60)
        values = 0.05 * 3.5 + 0.15 * np.sqrt(3.5) * nodes
        expected = (weights * chance(values)).sum() / weights.sum()
    elif kind == "jumps":
        count = np.arange(40)
        law = np.exp(-1.4 + count * np.log(1.4) - special.gammaln(count + 1))
        expected = (law * chance(0.3 * count)).sum()
    else:
        expected = chance(0.7)
    assert ratified.mean() == pytest.approx(expected, abs=error(expected, 4000))


def test_the_world_goes_on_from_the_day_of_the_last_vote():
    # Rearming by .2 a week; his regret counts from the day of the vote on.
    rise = {"kind": "ramp", "label": "r", **WHY, "start": 0, "target": 9, "date": "2025-11-17"}
    scenario = signed_at_once(
        sure_body(True, lag=3.5),
        drivers__drought=rise,
        actors__his__no_deal=plain(0),
        actors__his__loadings_after={**WHY, "drought": 1},
        protocols__single_text__persuasion=0,
        actors__her__bargaining__imprecision=0,
        aftermath__months=6,
        aftermath__hazard=0.01,
        aftermath__regret=0.5,
    )
    model = model_of(scenario, 10)
    while model.running:
        model.step()
    np.testing.assert_allclose(model.ledger.drivers, 0.2 * 3.5)
    broken = ~np.isnan(column(scenario, "broken_week", range(6)))
    month = 365.25 / 12 / 7
    edges = np.append(np.arange(3.5, 6 * month), 6 * month)  # six months after the signature
    starts, lengths = edges[:-1], np.diff(edges)
    hazard = (0.01 / month * np.exp(0.5 * 0.2 * starts) * lengths).sum()
    chance = -np.expm1(-hazard)
    assert broken.mean() == pytest.approx(chance, abs=error(chance, 6000))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_body_votes_on_the_text_that_was_signed_whatever_was_said_since(protocol):
    # Her people take what is worth .55 to them, and no less; she does not think of them.
    home = body(threshold=0.55, people_noise=0.001, vote_noise=0.001, lag=4.5, name="her_family")
    scenario = signed_at_once(
        home,
        protocol=protocol,
        actors__her__bargaining__imprecision=0.3,
        actors__her__anticipates=False,
        actors__his__anticipates=False,
    )
    record = played(scenario)
    worth = record.utility[:, 0]
    sure = np.abs(worth - 0.55) > 0.005
    np.testing.assert_array_equal(record.ratified[sure, 0], worth[sure] > 0.55)
    assert 0.1 < record.ratified[:, 0].mean() < 0.95
    assert sure.all()


# --- Together ---------------------------------------------------------------------------------


def both_ratified(swing):
    scenario = signed_at_once(
        even_body(lag=1), even_body(lag=2), aftermath__swing=swing, aftermath__hazard=0
    )
    ratified = column(scenario, "ratified")
    assert (ratified[:, 0] == 1).mean() == pytest.approx(0.5, abs=error(0.5, 4000))
    return ratified


@pytest.mark.parametrize("swing", [0, 0.4, 0.8, 1])
def test_votes_that_share_a_swing_go_together_as_two_normals_do(swing):
    both = (both_ratified(plain(swing)) == 1).all(axis=1)
    chance = 0.25 + np.arcsin(swing**2) / (2 * np.pi)  # Sheppard's formula
    assert both.mean() == pytest.approx(chance, abs=error(chance, 4000))


def test_with_a_full_swing_bodies_of_equal_chances_vote_alike():
    ratified = both_ratified(plain(1))
    first = ratified[:, 0] == 1
    assert (ratified[first, 1] == 1).all()
    assert (ratified[~first] == [0, -1]).all()


def test_without_a_swing_votes_are_independent():
    ratified = both_ratified(None)
    second = ratified[ratified[:, 0] == 1, 1]
    assert second.mean() == pytest.approx(0.5, abs=error(0.5, len(second)))


def test_a_swing_is_one_of_a_text_and_not_of_a_world():
    scenario = signed_at_once(
        even_body(lag=0.5), aftermath__swing=plain(1), aftermath__renegotiation=1
    )
    record = played(scenario)
    refused = ~np.isnan(weeks_of(record, scenario, "refused"))
    again = record.in_force_week[refused]
    assert (again == 1.5).mean() == pytest.approx(0.5, abs=error(0.5, refused.sum()))


# --- After a refusal --------------------------------------------------------------------------


@pytest.mark.parametrize("renegotiation", [None, plain(0)])
def test_a_refused_text_is_the_end_where_it_never_goes_back_to_the_talks(renegotiation):
    scenario = signed_at_once(sure_body(False, lag=2), aftermath__renegotiation=renegotiation)
    record = played(scenario, 50)
    names = list(scenario.outcomes)
    assert (record.outcome == names.index("failed_deal")).all()
    assert (record.settled_week == 2).all()
    assert (record.week == 0).all()


def test_a_refused_text_goes_back_to_the_talks_on_the_day_of_the_vote():
    # Signed in weeks 0, 3, 6 ... 24 and refused two and a half weeks after; the last time after
    # the horizon, when nobody talks any more.
    scenario = signed_at_once(sure_body(False, lag=2.5), aftermath__renegotiation=1)
    model = model_of(scenario, 20)
    signed = []
    while model.running:
        week = model.week
        model.step()
        if model.held.any():
            assert model.held.all()
            assert (model.ledger.week == week).all()
            signed.append(week)
    record = model.record()
    assert signed == list(range(0, 25, 3))
    assert (record.week == 24).all()
    assert (record.settled_week == 26.5).all()
    assert (weeks_of(record, scenario, "signed") == 0).all()
    assert (weeks_of(record, scenario, "refused") == 2.5).all()
    assert (record.by == [True, False]).all()


def test_a_session_on_the_day_of_the_vote_is_held_after_it():
    scenario = signed_at_once(sure_body(False, lag=1), aftermath__renegotiation=1)
    record = played(scenario, 20)
    assert (record.week == 25).all()  # signed every week
    assert (record.settled_week == 26).all()


def test_the_talks_go_on_from_the_refused_text():
    scenario = signed_at_once(
        sure_body(False, lag=2),
        aftermath__renegotiation=1,
        actors__her__bargaining__imprecision=0.4,
        protocols__single_text__persuasion=0,
    )
    model = model_of(scenario)
    first, moved = model.space.text(scenario.texts["her_wish"].terms), 0
    for session in range(8):
        signed = model.text.copy()
        model.step()
        differs = (model.text != signed).sum(axis=1)
        assert (differs <= (1 if session % 2 == 0 else 0)).all()
        moved += (model.text != first).all(axis=1).sum()
    assert moved > 100  # two steps away from the first text: one before a vote, one after


def test_a_refused_text_goes_back_with_its_chance_and_may_be_signed_again_and_ratified():
    back = 0.7
    scenario = signed_at_once(even_body(lag=0.5), aftermath__renegotiation=plain(back))
    in_force = ~np.isnan(column(scenario, "in_force_week"))
    # One half at each of 26 signatures: 1/2 + 1/2 x .7 x 1/2 + ...
    chance = 0.5 / (1 - 0.5 * back)
    assert in_force.mean() == pytest.approx(chance, abs=error(chance, 4000))
    weeks = column(scenario, "in_force_week")
    for signature in range(3):
        chance = 0.5 * (0.5 * back) ** signature
        found = (weeks == signature + 0.5).mean()
        assert found == pytest.approx(chance, abs=error(chance, 4000))


def test_walk_outs_begin_again_when_a_refused_text_is_back():
    scenario = signed_at_once(
        sure_body(False, lag=3.25),
        aftermath__renegotiation=1,
        actors__his__walkout=walkout(0.8),
    )
    record = played(scenario)
    left = weeks_of(record, scenario, "left_his")
    # He may leave from 3.25 to 4, from 7.25 to 8 ...: never while a vote is awaited.
    gone = ~np.isnan(left)
    assert gone.mean() > 0.9
    assert (np.mod(left[gone], 4) >= 3.25).all()
    first = left < 4
    chance = -np.expm1(-0.8 * 0.75)
    assert first.mean() == pytest.approx(chance, abs=error(chance, 1000))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_signature_of_a_world_is_after_the_refusal_of_the_one_before(protocol):
    scenario = mediated_scenario(
        protocol=protocol,
        actors__her__domestic=even_body(lag=1.3, name="her_family"),
        actors__his__domestic=None,
        aftermath__renegotiation=0.9,
        actors__her__bargaining__patience=6,
        actors__his__bargaining__patience=6,
        calendar__deadline=None,
    )
    model = model_of(scenario)
    many = 0
    last = np.full(1000, -np.inf)
    while model.running:
        week = model.week
        model.step()
        rows = model.rows[model.held]
        now = rows[(model.ledger.week[rows] == week) & (model.ledger.text[rows, 0] >= 0)]
        many += np.isfinite(last[now]).sum()
        assert (week - last[now] >= 1.3).all()
        last[now] = week
    assert many > 50


def test_the_record_tells_what_bodies_said_of_the_text_that_was_signed_last():
    # Refused in week 1, signed again; then it breaks before her body votes on it, if at all.
    scenario = signed_at_once(
        sure_body(False, lag=1),
        sure_body(True, lag=0.5),
        aftermath__renegotiation=1,
        clauses__water__options__hers__breach=plain(2),
        actors__her__bargaining__imprecision=0,
        protocols__single_text__persuasion=0,
    )
    record = played(scenario)
    broken = ~np.isnan(record.broken_week)
    assert broken.mean() > 0.99
    voted = record.broken_week - record.week > 0.5  # in the week of the last signature
    assert 0.3 < voted[broken].mean() < 0.7
    assert (record.ratified[broken, 0] == -1).all()
    np.testing.assert_array_equal(record.ratified[broken, 1], np.where(voted, 1, -1)[broken])


def test_where_talks_went_on_after_a_refusal_the_record_has_no_text_and_no_vote_on_it():
    # She refuses all from week 3 on, when she leaves for good or not.
    rise = {"kind": "ramp", "label": "r", **WHY, "start": 0, "target": 3, "date": "2025-01-27"}
    scenario = signed_at_once(
        sure_body(False, lag=2.5),
        drivers__drought=rise,
        actors__her__loadings={**WHY, "drought": 2},
        actors__her__walkout=walkout(0.05),
        aftermath__renegotiation=1,
    )
    record = played(scenario)
    assert (weeks_of(record, scenario, "refused") == 2.5).all()
    assert (record.option == -1).all()
    assert (record.ratified == -1).all()
    left = ~np.isnan(weeks_of(record, scenario, "left_her"))
    assert 0.2 < left.mean() < 0.9
    np.testing.assert_array_equal(record.by[:, 0], left)
