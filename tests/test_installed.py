"""Parley as it is installed from a wheel, away from any checkout."""

import json
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.command import environment

ROOT = Path(__file__).parent.parent


def call(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, arguments)),
        cwd=cwd,
        env=environment(PYTHONPATH="", PYTHONNOUSERSITE="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("parley_sim-*.whl"))


@pytest.fixture(scope="module")
def commands(wheel, tmp_path_factory) -> Path:
    """The wheel alone in a new environment, which borrows the dependencies of this one."""
    home = tmp_path_factory.mktemp("installed") / "env"
    assert call(sys.executable, "-m", "venv", "--without-pip", home, cwd=ROOT).returncode == 0
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    installed = call(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=home)
    assert installed.returncode == 0, installed.stderr
    site = call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home)
    lent = "\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (Path(site.stdout.strip()) / "lent.pth").write_text(lent + "\n")
    return home / "bin"


def test_the_wheel_carries_the_scenarios_and_the_evidence_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("conf", "seeds", "experiments"):
        ours = {p.relative_to(ROOT) for p in (ROOT / folder).rglob("*.yaml")}
        assert {f"sim/{path}" for path in ours} <= set(names)
    assert all(name.startswith(("sim/", "parley_sim-")) for name in names)


def test_an_installed_parley_is_not_the_checkout(commands, tmp_path):
    where = call(commands / "python", "-c", "import sim; print(sim.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(commands.parent)


def test_an_installed_parley_lists_its_scenarios_from_any_folder(commands, tmp_path):
    listed = call(commands / "parley", "list", "--json", cwd=tmp_path)
    assert (listed.returncode, listed.stderr) == (0, "")
    shipped = {file.stem for file in (ROOT / "conf" / "scenario").glob("*.yaml")}
    assert set(json.loads(listed.stdout)["scenarios"]) == shipped


def test_an_installed_parley_runs_and_reads_its_run_from_any_folder(commands, tmp_path):
    asked = ["run", "ensemble.draws=20", "ensemble.workers=2", "--json"]
    made = call(commands / "parley", *asked, cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    data = json.loads(made.stdout)
    assert data["manifest"]["worlds"] == 200
    assert data["manifest"]["git_commit"] is None
    figures = (tmp_path / data["folder"] / "figures").iterdir()
    names = ("odds", "timeline", "clauses", "posterior")
    assert {figure.name for figure in figures} == {f"{name}.png" for name in names}
    told = call(commands / "parley", "transcript", data["folder"], "--world", 12, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")


def test_an_installed_parley_plays_a_study_from_any_folder(commands, tmp_path):
    asked = ["experiment=baseline", "ensemble.draws=5", "hydra.sweep.dir=out", "--json"]
    made = call(commands / "parley", "sweep", *asked, cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert json.loads(made.stdout)["manifest"]["sweep"] == "baseline"
    assert (tmp_path / "out" / "figures" / "figure.png").is_file()


def test_an_installed_parley_knows_the_record_of_evidence(commands, tmp_path):
    shown = call(commands / "parley", "evidence", "geneva_2025", "--json", cwd=tmp_path)
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["facts"]
