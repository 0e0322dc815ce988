"""The two commands of a fresh machine: what they say when it lacks something."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.examples import USUAL

ROOT = Path(__file__).parent.parent


@pytest.fixture
def clone(tmp_path) -> Path:
    """What make needs of a checkout, without an environment."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def a_python(folder: Path, version: str, has_venv: bool) -> Path:
    """Write a command that answers as a Python of some version would, with or without venv."""
    file = folder / "a-python"
    file.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        f"sys.version_info = {tuple(map(int, version.split('.')))}\n"
        f"if sys.argv[1] == '-V': sys.exit(print('Python {version}'))\n"
        f"if 'venv' in sys.argv[2]: sys.exit({0 if has_venv else 1})\n"
        "exec(sys.argv[2])\n"
    )
    file.chmod(0o755)
    return file


def make(clone: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTHON"))}
    asked = ["make", *map(str, arguments)]
    return subprocess.run(asked, cwd=clone, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("target", ["run", "test"])
def test_a_python_that_is_too_old_is_told_in_a_line(clone, target):
    ended = make(clone, target, f"PYTHON={a_python(clone, '3.9.2', has_venv=True)}")
    said = f"Parley needs Python 3.11 or newer; {clone}/a-python is Python 3.9.2."
    assert ended.returncode != 0
    assert said in ended.stdout
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("target", ["run", "test"])
def test_a_python_without_venv_is_told_in_a_line(clone, target):
    ended = make(clone, target, f"PYTHON={a_python(clone, '3.12.1', has_venv=False)}")
    assert ended.returncode != 0
    assert "has no venv module; install it" in ended.stdout
    assert not (clone / ".venv").exists()


def test_no_python_at_all_is_told_in_a_line(clone):
    ended = make(clone, "run", "PYTHON=")
    assert ended.returncode != 0
    assert "Parley needs Python 3.11 or newer; none was found." in ended.stdout


@pytest.mark.parametrize(
    ("target", "locks"), [("run", ["build", "run"]), ("test", ["build", "run", "dev"])]
)
def test_a_command_installs_what_it_needs_and_no_more_and_checks_the_hashes(clone, target, locks):
    steps = make(clone, "--dry-run", target, f"PYTHON={sys.executable}").stdout.splitlines()
    installs = [step for step in steps if "-r requirements/" in step]
    assert [step.rpartition("/")[2] for step in installs] == [f"{lock}.txt" for lock in locks]
    assert all("--require-hashes" in step for step in installs)
    assert f"{sys.executable} -m venv --clear .venv" in steps


def test_make_test_checks_everything_and_the_gate_calls_it_with_a_browser_at_hand(clone):
    steps = make(clone, "--dry-run", "test", f"PYTHON={sys.executable}").stdout.splitlines()
    checks = [line.removeprefix(".venv/bin/").split()[0] for line in steps[-5:]]
    assert checks == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]
    assert "ruff format --check" in steps[-4]
    gate = (ROOT / ".ci" / "run").read_text().splitlines()
    assert gate[1:3] == ["set -eu", 'cd "$(dirname "$0")/.."']
    assert gate[-1] == "make test"
    assert "chromium" in " ".join(gate[3:-1])  # a browser for tests of pages, where one can be had


def test_an_environment_that_is_ready_is_not_made_again_and_the_tools_are_added_to_it(clone):
    (clone / ".venv").mkdir()
    (clone / ".venv" / "ready").touch()
    steps = make(clone, "--dry-run", "run", f"PYTHON={sys.executable}").stdout.splitlines()
    assert steps == [".venv/bin/parley run"]
    steps = make(clone, "--dry-run", "test", f"PYTHON={sys.executable}").stdout.splitlines()
    assert [step.rpartition("/")[2] for step in steps if "install" in step] == ["dev.txt"]
    (clone / ".venv" / "ready-dev").touch()
    steps = make(clone, "--dry-run", "test", f"PYTHON={sys.executable}").stdout.splitlines()
    assert steps[0] == ".venv/bin/ruff check ."


def test_make_fuzz_tries_ten_times_as_many_examples_as_the_suite(clone):
    (clone / ".venv").mkdir()
    for ready in ("ready", "ready-dev"):
        (clone / ".venv" / ready).touch()
    steps = make(clone, "--dry-run", "fuzz", f"PYTHON={sys.executable}").stdout.splitlines()
    assert steps == [f"FUZZ_EXAMPLES={10 * USUAL} .venv/bin/pytest -n auto tests/fuzz"]


def test_make_studies_plays_the_folders_that_hold_a_study_and_no_others(clone):
    for file in ("wells/study.yaml", "backtests/gate.yaml", "backtests/deu/README.md"):
        (clone / "experiments" / file).parent.mkdir(parents=True, exist_ok=True)
        (clone / "experiments" / file).touch()
    (clone / ".venv" / "bin").mkdir(parents=True)
    parley = clone / ".venv" / "bin" / "parley"
    parley.write_text('#!/bin/sh\necho "$@" >> played\n')
    parley.chmod(0o755)
    (clone / ".venv" / "ready").touch()
    assert make(clone, "studies").returncode == 0
    assert (clone / "played").read_text() == "sweep experiment=wells --write\n"


def test_the_lock_files_pin_everything_by_hash_and_name_no_index():
    for name in ("build", "run", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = pinned(name)
        assert all("==" in line and line.endswith("\\") for line in pins)
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
        assert "--index-url" not in text


def test_what_is_tested_is_what_is_run_and_only_testing_needs_tools():
    run, dev = pinned("run"), pinned("dev")
    assert set(run) < set(dev)
    tools = {line.partition("==")[0] for line in set(dev) - set(run)}
    assert {"pytest", "ruff", "mypy", "distributed"} <= tools


def pinned(lock: str) -> list[str]:
    """Return the lines of a lock file that pin a version."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return [line for line in text.splitlines() if line and line[0] not in " #"]
