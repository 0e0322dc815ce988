"""How long work will take, said once, before it takes long, with what would make it shorter.

The first of it tells, whatever it is: worlds of a run, or points of a sweep. That all of it takes
alike is assumed, and that workers have as much in hand as the first of them gave back.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

from sim.bargaining.tactics.equilibrium import Equilibrium
from sim.play.ensemble import Ensemble
from sim.play.executors import Executor

LONG = 120.0  # seconds, before which nobody needs to be told
_ENOUGH = 10.0  # seconds of work by which the rest can be told
_HOUR, _MINUTE = 3600, 60
_SLOW = Equilibrium.name


def told_if_long(
    total: float,
    workers: int,
    shorter: Callable[[float], Sequence[str]],
    progress: Callable[[float], None] | None = None,
    begun: float = 0.0,
    clock: Callable[[], float] = time.monotonic,
) -> Callable[[float], None]:
    """Return what to tell the amount of work done: it says in a line how long the rest will take.

    Args:
        total: how much work there is.
        workers: how many work on it at once.
        shorter: given the share of the work that two minutes would do; what would shorten it.
        progress: told the same.
        begun: how much of it was done before.
        clock: seconds, from any start.
    """
    started, first, is_told = clock(), 0.0, False

    def tell(done: float) -> None:
        nonlocal first, is_told
        if progress:
            progress(done)
        gained, now = done - begun, clock() - started
        first = first or gained
        if is_told or gained <= 0 or now < _ENOUGH:
            return
        is_told = True
        at_work = min(total - begun, gained + (workers - 1) * first)
        left = now * (total - begun - gained) / at_work
        if left > LONG:
            hints = shorter(LONG / (now + left))
            logging.getLogger("sim").warning(
                "parley: about %s more; shorter with %s", in_words(left), ", or ".join(hints)
            )

    return tell


def in_words(seconds: float) -> str:
    """Return how long something takes, as people say it.

    >>> in_words(130), in_words(3700), in_words(30 * 3600)
    ('2 minutes', '1.0 hours', '30 hours')
    """
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} minutes"
    hours = seconds / _HOUR
    return f"{hours:.1f} hours" if hours < 10 else f"{hours:,.0f} hours"


def run_told_if_long(
    ensemble: Ensemble, executor: Executor, progress: Callable[[int], None] | None = None
) -> Callable[[float], None]:
    """Return what to tell the worlds of a run that are done, as `told_if_long`."""
    return told_if_long(
        ensemble.worlds,
        executor.workers,
        partial(shorter_with, ensemble, executor.workers),
        cast("Callable[[float], None] | None", progress),
    )


def shorter_with(ensemble: Ensemble, workers: int, share: float) -> list[str]:
    """Return settings that shorten a run or a sweep: draws for two minutes, and what else helps.

    >>> from sim.settings.configuration import load_scenario
    >>> shorter_with(Ensemble(load_scenario("geneva_2025"), 0, 1000, 10), 64, 0.125)
    ['ensemble.draws=120', 'tactic=time_based']
    """
    fewer = max(1, int(ensemble.draws * share))
    forms = ensemble.scenario.in_forms.values()
    slow = _SLOW in {actor.tactic for form in forms for actor in form.actors.values()}
    cores = os.cpu_count() or 1
    return [
        f"ensemble.draws={_rounded(fewer)}",
        *(["tactic=time_based"] if slow else []),
        *([f"ensemble.workers={cores}"] if workers < cores else []),
    ]


def _rounded(number: int) -> int:
    """Return a whole number with two figures, rounded down."""
    unit = 10 ** max(0, len(str(number)) - 2)
    return number // unit * unit
