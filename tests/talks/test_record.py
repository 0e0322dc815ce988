"""The record of a world: what is written down of the talks, of the vote, and of the deal after."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from sim.talks.model import NegotiationModel
from sim.talks.record import joined
from tests.small import WHY, mediated_scenario, small_scenario
from tests.talks.small_talks import EVENTFUL, assert_same

WORLDS = np.arange(1000)
MONTH = 365.25 / 12 / 7


def plain(value):
    return {"value": value, **WHY}


def signs_at_once(**changes):
    """Talks on halves that all sign in the first session, with no vote after them."""
    always = {
        f"actors__{name}__{field}": value
        for name in ("her", "his", "envoy")
        for field, value in {
            "no_deal": plain(-2),
            "loadings": {},
            "loadings_after": {},
            "weight_concentration": None,
            "domestic": None,
            "bargaining__noise": 0,
            "bargaining__aspiration": 0,
            "bargaining__imprecision": 0,
            "bargaining__accommodation": 0,
            "bargaining__misreading": 0,
            "values__water__spread": 0,
            "values__upkeep__spread": 0,
        }.items()
    }
    table = {
        "protocols__single_text__persuasion": 0,
        "protocols__single_text__initial": "halves",
    }
    return mediated_scenario(**{**always, **table, **changes})


def records(scenario, seeds=range(6)):
    return [NegotiationModel(scenario, seed, 1, WORLDS).run() for seed in seeds]


def column(scenario, name, seeds=range(6)):
    return np.concatenate([getattr(record, name) for record in records(scenario, seeds)])


def error(p, worlds=6000):
    return 4 * np.sqrt(p * (1 - p) / worlds)


def test_a_signed_text_is_recorded_with_its_day_and_what_it_is_worth():
    record = records(signs_at_once(), [0])[0]
    assert (record.option == 1).all()
    assert (record.week == 0).all()
    assert (record.round == 0).all()
    np.testing.assert_allclose(record.utility[:, :2], 0.56)
    np.testing.assert_allclose(record.utility[:, 2], 1)
    assert (record.in_force_week == 0).all()
    assert (record.ratified == -1).all()
    assert not record.by.any()


def test_where_nothing_is_signed_the_record_has_the_value_of_no_deal_at_the_end():
    driver = {"kind": "ramp", "label": "r", **WHY, "start": 0, "target": 2, "date": "2025-07-07"}
    changes = {
        f"actors__{name}__{field}": value
        for name in ("her", "his")
        for field, value in {
            "no_deal": plain(2),
            "walkout": None,
            "bargaining__noise": 0,
            "loadings": {**WHY, "drought": 0.1},
        }.items()
    }
    scenario = small_scenario(drivers__drought=driver, **changes)
    record = NegotiationModel(scenario, 0, 1, np.arange(5)).run()
    # The last session is in week 25 of the ramp's 26.
    np.testing.assert_allclose(record.utility, 2 + 0.1 * 2 * 25 / 26)
    assert (record.option == -1).all()
    assert (record.settled_week == 26).all()
    assert np.isnan(record.in_force_week).all()


def test_a_deal_breaks_within_the_months_at_its_hazard():
    broken = ~np.isnan(column(signs_at_once(), "broken_week"))
    chance = -np.expm1(-24 * 0.01)
    assert broken.mean() == pytest.approx(chance, abs=error(chance))


def test_deterrence_of_the_signed_options_lowers_the_hazard():
    scenario = signs_at_once(
        clauses__water__options__shared__deterrence=plain(0.8), aftermath__deterrence=2
    )
    broken = ~np.isnan(column(scenario, "broken_week"))
    chance = -np.expm1(-24 * 0.01 * np.exp(-2 * 0.8))
    assert broken.mean() == pytest.approx(chance, abs=error(chance))


REARMING = {  # rises by 2.9 within a day of the start, and stays
    "kind": "ramp",
    "label": "rearming",
    **WHY,
    "start": 1,
    "target": 3.9,
    "date": "2025-01-07",
}


@pytest.mark.parametrize(
    ("belligerents", "loadings", "regret"),
    [
        (["her", "his"], "loadings_after", 0.9 - 0.56),
        (["her"], "loadings_after", 0.0),  # his regret does not count: he does not fight
        (["her", "his"], "loadings", 0.0),  # what moves no deal before a signature, not after
    ],
)
def test_regret_of_a_belligerent_raises_the_hazard_by_its_loadings_after_signature(
    belligerents, loadings, regret
):
    scenario = signs_at_once(
        drivers__drought=REARMING,
        aftermath__hazard=0.005,
        aftermath__regret=3,
        aftermath__belligerents=belligerents,
        **{f"actors__his__{loadings}": {**WHY, "drought": 1}},
    )
    broken = ~np.isnan(column(scenario, "broken_week"))
    # The driver moves in the first week; from the second on, the regret counts.
    hazard = 0.005 / MONTH * (1 + (24 * MONTH - 1) * np.exp(3 * regret))
    chance = -np.expm1(-hazard)
    assert broken.mean() == pytest.approx(chance, abs=error(chance))


def test_after_a_later_signature_the_world_outside_goes_on_from_there():
    # No deal falls by .5 a week from 3: he signs .56 in week 5. Then it rises by .2 a week from .5.
    pressure = {"kind": "ramp", "label": "p", **WHY, "start": 0, "target": 10, "date": "2025-03-17"}
    scenario = signs_at_once(
        drivers__drought=pressure,
        calendar__deadline=None,
        aftermath__hazard=0.005,
        aftermath__regret=3,
        actors__his__no_deal=plain(3),
        actors__his__loadings={**WHY, "drought": -0.5},
        actors__his__loadings_after={**WHY, "drought": 0.2},
        actors__his__walkout=None,
        actors__her__walkout=None,
        actors__envoy__walkout=None,
    )
    assert (column(scenario, "week", [0]) == 5).all()
    broken = ~np.isnan(column(scenario, "broken_week"))
    since, lengths = np.arange(105), np.append(np.ones(104), 24 * MONTH - 104)
    regret = np.maximum(0, 0.5 + 0.2 * np.minimum(since, 5) - 0.56)
    chance = -np.expm1(-(0.005 / MONTH * np.exp(3 * regret) * lengths).sum())
    assert broken.mean() == pytest.approx(chance, abs=error(chance))


def test_a_vote_ratifies_with_its_chance_and_a_refusal_is_recorded_with_the_body():
    body = {
        "name": "her_family",
        "label": "her family",
        **WHY,
        "threshold": 0.5,
        "people_noise": 0.2,
        "quota": 0.5,
        "vote_noise": 0.1,
        "lag": 8,
    }
    scenario = signs_at_once(actors__her__domestic=body)
    record = records(scenario, [0])[0]
    refused = record.ratified[:, 0] == 0
    chance = special.expit((special.expit((0.56 - 0.5) / 0.2) - 0.5) / 0.1)
    assert 1 - refused.mean() == pytest.approx(chance, abs=error(chance, 1000))
    np.testing.assert_array_equal(record.by[:, 0], refused)
    assert not record.by[:, 1:].any()
    assert (record.ratified[:, 1:] == -1).all()
    assert (record.in_force_week[~refused] == 8).all()
    assert np.isnan(record.in_force_week[refused]).all()
    assert (record.settled_week[refused] == 8).all()
    names = list(scenario.outcomes)
    assert (record.outcome[refused] == names.index("failed_deal")).all()


def test_only_those_who_had_to_sign_are_voted_on():
    body = {
        "name": "her_family",
        "label": "her family",
        **WHY,
        "threshold": 9,
        "people_noise": 0.2,
        "quota": 0.5,
        "vote_noise": 0.1,
        "lag": 2,
    }
    scenario = signs_at_once(actors__envoy__domestic=body)
    assert (records(scenario, [0])[0].ratified == -1).all()
    options = {name: {"label": name, "consent": ["envoy"]} for name in ("hers", "shared", "his")}
    scenario = signs_at_once(actors__envoy__domestic=body, clauses__water__options=options)
    assert (records(scenario, [0])[0].ratified[:, 2] >= 0).all()


def test_a_deal_that_stands_is_settled_when_the_months_are_over():
    record = records(signs_at_once(aftermath__hazard=0), [0])[0]
    np.testing.assert_allclose(record.settled_week, 24 * MONTH)
    assert np.isnan(record.broken_week).all()


# --- Some of the worlds, and records side by side ------------------------------------------------


@pytest.fixture(scope="module")
def eventful():
    return NegotiationModel(mediated_scenario(**EVENTFUL), 0, 1, np.arange(60)).run()


def turns_of(record):
    """Who left or came back when, world by world, by the world's number."""
    turns = record.turns
    found = {int(world): [] for world in record.world}
    for row, actor, week in zip(turns.row, turns.actor, turns.week, strict=True):
        found[int(record.world[row])].append((int(actor), float(week)))
    return found


@given(st.sets(st.integers(0, 59), min_size=1))
def test_some_of_the_worlds_keep_their_turns(eventful, rows):
    some, every = eventful.of(np.array(sorted(rows))), turns_of(eventful)
    assert some.world.tolist() == sorted(rows)
    assert turns_of(some) == {world: every[world] for world in sorted(rows)}
    np.testing.assert_array_equal(some.week, eventful.week[sorted(rows)])
    np.testing.assert_array_equal(some.event_week, eventful.event_week[sorted(rows)])


@given(st.lists(st.integers(0, 2), min_size=60, max_size=60))
def test_records_that_are_dealt_out_and_joined_are_whole_again(eventful, pile):
    piles = [np.flatnonzero(np.array(pile) == k) for k in range(3)]
    again = joined([eventful.of(rows) for rows in piles if len(rows)][::-1])
    assert_same(again, eventful)


def test_the_eventful_worlds_have_turns(eventful):
    assert len(eventful.turns.row) > 60
