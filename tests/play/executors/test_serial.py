"""One process alone: nothing before it is asked for."""

import pytest

from sim.errors import ScenarioError
from sim.play.executors import SERIAL, executor_of


def test_nothing_is_done_before_its_result_is_asked_for():
    done: list[int] = []
    results = SERIAL.map(done.append, range(3))
    assert done == []
    next(results)
    assert done == [0]


def test_it_cannot_have_more_than_one_worker():
    assert executor_of("serial") == executor_of("serial", workers=1) == SERIAL
    with pytest.raises(ScenarioError, match=r"ensemble\.workers: must be 1 or null"):
        executor_of("serial", workers=2)


def test_it_is_what_one_worker_is_without_a_name():
    assert executor_of(workers=1) == SERIAL
