"""A batch's numbers: one draw for all its replications, paired between scenarios."""

import numpy as np
import pytest

from sim.draws.streams import Purpose
from sim.scenario.reading.reader import read_scenario
from sim.talks.batch import open_batch
from tests.small import WHY, small_scenario, small_tree


def test_the_worlds_of_a_draw_share_its_numbers_and_no_others():
    batch = open_batch(small_scenario(), 0, 4, np.arange(12))
    d = batch.number("actors.her.no_deal").reshape(3, 4)
    assert (d == d[:, :1]).all()
    assert len(np.unique(d)) == 3


def test_a_world_has_the_numbers_of_its_draw_whichever_worlds_are_opened():
    whole = open_batch(small_scenario(), 0, 4, np.arange(1000))
    some = open_batch(small_scenario(), 0, 4, np.array([7, 801]))
    path = "actors.his.no_deal"
    np.testing.assert_array_equal(some.number(path), whole.number(path)[[7, 801]])
    own = whole.utilities.own[whole.draw][[7, 801]]
    np.testing.assert_array_equal(some.utilities.own[some.draw], own)


def test_worlds_of_several_batches_opened_together_are_those_of_each_alone():
    scenario = small_scenario()
    together = open_batch(scenario, 0, 4, np.array([998, 999, 1000, 2001]))
    purpose, path = Purpose.MOOD, "actors.his.no_deal"
    alone = [open_batch(scenario, 0, 4, np.array(w)) for w in ([998, 999], [1000], [2001])]
    numbers = np.concatenate([batch.number(path) for batch in alone])
    np.testing.assert_array_equal(together.number(path), numbers)
    own = np.concatenate([batch.utilities.own[batch.draw] for batch in alone])
    np.testing.assert_array_equal(together.utilities.own[together.draw], own)
    for _ in range(3):
        drawn = [batch.streams.uniforms(purpose, "his") for batch in alone]
        np.testing.assert_array_equal(
            together.streams.uniforms(purpose, "his"), np.concatenate(drawn)
        )


def test_worlds_of_batches_far_apart_cannot_be_opened_together():
    with pytest.raises(ValueError, match="within 16 batches"):
        open_batch(small_scenario(), 0, 4, np.array([0, 16_000]))


def test_the_batches_of_an_ensemble_have_draws_of_their_own():
    first, second = (
        open_batch(small_scenario(), 0, 1, np.arange(start, start + 1000)) for start in (0, 1000)
    )
    path = "actors.her.no_deal"
    assert abs(np.corrcoef(first.number(path), second.number(path))[0, 1]) < 0.15


def test_a_changed_number_and_a_new_clause_leave_all_other_draws():
    tree = small_tree(actors__her__no_deal={"uniform": [0, 1], **WHY})
    tree["clauses"]["gate"] = {
        "label": "Who keeps the gate",
        "options": {"she": {"label": "she"}, "he": {"label": "he"}},
    }
    for text in tree["texts"].values():
        text["terms"]["gate"] = "she"
    for actor in tree["actors"].values():
        actor["weights"]["gate"] = 0.5
        actor["values"]["gate"] = {**WHY, "she": {"uniform": [0, 1]}, "he": 0}
    one = open_batch(small_scenario(), 0, 1, np.arange(100))
    two = open_batch(read_scenario(tree), 0, 1, np.arange(100))
    changed = {"actors.her.no_deal", *weights_of(one), *weights_of(two)}  # a share more is drawn
    for path in set(one.draws) - changed:
        np.testing.assert_array_equal(one.draws[path], two.draws[path], err_msg=path)
    # The changed number keeps its rank: both are quantiles of one uniform.
    ranks = [np.argsort(batch.draws["actors.her.no_deal"]) for batch in (one, two)]
    np.testing.assert_array_equal(*ranks)


def weights_of(batch):
    return [f"{each.path}.{name}" for each in batch.spec.weightings for name in each.names]


def test_regard_sums_to_one_and_is_equal_where_none_is_stated():
    tree = small_tree(actors__his__regard={})
    tree["actors"]["aunt"] = {**tree["actors"]["his"], "regard": {**WHY, "her": 1, "his": 3}}
    batch = open_batch(read_scenario(tree), 0, 1, np.arange(3))
    assert batch.regard("aunt")[0].tolist() == [0.25, 0.75, 0]
    assert batch.regard("his")[0].tolist() == [0.5, 0, 0.5]
