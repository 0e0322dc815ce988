"""Where inputs are worked on: in this process, in others of this machine, or on a cluster.

A new executor is one file beside these and one line in `EXECUTORS`; the contract test is then
held to it.
"""

from __future__ import annotations

from sim.play.executors.dask import Dask
from sim.play.executors.executor import Executor, told_to_stop, usable_workers
from sim.play.executors.processes import Processes
from sim.play.executors.scratch import clear_what_was_left
from sim.play.executors.serial import Serial

__all__ = ["EXECUTORS", "SERIAL", "Executor", "executor_of", "told_to_stop"]

EXECUTORS: dict[str, type[Executor]] = {
    "serial": Serial,
    "processes": Processes,
    "dask": Dask,
}
SERIAL = Serial()


def executor_of(
    kind: str | None = None, workers: int | None = None, address: str | None = None
) -> Executor:
    """Return an executor by its name in `EXECUTORS`; what killed ones left behind is taken away.

    Args:
        kind: its name; None: processes, where more than one is to work, else this one alone.
        workers: how many inputs to work on at once; None: as many as it can.
        address: where it is, if it takes an address.

    Raises:
        ScenarioError: when it cannot be had, and what it would take.

    >>> executor_of(workers=1)
    Serial()
    >>> executor_of("processes", workers=2)
    Processes(workers=2)
    """
    clear_what_was_left()
    if kind is not None:
        return EXECUTORS[kind].asked_for(workers, address)
    count = usable_workers(workers)
    return Processes(count) if count > 1 else SERIAL
