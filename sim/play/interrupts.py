"""Interrupts that wait until what must not be cut in two is done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let an interrupt wait until the end.

    A blocked signal is not enough: the threads of numerical libraries would take it for us.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # interrupts come to the main thread only
        return
    held: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Let the processes and threads that are started meanwhile never hear an interrupt."""
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # on its own, because it would let interrupts in again
    with interrupts_held():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # children inherit it
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
