"""The notebooks: executed as a reader would, kept without outputs, explained between the cells."""

import os
import re
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(ROOT.glob("*.ipynb"))
PATIENCE = 120  # seconds until a cell is given up on

each_notebook = pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)


def executed(notebook: Any, folder: Path) -> Any:
    """Execute a notebook in a folder, with a kernel that knows nothing of this user's settings."""
    with tempfile.TemporaryDirectory(prefix="nb") as home, pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
            patch.setenv(name, home)
        where = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=PATIENCE, resources=where).execute()
    return notebook


def read(file: Path) -> Any:
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    return notebook


def codes(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def words(notebook: Any) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in codes(notebook) for output in cell.outputs]


def shown(notebook: Any, source: str) -> str:
    """Return what the cell that holds some source printed and displayed, as plain text."""
    (cell,) = [cell for cell in codes(notebook) if source in cell.source]
    return "\n".join(
        output.text if output.output_type == "stream" else output.data["text/plain"]
        for output in cell.outputs
    )


def kinds(notebook: Any) -> list[str]:
    """Return the media types of everything that was displayed."""
    return [kind for output in outputs(notebook) for kind in output.get("data", {})]


def test_there_are_six_numbered_notebooks_and_the_readme_lists_them():
    assert [file.name[:3] for file in NOTEBOOKS] == [f"{number:02}_" for number in range(1, 7)]
    listed = re.findall(r"\]\((.+\.ipynb)\)", (ROOT / "README.md").read_text())
    assert listed == [file.name for file in NOTEBOOKS]


@each_notebook
def test_a_notebook_runs_to_its_end_without_a_complaint_and_leaves_nothing_behind(file, tmp_path):
    notebook = executed(read(file), tmp_path)
    assert all(cell.execution_count for cell in codes(notebook))
    assert [output.text for output in outputs(notebook) if output.get("name") == "stderr"] == []
    assert kinds(notebook).count("image/png") >= 2
    assert os.listdir(tmp_path) == []
    _CLAIMS[file.stem](notebook)


def _a_run_reads_as_it_was_written(notebook: Any) -> None:
    assert "manifest.json" in shown(notebook, "folder=folder")
    assert shown(notebook, '["digest"] ==') == "True"
    assert kinds(notebook).count("image/png") == 3


def _the_sweep_is_told_as_it_was_played(notebook: Any) -> None:
    assert "9 points of 200 worlds" in shown(notebook, "sim.sweep(")
    found = shown(notebook, "reach.sort_values")
    most = found.splitlines()[1].split()[0]
    assert most in shown(notebook, "sweep.index[[")


def _the_world_in_hand_is_that_of_the_run(notebook: Any) -> None:
    log = shown(notebook, "sessions.tail").splitlines()
    assert log[-1].endswith("[]")
    assert not any(line.endswith("[]") for line in log[:-1])
    assert "as in the run: True" in shown(notebook, "play_world")
    assert "Signed by" in shown(notebook, "transcript")


def _python_and_yaml_say_the_same(notebook: Any) -> None:
    assert "the same scenario: True" in shown(notebook, "safe_dump")
    assert "did you mean 'no_deal'?" in shown(notebook, "ScenarioError")
    broken, rest = re.findall(r"\d+", shown(notebook, "rest ="))[:2]
    assert broken == rest != "0"
    assert kinds(notebook).count("text/html") == 2


def _what_is_known_counts_for_something(notebook: Any) -> None:
    counted, played = (
        int(re.search(rf"'worlds_{name}': (\d+)", shown(notebook, '["evidence"]')).group(1))
        for name in ("counted", "played")
    )
    assert counted < played == 1000
    assert "nothing signed by 2025-12-31" in shown(notebook, "news.report()")
    assert "10.0%" in shown(notebook, "taken.report()")


def _four_questions_are_answered(notebook: Any) -> None:
    assert "russia" in shown(notebook, "why.refused")
    assert re.search(r"the line: \d", shown(notebook, "drivers.threshold"))
    assert "donbas" in shown(notebook, "texts.best") or "line_frozen" in shown(
        notebook, "texts.best"
    )
    assert "guarantee" in shown(notebook, "levers.alone")


_CLAIMS = {
    "01_reading_a_run": _a_run_reads_as_it_was_written,
    "02_what_moves_the_odds": _the_sweep_is_told_as_it_was_played,
    "03_one_negotiation_step_by_step": _the_world_in_hand_is_that_of_the_run,
    "04_your_own_scenario": _python_and_yaml_say_the_same,
    "05_what_is_known": _what_is_known_counts_for_something,
    "06_what_would_it_take": _four_questions_are_answered,
}


def test_a_notebook_that_fails_is_not_taken_for_a_good_one(tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("import sim\nsim.load_run('nowhere')")]
    with pytest.raises(CellExecutionError, match="nowhere"):
        executed(notebook, tmp_path)


@each_notebook
def test_a_notebook_is_kept_without_outputs(file):
    for cell in codes(read(file)):
        assert cell.outputs == []
        assert cell.execution_count is None


@each_notebook
def test_a_notebook_has_words_before_every_cell_of_code(file):
    cells = read(file).cells
    assert cells[0].source.startswith("# ")
    for before, cell in pairwise(cells):
        if cell.cell_type == "code":
            assert before.cell_type == "markdown"
            assert len(before.source.split()) >= 3


@each_notebook
def test_a_notebook_asks_for_the_kernel_that_every_python_has_and_names_no_place(file):
    notebook = read(file)
    assert notebook.metadata.kernelspec.name == "python3"
    assert list(notebook.metadata) == ["kernelspec", "language_info"]
    assert not re.search(r"/(home|Users|tmp|work|root)/|[A-Z]:\\", file.read_text())


@each_notebook
def test_a_notebook_links_only_to_notebooks_that_are_there(file):
    for target in re.findall(r"\]\(([^)]+)\)", words(read(file))):
        assert (ROOT / target).is_file()
