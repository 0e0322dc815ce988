"""The command `parley sweep`, as people type it and as they read what it says."""

from __future__ import annotations

import json
import os
import shlex
import signal

import pytest

from sim.runs.run import load_run
from sim.settings.grammar import override
from sim.sweeps.sweep import load_sweep
from tests.command import PATIENCE, parley, start, wait_until
from tests.sweeps.small_sweeps import FEW, small_scenario_in, study_in


def test_the_terminal_shows_values_and_odds_that_both_vary_within_80_columns(tmp_path):
    asked = ["protocol=offers,single_text", "actors.her.no_deal=0.1:0.5", "--points", 2]
    where = f"hydra.sweep.dir={tmp_path / 'out'}"
    done = parley("sweep", small_scenario_in(tmp_path), FEW, *asked, where, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "well: 4 points of 200 worlds, all played now." in done.stdout
    assert "All points share seed 0 and their draws: differences are paired." in done.stdout
    for words in ("no_deal", "single_text", "0.5", "No deal", "%", f"Sweep folder: {tmp_path}"):
        assert words in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines() if "folder" not in line)
    again = parley("sweep", small_scenario_in(tmp_path), FEW, *asked, where, cwd=tmp_path)
    assert again.returncode == 0
    assert "complete already: nothing was played" in again.stdout


def test_json_is_alone_on_stdout(tmp_path):
    asked = ["seed=1,2", "--json", f"hydra.sweep.dir={tmp_path / 'out'}"]
    done = parley("sweep", small_scenario_in(tmp_path), FEW, *asked, cwd=tmp_path)
    data = json.loads(done.stdout)
    assert [row["seed"] for row in data["points"]] == [1, 2]
    assert data["manifest"]["paired"] is False
    assert data["folder"] == str(tmp_path / "out")


def test_failed_points_are_told_and_the_command_ends_with_1(tmp_path):
    doubtful = "actors.her.values.water.hers={uniform:[-0.5,1.0]},1"
    where = f"hydra.sweep.dir={tmp_path / 'out'}"
    done = parley(
        "sweep", small_scenario_in(tmp_path), doubtful, "ensemble.draws=99", where, cwd=tmp_path
    )
    assert done.returncode == 1
    assert "1 of 2 points failed" in done.stdout
    assert load_sweep(tmp_path / "out").index["status"].tolist() == ["failed", "done"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["actors.her.nodeal=0.1:0.3"], "did you mean 'no_deal'?"),
        (["seed=1,2", "--design", "gird"], "--design: no such design; did you mean 'grid'?"),
        (["experiment=baselin"], "experiment: no such experiment; did you mean 'baseline'?"),
        (["seed=1,2", "--write"], "--write: needs an experiment"),
        (["actors.her.no_deal=0.1:0.3", "--points", "0"], "--points: must be 1 or more"),
    ],
)
def test_bad_input_ends_with_2_one_message_and_no_folder(tmp_path, asked, says):
    own = [] if "experiment" in asked[0] else [small_scenario_in(tmp_path)]
    before = sorted(item.name for item in tmp_path.iterdir())
    done = parley("sweep", *own, *asked, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(item.name for item in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"qestion": "Why is it so?"}, "qestion: no such field; did you mean 'question'?"),
        (
            {"config": {"scenario": "well.yaml", "ensemble": {"drawz": 2}}},
            "ensemble.drawz: no such field; did you mean 'draws'?",
        ),
    ],
)
def test_a_typo_in_a_study_ends_with_2_and_the_nearest_right_name(tmp_path, changes, says):
    study_in(tmp_path, **changes)
    done = parley("sweep", f"experiment={tmp_path}/", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tmp_path.name}/study.yaml: {says}" in done.stderr


def test_a_study_writes_its_finding(tmp_path):
    study_in(tmp_path)
    where = f"hydra.sweep.dir={tmp_path / 'out'}"
    done = parley("sweep", f"experiment={tmp_path}/", "--write", where, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == f"parley: wrote {tmp_path / 'README.md'}\n"
    digest = load_sweep(tmp_path / "out").manifest["digest"]
    assert digest[:16] in (tmp_path / "README.md").read_text()


def test_the_command_that_goes_on_can_be_pasted_whatever_the_folder_is_called(tmp_path):
    folder = tmp_path / "my sweeps, 1 (it's late)"
    study_in(tmp_path)
    asked = [
        "sweep",
        f"experiment={tmp_path}/",
        "--write",
        override("hydra.sweep.dir", str(folder)),
    ]
    process = start(*asked, cwd=tmp_path)
    wait_until(lambda: any(folder.glob("points/*.parquet")), process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    name, *arguments = shlex.split(err.splitlines()[-1])
    done = parley(*arguments, cwd=tmp_path)
    assert (name, done.returncode) == ("parley", 0)
    assert done.stderr == f"parley: wrote {tmp_path / 'README.md'}\n"
    assert len(load_sweep(folder).index) == 3


def test_a_run_that_replaces_a_sweep_leaves_nothing_of_it(tmp_path):
    own, where = small_scenario_in(tmp_path), tmp_path / "out"
    study_in(tmp_path)
    asked = ["sweep", f"experiment={tmp_path}/", f"hydra.sweep.dir={where}"]
    assert parley(*asked, cwd=tmp_path).returncode == 0
    swept = {item.name for item in where.iterdir()}
    (where / "notes.txt").write_text("mine")
    run = ["run", own, FEW, f"hydra.run.dir={where}"]
    refused = parley(*run, cwd=tmp_path)
    assert refused.returncode == 2
    assert "already holds a sweep; choose another folder, or --force to replace it" in (
        refused.stderr
    )
    assert {item.name for item in where.iterdir()} == {*swept, "notes.txt"}
    assert parley(*run, "--force", cwd=tmp_path).returncode == 0
    alone = tmp_path / "alone"
    assert parley("run", own, FEW, f"hydra.run.dir={alone}", cwd=tmp_path).returncode == 0
    held = {item.name for item in where.iterdir()}
    assert held == {*(item.name for item in alone.iterdir()), "notes.txt"}
    assert load_run(where).manifest["digest"] == load_run(alone).manifest["digest"]
