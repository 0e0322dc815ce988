"""The run folder: what is in it, what makes it anew, and what is left when a run does not end."""

import json
import os
import re
import resource
import signal
import subprocess
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.errors import ScenarioError
from sim.play.executors import SERIAL, Executor
from sim.play.executors.processes import Processes
from sim.play.tables import digest_of, worlds_schema
from sim.runs.archive import PARTS
from sim.runs.folder import DRAFT
from sim.runs.provenance import code_sha256, processor
from sim.runs.results import ensemble_of, simulate_into, write_worlds
from sim.runs.results import simulate as simulate_in_memory
from sim.runs.run import Run, load_run
from sim.settings.configuration import Configuration, configure, dump, load_scenario
from tests.command import (
    parley,
    processes_of,
    small_file,
    start,
    wait_until,
    wait_until_all_gone,
)
from tests.small import small_scenario, small_tree


def configured(folder: Path, *overrides: str) -> Configuration:
    """Return the small scenario as a file in a folder gives it, with overrides."""
    return configure([f"scenario={small_file(folder)}", *overrides])


def simulate(folder: Path, *overrides: str) -> Run:
    return simulate_into(folder, configured(folder.parent, *overrides))


def digest(configuration: Configuration, folder: Path, executor: Executor = SERIAL) -> str:
    return write_worlds(folder, ensemble_of(configuration), executor)[1]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    folder = tmp_path_factory.mktemp("whole") / "run"
    return simulate(folder, "seed=3", "ensemble.draws=150", "ensemble.replications=10")


def test_a_run_folder_holds_these_files_and_no_others(run):
    found = {str(p.relative_to(run.folder)) for p in run.folder.rglob("*") if p.is_file()}
    figures = {f"figures/{name}.png" for name in ("odds", "timeline", "clauses", "posterior")}
    tables = {
        f"{name}.csv"
        for name in (
            "odds",
            "totals",
            "questions",
            "events",
            "timeline",
            "clauses",
            "forms",
            "base_rates",
        )
    }
    tables |= {"worlds.parquet", "draws.parquet"}
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
    every_one = {"effective_draws": 150.0, "worlds_counted": 1500, "worlds_played": 1500}
    assert manifest["evidence"] == {**every_one, "khat": None}
    assert manifest["seconds"] > 0
    assert manifest["worlds_per_second"] > 0
    config = (run.folder / "config.yaml").read_bytes()
    assert manifest["config_sha256"] == sha256(config).hexdigest()
    assert manifest["git_commit"] is None or len(manifest["git_commit"]) == 40
    assert manifest["platform"]
    assert manifest["code_sha256"] == code_sha256()
    assert manifest["processor"] == processor()
    assert {"parley-sim", "python", "numpy"} < set(manifest["versions"])


def test_the_digest_is_that_of_the_worlds_table_read_back(run):
    table = pq.read_table(run.folder / "worlds.parquet")
    assert digest_of([table]) == run.manifest["digest"]
    assert table.schema.equals(worlds_schema(small_scenario()))
    assert table.column("world").to_pylist() == list(range(1500))


def test_the_tables_have_these_columns(run):
    columns = {
        "odds": "outcome,label,probability,low,high,assumption_low,assumption_high,worlds",
        "questions": "id,label,by,probability,low,high,assumption_low,assumption_high",
        "timeline": "date,outcome,probability",
        "clauses": "clause,option,signed_share,first_text_share,clause_label,option_label",
        "base_rates": "label,model,base,base_low,base_high",
    }
    for name, header in columns.items():
        assert (run.folder / f"{name}.csv").read_text().splitlines()[0] == header


def test_the_tables_of_a_run_in_memory_are_those_of_its_folder_to_the_last_bit(run):
    again = simulate_in_memory(run.scenario, draws=150, replications=10, seed=3)
    assert again.folder is None
    for name in ("odds", "timeline", "clauses", "base_rates", "worlds", "shares"):
        pd.testing.assert_frame_equal(getattr(run, name), getattr(again, name), check_exact=True)
    same = ("digest", "seed", "draws", "replications", "worlds", "signed", "protocol", "versions")
    assert {key: run.manifest[key] for key in same} == {key: again.manifest[key] for key in same}


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
    same = digest(configured(tmp_path, "seed=3", *draws), tmp_path, Processes(2))
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


@pytest.mark.parametrize("source", ["name", "path", "mapping", "scenario"])
def test_python_plays_the_worlds_that_the_command_plays(run, tmp_path, source):
    file = small_file(tmp_path)
    given = {
        "name": str(file),
        "path": file,
        "mapping": small_tree(),
        "scenario": small_scenario(),
    }[source]
    again = simulate_in_memory(given, draws=150, replications=10, seed=3)
    assert again.manifest["digest"] == run.manifest["digest"]


def test_python_writes_the_folder_that_the_command_writes(tmp_path):
    small_file(tmp_path)
    asked = ["ensemble.draws=30", "ensemble.replications=2", "ensemble.workers=1", "seed=4"]
    made = parley("run", "scenario=well.yaml", *asked, "hydra.run.dir=made", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    ours = simulate_in_memory(tmp_path / "well.yaml", 30, 2, 4, folder=tmp_path / "ours")
    assert ours.folder == tmp_path / "ours"
    for name in PARTS:
        if name.endswith((".csv", ".yaml")):
            theirs = (tmp_path / "made" / name).read_bytes()
            assert (tmp_path / "ours" / name).read_bytes() == theirs
    assert ours.manifest["digest"] == load_run(tmp_path / "made").manifest["digest"]


def test_a_scenario_built_in_python_is_written_so_that_it_runs_again(tmp_path):
    changed = load_scenario(small_tree(), {"actors.her.no_deal": 0.4})
    run = simulate_in_memory(changed, draws=12, replications=2, folder=tmp_path / "run")
    again = configure(config=str(tmp_path / "run" / "config.yaml"))
    assert again.scenario == changed
    assert digest(again, tmp_path) == run.manifest["digest"]
    assert run.manifest["scenario"] == "two_neighbours_and_a_well"


def test_two_processes_give_python_the_run_of_one():
    one, two = (
        simulate_in_memory(small_scenario(), draws=120, replications=10, workers=workers)
        for workers in (1, 2)
    )
    assert one.manifest["digest"] == two.manifest["digest"]
    pd.testing.assert_frame_equal(one.worlds, two.worlds)


def test_the_protocol_can_be_chosen_in_python():
    run = simulate_in_memory(small_scenario(), draws=4, replications=2, protocol="offers")
    assert run.manifest["protocol"] == "offers"
    assert run.scenario == load_scenario(small_scenario(), {"protocol": "offers"})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"draws": 0}, "ensemble.draws: must be a whole number between 1"),
        ({"replications": 2.5}, "ensemble.replications: must be a whole number"),
        ({"seed": -1}, "seed: must be a whole number"),
        ({"workers": 0}, "ensemble.workers: must be a whole number"),
        ({"protocol": "offer"}, "protocol: "),
    ],
)
def test_a_wrong_setting_in_python_is_refused_with_its_path(settings, said):
    with pytest.raises(ScenarioError, match=re.escape(said)):
        simulate_in_memory(small_scenario(), **{"draws": 2, "replications": 2, **settings})


def test_python_refuses_a_folder_that_holds_a_run(run):
    with pytest.raises(ScenarioError, match="already holds a run"):
        simulate_in_memory(small_scenario(), draws=2, replications=2, folder=run.folder)


def test_the_command_runs_a_run_again_from_its_config_with_overrides(run, tmp_path):
    config = run.folder / "config.yaml"
    asked = ["run", "--config", config, "actors.her.no_deal=0.9", "ensemble.draws=20"]
    again = parley(*asked, "hydra.run.dir=again", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    made = load_run(tmp_path / "again")
    assert made.scenario == load_scenario(run.scenario, {"actors.her.no_deal": 0.9})
    assert (made.manifest["seed"], made.manifest["draws"]) == (3, 20)
    assert made.manifest["replications"] == 10


def test_an_error_of_a_late_draw_leaves_no_folder(tmp_path):
    doubtful = "actors.her.values.water.hers={uniform: [-0.5, 1.0]}"
    with pytest.raises(ScenarioError, match="her"):
        simulate(tmp_path / "run", "ensemble.draws=3000", doubtful)
    assert [item.name for item in tmp_path.iterdir()] == ["well.yaml"]


# ---- Runs that do not end ------------------------------------------------------------------------


STOPPED = "parley: interrupted; nothing unfinished was kept\n"


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
    assert (process.returncode, out, err) == (130, "", STOPPED)
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
    assert (process.returncode, err) == (130, STOPPED)
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
        load_run(folder)
    simulate(folder, "ensemble.draws=5")
    assert {item.name for item in folder.iterdir()} == set(PARTS)


def test_a_run_that_the_disk_cannot_hold_ends_with_1_and_leaves_nothing(tmp_path):
    def as_on_a_full_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    process, folder = endless(tmp_path, workers=1, preexec_fn=as_on_a_full_disk)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("parley: ")
    assert err.endswith("File too large; nothing unfinished was kept\n")
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


def test_a_tactic_is_every_actors_in_python_as_on_the_command_line(tmp_path):
    asked = {"draws": 5, "replications": 2, "protocol": "offers"}
    run = simulate_in_memory(small_tree(), **asked, tactic="equilibrium")
    assert {actor.tactic for actor in run.scenario.actors.values()} == {"equilibrium"}
    assert (run.manifest["tactic"], run.manifest["protocol"]) == ("equilibrium", "offers")
    said = ["ensemble.draws=5", "ensemble.replications=2", "protocol=offers", "tactic=equilibrium"]
    told = parley("run", f"scenario={small_file(tmp_path)}", *said, "--json", cwd=tmp_path)
    assert json.loads(told.stdout)["manifest"]["digest"] == run.manifest["digest"]
    with pytest.raises(ScenarioError, match="did you mean 'equilibrium'"):
        simulate_in_memory(small_tree(), **asked, tactic="equilibrum")
