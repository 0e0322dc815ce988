"""Which outcomes a world can come to: known answers, and the engine's own rules over all texts."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.events import Event
from sim.scenario.outcomes import BY_SOMEBODY, SIGNED, Ending
from sim.scenario.reach import (
    LeftOut,
    Taken,
    idle_names,
    impossible_endings,
    last_day,
    left_out,
    never,
    nobody_to_end_it,
    taken,
)
from sim.scenario.reading.reader import read_scenario
from sim.scenario.scenario import Scenario
from sim.talks.diary import weeks_of
from sim.talks.model import NegotiationModel
from sim.talks.outcomes import ENDINGS, outcome_codes
from sim.talks.space import space_of
from tests.small import WHY, mediated_scenario, small_scenario, small_tree

WATER, UPKEEP = ("hers", "shared", "his"), ("he_pays", "both_pay", "she_pays")


def with_rules(**rules):
    """Return the small scenario with other outcomes: ending(s), and terms."""
    return small_scenario(outcomes={name: {"label": name, **rule} for name, rule in rules.items()})


def in_force(**terms):
    return {"ended": "in_force", **terms}


def test_a_rule_beneath_one_that_takes_everything_takes_nothing():
    scenario = with_rules(every=in_force(), some=in_force(all={"water": "shared"}))
    assert taken(scenario, "some", Ending.IN_FORCE) == Taken(False, ("every",))
    assert taken(scenario, "every", Ending.IN_FORCE) == Taken(True)


def test_two_rules_that_share_a_clause_out_leave_nothing_to_a_third():
    scenario = with_rules(
        hers=in_force(all={"water": "hers"}),
        unused={"ended": "broken", "all": {"water": "hers"}},
        others=in_force(any={"water": ["shared", "his"], "upkeep": "both_pay"}),
        third=in_force(all={"upkeep": "she_pays"}),
    )
    assert taken(scenario, "third", Ending.IN_FORCE) == Taken(False, ("hers", "others"))


def test_a_rule_that_one_kind_of_text_is_left_to_is_reached():
    scenario = with_rules(
        hers=in_force(all={"water": ["hers", "his"]}),
        paid=in_force(any={"upkeep": ["he_pays", "both_pay"]}),
        third=in_force(),
    )
    assert taken(scenario, "third", Ending.IN_FORCE) == Taken(True)


def test_terms_fit_nothing_where_nothing_is_signed():
    scenario = with_rules(
        mixed={"ended": ["in_force", "talking"], "all": {"water": "hers"}},
        rest={"ended": ["in_force", "talking"]},
    )
    assert taken(scenario, "mixed", Ending.TALKING) == Taken(False)
    assert taken(scenario, "rest", Ending.TALKING) == Taken(True)


def test_too_many_kinds_of_text_are_not_checked():
    names = [f"c{number}" for number in range(9)]
    first, second = (dict.fromkeys(names, f"o{option}") for option in (0, 1))
    tree = wide_tree(names)
    tree["outcomes"] = {
        "first": {"label": "first", **in_force(all=first)},
        "second": {"label": "second", **in_force(all=second)},
        "third": {"label": "third", **in_force()},
    }
    scenario = read_scenario(tree)
    assert taken(scenario, "second", Ending.IN_FORCE) == Taken(True)
    assert taken(scenario, "third", Ending.IN_FORCE) == Taken(True)  # 3 sorts of options each
    tree["outcomes"]["second"]["all"] = {name: ["o1", "o2"] for name in names}
    tree["outcomes"]["also"] = {"label": "also", **in_force(any=dict.fromkeys(names, "o1"))}
    tree["outcomes"]["last"] = {"label": "last", **in_force()}
    assert taken(read_scenario(tree), "last", Ending.IN_FORCE) == Taken(False, ("third",))
    del tree["outcomes"]["third"]
    assert taken(read_scenario(tree), "last", Ending.IN_FORCE) == Taken(None)
    del tree["outcomes"]["last"]
    assert LeftOut(Ending.IN_FORCE, (), None) in left_out(read_scenario(tree))


def wide_tree(names):
    """Return the small scenario with other clauses, each of four options."""
    tree = small_tree()
    options = [f"o{number}" for number in range(4)]
    tree["clauses"] = {
        name: {"label": name, "options": {option: {"label": option} for option in options}}
        for name in names
    }
    for text, option in zip(tree["texts"].values(), options, strict=False):
        text["terms"] = dict.fromkeys(names, option)
    for actor, best in (("her", "o0"), ("his", "o1")):
        values = {**WHY, **{option: float(option == best) for option in options}}
        tree["actors"][actor] |= {
            "weights": {**WHY, **dict.fromkeys(names, 1)},
            "values": dict.fromkeys(names, values),
        }
    return tree


@st.composite
def rules(draw):
    """Some rules over the small scenario's clauses, and over who ended the talks."""
    options = {"water": st.sets(st.sampled_from(WATER), min_size=1)}
    options["upkeep"] = st.sets(st.sampled_from(UPKEEP), min_size=1)
    found = {}
    for number in range(draw(st.integers(1, 5))):
        ended = sorted(draw(st.sets(st.sampled_from(Ending), min_size=1)))
        rule = {"ended": [*map(str, ended)]}
        if set(ended) & set(SIGNED):
            for word in ("all", "any"):
                terms = draw(st.fixed_dictionaries({}, optional=options))
                rule[word] = {clause: sorted(chosen) for clause, chosen in terms.items()}
        if set(ended) <= set(BY_SOMEBODY):
            rule["by"] = sorted(draw(st.sets(st.sampled_from(["her", "his"]))))
        found[f"rule_{number}"] = rule
    return found


@settings(max_examples=60, deadline=None)
@given(rules())
def test_a_rule_is_reached_just_if_the_engine_gives_it_to_some_ending_and_text(stated):
    scenario = small_scenario(
        outcomes={name: {"label": name, **rule} for name, rule in stated.items()},
        actors__his__domestic=COUNCIL,
        clauses__water__options=ASKING_HIM,
        signatories__base=["her"],
    )
    reached = {
        (name, ending)
        for name, rule in scenario.outcomes.items()
        for ending in rule.ended
        if taken(scenario, name, ending).reached
    }
    given = given_by_the_engine(scenario)
    assert reached == {(name, ending) for name, ending in given if name != "other"}
    left = {(each.ending, each.all) for each in left_out(scenario)}
    every = {ending for _, ending in given if _ != "other"}
    assert left == {(ending, ending not in every) for name, ending in given if name == "other"}


COUNCIL = {**small_tree()["actors"]["her"]["domestic"], "name": "council", "threshold": 0.3}
ASKING_HIM = {name: {"label": name, "consent": ["his"] if name == "his" else []} for name in WATER}


def given_by_the_engine(scenario):
    """Return which rules take which endings, over all endings, texts and who ended the talks.

    She must sign every text, he only one in which the water is his.
    """
    names, found = [*scenario.outcomes, "other"], set()
    for ending in Ending:
        texts = list(product(range(3), range(3))) if ending in SIGNED else [(-1, -1)]
        for by in [(1, 0), (0, 1), (1, 1)] if ending in BY_SOMEBODY else [(0, 0)]:
            if ending is Ending.REJECTED and by == (1, 1):
                continue  # the first body that refuses ends it
            if ending is Ending.SUSPENDED and by[1]:
                continue  # she alone is needed
            fit = [t for t in texts if ending is not Ending.REJECTED or by[0] or t[0] == 2]
            endings, away = np.full(len(fit), ENDINGS.index(ending)), np.array([by] * len(fit))
            space, options = space_of(scenario), np.array(fit)
            codes = outcome_codes(scenario, space, endings, options, away.astype(bool))
            found |= {(names[code], ending) for code in codes}
    return found


MOVED = {**WHY, "kept": 0, "moved": 1, "dropped": 0}
STAY = {"actors__her__walkout__rate": 0, "actors__his__walkout": None}
BREACH = {"clauses__water__options__shared": {"label": "x", "breach": {"value": 0.1, **WHY}}}


@pytest.mark.parametrize(
    ("scenario", "impossible"),
    [
        (small_scenario(), set()),
        (mediated_scenario(), set()),
        (small_scenario(actors__her__domestic=None), {Ending.REJECTED}),
        (small_scenario(aftermath__hazard=0), {Ending.BROKEN}),
        (small_scenario(aftermath__hazard=0, **BREACH), set()),
        (
            small_scenario(aftermath__hazard=0, actors__her__domestic=None, **BREACH),
            {Ending.BROKEN, Ending.REJECTED},
        ),
        (small_scenario(**STAY), {Ending.SUSPENDED}),
        (mediated_scenario(**STAY), set()),
        (mediated_scenario(**STAY, without_mediator="offers"), {Ending.SUSPENDED}),
        (
            mediated_scenario(
                **STAY,
                actors__envoy__walkout=None,
                calendar__deadline__fates=MOVED,
                calendar__deadline__times=100,
            ),
            {Ending.SUSPENDED},
        ),
        (mediated_scenario(**STAY, actors__envoy__walkout=None), set()),
    ],
)
def test_endings_that_cannot_happen_are_known(scenario, impossible):
    assert set(impossible_endings(scenario)) == impossible


@pytest.mark.parametrize(
    "scenario",
    [
        mediated_scenario(),
        mediated_scenario(**STAY, without_mediator="offers"),
        small_scenario(aftermath__hazard=0),
        small_scenario(actors__her__domestic=None, actors__her__walkout__rate=0),
    ],
)
def test_no_world_ends_as_none_can(scenario):
    model = NegotiationModel(scenario, 0, 1, np.arange(500))
    model.run()
    ended = {ENDINGS[code] for code in model.ledger.ending}
    assert not ended & set(impossible_endings(scenario))


def test_endings_that_no_rule_takes_are_known():
    scenario = with_rules(
        deal={"ended": ["in_force", "broken"]},
        asks={"ended": ["in_force", "talking"], "all": {"water": "hers"}},
    )
    assert left_out(scenario) == [
        LeftOut(ending, (), True) for ending in (Ending.REJECTED, Ending.SUSPENDED, Ending.TALKING)
    ]
    assert left_out(small_scenario(aftermath__hazard=0)) == []


def test_an_ending_that_rules_name_with_some_texts_only_is_found():
    halves = {"label": "Halves", "ended": "in_force", "all": {"water": "shared"}}
    outcomes = {"halves": halves, **SHUT, "none": {"label": "x", "ended": ["suspended", "talking"]}}
    assert left_out(small_scenario(outcomes=outcomes)) == [LeftOut(Ending.IN_FORCE, (), False)]
    rest = {"rest": {"label": "Another", "ended": "in_force"}}
    assert left_out(small_scenario(outcomes={**outcomes, **rest})) == []


# --- By whom ----------------------------------------------------------------------------------

SHUT = {"failed": {"label": "Failed", "ended": ["rejected", "broken"]}}


def suspended(*rules, **changes):
    """Return the scenario with a mediator, and rules of suspensions by these actors."""
    named = {
        f"rule_{number}": {"label": str(number), "ended": "suspended", "by": by}
        for number, by in enumerate(rules)
    }
    rest = {"rest": {"label": "x", "ended": ["in_force", "rejected", "broken", "talking"]}}
    return mediated_scenario(outcomes={**named, **rest}, **changes)


def reached(scenario, number):
    return taken(scenario, f"rule_{number}", Ending.SUSPENDED)


def test_rules_that_share_the_actors_out_leave_nothing_to_one_that_names_them_together():
    scenario = suspended(["her"], ["his"], ["her", "his"], ["envoy"])
    assert reached(scenario, 2) == Taken(False, ("rule_0", "rule_1"))
    assert reached(scenario, 3) == Taken(True)
    assert left_out(scenario) == []


def test_a_rule_that_names_one_more_actor_is_left_the_worlds_in_which_that_one_is_away():
    assert reached(suspended(["her"], ["her", "his"]), 1) == Taken(True)


def test_an_actor_who_cannot_leave_leaves_nothing_to_a_rule_that_names_it_beside_another():
    scenario = suspended(["her"], ["her", "his"], actors__his__walkout=None)
    assert reached(scenario, 1) == Taken(False, ("rule_0",))
    assert idle_names(scenario, "rule_1") == ["his"]
    assert nobody_to_end_it(suspended(["his"], actors__his__walkout=None), "rule_0", "suspended")


def test_a_rule_without_names_takes_whoever_is_left():
    scenario = suspended(["her"], ["his"], [])
    assert reached(scenario, 2) == Taken(True)
    assert reached(suspended(["her", "his", "envoy"], []), 1) == Taken(False, ("rule_0",))
    assert reached(suspended([], ["her"]), 1) == Taken(False, ("rule_0",))


def test_actors_whom_no_rule_names_are_found():
    assert left_out(suspended(["her"], ["his"])) == [LeftOut(Ending.SUSPENDED, ("envoy",), False)]
    goes_on = suspended(["her"], ["his"], without_mediator="offers")
    assert left_out(goes_on) == []


def test_who_is_not_asked_for_a_signature_refuses_no_text():
    rules = {
        "by_him": {"label": "x", "ended": "rejected", "by": ["his"], "all": {"water": "hers"}},
        "rest": {"label": "y", "ended": [*map(str, Ending)]},
    }
    changes = {"actors__his__domestic": COUNCIL, "clauses__water__options": ASKING_HIM}
    scenario = small_scenario(outcomes=rules, signatories__base=["her"], **changes)
    assert taken(scenario, "by_him", Ending.REJECTED) == Taken(False)
    both = small_scenario(outcomes=rules, **changes)
    assert taken(both, "by_him", Ending.REJECTED) == Taken(True)


def test_a_world_where_two_are_away_goes_to_the_first_rule_that_names_one_of_them():
    leave = {**WHY, "rate": 0.4, "sensitivity": 0}
    back = {"value": 0.05, **WHY}
    scenario = suspended(
        ["her"],
        ["his", "her"],
        actors__her__walkout=leave,
        actors__his__walkout=leave,
        actors__envoy__walkout=None,
        actors__her__returns=back,
        actors__his__returns=back,
        calendar__deadline=None,
    )
    record = NegotiationModel(scenario, 0, 1, np.arange(400)).run()
    her, his, _ = record.by.T
    together = (record.outcome <= 1) & her & his
    assert together.any()
    assert (record.outcome[together] == 0).all()
    assert (record.outcome[(record.outcome <= 1) & his & ~her] == 1).all()


# --- Events and questions ---------------------------------------------------------------------


def event(kind, **parts):
    return Event(label="x", event=kind, **parts)


TALKS = {
    "small": small_scenario(),
    "mediated": mediated_scenario(),
    "no votes": small_scenario(actors__her__domestic=None, aftermath__hazard=0, **STAY),
    "returning": mediated_scenario(actors__his__returns={"value": 0.3, **WHY}),
    "kept": mediated_scenario(
        calendar__deadline__fates={**WHY, "kept": 1, "moved": 0, "dropped": 0}
    ),
    "early": small_scenario(aftermath__hazard=0, **BREACH),
}
NEVER = [
    ("small", event("tabled"), ""),
    ("small", event("signed", all={"water": ("hers",)}, any={"upkeep": ("he_pays",)}), ""),
    (
        "small",
        event("signed", all={"water": ("hers",)}, any={"water": ("his", "shared")}),
        "no text to which it could happen has these terms",
    ),
    ("small", event("refused", who=("her",)), ""),
    ("small", event("refused", who=("his",)), "no body of his ratifies a text"),
    ("small", event("left", who=("his",)), ""),
    ("small", event("resumed"), "nobody whom the talks need leaves and returns"),
    ("small", event("lapsed"), "no deadline is kept before the horizon"),
    ("no votes", event("ratified"), "no body at home ratifies a text"),
    ("no votes", event("broken"), "the hazard of a breakdown is 0"),
    ("no votes", event("left"), "nobody leaves"),
    ("no votes", event("left", who=("his",)), "his: nobody of them leaves"),
    ("no votes", event("suspended"), "nobody whom the talks need leaves"),
    ("no votes", event("in_force"), ""),
    ("mediated", event("moved"), ""),
    ("mediated", event("dropped"), ""),
    ("mediated", event("suspended", who=("envoy",)), ""),
    ("kept", event("lapsed"), ""),
    ("kept", event("moved"), "no deadline is moved before the horizon"),
    ("kept", event("dropped"), "no deadline is dropped before the horizon"),
    ("returning", event("resumed"), ""),
    (
        "returning",
        event("resumed", who=("her",)),
        "her: nobody of them whom the talks need leaves and returns",
    ),
    ("early", event("broken", all={"water": ("shared",)}), ""),
    (
        "early",
        event("broken", all={"water": ("hers",)}),
        "no text to which it could happen has these terms",
    ),
    ("early", event("in_effect", all={"water": ("hers",)}), ""),
]


@pytest.mark.parametrize(("talks", "rule", "why"), NEVER)
def test_an_event_that_can_happen_in_no_world_is_known_with_why(talks, rule, why):
    assert never(TALKS[talks], rule) == why


@pytest.mark.parametrize("talks", TALKS)
def test_what_never_happens_happens_in_no_world(talks):
    rules = {f"q{k}": rule for k, (_, rule, _) in enumerate(NEVER)}
    asked = {n: {**r.model_dump(mode="json"), "by": "2025-03-01"} for n, r in rules.items()}
    tree = {**TALKS[talks].model_dump(mode="json"), "questions": asked}
    scenario = Scenario.model_validate(tree)
    record = NegotiationModel(scenario, 0, 1, np.arange(600)).run()
    weeks = weeks_of(scenario, record.event_week)
    happened = {name for name in rules if np.isfinite(weeks[name]).any()}
    assert not {name for name in happened if never(scenario, rules[name])}
    days = {
        name: scenario.calendar.start + timedelta(days=7 * np.nanmax(weeks[name]))
        for name in happened
    }
    assert all(day <= last_day(scenario, rules[name].event) for name, day in days.items())
