"""The folder of a backtest: begun, gone on with after whatever stopped it, completed.

It holds the plan, a small file for each case that was played and, at the end, the tables over them
and a manifest. Everything appears whole or not at all.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.backtests.playing import Played
from sim.errors import Problem, ScenarioError, problem
from sim.outside.files import read_json
from sim.runs.folder import BACKTEST_FOLDER, DRAFT, MANIFEST, drop, own_folder, publish, whole

PLAN, FIGURES = "plan.json", "figures"
SCREENING, REFINING, DESIGN, CASES = "screening", "refining", "design", "cases"  # stages
SCORES, BASELINES, SUMMARY = "scores.csv", "baselines.csv", "summary.csv"
PARTS = (
    MANIFEST,
    PLAN,
    SCREENING,
    REFINING,
    DESIGN,
    CASES,
    SCORES,
    BASELINES,
    SUMMARY,
    FIGURES,
)
_ADVICE = "choose another folder, or --force to start afresh"


@contextmanager
def backtest_folder(
    plan: Mapping[str, Any], folder: Path | None, force: bool = False
) -> Iterator[Path]:
    """Yield a folder that is this backtest's and nobody else's.

    Args:
        plan: what is to be done, as plain data; what a folder holds of another plan is refused.
        folder: where; None: a new folder of its own, outputs/backtests/<suite>/<date>_<time>.
        force: whether to start afresh where something stands.

    Raises:
        ScenarioError: when it cannot be made, holds something else, or another process is at work.
        OSError: when it cannot be written, as on a full disk.
    """
    stamp = f"{datetime.datetime.now():%Y-%m-%d_%H-%M-%S}"
    default = Path("outputs", "backtests", str(plan["suite"]), stamp)
    with own_folder(folder, default, BACKTEST_FOLDER, PARTS) as own:
        if force:
            _clear(own, PARTS)
        _refuse_another(own, plan)
        _clear(own, [DRAFT])
        if not (own / PLAN).exists():
            with whole(own / PLAN) as draft:
                draft.write_text(json.dumps(plan, indent=2) + "\n")
        for stage in (SCREENING, REFINING, DESIGN, CASES):
            _clear(own / stage, [item.name for item in (own / stage).glob(f"{DRAFT}*")])
        yield own


def kept(folder: Path, stage: str, name: str) -> Played | None:
    """Return what came out of a case, if it is kept."""
    try:
        data = read_json(folder / stage / f"{name}.json")
        return Played(data["name"], tuple(data["counts"]), data["left_out"])
    except (ScenarioError, KeyError, TypeError):
        return None


def keep(folder: Path, stage: str, played: Played) -> None:
    """Keep what came out of a case.

    Raises:
        OSError: when it cannot be written.
    """
    (folder / stage).mkdir(exist_ok=True)
    with whole(folder / stage / f"{played.name}.json") as draft:
        draft.write_text(json.dumps(asdict(played), separators=(",", ":")))


def completed(folder: Path, write: Callable[[Path], Mapping[str, Any]]) -> None:
    """Publish what stands over all cases: `write` writes it and returns the manifest.

    Raises:
        OSError: when it cannot be written; what was played is kept.
    """
    draft = folder / DRAFT
    try:
        draft.mkdir()
        manifest = write(draft)
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        publish(draft, folder)
    finally:
        drop(draft)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a finished backtest.

    Raises:
        ScenarioError: when the folder holds none.
    """
    try:
        manifest = read_json(folder / MANIFEST)
    except ScenarioError as error:
        rule = f"no finished backtest is kept here ({error.problems[0].rule})"
        raise problem("backtest", rule, str(folder)) from None
    if not isinstance(manifest, dict) or "suite" not in manifest:
        raise problem("backtest", "this folder holds something else", str(folder))
    return manifest


def _refuse_another(folder: Path, plan: Mapping[str, Any]) -> None:
    """Refuse a folder that holds anything but this backtest."""
    if not (folder / PLAN).exists():
        found = sorted(item.name for item in folder.iterdir())
        if found:
            rule = f"holds {', '.join(found[:5])}, which a backtest would stand beside; {_ADVICE}"
            raise problem(BACKTEST_FOLDER, rule, str(folder))
        return
    try:
        before = read_json(folder / PLAN)
    except ScenarioError as error:
        why = error.problems[0].rule
        raise problem(BACKTEST_FOLDER, f"holds a damaged {PLAN} ({why}); {_ADVICE}") from None
    changed = [key for key in plan if before.get(key) != plan[key]]
    if changed:
        rule = f"holds a backtest that was planned otherwise; {_ADVICE}"
        raise ScenarioError(
            Problem(BACKTEST_FOLDER, rule, repr(str(folder))),
            *(Problem(key, _change(before.get(key), plan[key])) for key in changed),
        )


def _change(before: Any, now: Any) -> str:
    """Return in a line how a part of the plan differs."""
    texts = [json.dumps(value) for value in (before, now)]
    if max(map(len, texts)) > 60:
        return "is not what it was"
    return f"was {texts[0]}, is now {texts[1]}"


def _clear(folder: Path, names: Sequence[str]) -> None:
    """Take parts out of a folder, in this order."""
    for name in names:
        part = folder / name
        shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
