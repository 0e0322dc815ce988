"""Worlds played again with a change: what was learnt stays, and only what comes after is new."""

from dataclasses import replace

import numpy as np
import pytest

from sim.play.changed import held, play_changed
from sim.play.ensemble import Ensemble, drawn_with_forms, play_worlds
from sim.settings.configuration import configuration_of, from_the_day_on
from sim.talks.batch import draws_as_learnt
from tests.small import WHY, mediated_tree, small_tree
from tests.talks.small_talks import EVENTFUL, assert_same, model_of
from tests.talks.test_before import RECORD

FORMS = {**WHY, "single_text": 2, "offers": 1, "equilibrium": 1}
LEARNT = {  # of stances that bear on her numbers, and of a record that some worlds contradict
    **RECORD,
    "actors__her__no_deal": {"uniform": [0.2, 0.9], **WHY},
    "actors__her__stances": [{"text": "halves", "stance": "rejects", **WHY}],
}


def ensemble_of(tree, draws=30, replications=4):
    return Ensemble(configuration_of(tree, {}).scenario, 3, draws, replications)


def with_changes(ensemble, tree, changes):
    after = from_the_day_on(configuration_of(tree, {}), changes).scenario
    return replace(ensemble, scenario=after)


@pytest.mark.parametrize(
    "tree",
    [
        small_tree(),
        small_tree(**LEARNT, forms=FORMS),
        mediated_tree(**EVENTFUL, **RECORD),
        mediated_tree(**EVENTFUL, evidence="none"),
    ],
    ids=["small", "forms and a record", "eventful and a record", "without evidence"],
)
def test_worlds_without_a_change_are_the_same_worlds(tree):
    ensemble = ensemble_of(tree)
    before = play_worlds(ensemble, range(ensemble.worlds))
    rows = np.flatnonzero(before.counts)
    after = play_changed(ensemble, held(ensemble, before.world[rows]))
    assert_same(before, after, rows, np.arange(len(rows)))
    assert len(set(before.outcome)) > 1


def test_every_number_that_is_not_changed_keeps_its_value_and_every_draw_its_weight():
    tree = small_tree(**LEARNT)
    ensemble = ensemble_of(tree)
    before, _ = drawn_with_forms(ensemble, np.arange(ensemble.worlds))
    kept = held(ensemble, np.arange(ensemble.worlds))
    changes = {"actors.her.no_deal": 0.1, "actors.his.values.water.shared": 0.9}
    spec = with_changes(ensemble, tree, changes).scenario
    streams = model_of(spec, ensemble.worlds, 3, 4).batch.afresh().streams
    after = draws_as_learnt(spec, kept.learnt, streams)
    np.testing.assert_array_equal(after.log_weight, before.log_weight)
    assert len(set(before.log_weight)) > 1
    assert {path for path in before if (after[path] != before[path]).any()} == set(changes)
    assert (after["actors.her.no_deal"] == 0.1).all()


def test_a_number_with_another_distribution_stays_at_its_place_in_it():
    tree = small_tree(**LEARNT)
    ensemble = ensemble_of(tree)
    before, _ = drawn_with_forms(ensemble, np.arange(ensemble.worlds))
    kept = held(ensemble, np.arange(ensemble.worlds))
    wider = {"actors.her.no_deal": {"uniform": [0.4, 1.8]}}
    spec = with_changes(ensemble, tree, wider).scenario
    streams = model_of(spec, ensemble.worlds, 3, 4).batch.streams
    after = kept.learnt.draws(spec, streams.of_draws())
    path = "actors.her.no_deal"
    np.testing.assert_allclose(after[path], 2 * before[path])


@pytest.mark.parametrize("since", ["2024-12-30", "2024-12-09"])
def test_moods_are_as_the_record_leaves_them(since):
    tree = small_tree(**{**LEARNT, "calendar__talks_since": since})
    ensemble = ensemble_of(tree)
    model = model_of(ensemble.scenario, ensemble.worlds, 3, 4)
    kept = held(ensemble, np.arange(ensemble.worlds))
    np.testing.assert_array_equal(kept.moods, model.parties.mood)


def test_a_change_of_how_long_moods_last_leaves_those_of_the_past():
    tree = small_tree(**LEARNT)
    ensemble = ensemble_of(tree)
    kept = held(ensemble, np.arange(ensemble.worlds))
    spec = with_changes(ensemble, tree, {"answers.relaxation": 0.5}).scenario
    model = model_of(spec, ensemble.worlds, 3, 4, moods=kept.moods)
    np.testing.assert_array_equal(model.parties.mood, kept.moods)
    assert not model.ledger.contradicts.any()
