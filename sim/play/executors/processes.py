"""Processes of this machine that work for this one, leave interrupts to it, and end with it."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
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
from sim.play.executors.scratch import scratch, temporaries_in, too_long_for_sockets
from sim.play.executors.script import ALONE, can_have_workers, tell
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

        So is all where the script cannot be imported by other processes, or none can be reached.
        """
        from concurrent.futures.process import BrokenProcessPool

        coming = iter(inputs)
        first = list(islice(coming, 2))
        if len(first) < 2 or not can_have_workers() or not _can_be_reached():
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


def _can_be_reached() -> bool:
    """Return whether other processes can be reached by sockets; say in a line why not."""
    if too_long := too_long_for_sockets():
        tell(f"TMPDIR is a path {too_long} bytes too long for sockets: {ALONE}, set TMPDIR=/tmp")
    return not too_long


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool; where its user stops early, its processes are told so and waited for."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    get_ready()
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    temporary = scratch()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(stop, temporary))
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

    if "forkserver" in multiprocessing.get_all_start_methods() and not too_long_for_sockets():
        forkserver.set_forkserver_preload(["sim.talks.model", "sim.show.figures"])
        with deaf_children(), temporaries_in(scratch()):
            forkserver.ensure_running()


def _begin(stop: Event, temporary: Path) -> None:
    """Make this process a worker; `temporary` is the folder of the one it works for."""
    stop_when(stop.is_set)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, args=(temporary,), daemon=True).start()


def _end_with_the_parent(temporary: Path) -> None:
    """End this process when the one that started it is gone, killed without a word.

    What that one could not take away any more goes too.
    """
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    shutil.rmtree(temporary, ignore_errors=True)
    os._exit(1)
