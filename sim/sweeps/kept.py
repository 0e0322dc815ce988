"""Which points of a plan a folder keeps already, under whatever plan they were played.

A point's files are called by the number that it had when it was first played; they are known by
the key within. What is damaged, or is not what its key stands for, is not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, problem
from sim.runs.archive import WORLDS, read_manifest
from sim.runs.folder import SWEEP_FOLDER
from sim.settings.grammar import SCENARIO
from sim.sweeps.plans import Plan
from sim.sweeps.points import Point, read_point
from sim.sweeps.sweep import POINTS, ends_whole, run_folder


def sorted_out(plan: Plan, folder: Path) -> tuple[dict[int, str], dict[int, str]]:
    """Return the points that need not be played again, those that must, and the name of each."""
    known = _points(plan, folder)
    done = {
        number: known[key][0]
        for number, key in enumerate(plan.keys)
        if key in known and _is_whole(plan, folder, *known[key])
    }
    numbers = (f"{number:04d}" for number in count())
    taken = {name for name, _ in known.values()}
    free = (name for name in numbers if name not in taken)
    missing = {
        number: known[key][0] if key in known else next(free)
        for number, key in enumerate(plan.keys)
        if number not in done
    }
    return done, missing


def _points(plan: Plan, folder: Path) -> dict[str, tuple[str, str]]:
    """Return the name and the digest of each point that can be read, by its key.

    Raises:
        ScenarioError: when a link or a folder stands where a point is kept.
    """
    rows = dict(zip(plan.keys, plan.rows, strict=True))
    found = {}
    for file in sorted((folder / POINTS).glob("[0-9]*.parquet")):
        if file.is_symlink() or file.is_dir():
            rule = f"holds {file.relative_to(folder)}, which is no file; take it away"
            raise problem(SWEEP_FOLDER, rule, str(folder))
        with suppress(ScenarioError):
            point = read_point(file)
            if point.key not in rows or _is_of(point, plan, rows[point.key]):
                found[point.key] = file.stem, point.digest
    return found


def _is_of(point: Point, plan: Plan, row: Mapping[str, Any]) -> bool:
    """Return whether a point holds the values, and the draws, that its key stands for."""
    changes, counts = plan.changes(row), plan.base.settings.ensemble
    if point.values != json.loads(json.dumps(changes)):
        return False
    draws = changes.get("ensemble.draws", counts.draws)
    most = changes.get("ensemble.replications", counts.replications)
    if SCENARIO in row or "ensemble" in changes:
        return True  # they come from elsewhere; the key stands for them
    return len(point.counts) == draws and bool((point.weights.sizes <= most).all())


def _is_whole(plan: Plan, folder: Path, name: str, digest: str) -> bool:
    """Return whether all is there that the sweep keeps of a point.

    Where it keeps the point's run, that is finished, and its worlds are there unless they were
    taken out.
    """
    if not plan.keeps_runs:
        return True
    own = run_folder(folder, name)
    try:
        same = read_manifest(own)["digest"] == digest
    except ScenarioError:
        return False
    return same and (ends_whole(own / WORLDS) or not (own / WORLDS).exists())
