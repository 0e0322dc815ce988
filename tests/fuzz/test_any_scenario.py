"""What holds of any valid scenario: of its odds, of its worlds, of the configuration fed back."""

from __future__ import annotations

from copy import deepcopy

import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.draws.streams import draws_per_batch
from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, play
from sim.play.executors import SERIAL
from sim.play.executors.processes import Processes
from sim.play.tables import digest_of, worlds_table
from sim.runs.results import run_in_memory
from sim.scenario.reading.reader import read_scenario
from sim.settings.configuration import configuration_of, configure
from tests.fuzz.any_scenario import trees
from tests.fuzz.examples import tried
from tests.fuzz.permitted import no_warning

FEW = {"ensemble.draws": 5, "ensemble.replications": 4, "seed": 2}


def runs(tree, **settings):
    with no_warning():
        return run_in_memory(configuration_of(tree, {**FEW, **settings}), keep=True)


@given(trees())
@tried(60)
def test_odds_sum_to_1_and_every_world_is_in_one_outcome(tree):
    try:
        run = runs(tree)
    except ScenarioError as error:  # a record, or stances, that none of so few worlds agrees with
        assume("worlds agrees with what is known" not in str(error))
        raise
    worlds = run.worlds
    assert len(worlds) == 20
    assert set(worlds["outcome"][worlds["counts"]]) <= set(tree["outcomes"])
    assert run.odds["probability"].sum() == pytest.approx(1)
    assert run.odds["probability"].between(0, 1).all()
    assert int(run.odds["worlds"].sum()) == int(worlds["counts"].sum())
    of_a_text = worlds["outcome"].isin(["first_as_it_was", "in_force", "failed"])
    assert worlds["signed_date"].notna()[of_a_text].all()


@given(trees())
@tried(15)
def test_the_configuration_fed_back_gives_the_same_digest(tmp_path_factory, tree):
    first = configuration_of(tree, {**FEW, "evidence": "none"})
    file = tmp_path_factory.mktemp("fed") / "config.yaml"
    file.write_text(first.text)
    again = configure(config=str(file))
    assert again.tree == first.tree
    assert digests(again.scenario) == digests(first.scenario)


@given(trees(), st.integers(0, 1000))
@tried(15)
def test_the_same_seed_gives_the_same_worlds_and_the_first_draws_are_those_of_fewer(tree, seed):
    scenario = read_scenario({**tree, "evidence": "none"})
    with no_warning():
        many = worlds_of(scenario, seed, 8)
        few = worlds_of(scenario, seed, 3)
    assert digest_of([many.slice(0, len(few))]) == digest_of([few])


@given(trees())
@tried(4)
def test_two_workers_give_the_worlds_of_one(tree):
    scenario = read_scenario({**tree, "evidence": "none"})
    draws = draws_per_batch(4) + 5  # a batch for each
    assert digests(scenario, Processes(2), draws) == digests(scenario, SERIAL, draws)


@given(trees())
@tried(10)
def test_other_labels_and_reasons_give_the_same_worlds(tree):
    other = deepcopy(tree)
    for part in ("actors", "clauses", "texts", "outcomes", "drivers"):
        for each in other[part].values():
            each["label"] = f"another {each['label']}"
    other["title"] = "Others"
    assert digests(read_scenario(other)) == digests(read_scenario(tree))


@given(trees())
@tried(16)
def test_a_driver_that_moves_nobody_changes_no_outcome(tree):
    idle = deepcopy(tree)
    idle["drivers"]["idle"] = {
        "kind": "jumps",
        "label": "nobody minds",
        **{"basis": "assumption", "why": "x", "start": 0, "rate": 1, "size": 1, "size_sd": 1},
    }
    one, other = (worlds_of(read_scenario(each), 4, 5) for each in (tree, idle))
    assert one["outcome"].equals(other["outcome"])


def test_talks_of_one_are_refused():
    with pytest.raises(ScenarioError, match="actors"):
        read_scenario({"actors": {"her": {}}})


def worlds_of(scenario, seed, draws, replications=4):
    ensemble = Ensemble(scenario, seed, draws, replications)
    tables = [worlds_table(scenario, replications, record) for record in play(ensemble)]
    return pa.concat_tables(tables)


def digests(scenario, executor=SERIAL, draws=5):
    """Return the digest of a few worlds."""
    records = play(Ensemble(scenario, 2, draws, 4), executor)
    return digest_of([worlds_table(scenario, 4, record) for record in records])
