"""Scenario files that are hostile: read as plain data, checked, and played where they are taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.outside.names import is_name
from sim.runs.results import run_in_memory
from sim.scenario.reading.files import read_text
from sim.settings.configuration import configuration_of, configure
from tests.fuzz.examples import tried
from tests.fuzz.hostile_data import as_yaml, broken_bytes, broken_text, spoilt
from tests.fuzz.permitted import nothing_written, taken_or_refused, told
from tests.small import mediated_tree

TREE = {**mediated_tree(), "scenario": "well", "seed": 3, "ensemble": {"draws": 3}}
TEXT = as_yaml(TREE)
SHORT = as_yaml({"title": "a", "clauses": {"b": [1, 0.5, None, True], "c": "d"}, "e": {"f": {}}})
FEW = {"ensemble.draws": 3, "ensemble.replications": 2, "seed": 1}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    place = tmp_path_factory.mktemp("sandbox")
    (place / "here").mkdir()
    return place


@given(broken_text(SHORT) | broken_text(SHORT, most=12))
@tried(250)
def test_any_text_is_read_as_data_or_refused(text):
    found = taken_or_refused(lambda: read_text(text, "a file"))
    assert found is None or isinstance(found, dict)


@given(spoilt(TREE))
@tried(200)
def test_any_tree_is_taken_and_played_or_refused(tree):
    loaded = taken_or_refused(lambda: configuration_of(tree, FEW))
    if loaded is not None:
        run = taken_or_refused(lambda: run_in_memory(loaded))
        assert run is None or abs(run.odds["probability"].sum() - 1) < 1e-9


@given(spoilt(TREE).map(as_yaml) | broken_text(TEXT))
@tried(100)
def test_any_file_is_configured_under_a_name_or_refused(sandbox, text):
    file = sandbox / "here" / "well.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with nothing_written(sandbox):
        for how in ({"config": str(file)}, {"overrides": [f"scenario={file}"]}):
            loaded = taken_or_refused(lambda how=how: configure(**how))
            if loaded is not None:
                assert is_name(loaded.settings.scenario)
                assert loaded.directory is None


COMMANDS = [
    ("check", "well.yaml"),
    ("check", "well.yaml", "--json"),
    ("paths", "--scenario", "well.yaml"),
    ("evidence", "well.yaml"),
    ("stances", "well.yaml"),
    ("support", "well.yaml"),
    ("solutions", "well.yaml"),
    ("sweep", "scenario=well.yaml", "sed=1,2"),
]


@given(
    st.sampled_from(COMMANDS),
    spoilt(TREE, most=1).map(lambda tree: as_yaml(tree).encode())
    | broken_text(TEXT).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | broken_bytes(TEXT.encode()),
)
@tried(100)
def test_every_command_that_looks_at_a_file_tells_or_refuses(sandbox, command, data):
    (sandbox / "here" / "well.yaml").write_bytes(data)
    with nothing_written(sandbox):
        told(*command, cwd=sandbox / "here")
