"""Runs of the small scenario, and what may be done to their folders."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from sim.play.tables import digest_of
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


def of_format_3(folder: Path) -> Path:
    """Make a run's folder one of the format in which all worlds count alike; return it."""
    file = folder / "worlds.parquet"
    pq.write_table(pq.read_table(file).drop_columns("counts"), file)

    def change(manifest: dict[str, Any]) -> None:
        manifest["format"] = 3
        manifest["digest"] = digest_of([pq.read_table(file)])
        del manifest["evidence"]

    return with_manifest(folder, change)


def knowing(folder: Path, counts: Sequence[bool], log_weight: Sequence[float]) -> Path:
    """Say in a run's folder which worlds count (W,) and what draws weigh (D,); return it."""
    for name, column, values in (
        ("worlds", "counts", counts),
        ("draws", "log_weight", log_weight),
    ):
        file = folder / f"{name}.parquet"
        table = pq.read_table(file)
        place = table.column_names.index(column)
        pq.write_table(table.set_column(place, column, pa.array(values)), file)
    digest = digest_of([pq.read_table(folder / "worlds.parquet")])
    return with_manifest(folder, lambda manifest: manifest.update(digest=digest))


def with_config(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Change the configuration of a run's folder, and what its manifest says of it; return it."""
    file = folder / "config.yaml"
    tree = yaml.safe_load(file.read_text())
    change(tree)
    file.write_text(yaml.safe_dump(tree, sort_keys=False))
    digest = sha256(file.read_bytes()).hexdigest()
    return with_manifest(folder, lambda manifest: manifest.update(config_sha256=digest))


def with_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Change the manifest of a run's folder; return the folder."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(json.dumps(manifest))
    return folder
