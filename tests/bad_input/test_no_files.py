"""Files that are no files: every command says so and ends."""

from __future__ import annotations

import os

import pytest

from tests.command import parley, small_file

COMMANDS = {
    "run": ("run", "scenario=broken.yaml"),
    "run --config": ("run", "--config", "broken.yaml"),
    "sweep": ("sweep", "scenario=broken.yaml", "seed=1,2"),
    "check": ("check", "broken.yaml"),
    "baselines": ("baselines", "broken.yaml"),
    "backtest": ("backtest", "deu", "--data", "broken.yaml"),
    "score": ("score", "run", "broken.yaml"),
    "import": ("import", ".", "--domain", "broken.yaml", "-o", "out.yaml"),
}


def pipe(file):
    os.mkfifo(file)


def device(file):
    file.symlink_to("/dev/zero")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a folder with a run in it."""
    where = tmp_path_factory.mktemp("place")
    small_file(where)
    asked = ("scenario=well.yaml", "ensemble.draws=2", "hydra.run.dir=run")
    assert parley("run", *asked, cwd=where).returncode == 0
    return where


@pytest.mark.parametrize("make", [pipe, device])  # the reader's own test has the other kinds
@pytest.mark.parametrize("asked", COMMANDS.values(), ids=COMMANDS)
def test_what_is_no_file_is_refused(asked, make, place):
    file = place / "broken.yaml"
    make(file)
    try:
        told = parley(*asked, cwd=place)
    finally:
        file.unlink()
    assert told.returncode == 2, told.stderr
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize("name", ["manifest.json", "config.yaml", "odds.csv"])
def test_a_run_with_a_part_that_is_no_file_is_refused(name, place):
    kept = place / "run" / name
    kept.rename(place / "kept")
    pipe(kept)
    try:
        told = parley("compare", "run", "run", cwd=place)
    finally:
        (place / "kept").rename(kept)
    assert told.returncode == 2, told.stderr
    assert "Traceback" not in told.stderr
