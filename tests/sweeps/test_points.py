"""One point of a sweep, played and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.sweeps.points import Point, plan_in, play_point, read_point
from tests.sweeps.small_sweeps import POINT, plan_of


def test_a_point_is_read_back_as_it_was_written(tmp_path):
    POINT.write(tmp_path / "0003.parquet")
    read = read_point(tmp_path / "0003.parquet")
    np.testing.assert_array_equal(read.counts, POINT.counts)
    same = ("plan", "number", "values", "outcomes", "replications", "digest", "seconds")
    assert [getattr(read, name) for name in same] == [getattr(POINT, name) for name in same]
    assert [file.name for file in tmp_path.iterdir()] == ["0003.parquet"]


def test_its_odds_and_shares_are_those_of_its_counts():
    assert POINT.odds()["probability"].tolist() == [0.5, 0.5]
    assert POINT.shares.tolist() == [[0.75, 0.25], [0.25, 0.75]]


def test_a_file_tells_its_plan_unless_it_is_damaged(tmp_path):
    file = tmp_path / "0003.parquet"
    assert plan_in(file) is None
    POINT.write(file)
    assert plan_in(file) == "a plan"
    file.write_bytes(file.read_bytes()[:-40])
    assert plan_in(file) is None
    with pytest.raises(ScenarioError, match=r"0003\.parquet: cannot be read as a point"):
        read_point(file)


def played(tmp_path: Path, run_folder: Path | None) -> Point:
    plan = plan_of(tmp_path, "protocol=offers,single_text")
    return play_point(plan.digest, 0, plan.rows[0], plan.configuration(plan.rows[0]), run_folder)


def test_a_point_counts_the_same_with_a_run_folder_and_without(tmp_path):
    compact, whole = played(tmp_path, None), played(tmp_path, tmp_path / "run")
    np.testing.assert_array_equal(compact.counts, whole.counts)
    assert (compact.digest, compact.outcomes) == (whole.digest, whole.outcomes)
    assert (tmp_path / "run" / "worlds.parquet").is_file()
