"""Time: a longer horizon changes nothing before it, the calendar of the talks changes no law."""

import numpy as np
import pytest
from scipy import stats

from sim.scenario.events import events_of
from sim.scenario.reading.reader import read_scenario
from tests.small import WHY, mediated_scenario, small_scenario, small_tree
from tests.talks.small_talks import (
    EVENTFUL,
    NOBODY_LEAVES,
    PROTOCOLS,
    REFUSES_ALL,
    SIGNS_ALL,
    SURE,
    assert_same,
    body,
    deadline,
    error,
    even_body,
    model_of,
    plain,
    played,
    walkout,
    weeks_of,
)

# --- The horizon ------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("sequel", ["suspended", "offers"])
@pytest.mark.parametrize("between", [1, 4])
def test_a_longer_horizon_leaves_all_events_before_the_shorter_one(protocol, sequel, between):
    def until(weeks):
        return mediated_scenario(
            **{**EVENTFUL, "actors__envoy__domestic": None},
            protocol=protocol,
            without_mediator=sequel,
            calendar__weeks_between_sessions=plain(between),
            calendar__horizon=plain(weeks),
        )

    # Twenty-six weeks are no whole number of sessions four weeks apart.
    short, long = played(until(26)), played(until(52))
    early = long.event_week < 26
    np.testing.assert_array_equal(short.event_week[early], long.event_week[early])
    assert not (short.event_week[~early] < 26).any()
    happened = dict(zip(events_of(until(26)), early.any(axis=0), strict=True))
    rare = {"dropped", "kin", "broken", "in_effect"}
    assert all(happen for event, happen in happened.items() if event not in rare), happened


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_longer_horizon_leaves_the_whole_record_of_worlds_that_were_settled_before(protocol):
    def until(weeks):
        changes = {**EVENTFUL, "aftermath__renegotiation": None}
        return mediated_scenario(
            **{**changes, "actors__envoy__domestic": None},
            protocol=protocol,
            calendar__horizon=plain(weeks),
        )

    short, long = played(until(26)), played(until(52))
    before = long.week < 26
    assert 0.05 < before.mean() < 0.95
    assert_same(short, long, before)
    assert (short.week[~before] == 26).all()
    assert (short.option[~before] == -1).all()


# --- The calendar -----------------------------------------------------------------------------


@pytest.mark.parametrize("between", [2, 4])
def test_what_happens_at_constant_rates_has_the_same_moments_whatever_the_calendar(between):
    def talks(weeks):
        return mediated_scenario(
            **REFUSES_ALL,
            calendar__weeks_between_sessions=plain(weeks),
            calendar__deadline=deadline(kept=0.2, moved=0.7, dropped=0.1, weeks=3.2, times=9),
            actors__her__walkout=walkout(0.05),
            actors__her__returns=plain(0.3),
            actors__his__walkout=walkout(0.01),
            actors__envoy__walkout=walkout(0.02),
            actors__envoy__returns=plain(0.2),
        )

    weekly, other = played(talks(1)), played(talks(between))
    np.testing.assert_allclose(weekly.event_week, other.event_week, atol=1e-9)
    np.testing.assert_allclose(weekly.week, other.week, atol=1e-9)
    np.testing.assert_array_equal(weekly.by, other.by)
    np.testing.assert_array_equal(weekly.outcome, other.outcome)


def on_a_date(between, seed):
    """Her no deal in the sixth week of talks without end, and what his may be worth then."""
    model = model_of(
        small_scenario(
            **REFUSES_ALL, **NOBODY_LEAVES, calendar__weeks_between_sessions=plain(between)
        ),
        seed=seed,
    )
    while model.week <= 6:
        model.step()
    return model.actors[0].no_deal


@pytest.mark.parametrize("between", [2, 3, 6])
def test_no_deal_is_worth_the_same_on_a_date_whatever_the_calendar(between):
    weekly, other = (np.concatenate([on_a_date(b, s) for s in range(4)]) for b in (1, between))
    assert (weekly != other).any()
    assert stats.ks_2samp(weekly, other).pvalue > 0.01


def shares_of(between, event, **changes):
    scenario = small_scenario(calendar__weeks_between_sessions=plain(between), **changes)
    records = [played(scenario, seed=seed) for seed in range(4)]
    return np.concatenate([weeks_of(record, scenario, event) for record in records])


@pytest.mark.parametrize("event", ["refused", "in_force", "broken"])
def test_votes_and_breaches_follow_the_same_law_whatever_the_calendar(event):
    home = {
        **body(threshold=0.9, people_noise=0.2, lag=3.5, name="her_family"),
        "loadings": {**WHY, "drought": 1},
    }
    changes = {
        **NOBODY_LEAVES,
        **SURE,
        **SIGNS_ALL,
        "actors__her__domestic": home,
        "actors__her__bargaining__imprecision": 0,
        "protocols__single_text__persuasion": 0,
        "clauses__water__options__hers__breach": plain(0.2),
        "aftermath__hazard": 0.03,
    }
    weekly, other = (shares_of(between, event, **changes) for between in (1, 2))
    happened = [~np.isnan(weeks) for weeks in (weekly, other)]
    pooled = np.mean(happened)
    assert 0.1 < pooled < 0.9
    assert happened[0].mean() == pytest.approx(
        happened[1].mean(), abs=error(pooled, 4000) * np.sqrt(2)
    )
    if event == "broken":
        weeks = [w[h] for w, h in zip((weekly, other), happened, strict=True)]
        assert stats.ks_2samp(*weeks).pvalue > 0.001


# --- Pairing ----------------------------------------------------------------------------------


def test_drivers_and_moods_are_those_of_the_same_world_under_another_scenario():
    same = {**REFUSES_ALL, **NOBODY_LEAVES, "protocol": "single_text"}
    one = model_of(small_scenario(**same), worlds=50)
    tree = small_tree(**same, actors__her__bargaining__patience=7)
    tree["clauses"]["gate"] = {
        "label": "Who keeps the gate",
        "options": {"she": {"label": "she"}, "he": {"label": "he"}},
    }
    for text in tree["texts"].values():
        text["terms"]["gate"] = "she"
    for actor in tree["actors"].values():
        actor["weights"]["gate"] = 0.1
        actor["values"]["gate"] = {**WHY, "she": 1, "he": 0}
    two = model_of(read_scenario(tree), worlds=50)
    for _ in range(5):
        one.step()
        two.step()
        np.testing.assert_array_equal(one.drivers, two.drivers)
        np.testing.assert_array_equal(one.parties.mood, two.parties.mood)
        misjudged = [model.parties.beliefs("her").misjudged for model in (one, two)]
        np.testing.assert_array_equal(*misjudged)
        assert misjudged[0].any()


def test_a_vote_meets_the_same_chance_under_another_lag_and_calendar():
    early, late = (
        played(
            small_scenario(
                **{**NOBODY_LEAVES, **SURE, **SIGNS_ALL},
                actors__her__domestic=even_body(lag=lag, name="her_family"),
                calendar__weeks_between_sessions=plain(between),
            )
        )
        for lag, between in ((1, 1), (7.3, 2))
    )
    np.testing.assert_array_equal(early.ratified, late.ratified)
