"""The folder of a sweep: begun, gone on with after whatever stopped it, completed.

It holds the plan, a small file for each finished point and, once all are done, the index over
them and a manifest. Everything appears whole or not at all, so that a kill at any moment leaves a
folder that the same command goes on with.
"""

from __future__ import annotations

import datetime
import json
import platform
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError, problem
from sim.play.executors import SERIAL, Executor
from sim.runs import provenance
from sim.runs.folder import DRAFT, MANIFEST, SWEEP_FOLDER, drop, own_folder, publish, whole
from sim.sweeps.plans import Plan
from sim.sweeps.points import NotWantedError, plan_in, play_point
from sim.sweeps.sweep import (
    INDEX,
    ODDS,
    POINTS,
    RUNS,
    Sweep,
    load_sweep,
    point_file,
    read_tables,
    run_folder,
    write_tables,
)

PLAN, FIGURES = "plan.json", "figures"
PARTS = (MANIFEST, PLAN, POINTS, RUNS, INDEX, ODDS, FIGURES)
_ADVICE = "choose another folder, or --force to start afresh"


@contextmanager
def sweep_folder(plan: Plan, folder: Path | None, force: bool = False) -> Iterator[Path]:
    """Yield a folder that is this sweep's and nobody else's, cleared of what was left half-done.

    Args:
        plan: what is to be done.
        folder: where; None: a new folder of its own, outputs/sweeps/<name>/<date>_<time>.
        force: whether to start afresh where a sweep stands.

    Raises:
        ScenarioError: when the folder cannot be made, holds something else, or another process
            is at work in it.
        OSError: when it cannot be written, as on a full disk.
    """
    stamp = f"{datetime.datetime.now():%Y-%m-%d_%H-%M-%S}"
    default = Path("outputs", "sweeps", plan.name, stamp)
    with own_folder(folder, default, SWEEP_FOLDER) as own:
        if force:
            _clear(own, PARTS)
        _refuse_another(own, plan)
        for place in (own, own / POINTS):
            _clear(place, [item.name for item in place.glob(f"{DRAFT}*")])
        if not (own / PLAN).exists():
            with whole(own / PLAN) as draft:
                draft.write_text(json.dumps(plan.data, indent=2) + "\n")
        yield own


def finished_points(plan: Plan, folder: Path) -> list[int]:
    """Return the points that are done and need not be played again."""
    return [
        number
        for number in range(len(plan.rows))
        if plan_in(point_file(folder, number)) == plan.digest
        and (not plan.keeps_runs or (run_folder(folder, number) / MANIFEST).is_file())
    ]


def complete(
    plan: Plan,
    folder: Path,
    executor: Executor = SERIAL,
    progress: Callable[[int], None] | None = None,
    draw: Callable[[Sweep, Path], None] | None = None,
) -> tuple[Sweep, int]:
    """Play the points that are not done yet, then write the index; return how many were played.

    Args:
        plan: what is to be done.
        folder: as `sweep_folder` yields it.
        executor: where to play.
        progress: told the number of points done.
        draw: called at the end to draw figures of the sweep into a folder.

    Raises:
        OSError: when the folder cannot be written, as on a full disk; finished points are kept.
        ChildProcessError: when a process died; finished points are kept.
    """
    started = time.perf_counter()
    done = finished_points(plan, folder)
    missing = sorted(set(range(len(plan.rows))) - set(done))
    if not missing and (folder / MANIFEST).is_file():
        return load_sweep(folder), 0
    (folder / POINTS).mkdir(exist_ok=True)
    failures: dict[int, str] = {}
    tell = progress or (lambda _: None)
    tell(len(done))
    for count, (number, error) in enumerate(_played(plan, folder, missing, executor), start=1):
        if error is not None:
            failures[number] = error
        tell(len(done) + count)
    _publish(plan, folder, failures, time.perf_counter() - started, draw)
    return load_sweep(folder), len(missing)


def _played(
    plan: Plan, folder: Path, missing: Sequence[int], executor: Executor
) -> Iterator[tuple[int, str | None]]:
    """Play points and keep each in its file; yield its number, and its error if it failed.

    A worker plays whole points; only where there is a single one, its worlds go to many workers.

    Raises:
        OSError: when a point cannot be kept, or was kept where this process finds no file.
    """
    points, worlds = (executor, SERIAL) if len(missing) > 1 else (SERIAL, executor)
    play = partial(_play, plan, folder.resolve(), worlds)
    for number, error in points.map(play, missing, ahead=64):
        if error is None and not point_file(folder, number).is_file():
            raise OSError(f"{folder}: is no folder that the workers share with this process")
        yield number, error


def _play(plan: Plan, folder: Path, executor: Executor, number: int) -> tuple[int, str | None]:
    """Play a point and keep it; return its number, and its error if it failed.

    Raises:
        OSError: when it cannot be kept: that is no fault of the point.
        NotWantedError: when this process was told to stop.
    """
    values = plan.rows[number]
    own = run_folder(folder, number) if plan.keeps_runs else None
    try:
        point = play_point(plan.digest, number, values, plan.configuration(values), own, executor)
    except (OSError, NotWantedError):
        raise
    except ScenarioError as error:
        return number, "; ".join(map(str, error.problems))
    except Exception as error:  # whatever it is, the other points go on
        return number, f"{type(error).__name__}: {error}"
    point.write(point_file(folder, number))
    return number, None


def _publish(
    plan: Plan,
    folder: Path,
    failures: Mapping[int, str],
    seconds: float,
    draw: Callable[[Sweep, Path], None] | None,
) -> None:
    """Write what stands over all points, the manifest last."""
    draft = folder / DRAFT
    try:
        draft.mkdir()
        rows = [plan.parameters(values) for values in plan.rows]
        digest = write_tables(draft, folder, rows, failures, plan.keeps_runs)
        counts = plan.base.settings.ensemble
        manifest: dict[str, Any] = {
            "sweep": plan.name,
            "title": plan.base.scenario.title,
            "parameters": [*plan.design.choices, *plan.design.ranges],
            **({"outcomes": list(plan.outcomes)} if plan.outcomes else {}),
            "points": len(rows),
            "failed": len(failures),
            "seed": plan.base.settings.seed,
            "draws": counts.draws,
            "replications": counts.replications,
            "paired": plan.paired,
            "design": plan.data["design"],
            "digest": digest,
            "plan_sha256": plan.digest,
            "code_sha256": provenance.code_sha256(),
            "versions": provenance.versions(),
            "git_commit": provenance.commit(),
            "processor": provenance.processor(),
            "platform": platform.platform(),
            "seconds": round(seconds, 3),
            "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }
        if draw:
            (draft / FIGURES).mkdir()
            try:
                draw(Sweep(folder, manifest, *read_tables(draft)), draft / FIGURES)
            except ScenarioError as error:  # the odds stand without it
                manifest["figure_error"] = str(error)
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        publish(draft, folder)
    finally:
        drop(draft)


def _refuse_another(folder: Path, plan: Plan) -> None:
    """Refuse a folder that holds anything but this sweep.

    Raises:
        ScenarioError: when it does, with what differs.
    """
    if not (folder / PLAN).exists():
        found = sorted(name for name in PARTS if (folder / name).exists())
        if found:
            rule = f"holds {', '.join(found)}, which a sweep would overwrite; {_ADVICE}"
            raise problem(SWEEP_FOLDER, rule, str(folder))
        return
    try:
        before = json.loads((folder / PLAN).read_text())
    except (OSError, ValueError) as error:
        raise problem(SWEEP_FOLDER, f"holds a damaged {PLAN} ({error}); {_ADVICE}") from None
    changes = plan.changes_since(before)
    if changes:
        rule = f"holds a sweep that was planned otherwise, as told below; {_ADVICE}"
        raise ScenarioError(Problem(SWEEP_FOLDER, rule, repr(str(folder))), *changes)


def _clear(folder: Path, names: Iterable[str]) -> None:
    """Take parts out of a folder, in this order."""
    for name in names:
        part = folder / name
        shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
