"""The command as people meet it: its words, its exit codes, and what goes to which stream."""

import csv
import fcntl
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from sim.cli import COMMANDS
from sim.numbers.uncertain import Number
from sim.settings.configuration import load_scenario
from sim.show.words import percent, span
from tests.command import PARLEY, environment, parley, small_file, start, wait_until
from tests.runs.small_runs import with_config, with_manifest
from tests.small import WHY, small_tree

HEAVY = """
    numpy scipy pandas pyarrow matplotlib mesa networkx hydra omegaconf pydantic yaml rich
"""


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory) -> Path:
    """A run of the small scenario, made by the command from another folder."""
    folder = tmp_path_factory.mktemp("made")
    small_file(folder)
    asked = ["run", "scenario=well.yaml", "seed=5", "ensemble.draws=20", "hydra.run.dir=run"]
    made = parley(*asked, cwd=folder)
    assert (made.returncode, made.stderr) == (0, "")
    (folder / "well.yaml").unlink()
    (folder / "said.txt").write_text(made.stdout)
    return folder / "run"


def fits_80_columns(text: str) -> bool:
    return all(len(line) <= 80 for line in text.splitlines()) and "…" not in text


# ---- Help ----------------------------------------------------------------------------------------


def test_help_names_every_command_in_full_sentences_within_80_columns(tmp_path):
    shown = parley("--help", cwd=tmp_path)
    assert shown.returncode == 0
    assert fits_80_columns(shown.stdout)
    assert "..." not in shown.stdout.split("Commands:")[1]
    assert [line.split()[0] for line in shown.stdout.split("Commands:\n")[1].splitlines()] == list(
        COMMANDS
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tmp_path, command):
    shown = parley(command, "--help", cwd=tmp_path)
    assert shown.returncode == 0
    assert f"Usage: parley {command}" in shown.stdout
    assert fits_80_columns(shown.stdout)


def test_a_shell_completes_commands_and_options(tmp_path):
    def completed(words: str) -> list[str]:
        asked = {"_PARLEY_COMPLETE": "complete_bash", "COMP_WORDS": words}
        place = str(len(words.split()) - 1)
        return parley(cwd=tmp_path, env={**asked, "COMP_CWORD": place}).stdout.split()

    assert completed("parley tr") == ["transcript"]
    assert completed("parley transcript --e") == ["--ending"]


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nsys.argv = ['parley', '--help']\nfrom sim.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    probe = [sys.executable, "-c", code]
    shown = subprocess.run(probe, capture_output=True, text=True, check=True)
    assert "Usage:" in shown.stdout
    loaded = set(shown.stderr.split())
    assert "sim.cli" in loaded
    assert loaded.isdisjoint(HEAVY.split())


def test_the_version_is_told(tmp_path):
    from importlib.metadata import version

    shown = parley("--version", cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (0, f"parley {version('parley-sim')}\n")


# ---- Running -------------------------------------------------------------------------------------


def test_the_terminal_shows_the_run_its_odds_and_its_folder(run_folder):
    said = (run_folder.parent / "said.txt").read_text()
    manifest = json.loads((run_folder / "manifest.json").read_text())
    first, *_, last = said.splitlines()
    assert first == (
        f"well, single_text, time_based: 200 worlds (20 x 10), seed 5, {manifest['seconds']:.1f} s"
    )
    assert last == "Run folder: run"
    assert fits_80_columns(said)
    for word in ("Two neighbours and a well", "odds", "Monte Carlo", "assumptions", "5% to 95%"):
        assert word in said
    with (run_folder / "odds.csv").open() as file:
        for row in csv.DictReader(file):
            line = next(line for line in said.splitlines() if row["label"] in line)
            assert percent(float(row["probability"])) in line
            assert span(float(row["low"]), float(row["high"])) in line
    assert "█" in said


def test_one_replication_tells_no_assumption_range_and_labels_are_no_markup(tmp_path):
    small_file(tmp_path, outcomes__no_deal__label="No deal [bold] :smile:")
    asked = ["run", "scenario=well.yaml", "ensemble.draws=30", "ensemble.replications=1"]
    shown = parley(*asked, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "each played once" in shown.stdout
    assert "A dash: it cannot be told" in " ".join(shown.stdout.split())
    assert "No deal [bold] :smile:" in shown.stdout
    assert shown.stdout.splitlines()[-1].startswith("Run folder: outputs/well/")


def test_signs_that_no_font_has_are_told_in_one_line_for_all_figures(tmp_path):
    nowhere = "\U0010fffd"  # of private use
    clauses = {"clauses__water__label": f"Who draws {nowhere}", "title": f"{nowhere} and a well"}
    small_file(tmp_path, outcomes__no_deal__label=nowhere, **clauses)
    asked = ["run", "scenario=well.yaml", "ensemble.draws=4", "hydra.run.dir=run"]
    made = parley(*asked, cwd=tmp_path)
    assert made.returncode == 0
    said = f"parley: figures show boxes for signs that no font here has: {nowhere}\n"
    assert made.stderr == said


def test_progress_shows_on_a_terminal_and_nowhere_else(tmp_path):
    small_file(tmp_path)
    ours, its = pty.openpty()
    asked = ["run", "scenario=well.yaml", "ensemble.draws=150", "--json"]
    process = subprocess.Popen(
        [*PARLEY, *asked],
        cwd=tmp_path,
        env=environment(TERM="xterm"),
        stdout=subprocess.PIPE,
        stderr=its,
        text=True,
    )
    os.close(its)
    seen = b""
    try:
        while block := os.read(ours, 4096):
            seen += block
    except OSError:  # the terminal is gone with the process
        pass
    out, _ = process.communicate(timeout=60)
    assert b"playing worlds" in seen
    assert json.loads(out)["manifest"]["worlds"] == 1500


def test_json_is_alone_on_stdout(tmp_path, run_folder):
    small_file(tmp_path)
    asked = ["run", "scenario=well.yaml", "seed=5", "ensemble.draws=20", "--json"]
    made = parley(*asked, cwd=tmp_path)
    data = json.loads(made.stdout)
    assert (made.returncode, made.stderr) == (0, "")
    manifest = json.loads((tmp_path / data["folder"] / "manifest.json").read_text())
    assert data["manifest"] == manifest
    assert manifest["digest"] == json.loads((run_folder / "manifest.json").read_text())["digest"]
    assert [row["outcome"] for row in data["odds"]] == list(small_tree()["outcomes"])
    assert sum(row["worlds"] for row in data["odds"]) == 200


def test_a_configuration_and_overrides_run_it_again(tmp_path, run_folder):
    asked = ["run", "--config", run_folder / "config.yaml", "--json"]
    again = json.loads(parley(*asked, cwd=tmp_path).stdout)["manifest"]
    assert again["digest"] == json.loads((run_folder / "manifest.json").read_text())["digest"]


# ---- Looking -------------------------------------------------------------------------------------


def test_a_good_scenario_passes_the_check(tmp_path):
    small_file(tmp_path)
    shown = parley("check", "well.yaml", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith("well.yaml: good. 2 actors, 2 clauses, ")
    data = json.loads(parley("check", "well.yaml", "--json", cwd=tmp_path).stdout)
    assert (data["scenario"], data["actors"], data["clauses"]) == ("well", 2, 2)
    assert f"{data['uncertain']} of them uncertain" in " ".join(shown.stdout.split())
    assert data["numbers"] >= data["uncertain"] > 0
    assert not (tmp_path / "outputs").exists()


def test_what_has_no_effect_is_told_by_the_check_and_by_every_run(tmp_path):
    good = {"label": "Good", "ended": "in_force", "all": {"water": "shared"}}
    every = {"label": "Any deal", "ended": "in_force"}
    ended = {"label": "None", "ended": ["rejected", "broken", "suspended", "talking"]}
    small_file(tmp_path, outcomes={"every": every, "good": good, "ended": ended})
    checked = parley("check", "well.yaml", cwd=tmp_path)
    data = json.loads(parley("check", "well.yaml", "--json", cwd=tmp_path).stdout)
    run = parley("run", "scenario=well.yaml", "ensemble.draws=5", cwd=tmp_path)
    asked = ("run", "scenario=well.yaml", "ensemble.draws=5", "--json")
    held = json.loads(parley(*asked, cwd=tmp_path).stdout)
    assert (checked.returncode, run.returncode) == (0, 0)
    assert held["told"] == data["told"]
    no_effect = "protocols.offers: 1 number, no effect: the protocol is single_text."
    shadowed = "no world can come to it: every above takes all that it would take"
    assert {f"outcomes.good: {shadowed}.", no_effect} <= set(data["told"])
    assert shadowed in " ".join(checked.stdout.split())
    assert f"Note: outcomes.good: {shadowed}." in " ".join(run.stdout.split())
    assert "numbers change no world here" in " ".join(run.stdout.split())
    assert fits_80_columns(checked.stdout)
    assert fits_80_columns(run.stdout)


def test_the_list_names_scenarios_protocols_and_tactics(tmp_path):
    shown = parley("list", cwd=tmp_path)
    data = json.loads(parley("list", "--json", cwd=tmp_path).stdout)
    assert list(data) == ["scenarios", "experiments", "protocols", "tactics"]
    assert {"offers", "single_text"} <= set(data["protocols"])
    assert "geneva_2025" in data["scenarios"]
    for names in data.values():
        for name, line in names.items():
            assert f"  {name} " in shown.stdout
            assert line
    assert fits_80_columns(shown.stdout)


def test_the_evidence_is_shown_fact_by_fact_and_as_json(tmp_path):
    shown = parley("evidence", "geneva_2025", cwd=tmp_path)
    data = json.loads(parley("evidence", "geneva_2025", "--json", cwd=tmp_path).stdout)
    assert data["facts"]
    assert data["assumptions"]
    assert fits_80_columns(shown.stdout)
    for fact in data["facts"]:
        assert f"  {fact['id']}: " in shown.stdout
        assert fact["used_by"]
    said = " ".join(shown.stdout.split())
    assert all(" ".join(fact["statement"].split()) in said for fact in data["facts"])
    assert f"{len(data['facts'])} facts are cited." in said
    assert f"{len(data['assumptions'])} rest on assumptions" in said


def test_every_number_is_shown_under_its_path_with_value_and_basis_and_as_json(tmp_path):
    shown = parley("paths", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert fits_80_columns(shown.stdout)
    numbers = load_scenario("geneva_2025").numbers
    lines = shown.stdout.splitlines()
    assert [line[2:] for line in lines if line[2:] in numbers] == list(numbers)
    rows = json.loads(parley("paths", "--json", cwd=tmp_path).stdout)
    assert {row["path"]: row["mean"] for row in rows} == {
        path: number.mean for path, number in numbers.items()
    }
    for row in rows:
        stated = row["value"] if isinstance(row["value"], dict) else {"value": row["value"]}
        why = {"why": row["why"]} if "why" in row else {}
        assert Number(**stated, basis=row["basis"], **why) == numbers[row["path"]]


@pytest.mark.parametrize(
    ("part", "paths"),
    [
        ("actors.her.bargaining.noise", ["actors.her.bargaining.noise"]),
        ("actors.her.walkout", ["actors.her.walkout.rate", "actors.her.walkout.sensitivity"]),
        ("walkout.rate", ["actors.her.walkout.rate", "actors.his.walkout.rate"]),
        ("vola", ["drivers.drought.volatility"]),
    ],
)
def test_a_path_its_beginning_or_a_part_of_it_chooses_the_numbers(tmp_path, part, paths):
    asked = ["paths", part, "--scenario", small_file(tmp_path), "--json"]
    assert [row["path"] for row in json.loads(parley(*asked, cwd=tmp_path).stdout)] == paths


def test_what_was_set_for_a_run_rests_on_override(tmp_path):
    small_file(tmp_path)
    asked = ["run", "scenario=well.yaml", "ensemble.draws=4", "actors.her.no_deal=0.4"]
    assert parley(*asked, "hydra.run.dir=run", cwd=tmp_path).returncode == 0
    asked = ["paths", "her.no_deal", "--scenario", "run/config.yaml"]
    assert "  actors.her.no_deal  0.4; override\n" in parley(*asked, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("actors.hers.no_deal", "did you mean 'actors.her.no_deal'?"),
        ("volatilty", "did you mean 'volatility'?"),
        ("xyz", "known: actors, aftermath, answers, calendar, drivers, protocols"),
    ],
)
def test_a_part_that_no_path_has_ends_with_2_and_the_nearest(tmp_path, part, said):
    told = parley("paths", part, "--scenario", small_file(tmp_path), cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == f"parley: PART: no such path of a number; {said} (got '{part}')\n"


def test_the_stances_are_shown_with_their_shares_and_as_json(tmp_path):
    shown = parley("stances", "geneva_2025", cwd=tmp_path)
    rows = json.loads(parley("stances", "geneva_2025", "--json", cwd=tmp_path).stdout)
    assert all(list(row) == ["actor", "text", "stance", "other", "share"] for row in rows)
    assert all(0 <= row["share"] <= 1 for row in rows)
    assert shown.stdout.count("%") == len(rows)
    assert fits_80_columns(shown.stdout)


@pytest.mark.parametrize("command", ["list", "evidence", "schema"])
def test_a_reader_that_goes_away_is_no_reason_for_words(tmp_path, command):
    process = start(command, cwd=tmp_path)
    process.stdout.close()
    err = process.stderr.read()
    process.wait(timeout=60)
    assert (process.returncode, err) == (0, "")


# ---- One world -----------------------------------------------------------------------------------


def test_a_world_is_told_from_another_folder_after_its_scenario_is_gone(tmp_path, run_folder):
    told = parley("transcript", run_folder, "--world", 12, cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("Two neighbours and a well\nWorld 12 (draw 1, replication 2)")
    assert fits_80_columns(told.stdout)


def test_a_world_that_the_run_does_not_have_is_refused(tmp_path, run_folder):
    for world in (200, -1):
        told = parley("transcript", run_folder, "--world", world, cwd=tmp_path)
        assert (told.returncode, told.stdout) == (2, "")
        assert told.stderr == f"parley: world: must be between 0 and 199 (got {world})\n"


def test_the_first_world_that_ended_in_some_way_is_found_and_told(tmp_path, run_folder):
    told = parley("transcript", run_folder, "--ending", "no_deal", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.endswith("Outcome: No deal.\n")
    number = told.stdout.splitlines()[1].split()[1]
    assert parley("transcript", run_folder, "--world", number, cwd=tmp_path).stdout == told.stdout


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--ending", "no_dael"], "ending: no such outcome or ending; did you mean 'no_deal'?"),
        (["--ending", "other"], "ending: none of the 200 worlds of this run ended so"),
        (["--ending", "no_deal", "--world", 1], "--ending: finds a world by itself"),
    ],
)
def test_an_ending_that_finds_no_world_ends_with_2_and_a_line(tmp_path, run_folder, asked, said):
    told = parley("transcript", run_folder, *asked, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(f"parley: {said}")
    assert len(told.stderr.splitlines()) == 1


def test_questions_are_shown_within_80_columns_and_as_json(tmp_path):
    asked = {"label": "A text signed", "event": "signed", "resolves": "both say so"}
    days = ["2025-01-06", "2025-07-07"]
    small_file(tmp_path, questions={"text": {**asked, "by": days}})
    run = ("run", "scenario=well.yaml", "ensemble.draws=20", "hydra.run.dir=run", "--json")
    held = json.loads(parley(*run, cwd=tmp_path).stdout)["questions"]
    shown = parley("questions", "run", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert fits_80_columns(shown.stdout)
    data = json.loads(parley("questions", "run", "--json", cwd=tmp_path).stdout)
    assert data == held
    assert [row["by"] for row in data] == days
    first, last = data
    assert list(first) == [
        *("id", "label", "by", "probability", "low", "high"),
        *("assumption_low", "assumption_high"),
    ]
    # On the first day nothing is signed in any world, and so nothing can be told of assumptions.
    assert (first["id"], first["probability"]) == ("text_by_2025_01_06", 0)
    assert first["assumption_low"] is first["assumption_high"] is None
    assert percent(last["probability"]) in shown.stdout
    assert span(last["low"], last["high"]) in shown.stdout
    assert "both say so" in shown.stdout


def test_what_happened_is_scored_within_80_columns_and_as_json(tmp_path):
    asked = {"label": "A text signed", "event": "signed", "by": ["2025-01-06", "2025-07-07"]}
    small_file(tmp_path, questions={"text": asked})
    parley("run", "scenario=well.yaml", "ensemble.draws=20", "hydra.run.dir=run", cwd=tmp_path)
    file = tmp_path / "happened.yaml"
    file.write_text(
        "text_by_2025_01_06: {happened: true}\n"
        "text_by_2025_07_07: {happened: true, crowd: 0.5, base: 0.1}\n"
    )
    shown = parley("score", "run", file.name, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert fits_80_columns(shown.stdout)
    assert "2 questions are too few to rank forecasters by; ten are needed." in shown.stdout
    told = parley("score", "run", file.name, "--json", cwd=tmp_path)
    first, last = json.loads(told.stdout)
    # On the first day nothing is signed in any world: infinitely wrong, for which JSON has no word.
    assert told.stderr == "parley: the log score of text_by_2025_01_06 is infinite, hence null\n"
    assert first == {
        "id": "text_by_2025_01_06",
        "label": "A text signed, by 6 January 2025",
        "probability": 0,
        "happened": True,
        "brier": 1,
        "log_score": None,
    }
    assert last["brier"] == pytest.approx((1 - last["probability"]) ** 2)
    assert (last["crowd"], last["crowd_brier"], last["base"]) == (0.5, 0.25, 0.1)
    assert last["base_log_score"] == pytest.approx(2.302585)


def test_resolutions_of_another_run_end_with_2_and_a_line_each(tmp_path, run_folder):
    (tmp_path / "happened.yaml").write_text("text: {happened: true}\n")
    told = parley("score", run_folder, "happened.yaml", cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert "its scenario asks no questions, so there is nothing to score" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_run_that_asks_nothing_says_so_in_a_line(tmp_path, run_folder):
    shown = parley("questions", run_folder, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == "This run's scenario asks no questions.\n"
    assert json.loads(parley("questions", run_folder, "--json", cwd=tmp_path).stdout) == []


def test_a_folder_without_a_run_is_refused(tmp_path):
    told = parley("transcript", tmp_path, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert "holds no finished run" in told.stderr


def test_a_world_that_is_not_the_one_of_the_run_is_told_with_a_warning(tmp_path, run_folder):
    copy = tmp_path / "run"
    shutil.copytree(run_folder, copy)

    def with_more_to_lose(tree: dict[str, Any]) -> None:
        tree["actors"]["his"]["no_deal"] = {"value": 0.95, **WHY}

    with_config(copy, with_more_to_lose)
    with_manifest(copy, lambda manifest: manifest["versions"].update(numpy="1.0"))
    told = parley("transcript", copy, cwd=tmp_path)
    assert told.returncode == 3
    assert told.stdout.startswith("Two neighbours and a well\nWorld 0 ")
    assert "this is not world 0 of that run, which has other " in told.stderr
    assert "versions that differ since: numpy\n" in told.stderr


def test_a_run_without_its_table_is_told_with_a_note(tmp_path, run_folder):
    copy = tmp_path / "run"
    shutil.copytree(run_folder, copy, ignore=shutil.ignore_patterns("*.parquet"))
    told = parley("transcript", copy, cwd=tmp_path)
    assert told.returncode == 0
    assert told.stderr == f"parley: {copy} has no worlds.parquet to compare with\n"


# ---- What goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["rum"], "No such command 'rum'."),
        (["run", "--fast"], "No such option: --fast"),
        (["run", "sed=7"], "sed: no such setting; did you mean 'seed'?"),
        (["run", "seed=-1"], "seed: "),
        (["run", "hydra.run.dir=file/run"], "file is a file, not a folder"),
        (["run", "hydra.run.dir=/proc/parley/run"], "hydra.run.dir: cannot be made"),
        (["run", "ensemble.draws=1000000", "ensemble.replications=10000"], "GiB"),
        (["check", "nothing.yaml"], "nothing.yaml: cannot be read"),
        (["check", "geneva"], "did you mean 'geneva_2025'?"),
        (["transcript", "nowhere"], "nowhere: holds no finished run"),
        (["transcript", "nowhere", "--world", "one"], "Invalid value for '--world'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_ends_with_2_one_message_and_no_run_folder(tmp_path, asked, said):
    (tmp_path / "file").write_text("mine")
    ended = parley(*asked, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
    assert [item.name for item in tmp_path.iterdir()] == ["file"]


def test_what_cannot_be_written_ends_with_1_and_a_line(tmp_path):
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*PARLEY, "list"],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (1, "parley: No space left on device\n")


def test_an_interrupt_outside_a_run_ends_with_130(tmp_path):
    process = start("schema", cwd=tmp_path)  # more than a pipe holds: it waits for a reader
    size = fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
    waiting = bytearray(4)

    def is_full() -> bool:
        fcntl.ioctl(process.stdout, termios.FIONREAD, waiting)
        return int.from_bytes(waiting, sys.byteorder) == size

    wait_until(is_full, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "parley: interrupted\n")
