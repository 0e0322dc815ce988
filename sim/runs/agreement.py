"""What a run says of itself, checked against its configuration and its tables.

A manifest may come from somebody else: nothing is said of a run before the two agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, problem
from sim.runs.archive import CONFIG, DRAWS, WORLDS, refuse_if_edited
from sim.runs.folder import MANIFEST
from sim.scenario.reading.files import read_file

_STATED, _SIZES = ("scenario", "seed", "protocol"), ("draws", "replications")
_ROWS = {WORLDS: "worlds", DRAWS: "draws"}


def refuse_if_untrue(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest that its folder's configuration or tables contradict.

    A part that is not there, or cannot be read, contradicts nothing: who asks for it is told.

    Raises:
        ScenarioError: naming what differs.
    """
    for name, said, found in (*_configured(folder, manifest), *_counted(folder, manifest)):
        if manifest[said] != found:
            rule = f"{said} is {manifest[said]!r} here and {found!r} in {name}"
            raise problem(str(folder / MANIFEST), f"does not describe this run: {rule}")


def _configured(folder: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield what the configuration says of what the manifest says too: where, what, value."""
    file = folder / CONFIG
    if not file.is_file() or file.is_symlink():
        return
    refuse_if_edited(file, manifest)
    try:
        tree = read_file(file)
    except ScenarioError:
        return
    ensemble = tree.get("ensemble")
    counts = ensemble if isinstance(ensemble, Mapping) else {}
    stated = {
        **tree,
        **{name: counts[name] for name in ("draws", "replications") if name in counts},
    }
    for name in ("scenario", "seed", "draws", "replications", "protocol"):
        if name in stated:
            yield CONFIG, name, stated[name]


def _counted(folder: Path, manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield how many rows tables have, by what they say of themselves."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, said in _ROWS.items():
        if (folder / name).is_file():
            try:
                yield name, said, pq.read_metadata(folder / name).num_rows
            except (OSError, pa.ArrowException):
                continue
