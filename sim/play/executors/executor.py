"""What an executor is: a place where a function is called on many inputs.

A loop hands it a function and inputs, and gets the results in the order of the inputs; where they
are worked out, it does not know. What this leaves out, on purpose, is any result: it is the same
from every executor.
"""

from __future__ import annotations

import os
import pickle
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Protocol, Self, TypeVar

MOST_WORKERS = 8

Input = TypeVar("Input")
Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class Executor(ABC):
    """Somewhere to call a function on many inputs.

    Attributes:
        takes_address: whether it can be told where it is.
        starts_at_once: whether a few seconds of work are worth its start, on this machine.
        workers: how many inputs it works on at once.
    """

    takes_address: ClassVar[bool] = False
    starts_at_once: ClassVar[bool] = False
    workers: int

    @classmethod
    @abstractmethod
    def asked_for(cls, workers: int | None, address: str | None) -> Self:
        """Return the executor that settings ask for.

        Args:
            workers: how many inputs to work on at once; None: as many as it can.
            address: where it is; None unless it takes one.

        Raises:
            ScenarioError: when it cannot be had, and what it would take.
        """

    @abstractmethod
    def map(
        self, function: Callable[[Input], Result], inputs: Iterable[Input], ahead: int = 2
    ) -> Iterator[Result]:
        """Yield the results of a function in the order of its inputs.

        Args:
            function: what to call: one that can be pickled, as a module's own can.
            inputs: what to call it with; taken as they are needed.
            ahead: how many inputs a worker may be given beyond the one whose result the reader
                waits for, so that memory does not grow with their number.

        Raises:
            ChildProcessError: when a process died, as it does where memory runs out.
            Exception: what the function raises, as it raises it.
        """

    @property
    def workers_here(self) -> int:
        """Return how many processes of this machine work: they need its memory."""
        return self.workers


def usable_workers(asked: int | None) -> int:
    """Return how many processes to use: as asked, else the usable cores, at most 8."""
    if asked is not None:
        return asked
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MOST_WORKERS)


class Promise(Protocol[Result_co]):
    """A result to come."""

    def result(self) -> Result_co:
        """Return it once it is there, or raise what was raised instead."""


def in_order(
    submit: Callable[[Input], Promise[Result]], inputs: Iterable[Input], ahead: int
) -> Iterator[Result]:
    """Yield results in the order of the inputs, so many of them handed out ahead of the reader."""
    waiting: deque[Promise[Result]] = deque()
    for each in inputs:
        waiting.append(submit(each))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@dataclass(frozen=True)
class Packed:
    """A function on its way to other processes, pickled once however often it is sent."""

    data: bytes

    @classmethod
    def of(cls, function: Callable[[Any], Any]) -> Packed:
        """Return a function packed, with all that is bound to it."""
        return cls(pickle.dumps(function, pickle.HIGHEST_PROTOCOL))

    def __call__(self, each: Any) -> Any:
        """Call it, unpacked once for the inputs that follow one another."""
        return _unpacked(self.data)(each)


@lru_cache(maxsize=1)
def _unpacked(data: bytes) -> Callable[[Any], Any]:
    return pickle.loads(data)


_is_told: Callable[[], bool] = lambda: False  # noqa: E731  (a worker puts its own here)


def told_to_stop() -> bool:
    """Return whether what this process works on is wanted no more: false outside of workers."""
    return _is_told()


def stop_when(is_told: Callable[[], bool]) -> None:
    """Let this process ask so whether it is told to stop."""
    global _is_told  # noqa: PLW0603
    _is_told = is_told
