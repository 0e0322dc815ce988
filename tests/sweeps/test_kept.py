"""Damaged files within a sweep, and what is played or written again because of them."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.sweeps.folder import complete, sweep_folder
from sim.sweeps.kept import sorted_out
from sim.sweeps.sweep import load_sweep
from tests.sweeps.small_sweeps import plan_of, points_of, same_but_seconds, swept, times

TWO = ("actors.her.no_deal=0.1:0.5",)


def test_points_of_another_plan_or_damaged_ones_are_played_again(tmp_path):
    folder = tmp_path / "sweep"
    plan = plan_of(tmp_path, *TWO, points=2)
    first = swept(plan, folder)
    other = tmp_path / "other"
    swept(plan_of(tmp_path, *TWO, "seed=9", points=2), other)
    (folder / "points" / "0000.parquet").write_bytes((other / "points/0000.parquet").read_bytes())
    (folder / "points" / "0001.parquet").write_bytes(b"PAR1")
    assert sorted_out(plan, folder)[0] == {}
    with sweep_folder(plan, folder):
        again, played = complete(plan, folder)
    assert played == 2
    same_but_seconds(again.index.drop(columns="path"), first.index.drop(columns="path"))


@pytest.mark.parametrize("part", ["points/0001.parquet", "runs/0001/worlds.parquet"])
@pytest.mark.parametrize("left", [0, 100, -20])
def test_a_point_that_was_cut_short_is_played_again(tmp_path, part, left):
    folder, plan = tmp_path / "sweep", plan_of(tmp_path, *TWO, points=3)
    first = swept(plan, folder)
    kept = times(points_of(folder)[::2])
    file = folder / part
    file.write_bytes(file.read_bytes()[:left])
    assert sorted(sorted_out(plan, folder)[0]) == [0, 2]
    with sweep_folder(plan, folder):
        again, played = complete(plan, folder)
    assert played == 1
    same_but_seconds(again.index, first.index)
    assert kept.items() <= times(points_of(folder)).items()


@pytest.mark.parametrize("part", ["index.parquet", "odds.parquet", "manifest.json"])
def test_what_stands_over_all_points_is_written_again_where_it_was_cut_short(tmp_path, part):
    folder, plan = tmp_path / "sweep", plan_of(tmp_path, *TWO, points=2)
    first = swept(plan, folder)
    file = folder / part
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_sweep(folder)
    with sweep_folder(plan, folder):
        again, played = complete(plan, folder)
    assert played == 0
    assert again.index.equals(first.index)
    assert again.odds.equals(first.odds)
