"""The talks as a Mesa model: sessions, worlds beside each other, and any scenario at all."""

import mesa
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.play.ensemble import Ensemble, play
from sim.play.executors import SERIAL
from sim.play.executors.processes import Processes
from sim.scenario.reading.reader import read_scenario
from sim.talks.model import Actor, NegotiationModel
from sim.talks.record import joined
from tests.small import WHY, mediated_scenario, mediated_tree, small_scenario, small_tree
from tests.talks.small_talks import (
    EVENTFUL,
    NOBODY_LEAVES,
    PROTOCOLS,
    REFUSES_ALL,
    assert_same,
    body,
    model_of,
    plain,
    played,
    walkout,
    weeks_of,
)

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


# --- Worlds -----------------------------------------------------------------------------------


def test_worlds_must_be_of_batches_near_each_other_and_in_order():
    for worlds in ([0, 16_000], [1, 0], [3, 3]):
        with pytest.raises(ValueError, match="worlds of one model"):
            NegotiationModel(small_scenario(), 0, 1, worlds)


def test_another_seed_gives_other_worlds():
    assert (played(small_scenario(), 100).week != played(small_scenario(), 100, seed=1).week).any()


def records(scenario, draws, executor=SERIAL):
    return joined(list(play(Ensemble(scenario, 5, draws, 4), executor)))


def test_the_first_draws_of_a_longer_ensemble_are_the_draws_alone_in_any_number_of_processes():
    few, many = records(small_scenario(), 300), records(small_scenario(), 1300, Processes(2))
    assert len(many.world) == 5200
    assert_same(few, many, slice(None), slice(1200))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_world_alone_is_the_world_in_its_batch(protocol):
    scenario = mediated_scenario(**EVENTFUL, protocol=protocol, without_mediator="offers")
    batch = played(scenario, worlds=1000, replications=10)
    for world in (0, 17, 999):
        alone = NegotiationModel(scenario, 0, 10, [world]).run()
        assert_same(alone, batch, slice(None), [world])


def test_a_world_of_a_later_batch_is_the_same_alone():
    worlds = np.arange(3000, 3100)
    batch = NegotiationModel(small_scenario(), 0, 10, worlds).run()
    alone = NegotiationModel(small_scenario(), 0, 10, [3033]).run()
    assert_same(alone, batch, slice(None), [33])


# --- Any scenario -----------------------------------------------------------------------------

PART = st.floats(0, 1).map(lambda x: round(x, 3))


DRAWN = {"uniform": [0, 1], **WHY}
CHAIR = {
    **{"drafter": "chair", "initial": "halves", "persuasion": 1, "temperature": 0.05},
    **{"misreading": 0.1, "misjudgement": 0.1},
    **WHY,
}


@st.composite
def scenarios(draw):
    """Any talks of two or three at all, with everything in them that may happen."""
    mediated = draw(st.booleans())
    names = ("her", "his", "envoy") if mediated else ("her", "his")
    changes = {
        "protocol": draw(st.sampled_from(PROTOCOLS)),
        "calendar__horizon": plain(draw(st.sampled_from([3, 7.5, 26]))),
        "calendar__weeks_between_sessions": plain(draw(st.sampled_from([0.5, 1, 3]))),
        "protocols__offers__recognition": draw(st.sampled_from(["random", "rotation"])),
        "protocols__offers__drafts": draw(st.sampled_from([1, 3])),
        "protocols__single_text__initial": draw(st.sampled_from(["her_wish", "halves"])),
        "protocols__single_text__persuasion": draw(st.sampled_from([0, 1, 5])),
        "signatories__base": draw(st.lists(st.sampled_from(names), min_size=1, unique=True)),
        "aftermath__hazard": draw(PART),
        "aftermath__renegotiation": draw(st.sampled_from([None, plain(1), DRAWN])),
        "aftermath__swing": draw(st.sampled_from([None, plain(0.5), DRAWN])),
        "answers__memory": draw(st.sampled_from([None, plain(1), {"uniform": [1, 6], **WHY}])),
        "linkages": draw(st.sampled_from([{}, LINKAGES])),
    }
    for name in names:
        family = body(threshold=draw(PART), people_noise=0.2, lag=draw(PART) * 5)
        changes |= {
            f"actors__{name}__no_deal": plain(draw(st.floats(-1, 1.5))),
            f"actors__{name}__walkout": walkout(draw(PART), draw(PART)),
            f"actors__{name}__returns": draw(st.sampled_from([None, plain(0.5)])),
            f"actors__{name}__weight_concentration": plain(draw(st.floats(0.5, 100))),
            f"actors__{name}__anticipates": draw(st.booleans()),
            f"actors__{name}__refusal_cost": draw(st.sampled_from([None, plain(0.1)])),
            f"actors__{name}__domestic": draw(
                st.sampled_from([None, {**family, "name": f"{name}_family"}])
            ),
            f"actors__{name}__bargaining__misforesight": draw(st.sampled_from([None, plain(0.5)])),
            **{
                f"actors__{name}__bargaining__{trait}": draw(PART)
                for trait in ("aspiration", "noise", "imprecision", "accommodation", "misreading")
            },
        }
    if draw(st.booleans()):
        changes["protocols__single_text"] = {
            **CHAIR,
            "persuasion": draw(st.sampled_from([0, 1])),
            "sparing": draw(st.sampled_from([None, 0, 0.5, 1])),
        }
    changes["protocols__single_text__rewrites"] = draw(st.sampled_from([0, 1, 3]))
    changes["protocols__single_text__invention"] = draw(st.sampled_from([None, 0, 0.3, 1]))
    changes["clauses__water__options__his__invented"] = draw(st.booleans())
    consent = draw(st.lists(st.sampled_from(names), unique=True))
    changes["clauses__water__options__shared__consent"] = consent
    changes["clauses__water__options__hers__breach"] = draw(st.sampled_from([None, plain(0.5)]))
    if draw(st.booleans()):
        changes["signatories__quota"] = {"share": draw(st.sampled_from([0.5, 1]))}
    if mediated:
        changes |= {
            "without_mediator": draw(st.sampled_from(["offers", "suspended"])),
            "calendar__deadline__date": "2025-01-16",
            "calendar__deadline__weeks": draw(st.sampled_from([0.3, 2])),
            "calendar__deadline__fates__dropped": draw(PART),
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
def test_any_scenario_plays_to_the_end_and_its_record_makes_sense(scenario, seed):
    record = NegotiationModel(scenario, seed, 1, np.arange(40)).run()
    codes = np.bincount(record.outcome, minlength=len(scenario.outcomes) + 1)
    assert len(codes) == len(scenario.outcomes) + 1
    assert codes.sum() == 40
    assert codes[-1] == 0
    horizon = scenario.calendar.horizon.mean
    assert ((record.week >= 0) & (record.week <= horizon)).all()
    assert (record.settled_week >= record.week).all()
    assert np.isfinite(record.utility).all()
    assert not (record.event_week < 0).any()
    signed, refused = record.signed, (record.ratified == 0)
    np.testing.assert_array_equal(record.by[signed], refused[signed])
    assert (record.ratified[~signed] == -1).all()
    in_force = ~np.isnan(record.in_force_week)
    assert signed[in_force].all()
    assert not refused[in_force].any()
    assert (record.broken_week[in_force] >= record.in_force_week[in_force])[
        ~np.isnan(record.broken_week[in_force])
    ].all()
    when = weeks_of(record, scenario, "signed")
    assert (when[signed] <= record.week[signed]).all()
    np.testing.assert_array_equal(np.isnan(weeks_of(record, scenario, "in_force")), ~in_force)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_any_events_come_in_an_order_that_makes_sense(protocol):
    scenario = mediated_scenario(
        protocol=protocol,
        actors__her__returns=plain(0.2),
        actors__her__walkout=walkout(0.05, 1),
        actors__his__walkout=None,
        actors__envoy__walkout=None,
        calendar__deadline=None,
        aftermath__renegotiation=0.5,
        clauses__water__options__shared__breach=plain(0.3),
        questions={
            "tabled_half": {
                "label": "half of the water is on the table",
                "event": "tabled",
                "all": {"water": "shared"},
                "by": "2025-03-01",
            },
            "signed_half": {
                "label": "half of the water is signed",
                "event": "signed",
                "all": {"water": "shared"},
                "by": "2025-03-01",
            },
        },
    )
    record = played(scenario)

    def weeks(event):
        return weeks_of(record, scenario, event)

    def never_before(later, earlier):
        """One thing never happens without another, nor before it."""
        happened = ~np.isnan(weeks(later))
        assert happened.any(), later
        assert (weeks(later)[happened] >= weeks(earlier)[happened]).all(), (later, earlier)

    never_before("signed_half", "tabled_half")
    never_before("signed_half", "signed")
    never_before("in_force", "signed")
    never_before("refused", "signed")
    never_before("in_effect", "signed")
    never_before("broken", "in_effect")
    never_before("resumed", "suspended")
    never_before("suspended", "left_her")
    half = weeks("signed_half") == weeks("signed")
    np.testing.assert_array_equal(weeks("in_effect")[half], weeks("signed")[half])
