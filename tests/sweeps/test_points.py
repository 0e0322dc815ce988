"""One point of a sweep, played and kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.analysis.weights import Weights
from sim.errors import ScenarioError
from sim.sweeps.points import Point, play_point, read_point
from tests.sweeps.small_sweeps import POINT, plan_of


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


def with_a_byte_changed(file: Path) -> None:
    data = bytearray(file.read_bytes())
    column = pq.read_metadata(file).row_group(0).column(0)
    data[column.dictionary_page_offset + column.total_compressed_size - 1] ^= 0xFF
    file.write_bytes(data)


def with_a_world_lost(file: Path) -> None:
    replace(POINT, counts=POINT.counts - 1).write(file)


def test_a_point_is_read_back_as_it_was_written(tmp_path):
    POINT.write(tmp_path / "0003.parquet")
    read = read_point(tmp_path / "0003.parquet")
    np.testing.assert_array_equal(read.counts, POINT.counts)
    same = ("key", "values", "outcomes", "digest", "seconds")
    np.testing.assert_array_equal(read.weights.sizes, POINT.weights.sizes)
    np.testing.assert_array_equal(read.weights.log_weight, POINT.weights.log_weight)
    assert [getattr(read, name) for name in same] == [getattr(POINT, name) for name in same]
    assert [file.name for file in tmp_path.iterdir()] == ["0003.parquet"]


def test_its_odds_and_shares_are_those_of_its_counts():
    assert POINT.odds()["probability"].tolist() == [0.5, 0.5]
    assert POINT.shares.tolist() == [[0.75, 0.25], [0.25, 0.75]]


def test_a_point_of_weighted_draws_keeps_their_weights_and_the_worlds_that_count(tmp_path):
    weights = Weights(np.array([4, 0, 2]), np.log([1.0, 5.0, 2.0]))
    point = replace(POINT, counts=np.array([[3, 1], [0, 0], [1, 1]]), weights=weights)
    point.write(tmp_path / "0003.parquet")
    read = read_point(tmp_path / "0003.parquet")
    assert read.odds().equals(point.odds())
    assert read.odds()["probability"].tolist() == pytest.approx([5 / 8, 3 / 8])
    np.testing.assert_array_equal(read.shares, [[0.75, 0.25], [np.nan, np.nan], [0.5, 0.5]])


def test_a_file_of_before_draws_had_weights_is_read_as_draws_that_weigh_alike(tmp_path):
    file = tmp_path / "0003.parquet"
    POINT.write(file)
    table = pq.read_table(file)
    about = {**json.loads(table.schema.metadata[b"parley"]), "replications": 4}
    old = table.select(["deal", "war"]).replace_schema_metadata({b"parley": json.dumps(about)})
    pq.write_table(old, file, write_page_checksum=True)
    assert read_point(file).odds().equals(POINT.odds())


@pytest.mark.parametrize("spoil", [cut_short, with_a_byte_changed, with_a_world_lost])
def test_a_damaged_file_is_no_point(tmp_path, spoil):
    file = tmp_path / "0003.parquet"
    POINT.write(file)
    spoil(file)
    with pytest.raises(ScenarioError, match=r"0003\.parquet: cannot be read as a point.+finishes"):
        read_point(file)


def played(tmp_path: Path, run_folder: Path | None) -> Point:
    plan = plan_of(tmp_path, "protocol=offers,single_text")
    return play_point(plan.keys[0], plan.rows[0], plan.configuration(plan.rows[0]), run_folder)


def test_a_point_counts_the_same_with_a_run_folder_and_without(tmp_path):
    compact, whole = played(tmp_path, None), played(tmp_path, tmp_path / "run")
    np.testing.assert_array_equal(compact.counts, whole.counts)
    assert (compact.digest, compact.outcomes) == (whole.digest, whole.outcomes)
    assert (tmp_path / "run" / "worlds.parquet").is_file()
