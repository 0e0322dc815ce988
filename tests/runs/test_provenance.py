"""What a result says of the code, the versions and the machine that it was computed by."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from sim.runs import provenance
from sim.runs.provenance import CPU_INFO, commit, processor, versions
from tests.command import environment

ROOT = Path(__file__).parents[2]


def digest_of_a_copy(folder: Path) -> str:
    """Return the code digest that a copy of the package computes of itself."""
    asked = [
        sys.executable,
        "-c",
        "from sim.runs.provenance import code_sha256; print(code_sha256())",
    ]
    env = environment(PYTHONPATH=str(folder), PYTHONDONTWRITEBYTECODE="1")
    told = subprocess.run(asked, cwd=folder, env=env, capture_output=True, text=True, check=True)
    return told.stdout.strip()


@pytest.fixture
def copy(tmp_path) -> Path:
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_code_has_the_same_digest_wherever_it_lies(copy):
    first = digest_of_a_copy(copy)
    assert re.fullmatch("[0-9a-f]{64}", first)
    (copy / "sim" / "notes.txt").write_text("no source")
    (copy / "sim" / "__pycache__").mkdir(exist_ok=True)
    (copy / "sim" / "__pycache__" / "model.pyc").write_text("no source either")
    assert digest_of_a_copy(copy) == first


@pytest.mark.parametrize("change", ["a line", "a name", "a file more", "a file less"])
def test_any_change_of_the_code_changes_its_digest(copy, change):
    before = digest_of_a_copy(copy)
    model = copy / "sim" / "talks" / "model.py"
    if change == "a line":
        model.write_text(model.read_text() + "# more\n")
    elif change == "a name":
        model.rename(model.with_name("models.py"))
    elif change == "a file more":
        model.with_name("more.py").write_text("")
    else:
        model.unlink()
    assert digest_of_a_copy(copy) != before


def test_versions_name_every_dependency_of_the_project():
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = [re.split(r"[<>=~! ]", line)[0] for line in stated]
    assert list(versions()) == ["parley-sim", "python", *names]
    assert versions()["numpy"] == metadata.version("numpy")


def test_the_commit_is_that_of_the_checkout_or_none_outside_one(copy, monkeypatch):
    asked = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    commit.cache_clear()
    assert commit() == (asked.stdout.strip() if asked.returncode == 0 else None)
    monkeypatch.setattr(provenance, "PACKAGE", copy / "sim")
    commit.cache_clear()
    assert commit() is None
    commit.cache_clear()


def test_the_processor_is_the_model_that_the_system_names(tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel\t: 85\nmodel name\t: A Chip\n\nprocessor\t: 1\n")
    assert provenance._model_of(info) == "A Chip"
    info.write_text("processor\t: 0\n")
    assert provenance._model_of(info) == ""
    assert provenance._model_of(tmp_path / "none") == ""
    named = provenance._model_of(CPU_INFO)
    assert processor() == (named or processor()) != ""
