"""Workers give their results in order, stop when told to, and never outlive what started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from sim.errors import ScenarioError, problem
from sim.play.processes import in_processes, told_to_stop

_added = 0


def take(number: int) -> None:
    global _added  # noqa: PLW0603
    _added = number


def add(number: int) -> int:
    return _added + number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise problem("number", "must not be three", number)
    return number


def die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def end_when_told(folder: Path) -> None:
    """Work on and on; the first of two waits for the second to have begun, and is done."""
    if folder.name == "first":
        while not folder.with_name("begun").exists():
            time.sleep(0.01)
        return
    folder.with_name("begun").touch()
    while not told_to_stop():
        time.sleep(0.01)
    folder.with_name("told").touch()


def test_results_come_in_the_order_of_the_inputs_and_workers_know_what_they_were_given():
    results = in_processes(add, range(20), 2, start=take, given=(100,), ahead=4)
    assert list(results) == list(range(100, 120))
    assert multiprocessing.active_children() == []


def test_an_error_arrives_in_its_place():
    results = in_processes(fail_at_three, range(9), 2, start=take, given=(0,), ahead=9)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ScenarioError, match="must not be three"):
        next(results)
    assert multiprocessing.active_children() == []


def test_the_death_of_a_worker_is_reported():
    with pytest.raises(ChildProcessError, match="out of memory"):
        list(in_processes(die_at_three, range(9), 2, start=take, given=(0,), ahead=9))
    assert multiprocessing.active_children() == []


def test_what_is_at_work_when_the_reader_stops_early_is_told_so(tmp_path):
    inputs = [tmp_path / "first", tmp_path / "second"]
    results = in_processes(end_when_told, inputs, 2, start=take, given=(0,), ahead=1)
    next(results)
    results.close()
    assert (tmp_path / "told").exists()
    assert multiprocessing.active_children() == []


def test_nobody_is_told_to_stop_outside_of_a_worker():
    assert not told_to_stop()
