"""What takes effect at signature, and how it breaks before a text is in force and after."""

import numpy as np
import pytest
from scipy import stats

from tests.small import WHY, small_scenario
from tests.talks.small_talks import (
    NOBODY_LEAVES,
    SIGNS_ALL,
    SURE,
    column,
    error,
    even_body,
    model_of,
    plain,
    played,
    sure_body,
    weeks_of,
)

MONTH = 365.25 / 12 / 7


def truces(water=None, upkeep=None):
    """The options of her wish, which she keeps on the table, with hazards until it is in force."""
    return {
        f"clauses__{clause}__options__{option}__breach": plain(hazard)
        for clause, option, hazard in (("water", "hers", water), ("upkeep", "he_pays", upkeep))
        if hazard is not None
    }


def signed(her=None, **changes):
    """Talks that sign her wish at once, and whose deals never break once they are in force."""
    return small_scenario(
        **{
            **NOBODY_LEAVES,
            **SURE,
            **SIGNS_ALL,
            "actors__her__domestic": her and {**her, "name": "her_family"},
            "actors__her__bargaining__imprecision": 0,
            "protocols__single_text__persuasion": 0,
            "aftermath__hazard": 0,
            **changes,
        }
    )


@pytest.mark.parametrize("between", [1, 4, 13])
@pytest.mark.parametrize(("water", "upkeep"), [(0.1, None), (0.1, 0.25), (0.0, 0.4)])
def test_what_is_in_effect_breaks_at_its_own_hazard_until_the_text_is_in_force(
    water, upkeep, between
):
    lag, hazard = 9.5, (water + (upkeep or 0)) / MONTH
    scenario = signed(
        sure_body(True, lag=lag),
        calendar__weeks_between_sessions=plain(between),
        **truces(water, upkeep),
    )
    weeks = column(scenario, "broken_week")
    broken = ~np.isnan(weeks)
    chance = -np.expm1(-hazard * lag)
    assert broken.mean() == pytest.approx(chance, abs=error(chance, 4000))
    law = stats.truncexpon(b=lag * hazard, scale=1 / hazard)
    assert stats.kstest(weeks[broken], law.cdf).pvalue > 0.001


def test_a_breach_ends_a_world_as_broken_at_its_moment_and_no_vote_is_held():
    scenario = signed(sure_body(True, lag=30), **truces(2))
    record = played(scenario, 300)
    broken = ~np.isnan(record.broken_week)
    assert broken.mean() > 0.99
    np.testing.assert_array_equal(record.settled_week[broken], record.broken_week[broken])
    names = list(scenario.outcomes)
    assert (record.outcome[broken] == names.index("failed_deal")).all()
    assert (record.ratified[broken] == -1).all()
    assert np.isnan(record.in_force_week[broken]).all()
    np.testing.assert_array_equal(weeks_of(record, scenario, "broken"), record.broken_week)


def test_what_is_only_in_effect_cannot_break_any_more_once_the_text_is_in_force():
    record = played(signed(sure_body(True, lag=1), **truces(0.5)))
    broken = record.broken_week
    assert np.nanmax(broken) < 1
    assert (record.in_force_week[np.isnan(broken)] == 1).all()


def test_a_text_without_such_an_option_cannot_break_before_it_is_in_force():
    hazard = {"clauses__water__options__his__breach": plain(5)}
    record = played(signed(sure_body(True, lag=20), **hazard), 300)
    assert np.isnan(record.broken_week).all()


def test_a_refusal_ends_what_was_in_effect():
    scenario = signed(
        sure_body(False, lag=1),
        aftermath__renegotiation=1,
        calendar__weeks_between_sessions=plain(26),
        **truces(0.5),
    )
    weeks = weeks_of(played(scenario), scenario, "broken")
    chance = -np.expm1(-0.5 / MONTH)
    assert (~np.isnan(weeks)).mean() == pytest.approx(chance, abs=error(chance, 1000))
    assert np.nanmax(weeks) < 1


def test_each_signature_brings_its_own_time_until_a_breach():
    # Signed each week and refused half a week later: half of all weeks it may break.
    scenario = signed(
        sure_body(False, lag=0.5),
        aftermath__renegotiation=1,
        **truces(0.3),
    )
    broken = ~np.isnan(column(scenario, "broken_week"))
    chance = -np.expm1(-0.3 / MONTH * 26 * 0.5)
    assert broken.mean() == pytest.approx(chance, abs=error(chance, 4000))


@pytest.mark.parametrize("between", [1, 6])
def test_a_breach_and_a_vote_come_in_the_order_of_their_moments(between):
    # An even vote after two weeks; then the text is in force or refused.
    scenario = signed(
        even_body(lag=2), calendar__weeks_between_sessions=plain(between), **truces(1)
    )
    record = played(scenario, 4000, replications=4)
    stands = np.exp(-2 / MONTH)
    in_force = ~np.isnan(record.in_force_week)
    refused = record.ratified[:, 0] == 0
    assert in_force.mean() == pytest.approx(stands / 2, abs=error(stands / 2, 4000))
    assert refused.mean() == pytest.approx(stands / 2, abs=error(stands / 2, 4000))
    assert (record.broken_week[~in_force & ~refused] < 2).all()


# --- In effect, in force ----------------------------------------------------------------------


def test_a_text_with_such_an_option_is_in_effect_from_its_signature_on_and_others_later():
    early = signed(sure_body(True, lag=3), **truces(0))
    assert (weeks_of(played(early, 20), early, "in_effect") == 0).all()
    late = signed(sure_body(True, lag=3), clauses__water__options__his__breach=plain(0))
    assert (weeks_of(played(late, 20), late, "in_effect") == 3).all()
    never = signed(sure_body(False, lag=3), clauses__water__options__his__breach=plain(0))
    assert np.isnan(weeks_of(played(never, 20), never, "in_effect")).all()


@pytest.mark.parametrize("weeks", [5, 30, 80])
def test_a_deal_in_force_breaks_at_a_constant_hazard(weeks):
    scenario = signed(sure_body(True, lag=2), aftermath__hazard=0.06, aftermath__regret=0)
    broken = column(scenario, "broken_week")
    chance = -np.expm1(-0.06 / MONTH * weeks)
    assert (broken < 2 + weeks).mean() == pytest.approx(chance, abs=error(chance, 4000))
    assert not (broken < 2).any()


def test_a_deal_is_watched_for_the_months_after_its_signature_and_not_after_its_vote():
    scenario = signed(
        sure_body(True, lag=20), aftermath__hazard=1, aftermath__regret=0, aftermath__months=6
    )
    broken = column(scenario, "broken_week")
    assert np.nanmax(broken) < 6 * MONTH
    chance = -np.expm1(-(6 - 20 / MONTH))
    assert (~np.isnan(broken)).mean() == pytest.approx(chance, abs=error(chance, 4000))


def test_a_hazard_of_breach_may_differ_between_draws():
    scenario = signed(
        sure_body(True, lag=4),
        clauses__water__options__hers__breach={
            "choice": {"values": [0, 20], "chances": [0.5, 0.5]},
            **WHY,
        },
    )
    model = model_of(scenario, 200)
    hazard = model.batch.number("clauses.water.options.hers.breach")
    broken = ~np.isnan(model.run().broken_week)
    np.testing.assert_array_equal(broken, hazard > 0)
