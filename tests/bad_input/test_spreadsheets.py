"""Labels that a spreadsheet would compute: shown as text there, and as they were here."""

from __future__ import annotations

import csv

import pytest

from sim.runs.run import load_run
from sim.sweeps.sweep import load_sweep
from tests.bad_input.refusing import ROOT
from tests.command import parley_here, small_file

FEW = ("ensemble.draws=4", "ensemble.replications=2", "executor=serial")
LABELS = ['=HYPERLINK("http://x","y")', "'-1+1", " @SUM(A1)"]


def live_cells(folder):
    """Return the cells of all tables in a folder that a spreadsheet might compute."""
    found = []
    for file in folder.rglob("*.csv"):
        with file.open(newline="", encoding="utf-8") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        found += [
            cell for cell in cells if cell.lstrip(" ")[:1] in set("=+-@\t\r") and _is_text(cell)
        ]
    return found


def _is_text(cell):
    try:
        return not float(cell) <= float("inf")
    except ValueError:
        return bool(cell.strip())


def labelled(folder, label):
    return small_file(
        folder,
        outcomes__no_deal__label=label,
        clauses__water__label=label,
        clauses__water__options__hers__label=label,
    )


@pytest.mark.parametrize("label", LABELS)
def test_no_cell_of_a_runs_tables_is_a_formula_and_labels_come_back(label, tmp_path):
    labelled(tmp_path, label)
    asked = ("run", "scenario=well.yaml", *FEW, "hydra.run.dir=run")
    made = parley_here(*asked, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert live_cells(tmp_path / "run") == []
    odds = load_run(tmp_path / "run").odds.set_index("outcome")
    clauses = load_run(tmp_path / "run").clauses
    assert odds.loc["no_deal", "label"] == label
    assert set(clauses.loc[clauses["clause"] == "water", "clause_label"]) == {label}
    compared = parley_here("compare", "run", "run", "--json", cwd=tmp_path)
    assert compared.returncode == 0, compared.stderr


@pytest.mark.parametrize("label", LABELS[:1])
def test_no_cell_of_a_sweeps_tables_is_a_formula(label, tmp_path):
    labelled(tmp_path, label)
    asked = ("sweep", "scenario=well.yaml", "seed=1,2", *FEW, "hydra.sweep.dir=out")
    made = parley_here(*asked, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert live_cells(tmp_path / "out") == []
    assert load_sweep(tmp_path / "out").outcomes["no_deal"] == label


def test_the_shipped_tables_hold_no_formula():
    assert live_cells(ROOT / "experiments") == []
