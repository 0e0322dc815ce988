"""Sweep folders that are damaged, or come from somebody who lies."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.errors import ScenarioError
from sim.runs.replacing import aside
from sim.sweeps.folder import PLAN, complete, sweep_folder
from sim.sweeps.plans import Plan
from sim.sweeps.sweep import Sweep, load_sweep
from tests.sweeps.small_sweeps import plan_of, points_of, same_but_seconds, swept, times

TWO = ("actors.her.no_deal=0.1:0.5",)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Plan, Sweep]:
    """A sweep of two points that is complete, and its plan."""
    place = tmp_path_factory.mktemp("made")
    plan = plan_of(place, *TWO, "ensemble.draws=4", points=2)
    return plan, swept(plan, place / "sweep")


@pytest.fixture
def folder(made, tmp_path) -> Path:
    return Path(shutil.copytree(made[1].folder, tmp_path / "sweep"))


def about(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    """Return what changes what a point's file says beside its counts."""

    def damage(file: Path) -> None:
        table = pq.read_table(file)
        said = change(json.loads(table.schema.metadata[b"parley"]))
        text = said if isinstance(said, str) else json.dumps(said)
        pq.write_table(table.replace_schema_metadata({b"parley": text}), file)

    return damage


def counts(change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        table = pq.read_table(file)
        changed = change(table).replace_schema_metadata(table.schema.metadata)
        pq.write_table(changed, file)

    return damage


def column(name: str | int, values: Any) -> Callable[[Path], None]:
    def change(table: pa.Table) -> pa.Table:
        place = name if isinstance(name, int) else table.column_names.index(name)
        return table.set_column(place, table.column_names[place], pa.array([values] * len(table)))

    return counts(change)


POINTS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda file: file.write_bytes(b""),
    "a list": about(lambda said: []),
    "nested without end": about(lambda said: "[" * 100_000),
    "labels that are a list": about(lambda said: {**said, "labels": ["deal"]}),
    "no labels": about(lambda said: {**said, "labels": {}}),
    "labels that are numbers": about(lambda said: {**said, "labels": {"deal": 1}}),
    "a key that is a list": about(lambda said: {**said, "key": [1]}),
    "other values": about(lambda said: {**said, "values": {"actors.her.no_deal": 0.3}}),
    "values that are none": about(lambda said: {**said, "values": None}),
    "seconds without end": about(lambda said: {**said, "seconds": float("inf")}),
    "a weight that is none": column("log weight", float("nan")),
    "weights that are text": column("log weight", "much"),
    "counts that are none": column(0, None),
    "counts that are text": column(0, "many"),
    "counts that are no whole numbers": column(0, 0.5),
    "fewer than none": column("worlds that count", -5),
    "fewer draws": counts(lambda table: table.slice(0, 2)),
    "a column twice": counts(lambda table: table.append_column(table.column_names[0], table[0])),
    "rows without end": counts(
        lambda table: pa.table(dict.fromkeys(table.column_names, np.zeros(2_000_000, dtype=int)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", POINTS.values(), ids=POINTS)
def test_a_damaged_point_is_played_again_and_the_sweep_ends_as_it_did(made, folder, damage):
    plan, first = made
    kept = times(points_of(folder)[:1])
    damage(folder / "points" / "0001.parquet")
    with sweep_folder(plan, folder):
        again, played = complete(plan, folder)
    assert played == 1
    same_but_seconds(again.index, first.index)
    assert kept.items() <= times(points_of(folder)).items()


def test_points_that_changed_places_are_not_told_of_as_each_other(made, folder):
    plan, first = made
    one, other = points_of(folder)
    one.rename(folder / "points" / "x")
    other.rename(one)
    (folder / "points" / "x").rename(other)
    with pytest.raises(ScenarioError, match="keeps another point than the one it tells of"):
        load_sweep(folder).draws(0)
    again = swept(plan, folder)
    for point in (0, 1):
        assert again.draws(point).equals(first.draws(point))


LIES: list[dict[str, Any]] = [
    {"points": 7},
    {"points": "two"},
    {"failed": 1},
    {"digest": "0" * 64},
    {"seed": -1},
    {"paired": "yes"},
    {"parameters": ["actors.her.patience"]},
    {"parameters": 3},
    {"title": None},
    {"draws": 0},
]


@pytest.mark.parametrize("lies", LIES, ids=str)
def test_a_manifest_that_lies_is_not_believed_and_is_written_again(made, folder, lies):
    file = folder / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **lies}))
    with pytest.raises(ScenarioError, match=r"manifest"):
        load_sweep(folder)
    with sweep_folder(made[0], folder):
        again, played = complete(made[0], folder)
    assert played == 0
    assert again.index.equals(made[1].index)


@pytest.mark.parametrize("lacking", ["draws", "replications", "seed", "points"])
def test_a_manifest_that_lacks_what_is_told_of_a_sweep_is_refused(folder, lacking):
    file = folder / "manifest.json"
    said = json.loads(file.read_text())
    del said[lacking]
    file.write_text(json.dumps(said))
    with pytest.raises(ScenarioError, match=f"lacks the field {lacking}"):
        load_sweep(folder)


@pytest.mark.parametrize("name", ["manifest.json", PLAN])
@pytest.mark.parametrize("text", ["[" * 100_000, '{"points": ' + "9" * 10_000 + "}", "[1]"])
def test_what_is_nested_or_counts_without_end_is_told_in_a_line(made, folder, name, text):
    (folder / name).write_text(text)
    if name == PLAN:
        with pytest.raises(ScenarioError, match=r"damaged plan\.json") as told:
            swept(made[0], folder)
        assert "\n" not in str(told.value)
    else:
        assert swept(made[0], folder).index.equals(made[1].index)


TABLES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a share without end": ("odds", column("probability", float("inf"))),
    "no share": ("odds", column("probability", None)),
    "shares that are text": ("odds", column("probability", "much")),
    "an outcome that is none": ("odds", column("outcome", None)),
    "outcomes that are numbers": ("odds", column("outcome", 7)),
    "paths that are numbers": ("index", column("path", 7)),
    "states that are none": ("index", column("status", None)),
    "points that are text": ("index", column("point", "first")),
    "no place of a point": ("index", column("path", None)),
    "no digest of a point": ("index", column("digest", None)),
    "odds that are text": ("index", column("odds_no_deal", "much")),
    "odds above all": ("index", column("odds_no_deal", 7.0)),
    "no odds of an outcome": ("index", counts(lambda table: table.drop_columns("odds_no_deal"))),
    "a column twice": ("index", counts(lambda t: t.append_column("status", t["status"]))),
}


@pytest.mark.parametrize(("table", "damage"), TABLES.values(), ids=TABLES)
def test_a_table_that_no_sweep_writes_is_refused_and_written_again(made, folder, table, damage):
    damage(folder / f"{table}.parquet")
    with pytest.raises(ScenarioError) as told:
        load_sweep(folder)
    assert "\n" not in str(told.value)
    assert swept(made[0], folder).index.equals(made[1].index)


@pytest.mark.parametrize("name", ["points", "index.parquet", "points/0001.parquet"])
def test_a_link_in_a_sweep_folder_is_refused(made, folder, name):
    elsewhere = folder.parent / "elsewhere"
    (folder / name).rename(elsewhere)
    (folder / name).symlink_to(elsewhere)
    with pytest.raises(ScenarioError, match=r"symbolic link|is no file"):
        swept(made[0], folder)


def test_a_sweep_started_afresh_leaves_the_old_one_whole_until_it_is_complete(made, folder):
    first = made[1]
    other = plan_of(folder.parent, *TWO, "ensemble.draws=4", "seed=9", points=2)
    (folder / "notes.txt").write_text("mine")

    def stop(done: float) -> None:
        if done >= 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), sweep_folder(other, folder, force=True):
        complete(other, folder, progress=stop)
    assert load_sweep(aside(folder)).index.equals(first.index)
    assert len(points_of(folder)) == 1
    with sweep_folder(other, folder):  # it goes on
        found, played = complete(other, folder)
    assert (played, len(found.index)) == (1, 2)
    assert not aside(folder).exists()
    assert (folder / "notes.txt").read_text() == "mine"


def shortened(file: Path, rows: int) -> None:
    pq.write_table(pq.read_table(file).slice(0, rows), file)


def test_points_of_fewer_draws_than_their_sweep_are_not_compared(folder):
    shortened(folder / "points" / "0001.parquet", 2)
    with pytest.raises(ScenarioError, match="keeps 2 draws of point 1, and says that there are 4"):
        load_sweep(folder).differences(0, 1)


def test_a_table_of_odds_that_lacks_a_point_is_refused(folder):
    file = folder / "odds.parquet"
    table = pq.read_table(file)
    shortened(file, table["point"].to_pylist().index(1))
    with pytest.raises(ScenarioError, match=r"lacks the odds of point 1, which index\.parquet"):
        load_sweep(folder)


def test_points_are_compared_in_outcomes_that_the_table_of_odds_lacks(folder):
    before = load_sweep(folder).differences(0, 1)
    file = folder / "odds.parquet"
    table = pq.read_table(file)
    points = table["point"].to_pylist()
    pq.write_table(table.take([points.index(0), points.index(1)]), file)
    assert load_sweep(folder).differences(0, 1).equals(before)
