"""Processes that work for this one, leave interrupts to it, and end with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.synchronize import Event
from typing import Any, TypeVar

from sim.play.interrupts import interrupts_held

Input = TypeVar("Input")
Result = TypeVar("Result")


def in_processes(
    function: Callable[[Input], Result],
    inputs: Iterable[Input],
    processes: int,
    start: Callable[..., None],
    given: tuple[Any, ...],
    ahead: int,
) -> Iterator[Result]:
    """Yield the results of a function in the order of its inputs.

    Args:
        function: called in the processes; a module's own.
        inputs: what it is called with.
        processes: how many.
        start: called first in each process.
        given: what `start` is called with.
        ahead: how many inputs are handed out beyond the one whose result the reader waits for.

    Raises:
        ChildProcessError: when a process died, as it does where memory runs out.
    """
    with _pool(processes, start, given) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for each in inputs:
                with interrupts_held():  # an interrupt would lose the process just being started
                    waiting.append(pool.submit(function, each))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            hint = "the system may be out of memory; try ensemble.workers=1"
            raise ChildProcessError(f"a process that played worlds died ({hint})") from None


def told_to_stop() -> bool:
    """Return whether what this process works on is wanted no more: false outside of workers."""
    return _stop is not None and _stop.is_set()


@contextmanager
def _pool(
    processes: int, start: Callable[..., None], given: tuple[Any, ...]
) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool; where its user stops early, its processes are told so and waited for."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        _start_the_server()
    stop = context.Event()
    pool = ProcessPoolExecutor(
        processes, context, initializer=_begin, initargs=(stop, start, given)
    )
    try:
        yield pool
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _start_the_server() -> None:
    """Start the process that forks the others, deaf to interrupts, as its forks are then too."""
    from multiprocessing import forkserver, resource_tracker

    forkserver.set_forkserver_preload(["sim.talks.model"])
    resource_tracker.ensure_running()  # on its own, because it would let interrupts in again
    with interrupts_held():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # children inherit it
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


_stop: Event | None = None


def _begin(stop: Event, start: Callable[..., None], given: tuple[Any, ...]) -> None:
    """Make this process a worker."""
    global _stop  # noqa: PLW0603
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    start(*given)


def _end_with_the_parent() -> None:
    """End this process when the one that started it is gone, killed without a word."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
