"""Worlds depend on nothing but their scenario, their seed and their place in the ensemble."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tracemalloc
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.play.ensemble import (
    MOST_PARTS,
    WORLDS_AT_ONCE,
    Ensemble,
    drawn_with_forms,
    footprint,
    play,
    play_worlds,
    refuse_if_too_large,
)
from sim.play.executors import SERIAL, Executor
from sim.play.executors.processes import Processes
from sim.runs.results import write_worlds
from sim.scenario.scenario import Scenario
from sim.talks.record import Record
from tests.command import environment
from tests.small import WHY, small_scenario


def ensemble(draws: int, replications: int = 1, seed: int = 0, **changes: object) -> Ensemble:
    return Ensemble(small_scenario(**changes), seed, draws, replications)


def worlds_of(ensemble: Ensemble, executor: Executor = SERIAL) -> dict[str, np.ndarray]:
    return joined(list(play(ensemble, executor)))


def joined(records: list[Record]) -> dict[str, np.ndarray]:
    names = [field.name for field in fields(records[0])]
    columns = {n: np.concatenate([getattr(r, n) for r in records]) for n in names if n != "turns"}
    worlds = [record.world[record.turns.row] for record in records]
    turns = {n: np.concatenate([getattr(r.turns, n) for r in records]) for n in ("actor", "week")}
    return {**columns, "turns": np.column_stack([np.concatenate(worlds), *turns.values()])}


def assert_same(left, right, rows=slice(None)):
    for name in left:
        some = left[name]
        if name == "turns":
            here = np.isin(some[:, 0], left["world"][rows])
            np.testing.assert_array_equal(some[here], right[name])
        else:
            np.testing.assert_array_equal(some[rows], right[name], err_msg=name)


@given(draws=st.integers(1, 5000), replications=st.integers(1, 3000))
def test_batches_hold_every_world_once_in_order_and_never_cut_a_draw(draws, replications):
    some = Ensemble(SMALL, 0, draws, replications)
    batches = list(some.batches())
    assert len(batches) == some.batch_count
    assert batches[0].start == 0
    assert batches[-1].stop == some.worlds
    assert all(a.stop == b.start for a, b in pairwise(batches))
    assert all(batch.start % replications == 0 for batch in batches)


@given(draws=st.integers(1, 5000), replications=st.integers(1, 3000), workers=st.integers(1, 8))
def test_sittings_are_whole_batches_and_leave_no_worker_without_work(draws, replications, workers):
    some = Ensemble(SMALL, 0, draws, replications)
    batches, sittings = list(some.batches()), list(some.sittings(workers))
    assert sittings[0].start == 0
    assert sittings[-1].stop == some.worlds
    assert {sitting.start for sitting in sittings} <= {batch.start for batch in batches}
    assert all(a.stop == b.start for a, b in pairwise(sittings))
    assert len(sittings) >= min(workers, len(batches))
    assert max(map(len, sittings)) <= max(WORLDS_AT_ONCE, some.batch_size)


@given(draws=st.integers(1, 5000), replications=st.integers(1, 3000), workers=st.integers(1, 8))
def test_where_a_draw_takes_long_a_part_of_a_batch_sits_at_once(draws, replications, workers):
    some = Ensemble(LOOKING_AHEAD, 0, draws, replications)
    batches, sittings = list(some.batches()), list(some.sittings(workers))
    assert (sittings[0].start, sittings[-1].stop) == (0, some.worlds)
    assert all(a.stop == b.start for a, b in pairwise(sittings))
    assert {batch.start for batch in batches} <= {sitting.start for sitting in sittings}
    assert all(sitting.start % replications == 0 for sitting in sittings)
    assert len(sittings) <= MOST_PARTS * len(batches)
    assert max(map(len, sittings)) <= max(10, -(-(1000 // replications) // 20)) * replications


def test_worlds_of_a_part_of_a_batch_are_those_of_the_whole():
    some = Ensemble(LOOKING_AHEAD, 3, 60, 2)
    whole = [play_worlds(some, batch) for batch in some.batches()]
    parts = [play_worlds(some, sitting) for sitting in some.sittings()]
    assert (len(whole), len(parts)) == (1, 3)
    assert_same(joined(whole), joined(parts))


@pytest.mark.parametrize("protocol", ["offers", "single_text"])
def test_batches_that_sit_together_go_as_each_goes_alone(protocol):
    some = ensemble(draws=600, replications=4, protocol=protocol)
    together = [play_worlds(some, sitting) for sitting in some.sittings()]
    alone = [play_worlds(some, batch) for batch in some.batches()]
    assert (len(together), len(alone)) == (1, 3)
    assert_same(joined(together), joined(alone))


def test_the_largest_ensemble_is_cut_into_batches_without_listing_them():
    largest = Ensemble(SMALL, 0, 1_000_000, 10_000)
    assert largest.batch_count == 1_000_000
    assert next(largest.batches()) == range(10_000)


def test_two_processes_play_the_worlds_that_one_plays():
    some = ensemble(draws=700, replications=5)
    assert some.batch_count == 4
    assert_same(worlds_of(some), worlds_of(some, TWO))


def test_the_first_draws_of_many_are_those_draws_alone():
    few, many = ensemble(draws=300, replications=2), ensemble(draws=1300, replications=2)
    assert_same(worlds_of(many), worlds_of(few), rows=slice(600))


def test_another_seed_gives_other_worlds():
    one, other = worlds_of(ensemble(draws=100)), worlds_of(ensemble(draws=100, seed=1))
    assert (one["outcome"] != other["outcome"]).any()
    assert not np.array_equal(one["utility"], other["utility"])


def test_progress_is_told_the_worlds_done():
    told: list[int] = []
    list(play(ensemble(draws=9300), progress=told.append))
    assert told == [6000, 9300]


def test_an_error_in_a_process_arrives_whole():
    doubtful = {"uniform": [-0.5, 1.0], **WHY}
    some = ensemble(draws=3000, actors__her__values__water__hers=doubtful)
    with pytest.raises(ScenarioError) as alone:
        list(play(some))
    with pytest.raises(ScenarioError) as in_processes:
        list(play(some, TWO))
    assert in_processes.value.problems == alone.value.problems
    assert multiprocessing.active_children() == []


def test_the_death_of_a_process_is_reported():
    records = play(ensemble(draws=50_000), TWO)
    next(records)
    os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)
    with pytest.raises(ChildProcessError, match="out of memory"):
        list(records)
    assert multiprocessing.active_children() == []


def test_processes_end_when_the_reader_stops_early():
    records = play(ensemble(draws=50_000), TWO)
    next(records)
    assert len(multiprocessing.active_children()) == 2
    records.close()
    assert multiprocessing.active_children() == []


def test_memory_does_not_grow_with_the_number_of_worlds(tmp_path):
    def peak(draws: int) -> int:
        tracemalloc.start()
        tally, _ = write_worlds(tmp_path, ensemble(draws))
        counts = tally.outcomes.nbytes + 3 * tally.signed.nbytes
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most - counts

    peak(draws=1000)  # imports
    few, many = peak(draws=8000), peak(draws=24_000)
    assert many < 1.1 * few


@pytest.mark.parametrize("replications", [1, 2500])
def test_a_run_needs_no_more_memory_and_disk_than_foreseen(tmp_path, replications):
    some = ensemble(draws=5000 // replications, replications=replications)
    memory, disk = footprint(some, workers=1)
    tracemalloc.start()
    write_worlds(tmp_path, some)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "worlds.parquet").stat().st_size < disk
    assert most < memory - 400 * 2**20  # what the libraries take


@given(
    draws=st.integers(1, 1000),
    replications=st.integers(1, 1000),
    workers=st.integers(1, 64),
)
def test_more_of_anything_never_needs_less(draws, replications, workers):
    def needs(d: int, r: int, w: int) -> np.ndarray:
        return np.array(footprint(Ensemble(SMALL, 0, d, r), w))

    least = needs(draws, replications, workers)
    assert (needs(draws + 1, replications, workers) >= least).all()
    assert (needs(draws, replications, workers + 1) >= least).all()
    assert needs(draws, replications + 1, workers)[1] > least[1]


def test_the_largest_ensemble_is_refused_for_the_disk_it_needs(tmp_path):
    largest = Ensemble(SMALL, 0, 1_000_000, 10_000)
    rule = r"ensemble: 1,000,000 draws x 10,000 replications needs about [\d,.]+ GiB of disk; "
    with pytest.raises(ScenarioError, match=rule):
        refuse_if_too_large(largest, SERIAL, tmp_path / "not" / "there" / "yet")


def test_an_ensemble_that_memory_cannot_hold_is_refused(tmp_path):
    code = (
        "import resource, pathlib\n"
        "from sim.play.ensemble import Ensemble, refuse_if_too_large\n"
        "from sim.play.executors.processes import Processes\n"
        "from tests.small import small_scenario\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "for workers in (1, 64):\n"
        "    some = Ensemble(small_scenario(), 0, 1000, 10)\n"
        "    refuse_if_too_large(some, Processes(workers), pathlib.Path('.'))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "needs about 10.4 GiB of memory; 4.0 GiB is free: ask for fewer" in ended.stderr


SMALL: Scenario = small_scenario()
LOOKING_AHEAD: Scenario = small_scenario(
    protocol="offers",
    **{f"actors__{name}__tactic": "equilibrium" for name in ("her", "his")},
)
TWO = Processes(2)


def test_the_parts_of_a_batch_that_follow_one_another_share_its_draws():
    ensemble = Ensemble(small_scenario(), 3, 150, 10)
    first, second, other = (np.arange(start, start + 100) for start in (0, 400, 1000))
    draws, forms = drawn_with_forms(ensemble, first)
    assert drawn_with_forms(ensemble, second)[0] is draws
    assert (draws.first, draws.size, len(forms)) == (0, 100, 100)
    after, _ = drawn_with_forms(ensemble, other)
    assert (after.first, after.size) == (100, 64)  # of a batch that is cut, few more than it has
    assert drawn_with_forms(Ensemble(small_scenario(), 4, 150, 10), other)[0] is not after
