"""The folder of a sweep: begun, gone on with after whatever stopped it, completed.

It holds the plan, a small file for each finished point and, once all are done, the index over
them and a manifest. Everything appears whole or not at all, so that a kill at any moment leaves a
folder that the same command goes on with. A plan of more points takes the folder over when it is
complete, and not before: until then the sweep that it extends stands as it was.
"""

from __future__ import annotations

import datetime
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError, problem
from sim.play.executors import SERIAL, Executor
from sim.runs import provenance
from sim.runs.archive import PARTS as RUN_PARTS
from sim.runs.duration import shorter_with, told_if_long
from sim.runs.folder import (
    DRAFT,
    MANIFEST,
    SWEEP_FOLDER,
    clear,
    drop,
    gives_way,
    locked,
    own_folder,
    publish,
    whole,
)
from sim.runs.replacing import aside, forget, replace
from sim.runs.results import ensemble_of
from sim.runs.stated import read_stated
from sim.sweeps.kept import sorted_out
from sim.sweeps.plans import Plan
from sim.sweeps.points import NotWantedError, play_point
from sim.sweeps.sweep import (
    DONE,
    INDEX,
    ODDS,
    POINTS,
    RUNS,
    Sweep,
    load_sweep,
    name_of,
    point_file,
    read_tables,
    run_folder,
    write_tables,
)

PLAN, FIGURES = "plan.json", "figures"
TABLES = (INDEX, ODDS, *(f"{Path(name).stem}.csv" for name in (INDEX, ODDS)))
PARTS = (MANIFEST, PLAN, POINTS, RUNS, *TABLES, FIGURES)
ALL_PARTS = (*PARTS, *RUN_PARTS)
_ADVICE = "choose another folder, or --force to start afresh"


@contextmanager
def sweep_folder(plan: Plan, folder: Path | None, force: bool = False) -> Iterator[Path]:
    """Yield a folder that is this sweep's and nobody else's, cleared of what was left half-done.

    Args:
        plan: what is to be done; it may add points to those of a sweep that the folder holds.
        folder: where; None: a new folder of its own, outputs/sweeps/<name>/<date>_<time>.
        force: whether to start afresh where a sweep stands; what is there steps aside, whole,
            until the new one is complete.

    Raises:
        ScenarioError: when the folder cannot be made, holds something else or cannot step aside,
            or another process is at work in it.
        OSError: when it cannot be written, as on a full disk.
    """
    stamp = f"{datetime.datetime.now():%Y-%m-%d_%H-%M-%S}"
    default = Path("outputs", "sweeps", plan.name, stamp)
    with own_folder(folder, default, SWEEP_FOLDER, ALL_PARTS) as own, ExitStack() as stack:
        for place in (own, own / POINTS):
            clear(place, [item.name for item in place.glob(f"{DRAFT}*")])
        if force and gives_way(own, ALL_PARTS, SWEEP_FOLDER):
            (own / DRAFT).mkdir()
            stack.enter_context(locked(own / DRAFT, SWEEP_FOLDER))  # it becomes the folder
            replace(own, own / DRAFT, ALL_PARTS)
        _refuse_another(own, plan)
        if not (own / PLAN).exists():
            _write_plan(plan, own)
        yield own


def complete(
    plan: Plan,
    folder: Path,
    executor: Executor = SERIAL,
    progress: Callable[[float], None] | None = None,
    draw: Callable[[Sweep, Path], None] | None = None,
) -> tuple[Sweep, int]:
    """Play the points that are not done yet, then write the index; return how many were played.

    Args:
        plan: what is to be done.
        folder: as `sweep_folder` yields it.
        executor: where to play.
        progress: told the number of points done; with a part of the one that is being played,
            where points are played one after another.
        draw: called at the end to draw figures of the sweep into a folder.

    Raises:
        OSError: when the folder cannot be written, as on a full disk; finished points are kept.
        ChildProcessError: when a process died; finished points are kept.
    """
    started = time.perf_counter()
    done, missing = sorted_out(plan, folder)
    if missing or not _is_told(plan, folder, done):
        (folder / POINTS).mkdir(exist_ok=True)
        errors: dict[int, str | None] = {}

        told = _told_if_long(plan, executor, len(done), len(missing), progress)

        def tell(part: float = 0.0) -> None:
            told(len(done) + len(errors) + part)

        tell()
        for number, error in _played(plan, folder, list(missing.items()), executor, tell):
            errors[number] = error
            tell()
        failures = {number: error for number, error in errors.items() if error is not None}
        _publish(plan, folder, done | missing, failures, time.perf_counter() - started, draw)
    if _read_plan(folder) != plan.data:
        _write_plan(plan, folder)  # last, so that a kill leaves one plan or the other in force
    forget(folder, ALL_PARTS)
    return load_sweep(folder), len(missing)


def _told_if_long(
    plan: Plan,
    executor: Executor,
    done: int,
    missing: int,
    progress: Callable[[float], None] | None,
) -> Callable[[float], None]:
    """Return what to tell the points done, which says in a line if the rest will take long."""
    first = ensemble_of(plan.configuration(plan.rows[0]))
    workers = min(executor.workers, missing) if missing > 1 else 1  # one point is told of in parts
    fewer = ["fewer --points"] if plan.design.ranges else []

    def shorter(share: float) -> list[str]:
        return [*fewer, *shorter_with(first, executor.workers, share)]

    return told_if_long(len(plan.rows), max(1, workers), shorter, progress, done)


def _is_told(plan: Plan, folder: Path, done: Mapping[int, str]) -> bool:
    """Return whether what stands over all points is there, whole, and of this plan's points."""
    try:
        sweep = load_sweep(folder)
    except ScenarioError:
        return False
    manifest, rows = sweep.manifest, sweep.index[sweep.index["status"] == DONE]
    names = dict(zip(rows["point"], map(name_of, rows["path"]), strict=True))
    same_plan = manifest.get("plan_sha256") == plan.digest
    return same_plan and tuple(manifest.get("outcomes", ())) == plan.outcomes and names == done


def _played(
    plan: Plan,
    folder: Path,
    missing: Sequence[tuple[int, str]],
    executor: Executor,
    progress: Callable[[float], None],
) -> Iterator[tuple[int, str | None]]:
    """Play points and keep each in its file; yield its number, and its error if it failed.

    A worker plays whole points; only where there is a single one, its worlds go to many workers.

    Raises:
        OSError: when a point cannot be kept, or was kept where this process finds no file.
    """
    points, worlds = (executor, SERIAL) if len(missing) > 1 else (SERIAL, executor)
    told = progress if points == SERIAL else None  # other processes cannot tell this one
    play = partial(_play, plan, folder.resolve(), worlds, told)
    names = dict(missing)
    for number, error in points.map(play, missing, ahead=64):
        if error is None and not point_file(folder, names[number]).is_file():
            raise OSError(f"{folder}: is no folder that the workers share with this process")
        yield number, error


def _play(
    plan: Plan,
    folder: Path,
    executor: Executor,
    progress: Callable[[float], None] | None,
    point: tuple[int, str],
) -> tuple[int, str | None]:
    """Play a point and keep it; return its number, and its error if it failed.

    Raises:
        OSError: when it cannot be kept: that is no fault of the point.
        NotWantedError: when this process was told to stop.
    """
    number, name = point
    key, values = plan.keys[number], plan.rows[number]
    own = run_folder(folder, name) if plan.keeps_runs else None
    try:
        changes, configuration = plan.changes(values), plan.configuration(values)
        played = play_point(key, changes, configuration, own, executor, progress)
    except (OSError, NotWantedError):
        raise
    except ScenarioError as error:
        return number, "; ".join(map(str, error.problems))
    except Exception as error:  # whatever it is, the other points go on
        return number, f"{type(error).__name__}: {error}"
    played.write(point_file(folder, name))
    return number, None


def _publish(
    plan: Plan,
    folder: Path,
    names: Mapping[int, str],
    failures: Mapping[int, str],
    seconds: float,
    draw: Callable[[Sweep, Path], None] | None,
) -> None:
    """Write what stands over all points, the manifest last."""
    draft = folder / DRAFT
    try:
        draft.mkdir()
        rows = [plan.parameters(values) for values in plan.rows]
        digest = write_tables(draft, folder, rows, names, failures)
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
        (draft / MANIFEST).write_text(
            json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
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
    before = _read_plan(folder)
    changes = plan.changes_since(before)
    if changes and not plan.extends(before):
        rule = f"holds a sweep that was planned otherwise, as told below; {_ADVICE}"
        raise ScenarioError(Problem(SWEEP_FOLDER, rule, repr(str(folder))), *changes)


def _read_plan(folder: Path) -> dict[str, Any]:
    """Return the data of the plan that a folder's sweep has.

    Raises:
        ScenarioError: when it cannot be read.
    """
    try:
        return read_stated(folder / PLAN)
    except ScenarioError as error:
        why = "; ".join(each.rule for each in error.problems)
        rule = f"holds a damaged {PLAN} ({why}); {_ADVICE}"
        raise problem(SWEEP_FOLDER, rule, str(folder)) from None


def replaced_by(folder: Path) -> str:
    """Return in words what steps aside until the sweep in a folder is complete, if something does.

    It begins with a blank, to follow other words.
    """
    return f" What it replaces lies in {aside(folder)}." if aside(folder).is_dir() else ""


def _write_plan(plan: Plan, folder: Path) -> None:
    with whole(folder / PLAN) as draft:
        text = json.dumps(plan.data, indent=2, ensure_ascii=False)
        draft.write_text(text + "\n", encoding="utf-8")
