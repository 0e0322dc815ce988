"""This process alone: one input after another, each when its result is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from sim.errors import problem
from sim.play.executors.executor import Executor, Input, Result


@dataclass(frozen=True)
class Serial(Executor):
    """This process and no other."""

    workers = 1

    @classmethod
    def asked_for(cls, workers: int | None, address: str | None) -> Self:
        """Return it; more than one worker it cannot have."""
        if workers not in (None, 1):
            raise problem("ensemble.workers", "must be 1 or null with executor=serial", workers)
        return cls()

    def map(
        self, function: Callable[[Input], Result], inputs: Iterable[Input], ahead: int = 0
    ) -> Iterator[Result]:
        """Yield each result when it is asked for; nothing is done ahead."""
        return map(function, inputs)
