"""The gate: the shipped file, the points of its designs, and what is told of a broken one."""

from copy import deepcopy

import pytest
import yaml

from sim.backtests.gate import GATE, gate, read_gate
from sim.backtests.suites import SUITES
from sim.errors import ScenarioError
from sim.scenario.reading.files import read_file
from sim.settings.configuration import shipped
from tests.small import put


def test_the_shipped_gate_says_something_of_every_suite():
    assert set(gate().suites) == set(SUITES)
    for name in SUITES:
        bar = gate().suite(name)
        assert set(bar.success) == set(bar.hoped) == set(bar.metrics)
        assert all(bar.hoped[metric] < bar.success[metric] for metric in bar.metrics)


@pytest.mark.parametrize("suite", ["deu", "dond"])
def test_points_lie_in_their_ranges_and_each_stands_there_once(suite):
    points = gate().points(suite)
    for name, limits in gate().suite(suite).traits.items():
        low, high = limits.range
        values = [point[name] for point in points]
        assert low <= min(values) < low + 0.1 * (high - low)
        assert max(values) <= high
    assert len({tuple(point.items()) for point in points}) == len(points)


def test_a_design_has_its_points_for_every_variant_and_is_the_same_each_time():
    assert len(gate().points("deu")) == gate().design.points
    assert len(gate().points("dond")) == 3 * gate().design.points
    assert gate().points("dond") == gate().points("dond")


def test_half_of_the_points_of_a_logarithmic_range_lie_below_its_geometric_mean():
    values = [point["temperature"] for point in gate().points("deu")]
    assert sum(value < (0.003 * 0.3) ** 0.5 for value in values) == len(values) / 2


def test_the_moods_of_an_equilibrium_are_fresh():
    assert list(gate().variants("dond")) == [
        {"tactic": "time_based", "mood": "fresh"},
        {"tactic": "time_based", "mood": "persistent"},
        {"tactic": "equilibrium", "mood": "fresh"},
    ]
    assert list(gate().variants("deu")) == [{}]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("folds", 1, "folds: must be at least 2"),
        ("interval", 95, "interval: must be less than 1"),
        ("suites.deu.worlds", 0, "suites.deu.worlds: must be at least 1"),
        ("suites.deu.traits.sparing.range", [0.1], "suites.deu.traits.sparing.range"),
        ("suites.deu.traits.sparing.range", [0.6, 0.1], "sparing.range: must be low < high"),
        ("suites.deu.traits.temperature.range", [0, 0.3], "temperature.range: must begin above 0"),
        ("suites.deu.success", {"crps": "low"}, "suites.deu.success.crps: must be a valid number"),
        ("design.points", 60, "design.points: must be a power of 2"),
        ("suites.deu.metric", ["crps"], "suites.deu.metric: "),
    ],
)
def test_a_broken_gate_is_told(tmp_path, path, value, told):
    tree = deepcopy(read_file(shipped("experiments") / GATE))
    put(tree, path, value)
    file = tmp_path / "gate.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(ScenarioError) as caught:
        read_gate(file)
    assert told in str(caught.value)
