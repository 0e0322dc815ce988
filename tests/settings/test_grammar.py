"""What the overrides of a sweep say."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.settings.grammar import SWEEP, named, override, read_overrides, read_varied, typed


def test_plain_values_hold_lists_are_crossed_and_ranges_are_ranges():
    varied = read_varied(["seed=7", "protocol=offers,single_text", "actors.us.no_deal=0.2:0.7"])
    assert varied.fixed == ("seed=7",)
    assert varied.choices == {"protocol": ("offers", "single_text")}
    assert varied.ranges == {"actors.us.no_deal": ("0.2", "0.7")}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("seed=1,2", (1, 2)),
        ("seed=range(1,4)", (1, 2, 3)),
        ("a=range(0,1,0.25)", (0.0, 0.25, 0.5, 0.75)),
        ("a=choice(x,'y z')", ("x", "y z")),
        ("a=null,time_based", (None, "time_based")),
        ("a=[1,2],[3]", ([1, 2], [3])),
        ("a={triangular:[0,1,2]},0.5", ({"triangular": [0, 1, 2]}, 0.5)),
        ("a=true,false", (True, False)),
        ("a=sort(3,1,2)", (1, 2, 3)),
    ],
)
def test_the_syntax_of_hydra_lists_values(text, values):
    assert tuple(read_varied([text]).choices.values()) == (values,)


def test_what_a_sweep_is_about_is_told_apart_from_paths():
    varied = read_varied(["experiment=baseline", "hydra.sweep.dir=out", "scenario=a,b", "case=dry"])
    assert (varied.experiment, str(varied.directory)) == ("baseline", "out")
    assert varied.choices == {"scenario": ("a", "b"), "case": ("dry",)}
    assert varied.fixed == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a=shuffle(1,2)", "a: must be LOW:HIGH or a list of values"),
        ("a=interval(0,1)", "a: must be LOW:HIGH or a list of values"),
        ("a=glob(*)", "a: must be LOW:HIGH or a list of values"),
        ("a=range(0,1000000000)", "a: lists more than 100,000 values"),
        ("hydra.sweep.dir=a,b", "hydra.sweep.dir: must have one value"),
        ("experiment=a,b", "experiment: must have one value"),
        ("hydra.run.dir=a", "of Hydra's own settings only hydra.sweep.dir is"),
        ("scenario=3", "scenario: must be a name or a path (got 3)"),
        ("seed", "'seed' is no override"),
    ],
)
def test_what_a_sweep_cannot_list_is_refused(text, says):
    with pytest.raises(ScenarioError) as caught:
        read_varied([text])
    assert says in str(caught.value)


def test_a_path_that_is_given_twice_is_refused():
    with pytest.raises(ScenarioError, match="seed: is given twice"):
        read_varied(["seed=1,2", "seed=3"])


def test_a_run_has_one_value_and_says_who_plays_several():
    with pytest.raises(ScenarioError, match="seed: must have one value in a run; `parley sweep`"):
        read_overrides(["seed=1,2"])


signs = st.characters(min_codepoint=32, max_codepoint=0x2000, exclude_categories=["Cs", "Cc"])


@given(st.text(signs, min_size=1).filter(lambda text: "${" not in text))
def test_what_is_shown_to_be_typed_is_read_back_whatever_signs_it_holds(name):
    (asked,) = shlex.split(typed("scenario", f"{name}.yaml"))
    assert named(read_overrides([asked]), "scenario") == f"{name}.yaml"


@given(st.text(st.sampled_from("ab1 ,:=.+-_/~'\"\\()[]{}@#\u00e9"), min_size=1))
@example("a b")
@example("1,2")
@example("null")
@example("7")
@example("0.1:0.5")
@example("it's")
@example("ends with \\")
def test_a_text_that_is_written_as_an_override_is_read_back_as_it_was(text):
    (read,) = read_overrides([override("experiment", text)], SWEEP)
    assert read.value() == text
