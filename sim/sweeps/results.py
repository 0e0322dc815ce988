"""Points played into a sweep: in a folder, or in one that lasts as long as the sweep itself.

The command and Python play a sweep by the same call.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.errors import ScenarioError, problem
from sim.play.ensemble import refuse_if_too_large
from sim.play.executors.scratch import scratch
from sim.runs.results import configured, ensemble_of
from sim.settings import configuration as config
from sim.settings.configuration import Configuration
from sim.settings.grammar import SCENARIO, Varied
from sim.sweeps.designs import kind_of
from sim.sweeps.findings import figure_of
from sim.sweeps.folder import complete, sweep_folder
from sim.sweeps.plans import Plan
from sim.sweeps.studies import plan_over
from sim.sweeps.sweep import Sweep

Watch = Callable[[Path], AbstractContextManager[Callable[[float], None]]]
Values = Sequence[Any]


def sweep(
    scenario: config.Source,
    vary: Mapping[str, Values],
    design: str | None = None,
    points: int | None = None,
    draws: int = 1000,
    replications: int = 10,
    seed: int = 0,
    workers: int | None = 1,
    protocol: str | None = None,
    tactic: str | None = None,
    folder: str | Path | None = None,
    executor: str | Mapping[str, str] | None = None,
) -> Sweep:
    """Play many points of a scenario, as `parley sweep` does: the same points, the same worlds.

    Args:
        scenario: a scenario, its name, the path of its file, or the same as a mapping.
        vary: for each path a list of values, which are crossed, or a tuple (low, high), a range
            that the design fills.
        design: how ranges are filled: "grid", "lhs" or "sobol"; None: a grid.
        points: for a grid the values of each range, else the points in all; None: 5, or 64.
        draws: draws of what is not known, at each point.
        replications: worlds of each draw.
        seed: root of all randomness; all points share it unless it varies.
        workers: as in `simulate`; a worker plays whole points.
        protocol: how they talk, where not as the scenario says.
        tactic: how every actor asks and answers, where not as the scenario says of each.
        folder: where to write, or to go on with the same sweep; None: into a temporary folder,
            which is gone with the sweep that is returned, or when Python ends.
        executor: as in `simulate`.

    Raises:
        ScenarioError: when anything that is asked for is wrong, the folder holds something else,
            memory or disk cannot hold a point, or the executor cannot be had.
        ChildProcessError: when a process died.

    >>> found = sweep("geneva_2025", {"protocol": ["offers", "single_text"]}, draws=10)
    >>> found.index[["point", "protocol", "status"]].values.tolist()
    [[0, 'offers', 'done'], [1, 'single_text', 'done']]
    """
    base = configured(scenario, draws, replications, seed, workers, protocol, tactic, executor)
    plan = _planned(base, vary, design, points)
    if folder is not None:
        return sweep_into(Path(folder), plan, draw=figure_of(None))[0]
    place = TemporaryDirectory(prefix="sweep_", dir=scratch())
    try:
        played, _ = sweep_into(Path(place.name), plan)
    except BaseException:
        place.cleanup()
        raise
    weakref.finalize(played, place.cleanup)
    return played


@contextmanager
def _unwatched(_: Path) -> Iterator[Callable[[float], None]]:
    yield lambda _: None


def sweep_into(
    folder: Path | None,
    plan: Plan,
    force: bool = False,
    watch: Watch = _unwatched,
    draw: Callable[[Sweep, Path], None] | None = None,
) -> tuple[Sweep, int]:
    """Play the points of a plan that are not done yet; return the sweep, and how many were played.

    Args:
        folder: where; None: a new one of its own, outputs/sweeps/<name>/<date>_<time>.
        plan: what is to be done.
        force: whether to start afresh where a sweep stands.
        watch: entered while points are played, with the folder; gives what to tell the number of
            points done.
        draw: called at the end to draw figures of the sweep into a folder.

    Raises:
        ScenarioError: when the folder cannot be used, memory or disk cannot hold a point, or the
            executor cannot be had.
        OSError: when the folder cannot be written; finished points are kept.
        ChildProcessError: when a process died; finished points are kept.
    """
    executor = plan.base.settings.place()
    first = ensemble_of(plan.configuration(plan.rows[0]))
    refuse_if_too_large(first, executor, folder or Path("outputs"))
    with sweep_folder(plan, folder, force) as own, watch(own) as progress:
        return complete(plan, own, executor, progress, draw)


def _planned(
    base: Configuration, vary: Mapping[str, Values], design: str | None, points: int | None
) -> Plan:
    """Return the plan of what varies over a configuration, checked."""
    if SCENARIO in vary:
        raise problem("vary", "cannot have the scenario: sweep each by itself", vary[SCENARIO])
    values = {path: config.plain(each) for path, each in vary.items()}
    ranges = {path: _range(path, values[path]) for path in vary if isinstance(vary[path], tuple)}
    choices = {path: _choices(path, values[path]) for path in vary if path not in ranges}
    if not ranges and all(len(each) == 1 for each in choices.values()):
        rule = "has nothing that varies: give {path: [values]} or {path: (low, high)}"
        raise problem("vary", f"{rule}, or use sim.simulate", dict(vary))
    varied = Varied((), choices, ranges, None, None)
    try:
        kind = kind_of(design) if design is not None else None
        plan = plan_over({"": base}, varied, kind, points)
        plan.checked()
    except ScenarioError as error:  # options of the command are arguments here
        named = (replace(each, field=each.field.removeprefix("--")) for each in error.problems)
        raise ScenarioError(*named) from None
    return plan


def _range(path: str, ends: list[Any]) -> tuple[str, str]:
    """Return the ends of a range as they are written on a command line."""
    if len(ends) != 2 or not all(type(end) in (int, float) for end in ends):
        rule = "must be a range (low, high) of two numbers, or a list of values to cross"
        raise problem(path, rule, tuple(ends))
    return str(ends[0]), str(ends[1])


def _choices(path: str, values: Any) -> tuple[Any, ...]:
    if not isinstance(values, list):
        raise problem(path, "must be a list of values to cross, or a range (low, high)", values)
    return tuple(values)
