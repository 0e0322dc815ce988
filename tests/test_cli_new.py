"""The command `parley new`: a first scenario that runs, explains itself and overwrites nothing."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from sim.scenario.reading.files import read_text
from sim.scenario.reading.guide import EXAMPLE
from sim.scenario.reading.reader import read_scenario
from tests.command import parley, parley_here


def test_it_writes_a_scenario_and_every_command_that_it_names_next_works(tmp_path):
    made = parley("new", "our_lease", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert [file.name for file in tmp_path.iterdir()] == ["our_lease.yaml"]
    first, *steps = made.stdout.splitlines()
    assert first == "our_lease.yaml: written. Next:"
    assert len(steps) == 4
    assert all(len(line) <= 80 for line in steps)
    for line in steps:
        program, *asked = shlex.split(line.split("#")[0])
        few = ["ensemble.draws=20"] if asked[0] == "run" else []
        done = parley(*asked, *few, cwd=tmp_path)
        assert (program, done.returncode, done.stderr) == ("parley", 0, "")


def test_every_ending_of_it_has_an_outcome(tmp_path):
    parley_here("new", "lease", cwd=tmp_path)
    asked = ["run", "scenario=lease.yaml", "ensemble.draws=300", "--json"]
    odds = json.loads(parley(*asked, cwd=tmp_path).stdout)["odds"]
    assert [row["outcome"] for row in odds] == list(read_scenario(read_text(EXAMPLE, "")).outcomes)


def test_every_part_of_it_is_explained_above_it():
    lines = EXAMPLE.splitlines()
    explained = {"title", "clauses", "texts", "actors", "signatories", "aftermath"}
    explained |= {"questions", "outcomes"}
    for name in explained:
        (number,) = [n for n, line in enumerate(lines) if line.startswith(f"{name}:")]
        assert lines[number - 1].startswith("# ")
    assert all(len(line) <= 100 for line in lines)
    named = [line.partition(":")[0] for line in lines if re.match(r"[a-z]+:", line)]
    assert set(named) - explained == {
        "calendar",
        "protocol",
        "answers",
    }  # told with their neighbours


def test_it_overwrites_nothing_unless_told_to(tmp_path):
    file = tmp_path / "lease.yaml"
    file.write_text("mine")
    refused = parley_here("new", "lease", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    said = "NAME: exists; choose another name, or --force to replace (got 'lease.yaml')"
    assert refused.stderr == f"parley: {said}\n"
    assert file.read_text() == "mine"
    assert parley_here("new", "lease", "--force", cwd=tmp_path).returncode == 0
    assert file.read_text() == EXAMPLE


def test_a_folder_of_its_name_is_never_replaced(tmp_path):
    (tmp_path / "lease.yaml").mkdir()
    refused = parley_here("new", "lease", "--force", cwd=tmp_path)
    assert refused.returncode == 2
    assert "NAME: is a folder" in refused.stderr


@pytest.mark.parametrize("name", ["Lease", "our-lease", "2025", "_lease", "a/b", "../x", "é", ""])
def test_a_name_that_is_none_is_refused_and_nothing_is_written(tmp_path, name):
    refused = parley_here("new", name, cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "NAME: must be small letters, digits and underscores" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_name_with_its_ending_is_told_to_leave_it_out(tmp_path):
    assert "(leave out .yaml)" in parley_here("new", "lease.yaml", cwd=tmp_path).stderr
