"""Processes give their results in order, stop when told to, and never outlive what started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from itertools import count
from multiprocessing import forkserver
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.play.executors import executor_of, told_to_stop
from sim.play.executors.processes import Processes
from tests.play.executors.work import die_at_three, fail_at_three, plus

TWO = Processes(2)


def who(_: int) -> int:
    return os.getpid()


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


def test_no_process_is_left_at_the_end():
    assert list(TWO.map(partial(plus, 100), range(20))) == list(range(100, 120))
    assert multiprocessing.active_children() == []


def test_no_process_is_left_after_an_error():
    results = TWO.map(fail_at_three, range(9), ahead=9)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ScenarioError, match="must not be three"):
        next(results)
    assert multiprocessing.active_children() == []


def test_the_death_of_a_worker_is_reported():
    with pytest.raises(ChildProcessError, match="out of memory"):
        list(TWO.map(die_at_three, range(9), ahead=9))
    assert multiprocessing.active_children() == []


def numbers_and_then_the_end_of_the_server() -> Iterator[int]:
    """Count on; once processes are being forked, kill what forks them, and count on."""
    killed = False
    for number in count():
        if not killed and number > 3 and (server := forkserver._forkserver._forkserver_pid):
            os.kill(server, signal.SIGKILL)
            killed = True
        yield number


def test_the_death_of_what_forks_the_workers_is_reported():
    results = TWO.map(partial(plus, 100), numbers_and_then_the_end_of_the_server(), ahead=1)
    with pytest.raises(ChildProcessError, match="a process that played worlds died"):
        for _ in results:  # without end, unless it is told
            pass
    assert multiprocessing.active_children() == []


def test_what_is_at_work_when_the_reader_stops_early_is_told_so(tmp_path):
    results = TWO.map(end_when_told, [tmp_path / "first", tmp_path / "second"], ahead=1)
    next(results)
    results.close()
    assert (tmp_path / "told").exists()
    assert multiprocessing.active_children() == []


def test_nobody_is_told_to_stop_outside_of_a_worker():
    assert not told_to_stop()


def test_a_single_input_is_worked_on_here_and_more_are_not():
    assert list(TWO.map(who, range(1))) == [os.getpid()]
    assert os.getpid() not in list(TWO.map(who, range(2)))


def test_they_are_as_many_as_asked_for_else_the_cores_up_to_eight():
    assert Processes.asked_for(3, None) == Processes(3)
    assert 1 <= Processes.asked_for(None, None).workers <= 8
    assert executor_of(workers=3) == Processes(3)
