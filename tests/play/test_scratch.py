"""Temporary folders of killed processes are taken away, those of living ones are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.command import PATIENCE, environment, parley, small_file, wait_until_all_gone

OWNER = """
import sys, time
from sim.play.executors import executor_of
from sim.play.executors.scratch import scratch
executor_of(workers=1)
print(scratch(), flush=True)
if sys.argv[1:]:
    sys.stdin.read()
"""


def owner(place: Path, *stays: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, *stays],
        env=environment(TMPDIR=str(place)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_next_process_takes_away_what_a_killed_one_left_and_no_more(tmp_path):
    (tmp_path / "mine").mkdir()
    killed, living = owner(tmp_path, "stays"), owner(tmp_path, "stays")
    left, kept = (Path(each.stdout.readline().strip()) for each in (killed, living))
    killed.kill()
    killed.communicate(timeout=PATIENCE)
    assert left.is_dir()
    done = owner(tmp_path)
    own = Path(done.communicate(timeout=PATIENCE)[0].strip())
    assert own not in (left, kept)
    assert {item.name for item in tmp_path.iterdir()} == {"mine", kept.name}
    living.communicate(timeout=PATIENCE)
    assert [item.name for item in tmp_path.iterdir()] == ["mine"]


def run_in(place: Path, temporary: Path, *asked: str) -> subprocess.Popen[str]:
    small_file(place)
    command = ["run", "scenario=well.yaml", "ensemble.workers=2", "hydra.run.dir=run", *asked]
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *command],
        cwd=place,
        env=environment(TMPDIR=str(temporary)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_tmpdir_too_long_for_sockets_leaves_one_process_and_a_hint(tmp_path):
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    size = ["ensemble.draws=700", "ensemble.replications=10"]
    out, err = run_in(tmp_path, deep, *size).communicate(timeout=PATIENCE)
    assert "7,000 worlds" in out
    (line,) = err.splitlines()
    assert line.startswith("parley: TMPDIR is a path ")
    assert line.endswith(
        "too long for sockets: played by one process; to use more, set TMPDIR=/tmp"
    )
    assert list(deep.iterdir()) == []


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough for sockets."""
    with TemporaryDirectory(prefix="p") as place:
        yield Path(place)


def half_way(place: Path) -> subprocess.Popen[str]:
    """Start a run that would take very long; return it once worlds are written."""
    process = run_in(place, place, "ensemble.draws=1000000", "ensemble.replications=1")
    table = place / "run" / ".unfinished" / "worlds.parquet"
    limit = time.monotonic() + PATIENCE
    while not (table.is_file() and table.stat().st_size > 0):
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.01)
    return process


def test_a_run_whose_terminal_is_gone_ends_without_a_word_and_leaves_nothing(short):
    process = half_way(short)
    os.killpg(process.pid, signal.SIGHUP)  # to all of them, as a terminal does
    said = process.communicate(timeout=2 * PATIENCE)
    assert said == ("", "")
    wait_until_all_gone(process.pid)
    assert [item.name for item in short.iterdir()] == ["well.yaml"]


def test_what_a_killed_run_left_is_taken_away_by_the_next(short):
    process = half_way(short)
    process.kill()
    process.communicate(timeout=PATIENCE)
    wait_until_all_gone(process.pid)
    again = run_in(short, short, "ensemble.draws=700", "ensemble.replications=10")
    assert again.communicate(timeout=PATIENCE)[1] == ""
    assert {item.name for item in short.iterdir()} == {"well.yaml", "run"}
    assert not (short / "run" / ".unfinished").exists()


def test_a_sweep_with_nothing_left_to_play_takes_away_what_a_killed_process_left(tmp_path):
    small_file(tmp_path)
    place = tmp_path / "tmp"
    place.mkdir()
    sweep = ("sweep", "scenario=well.yaml", "seed=1,2", "ensemble.draws=5", "hydra.sweep.dir=out")
    assert parley(*sweep, cwd=tmp_path).returncode == 0
    killed = owner(place, "stays")
    assert Path(killed.stdout.readline().strip()).is_dir()
    killed.kill()
    killed.communicate(timeout=PATIENCE)
    assert parley(*sweep, cwd=tmp_path, env={"TMPDIR": str(place)}).returncode == 0
    assert list(place.iterdir()) == []
