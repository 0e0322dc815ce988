"""A run played again from its folder alone, and told apart from one that was changed."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import ScenarioError
from sim.play.executors import SERIAL
from sim.runs.reproduction import reproduce
from tests.command import parley, parley_here, small_file
from tests.runs.small_runs import copied, small_run, with_manifest

OTHER = "0" * 64


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run by the command, whose scenario's file is gone."""
    place = tmp_path_factory.mktemp("made")
    small_file(place)
    asked = ["scenario=well.yaml", "seed=3", "ensemble.draws=120", "ensemble.replications=10"]
    made = parley("run", *asked, "ensemble.workers=2", "hydra.run.dir=run", cwd=place)
    assert made.returncode == 0, made.stderr
    (place / "well.yaml").unlink()
    return place / "run"


@pytest.fixture
def small(tmp_path) -> Path:
    return copied(small_run(tmp_path / "made"), tmp_path / "run")


def change(folder: Path, **entries) -> Path:
    return with_manifest(folder, lambda manifest: manifest.update(entries))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_is_identical_from_another_folder_by_any_number_of_processes(run, tmp_path, workers):
    before = {file: file.stat().st_mtime_ns for file in run.rglob("*")}
    told = parley("reproduce", run, "--workers", workers, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"{run}: identical.\n1,200 worlds played again")
    assert not list(tmp_path.iterdir())
    assert {file: file.stat().st_mtime_ns for file in run.rglob("*")} == before


def test_a_run_is_identical_after_the_shipped_configuration_has_changed(tmp_path):
    root = Path(__file__).parents[2]
    for name in ("sim", "conf", "seeds"):
        shutil.copytree(root / name, tmp_path / name)
    there = {"PYTHONPATH": str(tmp_path)}
    asked = ["run", "ensemble.draws=10", "ensemble.replications=2", "hydra.run.dir=run"]
    made = parley(*asked, cwd=tmp_path, env=there)
    assert (made.returncode, made.stderr) == (0, "")
    (tmp_path / "conf" / "scenario" / "geneva_2025.yaml").unlink()
    settings = tmp_path / "conf" / "config.yaml"
    settings.write_text(settings.read_text().replace("seed: 0", "seed: 5"))
    told = parley("reproduce", "run", cwd=tmp_path, env=there)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("run: identical.\n20 worlds played again")


def test_an_identical_run_as_json(small, tmp_path):
    data = json.loads(parley_here("reproduce", small, "--json", cwd=tmp_path).stdout)
    manifest = json.loads((small / "manifest.json").read_text())
    assert data["identical"] is True
    assert data["digest_then"] == data["digest_now"] == manifest["digest"]
    assert data["digest_of_its_table"] == manifest["digest"]
    assert data["comparison"] is None


def test_a_run_with_another_digest_ends_with_3_and_names_what_differs(small, tmp_path):
    manifest = json.loads((small / "manifest.json").read_text())
    versions = {**manifest["versions"], "numpy": "1.0"}
    change(small, digest=OTHER, versions=versions, processor="An Abacus", code_sha256=OTHER)
    told = parley_here("reproduce", small, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (3, "")
    said = " ".join(told.stdout.split())
    assert f"{small}: not identical." in said
    assert f"({manifest['digest'][:12]}) than before ({'0' * 12})" in said
    assert f"numpy 1.0 {manifest['versions']['numpy']}" in said
    assert f"processor An Abacus {manifest['processor']}" in said
    assert f"code_sha256 {'0' * 12} {manifest['code_sha256'][:12]}" in said
    assert "…" not in told.stdout
    assert "What it did to the odds" in said
    assert "Paired over 20 draws" in said
    assert all(len(line) <= 80 for line in told.stdout.splitlines() if str(small) not in line)


def test_what_an_earlier_version_did_not_record_is_absent_then(small):
    with_manifest(small, lambda manifest: manifest.pop("processor"))
    found = reproduce(small, SERIAL)
    assert found.identical
    assert [(c.path, str(c.before)) for c in found.since] == [("processor", "absent")]


def test_the_odds_of_other_worlds_are_told_with_their_paired_interval(small, tmp_path):
    """As another version of the code would: the folder holds the worlds of another scenario."""
    other = small_run(tmp_path / "other", {"actors__her__no_deal__triangular": [0.6, 0.7, 0.8]})
    for name in ("worlds.parquet", "odds.csv"):
        (small / name).write_bytes((other.folder / name).read_bytes())
    change(small, digest=other.manifest["digest"])
    found = reproduce(small, SERIAL)
    assert not found.identical
    assert not found.is_altered
    moved = other.compare(small_run())
    pd.testing.assert_frame_equal(found.comparison.odds, moved.odds)
    assert found.comparison.odds["difference"].abs().max() > 0.05
    data = json.loads(parley_here("reproduce", small, "--json", cwd=tmp_path).stdout)
    assert data["identical"] is False
    odds = {row["outcome"]: row for row in data["comparison"]["odds"]}
    for row in moved.odds.to_dict("records"):
        for name in ("difference", "low", "high"):
            assert odds[row["outcome"]][name] == pytest.approx(row[name])


def test_a_worlds_table_that_is_not_the_manifests_is_told(small, tmp_path):
    frame = pd.read_parquet(small / "worlds.parquet")
    frame.loc[0, "outcome"] = "no_deal" if frame.loc[0, "outcome"] != "no_deal" else "other_deal"
    frame.to_parquet(small / "worlds.parquet")
    told = parley_here("reproduce", small, cwd=tmp_path)
    assert told.returncode == 3
    assert "20 x" not in told.stdout
    assert "have the manifest's digest" in told.stdout
    assert "worlds.parquet is not the manifest's: its digest is " in " ".join(told.stdout.split())


def test_a_run_without_its_worlds_table_is_compared_by_its_manifest(small):
    (small / "worlds.parquet").unlink()
    found = reproduce(small, SERIAL)
    assert found.identical
    assert found.kept is None


def test_a_configuration_edited_by_hand_is_refused(small, tmp_path):
    file = small / "config.yaml"
    file.write_text(file.read_text().replace("seed: 3", "seed: 4"))
    told = parley_here("reproduce", small, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert f"{file}: was changed after the run: its SHA-256 is not the one in the" in told.stderr
    assert f"parley run --config {file}, then parley compare" in told.stderr


@pytest.mark.parametrize("name", ["config.yaml", "manifest.json"])
def test_a_folder_that_lacks_what_it_is_played_from_is_refused(small, name):
    (small / name).unlink()
    with pytest.raises(ScenarioError, match=r"lacks config|holds no finished run"):
        reproduce(small, SERIAL)


def test_progress_is_told_to_the_last_world(small):
    told = []
    reproduce(small, SERIAL, told.append)
    assert told[-1] == 100


def test_workers_out_of_range_are_refused(small, tmp_path):
    told = parley_here("reproduce", small, "--workers", 0, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert "--workers" in told.stderr
