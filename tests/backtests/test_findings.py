"""What a backtest found: figures beside its tables, and what is written into its study."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sim.backtests.backtest import PICTURES, Backtest
from sim.backtests.findings import BEGIN, RESULTS, in_figures, write_findings
from sim.backtests.gate import gate
from sim.backtests.suites import SUITES
from sim.errors import ScenarioError
from sim.runs.pages import page
from tests.backtests.small_backtests import FEW, deu_file, small_backtest
from tests.command import environment, parley_here
from tests.show.figures.pages import assert_readable, title

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "experiments" / "backtests"
COMMAND = "parley backtest deu --data FILE"
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def deu(tmp_path_factory) -> Backtest:
    return small_backtest("deu", tmp_path_factory.mktemp("deu"))


@pytest.fixture(scope="module")
def dond(tmp_path_factory) -> Backtest:
    return small_backtest("dond", tmp_path_factory.mktemp("dond"))


def machine(study: Path) -> str:
    """Return what the machine wrote in a study's README."""
    return page(study, BEGIN).written


def test_a_backtest_keeps_its_three_figures(deu, dond):
    for each in (deu, dond):
        found = {file.name: file.read_bytes()[:4] for file in (each.folder / "figures").iterdir()}
        assert found == dict.fromkeys(PICTURES, PNG)


def test_every_figure_of_a_backtest_can_be_read(deu, dond):
    for each in (deu, dond):
        for ax in (each.plot.pit(), each.plot.reliability(), each.plot.differences()):
            assert_readable(ax)
            assert title(ax)


def test_issues_of_a_proposal_count_together_and_dialogues_by_themselves(deu, dond):
    said = [each.plot.pit().get_legend().get_texts()[1].get_text() for each in (deu, dond)]
    assert "(binomial, 12 proposals)" in said[0]
    assert "(binomial, 18 dialogues)" in said[1]


def test_reliability_is_of_intervals_where_outcomes_lie_on_a_line_and_else_of_deals(deu, dond):
    assert deu.plot.reliability().get_xlabel() == "Central interval of what was said"
    assert dond.plot.reliability().get_xlabel() == "Chance of a deal that was said"


def test_differences_are_drawn_metric_by_metric_as_shares_of_what_others_lose(deu):
    ax = deu.plot.differences()
    lines = [line.get_xdata()[0] for line in ax.lines[1:]]
    assert len(lines) == (deu.summary.method != "engine").sum()
    for metric in ("crps", "mae"):
        rows = deu.summary[(deu.summary.metric == metric) & (deu.summary.method != "engine")]
        wanted = (rows.difference / rows.value)[rows.value.sort_values().index]
        assert lines[: len(rows)] == pytest.approx(wanted.tolist())
        lines = lines[len(rows) :]


def test_findings_are_written_between_the_marks_and_words_outside_stay(deu, tmp_path):
    study = tmp_path / "deu"
    study.mkdir()
    readme = study / "README.md"
    shutil.copy(STUDIES / "deu" / "README.md", readme)
    words = page(study, BEGIN).before
    assert write_findings(deu, COMMAND, tmp_path) == readme
    assert page(study, BEGIN).before == words
    text, bar = machine(study), gate().suite("deu")
    assert [name for name in PICTURES if f"]({name})" in text] == list(PICTURES)
    assert [(study / name).read_bytes()[:4] for name in PICTURES] == [PNG] * 3
    for metric in bar.metrics:
        met = "met" if deu.passes[metric] else "NOT met"
        assert f"at most {bar.success[metric]:g}, {met}; hoped for: {bar.hoped[metric]:g}" in text
    assert "**has no outcome, so it is not scored**: 1" in text
    assert f"12 proposals, 23 issues, {FEW} worlds of each case, seed 0, digest `" in text
    assert deu.manifest["digest"][:16] in text
    assert deu.manifest["written"][:10] in text
    assert f"    {COMMAND}\n" in text
    assert str(deu.folder) not in text
    before = readme.read_text()
    write_findings(deu, COMMAND, tmp_path)
    assert readme.read_text() == before


def test_results_are_kept_in_figures_suite_by_suite(deu, dond, tmp_path):
    write_findings(dond, COMMAND, tmp_path)
    write_findings(deu, COMMAND, tmp_path)
    text = (tmp_path / RESULTS).read_text()
    found = yaml.safe_load(text)
    assert text.startswith("# What the backtests found")
    assert list(found) == ["deu", "dond"]
    assert found["deu"] == in_figures(deu)
    assert (found["deu"]["cases"], found["deu"]["decisions"]) == (12, 23)
    assert found["deu"]["scores"]["crps"] == float(f"{deu.value('crps'):.4g}")
    own, beside = deu.value("mae"), deu.value("mae", "weighted_mean")
    assert found["deu"]["mae"] == {"engine": round(own, 1), "weighted_mean": round(beside, 1)}
    assert set(found["dond"]["baselines"]) == set(dond.summary.method) - {"engine"}
    assert "mae" not in found["dond"]
    assert list(found["deu"]["coverage"]) == ["50", "90"]


@pytest.mark.parametrize("suite", ["deu", "dond"])
def test_the_readme_says_what_the_results_say(suite, deu, dond, tmp_path):
    write_findings({"deu": deu, "dond": dond}[suite], COMMAND, tmp_path)
    agree(tmp_path, suite)


def test_a_readme_that_lost_its_marks_is_left_alone_and_so_are_the_results(deu, tmp_path):
    (tmp_path / "deu").mkdir()
    (tmp_path / "deu" / "README.md").write_text("Mine.\n")
    with pytest.raises(ScenarioError, match="needs two lines"):
        write_findings(deu, COMMAND, tmp_path)
    assert [item.name for item in tmp_path.rglob("*") if item.is_file()] == ["README.md"]


def test_the_command_writes_into_the_study_beside_the_package_and_names_no_path(tmp_path):
    for folder in ("sim", "conf", "seeds", "experiments"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    asked = ["--data", deu_file(tmp_path), "--worlds", FEW, "--write", "-o", tmp_path / "out"]
    done = subprocess.run(
        [sys.executable, "-m", "sim", "backtest", "deu", *map(str, asked)],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    study = tmp_path / "experiments" / "backtests" / "deu"
    assert done.returncode == 0, done.stderr
    assert f"parley: wrote {study / 'README.md'}\n" in done.stderr
    assert f"    parley backtest deu --data FILE --worlds {FEW}\n" in machine(study)
    assert str(tmp_path) not in (study / "README.md").read_text()
    agree(study.parent, "deu")


def test_folders_of_backtests_are_no_experiments(tmp_path):
    listed = parley_here("list", "--json", cwd=tmp_path)
    assert listed.returncode == 0
    assert "backtests" not in yaml.safe_load(listed.stdout)["experiments"]


@pytest.mark.parametrize("suite", SUITES)
def test_every_shipped_study_asks_and_says_what_its_results_say(suite):
    found = page(STUDIES / suite, BEGIN)
    assert "?" in found.before
    assert "\n## What was found\n" in found.before
    results = (
        yaml.safe_load((STUDIES / RESULTS).read_text()) if (STUDIES / RESULTS).exists() else {}
    )
    assert (suite in results) == bool(found.written.strip())
    if suite in results:
        agree(STUDIES, suite)
        assert all((STUDIES / suite / name).is_file() for name in PICTURES)


def agree(home: Path, suite: str) -> None:
    """The README of a study, the results and the gate say the same."""
    text = machine(home / suite)
    result, bar = yaml.safe_load((home / RESULTS).read_text())[suite], gate().suite(suite)
    assert set(result["scores"]) == set(bar.metrics)
    numbers = set(map(float, re.findall(r"\d+\.?\d*", text)))
    said = [result["scores"], *result["baselines"].values()]
    assert {value for losses in said for value in losses.values()} <= numbers
    assert {*bar.success.values(), *bar.hoped.values()} <= numbers
    assert f"{result['decisions']:,} {SUITES[suite].decisions}" in text
    assert f"digest `{result['digest']}`" in text
    assert f"Run on {result['written']} " in text
