"""Which outcomes a world can come to: known answers, and the engine's own rules over all texts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.outcomes import SIGNED, Ending
from sim.scenario.reach import (
    Taken,
    impossible_endings,
    partly_named_endings,
    taken,
    unnamed_endings,
)
from sim.scenario.reading.reader import read_scenario
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
    assert taken(read_scenario(tree), "last", Ending.IN_FORCE) == Taken(None)


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
    """Some rules over the small scenario's clauses."""
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
        found[f"rule_{number}"] = rule
    return found


@settings(max_examples=60, deadline=None)
@given(rules())
def test_a_rule_is_reached_just_if_the_engine_gives_it_to_some_ending_and_text(stated):
    scenario = with_rules(**stated)
    reached = {
        (name, ending)
        for name, rule in scenario.outcomes.items()
        for ending in rule.ended
        if taken(scenario, name, ending).reached
    }
    assert reached == given_by_the_engine(scenario)


def given_by_the_engine(scenario):
    """Return which rules take which endings, over all endings and texts."""
    names = [*scenario.outcomes, "other"]
    found = set()
    for ending in Ending:
        texts = list(product(range(3), range(3))) if ending in SIGNED else [(-1, -1)]
        endings = np.full(len(texts), ENDINGS.index(ending))
        codes = outcome_codes(scenario, space_of(scenario), endings, np.array(texts))
        found |= {(names[code], ending) for code in codes}
    return {(name, ending) for name, ending in found if name != "other"}


@pytest.mark.parametrize(
    ("scenario", "impossible"),
    [
        (small_scenario(), {Ending.MEDIATOR_LEFT}),
        (mediated_scenario(), set()),
        (small_scenario(actors__her__domestic=None), {Ending.MEDIATOR_LEFT, Ending.REJECTED}),
        (small_scenario(aftermath__hazard=0), {Ending.MEDIATOR_LEFT, Ending.BROKEN}),
        (
            small_scenario(actors__her__walkout__rate=0, actors__his__walkout=None),
            {Ending.MEDIATOR_LEFT, Ending.COLLAPSED},
        ),
        (mediated_scenario(calendar__deadline__then="offers"), {Ending.MEDIATOR_LEFT}),
        (
            mediated_scenario(calendar__deadline=None, actors__envoy__walkout=None),
            {Ending.MEDIATOR_LEFT},
        ),
        (
            mediated_scenario(
                actors__envoy__walkout=None,
                calendar__deadline__extension=1,
                calendar__deadline__next_extension=1,
                calendar__deadline__times=100,
            ),
            {Ending.MEDIATOR_LEFT},
        ),
        (mediated_scenario(actors__envoy__walkout=None), set()),
        (
            mediated_scenario(
                actors__her__walkout=None,
                actors__his__walkout=None,
                protocols__single_text__drafter="envoy",
            ),
            {Ending.COLLAPSED},
        ),
    ],
)
def test_endings_that_cannot_happen_are_known(scenario, impossible):
    assert set(impossible_endings(scenario)) == impossible


@pytest.mark.parametrize(
    "scenario",
    [
        mediated_scenario(),
        mediated_scenario(calendar__deadline__then="offers"),
        small_scenario(aftermath__hazard=0),
        small_scenario(actors__her__domestic=None, actors__her__walkout__rate=0),
    ],
)
def test_no_world_ends_as_none_can(scenario):
    from sim.talks.model import NegotiationModel

    model = NegotiationModel(scenario, 0, 1, np.arange(500))
    model.run()
    ended = {ENDINGS[code] for code in model.ledger.ending}
    assert not ended & set(impossible_endings(scenario))


def test_an_ending_that_no_rule_takes_is_known():
    scenario = with_rules(
        deal={"ended": ["in_force", "broken"]},
        asks={"ended": ["in_force", "talking"], "all": {"water": "hers"}},
    )
    assert unnamed_endings(scenario) == [Ending.REJECTED, Ending.COLLAPSED, Ending.TALKING]
    assert unnamed_endings(small_scenario(aftermath={**WHY, **AFTER})) == []


AFTER = {"months": 24, "hazard": 0, "deterrence": 1, "regret": 2, "belligerents": []}


def test_an_ending_that_rules_name_with_some_texts_only_is_found():
    outcomes = {
        "halves": {"label": "Halves", "ended": "in_force", "all": {"water": "shared"}},
        "failed": {"label": "Failed", "ended": ["rejected", "broken"]},
        "none": {"label": "No deal", "ended": ["collapsed", "mediator_left", "talking"]},
    }
    assert partly_named_endings(small_scenario(outcomes=outcomes)) == [Ending.IN_FORCE]
    rest = {"rest": {"label": "Another", "ended": "in_force"}}
    assert partly_named_endings(small_scenario(outcomes={**outcomes, **rest})) == []
