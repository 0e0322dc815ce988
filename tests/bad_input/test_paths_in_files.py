"""Names that files give: none becomes a path that leads elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.backtests.reading.deu import read_deu
from sim.errors import ScenarioError
from sim.runs.results import simulate
from sim.settings.configuration import configure
from tests.backtests.small_backtests import deu_file
from tests.bad_input.refusing import refused
from tests.command import parley_here, small_file
from tests.small import small_tree
from tests.sweeps.small_sweeps import study_in

FEW = ("ensemble.draws=2", "ensemble.replications=1", "executor=serial")
PATHS = {
    "above": "../../../x",
    "absolute": "/tmp/o/x",
    "the parent": "..",
    "the folder itself": ".",
    "empty": "",
    "a null byte": "a\0b",
    "a folder": "a/b",
    "capitals": "Well",
    "too long": "x" * 61,
    "a line break": "a\nb",
}
COMMANDS = {
    "run --config": ("run", "--config", "broken.yaml", *FEW),
    "run scenario=": ("run", "scenario=broken.yaml", *FEW),
    "sweep": ("sweep", "scenario=broken.yaml", "seed=1,2", *FEW),
    "sweep --config": ("sweep", "--config", "broken.yaml", "seed=1,2", *FEW),
}


@pytest.mark.parametrize("asked", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("name", PATHS.values(), ids=PATHS)
def test_a_name_that_is_a_path_is_refused_and_nothing_is_written(
    name, asked, tmp_path, monkeypatch, capsys
):
    inner = tmp_path / "a" / "b" / "c" / "d"
    inner.mkdir(parents=True)
    file = inner / "broken.yaml"
    file.write_text(yaml.safe_dump({**small_tree(), "scenario": name}))
    says = "scenario: must be a name of small letters, digits and underscores"
    refused(asked, says, inner, monkeypatch, capsys)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
    assert list(inner.iterdir()) == [file]


@given(st.text(st.sampled_from("./\\~\0 aZ0_") | st.characters(codec="utf-8"), max_size=70))
def test_whatever_a_file_calls_it_a_scenario_has_a_name_or_is_refused(tmp_path_factory, name):
    file = tmp_path_factory.mktemp("named") / "well.yaml"
    file.write_text(yaml.safe_dump({**small_tree(), "scenario": name}, allow_unicode=False))
    try:
        called = configure(config=str(file)).settings.scenario
    except ScenarioError:
        return
    assert set(called) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")
    assert 0 < len(called) <= 60


@pytest.mark.parametrize(
    ("stem", "called"),
    [
        ("well", "well"),
        ("Well (1)", "well_1"),
        ("..", "scenario"),
        ("криниця", "scenario"),
        ("été", "ete"),
        ("2025", "2025"),
    ],
)
def test_a_scenario_without_a_name_is_called_after_its_file(stem, called, tmp_path):
    file = small_file(tmp_path).rename(tmp_path / f"{stem}.yaml")
    asked = ["run", f'scenario="{file.name}"', *FEW]
    assert parley_here(*asked, cwd=tmp_path).returncode == 0
    assert [folder.name for folder in (tmp_path / "outputs").iterdir()] == [called]


def test_a_scenario_that_is_data_is_called_after_its_title():
    assert simulate(small_tree(), draws=2).manifest["scenario"] == "two_neighbours_and_a_well"
    assert simulate(small_tree(title="../../x"), draws=2).manifest["scenario"] == "x"
    assert simulate(small_tree(title="Криниця"), draws=2).manifest["scenario"] == "scenario"


@pytest.mark.parametrize("outside", ["../well.yaml", "/etc/well.yaml", "a/../../well.yaml"])
@pytest.mark.parametrize("where", ["config", "choices"])
def test_a_study_names_no_file_outside_its_folder(outside, where, tmp_path, monkeypatch, capsys):
    (tmp_path / "study").mkdir()
    small_file(tmp_path)
    named = {
        "config": {"config": {"scenario": outside}},
        "choices": {"config": {}, "design": {"choices": {"scenario": [outside]}}},
    }
    study_in(tmp_path / "study", figure={"kind": "odds"}, **named[where])
    says = "study/study.yaml: scenario: must be a scenario's name, or a file in the study's folder"
    refused(["sweep", "experiment=study/"], says, tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("name", ["../../x1", "/tmp/x1", ".x1", "x" * 201])
def test_a_case_of_a_backtest_is_kept_under_no_path(name, tmp_path):
    file = deu_file(tmp_path)
    lines = file.read_text().splitlines()
    lines[1:3] = [line.replace("d0", name, 1) for line in lines[1:3]]
    file.write_text("\n".join(lines))
    reading = read_deu(file)
    assert name not in [case.name for case in reading.cases]
    assert any("is no name of letters and digits" in told for told in reading.left_out)
    assert all(Path(f"{case.name}.json").name == f"{case.name}.json" for case in reading.cases)
