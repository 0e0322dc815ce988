"""Which points of a plan a folder keeps already, under whatever plan they were played.

A point's files are called by the number that it had when it was first played; they are known by
the key within. What is damaged is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

from sim.errors import ScenarioError
from sim.runs.archive import WORLDS
from sim.runs.folder import MANIFEST
from sim.sweeps.plans import Plan
from sim.sweeps.points import read_point
from sim.sweeps.sweep import POINTS, ends_whole, run_folder


def sorted_out(plan: Plan, folder: Path) -> tuple[dict[int, str], dict[int, str]]:
    """Return the points that need not be played again, those that must, and the name of each."""
    known = _names(folder)
    done = _finished(plan, folder, known)
    numbers = (f"{number:04d}" for number in count())
    taken = set(known.values())
    free = (name for name in numbers if name not in taken)
    missing = {
        number: known[key] if key in known else next(free)
        for number, key in enumerate(plan.keys)
        if number not in done
    }
    return done, missing


def _names(folder: Path) -> dict[str, str]:
    """Return the names of the points that can be read, by the key of each."""
    found = {}
    for file in sorted((folder / POINTS).glob("[0-9]*.parquet")):
        with suppress(ScenarioError):
            found[read_point(file).key] = file.stem
    return found


def _finished(plan: Plan, folder: Path, known: Mapping[str, str]) -> dict[int, str]:
    return {
        number: known[key]
        for number, key in enumerate(plan.keys)
        if key in known and (not plan.keeps_runs or _is_run_whole(run_folder(folder, known[key])))
    }


def _is_run_whole(folder: Path) -> bool:
    """Return whether a run is finished, and its worlds are all there unless they were taken out."""
    if not (folder / MANIFEST).is_file():
        return False
    return ends_whole(folder / WORLDS) or not (folder / WORLDS).exists()
