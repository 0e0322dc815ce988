"""Run and sweep folders that a disk has damaged, or somebody who lies: told of or refused."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.runs.archive import TABLES
from sim.runs.run import load_run
from sim.sweeps.sweep import load_sweep
from tests.fuzz.examples import tried
from tests.fuzz.hostile_data import (
    NO_NUMBERS,
    NUMBERS,
    WORDS,
    as_yaml,
    broken_bytes,
    spoilt,
)
from tests.fuzz.permitted import nothing_written, taken_or_refused, told
from tests.outside.hostile import texts
from tests.runs.small_runs import small_run
from tests.sweeps.small_sweeps import plan_of, swept

COLUMNS: list[Any] = [
    *(None, 0, -1, 10**12, 0.5, float("nan"), float("inf"), "", "a\x1b[2J", "\u202eb", True),
    *([1], {"a": 1}, b"\xff", datetime.date(2025, 1, 1), "w" * 200, "talking", "no_deal"),
]
CELLS = st.sampled_from([*map(str, NUMBERS), *map(str, NO_NUMBERS), *WORDS, "", '"']) | texts()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory) -> Path:
    """A folder with a whole run and a whole sweep, and beside them copies to be spoilt."""
    place = tmp_path_factory.mktemp("sandbox")
    small_run(place / "run")
    plan = plan_of(place, "actors.her.no_deal=0.1:0.5", "ensemble.draws=4", points=2)
    swept(plan, place / "sweep")
    return place


def spoil(draw: st.DrawFn, file: Path) -> None:
    """Spoil a file, as its kind goes or as bytes."""
    how = draw(st.sampled_from(["kind", "kind", "kind", "bytes", "nothing", "folder", "link"]))
    data = file.read_bytes()
    if how == "kind" and file.suffix == ".json":
        file.write_text(json.dumps(draw(spoilt(json.loads(data)))))
    elif how == "kind" and file.suffix == ".yaml":
        import yaml

        tree = yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        file.write_text(as_yaml(draw(spoilt(tree, most=1))))
    elif how == "kind" and file.suffix == ".csv":
        file.write_bytes(_with_cell(draw, data))
    elif how == "kind" and file.suffix == ".parquet":
        _put_column(draw, file)
    elif how == "nothing":
        file.unlink()
    elif how == "folder":
        file.unlink()
        file.mkdir()
    elif how == "link":
        file.unlink()
        file.symlink_to("/dev/zero")
    else:
        file.write_bytes(draw(broken_bytes(data)))


def _with_cell(draw: st.DrawFn, data: bytes) -> bytes:
    table = [line.split(",") for line in data.decode().splitlines()]
    row = table[draw(st.integers(0, len(table) - 1))]
    row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
    return "\n".join(map(",".join, table)).encode("utf-8", "surrogatepass")


def _put_column(draw: st.DrawFn, file: Path) -> None:
    """Change a column of a table, take it away, or double it."""
    table = pq.read_table(file)
    place = draw(st.integers(0, table.num_columns - 1))
    name = table.column_names[place]
    how = draw(st.sampled_from(["all", "all", "first", "turn", "drop", "double", "short"]))
    if how == "all":
        new = pa.array([draw(st.sampled_from(COLUMNS))] * len(table))
        changed = table.set_column(place, name, new)
    elif how == "first":
        old = table[place].to_pylist()
        changed = table.set_column(place, name, pa.array([None, *old[1:]]))
    elif how == "turn":
        changed = table.set_column(place, name, pa.array(table[place].to_pylist()[::-1]))
    elif how == "drop":
        changed = table.remove_column(place)
    elif how == "double":
        changed = table.append_column(name, table[place])
    else:
        changed = table.slice(0, draw(st.integers(0, len(table) - 1)))
    pq.write_table(changed, file)


def spoilt_folder(data: st.DataObject, whole: Path, most: int = 2) -> Path:
    """Return a copy of a folder with a file or two spoilt, each once."""
    copy = whole.parent / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(whole, copy, ignore=shutil.ignore_patterns("figures", "runs"))
    draw: Any = data.draw
    files = sorted(file for file in copy.rglob("*") if file.is_file())
    for _ in range(draw(st.integers(1, most))):
        spoil(draw, files.pop(draw(st.integers(0, len(files) - 1))))
    return copy


def tell_of_run(folder: Path) -> None:
    run = load_run(folder)
    for table in TABLES:
        getattr(run, table)
    assert len(run.worlds) == run.manifest["worlds"]
    assert len(run.draws) == len(run.weights) == run.manifest["draws"]
    str(run.report())


def tell_of_sweep(folder: Path) -> None:
    sweep = load_sweep(folder)
    str(sweep.report())
    for point in (0, 1):
        sweep.draws(point)
    sweep.differences(0, 1)


@given(st.data())
@tried(160)
def test_any_run_folder_is_told_of_or_refused(sandbox, data):
    folder = spoilt_folder(data, sandbox / "run")
    with nothing_written(sandbox):
        taken_or_refused(lambda: tell_of_run(folder))


LOOKING = [("questions",), ("questions", "--json"), ("transcript",), ("posterior",), ("why",)]


@given(st.data(), st.sampled_from(LOOKING))
@tried(40)
def test_any_run_folder_is_told_of_or_refused_by_the_command(sandbox, data, command):
    folder = spoilt_folder(data, sandbox / "run", most=1)
    with nothing_written(sandbox):
        told(*command, folder.name, cwd=sandbox)


@given(st.data())
@tried(110)
def test_any_sweep_folder_is_told_of_or_refused(sandbox, data):
    folder = spoilt_folder(data, sandbox / "sweep")
    with nothing_written(sandbox):
        taken_or_refused(lambda: tell_of_sweep(folder))
