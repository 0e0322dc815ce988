"""Worlds with a group's numbers from another seed: what changes, what stays, a closed form."""

import numpy as np
import pytest

from sim.analysis.total_order import Played, total_table
from sim.draws.draws import drawn
from sim.draws.streams import Purpose, streams_of
from sim.numbers.uncertain import Number
from sim.play.crossed import Crossed, Exchange, addresses_of, without_evidence
from sim.play.ensemble import Ensemble, drawn_with_forms, play
from sim.play.tables import Digest, digest_of, worlds_table
from tests.small import WHY, small_scenario

CHANGES = {
    "forms": ["single_text", "offers"],
    "actors__his__no_deal": {"uniform": [0, 0.6], **WHY},
    "actors__her__weight_concentration": {"value": 20, **WHY},
    "factors": {"mood": "how they feel about the well"},
    "aftermath__hazard": {
        "uniform": [0.01, 0.1],
        "common": {"factor": "mood", "loading": 0.5},
        **WHY,
    },
    "clauses__water__options__shared__contested_consent": {"his": {"value": 0.5, **WHY}},
}
HIS = frozenset({(Purpose.NUMBER, "actors.his.no_deal")})


@pytest.fixture(scope="module")
def ensemble():
    return without_evidence(Ensemble(small_scenario(**CHANGES), seed=3, draws=40, replications=5))


def taking(ensemble, taken, seed=4):
    return Exchange(ensemble, seed, frozenset(taken))


def draws_of(exchange):
    return exchange.drawn(np.arange(exchange.ensemble.worlds))


def test_taking_nothing_leaves_all_draws_and_worlds_as_they_were(ensemble):
    own, forms = draws_of(taking(ensemble, ()))
    usual, usual_forms = drawn_with_forms(ensemble, np.arange(ensemble.worlds))
    assert set(own) == set(usual)
    assert all((own[path] == usual[path]).all() for path in own)
    assert (forms == usual_forms).all()
    digest = Digest()
    for record in play(ensemble):
        digest.update(worlds_table(ensemble.scenario, ensemble.replications, record))
    assert digest_of(taking(ensemble, ()).played()) == digest.hexdigest()


def test_taking_everything_gives_the_draws_of_the_other_seed(ensemble):
    every, forms = draws_of(taking(ensemble, addresses_of(ensemble.scenario)))
    other = Ensemble(ensemble.scenario, 4, ensemble.draws, ensemble.replications)
    theirs, their_forms = drawn_with_forms(other, np.arange(other.worlds))
    assert all((every[path] == theirs[path]).all() for path in every)
    assert (forms == their_forms).all()


def test_taking_one_number_changes_that_number_alone(ensemble):
    own, _ = draws_of(taking(ensemble, ()))
    crossed, _ = draws_of(taking(ensemble, HIS))
    changed = {path for path in own if (own[path] != crossed[path]).any()}
    assert changed == {"actors.his.no_deal"}


def test_every_thing_that_differs_between_draws_has_an_address(ensemble):
    names = {name for _, name in addresses_of(ensemble.scenario)}
    assert {"forms", "mood", "actors.his.no_deal", "aftermath.hazard"} <= names
    assert "clauses.water.consent.his" in names
    assert {"actors.her.weights.water.gamma", "actors.her.weights.water.power"} <= names
    own, _ = draws_of(taking(ensemble, ()))
    every, _ = draws_of(taking(ensemble, addresses_of(ensemble.scenario)))
    differs = {path for path in own if np.ptp(own[path]) > 0}
    assert {path for path in own if (own[path] != every[path]).any()} == differs


def test_worlds_whose_numbers_do_not_count_are_the_same(ensemble):
    after = frozenset({(Purpose.NUMBER, "aftermath.hazard")})
    before = [table.column("event_signed") for table in taking(ensemble, ()).played()]
    again = [table.column("event_signed") for table in taking(ensemble, after).played()]
    assert before == again
    told = [table.column("utility_his") for table in taking(ensemble, HIS).played()]
    assert told != [table.column("utility_his") for table in taking(ensemble, ()).played()]


def test_what_is_known_does_not_weigh_them():
    changes = {**CHANGES, "record": WHY, "calendar__talks_since": "2024-10-07",
               "calendar__patience_spent": {"value": 1, **WHY}}  # fmt: skip
    known = Ensemble(small_scenario(**changes), 3, 40, 5)
    scenario = without_evidence(known).scenario
    assert (scenario.evidence, scenario.record, scenario.given) == ("none", None, ())


def test_pick_and_freeze_agrees_with_the_closed_form_of_a_linear_toy():
    effects = {"a": 3.0, "b": 2.0, "c": 1.0}
    numbers = {name: Number(uniform=(0, 1), **WHY) for name in effects}
    worlds = np.arange(4000)

    def toy(taken):
        streams = Crossed(streams_of(1, 1, worlds), streams_of(2, 1, worlds), frozenset(taken))
        found = drawn(numbers, (), streams)
        return Played(sum(effect * found[name] for name, effect in effects.items())[:, None])

    groups = {"a": ["a"], "b and c": ["b", "c"], "c": ["c"]}
    after = {
        group: toy((Purpose.NUMBER, name) for name in names) for group, names in groups.items()
    }
    found = total_table(toy(()), after).set_index("group")
    for group, names in groups.items():
        expected = sum(effects[name] ** 2 for name in names) / 14
        error = found.loc[group, "error"]
        assert found.loc[group, "total"] == pytest.approx(expected, abs=4 * error)
        assert error < 0.03
