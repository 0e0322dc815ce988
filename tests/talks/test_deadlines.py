"""What becomes of announced deadlines, when, and what comes before them."""

import numpy as np
import pytest

from tests.small import mediated_scenario
from tests.talks.small_talks import (
    NOBODY_LEAVES,
    REFUSES_ALL,
    SIGNS_ALL,
    column,
    deadline,
    error,
    even_body,
    model_of,
    plain,
    played,
    walkout,
    weeks_of,
)

FIRST = 2 / 7  # weeks until the deadline, two days after the start


def talks(between=1.0, **changes):
    """Mediated talks that nobody signs or walks out of, under a deadline."""
    changes = {
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        "actors__envoy__walkout": None,
        "calendar__weeks_between_sessions": plain(between),
        **changes,
    }
    return mediated_scenario(**changes)


# --- Fates ------------------------------------------------------------------------------------


def test_each_deadline_is_kept_moved_or_dropped_and_moved_at_most_so_many_times():
    fates = deadline(kept=0.3, moved=0.5, dropped=0.2, weeks=1.5, times=2)
    scenario, seeds = talks(calendar__deadline=fates), range(6)
    events = [played(scenario, seed=seed) for seed in seeds]
    lapsed, dropped = (
        np.concatenate([weeks_of(record, scenario, each) for record in events])
        for each in ("lapsed", "dropped")
    )
    worlds = len(lapsed)
    # By hand; the third deadline cannot be moved any more and is kept instead.
    for moves, kept in enumerate([0.3, 0.5 * 0.3, 0.25 * 0.8]):
        found = np.isclose(lapsed, FIRST + 1.5 * moves).mean()
        assert found == pytest.approx(kept, abs=error(kept, worlds))
    for moves, chance in enumerate([0.2, 0.5 * 0.2, 0.25 * 0.2]):
        found = np.isclose(dropped, FIRST + 1.5 * moves).mean()
        assert found == pytest.approx(chance, abs=error(chance, worlds))
    assert (np.isnan(lapsed) != np.isnan(dropped)).all()


def test_chances_of_fates_are_shares_of_their_sum():
    scenario = talks(calendar__deadline=deadline(kept=3, moved=0, dropped=1))
    kept = ~np.isnan(weeks_of(played(scenario), scenario, "lapsed"))
    assert kept.mean() == pytest.approx(0.75, abs=error(0.75, 1000))


def test_fates_may_be_unsure_and_are_right_on_average():
    fates = {**deadline(kept=0.2, moved=0, dropped=0.8)["fates"], "concentration": 2}
    scenario = talks(calendar__deadline={**deadline(), "fates": fates})
    shares = model_of(scenario).batch.number("calendar.deadline.fates.kept")
    # A Dirichlet share is a beta: mean .2, variance .2 x .8 / 3.
    assert shares.mean() == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / 3 / 1000))
    assert shares.var() == pytest.approx(0.16 / 3, rel=0.15)
    kept = ~np.isnan(weeks_of(played(scenario), scenario, "lapsed"))
    assert kept.mean() == pytest.approx(0.2, abs=error(0.2, 1000))


@pytest.mark.parametrize("between", [0.25, 2, 6, 13])
def test_the_fate_of_a_deadline_does_not_depend_on_the_calendar_of_the_sessions(between):
    fates = deadline(kept=0.2, moved=0.6, dropped=0.2, weeks=1.5, times=6)
    weekly, other = (played(talks(each, calendar__deadline=fates)) for each in (1, between))
    np.testing.assert_allclose(other.event_week, weekly.event_week, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(other.by, weekly.by)
    assert len(np.unique(weekly.week)) > 5


def test_more_moves_allowed_change_nothing_before_they_are_used():
    few, many = (
        talks(calendar__deadline=deadline(kept=0.3, moved=0.6, dropped=0.1, times=times))
        for times in (2, 9)
    )
    lapsed = [weeks_of(played(each), each, "lapsed") for each in (few, many)]
    soon = lapsed[1] < FIRST + 2
    assert 0.2 < soon.mean() < 0.9
    np.testing.assert_array_equal(lapsed[0][soon], lapsed[1][soon])


# --- What a kept deadline does ----------------------------------------------------------------


def test_a_kept_deadline_is_the_end_where_the_mediator_does_not_come_back():
    record = played(talks(calendar__deadline=deadline()), 100)
    assert (record.week == FIRST).all()
    assert record.by.tolist() == [[False, False, True]] * 100


def test_a_mediator_that_left_over_a_deadline_may_return_and_nobody_sets_another():
    scenario = talks(calendar__deadline=deadline(), actors__envoy__returns=plain(0.2))
    record = played(scenario)
    away = weeks_of(record, scenario, "resumed") - FIRST
    back = np.isfinite(away)
    assert back.mean() == pytest.approx(1 - np.exp(-0.2 * (26 - FIRST)), abs=error(0.01, 1000))
    assert away[back].mean() == pytest.approx(5, abs=4 * 5 / np.sqrt(1000))
    np.testing.assert_array_equal(record.week, 26)
    np.testing.assert_array_equal(record.by[:, 2], ~back)


def test_a_dropped_deadline_ends_nothing():
    record = played(talks(calendar__deadline=deadline(kept=0, dropped=1)), 100)
    assert (record.week == 26).all()
    assert not record.by.any()


def test_a_deadline_that_is_moved_past_the_horizon_ends_nothing():
    moved = deadline(kept=0, moved=1, weeks=30, times=1)
    scenario = talks(calendar__deadline=moved)
    record = played(scenario, worlds=100)
    assert not record.by.any()
    assert (record.week == 26).all()
    assert np.isnan(weeks_of(record, scenario, "lapsed")).all()


def test_a_deadline_on_the_day_of_a_session_still_lets_that_session_sign():
    model = model_of(talks(calendar__deadline=deadline(date="2025-01-13")), worlds=5)
    model.step()
    assert model.running
    model.step()
    assert not model.running
    assert (model.record().round == 1).all()
    assert (model.record().week == 1).all()


def test_a_signature_comes_before_a_deadline_and_departures_after_it():
    scenario = mediated_scenario(
        **SIGNS_ALL,
        calendar__deadline=deadline(),
        actors__her__walkout=walkout(100),
        actors__envoy__walkout=walkout(100),
    )
    record = played(scenario, worlds=200)
    assert (record.round == 0).all()
    assert (record.option >= 0).all()


def test_a_signature_takes_the_deadline_away_also_where_the_text_is_refused():
    scenario = talks(
        **SIGNS_ALL,
        calendar__deadline=deadline(date="2025-01-20"),
        actors__her__domestic=even_body(lag=3, name="her_family"),
        aftermath__renegotiation=1,
    )
    record = played(scenario, 200)
    assert (weeks_of(record, scenario, "refused") == 3).sum() > 50
    assert np.isnan(weeks_of(record, scenario, "lapsed")).all()
    assert np.isfinite(record.in_force_week).mean() > 0.98


# --- Against walk-outs ------------------------------------------------------------------------


@pytest.mark.parametrize("between", [1, 4, 13])
@pytest.mark.parametrize(("date", "weeks"), [("2025-01-16", 10 / 7), ("2025-03-03", 8.0)])
def test_who_comes_first_a_walk_out_or_a_kept_deadline_is_a_matter_of_moments(between, date, weeks):
    rate = 0.12
    scenario = talks(
        between, calendar__deadline=deadline(date=date), actors__her__walkout=walkout(rate)
    )
    by, when = (column(scenario, name) for name in ("by", "week"))
    chance = -np.expm1(-rate * weeks)
    assert by[:, 0].mean() == pytest.approx(chance, abs=error(chance, len(by)))
    np.testing.assert_array_equal(by[:, 2], ~by[:, 0])  # never both
    assert (when[by[:, 0]] < weeks).all()
    np.testing.assert_allclose(when[by[:, 2]], weeks)


def test_a_walk_out_ends_the_talks_before_the_horizon():
    scenario = talks(
        actors__her__walkout=walkout(100), calendar__horizon=plain(1), calendar__deadline=None
    )
    record = played(scenario, worlds=200)
    assert (record.week < 1).all()
