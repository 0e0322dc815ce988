"""`import sim`: quick, complete, and honest to people and to type checkers."""

import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.errors import ScenarioError
from tests.command import environment
from tests.small import small_scenario, small_tree

HEAVY = ("numpy", "scipy", "pandas", "pyarrow", "matplotlib", "mesa", "networkx", "hydra", "yaml")


def python(script: str, cwd: Path) -> str:
    """Return what a script prints in a Python of its own."""
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=cwd,
        env=environment(PYTHONPATH=str(Path(sim.__file__).parent.parent)),
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def test_the_import_brings_nothing_heavy(tmp_path):
    heavy = f"[name for name in {(*HEAVY, 'pydantic', 'rich')} if name in sys.modules]"
    assert python(f"import sys, sim; dir(sim); print({heavy})", tmp_path) == "[]"


def test_every_name_is_there_and_documented():
    assert sim.__all__ == sorted(sim.__all__)
    assert set(sim.__all__) <= set(dir(sim))
    for name in sim.__all__:
        assert getattr(sim, name).__doc__


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'simulat'"):
        _ = sim.simulat


def test_type_checkers_see_what_is_there(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sim\n"
        'run = sim.simulate(sim.load_scenario("geneva_2025"), draws=10)\n'
        "reveal_type(run)\nreveal_type(run.odds)\nreveal_type(run.compare(run))\n"
    )
    asked = [sys.executable, "-m", "mypy", str(script)]
    root = Path(sim.__file__).parent.parent
    told = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False).stdout
    comparison = "sim.runs.comparison.Comparison"
    for name in ("sim.runs.run.Run", "pandas.core.frame.DataFrame", comparison):
        assert f'Revealed type is "{name}"' in told.replace("pandas.DataFrame", name)
    assert "error" not in told


def test_an_analyst_gets_from_a_name_to_figures(tmp_path):
    script = """
import sim
a = sim.simulate("geneva_2025", draws=10, replications=2, seed=1)
b = sim.simulate(sim.load_scenario("geneva_2025", {"actors.ukraine.no_deal": 0.9}), 10, 2, 1)
print(a)
print(a.compare(b).configuration[0].path)
for ax in (a.plot.odds(), a.plot.timeline(), a.plot.clauses(), a.plot.negotiation(4, "ukraine")):
    print(type(ax).__name__)
"""
    said = python(script, tmp_path).splitlines()
    assert (
        said[0]
        == "<Run of geneva_2025: 20 worlds (10 x 2), single_text, offers and equilibrium, seed 1>"
    )
    assert said[1] == "actors.ukraine.no_deal"
    assert said[2:] == ["Axes"] * 4


def test_a_scenario_comes_by_name_file_mapping_or_as_itself_with_values_put_in(tmp_path):
    import yaml

    file = tmp_path / "well.yaml"
    file.write_text(yaml.safe_dump(small_tree()))
    sources = (str(file), file, small_tree(), small_scenario())
    changed = [sim.load_scenario(source, {"actors.her.no_deal": 0.4}) for source in sources]
    assert all(scenario == changed[0] for scenario in changed)
    number = changed[0].actors["her"].no_deal
    assert (number.value, number.basis) == (0.4, "override")
    assert sim.load_scenario(small_scenario()) == small_scenario()


def test_what_is_put_in_may_be_numpys():
    import numpy as np

    values = {"actors.her.no_deal": np.float64(0.4), "answers.memory": np.int64(3)}
    scenario = sim.load_scenario(small_scenario(), values)
    assert (scenario.actors["her"].no_deal.value, scenario.answers.memory.value) == (0.4, 3)
    listed = {"actors.her.no_deal": {"triangular": np.array([0.1, 0.2, 0.3])}}
    number = sim.load_scenario(small_scenario(), listed).actors["her"].no_deal
    assert number.triangular == (0.1, 0.2, 0.3)


def test_putting_values_in_leaves_the_source_as_it_was():
    tree = small_tree()
    sim.load_scenario(tree, {"actors.her.no_deal": 0.4})
    assert tree == small_tree()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"actors.hers.no_deal": 0.4}, "actors.hers: no such actor; did you mean 'her'?"),
        ({"actors.her.no_dael": 0.4}, "did you mean 'no_deal'?"),
        ({"actors.her.no_deal": "high"}, "actors.her.no_deal"),
        ({"actors.her.bargaining.noise": -1}, "actors.her.bargaining.noise"),
    ],
)
def test_a_wrong_path_or_value_is_refused_with_the_nearest_right_name(values, said):
    with pytest.raises(ScenarioError) as told:
        sim.load_scenario(small_scenario(), values)
    assert said in str(told.value)


def test_a_scenario_that_is_not_there_is_refused():
    with pytest.raises(ScenarioError, match="did you mean 'geneva_2025'"):
        sim.load_scenario("geneva_2052")
