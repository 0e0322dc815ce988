"""A sweep asked for in Python: the points and worlds of the command, in a folder or in none."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.sweeps.sweep import Sweep, load_sweep
from tests.command import environment, parley, small_file
from tests.small import small_scenario, small_tree

NO_DEAL = "actors.her.no_deal"
FEW = {"draws": 20, "replications": 2, "seed": 3}


def small_sweep(vary=None, **asked) -> Sweep:
    """Return a sweep of the small scenario."""
    return sim.sweep(small_tree(), vary or {"protocol": ["offers", "single_text"]}, **FEW | asked)


def test_python_and_the_command_play_the_same_sweep(tmp_path):
    vary = {"protocol": ["offers", "single_text"], NO_DEAL: (0.1, 0.5)}
    found = sim.sweep(small_file(tmp_path), vary, "lhs", 3, tactic="time_based", **FEW)
    asked = ["protocol=offers,single_text", f"{NO_DEAL}=0.1:0.5", "--design", "lhs", "--points", 3]
    size = ["ensemble.draws=20", "ensemble.replications=2", "seed=3", "tactic=time_based"]
    told = parley("sweep", "scenario=well.yaml", *asked, *size, "--json", cwd=tmp_path)
    data = json.loads(told.stdout)
    assert found.manifest["digest"] == data["manifest"]["digest"]
    assert found.index["protocol"].tolist() == [row["protocol"] for row in data["points"]]
    assert found.index[NO_DEAL].tolist() == pytest.approx([row[NO_DEAL] for row in data["points"]])


def test_a_point_has_the_worlds_of_a_run_under_its_values():
    found = small_sweep({NO_DEAL: [0.2, 0.6]}, protocol="offers")
    scenario = sim.load_scenario(small_tree(), {NO_DEAL: 0.6})
    run = sim.simulate(scenario, protocol="offers", **FEW)
    assert found.index["digest"][1] == run.manifest["digest"]
    assert found.draws(1).equals(run.shares[list(found.draws(1))].reset_index(drop=True))


def test_workers_change_no_point():
    assert small_sweep(workers=2).manifest["digest"] == small_sweep().manifest["digest"]
    assert small_sweep(executor="serial").manifest["digest"] == small_sweep().manifest["digest"]


def test_a_folder_holds_the_sweep_and_is_gone_on_with(tmp_path):
    found = small_sweep(folder=tmp_path / "out")
    assert load_sweep(tmp_path / "out").manifest == found.manifest
    again = small_sweep(folder=tmp_path / "out")
    assert again.manifest == found.manifest  # its date too: nothing was played
    with pytest.raises(ScenarioError, match="planned otherwise"):
        small_sweep(folder=tmp_path / "out", seed=4)


def test_without_a_folder_it_lies_in_one_that_lasts_as_long_as_the_sweep():
    found = small_sweep()
    folder, plots = found.folder, found.plot
    assert (folder / "index.parquet").is_file()
    del found
    gc.collect()
    assert len(plots._sweep.draws(0)) == 20  # whoever still needs it keeps it
    del plots
    gc.collect()
    assert not folder.exists()


def test_the_temporary_folder_is_gone_when_python_ends(tmp_path):
    script = (
        "import sim\nfrom tests.small import small_tree\n"
        "found = sim.sweep(small_tree(), {'seed': [1, 2]}, draws=4)\nprint(found.folder)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(PYTHONPATH=str(Path(sim.__file__).parents[1])),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    assert not Path(ended.stdout.strip()).exists()


def test_what_varies_may_be_numpys_and_the_scenario_itself():
    vary = {NO_DEAL: np.linspace(0.1, 0.5, 3), "answers.memory": [np.int64(2)]}
    found = sim.sweep(small_scenario(), vary, **FEW)
    assert found.index[NO_DEAL].tolist() == pytest.approx([0.1, 0.3, 0.5])
    assert found.index["answers.memory"].tolist() == [2, 2, 2]
    ends = sim.sweep(small_scenario(), {NO_DEAL: (np.float64(0.1), 0.5)}, points=2, **FEW)
    assert ends.index[NO_DEAL].tolist() == [0.1, 0.5]


def test_it_says_what_it_is_in_a_line_and_on_a_page():
    found = small_sweep()
    assert repr(found) == (
        "<Sweep of two_neighbours_and_a_well: 2 points of 40 simulated worlds, over protocol>"
    )
    assert "All points share seed 3" in found._repr_html_()


@pytest.mark.parametrize(
    ("vary", "asked", "says"),
    [
        ({}, {}, "vary: has nothing that varies"),
        ({"seed": [1]}, {}, "vary: has nothing that varies"),
        (
            {"actors.hers.no_deal": [0.1, 0.2]},
            {},
            "actors.hers: no such actor; did you mean 'her'?",
        ),
        ({NO_DEAL: [0.1, "high"]}, {}, f"{NO_DEAL}: must be a number"),
        ({NO_DEAL: 0.1}, {}, f"{NO_DEAL}: must be a list of values to cross"),
        ({"protocol": "offers"}, {}, "protocol: must be a list of values to cross"),
        ({NO_DEAL: (0.1, 0.2, 0.3)}, {}, f"{NO_DEAL}: must be a range (low, high) of two numbers"),
        ({"protocol": ("offers", "x")}, {}, "protocol: must be a range (low, high) of two numbers"),
        ({NO_DEAL: (0.5, 0.1)}, {}, "low < high"),
        ({NO_DEAL: (0.1, 0.5)}, {"design": "gird"}, "design: no such design; did you mean 'grid'?"),
        ({NO_DEAL: (0.1, 0.5)}, {"points": 0}, "points: must be 1 or more"),
        ({"seed": [1, 2]}, {"points": 3}, "points: has no part here"),
        ({"scenario": ["a", "b"]}, {}, "vary: cannot have the scenario"),
        ({"ensemble.workers": [1, 2]}, {}, "ensemble.workers: cannot be swept"),
        ({"seed": [1, 2]}, {"tactic": "time"}, "tactic: no such"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_played(vary, asked, says):
    with pytest.raises(ScenarioError) as told:
        sim.sweep(small_tree(), vary, **FEW, **asked)
    assert says in str(told.value)
    assert not any(each.field.startswith("--") for each in told.value.problems)
