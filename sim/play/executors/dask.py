"""The workers of a Dask cluster: one of this machine's own, or one that runs elsewhere.

Dask gives an input to another worker when one dies, so that a run ends with the worlds it would
have had. Rocklin (2015), "Dask: Parallel Computation with Blocked algorithms and Task
Scheduling", https://doi.org/10.25080/Majora-7b98e3ed-013.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from sim.errors import problem
from sim.outside.files import read_bytes
from sim.play.executors.executor import (
    Executor,
    Input,
    Packed,
    Result,
    in_order,
    usable_workers,
)
from sim.play.executors.scratch import scratch
from sim.play.executors.script import can_have_workers
from sim.play.interrupts import deaf_children, interrupts_held

if TYPE_CHECKING:
    from distributed import Client, Future

ADDRESS = "executor.address"
PACKAGE = Path(__file__).parents[2]
_PATIENCE = "5s"  # until a cluster that does not answer is given up on


@dataclass(frozen=True)
class Dask(Executor):
    """A Dask cluster, found at an address or else started for each `map` and gone after it."""

    workers: int
    address: str | None = None

    takes_address: ClassVar[bool] = True

    @classmethod
    def asked_for(cls, workers: int | None, address: str | None) -> Self:
        """Return so many workers of a cluster; by default all that it has.

        Raises:
            ScenarioError: when Dask is not installed, or the cluster cannot be reached, has no
                workers or would play other worlds.
        """
        if find_spec("distributed") is None:
            raise problem("executor", "needs Dask: pip install 'parley-sim[dask]'", "dask")
        if address is None:
            return cls(usable_workers(workers))
        with _connected(address) as client:
            _refuse_another_code(client, address)
            there = sum(client.nthreads().values())
        return cls(min(workers or there, there), address)

    @property
    def workers_here(self) -> int:
        """Return how many processes of this machine work: of a cluster elsewhere, none."""
        return self.workers if self.address is None else 1

    def map(
        self, function: Callable[[Input], Result], inputs: Iterable[Input], ahead: int = 2
    ) -> Iterator[Result]:
        """Yield the results; an input whose worker died is given to another, three times.

        Where the script cannot be imported by a cluster of its own, all is worked on here.
        """
        from distributed import CancelledError, KilledWorker

        if self.address is None and not can_have_workers():
            yield from map(function, inputs)
            return
        call = Packed.of(function)
        with self._client() as client:

            def submit(each: Input) -> Future[Result]:
                return client.submit(call, each, pure=False)  # pure: same input, same result kept

            try:
                yield from in_order(submit, inputs, ahead * self.workers)
            except KilledWorker:
                hint = "the system may be out of memory; try ensemble.workers=1"
                raise ChildProcessError(f"Dask workers that played worlds died ({hint})") from None
            except CancelledError:
                where = f" at {self.address}" if self.address else ""
                raise ChildProcessError(f"the Dask cluster{where} is gone") from None

    @contextmanager
    def _client(self) -> Iterator[Client]:
        if self.address is not None:
            with _connected(self.address) as client:
                yield client
            return
        with ExitStack() as opened:
            with deaf_children():
                address = opened.enter_context(_cluster(self.workers))
            yield opened.enter_context(_connected(address))


@contextmanager
def _cluster(workers: int) -> Iterator[str]:
    """Yield the address of a cluster of this machine, which lasts as long as it is needed.

    Raises:
        ChildProcessError: when it does not start.
    """
    from distributed import LocalCluster

    try:
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,  # and its port is any that is free
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            local_directory=str(scratch()),
            memory_limit=None,  # else it restarts workers by a limit of its own
            silence_logs=logging.CRITICAL + 1,
        )
    except RuntimeError as error:  # a worker died before it was up
        why = str(error).splitlines()[0]
        raise ChildProcessError(f"the Dask cluster did not start ({why})") from None
    try:
        yield cluster.scheduler_address
    finally:
        with interrupts_held():
            cluster.close()


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """Yield a client of the cluster at an address.

    Raises:
        ScenarioError: when it cannot be reached.
    """
    from distributed import Client
    from distributed.comm import resolve_address

    try:
        resolve_address(address)  # it refuses at once what a client would only trip over
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        why = str(error).splitlines()[0]
        raise problem(ADDRESS, f"no Dask cluster can be reached there ({why})", address) from None
    try:
        yield client
    finally:
        with interrupts_held():
            client.close()


def _refuse_another_code(client: Client, address: str) -> None:
    """Refuse a cluster that has no workers, or whose workers would play other worlds.

    Raises:
        ScenarioError: naming what they lack or have otherwise.
    """
    try:
        found = client.run(code)
    except Exception as error:  # what a worker cannot load comes as a bare Exception
        why = str(error).splitlines()[0]
        raise problem(ADDRESS, f"its workers lack what worlds need ({why})", address) from None
    if not found:
        raise problem(ADDRESS, "is a Dask cluster without workers", address)
    here = code()
    for name, version in here.items():
        if other := {each[name] for each in found.values()} - {version}:
            rule = f"its workers have {name} {' and '.join(sorted(other))}, not {version} as here"
            raise problem(ADDRESS, rule, address)


def code() -> dict[str, str]:
    """Return what decides on worlds in this process: versions, and a digest of Parley's code."""
    files = sorted(PACKAGE.rglob("*.py"))
    digest = sha256(b"".join(read_bytes(file) for file in files)).hexdigest()
    versions = {name: metadata.version(name) for name in ("mesa", "numpy", "scipy")}
    return {**versions, "Parley's code": digest[:12]}
