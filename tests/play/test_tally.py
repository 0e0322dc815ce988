"""The tally counts the worlds: odds, totals, events by date, clauses, base rates."""

import datetime
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sim.analysis.odds import monte_carlo_interval
from sim.analysis.weights import Weights
from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.play.tables import worlds_table
from sim.play.tally import Tally, events_of
from sim.talks.record import Record
from tests.play.by_hand import BY_HAND, NONE, SMALL, START, cut
from tests.small import WHY, mediated_scenario, small_scenario


@pytest.fixture(scope="module")
def played() -> tuple[list[Record], pa.Table]:
    records = list(play(Ensemble(SMALL, 0, draws=700, replications=3)))
    return records, pa.concat_tables(worlds_table(SMALL, 3, record) for record in records)


def counted(records, draws, replications, scenario=SMALL):
    tally = Tally(scenario, draws, replications)
    for record in records:
        tally.update(record)
    return tally


def test_the_tally_counts_what_was_written_down_by_hand():
    tally = counted([cut(BY_HAND, slice(0, 4)), cut(BY_HAND, slice(4, 6))], 3, 2)
    odds = tally.odds().set_index("outcome")
    assert odds["worlds"].to_dict() == {
        "halves_hold": 1,
        "other_deal": 1,
        "failed_deal": 2,
        "no_deal": 2,
    }
    assert odds["probability"].sum() == pytest.approx(1)
    clauses = tally.clauses().set_index(["clause", "option"])
    assert clauses.loc[("water", "hers"), "signed_share"] == 2 / 4
    assert clauses.loc[("upkeep", "she_pays"), "signed_share"] == 1 / 4
    assert clauses.loc[("water", "hers"), "first_text_share"] == 4 / 6
    by_week = tally.timeline().pivot_table(index="date", columns="outcome", values="probability")
    assert by_week.loc[START, "no_deal"] == 0
    assert by_week.loc[START + datetime.timedelta(weeks=4), "no_deal"] == 1 / 6
    assert by_week.loc[START + datetime.timedelta(weeks=26), "no_deal"] == 2 / 6
    assert by_week.loc[START + datetime.timedelta(weeks=3), "failed_deal"] == 1 / 6


def test_the_tally_counts_hopeless_offers_and_unsettled_worlds_where_actors_look_ahead():
    assert counted([BY_HAND], 3, 2).equilibrium is None
    ahead = replace(
        BY_HAND,
        hopeless=np.array([0.1, 0.1, 0.2, 0.2, 0.0, 0.0]),
        step=np.array([1e-13, 1e-13, 1e-3, 1e-3, 0, 0]),
    )
    found = counted([cut(ahead, slice(0, 4)), cut(ahead, slice(4, 6))], 3, 2).equilibrium
    assert found == {"hopeless_offers": 0.1, "unsettled": pytest.approx(1 / 3, abs=1e-6)}


def test_the_tally_is_that_of_the_worlds_table(played):
    records, table = played
    tally, frame = counted(records, 700, 3), table.to_pandas()
    odds = tally.odds().set_index("outcome")
    assert odds["worlds"].to_dict() == {
        name: (frame["outcome"] == name).sum() for name in SMALL.outcomes
    }
    signed = frame[frame["text_water"].notna()]
    for row in tally.clauses().itertuples():
        share = (signed[f"text_{row.clause}"] == row.option).mean()
        assert row.signed_share == pytest.approx(share, abs=1e-12)
    assert tally.clauses().groupby("clause")["first_text_share"].sum().tolist() == pytest.approx(
        [1, 1]
    )
    last = tally.timeline().groupby("outcome")["probability"].last()
    pd.testing.assert_series_equal(last.loc[odds.index], odds["probability"])


def test_the_timeline_runs_to_the_horizon_and_two_years_and_never_falls(played):
    timeline = counted(played[0], 700, 3).timeline()
    assert timeline.columns.tolist() == ["date", "outcome", "probability"]
    assert timeline["date"].iloc[0] == START
    two_years_after = START + datetime.timedelta(weeks=26, days=24 * 365.25 / 12)
    last = timeline["date"].iloc[-1]
    assert two_years_after <= last <= two_years_after + datetime.timedelta(weeks=1)
    wide = timeline.pivot_table(index="date", columns="outcome", values="probability")
    assert (wide.diff().dropna() >= 0).all().all()


def test_every_declared_outcome_has_its_row_also_at_nought_and_what_no_rule_takes_is_shown():
    only_talking = replace(cut(BY_HAND, slice(4, 5)), world=np.array([0]))
    assert counted([only_talking], 1, 1).odds()["worlds"].tolist() == [0, 0, 0, 1]
    nameless = replace(only_talking, outcome=np.array([4]))
    odds = counted([nameless], 1, 1).odds()
    assert odds["outcome"].tolist()[-1] == "other"
    assert odds["worlds"].tolist() == [0, 0, 0, 0, 1]


# Of three draws that weigh 1, 2 and 4, in the second of which one world contradicts what is known:
# their worlds together weigh 2, 2 and 8.
KNOWING = replace(
    BY_HAND,
    counts=np.array([True, True, True, False, True, True]),
    log_weight=np.log([1.0, 1.0, 2.0, 2.0, 4.0, 4.0]),
)


def test_worlds_that_contradict_what_is_known_do_not_count_and_others_count_by_their_weight():
    tally = counted([cut(KNOWING, slice(0, 4)), cut(KNOWING, slice(4, 6))], 3, 2)
    assert (tally.worlds_played, tally.worlds_counted) == (6, 5)
    assert tally.effective_draws == pytest.approx(2)  # 12^2 / (4 + 4 + 64)
    odds = tally.odds().set_index("outcome")
    assert odds["worlds"].tolist() == [1, 1, 2, 1]
    assert (12 * odds["probability"]).tolist() == pytest.approx([1, 4, 3, 4])
    totals = tally.totals().set_index("total")["probability"]
    assert (12 * totals).tolist() == pytest.approx([8, 7, 5])
    clauses = tally.clauses().set_index(["clause", "option"])
    assert clauses.loc[("water", "hers"), "signed_share"] == pytest.approx(3 / 8)
    assert clauses.loc[("water", "hers"), "first_text_share"] == pytest.approx(8 / 12)
    last = tally.events().groupby("event")["probability"].last()
    assert last[["signed", "in_force", "left_his"]].tolist() == pytest.approx([8 / 12, 7 / 12, 0])
    settled = tally.timeline().groupby("outcome")["probability"].last()
    pd.testing.assert_series_equal(settled[odds.index], odds["probability"])


def test_base_rates_compare_weighted_worlds():
    classes = {
        "endings": {**WHY, "label": "endings", "kind": "hazard", "hazard": 0.2, "share": 0.5},
        "survival": {**WHY, "label": "deals that last", "kind": "survival", "share": 0.7},
    }
    tally = counted([KNOWING], 3, 2, small_scenario(reference_classes=classes))
    assert tally.base_rates()["model"].tolist() == pytest.approx([3 / 12, 5 / 7])


def test_where_no_world_agrees_with_what_is_known_there_are_no_odds():
    against = replace(BY_HAND, counts=np.zeros(6, dtype=bool))
    weightless = replace(BY_HAND, log_weight=np.full(6, -np.inf))
    for record in (against, weightless):
        tally = counted([record], 3, 2)
        with pytest.raises(ScenarioError, match="none of 6 worlds agrees with what is known: ask"):
            tally.odds()


def weighted(record: Record, log_weight) -> Record:
    """Return a record of draws of three worlds with these weights: (D,)."""
    return replace(
        record,
        log_weight=log_weight[record.world // 3],
        counts=np.asarray(record.world % 5 != 0),
    )


def test_weighted_worlds_are_counted_alike_whatever_is_played_at_once(played):
    records, _ = played
    log_weight = np.random.default_rng(41).normal(0.0, 60.0, 700)
    together = [weighted(record, log_weight) for record in records]
    one_by_one = [
        cut(record, slice(start, start + 3))
        for record in together
        for start in range(0, len(record.world), 3)
    ]
    some, other = (counted(each, 700, 3) for each in (together, one_by_one))
    for name in ("odds", "totals", "events", "timeline", "clauses", "base_rates"):
        frames = getattr(some, name)(), getattr(other, name)()
        pd.testing.assert_frame_equal(*frames, check_exact=True)


def test_the_interval_of_a_weighted_event_is_that_of_its_draws(played):
    records, table = played
    log_weight = np.random.default_rng(42).normal(0.0, 1.0, 700)
    events = counted([weighted(record, log_weight) for record in records], 700, 3).events()
    frame = table.to_pandas()
    frame = frame[frame["world"] % 5 != 0]
    happened = pd.to_datetime(frame["signed_date"]) <= pd.Timestamp(days(3))
    by_draw = (
        happened.groupby(frame["draw"]).agg(["sum", "count"]).reindex(range(700), fill_value=0)
    )
    weights = Weights(by_draw["count"].to_numpy(), log_weight)
    interval = monte_carlo_interval(weights.shares(by_draw["sum"].to_numpy()), weights)
    row = events[(events["event"] == "signed") & (events["date"] == days(3))].iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))


def test_where_nothing_was_signed_the_signed_shares_are_empty():
    clauses = counted([replace(cut(BY_HAND, slice(4, 5)), world=np.array([0]))], 1, 1).clauses()
    assert clauses["signed_share"].isna().all()
    assert clauses["first_text_share"].sum() == 2


def test_base_rates_compare_like_with_like():
    classes = {
        "endings": {
            **WHY,
            "label": "feuds that end",
            "kind": "hazard",
            "hazard": 0.2,
            "hazard_low": {"value": 0.1, **WHY},
            "share": 0.5,
        },
        "survival": {**WHY, "label": "deals that last", "kind": "survival", "share": 0.7},
    }
    scenario = small_scenario(reference_classes=classes)
    endings, survival = counted([BY_HAND], 3, 2, scenario).base_rates().to_dict("records")
    years = 26 * 7 / 365.25
    # In force within the 26 weeks: worlds 0 and 2, the second broken later; the last came too late.
    assert endings["model"] == 2 / 6
    assert endings["base"] == pytest.approx(1 - np.exp(-0.2 * 0.5 * years))
    assert endings["base_low"] == pytest.approx(1 - np.exp(-0.1 * 0.5 * years))
    # Three came into force; worlds 0 and 5 still stand.
    assert (survival["model"], survival["base"]) == (2 / 3, 0.7)
    assert survival["base_low"] == survival["base_high"] == 0.7


def days(weeks):
    return START + datetime.timedelta(weeks=weeks)


def test_totals_are_counted_whatever_the_outcomes_say():
    totals = counted([BY_HAND], 3, 2).totals().set_index("total")["probability"]
    # Signed 0, 1, 2 and 5; in force 0, 2 and 5; broken since 2.
    assert totals.to_dict() == {"signed": 4 / 6, "in_force": 3 / 6, "standing": 2 / 6}


def test_events_have_happened_from_their_date_on():
    events = counted([BY_HAND], 3, 2).events()
    by_date = events.pivot_table(index="date", columns="event", values="probability")
    assert by_date.columns.tolist() == sorted(events_of(SMALL))
    assert by_date.loc[days(1), "signed"] == 2 / 6
    assert by_date.loc[days(5), "signed"] == 4 / 6
    assert by_date.loc[days(2), "refused"] == 0
    assert by_date.loc[days(3), "refused"] == 1 / 6
    assert by_date.loc[days(20), "broken"] == 0  # after 20.5 weeks
    assert by_date.loc[days(21), "broken"] == 1 / 6
    assert by_date.loc[days(3), "left_his"] == 0
    assert by_date.loc[days(4), "left_his"] == 1 / 6
    assert by_date.loc[days(4), "suspended"] == 1 / 6
    assert (by_date["left_her"] == 0).all()


def test_what_happens_in_the_course_of_a_day_has_happened_on_that_day():
    # 20 weeks and half a day after the start is the day of week 20, as worlds.parquet has it.
    weeks = BY_HAND.event_week.copy()
    weeks[2, list(events_of(SMALL)).index("broken")] = 20 + 0.5 / 7
    broken = replace(BY_HAND, event_week=weeks)
    events = counted([broken], 3, 2).events().set_index(["event", "date"])["probability"]
    assert events["broken", days(19)] == 0
    assert events["broken", days(20)] == 1 / 6


def test_the_interval_of_an_event_is_that_of_its_draws(played):
    records, table = played
    events, frame = counted(records, 700, 3).events(), table.to_pandas()
    for week in (0, 3, 26):
        happened = pd.to_datetime(frame["signed_date"]) <= pd.Timestamp(days(week))
        # A signature on the day itself, which weekly sessions give, counts on that day.
        shares = happened.groupby(frame["draw"]).mean().to_numpy()
        row = events[(events["event"] == "signed") & (events["date"] == days(week))].iloc[0]
        interval = monte_carlo_interval(shares, Weights.equal(700, 3))
        assert row["probability"] == pytest.approx(shares.mean())
        assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))


def test_events_never_unhappen(played):
    events = counted(played[0], 700, 3).events()
    for _, rows in events.groupby("event"):
        assert (rows["probability"].diff().dropna() >= 0).all()
        assert ((rows["low"] <= rows["probability"]) & (rows["probability"] <= rows["high"])).all()


def test_who_leaves_is_counted_also_where_the_talks_go_on():
    scenario = mediated_scenario(
        without_mediator="offers",
        calendar__deadline__fates={**WHY, "kept": 1, "moved": 0, "dropped": 0},
        **{f"actors__{name}__walkout": None for name in ("her", "his", "envoy")},
    )
    tally = counted(play(Ensemble(scenario, 0, 100, 2)), 100, 2, scenario)
    last = tally.events().groupby("event")["probability"].last()
    assert last["lapsed"] == last["left_envoy"] > 0.5
    assert last["left_her"] == last["left_his"] == last["suspended"] == 0
    assert tally.totals().set_index("total").loc["signed", "probability"] > 0


QUESTIONS = {
    "hers": {
        "label": "She gets the water",
        "event": "signed",
        "all": {"water": ["hers"]},
        "by": ["2025-01-06", "2025-02-09", "2025-02-10"],
    },
    "he_left": {"label": "He left", "event": "left", "who": ["his"], "by": "2025-01-28"},
}


def test_a_question_counts_what_has_happened_by_the_end_of_its_day():
    asking = small_scenario(questions=QUESTIONS)
    # Her water was signed on the first day in one world, five weeks later in another; he left in
    # the course of 28 January, 22 days and three quarters from the start.
    hers, he_left = [NONE, 0.0, 5.0, NONE, NONE, NONE], [NONE, NONE, NONE, 3.25, NONE, NONE]
    weeks = np.column_stack([BY_HAND.event_week, hers, he_left])
    table = counted([replace(BY_HAND, event_week=weeks)], 3, 2, asking).questions()
    assert table["id"].tolist() == [
        "hers_by_2025_01_06",
        "hers_by_2025_02_09",
        "hers_by_2025_02_10",
        "he_left",
    ]
    assert table["probability"].tolist() == [1 / 6, 1 / 6, 2 / 6, 1 / 6]
    assert table["label"].tolist()[-1] == "He left, by 28 January 2025"
    row, shares = table.iloc[2], np.array([0.5, 0.5, 0])  # of the three draws
    interval = monte_carlo_interval(shares, Weights.equal(3, 2))
    assert (row["low"], row["high"]) == (interval.low, interval.high)


def test_questions_agree_with_the_worlds_table_and_with_totals(played):
    asking = small_scenario(
        questions={
            "any_text": {"label": "Any text", "event": "signed", "by": ["2025-05-19", "2025-07-07"]}
        }
    )
    _, table = played
    found = counted(play(Ensemble(asking, 0, 700, 3)), 700, 3, asking)
    signed = pd.to_datetime(table.to_pandas()["signed_date"])
    early, ever = found.questions()["probability"]
    assert early == pytest.approx((signed <= "2025-05-19").mean())
    assert early > 0
    assert ever == pytest.approx(found.totals().set_index("total").loc["signed", "probability"])
