"""A sweep that grows: a plan of more points, in the folder of one that has some of them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sim.errors import ScenarioError
from sim.sweeps.designs import Kind
from sim.sweeps.folder import PLAN, complete, sweep_folder
from sim.sweeps.sweep import load_sweep
from tests.sweeps.small_sweeps import plan_of, points_of, swept, times

TWO = ("actors.her.no_deal=0.1:0.5",)
WIDER = [  # all the points of a plan, and more
    ((*TWO,), {"points": 2}, (*TWO,), {"points": 3}),
    (("seed=1,2",), {}, ("seed=0,1,2",), {}),
    ((*TWO,), {"points": 2, "kind": Kind.SOBOL}, (*TWO,), {"points": 4, "kind": Kind.SOBOL}),
    ((*TWO, "protocol=offers,single_text"), {"points": 2}, (*TWO, "protocol=single_text,offers"),
     {"points": 3}),
    (("actors.her.no_deal=0.1,0.5",), {}, (*TWO,), {"points": 5}),
]  # fmt: skip


@pytest.mark.parametrize(("few", "some", "many", "more"), WIDER)
def test_a_plan_of_more_points_plays_the_new_ones_alone(tmp_path, few, some, many, more):
    small, large = plan_of(tmp_path, *few, **some), plan_of(tmp_path, *many, **more)
    folder = tmp_path / "sweep"
    swept(small, folder)
    kept = times(points_of(folder))
    with sweep_folder(large, folder):
        found, played = complete(large, folder)
    assert played == len(large.rows) - len(small.rows)
    assert kept.items() <= times(points_of(folder)).items()
    afresh = swept(large, tmp_path / "afresh")
    for one, other in ((found.index, afresh.index), (found.odds, afresh.odds)):
        where = [name for name in ("path", "seconds") if name in one]
        assert one.drop(columns=where).equals(other.drop(columns=where))
    assert found.manifest["digest"] == afresh.manifest["digest"]
    assert found.manifest["plan_sha256"] == large.digest
    for point in range(len(large.rows)):
        assert found.draws(point).equals(afresh.draws(point))
        run = folder / found.index.loc[point, "path"]
        assert (run / "manifest.json").is_file()
    assert json.loads((folder / PLAN).read_text()) == large.data


def test_a_sweep_grown_beyond_what_keeps_runs_keeps_those_it_has(tmp_path):
    small = plan_of(tmp_path, *TWO, "ensemble.draws=2", points=2)
    large = plan_of(tmp_path, *TWO, "ensemble.draws=2", points=33)
    folder = tmp_path / "sweep"
    swept(small, folder)
    found = swept(large, folder)
    assert found.index["path"].tolist()[0] == "runs/0000"
    assert found.index["path"].tolist()[32] == "runs/0001"
    assert found.index["path"].tolist()[31] == "points/0032.parquet"


def test_a_plan_that_lacks_a_point_of_the_sweep_is_refused(tmp_path):
    folder = tmp_path / "sweep"
    swept(plan_of(tmp_path, *TWO, points=3), folder)
    for other in (plan_of(tmp_path, *TWO, points=4), plan_of(tmp_path, *TWO, points=2)):
        with (
            pytest.raises(ScenarioError, match=r"design\.points: was 3, is now"),
            sweep_folder(other, folder),
        ):
            pass


@pytest.mark.parametrize("done", [1, 2, 3, 4])
def test_a_sweep_stopped_while_it_is_extended_goes_on_under_either_plan(tmp_path, done):
    small, large = (plan_of(tmp_path, *TWO, points=points) for points in (3, 5))
    first = swept(small, tmp_path / "first")
    for then, points in ((small, 3), (large, 5)):
        folder = tmp_path / f"then_{points}"
        with pytest.raises(KeyboardInterrupt), sweep_folder(small, folder):
            complete(small, folder, progress=interrupts_at(min(done, 2)))
        if done > 2:
            with pytest.raises(KeyboardInterrupt), sweep_folder(large, folder):
                complete(large, folder, progress=interrupts_at(done))
        kept = times(points_of(folder))
        found = swept(then, folder)
        assert kept.items() <= times(points_of(folder)).items()
        assert len(found.index) == points
        if then is small:
            assert found.manifest["digest"] == first.manifest["digest"]
    swept(large, tmp_path / "first")


def test_a_finished_sweep_stands_until_its_extension_is_complete(tmp_path):
    small, large = (plan_of(tmp_path, *TWO, points=points) for points in (3, 5))
    folder = tmp_path / "sweep"
    first = swept(small, folder)
    with pytest.raises(KeyboardInterrupt), sweep_folder(large, folder):
        complete(large, folder, progress=interrupts_at(4))
    assert load_sweep(folder).index.equals(first.index)
    with sweep_folder(small, folder):
        again, played = complete(small, folder)
    assert (again.index.equals(first.index), played) == (True, 0)
    with sweep_folder(large, folder):
        _, played = complete(large, folder)
    assert played == 1


def interrupts_at(points: int) -> Callable[[int], None]:
    """Return a listener that interrupts once so many points are done."""

    def told(done: int) -> None:
        if done >= points:
            raise KeyboardInterrupt

    return told
