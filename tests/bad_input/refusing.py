"""How the command refuses: it exits with 2 and says what is wrong, where, in few lines."""

from __future__ import annotations

import sys
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.cli import main
from sim.scenario.reading.files import read_file
from tests.small import put

ROOT = Path(__file__).parents[2]
DROP = object()
KYIV = "actors.ukraine"
SURE = {"basis": "assumption", "why": "for a test"}

# What is wrong, the changes by dotted path, what the message must say.
Row = tuple[str, dict[str, Any], str]


def each_of(rows: list[Row]) -> pytest.MarkDecorator:
    """Return the mark of a test that is run for every row."""
    return pytest.mark.parametrize(
        ("changes", "says"), [row[1:] for row in rows], ids=[row[0] for row in rows]
    )


def refused(arguments, says, folder, monkeypatch, capsys):
    """Call the command in a folder: it must exit with 2 and say so, in few lines."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "argv", ["parley", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    printed = capsys.readouterr()
    assert stopped.value.code == 2, printed.err
    assert says in printed.err
    assert "Traceback" not in printed.err
    assert "pydantic" not in printed.err
    assert "omegaconf" not in printed.err.lower()
    assert printed.out == ""


def tree_is_refused(tree, changes, says, folder, monkeypatch, capsys):
    """Run a scenario with changes: it must be refused, and leave no folder."""
    file = folder / "broken.yaml"
    file.write_text(yaml.safe_dump(changed(tree, changes), sort_keys=False))
    arguments = ["run", "scenario=broken.yaml", "ensemble.draws=2", "ensemble.replications=1"]
    refused(arguments, says, folder, monkeypatch, capsys)
    assert list(folder.iterdir()) == [file]


@cache
def shipped() -> dict[str, Any]:
    """Return the shipped scenario as data."""
    return read_file(ROOT / "conf" / "scenario" / "geneva_2025.yaml")


def changed(whole: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a copy with values put in under dotted paths, or taken away."""
    tree = deepcopy(whole)
    for path, value in changes.items():
        if value is DROP:
            parent, _, last = path.rpartition(".")
            _at(tree, parent).pop(last)
        else:
            put(tree, path, value)
    return tree


def _at(tree: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        tree = tree[int(step)] if isinstance(tree, list) else tree[step]
    return tree
