"""Runs at once on one folder, and clocks that go back: each whole, nothing overwritten."""

from __future__ import annotations

import datetime
import json
import os
import signal
from pathlib import Path

import pytest

from sim.runs import results
from sim.runs.replacing import MANIFEST
from sim.runs.results import PARTS, load_run
from tests.command import PATIENCE, parley, parley_here, small_file, start, wait_until
from tests.sweeps.small_sweeps import plan_of, swept

RUN = ("run", "scenario=well.yaml", "ensemble.draws=20", "hydra.run.dir=out")
REFUSED = (
    "hydra.run.dir: is being written to by another run",
    "hydra.run.dir: already holds a run",
)


def digest_in(folder: Path) -> str:
    return str(json.loads((folder / MANIFEST).read_text())["digest"])


def whole(folder: Path) -> bool:
    return {item.name for item in folder.iterdir()} == set(PARTS)


@pytest.mark.parametrize("options", [(), ("--force",)])
def test_of_runs_at_once_on_one_folder_one_is_kept_whole_and_the_others_are_told(tmp_path, options):
    small_file(tmp_path)
    every = [start(*RUN, f"seed={seed}", *options, cwd=tmp_path) for seed in range(4)]
    said = [process.communicate(timeout=PATIENCE) for process in every]
    done = [seed for seed, process in enumerate(every) if process.returncode == 0]
    assert done
    assert options or len(done) == 1
    for process, (out, err) in zip(every, said, strict=True):
        assert process.returncode in (0, 2)
        if process.returncode == 2:
            assert out == ""
            assert any(f"parley: {rule}" in err for rule in REFUSED), err
    assert [item.name for item in tmp_path.iterdir() if item.name != "well.yaml"] == ["out"]
    assert whole(tmp_path / "out")
    assert load_run(tmp_path / "out").manifest["seed"] in done


def test_a_run_over_another_that_is_still_at_work_is_refused(tmp_path):
    small_file(tmp_path)
    assert parley(*RUN, cwd=tmp_path).returncode == 0
    before = digest_in(tmp_path / "out")
    long = ("ensemble.draws=100000", "ensemble.workers=1", "--force")
    first = start(*RUN[:2], RUN[3], *long, cwd=tmp_path)
    wait_until(lambda: any((tmp_path / "out").glob(".*/worlds.parquet")), first)
    first.send_signal(signal.SIGSTOP)
    try:
        second = parley(*RUN, "--force", cwd=tmp_path)
    finally:
        first.send_signal(signal.SIGCONT)
    assert (second.returncode, second.stdout) == (2, "")
    assert REFUSED[0] in second.stderr
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=PATIENCE)
    assert digest_in(tmp_path / "out") == before
    assert whole(tmp_path / "out")


NOON = datetime.datetime(2025, 12, 1, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize("back", [0, 1])
def test_runs_get_folders_of_their_own_where_the_clock_stands_or_goes_back(
    tmp_path, monkeypatch, back
):
    small_file(tmp_path)
    hours = iter(range(0, -100 * back, -back) if back else [0] * 100)

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return NOON + datetime.timedelta(hours=next(hours))

    monkeypatch.setattr(results.datetime, "datetime", Clock)
    asked = ("run", "scenario=well.yaml", "ensemble.draws=5", "--json")
    told = [parley_here(*asked, f"seed={seed}", cwd=tmp_path) for seed in range(3)]
    folders = [tmp_path / json.loads(one.stdout)["folder"] for one in told]
    assert len(set(folders)) == 3
    assert [load_run(folder).manifest["seed"] for folder in folders] == [0, 1, 2]
    assert all(whole(folder) for folder in folders)
    assert all(load_run(folder).manifest["seconds"] > 0 for folder in folders)


def test_a_sweep_goes_on_though_its_points_are_of_a_later_day(tmp_path):
    plan, folder = plan_of(tmp_path, "seed=1,2,3", "ensemble.draws=5"), tmp_path / "sweep"
    digest = swept(plan, folder).manifest["digest"]
    (folder / "points" / "0001.parquet").unlink()
    (folder / MANIFEST).unlink()
    for file in [*folder.rglob("*"), folder]:
        os.utime(file, (2**32, 2**32))  # in the year 2106
    assert swept(plan, folder).manifest["digest"] == digest
