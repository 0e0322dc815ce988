"""Sweeps of the small scenario, for tests: asked for as people do, played in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sim.analysis.weights import Weights
from sim.settings.grammar import read_varied
from sim.sweeps.folder import complete, sweep_folder
from sim.sweeps.plans import Plan
from sim.sweeps.points import Point
from sim.sweeps.studies import planned
from sim.sweeps.sweep import Sweep
from tests.command import small_file

FEW = "ensemble.draws=20"
POINT = Point(
    key="a key",
    values={"protocol": "offers", "actors.her.no_deal": 0.25},
    outcomes=(("deal", "A deal"), ("war", "War")),
    counts=np.array([[3, 1], [1, 3]]),
    weights=Weights.equal(2, 4),
    digest="abc",
    seconds=0.5,
)


def small_scenario_in(folder: Path) -> str:
    """Write the small scenario; return the override that chooses it."""
    return f"scenario={small_file(folder)}"


def plan_of(folder: Path, *overrides: str, **options: Any) -> Plan:
    """Return the plan of a sweep of the small scenario."""
    own = (
        []
        if any(text.startswith("scenario=") for text in overrides)
        else [small_scenario_in(folder)]
    )
    few = [] if any(text.startswith("ensemble.draws=") for text in overrides) else [FEW]
    return planned(read_varied([*own, *few, *overrides]), **options)


def swept(plan: Plan, folder: Path, **options: Any) -> Sweep:
    """Play a plan into a folder."""
    with sweep_folder(plan, folder) as opened:
        sweep, _ = complete(plan, opened, **options)
    return sweep


def study_in(folder: Path, **changes: Any) -> Path:
    """Write a study of the small scenario: two cases and the scenario as it is."""
    small_file(folder)
    tree: dict[str, Any] = {
        "question": "What does a dry year or a patient neighbour do?",
        "config": {"scenario": "well.yaml", "ensemble": {"draws": 20}},
        "design": {
            "cases": {
                "as_it_is": {},
                "dry_year": {"drivers": {"drought": {"start": 1}}},
                "patient": {"actors.his.bargaining.patience": 40},
            }
        },
        "figure": {"kind": "differences"},
        "labels": {"as_it_is": "the scenario as it is", "dry_year": "a dry year"},
        **changes,
    }
    file = folder / "study.yaml"
    file.write_text(yaml.safe_dump({k: v for k, v in tree.items() if v is not None}))
    return folder


def same_but_seconds(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Assert that two indexes tell the same."""
    pd.testing.assert_frame_equal(left.drop(columns="seconds"), right.drop(columns="seconds"))


def points_of(folder: Path) -> list[Path]:
    """Return the files of a sweep's finished points."""
    return sorted((folder / "points").glob("[0-9]*.parquet"))


def times(files: Sequence[Path]) -> dict[str, tuple[int, int]]:
    """Return when each file was written, and which file on the disk it is."""
    found = {file.name: file.stat() for file in files}
    return {name: (stat.st_mtime_ns, stat.st_ino) for name, stat in found.items()}
