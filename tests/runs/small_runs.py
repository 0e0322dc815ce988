"""Runs of the small scenario, and what may be done to their folders."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.runs.results import simulate
from sim.runs.run import Run
from tests.small import small_tree


def small_run(folder: Path | None = None, changes: Any = None, **settings: Any) -> Run:
    """Return a run of the small scenario with changes: in a folder, or in memory."""
    asked = {"draws": 20, "replications": 5, "seed": 3, **settings}
    return simulate(small_tree(**(changes or {})), folder=folder, **asked)


def copied(run: Run, folder: Path) -> Path:
    """Return a copy of a run's folder."""
    assert run.folder is not None
    shutil.copytree(run.folder, folder)
    return folder


def with_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Change the manifest of a run's folder; return the folder."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(json.dumps(manifest))
    return folder
