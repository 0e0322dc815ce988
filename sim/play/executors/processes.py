"""Processes of this machine that work for this one, leave interrupts to it, and end with it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, ClassVar, Self

from sim.play.executors.executor import (
    Executor,
    Input,
    Packed,
    Result,
    in_order,
    stop_when,
    usable_workers,
)
from sim.play.executors.script import can_have_workers
from sim.play.interrupts import deaf_children, interrupts_held

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.synchronize import Event


_DIED = (
    "a process that played worlds died (the system may be out of memory; try ensemble.workers=1)"
)


@dataclass(frozen=True)
class Processes(Executor):
    """So many processes, started for each `map` and gone after it."""

    workers: int

    starts_at_once: ClassVar[bool] = True

    @classmethod
    def asked_for(cls, workers: int | None, address: str | None) -> Self:
        """Return as many processes as are asked for, else the usable cores, at most 8."""
        return cls(usable_workers(workers))

    def map(
        self, function: Callable[[Input], Result], inputs: Iterable[Input], ahead: int = 2
    ) -> Iterator[Result]:
        """Yield the results; a single input is not worth a process, and is worked on here.

        So is all where the script cannot be imported by other processes.
        """
        from concurrent.futures.process import BrokenProcessPool

        coming = iter(inputs)
        first = list(islice(coming, 2))
        if len(first) < 2 or not can_have_workers():
            yield from map(function, chain(first, coming))
            return
        call = Packed.of(function)
        with _pool(self.workers) as pool:

            def submit(each: Input) -> Future[Result]:
                try:
                    with interrupts_held():  # one would lose the process just being started
                        return pool.submit(call, each)
                except (EOFError, ConnectionError):  # the server that forks them is gone
                    raise ChildProcessError(_DIED) from None

            try:
                yield from in_order(submit, chain(first, coming), ahead * self.workers)
            except BrokenProcessPool:
                raise ChildProcessError(_DIED) from None


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool; where its user stops early, its processes are told so and waited for."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    get_ready()
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(stop,))
    try:
        yield pool
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def get_ready() -> None:
    """Start the process that forks the others, deaf to interrupts, as its forks are then too.

    It imports what they will need while this one goes on.
    """
    import multiprocessing
    from multiprocessing import forkserver

    if "forkserver" in multiprocessing.get_all_start_methods():
        forkserver.set_forkserver_preload(["sim.talks.model", "sim.show.figures"])
        with deaf_children():
            forkserver.ensure_running()


def _begin(stop: Event) -> None:
    """Make this process a worker."""
    stop_when(stop.is_set)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    """End this process when the one that started it is gone, killed without a word."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
