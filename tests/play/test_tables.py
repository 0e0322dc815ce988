"""The worlds table says what happened; the digest is of what it says; the tally counts it."""

import datetime
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.play.ensemble import Ensemble, play
from sim.play.tables import Tally, digest_of, worlds_schema, worlds_table
from sim.talks.record import Record
from tests.small import WHY, small_scenario

SMALL = small_scenario()
NONE, START = float("nan"), datetime.date(2025, 1, 6)
# Six worlds of three draws, written down by hand: halves that hold, her wish rejected by her
# family, her wish broken, he left, still talking, her wish signed with nobody to ratify it.
BY_HAND = Record(
    world=np.arange(6),
    outcome=np.array([0, 2, 2, 3, 3, 1]),
    by=np.array([[0, 0], [1, 0], [0, 0], [0, 1], [0, 0], [0, 0]], dtype=bool),
    round=np.array([2, 0, 5, 3, 25, 1]),
    week=np.array([2.0, 0.0, 5.0, 3.25, 26.0, 1.0]),
    settled_week=np.array([106.3, 3.0, 20.5, 3.25, 26.0, 105.3]),
    option=np.array([[1, 1], [0, 0], [0, 2], [-1, -1], [-1, -1], [2, 0]]),
    first_option=np.array([[0, 0], [0, 0], [0, 2], [1, 1], [2, 2], [0, 0]]),
    utility=np.array([[0.5, 0.6], [1.0, 0.0], [0.7, 0.3], [0.2, 0.1], [0.3, 0.25], [0.9, 0.1]]),
    ratified=np.array([[1, -1], [0, -1], [1, -1], [-1, -1], [-1, -1], [-1, -1]]),
    in_force_week=np.array([5.0, NONE, 8.0, NONE, NONE, 27.0]),
    broken_week=np.array([NONE, NONE, 20.5, NONE, NONE, NONE]),
    hopeless=np.full(6, NONE),
    step=np.full(6, NONE),
)


@pytest.fixture(scope="module")
def played() -> tuple[list[Record], pa.Table]:
    records = list(play(Ensemble(SMALL, 0, draws=700, replications=3)))
    return records, pa.concat_tables(worlds_table(SMALL, 3, record) for record in records)


def cut(record: Record, rows: slice) -> Record:
    return replace(record, **{f.name: getattr(record, f.name)[rows] for f in fields(record)})


def test_a_row_says_what_happened_in_its_world():
    rows = worlds_table(SMALL, 2, BY_HAND).to_pylist()
    signed, rejected, broken, left, talking, _ = rows
    assert signed == {
        "world": 0,
        "draw": 0,
        "replication": 0,
        "outcome": "halves_hold",
        "by": None,
        "round": 2,
        "date": datetime.date(2025, 1, 20),
        "text_water": "shared",
        "text_upkeep": "both_pay",
        "utility_her": 0.5,
        "utility_his": 0.6,
        "ratified_her": True,
        "broken_date": None,
    }
    assert (rejected["by"], rejected["ratified_her"]) == ("her_family", False)
    assert (rejected["date"], rejected["text_water"]) == (START, "hers")
    assert broken["broken_date"] == datetime.date(2025, 5, 29)  # 20.5 weeks are 143 days
    assert (left["by"], left["date"]) == ("his", datetime.date(2025, 1, 28))
    assert left["text_water"] is left["text_upkeep"] is left["ratified_her"] is None
    assert (left["utility_her"], left["utility_his"]) == (0.2, 0.1)
    assert (talking["by"], talking["date"]) == (None, datetime.date(2025, 7, 7))


def test_worlds_are_numbered_by_draw_and_replication(played):
    _, table = played
    numbers = table.select(["world", "draw", "replication"]).to_pandas()
    assert numbers["world"].tolist() == list(range(2100))
    assert (numbers["world"] == 3 * numbers["draw"] + numbers["replication"]).all()
    assert numbers["replication"].max() == 2


def test_every_world_refused_by_two_bodies_names_both():
    home = {**SMALL.actors["her"].domestic.model_dump(), "name": "his_family"}
    home = {k: v for k, v in home.items() if k in {"name", "label"}}
    tree_body = {**WHY, "threshold": 0.4, "people_noise": 0.1, "quota": 0.5, "vote_noise": 0.1}
    both = small_scenario(actors__his__domestic={**tree_body, **home, "lag": 3})
    refused = cut(BY_HAND, slice(1, 2))
    refused = replace(refused, by=np.array([[True, True]]), ratified=np.array([[0, 0]]))
    assert worlds_table(both, 1, refused).column("by").to_pylist() == ["her_family+his_family"]


def test_the_columns_have_the_same_types_whether_anything_was_signed_or_not():
    nothing = worlds_table(SMALL, 1, cut(BY_HAND, slice(3, 4)))
    assert nothing.schema == worlds_table(SMALL, 1, BY_HAND).schema == worlds_schema(SMALL)
    text, number, day = pa.string(), pa.int64(), pa.date32()
    assert dict(zip(nothing.schema.names, nothing.schema.types, strict=True)) == {
        "world": number,
        "draw": number,
        "replication": number,
        "outcome": text,
        "by": text,
        "round": number,
        "date": day,
        "text_water": text,
        "text_upkeep": text,
        "utility_her": pa.float64(),
        "utility_his": pa.float64(),
        "ratified_her": pa.bool_(),
        "broken_date": day,
    }


def test_a_stage_that_was_not_reached_is_null_and_a_stage_that_was_is_not(played):
    frame = played[1].to_pandas()
    signed = frame["text_water"].notna()
    assert signed.any()
    assert not signed.all()
    assert (frame["text_upkeep"].notna() == signed).all()
    assert not frame.loc[~signed, "ratified_her"].notna().any()
    assert not frame.loc[~signed, "broken_date"].notna().any()
    broken = frame["broken_date"].notna()
    assert broken.any()
    assert (frame.loc[broken, "ratified_her"] == True).all()  # noqa: E712  an object column
    assert (frame.loc[broken, "broken_date"] > frame.loc[broken, "date"]).all()
    assert (frame.loc[frame["by"] == "her_family", "ratified_her"] == False).all()  # noqa: E712
    assert frame[["outcome", "round", "date", "utility_her"]].notna().all().all()


@given(edges=st.lists(st.integers(0, 2100), max_size=6))
def test_the_digest_does_not_depend_on_how_the_rows_are_cut(played, edges):
    _, table = played
    bounds = [0, *sorted(edges), 2100]
    pieces = [table.slice(a, b - a) for a, b in pairwise(bounds)]
    assert digest_of(pieces) == digest_of([table])


def test_the_digest_survives_parquet_and_csv(played, tmp_path):
    _, table = played
    whole = digest_of([table])
    for rows in (7, 1000, 5000):
        pq.write_table(table, tmp_path / "worlds.parquet", row_group_size=rows)
        assert digest_of([pq.read_table(tmp_path / "worlds.parquet")]) == whole
        batches = pq.ParquetFile(tmp_path / "worlds.parquet").iter_batches(batch_size=333)
        assert digest_of(pa.Table.from_batches([batch]) for batch in batches) == whole
    pa.csv.write_csv(table, tmp_path / "worlds.csv")
    types = pa.csv.ConvertOptions(
        column_types=table.schema, strings_can_be_null=True, quoted_strings_can_be_null=False
    )
    assert digest_of([pa.csv.read_csv(tmp_path / "worlds.csv", convert_options=types)]) == whole


def test_the_digest_changes_with_any_cell():
    table = worlds_table(SMALL, 2, BY_HAND)
    seen = {digest_of([table])}
    for column, field in enumerate(table.schema):
        for row, value in enumerate(values := table.column(column).to_pylist()):
            changed = [*values[:row], other_than(value, field.type), *values[row + 1 :]]
            array = pa.array(changed, type=field.type)
            seen.add(digest_of([table.set_column(column, field, array)]))
    assert len(seen) == 1 + table.num_rows * table.num_columns


def other_than(value, kind):
    if kind == pa.float64():
        return value + 1e-8
    if kind == pa.int64():
        return value + 1
    if kind == pa.bool_():
        return not value
    if kind == pa.date32():
        return START if value is None else value + datetime.timedelta(days=1)
    return "None" if value is None else None


def test_the_digest_does_not_see_the_last_bits_of_a_float():
    table = worlds_table(SMALL, 2, BY_HAND)
    column = table.schema.get_field_index("utility_her")
    nudged = pa.array(np.nextafter(BY_HAND.utility[:, 0], 2.0))
    assert digest_of([table.set_column(column, "utility_her", nudged)]) == digest_of([table])


def test_the_digest_sees_the_order_of_the_rows():
    table = worlds_table(SMALL, 2, BY_HAND)
    assert digest_of([table.take([1, 0, 2, 3, 4, 5])]) != digest_of([table])


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
    assert tally.clauses().groupby("clause")["first_text_share"].sum().tolist() == [1, 1]
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
    # Four signed; worlds 0 and 5 still stand.
    assert (survival["model"], survival["base"]) == (2 / 4, 0.7)
    assert survival["base_low"] == survival["base_high"] == 0.7
