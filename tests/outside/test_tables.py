"""Tables as CSV: no cell is a formula, and all of them read back as they were."""

from __future__ import annotations

import csv

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.outside.tables import as_cell, as_text, read_table, write_table
from tests.outside.hostile import texts

FORMULAS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\uff1d1+1",
    "=HYPERLINK(A1)",
    "-",
]
CELLS = st.sampled_from(FORMULAS) | st.text(
    st.sampled_from("='+-@\t\r\n \"',;ab\uff1d"), max_size=6
)


def is_live(cell: str) -> bool:
    """Return whether a spreadsheet might compute a cell."""
    return cell.lstrip(" ")[:1] in set("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")


@given(CELLS | texts())
def test_a_text_is_written_so_that_it_is_only_shown_and_reads_back(text):
    assert not is_live(as_cell(text)) or not text.strip()
    assert as_text(as_cell(text)) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe(text):
    assert as_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=b", "it's", "'tis", "Kyiv", "2-3", "'"])
def test_what_no_spreadsheet_computes_stays_as_it_is(text):
    assert as_cell(text) == as_text(text) == text


@given(st.lists(st.tuples(CELLS, st.floats(allow_nan=False, allow_infinity=False)), max_size=5))
def test_a_table_comes_back_as_it_was(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("table") / "a.csv"
    table = pd.DataFrame(rows, columns=["=label", "number"]).astype({"=label": str})
    write_table(table, file)
    again = read_table(file, dtype={"number": float}, keep_default_na=False)
    assert list(again.columns) == ["=label", "number"]
    assert again["=label"].tolist() == table["=label"].tolist()
    assert again["number"].tolist() == table["number"].tolist()
    with file.open(newline="") as stream:
        assert not any(is_live(label) for label, _ in csv.reader(stream) if label.strip())


def test_numbers_truth_values_and_gaps_are_written_as_ever(tmp_path):
    table = pd.DataFrame({"a": [-1.5, None], "b": [True, False], "c": ["x", None]})
    write_table(table, tmp_path / "ours.csv")
    table.to_csv(tmp_path / "theirs.csv", index=False)
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


def test_a_table_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text('a,b\n"1,2,3\n4\n')
    with pytest.raises(ScenarioError, match=r"a\.csv: cannot be read: "):
        read_table(tmp_path / "a.csv")
