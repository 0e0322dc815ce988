"""Files that are no files: every command says so and ends."""

from __future__ import annotations

import os

import pytest

from tests.command import parley, parley_here

# A command for each way to a file: a scenario or a study, a table, data.
COMMANDS = {
    "run": ("run", "scenario=broken.yaml"),
    "baselines": ("baselines", "broken.yaml"),
    "backtest": ("backtest", "deu", "--data", "broken.yaml"),
}


def pipe(file):
    os.mkfifo(file)


def device(file):
    file.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [pipe, device])  # the reader's own test has the other kinds
@pytest.mark.parametrize("asked", COMMANDS.values(), ids=COMMANDS)
def test_what_is_no_file_is_refused(asked, make, tmp_path):
    make(tmp_path / "broken.yaml")
    told = parley(*asked, cwd=tmp_path)
    assert told.returncode == 2, told.stderr
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize("length", [300, 5000])
@pytest.mark.parametrize("before", ["check", "scenario="])
def test_a_name_too_long_for_any_file_is_no_scenario(before, length, tmp_path):
    name = length * "x"
    asked = ["check", name] if before == "check" else ["run", f"{before}{name}"]
    told = parley_here(*asked, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("parley: scenario: no such scenario")
