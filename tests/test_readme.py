"""The README tells the truth: its Python runs, its commands parse, its links lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest

import sim
from sim.cli import COMMANDS
from sim.settings.configuration import configure
from tests.command import parley
from tests.small import small_tree

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SHELL = [
    line.split("#")[0].strip()
    for block in re.findall(r"```\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith(("parley ", "make "))
]


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sim.simulate(small_tree(), draws=5, folder="outputs/resolute_kyiv")
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(code, {})


def test_the_output_that_the_readme_shows_is_that_of_the_main_job(tmp_path):
    (shown,) = re.findall(r"`make run` ends so:\n\n```\n(.*?)```", README, re.DOTALL)
    said = parley("run", cwd=tmp_path).stdout
    assert told_alike(said) == told_alike(shown)


def told_alike(output):
    """Return the lines of a run without what differs every time: seconds and the folder's date."""
    text = re.sub(r"[\d.]+ s$", "", output, flags=re.MULTILINE)
    text = re.sub(r"[\d-]+_[\d-]+$", "", text, flags=re.MULTILINE)
    return [line.rstrip() for line in text.splitlines()]


def test_the_readme_shows_commands():
    assert len(SHELL) > 10


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("parley run")])
def test_every_run_of_the_readme_is_a_run_that_can_be_configured(line):
    assert configure(shlex.split(line)[2:]).scenario.title


@pytest.mark.parametrize("line", SHELL)
def test_every_command_of_the_readme_exists(line):
    program, command = shlex.split(line)[:2]
    known = COMMANDS if program == "parley" else (ROOT / "Makefile").read_text()
    assert command in known


def test_every_link_of_the_readme_leads_to_a_file():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_map_shows_every_part_of_the_house_and_nothing_else():
    (house,) = re.findall(r"## Map of the code\n\n```\n(.*?)```", README, re.DOTALL)
    shown = set(re.findall(r"\S+/\S*\.py|\w+/(?:\w+/)?(?= )", house))
    assert [name for name in shown if not (ROOT / name).exists()] == []
    parts = [f"sim/{each.name}" + "/" * each.is_dir() for each in (ROOT / "sim").iterdir()]
    hidden = [part for part in parts if "__" not in part and part not in shown]
    assert hidden == []
