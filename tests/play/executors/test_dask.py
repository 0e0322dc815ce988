"""A Dask cluster plays the worlds that one process plays, and says what it lacks before it starts.

The clusters are real ones, with workers that are processes, and they are really killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import Client, LocalCluster

import sim
from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.play.executors import executor_of
from sim.play.executors.dask import Dask
from sim.talks.record import Record, joined
from tests.command import environment, parley, parley_here, processes_of, small_file, start
from tests.command import wait_until as wait_while_it_runs
from tests.small import small_scenario, small_tree
from tests.talks.small_talks import assert_same

QUIET = {"dashboard_address": None, "silence_logs": 60, "processes": True}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a cluster with two workers of two threads each."""
    with LocalCluster(n_workers=2, threads_per_worker=2, **QUIET) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of a cluster without workers."""
    with LocalCluster(n_workers=0, **QUIET) as cluster:
        yield cluster.scheduler_address


def same(left: list[Record], right: list[Record]) -> None:
    assert_same(joined(left), joined(right))


def test_a_cluster_at_an_address_is_used_by_all_its_workers_or_as_many_as_are_asked_for(address):
    assert executor_of("dask", address=address) == Dask(4, address)
    assert executor_of("dask", workers=3, address=address) == Dask(3, address)
    assert executor_of("dask", workers=9, address=address) == Dask(4, address)
    assert executor_of("dask", workers=2) == Dask(2, None)


def test_a_cluster_at_an_address_plays_the_same_worlds_and_is_still_there_afterwards(address):
    alone = sim.simulate(small_tree(), draws=900, replications=3)
    asked = {"kind": "dask", "address": address}
    for _ in range(2):
        there = sim.simulate(small_tree(), draws=900, replications=3, workers=None, executor=asked)
        assert there.manifest["digest"] == alone.manifest["digest"]


def test_the_command_takes_the_name_and_the_address_in_either_order(address, tmp_path):
    small_file(tmp_path)
    asked = ["executor=dask", f"executor.address={address}"]
    digests = set()
    for name, overrides in (("one", asked), ("two", asked[::-1]), ("three", [])):
        run = ["run", "scenario=well.yaml", "ensemble.draws=60", f"hydra.run.dir={name}"]
        told = parley(*run, *overrides, cwd=tmp_path)
        assert (told.returncode, told.stderr) == (0, "")
        digests.add(sim.load_run(tmp_path / name).manifest["digest"])
    assert len(digests) == 1


def test_a_worker_killed_half_way_changes_no_world():
    ensemble = Ensemble(small_scenario(), 5, 20_000, 1)
    records = play(ensemble, Dask(2))
    before = set(processes_of(os.getsid(0)))
    first = next(records)
    started = set(processes_of(os.getsid(0))) - before
    os.kill(max(started, key=_memory), signal.SIGKILL)
    same([first, *records], list(play(ensemble)))


def _memory(process: int) -> int:
    """Return the pages that a process holds: a worker's are many, its helpers' few."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1])


def test_a_cluster_that_goes_half_way_is_told():
    soon = dask.config.set({"distributed.comm.timeouts.connect": "2s"})
    with soon, LocalCluster(n_workers=1, **QUIET) as cluster:
        records = play(
            Ensemble(small_scenario(), 5, 200_000, 1), Dask(1, cluster.scheduler_address)
        )
        next(records)
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            client.shutdown()
        with pytest.raises(ChildProcessError, match=r"the Dask cluster at tcp:.* is gone"):
            list(records)


def test_without_dask_the_command_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)  # which is how Python says: not there
    small_file(tmp_path)
    told = parley_here("run", "scenario=well.yaml", "executor=dask", cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    rule = "executor: needs Dask: pip install 'parley-sim[dask]' (got 'dask')"
    assert told.stderr == f"parley: {rule}\n"
    assert [item.name for item in tmp_path.iterdir()] == ["well.yaml"]


@pytest.mark.parametrize("place", ["tcp://127.0.0.1:9", "smoke://127.0.0.1:8786", "nowhere"])
def test_an_address_where_nothing_answers_is_refused_before_anything_is_played(place, tmp_path):
    small_file(tmp_path)
    asked = ["executor=dask", f"executor.address={place}"]
    told = parley("run", "scenario=well.yaml", *asked, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("parley: executor.address: no Dask cluster can be reached there")
    assert told.stderr.count("\n") == 1
    assert [item.name for item in tmp_path.iterdir()] == ["well.yaml"]


def test_a_cluster_without_workers_is_refused(empty):
    with pytest.raises(ScenarioError, match=r"executor\.address: is a Dask cluster without worke"):
        executor_of("dask", address=empty)


def worker_with(package: Path, address: str) -> subprocess.Popen[str]:
    """Start a worker that finds another Parley than this one."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny"]
    return subprocess.Popen(
        [*command, "--no-dashboard"],
        cwd=package,
        env=environment(PYTHONPATH=str(package)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def other_code(folder: Path) -> None:
    shutil.copytree(Path(sim.__file__).parent, folder / "sim")
    (folder / "sim" / "errors.py").open("a").write("# another version\n")


def no_code(folder: Path) -> None:
    (folder / "sim.py").touch()


@pytest.mark.parametrize(
    ("parley_there", "rule"),
    [
        (other_code, "its workers have Parley's code [0-9a-f]{12}, not [0-9a-f]{12} as here"),
        (no_code, "its workers lack what worlds need"),
    ],
)
def test_workers_that_would_play_other_worlds_are_refused(empty, parley_there, rule, tmp_path):
    parley_there(tmp_path)
    worker = worker_with(tmp_path, empty)
    try:
        with Client(empty, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
        with pytest.raises(ScenarioError, match=rf"executor\.address: {rule}"):
            executor_of("dask", address=empty)
    finally:
        worker.kill()
        worker.wait()


def test_a_sweep_killed_on_a_cluster_goes_on_in_processes(tmp_path):
    small_file(tmp_path)
    some = ["actors.her.no_deal=0.1:0.5", "--points", "33", "ensemble.draws=30"]
    command = ["sweep", "scenario=well.yaml", *some, "hydra.sweep.dir=sweep", "ensemble.workers=2"]
    process = start(*command, "executor=dask", cwd=tmp_path)
    kept = lambda: len(list((tmp_path / "sweep" / "points").glob("[0-9]*.parquet")))  # noqa: E731
    wait_while_it_runs(lambda: kept() >= 3, process)
    process.kill()
    process.communicate()
    goes_on = parley(*command, "executor=processes", cwd=tmp_path)
    assert (goes_on.returncode, goes_on.stderr) == (0, "")
    alone = parley(*command[:-2], "hydra.sweep.dir=alone", "executor=serial", cwd=tmp_path)
    assert (alone.returncode, alone.stderr) == (0, "")
    digests = {sim.load_sweep(tmp_path / name).manifest["digest"] for name in ("sweep", "alone")}
    assert len(digests) == 1
