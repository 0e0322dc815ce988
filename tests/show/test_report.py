"""A report: one for all who read it, made of tables alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sim.show
from sim.errors import ScenarioError
from sim.show.parts import Note
from sim.show.report import Report

FILES = sorted(Path(sim.show.__file__).parent.rglob("*.py"))
UNKNOWN_TO_IT = ("cli", "sweeps", "runs", "play", "theory", "talks", "bargaining", "scenario")


def test_printed_it_is_the_terminals_and_in_a_notebook_a_page():
    report = Report("A <title>", (Note("and words"),))
    assert str(report) == "A <title>\nand words\n"
    assert "A &lt;title&gt;" in report._repr_html_()
    assert report.written("markdown") == "## A \\<title>\n\nand words\n"
    assert repr(report) == "<Report: A <title>>"


def test_a_writer_that_there_is_not_is_refused():
    with pytest.raises(ScenarioError, match="no such writer; did you mean 'html'"):
        Report("", ()).written("htm")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_shown_knows_tables_only_even_to_the_type_checker(file):
    names = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            names.append(node.module)
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    rooms = [name.split(".")[1] for name in names if name.startswith("sim.")]
    assert set(rooms).isdisjoint(UNKNOWN_TO_IT)
