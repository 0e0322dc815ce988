"""The record: worlds that sign before the start do not count; what is left is known by hand."""

import numpy as np
import pytest
from scipy import special

from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.play.tables import digest_of, worlds_table
from sim.play.world import play_world
from sim.talks.model import NegotiationModel
from tests.small import WHY, mediated_scenario, small_scenario
from tests.talks.small_talks import (
    EVENTFUL,
    REFUSES_ALL,
    SIGNS_ALL,
    assert_same,
    model_of,
    of_each,
    plain,
    played,
)

RECORD = {"calendar__talks_since": "2024-12-09", "record": WHY}  # four weeks before the start
HALVES = 0.56  # what they are worth to him; she signs whatever there is, the envoy writes them


def likely(p):
    """The value of no deal at which he signs halves with chance p."""
    return float(HALVES - 0.1 * special.logit(p))


def answering(no_deal, relaxation=1e-6, **changes):
    """Halves are on the table in every session, and he alone may refuse them."""
    everybody = of_each(
        ("her", "his", "envoy"),
        walkout=None,
        domestic=None,
        loadings={},
        loadings_after={},
        weight_concentration=None,
        values__water__spread=0,
        values__upkeep__spread=0,
        bargaining__aspiration=0,
        bargaining__imprecision=0,
        bargaining__accommodation=0,
        bargaining__misreading=0,
        bargaining__misjudgement=0,
    )
    return mediated_scenario(
        **{
            **everybody,
            "actors__her__no_deal": plain(-2),
            "actors__his__no_deal": no_deal,
            "actors__his__bargaining__noise": 0.1,
            "answers__relaxation": relaxation,
            "calendar__deadline": None,
            "calendar__horizon": plain(1),
            "protocols__single_text__persuasion": 0,
            "protocols__single_text__initial": "halves",
            "evidence": "none",
            **changes,
        }
    )


def either(*chances):
    values = [likely(p) for p in chances]
    return {"choice": {"values": values, "chances": [1 / len(values)] * len(values)}, **WHY}


def error(p, worlds):
    return 4 * np.sqrt(p * (1 - p) / worlds)


def test_draws_that_sign_rarely_are_left_as_their_chance_to_survive_says():
    model = model_of(answering(either(0.1, 0.5), **RECORD), 6000)
    record = model.run()
    readily = model._whole.number("actors.his.no_deal") < likely(0.3)
    prior = readily.mean()
    assert prior == pytest.approx(0.5, abs=error(0.5, 6000))
    kept = record.counts
    assert kept[readily].mean() == pytest.approx(0.5**4, abs=error(0.5**4, 3000))
    assert kept[~readily].mean() == pytest.approx(0.9**4, abs=error(0.9**4, 3000))
    after = 0.5**4 / (0.5**4 + 0.9**4)
    assert readily[kept].mean() == pytest.approx(after, abs=error(after, kept.sum()) + 0.01)
    signs = after * 0.5 + (1 - after) * 0.1
    assert record.signed[kept].mean() == pytest.approx(signs, abs=error(signs, kept.sum()))


def test_what_nobody_knows_is_left_as_numerical_integration_says():
    low, high = likely(0.9), likely(0.02)
    spread = answering({"uniform": [low, high], **WHY}, **RECORD)
    model = model_of(spread, 6000)
    counts = model.run().counts
    d = np.linspace(low, high, 10_001)
    survive = special.expit((d - HALVES) / 0.1) ** 4
    mean = (survive @ d) / survive.sum()
    sd = np.sqrt((survive @ (d - mean) ** 2) / survive.sum())
    assert counts.mean() == pytest.approx(survive.mean(), abs=error(0.5, 6000))
    found = model._whole.number("actors.his.no_deal")[counts].mean()
    assert found == pytest.approx(mean, abs=4 * sd / np.sqrt(counts.sum()))
    assert abs(mean - (low + high) / 2) > 0.05


@pytest.mark.parametrize(("since", "sessions"), [("2024-12-30", 1), ("2024-12-16", 3)])
def test_as_many_sessions_are_held_as_fit_between_the_two_days(since, sessions):
    counts = played(
        answering(plain(likely(0.3)), **{**RECORD, "calendar__talks_since": since}), 6000
    ).counts
    assert counts.mean() == pytest.approx(0.7**sessions, abs=error(0.7**sessions, 6000))


def test_a_calendar_of_two_weeks_holds_half_the_sessions():
    slow = answering(
        plain(likely(0.3)),
        **RECORD,
        calendar__weeks_between_sessions=plain(2),
        calendar__horizon=plain(2),
    )
    assert played(slow, 6000).counts.mean() == pytest.approx(0.7**2, abs=error(0.49, 6000))


def test_a_mood_that_lasts_goes_on_from_the_record_into_the_first_session():
    one = {**RECORD, "calendar__talks_since": "2024-12-30"}
    record = played(answering(plain(likely(0.5)), relaxation=4, **one), 6000)
    # He refused when g < 0; a week later g has correlation exp(-1/4) with it: of the pairs of
    # standard normals with g < 0, acos(rho) / pi have g' > 0.
    known = np.arccos(np.exp(-1 / 4)) / np.pi
    assert known < 0.25
    found = record.signed[record.counts].mean()
    assert found == pytest.approx(known, abs=error(known, record.counts.sum()))
    free = played(answering(plain(likely(0.5)), relaxation=4), 6000).signed.mean()
    assert free == pytest.approx(0.5, abs=error(0.5, 6000))


def test_a_frozen_mood_that_refused_stays_refused():
    frozen = answering(plain(likely(0.5)), relaxation=1e6, **RECORD)
    record = played(frozen, 3000)
    assert record.counts.mean() == pytest.approx(0.5, abs=error(0.5, 3000))
    assert record.signed[record.counts].mean() < 0.005


def test_worlds_that_sign_before_the_start_are_played_no_further():
    model = model_of(small_scenario(**SIGNS_ALL, **RECORD, evidence="none"), 50)
    record = model.run()
    assert model.round == 0
    assert not record.counts.any()
    assert not record.signed.any()
    assert len(record.turns.row) == 0
    for empty in (record.week, record.settled_week, record.utility, record.event_week):
        assert np.isnan(empty).all()


def test_the_row_of_such_a_world_is_empty_but_for_its_number_and_weight():
    scenario = small_scenario(**SIGNS_ALL, **RECORD, evidence="none")
    (row,) = worlds_table(scenario, 1, played(scenario, 1)).to_pylist()
    assert (row["world"], row["draw"], row["counts"], row["log_weight"]) == (0, 0, False, 0.0)
    for name in ("outcome", "by", "date", "signed_date", "text_water", "event_signed"):
        assert row[name] is None


def test_worlds_go_on_alike_beside_others_that_are_played_no_further():
    scenario = answering(plain(likely(0.3)), **EVENTFUL, **RECORD)
    together = played(scenario, 400)
    rows = np.flatnonzero(together.counts)
    assert 0 < len(rows) < 300
    assert_same(together.of(rows), NegotiationModel(scenario, worlds=rows).run())


def test_such_a_world_is_told_in_a_sentence():
    told = play_world(small_scenario(**SIGNS_ALL, **RECORD, evidence="none"), 0, 0, 1)
    assert "it does not count, and is played no further" in " ".join(told.transcript.split())
    assert "Outcome" not in told.transcript
    assert len(told.table) == 0
    assert "over before the first day" in repr(told)
    with pytest.raises(ScenarioError, match="world: has no session: a text was signed before"):
        told.plot("her")


@pytest.mark.parametrize("protocol", ["single_text", "offers"])
def test_what_comes_after_the_start_is_the_same_with_and_without_a_record(protocol):
    """Nothing is ever signed, so that nothing but the record could make a difference."""
    changes = {
        **EVENTFUL,
        **REFUSES_ALL,
        **of_each(("envoy",), no_deal=plain(3), bargaining__noise=0),
        "protocol": protocol,
        "evidence": "none",
    }
    without = played(mediated_scenario(**changes), 500, replications=5)
    after = played(mediated_scenario(**changes, **RECORD), 500, replications=5)
    assert after.counts.all()
    assert_same(without, after)
    assert len(without.turns.row) > 100


@pytest.mark.parametrize("protocol", ["single_text", "offers"])
def test_what_parties_believe_of_each_other_is_the_same_with_and_without_a_record(protocol):
    changes = {"protocol": protocol, "evidence": "none"}
    before = model_of(small_scenario(**changes), 100)
    after = model_of(small_scenario(**changes, **RECORD), 100)
    for name in ("her", "his"):
        one, other = before.parties.beliefs(name), after.parties.beliefs(name)
        np.testing.assert_array_equal(one.each, other.each)
        np.testing.assert_array_equal(one.misjudged, other.misjudged)


def digest(scenario):
    ensemble = Ensemble(scenario, 3, 100, 2)
    return digest_of(worlds_table(scenario, 2, record) for record in play(ensemble))


def test_a_day_on_which_the_talks_began_changes_nothing_without_a_record():
    since = {"calendar__talks_since": RECORD["calendar__talks_since"]}
    assert digest(small_scenario(**since)) == digest(small_scenario())
    assert digest(small_scenario(**RECORD)) != digest(small_scenario())


@pytest.mark.parametrize("since", [{}, {"calendar__talks_since": "2025-01-06"}])
def test_a_record_needs_a_day_before_the_start(since):
    with pytest.raises(ScenarioError, match=r"record: needs calendar\.talks_since, a day before"):
        small_scenario(record=WHY, **since)
