"""What every executor must keep to. One that is added to `EXECUTORS` is tested here unasked."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.play.executors import EXECUTORS, SERIAL, Executor, executor_of
from sim.runs.folder import DRAFT
from sim.runs.results import simulate
from tests.command import PATIENCE, parley, small_file, start, wait_until, wait_until_all_gone
from tests.play.executors.work import die_at_three, fail_at_three, plus
from tests.small import small_tree

every_executor = pytest.mark.parametrize("kind", EXECUTORS)
elsewhere = pytest.mark.parametrize("kind", [kind for kind in EXECUTORS if kind != "serial"])


def of_two(kind: str) -> Executor:
    """Return an executor with two workers, if it can have as many."""
    return SERIAL if kind == "serial" else executor_of(kind, workers=2)


def workers_of(kind: str) -> list[str]:
    return [f"ensemble.workers={of_two(kind).workers}"]


def longer_when_small(number: int) -> int:
    return max(number, *(0 for _ in range(100_000 * (20 - number))))


def die_once(folder: Path, number: int) -> int:
    """Kill the process that works on the third input, unless one was killed before."""
    died = folder / "died"
    if number == 3 and not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def others() -> set[int]:
    """Return the processes that this one has started and that still run."""
    found = set()
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = file.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.add(int(file.parent.name))
    return found


@every_executor
def test_results_are_those_of_the_function_in_the_order_of_the_inputs(kind):
    assert list(of_two(kind).map(partial(plus, 100), range(20))) == list(range(100, 120))
    assert list(of_two(kind).map(longer_when_small, range(20))) == list(range(20))


@every_executor
@pytest.mark.parametrize("count", [0, 1])
def test_few_inputs_have_as_few_results(kind, count):
    assert list(of_two(kind).map(partial(plus, 1), range(count))) == [1][:count]


@every_executor
def test_inputs_are_taken_a_bounded_number_ahead_of_the_reader(kind):
    taken: list[int] = []

    def inputs() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    executor = of_two(kind)
    results = executor.map(partial(plus, 0), inputs(), ahead=2)
    for number in range(5):
        assert next(results) == number
        assert len(taken) <= number + 1 + 2 * executor.workers
    del results


@every_executor
def test_an_error_of_the_function_arrives_as_itself_in_its_place(kind):
    results = of_two(kind).map(fail_at_three, range(9))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ScenarioError, match="must not be three") as caught:
        next(results)
    assert caught.value.problems[0].field == "number"


@elsewhere
def test_a_killed_worker_changes_no_result_or_is_told(kind, tmp_path):
    dies = partial(die_once, tmp_path)
    with suppress(ChildProcessError):
        assert list(of_two(kind).map(dies, range(9))) == list(range(9))
    assert (tmp_path / "died").exists()


@elsewhere
def test_what_kills_every_worker_is_told_at_last(kind):
    with pytest.raises(ChildProcessError, match="out of memory"):
        list(of_two(kind).map(die_at_three, range(9)))


@elsewhere
def test_no_process_outlives_the_map_whether_it_was_read_to_its_end_or_not(kind):
    list(executor_of("processes", workers=2).map(partial(plus, 0), range(3)))
    before = others()  # what Python keeps for all processes to come
    list(of_two(kind).map(partial(plus, 0), range(9)))
    results = of_two(kind).map(partial(plus, 0), range(1000))
    assert next(results) == 0
    results.close()
    assert others() <= before


@every_executor
def test_a_run_has_the_digest_of_one_process(kind):
    asked: dict[str, Any] = {"draws": 700, "replications": 3, "seed": 4}
    alone = simulate(small_tree(), **asked)
    here = simulate(small_tree(), **asked, executor=kind, workers=of_two(kind).workers)
    assert here.manifest["digest"] == alone.manifest["digest"]


@every_executor
def test_the_command_takes_it_by_name_and_gives_the_same_worlds(kind, tmp_path):
    small_file(tmp_path)
    asked = ["run", "scenario=well.yaml", "ensemble.draws=300", f"executor={kind}"]
    done = parley(*asked, *workers_of(kind), "hydra.run.dir=run", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    again = parley("reproduce", "run", "--workers", 1, cwd=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")


def half_way(kind: str, folder: Path) -> subprocess.Popen[str]:
    """Start a run that would take very long; return it once worlds are written."""
    small_file(folder)
    asked = ["ensemble.draws=1000000", "ensemble.replications=1", *workers_of(kind)]
    run = ["run", "scenario=well.yaml", f"executor={kind}", "hydra.run.dir=run", *asked]
    process = start(*run, cwd=folder)
    table = folder / "run" / DRAFT / "worlds.parquet"
    wait_until(lambda: table.is_file() and table.stat().st_size > 50_000, process)
    return process


@every_executor
def test_an_interrupted_run_ends_with_130_and_leaves_no_file_and_no_process(kind, tmp_path):
    process = half_way(kind, tmp_path)
    os.killpg(process.pid, signal.SIGINT)  # to all of them, as a terminal does
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (130, "")
    assert err == "parley: interrupted; nothing unfinished was kept\n"
    assert [item.name for item in tmp_path.iterdir()] == ["well.yaml"]
    wait_until_all_gone(process.pid)


@every_executor
def test_a_killed_run_leaves_no_process_and_nothing_that_looks_whole(kind, tmp_path):
    process = half_way(kind, tmp_path)
    process.kill()
    process.communicate(timeout=PATIENCE)
    wait_until_all_gone(process.pid)
    assert list(tmp_path.rglob("manifest.json")) == []
