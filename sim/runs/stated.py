"""What a folder says of itself in a file of JSON, read whole or told why not.

A link to such a file is not followed: it may lead anywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, problem
from sim.outside.files import read_json

MANIFEST = "manifest.json"


def read_stated(file: Path) -> dict[str, Any]:
    """Return a mapping that a file of JSON holds.

    Raises:
        ScenarioError: when it is a link or no file, cannot be read, or holds no such mapping.
    """
    if file.is_symlink():
        raise problem(str(file), "is a symbolic link, which is not followed")
    found = read_json(file)
    if not isinstance(found, dict):
        raise problem(str(file), "must be a mapping of names to values")
    return found


def kind_in(folder: Path) -> str:
    """Return what a folder with a manifest holds, as far as it can be told."""
    try:
        return "sweep" if "sweep" in read_stated(folder / MANIFEST) else "run"
    except ScenarioError:
        return "run"
