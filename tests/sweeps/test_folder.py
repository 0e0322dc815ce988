"""A sweep that is stopped, by whatever, goes on with the same command and ends the same."""

from __future__ import annotations

import os
import resource
import shlex
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.play.executors.processes import Processes
from sim.runs.folder import DRAFT
from sim.runs.run import load_run
from sim.sweeps.folder import PLAN, complete, sweep_folder
from sim.sweeps.sweep import Sweep, load_sweep
from tests.command import PATIENCE, parley, start, wait_until, wait_until_all_gone
from tests.sweeps.small_sweeps import (
    plan_of,
    points_of,
    same_but_seconds,
    small_scenario_in,
    study_in,
    swept,
    times,
)

MANY = [  # 33 points and more are kept in compact form
    "actors.her.no_deal=0.1:0.5",
    "--points",
    "33",
    "ensemble.draws=30",
    "calendar.horizon=6",
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Sweep:
    """The sweep that was not stopped."""
    folder = tmp_path_factory.mktemp("whole")
    done = parley(
        "sweep", small_scenario_in(folder), *MANY, f"hydra.sweep.dir={folder}/s", cwd=folder
    )
    assert (done.returncode, done.stderr) == (0, "")
    return load_sweep(folder / "s")


def sweep_command(folder: Path, workers: int) -> list[str]:
    where = [f"hydra.sweep.dir={folder / 'sweep'}", f"ensemble.workers={workers}"]
    return ["sweep", small_scenario_in(folder), *MANY, *where]


def is_planned(folder: Path) -> bool:
    return (folder / PLAN).exists()


def has_points(number: int) -> Callable[[Path], bool]:
    return lambda folder: len(points_of(folder)) >= number


MOMENTS = [(is_planned, 1), (has_points(1), 1), (has_points(12), 2)]


@pytest.mark.parametrize(("moment", "workers"), MOMENTS)
def test_a_killed_sweep_goes_on_and_ends_as_one_that_was_not(tmp_path, whole, moment, workers):
    command, folder = sweep_command(tmp_path, workers), tmp_path / "sweep"
    process = start(*command, cwd=tmp_path)
    wait_until(lambda: moment(folder), process)
    process.kill()
    process.communicate(timeout=PATIENCE)
    wait_until_all_gone(process.pid)
    assert not (folder / "manifest.json").exists()
    kept = times(points_of(folder))
    assert len(kept) < 33
    goes_on = parley(*command, cwd=tmp_path)
    assert (goes_on.returncode, goes_on.stderr) == (0, "")
    assert f"{33 - len(kept)} played now, {len(kept)} kept" in goes_on.stdout or not kept
    assert kept.items() <= times(points_of(folder)).items()
    assert list(folder.rglob(f"{DRAFT}*")) == []
    found = load_sweep(folder)
    same_but_seconds(found.index, whole.index)
    assert found.odds.equals(whole.odds)
    assert found.manifest["digest"] == whole.manifest["digest"]


def test_an_interrupted_sweep_ends_with_130_and_the_command_that_goes_on(tmp_path, whole):
    command, folder = sweep_command(tmp_path, workers=2), tmp_path / "sweep"
    process = start(*command, cwd=tmp_path)
    wait_until(lambda: has_points(2)(folder), process)
    os.killpg(process.pid, signal.SIGINT)  # to all of them, as a terminal does
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (130, "")
    wait_until_all_gone(process.pid)
    kept = times(points_of(folder))
    first, last = err.splitlines()
    assert first == f"parley: interrupted; {len(kept)} of 33 points are kept. To go on:"
    name, *arguments = shlex.split(last)
    assert name == "parley"
    goes_on = parley(*arguments, cwd=tmp_path)
    assert (goes_on.returncode, goes_on.stderr) == (0, "")
    assert kept.items() <= times(points_of(folder)).items()
    same_but_seconds(load_sweep(folder).index, whole.index)


def run_is_half_done(folder: Path) -> bool:
    return (folder / "runs" / "0001" / DRAFT).exists()


def figure_is_drawn(folder: Path) -> bool:
    return (folder / DRAFT / "figures").exists()


@pytest.mark.parametrize("moment", [run_is_half_done, figure_is_drawn])
def test_a_study_killed_within_a_run_or_while_it_is_drawn_goes_on(tmp_path, moment):
    study_in(tmp_path)
    folder = tmp_path / "sweep"
    command = [
        "sweep",
        f"experiment={tmp_path}/",
        "ensemble.workers=1",
        f"hydra.sweep.dir={folder}",
    ]
    process = start(*command, cwd=tmp_path)
    wait_until(lambda: moment(folder), process)
    process.kill()
    process.communicate(timeout=PATIENCE)
    kept = times(points_of(folder))
    assert len(kept) == (1 if moment is run_is_half_done else 3)
    goes_on = parley(*command, cwd=tmp_path)
    assert (goes_on.returncode, goes_on.stderr) == (0, "")
    assert kept.items() <= times(points_of(folder)).items()
    assert list(folder.rglob(f"{DRAFT}*")) == []
    assert (folder / "figures" / "figure.png").stat().st_size > 10_000
    assert load_sweep(folder).index["status"].tolist() == ["done"] * 3


def test_a_sweep_that_the_disk_cannot_hold_ends_with_1_and_goes_on_when_there_is_room(tmp_path):
    room = 60_000  # bytes in a file: less than a table of worlds takes, more than the plan
    asked = ["seed=1,2", "ensemble.draws=500", f"hydra.sweep.dir={tmp_path / 'sweep'}"]
    command = ["sweep", small_scenario_in(tmp_path), *asked]
    process = start(
        *command,
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (1, "")
    assert "File too large" in err
    assert "0 of 2 points are kept. To go on:" in err
    assert "Traceback" not in err
    goes_on = parley(*command, cwd=tmp_path)
    assert (goes_on.returncode, goes_on.stderr) == (0, "")
    assert len(load_sweep(tmp_path / "sweep").index) == 2


def test_two_sweeps_at_once_on_one_folder_the_second_is_refused(tmp_path):
    command, folder = sweep_command(tmp_path, workers=1), tmp_path / "sweep"
    first = start(*command, cwd=tmp_path)
    wait_until(lambda: has_points(1)(folder), first)
    first.send_signal(signal.SIGSTOP)
    try:
        second = parley(*command, cwd=tmp_path)
    finally:
        first.send_signal(signal.SIGCONT)
    rule = "hydra.sweep.dir: is being written to by another sweep; choose another folder"
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr.startswith(f"parley: {rule}")
    first.communicate(timeout=PATIENCE)
    assert first.returncode == 0
    assert len(load_sweep(folder).index) == 33


TWO = ("actors.her.no_deal=0.1:0.5",)


def test_a_finished_sweep_is_told_again_and_nothing_is_played(tmp_path):
    plan, folder = plan_of(tmp_path, *TWO, points=2), tmp_path / "sweep"
    first = swept(plan, folder)
    files = [file for file in folder.rglob("*") if file.is_file()]
    before = times(files)
    with sweep_folder(plan, folder):
        again, played = complete(plan, folder)
    assert played == 0
    assert again.index.equals(first.index)
    assert times(files) == before


def test_a_sweep_that_was_planned_otherwise_is_refused_with_what_changed(tmp_path):
    folder = tmp_path / "sweep"
    swept(plan_of(tmp_path, *TWO, points=2), folder)
    before = times([folder / PLAN, folder / "index.parquet"])
    changed = plan_of(tmp_path, *TWO, "ensemble.draws=30", "protocol=offers", points=3)
    with pytest.raises(ScenarioError) as caught, sweep_folder(changed, folder):
        pass
    said = str(caught.value)
    assert (
        "hydra.sweep.dir: holds a sweep that was planned otherwise, as told below; choose" in said
    )
    assert "design.points: was 2, is now 3" in said
    assert "ensemble.draws: was 20, is now 30" in said
    assert "protocol: was single_text, is now offers" in said
    assert times([folder / PLAN, folder / "index.parquet"]) == before
    with sweep_folder(changed, folder, force=True):
        sweep, played = complete(changed, folder)
    assert (played, len(sweep.index)) == (3, 3)


def test_a_sweep_forced_over_a_run_leaves_nothing_of_the_run(tmp_path):
    small, folder = small_scenario_in(tmp_path), tmp_path / "results"
    ran = parley("run", small, "ensemble.draws=20", f"hydra.run.dir={folder}", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    plan = plan_of(tmp_path, "actors.her.no_deal=0.1,0.2")
    with sweep_folder(plan, folder, force=True):
        complete(plan, folder)
    with pytest.raises(ScenarioError, match="holds a sweep, not a run"):
        load_run(folder)
    assert not {"config.yaml", "totals.csv", "worlds.parquet", "draws.parquet"} & set(
        os.listdir(folder)
    )
    assert len(load_sweep(folder).index) == 2


def test_points_that_failed_are_tried_again(tmp_path):
    doubtful = "actors.her.values.water.hers={uniform:[-0.5,1.0]},1"
    plan, folder = plan_of(tmp_path, doubtful, "ensemble.draws=99"), tmp_path / "sweep"
    assert swept(plan, folder).manifest["failed"] == 1
    with sweep_folder(plan, folder):
        _, played = complete(plan, folder)
    assert played == 1


def test_a_folder_that_holds_something_else_is_refused_and_left_as_it_was(tmp_path):
    plan = plan_of(tmp_path, *TWO, points=2)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.parquet").write_text("mine")
    with pytest.raises(ScenarioError, match=r"holds index\.parquet, which a sweep would overwrite"):
        swept(plan, tmp_path / "mine")
    assert [item.name for item in (tmp_path / "mine").iterdir()] == ["index.parquet"]
    with pytest.raises(ScenarioError, match="file, not a folder"):
        swept(plan, tmp_path / "mine" / "index.parquet")


def test_two_processes_give_what_one_gives(tmp_path):
    plan = plan_of(tmp_path, "protocol=offers,single_text", *TWO, points=2)
    one, two = swept(plan, tmp_path / "one"), swept(plan, tmp_path / "two", executor=Processes(2))
    same_but_seconds(one.index, two.index)


def test_progress_is_told_the_points_done_from_those_that_were_kept(tmp_path):
    plan, told = plan_of(tmp_path, *TWO, points=3), []
    swept(plan, tmp_path / "sweep")
    (tmp_path / "sweep" / "points" / "0001.parquet").unlink()
    swept(plan, tmp_path / "sweep", progress=told.append)
    assert told == [2, 3]


def test_progress_moves_within_a_point_where_points_are_played_one_after_another(tmp_path):
    size = ["ensemble.draws=400", "ensemble.replications=20", "calendar.horizon=6"]
    plan, told = plan_of(tmp_path, *TWO, *size, points=2), []
    swept(plan, tmp_path / "sweep", progress=told.append)
    assert {0, 1, 2} < set(told)
    assert told == sorted(told)


def test_default_folders_are_new_each_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = plan_of(tmp_path, *TWO, points=2)
    with sweep_folder(plan, None) as first, sweep_folder(plan, None) as second:
        assert first != second
        assert first.parent == second.parent == Path("outputs/sweeps/well")
