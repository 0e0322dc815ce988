"""Interrupts that wait until what must not be cut in two is done, and what else ends as they do."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_as_interrupted() -> Iterator[None]:
    """Let a request to end and a terminal that is gone end this process as an interrupt does.

    A terminal that is gone, without a word: there is nobody to read it. Who ignores either, as
    `nohup` does, goes on.
    """
    ends = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) is signal.SIG_DFL]
    for number in ends:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in ends:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, _: FrameType | None) -> None:
    if number == signal.SIGHUP:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as of a shell's background jobs
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


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
        deaf = {signal.SIGINT, signal.SIGHUP}  # which a terminal sends to all of its processes
        before = signal.pthread_sigmask(signal.SIG_BLOCK, deaf)  # children inherit it
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
