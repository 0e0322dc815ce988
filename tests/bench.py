"""How fast and how large: worlds per second in one process, cold runs, memory. `make bench`.

Figures are for people to read: they differ from machine to machine and from hour to hour, so no
test asserts them. Run it on an idle machine.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.markup import escape
from rich.table import Table

PARLEY = (sys.executable, "-m", "sim")
SITTINGS = 8
MIB = 2**20
ONE_FORM = ["forms=[single_text]"]
NOTHING_KNOWN = [*ONE_FORM, "evidence=none", "record=null"]


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds, and the peak of memory in bytes, all its processes together."""

    seconds: float
    memory: int


def main() -> None:
    """Measure, and print a row as soon as it is known."""
    table = Table(title=f"{usable_cores()} usable cores, {processor()}, {versions()}")
    table.add_column("what")
    table.add_column("measured", justify="right")
    for what, measured in rows():
        print(f"{what}: {measured}", file=sys.stderr)
        table.add_row(escape(what), measured)
    Console(width=100).print(table)


def rows() -> Iterator[tuple[str, str]]:
    """Yield what was measured, in words."""
    for protocol in ("single_text", "offers"):
        speed = worlds_per_second(protocol)
        yield f"worlds/s on one core, {protocol}, median of {SITTINGS} batches", f"{speed:,.0f}"
    helped = min(cost([*PARLEY, "--help"]).seconds for _ in range(3))
    yield "parley --help, best of 3", f"{helped:.2f} s"
    for draws, asked in (
        (1_000, []),
        (1_000, ONE_FORM),
        (1_000, NOTHING_KNOWN),
        (10_000, ONE_FORM),
    ):
        with TemporaryDirectory() as folder:
            run = cold_run(Path(folder, "run"), draws, asked)
            size = Path(folder, "run", "worlds.parquet").stat().st_size
        what = " ".join(["parley run", *asked])
        yield f"{what}, {10 * draws:,} worlds, cold, figures included", f"{run.seconds:.1f} s"
        yield "  peak memory of all its processes", f"{run.memory / MIB:,.0f} MiB"
        yield "  size of its worlds table", f"{size / MIB:.1f} MiB"
    with TemporaryDirectory() as folder:
        swept = large_sweep(Path(folder, "sweep"))
    yield f"parley sweep {ONE_FORM[0]}, 100 x 1,000 worlds, cold", f"{swept.seconds:.1f} s"
    yield "  peak memory of all its processes", f"{swept.memory / MIB:,.0f} MiB"


def worlds_per_second(protocol: str) -> float:
    """Return worlds per second of processor time, over several thousand of the default scenario.

    Processor time, because other work on the machine then counts less. The first sitting, which
    also pays for imports, is left out.
    """
    from sim.play.ensemble import Ensemble, play_worlds
    from sim.settings.configuration import configure

    scenario = configure([f"protocol={protocol}"]).scenario
    ensemble = Ensemble(scenario, seed=0, draws=3_000, replications=10)
    speeds = []
    for worlds in islice(ensemble.sittings(), 1 + SITTINGS):
        started = time.process_time()
        record = play_worlds(ensemble, worlds)
        speeds.append(len(record.world) / (time.process_time() - started))
    return median(speeds[1:])


def cold_run(folder: Path, draws: int, asked: Sequence[str]) -> Cost:
    """Return what a whole run of 10 replications took, in a process of its own."""
    return cost([*PARLEY, "run", f"ensemble.draws={draws}", f"hydra.run.dir={folder}", *asked])


def large_sweep(folder: Path) -> Cost:
    """Return what a Sobol design of 100 points over two numbers took."""
    ranges = ["actors.ukraine.no_deal=0.2:0.7", "actors.us.no_deal=0.1:0.5"]
    design = ["--design", "sobol", "--points", "100"]
    size = ["ensemble.draws=100", "ensemble.workers=2", f"hydra.sweep.dir={folder}"]
    return cost([*PARLEY, "sweep", *ranges, *design, *size, *ONE_FORM])


def cost(command: Sequence[str]) -> Cost:
    """Run a command and return what it took.

    Raises:
        CalledProcessError: when it fails.
    """
    started, peak, over = time.perf_counter(), [0], threading.Event()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)

    def watch() -> None:
        while not over.wait(0.05):
            peak[0] = max(peak[0], memory_of_session(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - started
    over.set()
    watcher.join()
    if code:
        raise subprocess.CalledProcessError(code, command)
    return Cost(seconds, peak[0])


def memory_of_session(session: int) -> int:
    """Return the bytes that the processes of a session hold; pages that they share count once.

    0 where the system does not tell (it does on Linux).
    """
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[3]) == session:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) * 1024 for line in lines if "Pss:" in line)
        except (OSError, StopIteration):  # it ended while we looked
            continue
    return total


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """Return the kind of processor, as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def versions() -> str:
    """Return the versions that matter most for speed."""
    import numpy as np

    return f"Python {platform.python_version()}, numpy {np.__version__}"


if __name__ == "__main__":
    main()
