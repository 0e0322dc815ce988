"""The talks as a whole: what ends them and when, what may not change them, what theory demands."""

import json
from dataclasses import fields

import mesa
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import special, stats

from sim.play.ensemble import Ensemble, play
from sim.play.executors import SERIAL
from sim.play.executors.processes import Processes
from sim.scenario.reading.reader import read_scenario
from sim.talks.batch import open_batch
from sim.talks.model import Actor, NegotiationModel
from tests.small import WHY, mediated_scenario, mediated_tree, small_scenario, small_tree

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


@pytest.mark.parametrize("between", [0.25, 2, 6, 13])
def test_the_fate_of_a_deadline_does_not_depend_on_the_calendar_of_the_sessions(between):
    def weeks(calendar):
        scenario = mediated_scenario(
            **REFUSES_ALL,
            **NOBODY_LEAVES,
            actors__envoy__walkout=None,
            calendar__deadline=deadline(extension=0.8, next_extension=0.6, weeks=1.5, times=6),
            calendar__weeks_between_sessions=plain(calendar),
        )
        return played(scenario).week

    np.testing.assert_allclose(weeks(between), weeks(1))


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


@pytest.mark.parametrize(("protocol", "at_first"), [("single_text", 0.0), ("offers", 3.0)])
def test_an_actor_remembers_the_texts_of_the_last_sessions_and_at_first_the_initial_one(
    protocol, at_first
):
    scenario = small_scenario(**REFUSES_ALL, **NOBODY_LEAVES, protocol=protocol, memory=3)
    model = model_of(scenario, worlds=100)
    his = model.actors[1]
    # The initial text is her wish, worth nothing to him; offers have none: no deal, worth 3.
    worth = [np.full(100, at_first)] * 3
    for _ in range(12):
        model.step()
        worth.append(his.utility)
        np.testing.assert_allclose(his.recent.max(axis=1), np.max(worth[-3:], axis=0), atol=1e-12)


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


def pen(model):
    """What the drafter believes of the others."""
    return model.parties.beliefs(model.spec.protocols.single_text.drafter)


def test_drivers_and_moods_are_those_of_the_same_world_under_another_scenario():
    same = {**REFUSES_ALL, **NOBODY_LEAVES, "protocol": "single_text"}
    one = model_of(small_scenario(**same), worlds=50)
    tree = small_tree(**same, actors__her__bargaining__patience=7)
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
        np.testing.assert_array_equal(one.parties.mood, two.parties.mood)
        misjudged = [pen(model).misjudged for model in (one, two)]
        np.testing.assert_array_equal(*misjudged)
        assert misjudged[0].any()


# --- Worlds -----------------------------------------------------------------------------------


def test_worlds_must_be_of_batches_near_each_other_and_in_order():
    for worlds in ([0, 16_000], [1, 0], [3, 3]):
        with pytest.raises(ValueError, match="worlds of one model"):
            NegotiationModel(small_scenario(), 0, 1, worlds)


def test_another_seed_gives_other_worlds():
    assert (played(small_scenario(), 100).week != played(small_scenario(), 100, seed=1).week).any()


def records(scenario, draws, executor=SERIAL):
    parts = list(play(Ensemble(scenario, 5, draws, 4), executor))
    return {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(parts[0])}


def test_the_first_draws_of_a_longer_ensemble_are_the_draws_alone_in_any_number_of_processes():
    few, many = records(small_scenario(), 300), records(small_scenario(), 1300, Processes(2))
    assert len(many["world"]) == 5200
    for name, column in few.items():
        np.testing.assert_array_equal(column, many[name][:1200], err_msg=name)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_world_alone_is_the_world_in_its_batch(protocol):
    scenario = mediated_scenario(protocol=protocol, calendar__deadline__then="offers")
    batch = played(scenario, worlds=1000, replications=10)
    for world in (0, 17, 999):
        alone = NegotiationModel(scenario, 0, 10, [world]).run()
        assert_same(alone, batch, slice(None), [world])


def test_a_world_of_a_later_batch_is_the_same_alone():
    worlds = np.arange(3000, 3100)
    batch = NegotiationModel(small_scenario(), 0, 10, worlds).run()
    alone = NegotiationModel(small_scenario(), 0, 10, [3033]).run()
    assert_same(alone, batch, slice(None), [33])


# --- Outcomes ---------------------------------------------------------------------------------


def ending_by_hand(record, world):
    """How a world ended, from what its record says happened."""
    if record.option[world, 0] >= 0:
        if (record.ratified[world] == 0).any():
            return "rejected"
        return "in_force" if np.isnan(record.broken_week[world]) else "broken"
    if record.by[world].any():
        return "mediator_left" if record.by[world, 2] else "collapsed"
    return "talking"


def outcome_by_hand(scenario, record, world):
    ending = ending_by_hand(record, world)
    for code, rule in enumerate(scenario.outcomes.values()):
        terms = {
            clause: list(scenario.clauses[clause].options)[record.option[world, row]]
            for row, clause in enumerate(scenario.clauses)
            if record.option[world, 0] >= 0
        }
        says_all = all(terms.get(clause) in names for clause, names in rule.all.items())
        if ending in [e.value for e in rule.ended] and says_all:
            return code
    return len(scenario.outcomes)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_world_has_the_one_outcome_that_its_record_tells_of(protocol):
    rules = {
        "halves_hold": {"label": "a", "ended": "in_force", "all": {"water": "shared"}},
        "broken": {"label": "b", "ended": "broken"},
        "rejected": {"label": "c", "ended": "rejected"},
        "collapsed": {"label": "d", "ended": "collapsed"},
        "left": {"label": "e", "ended": "mediator_left"},
        "talking": {"label": "f", "ended": "talking"},
    }
    scenario = mediated_scenario(
        protocol=protocol,
        outcomes=rules,
        actors__her__domestic__threshold=0.6,
        aftermath__hazard=0.03,
        calendar__deadline=deadline(extension=0.97, next_extension=0.97, times=20, weeks=2),
        actors__her__bargaining__patience=60,
    )
    record = played(scenario)
    by_hand = [outcome_by_hand(scenario, record, world) for world in range(1000)]
    assert record.outcome.tolist() == by_hand
    assert np.bincount(record.outcome, minlength=7).sum() == 1000
    assert len(set(by_hand)) >= 5


def test_what_no_rule_takes_is_other():
    rules = {"deal": {"label": "a deal", "ended": ["in_force", "broken", "rejected"]}}
    scenario = small_scenario(**REFUSES_ALL, outcomes=rules)
    assert share(played(scenario, 100).outcome, scenario, "other") == 1


# --- What theory demands ----------------------------------------------------------------------

SHARP = {
    f"actors__{name}__bargaining__{field}": value
    for name in ("her", "his")
    for field, value in {"noise": 0, "imprecision": 0, "aspiration": 0.01}.items()
}
UNSURE = {f"actors__{name}__no_deal": {"uniform": [-0.3, 1], **WHY} for name in ("her", "his")}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_sharp_round_signs_only_where_some_package_strictly_beats_no_deal_for_all(protocol):
    scenario = small_scenario(
        **SHARP,
        **UNSURE,
        **NOBODY_LEAVES,
        protocol=protocol,
        calendar__horizon=plain(1),
        protocols__single_text__initial="halves",
    )
    worlds = np.arange(1000)
    batch = open_batch(scenario, 0, 1, worlds)
    texts = batch.space.enumerate()
    beats = np.ones((1000, len(texts)), dtype=bool)
    for actor in (0, 1):
        table = batch.utilities.own[:, actor]
        worth = np.stack([table[:, text].sum(axis=1) for text in texts], axis=1)
        beats &= worth > batch.utilities.no_deal[:, [actor]]
    possible = beats.any(axis=1)
    signed = played(scenario).option[:, 0] >= 0
    assert not (signed & ~possible).any()
    assert signed.any()
    assert (~possible).any()


def test_very_noisy_actors_accept_half_of_the_time():
    noisy = {f"actors__{name}__bargaining__noise": 100 for name in ("her", "his")}
    model = model_of(small_scenario(**noisy), worlds=1000)
    model.step()
    for actor in model.actors:
        assert actor.accepted.mean() == pytest.approx(0.5, abs=monte_carlo_error(0.5, 1000))


def test_very_imprecise_actors_propose_every_package_alike():
    loose = {f"actors__{name}__bargaining__imprecision": 2 for name in ("her", "his")}
    first = np.concatenate(
        [
            played(small_scenario(**loose, protocol="offers"), seed=seed).first_option
            for seed in range(3)
        ]
    )
    counts = np.bincount(first[:, 0] * 3 + first[:, 1], minlength=9)
    assert stats.chisquare(counts).pvalue > 0.001


def test_an_exact_actor_that_does_not_accommodate_proposes_what_it_asks_for():
    scenario = small_scenario(
        protocol="offers",
        protocols__offers__chances={"her": 1, "his": 0, **WHY},
        actors__her__bargaining__imprecision=0,
        actors__her__bargaining__accommodation=0,
    )
    assert (played(scenario, 100).first_option == [0, 0]).all()


def test_an_actor_comes_to_propose_what_the_others_wish_as_its_patience_ends():
    scenario = small_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        protocol="offers",
        protocols__offers__chances={"her": 1, "his": 0, **WHY},
        actors__her__bargaining__imprecision=0,
        actors__her__bargaining__accommodation=1,
        actors__her__bargaining__misreading=0,
    )
    model = model_of(scenario, 100)
    texts = []
    while model.running:
        model.step()
        texts.append(model.space.options_of(model.text))
    assert (texts[0] == 0).all()  # her wish
    assert (texts[20] == 2).all()  # his, when her twenty weeks are over


def test_a_mood_lasts_from_session_to_session_as_long_as_its_relaxation_says():
    model = model_of(small_scenario(**REFUSES_ALL, **NOBODY_LEAVES))
    moods = []
    for _ in range(5):
        model.step()
        moods.append(model.actors[0].mood)
    for weeks in (1, 4):
        correlation = np.corrcoef(moods[0], moods[weeks])[0, 1]
        assert correlation == pytest.approx(np.exp(-weeks / 4), abs=0.1)


def test_a_drafter_that_misjudges_what_the_others_would_sign_writes_other_texts():
    right, wrong = (
        played(
            small_scenario(
                actors__her__bargaining__misjudgement=sd, protocols__single_text__persuasion=3
            ),
            200,
        ).first_option
        for sd in (0, 1)
    )
    assert (right != wrong).any()


@pytest.mark.parametrize("sessions", [1, 6, 20])
def test_at_any_session_an_actor_accepts_with_the_logistic_chance(sessions):
    # He refuses all, so that the talks go on; her answers are looked at.
    changes = {k: v for k, v in REFUSES_ALL.items() if "his" in k}
    scenario = small_scenario(
        **changes, **NOBODY_LEAVES, actors__her__bargaining__noise=0.3, protocol="offers"
    )
    accepted, chances = [], []
    for seed in range(4):
        model = model_of(scenario, seed=seed)
        for _ in range(sessions):
            model.step()
        her = model.actors[0]
        accepted.append(her.accepted)
        chances.append(special.expit((her.utility - her.threshold) / 0.3))
    expected = np.concatenate(chances)
    error = 4 * np.sqrt((expected * (1 - expected)).sum()) / expected.size
    assert np.concatenate(accepted).mean() == pytest.approx(expected.mean(), abs=error)


def test_with_a_better_no_deal_an_actor_accepts_nothing_that_it_refused_before():
    # She refuses all, so that the same packages come to the table in both.
    changes = {k: v for k, v in REFUSES_ALL.items() if "her" in k}
    one, two = (
        model_of(
            small_scenario(
                **changes, **NOBODY_LEAVES, protocol="offers", actors__his__no_deal=plain(d)
            )
        )
        for d in (0.2, 0.35)
    )
    fewer = 0
    for _ in range(26):
        one.step()
        two.step()
        np.testing.assert_array_equal(one.text, two.text)
        before, after = one.actors[1].accepted, two.actors[1].accepted
        assert not (after & ~before).any()
        fewer += (before & ~after).sum()
    assert fewer > 0


def odds(scenario, seeds=range(4)):
    codes = np.concatenate([played(scenario, seed=seed).outcome for seed in seeds])
    return np.bincount(codes, minlength=len(scenario.outcomes) + 1) / len(codes), len(codes)


def assert_same_odds(one, two, seeds=range(4)):
    """Assert that two scenarios have the same odds up to Monte Carlo error (other seeds)."""
    (first, worlds), (second, _) = odds(one, seeds), odds(two, [seed + 100 for seed in seeds])
    pooled = (first + second) / 2
    error = 4 * np.sqrt(2 * pooled * (1 - pooled) / worlds) + 1e-9
    assert (np.abs(first - second) <= error).all(), (first, second)
    assert first[:3].min() > 0.02


PRECISE = {f"actors__{name}__bargaining__imprecision": 0.01 for name in ("her", "his")}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_option_that_is_bad_for_all_changes_no_odds(protocol):
    tree = small_tree(protocol=protocol, **PRECISE)
    tree["clauses"]["water"]["options"]["filled_in"] = {"label": "the well is filled in"}
    for actor in tree["actors"].values():
        actor["values"]["water"]["filled_in"] = -1
    assert_same_odds(small_scenario(protocol=protocol, **PRECISE), read_scenario(tree))


def renamed(tree, names):
    text = json.dumps(tree)
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return json.loads(text)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "names",
    [{"her": "zoe", "his": "abe"}, {"water": "a_well", "upkeep": "its_cost"}],
    ids=["actors", "clauses"],
)
def test_other_names_change_no_odds(protocol, names):
    tree = renamed(small_tree(protocol=protocol), names)
    assert_same_odds(small_scenario(protocol=protocol), read_scenario(tree))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("part", ["actors", "clauses"])
def test_another_order_changes_no_odds(protocol, part):
    tree = small_tree(protocol=protocol)
    tree[part] = dict(reversed(tree[part].items()))
    assert_same_odds(small_scenario(protocol=protocol), read_scenario(tree))


# --- Uncertain rules, foresight ---------------------------------------------------------------


def test_chances_to_speak_may_differ_between_draws():
    chances = {"her": {"choice": {"values": [0, 1], "chances": [0.5, 0.5]}, **WHY}, "his": 1, **WHY}
    model = model_of(
        small_scenario(protocol="offers", protocols__offers__chances=chances, **REFUSES_ALL)
    )
    silent = model.batch.number("protocols.offers.chances.her") == 0
    model.step()
    assert (model.speaker[silent] == 1).all()
    assert (model.speaker[~silent] == 0).mean() == pytest.approx(0.5, abs=0.1)


def test_the_actors_of_a_rotation_speak_in_turn():
    offers = {"recognition": "rotation", "order": ["his", "her"]}
    model = model_of(
        small_scenario(protocol="offers", protocols__offers=offers, **REFUSES_ALL, **NOBODY_LEAVES),
        worlds=10,
    )
    for session in range(4):
        model.step()
        assert (model.speaker == (session + 1) % 2).all()


def test_an_actor_that_foresees_the_vote_at_home_answers_on_what_a_signature_is_worth():
    scenario = small_scenario(
        actors__her__anticipates=True,
        actors__her__bargaining__noise=0,
        actors__her__domestic__people_noise=0.5,
        actors__her__domestic__vote_noise=0.5,
    )
    model = model_of(scenario)
    model.step()
    her = model.actors[0]
    q = special.expit((her.utility - 0.4) / 0.5)  # drivers are at 0; no other body votes
    p = special.expit((q - 0.5) / 0.5)
    worth = p * her.utility + (1 - p) * her.no_deal
    np.testing.assert_array_equal(her.accepted, worth >= her.threshold - 1e-9)
    assert (her.accepted != (her.utility >= her.threshold)).any()


# --- Any scenario -----------------------------------------------------------------------------

PART = st.floats(0, 1).map(lambda x: round(x, 3))


@st.composite
def scenarios(draw):
    mediated = draw(st.booleans())
    changes = {
        "protocol": draw(st.sampled_from(PROTOCOLS)),
        "calendar__horizon": plain(draw(st.sampled_from([3, 7.5, 26]))),
        "calendar__weeks_between_sessions": plain(draw(st.sampled_from([0.5, 1, 3]))),
        "protocols__offers__recognition": draw(st.sampled_from(["random", "rotation"])),
        "protocols__single_text__initial": draw(st.sampled_from(["her_wish", "halves"])),
        "protocols__single_text__persuasion": draw(st.sampled_from([0, 1, 5])),
        "signatories__base": draw(st.sampled_from([["her"], ["his"], ["her", "his"]])),
        "aftermath__hazard": draw(PART),
        "memory": draw(st.integers(1, 6)),
        "actors__his__anticipates": draw(st.booleans()),
        "linkages": draw(st.sampled_from([{}, LINKAGES])),
    }
    for name in ("her", "his"):
        changes |= {
            f"actors__{name}__no_deal": plain(draw(st.floats(-1, 1.5))),
            f"actors__{name}__walkout": walkout(draw(PART), draw(PART)),
            f"actors__{name}__weight_concentration": plain(draw(st.floats(0.5, 100))),
            **{
                f"actors__{name}__bargaining__{trait}": draw(PART)
                for trait in ("aspiration", "noise", "imprecision", "accommodation", "misreading")
            },
        }
    consent = draw(st.lists(st.sampled_from(["her", "his"]), unique=True))
    changes["clauses__water__options__shared__consent"] = consent
    if draw(st.booleans()):
        changes["signatories__quota"] = {"share": draw(st.sampled_from([0.5, 1]))}
    if mediated:
        changes |= {
            "calendar__deadline__then": draw(st.sampled_from(["offers", "talks_end"])),
            "calendar__deadline__date": "2025-01-16",
            "calendar__deadline__weeks": draw(st.sampled_from([0.3, 2])),
            "actors__envoy__walkout": walkout(draw(PART)),
        }
    tree = (mediated_tree if mediated else small_tree)(**changes)
    for actor in tree["actors"].values():
        for values in actor["values"].values():
            values["spread"] = 0.01
    return read_scenario(tree)


LINKAGES = {
    "hers_for_pay": {
        "label": "she draws it all and pays for it all",
        "when": {"water": "hers", "upkeep": "she_pays"},
        "worth": {**WHY, "her": 0.1, "his": -0.1},
    }
}


@given(scenarios(), st.integers(0, 1000))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_scenario_plays_to_the_end_and_its_odds_sum_to_one(scenario, seed):
    record = NegotiationModel(scenario, seed, 1, np.arange(40)).run()
    codes = np.bincount(record.outcome, minlength=len(scenario.outcomes) + 1)
    assert len(codes) == len(scenario.outcomes) + 1
    assert codes.sum() == 40
    assert codes[-1] == 0
    horizon = scenario.calendar.horizon.mean
    assert ((record.week >= 0) & (record.week <= horizon)).all()
    assert (record.settled_week >= record.week).all()
    assert np.isfinite(record.utility).all()
    signed = record.option[:, 0] >= 0
    assert not (record.by[signed] & (record.ratified[signed] != 0)).any()
    assert (record.ratified[~signed] == -1).all()
