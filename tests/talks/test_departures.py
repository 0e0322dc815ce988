"""Who leaves the talks, who comes back, and what the talks are meanwhile."""

import numpy as np
import pytest
from scipy import stats

from sim.scenario.reading.reader import read_scenario
from tests.small import mediated_scenario, small_scenario, small_tree
from tests.talks.small_talks import (
    NOBODY_LEAVES,
    PROTOCOLS,
    REFUSES_ALL,
    SIGNS_ALL,
    SURE,
    assert_same,
    body,
    column,
    deadline,
    error,
    even_body,
    model_of,
    plain,
    played,
    share,
    walkout,
    weeks_of,
)

# --- Leaving for good -------------------------------------------------------------------------


@pytest.mark.parametrize("between", [0.5, 1, 4, 12])
def test_an_actor_leaves_by_a_date_with_the_chance_of_its_rate_whatever_the_calendar(between):
    rate = 0.05
    scenario = small_scenario(
        **REFUSES_ALL,
        actors__her__walkout=walkout(rate),
        actors__his__walkout=None,
        calendar__weeks_between_sessions=plain(between),
    )
    record = played(scenario, worlds=1000, seed=int(between * 2))
    left = record.by[:, 0]
    chance = -np.expm1(-rate * 26)
    assert left.mean() == pytest.approx(chance, abs=error(chance, 1000))
    law = stats.truncexpon(b=26 * rate, scale=1 / rate)
    assert stats.kstest(record.week[left], law.cdf).pvalue > 0.001


def test_who_leaves_first_is_drawn_in_proportion_to_the_rates():
    scenario = small_scenario(
        **REFUSES_ALL, actors__her__walkout=walkout(0.3), actors__his__walkout=walkout(0.1)
    )
    by = column(scenario, "by")
    assert (by.sum(axis=1) <= 1).all()
    first = by[by.any(axis=1), 0]
    assert first.mean() == pytest.approx(0.75, abs=error(0.75, len(first)))


def test_who_is_needed_and_never_comes_back_ends_the_talks_at_that_moment():
    scenario = small_scenario(
        **REFUSES_ALL, actors__her__walkout=None, actors__his__walkout=walkout(0.1)
    )
    record = played(scenario)
    left = weeks_of(record, scenario, "left_his")
    gone = ~np.isnan(left)
    assert gone.mean() == pytest.approx(-np.expm1(-2.6), abs=error(0.07, 1000))
    np.testing.assert_array_equal(record.week, np.where(gone, left, 26))
    np.testing.assert_array_equal(weeks_of(record, scenario, "suspended"), left)
    np.testing.assert_array_equal(record.settled_week, record.week)
    np.testing.assert_array_equal(record.by, np.outer(gone, [False, True]))
    assert share(record.outcome, scenario, "no_deal") == 1


def test_two_who_are_not_needed_may_leave_between_the_same_two_sessions():
    tree = small_tree(**REFUSES_ALL, **NOBODY_LEAVES, calendar__weeks_between_sessions=plain(13))
    for name in ("aunt", "uncle"):
        tree["actors"][name] = {**tree["actors"]["his"], "walkout": walkout(0.1), "domestic": None}
    model = model_of(read_scenario(tree), worlds=4000, replications=4000)
    model.step()
    gone = -np.expm1(-1.3)
    both = model.happenings.away[:, 2] & model.happenings.away[:, 3]
    assert both.mean() == pytest.approx(gone**2, abs=error(gone**2, 4000))
    assert not model.happenings.suspended.any()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nobody_leaves_while_a_signed_text_waits_for_the_vote(protocol):
    scenario = small_scenario(
        **SIGNS_ALL,
        protocol=protocol,
        actors__her__domestic=even_body(lag=8, name="her_family"),
        actors__her__walkout=walkout(100),
        actors__his__walkout=walkout(100),
    )
    record = played(scenario, 300)
    assert record.signed.all()
    assert np.isnan(weeks_of(record, scenario, "left_her")).all()
    assert np.isnan(weeks_of(record, scenario, "suspended")).all()


# --- How readily ------------------------------------------------------------------------------

HER_WISH_STANDS = {  # she keeps it on the table; it is worth 1 to her and 0 to him
    "actors__her__bargaining__imprecision": 0,
    "protocols__single_text__persuasion": 0,
    "actors__her__walkout": None,
    "actors__his__bargaining__noise": 0,
}


def test_the_rate_grows_with_what_the_best_recent_text_lacks_of_no_deal():
    scenario = small_scenario(
        **{**SURE, **HER_WISH_STANDS},
        actors__his__no_deal=plain(0.5),
        actors__his__walkout=walkout(0.02, sensitivity=4),
    )
    by = column(scenario, "by", range(3))
    chance = -np.expm1(-0.02 * (1 + 4 * 0.5) * 26)
    assert by[:, 1].mean() == pytest.approx(chance, abs=error(chance, 3000))


@pytest.mark.parametrize("foresees", [True, False])
@pytest.mark.parametrize("back", [None, 0.4])
def test_who_looks_ahead_counts_of_a_text_what_a_vote_may_leave_of_it(foresees, back):
    # Her people ratify one time in four; a refusal costs him .1.
    family = body(threshold=0, people_noise=1e6, quota=0.5 + 0.1 * np.log(3))
    scenario = small_scenario(
        **{**SURE, **HER_WISH_STANDS},
        actors__her__domestic=family,
        actors__his__no_deal=plain(0.5),
        actors__his__anticipates=foresees,
        actors__his__refusal_cost=plain(0.1),
        actors__his__walkout=walkout(0.02, sensitivity=4),
        actors__his__bargaining__aspiration=0.4,
        aftermath__renegotiation=back,
        answers__memory=plain(1),
    )
    model = model_of(scenario, 20)
    model.step()
    demanded, again = 0.5 + 0.4 * 0.5, back or 0
    refused = again * demanded + (1 - again) * 0.5 - 0.1
    worth = 0.75 * refused if foresees else 0.0  # the text itself is worth nothing
    rate = 0.02 * (1 + 4 * (0.5 - worth))
    np.testing.assert_allclose(model.parties.leaving()[:, 1], rate, atol=1e-6)


@pytest.mark.parametrize(("protocol", "at_first"), [("single_text", 0.0), ("offers", 3.0)])
def test_an_actor_remembers_the_texts_of_the_last_sessions_and_at_first_the_initial_one(
    protocol, at_first
):
    scenario = small_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        protocol=protocol,
        answers__memory=plain(3),
        actors__her__domestic=None,
    )
    model = model_of(scenario, worlds=100)
    his = model.actors[1]
    # The initial text is her wish, worth nothing to him; offers have none: no deal, worth 3.
    worth = [np.full(100, at_first)] * 3
    for _ in range(12):
        model.step()
        worth.append(his.utility)
        np.testing.assert_allclose(his.recent.max(axis=1), np.max(worth[-3:], axis=0), atol=1e-12)


def test_the_sessions_that_actors_remember_may_differ_between_draws():
    memory = {"uniform": [1, 6], "basis": "assumption", "why": "nobody knows"}
    scenario = small_scenario(
        **REFUSES_ALL,
        protocol="offers",
        answers__memory=memory,
        actors__her__walkout=None,
        actors__his__walkout=walkout(1e-6, 3),
        actors__her__domestic=None,
    )
    model = model_of(scenario, worlds=200)
    sessions = np.rint(model.batch.number("answers.memory")).astype(int)
    assert set(sessions) == {1, 2, 3, 4, 5, 6}
    worth = []
    for session in range(15):
        model.step()
        worth.append(model.actors[1].utility)
        if session >= 6:
            best = [max(w[row] for w in worth[-last:]) for row, last in enumerate(sessions)]
            gap = model.actors[1].no_deal - best
            rates = model.parties.leaving()[:, 1]
            np.testing.assert_allclose(rates, 1e-6 * (1 + 3 * gap), rtol=1e-9)


def test_what_an_actor_remembers_are_texts_of_sessions_that_were_held():
    scenario = small_scenario(
        **REFUSES_ALL,
        protocol="offers",
        answers__memory=plain(3),
        actors__her__walkout=walkout(0.5),
        actors__her__returns=plain(0.5),
        actors__his__walkout=walkout(1e-6, 3),
        actors__her__domestic=None,
    )
    model = model_of(scenario, worlds=200)
    polled = [[] for _ in range(200)]
    for _ in range(15):
        model.step()
        his = model.actors[1]
        for row in np.flatnonzero(model.held).tolist():
            polled[row].append(his.utility[row])
        remembered = his.recent.max(axis=1)
        expected = [max(([3.0] * 3 + each)[-3:]) for each in polled]
        np.testing.assert_allclose(remembered, expected, atol=1e-12)
    assert len({len(each) for each in polled}) > 5


# --- Coming back ------------------------------------------------------------------------------


def returning(rate=0.15, back=0.35, between=1.0, horizon=60, **changes):
    return small_scenario(
        **REFUSES_ALL,
        actors__her__walkout=None,
        actors__his__walkout=walkout(rate),
        actors__his__returns=plain(back),
        calendar__weeks_between_sessions=plain(between),
        calendar__horizon=plain(horizon),
        **changes,
    )


@pytest.mark.parametrize("between", [1, 4])
def test_an_actor_that_leaves_and_returns_is_away_as_a_two_state_process_says(between):
    rate, back = 0.15, 0.35
    model = model_of(returning(rate, back, between), worlds=4000, replications=10)
    away, late = [], np.zeros(4000)
    while model.running:
        model.step()
        away.append(model.happenings.away[:, 1].copy())
        late += away[-1] * (model.week > 20)
    weeks = between * np.arange(1, len(away) + 1)
    chances = rate / (rate + back) * -np.expm1(-(rate + back) * weeks)
    for gone, chance in zip(away, chances, strict=True):
        assert gone.mean() == pytest.approx(chance, abs=error(chance, 4000, errors=4.5))
    time_away = late / (weeks > 20).sum()
    sd = time_away.std() / np.sqrt(4000)
    assert time_away.mean() == pytest.approx(rate / (rate + back), abs=4 * sd)


def test_departures_and_returns_have_the_same_moments_whatever_the_calendar():
    weekly, monthly = (played(returning(between=between)) for between in (1, 4))
    np.testing.assert_allclose(weekly.event_week, monthly.event_week, atol=1e-9)
    np.testing.assert_array_equal(weekly.by, monthly.by)


def test_who_has_left_stays_away_for_an_exponential_time():
    scenario = returning()
    record = played(scenario)
    away = weeks_of(record, scenario, "resumed") - weeks_of(record, scenario, "suspended")
    early = weeks_of(record, scenario, "suspended") < 20
    assert early.sum() > 900
    # At most one in a million is away for the 40 weeks that are left at least.
    assert (
        stats.kstest(away[early & ~np.isnan(away)], stats.expon(scale=1 / 0.35).cdf).pvalue > 0.01
    )


def test_at_the_horizon_talks_are_suspended_by_who_is_away_or_go_on():
    rules = {
        "by_him": {"label": "he stays away", "ended": "suspended", "by": ["his"]},
        "by_her": {"label": "she stays away", "ended": "suspended", "by": ["her"]},
        "talking": {"label": "they talk", "ended": "talking"},
    }
    scenario = returning(outcomes=rules)
    record = played(scenario)
    away = record.by[:, 1]
    assert away.mean() == pytest.approx(0.3, abs=error(0.3, 1000))
    np.testing.assert_array_equal(record.outcome, np.where(away, 0, 2))
    assert (record.week == 60).all()
    assert not record.by[:, 0].any()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_session_is_held_while_somebody_who_is_needed_is_away(protocol):
    scenario = small_scenario(
        protocol=protocol,
        actors__his__walkout=walkout(0.5),
        actors__his__returns=plain(0.5),
        actors__her__walkout=None,
    )
    model = model_of(scenario)
    suspended = 0
    for _ in range(6):
        away = dict(zip(model.rows.tolist(), model.happenings.away.tolist(), strict=True))
        model.step()
        gone = np.array([away[row][1] for row in model.rows.tolist()])
        gone &= model.ledger.goes_on(model.rows)
        assert not model.held[gone].any()
        assert not model.parties.accepted[gone].any()
        assert (model.speaker[gone] == -1).all()
        assert model.held[~gone & ~model.happenings.pending].mean() > 0.5
        suspended += gone.sum()
    assert suspended > 300


def test_talks_are_resumed_only_once_all_who_are_needed_are_there():
    scenario = small_scenario(
        **REFUSES_ALL,
        actors__her__walkout=walkout(0.2),
        actors__her__returns=plain(0.5),
        actors__his__walkout=walkout(0.2),
        actors__his__returns=plain(0.5),
        calendar__horizon=plain(400),
        calendar__weeks_between_sessions=plain(4),
    )
    record = played(scenario)
    suspended, resumed = (weeks_of(record, scenario, each) for each in ("suspended", "resumed"))
    # Weeks until nobody is away, from one away: m1 = 1/.7 + (.2/.7) m2, m2 = 1 + m1.
    mean = (1 / 0.7 + 0.2 / 0.7) / (1 - 0.2 / 0.7)
    lasted = resumed - suspended
    assert lasted.mean() == pytest.approx(mean, abs=4 * lasted.std() / np.sqrt(1000))
    first = np.fmin(weeks_of(record, scenario, "left_her"), weeks_of(record, scenario, "left_his"))
    np.testing.assert_array_equal(suspended, first)


def test_drivers_and_moods_go_on_while_talks_are_suspended():
    going, stopping = (
        model_of(small_scenario(**REFUSES_ALL, **changes), worlds=100)
        for changes in (
            NOBODY_LEAVES,
            {
                "actors__his__walkout": walkout(0.5),
                "actors__his__returns": plain(0.2),
                "actors__her__walkout": None,
            },
        )
    )
    for _ in range(8):
        going.step()
        stopping.step()
        np.testing.assert_array_equal(going.drivers, stopping.drivers)
        np.testing.assert_array_equal(going.parties.mood, stopping.parties.mood)
    assert not stopping.held.all()


# --- Without the mediator ---------------------------------------------------------------------


def test_without_the_mediator_the_others_go_on_by_offers_where_the_scenario_says_so():
    scenario = mediated_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        protocols__single_text__drafter="her",
        without_mediator="offers",
        calendar__deadline=deadline(),
    )
    model = model_of(scenario)
    model.step()
    assert (model.speaker == 0).all()
    model.step()
    speakers = np.bincount(model.speaker, minlength=3) / len(model.speaker)
    assert model.happenings.away[:, 2].all()
    assert speakers == pytest.approx([0.5, 0.5, 0], abs=error(0.5, 1000))


def test_a_mediator_that_comes_back_takes_the_pen_again():
    scenario = mediated_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        without_mediator="offers",
        actors__envoy__walkout=walkout(1),
        actors__envoy__returns=plain(1),
        calendar__deadline=None,
    )
    model = model_of(scenario)
    for _ in range(10):
        away = model.happenings.away[:, 2].copy()
        model.step()
        assert (model.speaker[~away] == 2).all()
        assert (model.speaker[away] < 2).all()
    assert 0.3 < away.mean() < 0.7


def test_an_option_that_needs_the_mediator_cannot_be_signed_without_it():
    options = {name: {"label": name, "consent": ["envoy"]} for name in ("hers", "shared", "his")}
    changes = {**SIGNS_ALL, **NOBODY_LEAVES, "clauses__water__options": options}
    scenario = mediated_scenario(
        **changes,
        without_mediator="offers",
        actors__envoy__no_deal=plain(3),
        calendar__deadline=deadline(),
    )
    assert (played(scenario, worlds=200).option == -1).all()


@pytest.mark.parametrize(("sequel", "ended"), [("suspended", True), ("offers", False)])
def test_a_mediator_that_walks_out_suspends_the_talks_unless_they_go_on_without_it(sequel, ended):
    scenario = mediated_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        without_mediator=sequel,
        actors__envoy__walkout=walkout(100),
        calendar__deadline=deadline(date="2025-03-01"),
    )
    record = played(scenario, worlds=100)
    assert record.by[:, 2].all() == ended
    assert (record.week < 1).all() == ended
    assert (record.week == 26).all() != ended


@pytest.mark.parametrize(
    "changes",
    [
        {"signatories__base": ["her", "his", "envoy"]},  # without whom nothing is signed
        {"calendar__deadline": None, "actors__envoy__walkout": None},  # who never leaves
    ],
    ids=["base_signatory", "stays"],
)
def test_what_the_others_would_do_without_the_mediator_changes_nothing_where_they_never_are(
    changes,
):
    by_offers, suspended = (
        played(mediated_scenario(without_mediator=sequel, **changes), 200)
        for sequel in ("offers", "suspended")
    )
    assert_same(by_offers, suspended)
