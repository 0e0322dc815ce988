"""A backtest from file to scores, by the command and in Python, stopped and gone on with."""

from __future__ import annotations

import gc
import json
import os
import shlex
import signal

import numpy as np
import pandas as pd
import pytest

from sim.backtests.backtest import Backtest
from sim.backtests.cases import fold_of
from sim.backtests.gate import gate
from sim.backtests.results import backtest
from sim.errors import ScenarioError
from tests.backtests.small_files import FILES, deu_file, dond_file
from tests.command import PATIENCE, parley, start, wait_until, wait_until_all_gone
from tests.sweeps.small_sweeps import times

METRICS = {
    "deu": {"crps", "mae"},
    "dond": {"brier", "split_log_loss"},
    "casino": {"split_log_loss"},
}
BASELINES = {suite: set(gate().suite(suite).baselines) for suite in METRICS}
SIZES = {"deu": (4, 8), "dond": (5, 11), "casino": (9, 9)}  # cases and decisions


def asked(suite, folder, *more, worlds=20):
    file = FILES[suite](folder)
    return ["backtest", suite, "--data", file, "--worlds", worlds, *more]


def told(done):
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def cases_of(folder, stage="cases"):
    return sorted((folder / stage).glob("[!.]*.json"))


# --- What comes out ---------------------------------------------------------------------------


@pytest.mark.parametrize("suite", METRICS)
def test_the_command_tells_scores_of_the_engine_and_of_simple_methods_as_json(tmp_path, suite):
    out = tmp_path / "out"
    data = told(parley(*asked(suite, tmp_path, "--json", "-o", out), cwd=tmp_path))
    assert set(data) >= {"cases", "left_out", "scores", "baselines", "coverage", "traits"}
    assert (data["suite"], data["cases"], data["decisions"]) == (suite, *SIZES[suite])
    assert data["left_out"] == []
    assert set(data["scores"]) == METRICS[suite]
    assert set(data["baselines"]) == BASELINES[suite]
    for losses in data["baselines"].values():
        assert set(losses) <= METRICS[suite]
        assert all(np.isfinite(loss) for loss in losses.values())
    assert all(np.isfinite(loss) for loss in data["scores"].values())
    assert set(data["coverage"]) == {"50", "90"}
    assert set(data["traits"]) >= set(gate().suite("deu" if suite == "deu" else "dond").traits)
    kept = Backtest.kept_in(out)
    assert kept.manifest["digest"] == data["digest"]
    assert kept.data() == data


@pytest.mark.parametrize("suite", METRICS)
def test_the_terminal_shows_the_methods_and_the_gate_within_80_columns(tmp_path, suite):
    done = parley(*asked(suite, tmp_path), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Parley" in done.stdout
    assert done.stdout.count("The gate: at most") == len(METRICS[suite])
    assert "Global numbers as they were frozen" in done.stdout
    lines = done.stdout.splitlines()
    assert all(len(line) <= 80 for line in lines if not line.startswith("Backtest folder:"))
    (folder,) = (tmp_path / "outputs" / "backtests" / suite).iterdir()
    assert (folder / "manifest.json").is_file()


def test_mean_losses_are_those_of_the_rows_and_differences_are_paired(tmp_path):
    found = backtest("deu", deu_file(tmp_path), worlds=30)
    summary = found.summary.set_index(["method", "metric"])
    assert found.value("crps") == pytest.approx(found.scores["crps"].mean())
    rows = found.baselines.query("method == 'weighted_mean' and metric == 'mae'")
    assert found.value("mae", "weighted_mean") == pytest.approx(rows["loss"].mean())
    apart = found.value("mae") - found.value("mae", "weighted_mean")
    row = summary.loc[("weighted_mean", "mae")]
    assert row["difference"] == pytest.approx(apart)
    assert row["low"] <= row["difference"] <= row["high"]
    folds = [fold_of(group, gate().folds) for group in found.scores["group"]]
    assert found.scores["fold"].tolist() == folds


def test_python_and_the_command_find_the_same(tmp_path):
    data = told(parley(*asked("casino", tmp_path, "--json", "--seed", 4), cwd=tmp_path))
    found = backtest("casino", tmp_path / "casino.json", worlds=20, seed=4)
    assert found.manifest["digest"] == data["digest"]
    assert (
        found.manifest["digest"]
        != backtest("casino", tmp_path / "casino.json", worlds=20).manifest["digest"]
    )


def test_without_a_folder_it_lies_in_one_that_lasts_as_long_as_the_result(tmp_path):
    found = backtest("deu", deu_file(tmp_path), worlds=4)
    folder = found.folder
    assert (folder / "scores.csv").is_file()
    del found
    gc.collect()
    assert not folder.exists()


@pytest.mark.parametrize("suite", METRICS)
def test_processes_change_nothing(tmp_path, suite):
    file = FILES[suite](tmp_path)
    one, two = (backtest(suite, file, worlds=10, workers=n) for n in (1, 2))
    assert one.manifest["digest"] == two.manifest["digest"]
    pd.testing.assert_frame_equal(one.scores, two.scores)
    pd.testing.assert_frame_equal(one.baselines, two.baselines)


def test_what_is_left_out_of_the_file_or_cannot_be_played_is_told(tmp_path):
    file = deu_file(tmp_path)
    lines = file.read_text().splitlines()
    names = lines[0].split("\t")
    same = {"prnr": "d9", "isnr": "d9i1", "pde": "50", "pfr": "50", "sde": "9", "sfr": "9"}
    same |= {"counvte": "QMV", "intro": "14-03-00", "out": "50", "prname": "x"}
    broken = {**same, "prnr": "d8", "isnr": "d8i1", "pde": "700"}
    lines += ["\t".join(row.get(name, "") for name in names) for row in (same, broken)]
    file.write_text("\n".join(lines) + "\n")
    found = backtest("deu", file, worlds=4)
    assert found.manifest["cases"] == 4
    out = found.manifest["left_out"]
    assert any(line.startswith("line 11: pde '700'") for line in out)
    assert any(line.startswith("d9: clauses.i1.options") for line in out)
    assert "d9" not in set(found.scores["case"])


# --- Fits -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fit(tmp_path_factory):
    """A fit to three proposals, each in a fold of its own."""
    folder = tmp_path_factory.mktemp("fit")
    return backtest("deu", deu_file(folder, 3), fit=True, worlds=8, workers=2, folder=folder / "o")


def test_each_fold_is_scored_by_the_point_that_loses_least_in_the_others(fit):
    fitted, points = fit.manifest["fitted"], gate().points("deu")
    assert [{k: v for k, v in p.items() if k != "loss"} for p in fitted["points"]] == points
    losses, folds = [], []
    for file in cases_of(fit.folder, "design"):
        name, counts = (json.loads(file.read_text())[key] for key in ("name", "counts"))
        outcomes = fit.scores[fit.scores["case"] == name].set_index("decision")["outcome"]
        for issue, outcome in outcomes.items():
            losses.append([plain_crps(point[issue], outcome) for point in counts])
            folds.append(fold_of(name, 10))
    losses, folds = np.array(losses).T, np.array(folds)
    assert [p["loss"] for p in fitted["points"]] == pytest.approx(losses.mean(axis=1).tolist())
    assert fitted["traits"] == points[losses.mean(axis=1).argmin()]
    for fold in set(folds.tolist()):
        best = losses[:, folds != fold].mean(axis=1).argmin()
        assert fitted["by_fold"][fold] == points[best]


def plain_crps(counts, outcome):
    """E|X - y| - E|X - X'| / 2, over all pairs of worlds."""
    places = [float(o.removeprefix("at_").replace("_", ".")) for o, n in counts.items() if n]
    x = np.repeat(places, [n for n in counts.values() if n])
    return np.abs(x - outcome).mean() - np.abs(x[:, None] - x).mean() / 2


def test_cases_are_played_with_all_worlds_at_the_point_of_their_fold_alone(fit):
    for file in cases_of(fit.folder):
        (counts,) = json.loads(file.read_text())["counts"]
        assert {sum(places.values()) for places in counts.values()} == {8}
    for file in cases_of(fit.folder, "design"):
        counts = json.loads(file.read_text())["counts"]
        assert {sum(c.values()) for each in counts for c in each.values()} == {2}
    assert fit.traits == fit.manifest["fitted"]["traits"]
    assert "fitted; each fold is scored" in str(fit.report())


def test_a_fit_of_divisions_screens_its_design_and_plays_the_finalists_on_all(tmp_path):
    found = backtest(
        "dond", dond_file(tmp_path), fit=True, worlds=4, workers=2, folder=tmp_path / "o"
    )
    assert [file.stem for file in cases_of(found.folder, "screening")] == ["2_1_2__0_0_4__1_2_3"]
    assert len(cases_of(found.folder, "design")) == 5
    points = found.manifest["fitted"]["points"]
    variants = [(point["tactic"], point["mood"]) for point in points]
    assert len(cases_of(found.folder, "refining")) == 1
    counts = {variant: variants.count(variant) for variant in variants}
    assert counts.keys() == {
        ("time_based", "fresh"),
        ("time_based", "persistent"),
        ("equilibrium", "fresh"),
    }
    assert sorted(counts.values()) == [4, 4, 8]  # four more around the best


# --- Stopped and gone on with -----------------------------------------------------------------


@pytest.mark.parametrize(("suite", "moment", "workers"), [("deu", 1, 1), ("casino", 3, 2)])
def test_a_killed_backtest_goes_on_and_plays_nothing_twice(tmp_path, suite, moment, workers):
    whole = tmp_path / "whole"
    size = {"deu": 3000, "casino": 2000}[suite]
    first = told(parley(*asked(suite, tmp_path, "--json", "-o", whole, worlds=size), cwd=tmp_path))
    folder = tmp_path / "out"
    command = asked(suite, tmp_path, "--json", "-o", folder, "--workers", workers, worlds=size)
    process = start(*command, cwd=tmp_path)
    wait_until(lambda: len(cases_of(folder)) >= moment, process)
    process.kill()
    process.communicate(timeout=PATIENCE)
    wait_until_all_gone(process.pid)
    assert not (folder / "manifest.json").exists()
    kept = times(cases_of(folder))
    assert moment <= len(kept) < first["cases"]
    again = told(parley(*command, cwd=tmp_path))
    assert again["digest"] == first["digest"]
    assert kept.items() <= times(cases_of(folder)).items()
    assert {p.name for p in folder.iterdir()} == {p.name for p in whole.iterdir()}


def test_an_interrupted_backtest_ends_with_130_and_the_command_that_goes_on(tmp_path):
    folder = tmp_path / "my tests (it's late)"
    command = asked("deu", tmp_path, "-o", folder, "--workers", 1, worlds=3000)
    process = start(*command, cwd=tmp_path)
    wait_until(lambda: len(cases_of(folder)) >= 1, process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "What was played is kept. To go on:" in err
    name, *arguments = shlex.split(err.splitlines()[-1])
    done = parley(*arguments, cwd=tmp_path)
    assert (name, done.returncode) == ("parley", 0)
    assert Backtest.kept_in(folder).manifest["cases"] == 4


def test_a_finished_backtest_is_told_again_and_no_case_is_played(tmp_path):
    command = asked("deu", tmp_path, "--json", "-o", tmp_path / "out")
    first = told(parley(*command, cwd=tmp_path))
    before = times(cases_of(tmp_path / "out"))
    assert told(parley(*command, cwd=tmp_path)) == first
    assert times(cases_of(tmp_path / "out")) == before


def test_a_case_that_was_cut_short_is_played_again(tmp_path):
    file, folder = deu_file(tmp_path), tmp_path / "out"
    first = backtest("deu", file, worlds=10, folder=folder).manifest["digest"]
    cut, *others = cases_of(folder)
    before = times(others)
    cut.write_text(cut.read_text()[:-20])
    assert backtest("deu", file, worlds=10, folder=folder).manifest["digest"] == first
    assert before == times(others)
    assert json.loads(cut.read_text())["name"] == cut.stem


# --- What is refused --------------------------------------------------------------------------


def refused(done, says):
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 3


@pytest.mark.parametrize(
    ("suite", "more", "says"),
    [
        ("deu", ["--traits", "fitted_206"], "traits: no such set of traits; did you mean"),
        ("deu", ["--traits", "fitted_2026", "--fit"], "--traits: names numbers to score, and"),
        ("casino", ["--fit"], "--fit: fits nothing here: the numbers are those of dond"),
        ("dough", [], "suite: no such suite"),
        ("dond", [], "holds no line of the form"),
        ("casino", [], "line 1: is no valid JSON"),
        ("deu", ["--data", "none.tsv"], "none.tsv: cannot be read: No such file"),
        ("deu", ["--data", "."], "it is a folder, not a file"),
        ("deu", ["--data", "one.tsv"], "--data: needs proposals with a known settlement in two"),
        ("deu", ["--data", "none_known.tsv"], "two folds or more; found in 0"),
        ("dond", ["--data", "dond.txt", "--fit"], "--fit: plays its design on one group"),
        ("deu", ["-o", "deu.tsv"], "--output: deu.tsv is a file, not a folder"),
    ],
)
def test_what_cannot_be_done_ends_with_2_one_message_and_no_folder(tmp_path, suite, more, says):
    deu_file(tmp_path, 1).rename(tmp_path / "one.tsv")
    deu_file(tmp_path, known=False).rename(tmp_path / "none_known.tsv")
    deu_file(tmp_path)
    dond_file(tmp_path, screened=False)
    before = sorted(tmp_path.iterdir())
    data = [] if "--data" in more else ["--data", "deu.tsv"]
    refused(parley("backtest", suite, *data, *more, cwd=tmp_path), says)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_of_another_plan_is_refused_and_says_what_differs(tmp_path):
    file, folder = deu_file(tmp_path), tmp_path / "out"
    digest = backtest("deu", file, worlds=10, folder=folder).manifest["digest"]
    command = asked("deu", tmp_path, "-o", folder, "--seed", 3, worlds=12)
    done = parley(*command, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--output: holds a backtest that was planned otherwise; choose" in done.stderr
    assert "worlds: was 10, is now 12\n" in done.stderr
    assert "seed: was 0, is now 3\n" in done.stderr
    assert Backtest.kept_in(folder).manifest["digest"] == digest
    assert parley(*command, "--force", cwd=tmp_path).returncode == 0
    assert Backtest.kept_in(folder).manifest["worlds"] == 12


def test_another_file_is_another_plan(tmp_path):
    backtest("deu", deu_file(tmp_path), worlds=4, folder=tmp_path / "out")
    with pytest.raises(ScenarioError) as caught:
        backtest("deu", deu_file(tmp_path, 3), worlds=4, folder=tmp_path / "out")
    assert "data_sha256: is not what it was" in str(caught.value)


def test_a_folder_that_holds_something_else_is_refused_and_left_as_it_was(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letters.txt").write_text("dear")
    done = parley(*asked("deu", tmp_path, "-o", tmp_path / "out"), cwd=tmp_path)
    refused(done, "holds letters.txt, which a backtest would stand beside")
    assert [item.name for item in (tmp_path / "out").iterdir()] == ["letters.txt"]


def test_a_folder_without_a_finished_backtest_is_told(tmp_path):
    with pytest.raises(ScenarioError, match="no finished backtest is kept here"):
        Backtest.kept_in(tmp_path)
