"""The worlds table says what happened; the digest is of what it says; the tally counts it."""

import datetime
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.play.ensemble import Ensemble, play
from sim.play.tables import digest_of, worlds_schema, worlds_table
from sim.scenario.events import Happening, events_of
from sim.talks.model import NegotiationModel
from sim.talks.record import Record
from tests.play.by_hand import BY_HAND, SMALL, START, cut
from tests.small import WHY, mediated_scenario, small_scenario
from tests.talks.small_talks import EVENTFUL

HERS_REFUSED = np.array([[0, -1]])


@pytest.fixture(scope="module")
def played() -> tuple[list[Record], pa.Table]:
    records = list(play(Ensemble(SMALL, 0, draws=700, replications=3)))
    return records, pa.concat_tables(worlds_table(SMALL, 3, record) for record in records)


def test_a_row_says_what_happened_in_its_world():
    rows = worlds_table(SMALL, 2, BY_HAND).to_pylist()
    signed, rejected, broken, left, talking, _ = rows
    assert signed == {
        "world": 0,
        "draw": 0,
        "replication": 0,
        "counts": True,
        "log_weight": 0.0,
        "outcome": "halves_hold",
        "by": None,
        "round": 2,
        "date": datetime.date(2025, 1, 20),
        "signed_date": datetime.date(2025, 1, 20),
        "in_force_date": datetime.date(2025, 2, 10),
        "text_water": "shared",
        "text_upkeep": "both_pay",
        "utility_her": 0.5,
        "utility_his": 0.6,
        "ratified_her": True,
        "broken_date": None,
        **{f"event_{name}": None for name in events_of(SMALL)},
        "event_signed": datetime.date(2025, 1, 20),
        "event_in_force": datetime.date(2025, 2, 10),
        "away_her": [],
        "away_his": [],
        "last_water": "shared",
        "last_upkeep": "both_pay",
        "refused_her": False,
        "refused_his": False,
        "obstacle_her": None,
        "obstacle_his": None,
        "doubted_her": None,
        "doubted_his": None,
        "declined_her": False,
    }
    assert (rejected["by"], rejected["ratified_her"]) == ("her_family", False)
    assert (rejected["date"], rejected["text_water"]) == (START, "hers")
    assert broken["broken_date"] == datetime.date(2025, 5, 29)  # 20.5 weeks are 143 days
    assert (left["by"], left["date"]) == ("his", datetime.date(2025, 1, 28))
    assert (left["away_her"], left["away_his"]) == ([], [datetime.date(2025, 1, 28)])
    assert left["event_left_his"] == left["event_suspended"] == datetime.date(2025, 1, 28)
    assert left["text_water"] is left["text_upkeep"] is left["ratified_her"] is None
    assert (left["utility_her"], left["utility_his"]) == (0.2, 0.1)
    assert (talking["by"], talking["date"]) == (None, datetime.date(2025, 7, 7))
    assert (left["last_water"], left["last_upkeep"]) == ("shared", "both_pay")
    assert (left["refused_her"], left["refused_his"]) == (True, True)
    assert (left["obstacle_her"], left["obstacle_his"]) == ("water", "upkeep")
    assert (left["doubted_her"], left["doubted_his"]) == (None, "her")
    assert (rejected["declined_her"], left["declined_her"]) == (True, False)
    assert talking["signed_date"] is talking["in_force_date"] is rejected["in_force_date"] is None


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


def test_who_is_away_is_named_even_where_its_body_had_refused_an_earlier_text():
    left = replace(cut(BY_HAND, slice(3, 4)), by=np.array([[True, False]]), ratified=HERS_REFUSED)
    assert worlds_table(SMALL, 1, left).column("by").to_pylist() == ["her"]


def test_the_columns_have_the_same_types_whether_anything_was_signed_or_not():
    nothing = worlds_table(SMALL, 1, cut(BY_HAND, slice(3, 4)))
    assert nothing.schema == worlds_table(SMALL, 1, BY_HAND).schema == worlds_schema(SMALL)
    text, number, day = pa.string(), pa.int64(), pa.date32()
    one_of_a_few = pa.dictionary(pa.int32(), text)
    assert dict(zip(nothing.schema.names, nothing.schema.types, strict=True)) == {
        "world": number,
        "draw": number,
        "replication": number,
        "counts": pa.bool_(),
        "log_weight": pa.float64(),
        "outcome": text,
        "by": text,
        "round": number,
        "date": day,
        "signed_date": day,
        "in_force_date": day,
        "text_water": text,
        "text_upkeep": text,
        "utility_her": pa.float64(),
        "utility_his": pa.float64(),
        "ratified_her": pa.bool_(),
        "broken_date": day,
        **{f"event_{name}": day for name in events_of(SMALL)},
        "away_her": pa.list_(day),
        "away_his": pa.list_(day),
        "last_water": one_of_a_few,
        "last_upkeep": one_of_a_few,
        "refused_her": pa.bool_(),
        "refused_his": pa.bool_(),
        "obstacle_her": one_of_a_few,
        "obstacle_his": one_of_a_few,
        "doubted_her": one_of_a_few,
        "doubted_his": one_of_a_few,
        "declined_her": pa.bool_(),
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
    flat = table.drop_columns(["away_her", "away_his"])  # a file of text holds no lists
    pa.csv.write_csv(flat, tmp_path / "worlds.csv")
    types = pa.csv.ConvertOptions(
        column_types=flat.schema, strings_can_be_null=True, quoted_strings_can_be_null=False
    )
    read = pa.csv.read_csv(tmp_path / "worlds.csv", convert_options=types)
    assert digest_of([read]) == digest_of([flat])


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
    if kind == pa.list_(pa.date32()):
        return [*value, START]
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


def test_events_and_absences_of_a_world_are_those_of_its_story():
    """Every event column has its first day, every absence its days, as they were noted."""
    spec = mediated_scenario(**EVENTFUL, evidence="none")
    names, seen = list(spec.actors), 0
    for world in range(12):
        model = NegotiationModel(spec, 3, 1, [world], collect=True)
        [row] = worlds_table(spec, 1, model.run()).to_pylist()
        story = model.ledger.diary.story

        def days(kind, who=None, story=story):
            weeks = [
                each.week
                for each in story
                if each.kind is kind and (who is None or each.who[names.index(who)])
            ]
            start = datetime.datetime.combine(START, datetime.time())
            return [(start + datetime.timedelta(weeks=w)).date() for w in sorted(weeks)]

        for actor in names:
            left, back = days(Happening.LEFT, actor), days(Happening.RETURNED, actor)
            turns = row[f"away_{actor}"]
            assert turns[0::2] == left
            assert turns[1::2] == back
            assert row[f"event_left_{actor}"] == next(iter(left), None)
            seen += len(turns)
        for event, kind in (("signed", Happening.SIGNED), ("in_force", Happening.IN_FORCE)):
            assert row[f"event_{event}"] == next(iter(days(kind)), None)
    assert seen > 12
