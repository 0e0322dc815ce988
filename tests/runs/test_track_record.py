"""The record of a simple method beside the engine's: from the results, or nothing at all."""

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.runs.track_record import RESULTS, track_record
from sim.settings.configuration import shipped

WHOLE = """
folds: 10
deu:
  decisions: 222
  crps: {engine: 15.4}
  mae: {engine: 22.41, weighted_mean: 23.06, challenge: 25.0}
dond: {contexts: 100}
"""


def results(folder: Path, text: str) -> Path:
    file = folder / "results.yaml"
    file.write_text(text)
    return file


def test_the_record_is_told_in_words_with_the_figures_of_the_results(tmp_path):
    (told,) = track_record(results(tmp_path, WHOLE))
    ends = "on 222 decisions of the European Union this mean was off by 23.1 points of 100, "
    assert told.endswith(f"{ends}the engine by 22.4")


def test_other_results_are_other_figures(tmp_path):
    other = WHOLE.replace("222", "1351").replace("22.41", "9").replace("23.06", "0.04")
    (told,) = track_record(results(tmp_path, other))
    assert "on 1,351 decisions" in told
    assert "off by 0.0 points of 100, the engine by 9.0" in told


@pytest.mark.parametrize(
    "missing", ["decisions: 222", "engine: 22.41,", "weighted_mean: 23.06,", WHOLE.strip()]
)
def test_without_a_figure_nothing_is_said(tmp_path, missing):
    assert track_record(results(tmp_path, WHOLE.replace(missing, "\n  ") + "\nmore: 1\n")) == ()


def test_without_results_nothing_is_said(tmp_path):
    assert track_record(tmp_path / "results.yaml") == ()


def test_the_results_are_those_that_are_shipped():
    file = shipped("experiments") / RESULTS
    assert track_record() == (track_record(file) if file.is_file() else ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("deu: 3", "results.yaml: deu: must be a mapping"),
        ("deu: {decisions: many}", "results.yaml: deu.decisions: "),
        ("deu: {mae: {engine: -1}}", "results.yaml: deu.mae.engine: must be at least 0"),
        ("- deu", "results are suites, such as deu"),
    ],
)
def test_results_that_cannot_be_used_are_refused(tmp_path, text, said):
    with pytest.raises(ScenarioError) as told:
        track_record(results(tmp_path, text))
    assert said in str(told.value)
