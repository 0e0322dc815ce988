"""Overrides and command lines that are hostile: each is taken, or refused in a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.cli import COMMANDS
from sim.settings.configuration import configure
from sim.settings.grammar import read_varied
from sim.sweeps.studies import planned
from tests.command import small_file
from tests.fuzz.examples import tried
from tests.fuzz.hostile_data import WORDS, places, spoilt, values
from tests.fuzz.permitted import nothing_written, taken_or_refused, told
from tests.outside.hostile import texts
from tests.small import small_tree

PATHS = [".".join(map(str, path)) for path in places(small_tree())]
OTHER_PATHS = [
    *("seed", "tactic", "traits", "ensemble", "ensemble.draws", "ensemble.workers", "executor"),
    *("executor.address", "scenario", "experiment", "case", "hydra.run.dir", "hydra.sweep.dir"),
    *("hydra.job.name", "actors.her.stances.0", "actors.her.stances.7", "a@b", "", ".", "a..b"),
    *("forms", "given", "record", "levers.dig.changes", "protocols.chair", "~seed", "+seed"),
]
GRAMMAR = [
    *("range(0,1,0)", "range(0,1,0.3)", "range(1e999)", "choice(1,2)", "interval(0,1)", "1,2"),
    *("shuffle(choice(1,2))", "sort(3,1)", "tag(a,choice(1))", "int(1.5)", "float(x)", "str(1)"),
    *("json_str({a:1})", "extend_list(1)", "glob(*)", "0.1:0.5", "0.5:0.1", "a:b", "nan:inf"),
    *("[", "]", "{", "{a:1", "[1,[2,[3]]]", "[" * 300, "{a:{b:{c:1}}}", "'", '"', "\\", "$"),
    *("${oc.env:HOME}", "${a}", "null", "true", "nan", "-inf", "1e999", "1e-999", "0:1e999"),
    *("{uniform: [0, 1]}", "{uniform: [1, 0]}", "{triangular: [0, 0, 0]}", "0x1F", "9" * 400),
    *("../../escaped", "/dev/zero", "/dev/full", ".", "..", "well.yaml", "geneva_2025", "=", "==b"),
]


def plain_text(value: object) -> str:
    """Return what a shell may hand over: no half signs but those of bytes, no null bytes."""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()[:400]


def paths() -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(PATHS),
        st.sampled_from(OTHER_PATHS),
        st.sampled_from(WORDS),
        st.tuples(st.sampled_from(PATHS), st.sampled_from(WORDS)).map(".".join),
    )


def overrides() -> st.SearchStrategy[str]:
    given_values = st.sampled_from(GRAMMAR) | values().map(repr) | texts()
    written = st.builds(lambda path, value: f"{path}={value}", paths(), given_values)
    return (written | st.sampled_from(GRAMMAR) | texts()).map(plain_text)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    place = tmp_path_factory.mktemp("sandbox")
    (place / "here").mkdir()
    small_file(place / "here")
    return place


@given(st.lists(overrides(), min_size=1, max_size=3))
@tried(150)
def test_any_overrides_are_taken_or_refused(sandbox, asked):
    own = f"scenario={sandbox / 'here' / 'well.yaml'}"
    with nothing_written(sandbox):
        taken_or_refused(lambda: configure([own, *asked]))


@given(st.lists(overrides(), min_size=1, max_size=2))
@tried(100)
def test_any_overrides_of_a_sweep_are_planned_or_refused(sandbox, asked):
    own = f"scenario={sandbox / 'here' / 'well.yaml'}"
    with nothing_written(sandbox):
        taken_or_refused(lambda: planned(read_varied([own, "ensemble.draws=2", *asked]), points=2))


# Those that play worlds or write files are left to words that nothing can be made of.
LOOKING = ["check", "paths", "evidence", "stances", "support", "solutions", "baselines", "list"]
OPTIONS = ["--json", "--scenario", "--world", "--ending", "--draw", "--seed", "--none", "--", "-x"]


@given(
    st.sampled_from(LOOKING),
    st.lists(
        st.sampled_from(["well.yaml", *OPTIONS, *PATHS]) | st.sampled_from(WORDS) | overrides(),
        max_size=3,
    ),
)
@tried(40)
def test_any_words_after_a_command_that_looks_are_answered_or_refused(sandbox, command, words):
    with nothing_written(sandbox):
        told(command, *map(plain_text, words), cwd=sandbox / "here")


@given(
    st.sampled_from([*COMMANDS, "none", "", "-"]),
    st.lists(st.sampled_from(WORDS) | texts(), min_size=1, max_size=3),
)
@tried(40)
def test_any_words_that_are_no_arguments_are_refused_by_every_command(sandbox, command, words):
    no_help = [f"no{plain_text(word)}/" for word in words]
    with nothing_written(sandbox):
        done = told(command, *no_help, cwd=sandbox / "here")
    assert done.returncode == 2 or command in LOOKING, done.stdout


@given(spoilt({"a": {"b": 1}}), st.sampled_from(PATHS))
@tried(50)
def test_any_value_of_a_path_is_taken_or_refused(sandbox, value, path):
    own = f"scenario={sandbox / 'here' / 'well.yaml'}"
    taken_or_refused(lambda: configure([own], changes={path: value}))
