"""Frozen sets of global numbers: what a scenario may take from them, and what is refused."""

import pytest

from sim.errors import ScenarioError
from sim.settings.configuration import configure, load_scenario, shipped
from sim.settings.traits import trait_set, trait_sets, with_priors
from tests.small import small_tree

NOISE = "actors.her.bargaining.noise"
TAKEN = {NOISE: {"trait": "noise"}, "traits": "fitted_2026"}
PRIOR = trait_set(shipped("conf"), "fitted_2026").priors["noise"]


def test_a_number_that_takes_a_trait_is_what_the_set_says_with_its_basis():
    tree = {**small_tree(), "traits": "fitted_2026"}
    tree["actors"]["her"]["bargaining"]["noise"] = {"trait": "noise"}
    scenario = load_scenario(tree)
    assert scenario.actors["her"].bargaining.noise == PRIOR
    assert PRIOR.basis == ("fit-dond",)


def test_a_trait_that_is_taken_for_one_run_rests_on_that():
    noise = load_scenario(small_tree(), TAKEN).actors["her"].bargaining.noise
    assert noise.triangular == PRIOR.triangular
    assert noise.basis == "override"


def test_what_stands_beside_a_trait_stays():
    shared = {"trait": "noise", "common": {"factor": "f", "loading": 0.5}}
    tree = {"traits": "fitted_2026", "here": shared}
    found, wrong = with_priors(tree, shipped("conf"))
    assert wrong == []
    assert found["here"]["common"] == shared["common"]
    assert found["here"]["triangular"] == list(PRIOR.triangular)


def test_a_tree_without_traits_needs_no_set():
    assert with_priors({"here": {"value": 1}}, shipped("conf")) == ({"here": {"value": 1}}, [])


def test_a_number_set_on_the_command_line_takes_the_place_of_the_trait():
    scenario = configure(["actors.us.bargaining.noise=0.02"], "geneva_2025").scenario
    assert scenario.actors["us"].bargaining.noise.value == 0.02
    assert scenario.actors["russia"].bargaining.noise == PRIOR


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({NOISE: {"trait": "noise"}}, f"{NOISE}: takes a number of a set: name it"),
        ({**TAKEN, NOISE: {"trait": "nois"}}, "did you mean 'noise'"),
        ({**TAKEN, "traits": "fitted_2025"}, "did you mean 'fitted_2026'"),
    ],
)
def test_a_trait_or_a_set_that_is_none_is_told_with_the_nearest_name(changes, said):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(small_tree(), changes)
    assert said in str(caught.value)


def test_every_set_that_is_shipped_reads_and_its_priors_are_sure_of_nothing():
    for name in trait_sets(shipped("conf")):
        found = trait_set(shipped("conf"), name)
        assert found.suites.keys() == {"deu", "dond"}
        assert not any(prior.is_plain for prior in found.priors.values())
