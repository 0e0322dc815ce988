"""The talks as a whole: what ends them and when, what may not change them, what theory demands."""

from dataclasses import fields

import mesa
import numpy as np
import pytest
from scipy import stats

from sim.ensemble import Ensemble, play
from sim.model import Actor, NegotiationModel
from sim.scenario.scenario import read_scenario
from tests.small import WHY, mediated_scenario, small_scenario, small_tree

PROTOCOLS = ("offers", "single_text")
REFUSES_ALL = {
    f"actors__{name}__{field}": value
    for name in ("her", "his")
    for field, value in {"no_deal": {"value": 3, **WHY}, "bargaining__noise": 0}.items()
}
SIGNS_ALL = {
    f"actors__{name}__{field}": value
    for name in ("her", "his")
    for field, value in {
        "no_deal": {"value": -2, **WHY},
        "bargaining__aspiration": 0,
        "bargaining__noise": 0,
        "loadings": {},
    }.items()
}
NOBODY_LEAVES = {"actors__her__walkout": None, "actors__his__walkout": None}


def plain(value):
    return {"value": value, **WHY}


def walkout(rate, sensitivity=0):
    return {**WHY, "rate": rate, "sensitivity": sensitivity}


def deadline(**changes):
    return {
        **WHY,
        "date": "2025-01-08",  # two days after the start
        "extension": 0,
        "next_extension": 0,
        "weeks": 1,
        "times": 0,
        "then": "talks_end",
        **changes,
    }


def model_of(scenario, worlds=1000, seed=0, replications=1, **options):
    return NegotiationModel(scenario, seed, replications, np.arange(worlds), **options)


def played(scenario, worlds=1000, seed=0, replications=1):
    return model_of(scenario, worlds, seed, replications).run()


def share(outcomes, scenario, name):
    names = [*scenario.outcomes, "other"]
    return float(np.mean(outcomes == names.index(name)))


def assert_same(one, two, rows=slice(None), other_rows=None):
    """Assert that two records tell the same of some rows."""
    others = rows if other_rows is None else other_rows
    for field in fields(one):
        a, b = getattr(one, field.name)[rows], getattr(two, field.name)[others]
        np.testing.assert_array_equal(a, b, err_msg=field.name)


def monte_carlo_error(p, worlds, errors=4.0):
    return errors * np.sqrt(p * (1 - p) / worlds) + 1e-12


# --- A Mesa model -----------------------------------------------------------------------------


def test_the_model_is_a_mesa_model_and_its_agents_are_the_parties():
    model = model_of(small_scenario(), worlds=3)
    assert isinstance(model, mesa.Model)
    assert all(isinstance(agent, (Actor, mesa.Agent)) for agent in model.agents)
    assert [agent.name for agent in model.agents] == ["her", "his"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_step_is_one_session_of_all_worlds(protocol):
    model = model_of(small_scenario(protocol=protocol, **REFUSES_ALL, **NOBODY_LEAVES), worlds=5)
    weeks = []
    while model.running:
        weeks.append(model.week)
        model.step()
    assert weeks == list(range(26))
    assert (model.record().week == 26).all()


def test_the_data_collector_tells_each_session_of_a_single_world():
    model = model_of(
        small_scenario(**REFUSES_ALL, **NOBODY_LEAVES, calendar__horizon=plain(4)),
        worlds=1,
        collect=True,
    )
    model.run()
    sessions = model.datacollector.get_model_vars_dataframe()
    assert sessions["round"].tolist() == [0, 1, 2, 3]
    assert sessions["week"].tolist() == [0, 1, 2, 3]
    answers = model.datacollector.get_agent_vars_dataframe()
    assert len(answers) == 8
    assert set(answers["actor"]) == {"her", "his"}
    assert not answers["accepted"].any()


# --- The order within a session ---------------------------------------------------------------


def test_a_signature_comes_before_deadline_and_departures():
    scenario = mediated_scenario(
        **SIGNS_ALL,
        calendar__deadline=deadline(),
        actors__her__walkout=walkout(100),
        actors__envoy__walkout=walkout(100),
    )
    record = played(scenario, worlds=200)
    assert (record.round == 0).all()
    assert (record.option >= 0).all()


def test_a_deadline_comes_before_departures():
    scenario = mediated_scenario(
        **REFUSES_ALL, calendar__deadline=deadline(), actors__her__walkout=walkout(100)
    )
    record = played(scenario, worlds=200)
    assert record.by.tolist() == [[False, False, True]] * 200
    assert record.week == pytest.approx(2 / 7)


def test_departures_come_before_the_horizon():
    scenario = small_scenario(
        **REFUSES_ALL,
        actors__her__walkout=walkout(100),
        calendar__horizon=plain(1),
    )
    record = played(scenario, worlds=200)
    assert record.by[:, 0].all()
    assert (record.week < 1).all()


def test_a_deadline_on_the_day_of_a_session_still_lets_that_session_sign():
    scenario = mediated_scenario(
        **REFUSES_ALL, **NOBODY_LEAVES, calendar__deadline=deadline(date="2025-01-13")
    )
    model = model_of(scenario, worlds=5)
    model.step()
    assert model.running
    model.step()
    assert not model.running
    assert (model.record().round == 1).all()
    assert (model.record().week == 1).all()


# --- Deadlines --------------------------------------------------------------------------------


def test_a_mediator_leaves_at_each_deadline_with_the_chance_that_it_is_not_extended():
    scenario = mediated_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        actors__envoy__walkout=None,
        calendar__deadline=deadline(extension=0.8, next_extension=0.6, weeks=1.5, times=3),
    )
    worlds = 6000
    weeks = np.concatenate([played(scenario, seed=seed).week for seed in range(6)])
    expected = [0.2, 0.8 * 0.4, 0.8 * 0.6 * 0.4, 0.8 * 0.6 * 0.6]  # the fourth has no extension
    for extensions, chance in enumerate(expected):
        left = np.isclose(weeks, 2 / 7 + 1.5 * extensions).mean()
        assert left == pytest.approx(chance, abs=monte_carlo_error(chance, worlds))


def test_an_extended_deadline_past_the_horizon_ends_nothing():
    scenario = mediated_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        actors__envoy__walkout=None,
        calendar__deadline=deadline(extension=1, weeks=30, times=1),
    )
    record = played(scenario, worlds=100)
    assert not record.by.any()
    assert (record.week == 26).all()


def test_without_the_mediator_the_others_go_on_by_offers_where_the_scenario_says_so():
    scenario = mediated_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        protocols__single_text__drafter="her",
        calendar__deadline=deadline(then="offers"),
    )
    model = model_of(scenario)
    model.step()
    assert (model.speaker == 0).all()
    model.step()
    speakers = np.bincount(model.speaker, minlength=3) / len(model.speaker)
    assert model.left[:, 2].all()
    assert speakers == pytest.approx([0.5, 0.5, 0], abs=monte_carlo_error(0.5, 1000))


def test_an_option_that_needs_the_mediator_cannot_be_signed_without_it():
    options = {name: {"label": name, "consent": ["envoy"]} for name in ("hers", "shared", "his")}
    changes = {**SIGNS_ALL, **NOBODY_LEAVES, "clauses__water__options": options}
    scenario = mediated_scenario(
        **changes,
        actors__envoy__no_deal=plain(3),
        calendar__deadline=deadline(then="offers"),
    )
    assert (played(scenario, worlds=200).option == -1).all()


# --- Departures -------------------------------------------------------------------------------


@pytest.mark.parametrize("between", [0.5, 1, 4, 12])
def test_an_actor_leaves_by_a_date_with_the_chance_of_its_rate_whatever_the_calendar(between):
    rate = 0.05
    scenario = small_scenario(
        **REFUSES_ALL,
        actors__her__walkout=walkout(rate),
        actors__his__walkout=None,
        calendar__weeks_between_sessions=plain(between),
    )
    record = played(scenario, worlds=1000, seed=int(between * 2))
    left = record.by[:, 0]
    chance = -np.expm1(-rate * 26)
    assert left.mean() == pytest.approx(chance, abs=monte_carlo_error(chance, 1000))
    law = stats.truncexpon(b=26 * rate, scale=1 / rate)
    assert stats.kstest(record.week[left], law.cdf).pvalue > 0.001


def test_who_leaves_first_is_drawn_in_proportion_to_the_rates():
    scenario = small_scenario(
        **REFUSES_ALL, actors__her__walkout=walkout(0.3), actors__his__walkout=walkout(0.1)
    )
    by = np.concatenate([played(scenario, seed=seed).by for seed in range(4)])
    assert (by.sum(axis=1) == 1).mean() > 0.99
    assert by[:, 0].mean() == pytest.approx(0.75, abs=monte_carlo_error(0.75, 4000))


def test_two_who_are_not_needed_may_leave_between_the_same_two_sessions():
    tree = small_tree(**REFUSES_ALL, **NOBODY_LEAVES, calendar__weeks_between_sessions=plain(13))
    for name in ("aunt", "uncle"):
        tree["actors"][name] = {**tree["actors"]["his"], "walkout": walkout(0.1)}
    model = model_of(read_scenario(tree), worlds=4000, replications=4000)
    model.step()
    gone = -np.expm1(-1.3)
    both = model.left[:, 2] & model.left[:, 3]
    assert both.mean() == pytest.approx(gone**2, abs=monte_carlo_error(gone**2, 4000))


def test_the_rate_grows_with_what_the_best_recent_text_lacks_of_no_deal():
    # She keeps her wish on the table, worth 0 to him, and no deal is worth .5 to him.
    scenario = small_scenario(
        actors__his__no_deal=plain(0.5),
        actors__his__loadings={},
        actors__his__bargaining__noise=0,
        actors__her__bargaining__imprecision=0,
        actors__her__bargaining__accommodation=0,
        protocols__single_text__persuasion=0,
        actors__her__walkout=None,
        actors__his__walkout=walkout(0.02, sensitivity=4),
    )
    record = np.concatenate([played(scenario, seed=seed).by for seed in range(3)])
    chance = -np.expm1(-0.02 * (1 + 4 * 0.5) * 26)
    assert record[:, 1].mean() == pytest.approx(chance, abs=monte_carlo_error(chance, 3000))


def test_a_base_signatory_that_leaves_ends_the_talks():
    record = played(small_scenario(**REFUSES_ALL, actors__his__walkout=walkout(0.2)))
    scenario = small_scenario()
    assert share(record.outcome, scenario, "no_deal") == 1
    assert (record.option == -1).all()
    assert record.by[:, 1].mean() > 0.8


@pytest.mark.parametrize(("then", "ended"), [("talks_end", True), ("offers", False)])
def test_a_mediator_that_walks_out_ends_the_talks_unless_they_go_on_without_it(then, ended):
    scenario = mediated_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        actors__envoy__walkout=walkout(100),
        calendar__deadline=deadline(then=then, date="2025-03-01"),
    )
    record = played(scenario, worlds=100)
    assert record.by[:, 2].all() == ended
    assert (record.week < 1).all() == ended
    assert (record.week == 26).all() != ended


# --- Time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("between", [1, 4])
def test_a_longer_horizon_changes_nothing_that_happened_before(protocol, between):
    def until(weeks):
        return mediated_scenario(
            protocol=protocol,
            calendar__weeks_between_sessions=plain(between),
            calendar__horizon=plain(weeks),
            actors__her__walkout=walkout(0.02, 2),
            actors__his__bargaining__patience=200,
            actors__his__bargaining__noise=0.01,
            calendar__deadline=deadline(extension=0.9, next_extension=0.9, times=9, then="offers"),
        )

    short, long = played(until(26)), played(until(52))
    before = long.week < 26
    assert 0.05 < before.mean() < 0.95
    assert_same(short, long, before)
    assert (short.week[~before] == 26).all()
    assert (short.option[~before] == -1).all()
    assert not short.by[~before].any()


def test_drivers_and_moods_are_those_of_the_same_world_under_another_scenario():
    one = model_of(small_scenario(**REFUSES_ALL, **NOBODY_LEAVES), worlds=50)
    tree = small_tree(**REFUSES_ALL, **NOBODY_LEAVES, actors__her__bargaining__patience=7)
    tree["clauses"]["gate"] = {
        "label": "Who keeps the gate",
        "options": {"she": {"label": "she"}, "he": {"label": "he"}},
    }
    for text in tree["texts"].values():
        text["terms"]["gate"] = "she"
    for actor in tree["actors"].values():
        actor["weights"]["gate"] = 0.1
        actor["values"]["gate"] = {**WHY, "she": 1, "he": 0}
    two = model_of(read_scenario(tree), worlds=50)
    for _ in range(5):
        one.step()
        two.step()
        np.testing.assert_array_equal(one.drivers, two.drivers)
        for actor, same in zip(one.actors, two.actors, strict=True):
            np.testing.assert_array_equal(actor.mood, same.mood)
            np.testing.assert_array_equal(actor.misjudged, same.misjudged)


# --- Worlds -----------------------------------------------------------------------------------


def test_worlds_must_be_of_one_batch_and_in_order():
    for worlds in ([0, 1000], [1, 0], [3, 3]):
        with pytest.raises(ValueError, match="worlds of one model"):
            NegotiationModel(small_scenario(), 0, 1, worlds)


def test_another_seed_gives_other_worlds():
    assert (played(small_scenario(), 100).week != played(small_scenario(), 100, seed=1).week).any()


def records(scenario, draws, workers=1):
    parts = list(play(Ensemble(scenario, 5, draws, 4), workers))
    return {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(parts[0])}


def test_the_first_draws_of_a_longer_ensemble_are_the_draws_alone_in_any_number_of_processes():
    few, many = records(small_scenario(), 300), records(small_scenario(), 1300, workers=2)
    assert len(many["world"]) == 5200
    for name, column in few.items():
        np.testing.assert_array_equal(column, many[name][:1200], err_msg=name)
