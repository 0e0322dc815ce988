"""Run folders that are damaged, or come from somebody who lies: one clear error, and no more."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.errors import ScenarioError
from sim.runs.archive import TABLES
from sim.runs.run import Run, load_run
from tests.command import parley_here
from tests.runs.small_runs import copied, small_run, with_manifest

DEEP = 100_000


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return small_run(tmp_path_factory.mktemp("made") / "run")


@pytest.fixture
def folder(run, tmp_path) -> Path:
    return copied(run, tmp_path / "run")


def tell_all(folder: Path) -> None:
    """Ask a run for all that its folder tells."""
    run = load_run(folder)
    for table in TABLES:
        getattr(run, table)
    assert len(run.worlds) == run.manifest["worlds"]
    assert len(run.draws) == len(run.weights) == run.manifest["draws"]
    str(run.report())


def refused(folder: Path) -> str:
    """Return the one line in which a folder is refused."""
    with pytest.raises(ScenarioError) as told:
        tell_all(folder)
    said = str(told.value)
    assert "\n" not in said
    assert len(said) < 1000
    return said


def test_a_whole_run_is_told(run):
    tell_all(run.folder)


MANIFESTS = {
    "nested without end": "[" * DEEP,
    "mappings without end": '{"seed":' * DEEP,
    "a number of 10,000 digits": '{"seed": ' + "9" * 10_000 + "}",
    "a number without end": '{"seed": 1e999}',
    "no number": '{"seed": NaN}',
    "a thing said twice": '{"seed": 1, "seed": 2}',
}


@pytest.mark.parametrize("text", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_is_none_is_refused_in_a_line(folder, text):
    (folder / "manifest.json").write_text(text)
    assert "manifest.json: cannot be read: " in refused(folder)
    told = parley_here("questions", folder, "--json", cwd=folder)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)


LIES: list[dict[str, Any]] = [
    {"seed": -1},
    {"seed": 10**30},
    {"seed": 4},
    {"draws": 0},
    {"draws": 10**12},
    {"worlds": 10**12},
    {"draws": 10, "replications": 10},
    {"replications": 4, "worlds": 80},
    {"scenario": "another"},
    {"protocol": "offers"},
    {"signed": -1},
    {"signed": 101},
    {"digest": "abc"},
    {"config_sha256": "0" * 64},
    {"format": "four"},
    {"evidence": []},
    {"evidence": {"effective_draws": "all", "worlds_counted": 1, "worlds_played": 1}},
    {"evidence": {"effective_draws": 20, "worlds_counted": 1000, "worlds_played": 1000}},
    {"forms": {"offers": 3}},
    {"doubt": {"chance": "much"}},
    {"equilibrium": {"unsettled": "much"}},
    {"versions": {"parley-sim": [1]}},
    {"seconds": "long"},
]


@pytest.mark.parametrize("lies", LIES, ids=str)
def test_a_manifest_that_lies_is_not_believed(folder, lies):
    refused(with_manifest(folder, lambda manifest: manifest.update(lies)))
    for asked in (["reproduce", folder], ["questions", folder, "--json"]):
        told = parley_here(*asked, cwd=folder)
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)


def test_a_digest_of_other_worlds_makes_no_two_runs_the_same(run, folder, tmp_path):
    other = small_run(tmp_path / "other", {"answers__relaxation": 3})
    digest = run.manifest["digest"]
    liar = with_manifest(other.folder, lambda manifest: manifest.update(digest=digest))
    told = parley_here("compare", folder, liar, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert "keeps other worlds than those that its manifest describes" in told.stderr


def cell(table: str, column: str, value: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        file = folder / f"{table}.csv"
        head, first, *rest = file.read_text().splitlines()
        row = dict(zip(head.split(","), first.split(","), strict=False)) | {column: value}
        file.write_text("\n".join([head, ",".join(row.values()), *rest]) + "\n")

    return change


def column(table: str, name: str, values: Any) -> Callable[[Path], object]:
    """Return what puts values, made of a column's own, in its place."""

    def change(folder: Path) -> None:
        file = folder / f"{table}.parquet"
        found = pq.read_table(file)
        new = pa.array(values(found[name].to_pylist()))
        pq.write_table(found.set_column(found.column_names.index(name), name, new), file)

    return change


def twice(table: str, name: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        file = folder / table
        if file.suffix == ".csv":
            lines = file.read_text().splitlines()
            file.write_text("\n".join([f"{lines[0]},{name}", *(f"{x},1" for x in lines[1:])]))
        else:
            found = pq.read_table(file)
            pq.write_table(found.append_column(name, found[name]), file)

    return change


def first(value: Any) -> Callable[[list[Any]], list[Any]]:
    return lambda values: [value, *values[1:]]


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a number without end": cell("totals", "probability", "inf"),
    "a share above all": cell("totals", "probability", "7"),
    "no share": cell("totals", "probability", ""),
    "worlds without end": cell("odds", "worlds", "9" * 40),
    "a day that is none": cell("events", "date", "never"),
    "a day in no year": cell("events", "date", ""),
    "a column twice in CSV": twice("odds.csv", "outcome"),
    "a column twice in Parquet": twice("worlds.parquet", "outcome"),
    "an outcome that is none": column("worlds", "outcome", first(None)),
    "an outcome without odds": column("worlds", "outcome", first("peace")),
    "outcomes that are numbers": column("worlds", "outcome", lambda v: list(range(len(v)))),
    "outcomes that are lists": column("worlds", "outcome", lambda v: [[each] for each in v]),
    "outcomes that are mappings": column("worlds", "outcome", lambda v: [{"a": 1} for _ in v]),
    "draws that are text": column("worlds", "draw", lambda v: [str(each) for each in v]),
    "a draw below none": column("worlds", "draw", first(-5)),
    "draws in another order": column("worlds", "draw", lambda v: v[::-1]),
    "counts that are text": column("worlds", "counts", lambda v: ["yes" for _ in v]),
    "days that are numbers": column("worlds", "signed_date", lambda v: [1.5 for _ in v]),
    "a draw that is none": column("draws", "draw", first(None)),
    "a weight without end": column("draws", "log_weight", first(np.inf)),
    "a weight that is none": column("draws", "log_weight", first(np.nan)),
    "weights that are text": column("draws", "log_weight", lambda v: ["much" for _ in v]),
    "forms that are numbers": column("draws", "form", lambda v: [1 for _ in v]),
    "a drawn number without end": column("draws", "actors.her.no_deal", first(np.inf)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_table_that_no_run_writes_is_refused_in_a_line(folder, damage):
    damage(folder)
    refused(folder)


def rows_without_end(folder: Path) -> None:
    zeros = pa.array(np.zeros(10**7, dtype=np.int64))
    with pq.ParquetWriter(folder / "worlds.parquet", pa.schema([("world", pa.int64())])) as writer:
        for _ in range(10):
            writer.write_table(pa.table({"world": zeros}))


def texts_without_end(folder: Path) -> None:
    worlds = pq.read_table(folder / "worlds.parquet")
    again = pa.array(np.zeros(len(worlds), dtype=np.int32))
    long = pa.DictionaryArray.from_arrays(again, pa.array(["x" * 42_000_000]))
    place = worlds.column_names.index("outcome")
    pq.write_table(
        worlds.set_column(place, "outcome", long), folder / "worlds.parquet", compression="zstd"
    )


def many_long_texts(folder: Path) -> None:
    run = load_run(folder)
    rows = run.manifest["worlds"]
    long = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(rows, dtype=np.int32)), pa.array(["x" * 500_000])
    )
    worlds = pq.read_table(folder / "worlds.parquet")
    place = worlds.column_names.index("by")
    pq.write_table(
        worlds.set_column(place, "by", long), folder / "worlds.parquet", compression="zstd"
    )


def lists_without_end(folder: Path) -> None:
    worlds = pq.read_table(folder / "worlds.parquet")
    days = pa.array(np.zeros(5_000_000, dtype="datetime64[D]"))
    ends = pa.array([0, *[len(days)] * len(worlds)], type=pa.int32())
    lists = pa.ListArray.from_arrays(ends, days)
    place = worlds.column_names.index("away_her")
    pq.write_table(worlds.set_column(place, "away_her", lists), folder / "worlds.parquet")


@pytest.mark.parametrize(
    "bomb", [rows_without_end, texts_without_end, many_long_texts, lists_without_end]
)
def test_a_small_file_that_unpacks_to_gigabytes_is_refused_before_it_is_read(folder, bomb):
    bomb(folder)
    assert (folder / "worlds.parquet").stat().st_size < 3_000_000
    before = pa.total_allocated_bytes()
    pool = pa.default_memory_pool()
    highest = pool.max_memory() or 0
    assert "worlds.parquet" in refused(folder)
    assert pa.total_allocated_bytes() - before < 50_000_000
    assert (pool.max_memory() or 0) <= max(highest, before + 200_000_000)


@pytest.mark.parametrize(
    "name", ["manifest.json", "config.yaml", "odds.csv", "worlds.parquet", "draws.parquet"]
)
def test_a_link_in_a_run_folder_is_not_followed(folder, name):
    elsewhere = folder.parent / "elsewhere"
    os.replace(folder / name, elsewhere)
    (folder / name).symlink_to(elsewhere)
    assert "is a symbolic link, which is not followed" in refused(folder)


def test_what_was_told_of_before_is_told_again(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    with_manifest(folder, lambda said: said.update(later={"a": [1, 2]}))  # of a later version
    assert load_run(folder).manifest["digest"] == manifest["digest"]


def test_the_story_of_a_world_of_which_the_table_is_damaged_is_not_told(folder):
    table = pq.read_table(folder / "worlds.parquet")
    pq.write_table(table.append_column("outcome", table["outcome"]), folder / "worlds.parquet")
    told = parley_here("transcript", folder, cwd=folder.parent)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("parley: ")
