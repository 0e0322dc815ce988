"""Output that nobody reads, that is closed, or that lacks signs: what was written stays written."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.command import environment, small_file

RUN = "run scenario=well.yaml ensemble.draws=4 ensemble.replications=2 hydra.run.dir=out"
SWEEP = "sweep scenario=well.yaml seed=1,2 ensemble.draws=4 hydra.sweep.dir=out"
OTHERS = ["list", "evidence well.yaml"]


def shell(command, cwd, **more):
    """Run a line in bash, `parley` standing for the command; its exit code is that of parley."""
    line = f'set -o pipefail; parley() {{ {sys.executable} -m sim "$@"; }}; {command}'
    return subprocess.run(
        ["bash", "-c", line],
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        timeout=120,
        check=False,
    )


ASCII = {"PYTHONIOENCODING": "ascii"}


@pytest.mark.parametrize(
    ("asked", "rest", "more"),
    [
        (RUN, ">&-", {}),
        (RUN, "<&- >&- 2>&-", {}),
        (RUN, "| true", {}),
        (RUN, "", ASCII),
        (f"{RUN} --json", "| true", ASCII),
        (f"{RUN} --json", "", ASCII),
        (SWEEP, ">&-", ASCII),
        (SWEEP, "", {"PYTHONIOENCODING": "latin-1"}),
    ],
)
def test_what_was_played_is_kept_and_the_command_succeeds(asked, rest, more, tmp_path):
    small_file(tmp_path, title="Двоє сусідів \N{EM DASH} a well")
    done = shell(f"parley {asked} {rest}", tmp_path, **more)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["digest"]
    if "--json" in asked and not rest:
        assert json.loads(done.stdout)["folder"] == "out"


@pytest.mark.parametrize("asked", OTHERS)
def test_whatever_is_shown_may_be_cut_off_or_lack_signs(asked, tmp_path):
    small_file(tmp_path, title="Двоє сусідів \N{EM DASH} a well")
    done = shell(f"parley {asked} >&-; parley {asked} | true && parley {asked}", tmp_path, **ASCII)
    assert (done.returncode, done.stderr) == (0, b"")


def test_where_only_ascii_can_be_shown_bars_and_dashes_are_what_comes_nearest(tmp_path):
    small_file(tmp_path)
    asked = "run scenario=well.yaml ensemble.draws=30 ensemble.replications=1"
    shown = shell(f"parley {asked}", tmp_path, PYTHONIOENCODING="ascii").stdout.decode("ascii")
    assert "###" in shown
    assert "\\u" not in shown
    assert all(len(line) <= 80 for line in shown.splitlines())
