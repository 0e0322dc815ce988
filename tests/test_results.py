"""The run folder: what is in it, what makes it anew, and what is left when a run does not end."""

import json
import os
import resource
import signal
import subprocess
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.config import Configuration, configure, dump
from sim.ensemble import Ensemble
from sim.errors import ScenarioError
from sim.folder import DRAFT
from sim.results import (
    PARTS,
    Run,
    read_config,
    read_manifest,
    read_world,
    simulate_into,
    write_worlds,
)
from sim.tables import digest_of, worlds_schema
from tests.command import (
    parley,
    processes_of,
    small_file,
    start,
    wait_until,
    wait_until_all_gone,
)
from tests.small import small_scenario


def configured(folder: Path, *overrides: str) -> Configuration:
    """Return the small scenario as a file in a folder gives it, with overrides."""
    return configure([f"scenario={small_file(folder)}", *overrides])


def ensemble_of(configuration: Configuration) -> Ensemble:
    settings = configuration.settings
    counts = settings.ensemble
    return Ensemble(configuration.scenario, settings.seed, counts.draws, counts.replications)


def simulate(folder: Path, *overrides: str) -> Run:
    configuration = configured(folder.parent, *overrides)
    about = {"scenario": configuration.settings.scenario, "tactic": None}
    return simulate_into(folder, ensemble_of(configuration), about, dump(configuration.tree))


def digest(configuration: Configuration, folder: Path, workers: int = 1) -> str:
    return write_worlds(folder / "worlds.parquet", ensemble_of(configuration), workers)[1]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    folder = tmp_path_factory.mktemp("whole") / "run"
    return simulate(folder, "seed=3", "ensemble.draws=150", "ensemble.replications=10")


def test_a_run_folder_holds_these_files_and_no_others(run):
    found = {str(p.relative_to(run.folder)) for p in run.folder.rglob("*") if p.is_file()}
    figures = {f"figures/{name}.png" for name in ("odds", "timeline", "clauses")}
    tables = {"odds.csv", "timeline.csv", "clauses.csv", "worlds.parquet"}
    assert found == {"config.yaml", "manifest.json", *tables, *figures}
    assert {p.name for p in run.folder.iterdir()} == set(PARTS)


def test_the_manifest_says_what_was_run_by_what_and_how_fast(run):
    manifest = json.loads((run.folder / "manifest.json").read_text())
    assert manifest == dict(run.manifest)
    stated = {
        "scenario": "well",
        "seed": 3,
        "draws": 150,
        "replications": 10,
        "worlds": 1500,
        "protocol": "single_text",
    }
    assert {name: manifest[name] for name in stated} == stated
    assert manifest["seconds"] > 0
    assert manifest["worlds_per_second"] > 0
    config = (run.folder / "config.yaml").read_bytes()
    assert manifest["config_sha256"] == sha256(config).hexdigest()
    assert manifest["git_commit"] is None or len(manifest["git_commit"]) == 40
    assert manifest["platform"]
    runtime = "mesa networkx numpy scipy pandas pyarrow matplotlib hydra-core pydantic typer rich"
    assert set(manifest["versions"]) == {"parley-sim", "python", *runtime.split()}


def test_the_digest_is_that_of_the_worlds_table_read_back(run):
    table = pq.read_table(run.folder / "worlds.parquet")
    assert digest_of([table]) == run.manifest["digest"]
    assert table.schema.equals(worlds_schema(small_scenario()))
    assert table.column("world").to_pylist() == list(range(1500))


def test_the_tables_have_these_columns(run):
    columns = {
        "odds": "outcome,label,probability,low,high,assumption_low,assumption_high,worlds",
        "timeline": "date,outcome,probability",
        "clauses": "clause,option,signed_share,first_text_share",
    }
    for name, header in columns.items():
        assert (run.folder / f"{name}.csv").read_text().splitlines()[0] == header


def test_the_tables_are_written_unrounded(run):
    for name in ("odds", "clauses"):
        written = pd.read_csv(run.folder / f"{name}.csv")
        pd.testing.assert_frame_equal(
            written, getattr(run, name), check_exact=True, check_dtype=False
        )
    timeline = pd.read_csv(run.folder / "timeline.csv")
    assert timeline["probability"].tolist() == run.timeline["probability"].tolist()
    assert timeline["date"].tolist() == [str(day) for day in run.timeline["date"]]


def test_the_odds_have_a_row_for_every_declared_outcome_and_add_up(run):
    odds = pd.read_csv(run.folder / "odds.csv")
    assert odds["outcome"].tolist() == list(small_scenario().outcomes)
    assert odds["worlds"].sum() == 1500
    assert odds["probability"].sum() == pytest.approx(1)


def test_the_configuration_fed_back_gives_the_same_run(run, tmp_path):
    config = str(run.folder / "config.yaml")
    for again in (configure(config=config), configure([f"scenario={config}"])):
        assert sha256(dump(again.tree).encode()).hexdigest() == run.manifest["config_sha256"]
        assert digest(again, tmp_path) == run.manifest["digest"]


def test_two_processes_give_the_digest_of_one_and_another_seed_gives_another(run, tmp_path):
    draws = ["ensemble.draws=150", "ensemble.replications=10"]
    same = digest(configured(tmp_path, "seed=3", *draws), tmp_path, workers=2)
    other = digest(configured(tmp_path, "seed=4", *draws), tmp_path)
    assert same == run.manifest["digest"] != other


def test_the_first_300_draws_of_1300_are_the_300_alone_row_by_row(tmp_path):
    many = configured(tmp_path, "ensemble.draws=1300", "ensemble.replications=2")
    few = configured(tmp_path, "ensemble.draws=300", "ensemble.replications=2")
    digest(many, tmp_path)
    first = pq.read_table(tmp_path / "worlds.parquet").slice(0, 600)
    assert digest(few, tmp_path) == digest_of([first])
    assert pq.read_table(tmp_path / "worlds.parquet").equals(first)


def test_with_one_replication_the_assumption_columns_are_empty(tmp_path):
    run = simulate(tmp_path / "run", "ensemble.draws=40", "ensemble.replications=1")
    rows = pd.read_csv(run.folder / "odds.csv", dtype=str, keep_default_na=False)
    assert set(rows["assumption_low"]) == set(rows["assumption_high"]) == {""}


def test_a_run_in_which_nothing_is_signed_has_the_same_columns(tmp_path):
    stubborn = [
        f"actors.{name}.{path}"
        for name in ("her", "his")
        for path in ("no_deal=3", "bargaining.noise=0")
    ]
    run = simulate(tmp_path / "run", "ensemble.draws=4", *stubborn)
    assert run.manifest["signed"] == 0
    table = pq.read_table(run.folder / "worlds.parquet")
    assert table.schema.equals(worlds_schema(small_scenario()))
    assert table.column("text_water").null_count == table.num_rows == 40
    clauses = pd.read_csv(run.folder / "clauses.csv")
    assert clauses["signed_share"].isna().all()


def test_a_finished_run_is_read_back(run):
    assert read_config(run.folder) == str(run.folder / "config.yaml")
    assert read_manifest(run.folder) == dict(run.manifest)
    row = read_world(run.folder, 1234)
    assert (row["world"], row["draw"], row["replication"]) == (1234, 123, 4)


def test_what_is_no_finished_run_is_told_so(tmp_path):
    with pytest.raises(ScenarioError, match=r"holds no finished run: there is no manifest\.json"):
        read_config(tmp_path)
    (tmp_path / "manifest.json").write_text("[1, 2]")
    with pytest.raises(ScenarioError, match=r"lacks config\.yaml"):
        read_manifest(tmp_path)
    (tmp_path / "config.yaml").write_text("")
    with pytest.raises(ScenarioError, match="must be a mapping of names to values"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_manifest(tmp_path)
    assert read_world(tmp_path, 0) is None
    (tmp_path / "worlds.parquet").write_text("no parquet")
    with pytest.raises(ScenarioError, match=r"worlds\.parquet: cannot be read"):
        read_world(tmp_path, 0)


def test_an_error_of_a_late_draw_leaves_no_folder(tmp_path):
    doubtful = "actors.her.values.water.hers={uniform: [-0.5, 1.0]}"
    with pytest.raises(ScenarioError, match="her"):
        simulate(tmp_path / "run", "ensemble.draws=3000", doubtful)
    assert [item.name for item in tmp_path.iterdir()] == ["well.yaml"]


# ---- Runs that do not end ------------------------------------------------------------------------


def endless(tmp_path: Path, workers: int, **options):
    """Start a run that would take very long, into a folder of its own."""
    asked = ["ensemble.draws=1000000", "ensemble.replications=1", f"ensemble.workers={workers}"]
    small_file(tmp_path)
    folder = tmp_path / "run"
    arguments = ["run", "scenario=well.yaml", *asked, f"hydra.run.dir={folder}"]
    return start(*arguments, cwd=tmp_path, **options), folder


def has_begun(folder: Path, process: subprocess.Popen[str]) -> bool:
    """The draft is there: the run has just begun."""
    return (folder / DRAFT).is_dir()


def has_processes(folder: Path, process: subprocess.Popen[str]) -> bool:
    """Processes are being started, and some may not have come up yet."""
    return has_begun(folder, process) and len(processes_of(process.pid)) >= 3


def has_played(folder: Path, process: subprocess.Popen[str]) -> bool:
    """Some batches are written."""
    table = folder / DRAFT / "worlds.parquet"
    return table.is_file() and table.stat().st_size > 50_000


MOMENTS = [(has_begun, 1), (has_played, 1), (has_processes, 2), (has_played, 2)]


@pytest.mark.parametrize(("moment", "workers"), MOMENTS)
def test_an_interrupted_run_ends_with_130_and_leaves_nothing(tmp_path, moment, workers):
    process, folder = endless(tmp_path, workers)
    wait_until(lambda: moment(folder, process), process)
    os.killpg(process.pid, signal.SIGINT)  # to all of them, as a terminal does
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "parley: interrupted; nothing was kept\n")
    assert [item.name for item in tmp_path.iterdir()] == ["well.yaml"]
    wait_until_all_gone(process.pid)


def test_a_run_interrupted_while_it_draws_its_figures_leaves_nothing(tmp_path):
    small_file(tmp_path)
    folder = tmp_path / "run"
    asked = ["run", "scenario=well.yaml", "ensemble.draws=20", f"hydra.run.dir={folder}"]
    process = start(*asked, cwd=tmp_path)
    wait_until((folder / DRAFT / "figures").is_dir, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "parley: interrupted; nothing was kept\n")
    assert [item.name for item in tmp_path.iterdir()] == ["well.yaml"]


@pytest.mark.parametrize(("moment", "workers"), MOMENTS[1:])
def test_a_killed_run_leaves_no_manifest_and_no_process_and_the_next_run_clears_up(
    tmp_path, moment, workers
):
    process, folder = endless(tmp_path, workers)
    wait_until(lambda: moment(folder, process), process)
    process.kill()
    process.communicate(timeout=60)
    wait_until_all_gone(process.pid)
    assert [item.name for item in folder.iterdir()] == [DRAFT]
    with pytest.raises(ScenarioError, match="holds no finished run"):
        read_config(folder)
    simulate(folder, "ensemble.draws=5")
    assert {item.name for item in folder.iterdir()} == set(PARTS)


def test_a_run_that_the_disk_cannot_hold_ends_with_1_and_leaves_nothing(tmp_path):
    def as_on_a_full_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    process, folder = endless(tmp_path, workers=1, preexec_fn=as_on_a_full_disk)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("parley: ")
    assert err.endswith("File too large; nothing was kept\n")
    assert err.count("\n") == 1
    assert not folder.exists()


def test_two_runs_started_at_once_get_folders_of_their_own(tmp_path):
    small_file(tmp_path)
    asked = ["run", "scenario=well.yaml", "ensemble.draws=5", "--json"]
    both = [start(*asked, cwd=tmp_path) for _ in range(2)]
    data = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    folders = {Path(one["folder"]) for one in data}
    assert len(folders) == 2
    for folder in folders:
        assert folder.parent == Path("outputs", "well")
        assert {item.name for item in (tmp_path / folder).iterdir()} == set(PARTS)
    assert data[0]["manifest"]["digest"] == data[1]["manifest"]["digest"]


def test_the_command_refuses_a_folder_that_holds_a_run_unless_forced(run, tmp_path):
    small_file(tmp_path)
    asked = ["run", "scenario=well.yaml", "ensemble.draws=5", f"hydra.run.dir={run.folder}"]
    before = (run.folder / "manifest.json").read_bytes()
    refused = parley(*asked, cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "hydra.run.dir: already holds a run" in refused.stderr
    assert (run.folder / "manifest.json").read_bytes() == before
