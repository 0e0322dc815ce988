"""What texts find at home: against the batch by hand, and against polls."""

import numpy as np
import pytest
from scipy import special

import sim
from sim.analysis.support import (
    at_home,
    fit_support,
    poll_results,
    polled_texts,
    support,
    support_of_texts,
    terms_of,
)
from sim.errors import ScenarioError
from sim.runs.kept import draws_of
from tests.runs.small_runs import small_run
from tests.small import WHY, small_scenario

KNOWN = {
    f"actors__{name}__{field}": value
    for name in ("her", "his")
    for field, value in {
        "weight_concentration": None,
        "values__water__spread": 0,
        "values__upkeep__spread": 0,
    }.items()
}
HOME = "actors__her__domestic__"
POLLS = {
    f"{HOME}polls": {
        "half_way": {
            "texts": {"her_wish": 0.25, "his_wish": 0.75},
            "acceptable": 0.3,
            "unacceptable": 0.5,
            "asked": 1000,
            "wave": "first",
            "date": "2025-01-05",
            **WHY,
        },
        "halves": {
            "text": "halves",
            "acceptable": 0.6,
            "unacceptable": 0.3,
            "asked": 1000,
            "wave": "second",
            "date": "2025-01-06",
            **WHY,
        },
    },
    f"{HOME}poll_errors": {"wording": 0.3, "wave": 0.1, **WHY},
}


def test_support_and_ratification_are_those_of_the_equations_where_all_is_known():
    # Halves is worth .6 x .6 + .4 x .5 = .56 to her; threshold .4, noise .1, quota .5, vote .1.
    scenario = small_scenario(**KNOWN, **{f"{HOME}floor": 0.1, f"{HOME}ceiling": 0.2})
    found = support(scenario, "halves")["her"]
    q = 0.1 + 0.7 * special.expit(1.6)
    assert (found.support, found.low, found.high) == pytest.approx((q, q, q))
    assert found.ratify == pytest.approx(special.expit((q - 0.5) / 0.1))


def test_drivers_count_as_they_are_at_the_start():
    dry = small_scenario(**KNOWN, drivers__drought__start=2)
    assert support(dry, "halves")["her"].support == pytest.approx(special.expit(3.6))


def test_low_and_high_are_the_5th_and_the_95th_percentile_over_draws():
    wide = {f"{HOME}threshold": {"uniform": [0, 1], **WHY}}
    found = support(small_scenario(**KNOWN, **wide), "halves")["her"]
    ends = special.expit((0.56 - np.array([0.95, 0.05])) / 0.1)
    assert (found.low, found.high) == pytest.approx(tuple(ends), abs=0.03)
    assert found.low < found.support < found.high


def test_only_actors_with_a_body_at_home_are_told_of():
    assert set(support(small_scenario(), "halves")) == {"her"}
    assert support(small_scenario(actors__her__domestic=None), "halves") == {}


def test_a_body_does_not_decide_on_a_text_that_its_actor_need_not_sign():
    needs_her = {"clauses__water__options__shared__consent": ["her"]}
    scenario = small_scenario(signatories__base=["his"], **needs_her)
    decides = {text: each["her"].decides for text, each in support_of_texts(scenario).items()}
    assert decides == {"her_wish": False, "his_wish": False, "halves": True}


def test_every_named_text_has_the_support_that_it_has_alone():
    scenario = small_scenario()
    assert support_of_texts(scenario) == {name: support(scenario, name) for name in scenario.texts}


# --- Texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("halves", None),
        ("water=shared,upkeep=both_pay", None),
        (" upkeep = both_pay , water = shared ", None),
        ({"upkeep": "both_pay", "water": "shared"}, None),
        ("water=shared,upkeep=both_pay", "her_wish"),
    ],
)
def test_a_text_is_told_by_its_name_or_by_its_clauses(text, base):
    halves = {"water": "shared", "upkeep": "both_pay"}
    assert terms_of(small_scenario(), text, base) == halves


def test_clauses_left_out_are_those_of_the_named_text():
    terms = terms_of(small_scenario(), "water=his", "her_wish")
    assert terms == {"water": "his", "upkeep": "he_pays"}


@pytest.mark.parametrize(
    ("text", "base", "said"),
    [
        ("halfs", None, "text: no such text; did you mean 'halves'? (got 'halfs')"),
        ("", None, "text: no such text; known: halves, her_wish, his_wish (got '')"),
        ("water=his", "halfs", "from: no such text; did you mean 'halves'? (got 'halfs')"),
        ("halves", "her_wish", "from: completes a text told by its clauses, not a named one"),
        ("water=his", None, "text: leaves out upkeep: name an option of each (clause=option,...)"),
        ("watr=his,upkeep=both_pay", None, "text: no such clause; did you mean 'water'?"),
        ("water=shard", "halves", "text.water: no such option; did you mean 'shared'?"),
        ("water=", "halves", "text.water: no such option; known: hers, his, shared (got '')"),
        ("water=his,water=hers", "halves", "text.water: is named more than once"),
    ],
)
def test_a_text_that_is_none_is_refused_with_what_would_be_right(text, base, said):
    with pytest.raises(ScenarioError) as refused:
        terms_of(small_scenario(), text, base)
    assert said in str(refused.value)


def test_everything_that_is_wrong_with_a_text_is_told_at_once():
    with pytest.raises(ScenarioError) as refused:
        terms_of(small_scenario(), "watr=his")
    assert len(refused.value.problems) == 2


# --- Polls --------------------------------------------------------------------------------------


def test_a_poll_of_a_mix_is_of_the_utility_that_lies_between():
    polls = poll_results(small_scenario(**KNOWN, **POLLS), "her")
    assert [poll.utility for poll in polls] == pytest.approx([0.25, 0.56])
    assert [(poll.share, poll.asked, poll.wave) for poll in polls] == [
        (0.3, 1000, "first"),
        (0.6, 1000, "second"),
    ]


def test_polls_stand_beside_the_models_support_for_the_same_text():
    scenario = small_scenario(**KNOWN, **POLLS)
    mixed, halves = polled_texts(scenario)
    assert (mixed.actor, mixed.poll, mixed.observed) == ("her", "half_way", 0.3)
    assert mixed.backing.support == pytest.approx(special.expit(-1.5))
    assert halves.backing == support(scenario, "halves")["her"]
    assert polled_texts(small_scenario()) == []


def test_the_bodies_with_polls_are_fitted_and_no_others():
    assert fit_support(small_scenario()) == {}
    found = fit_support(small_scenario(**POLLS))
    assert set(found) == {"her"}
    assert [poll.name for poll in found["her"].left_out] == ["half_way", "halves"]


def test_polls_move_no_world_where_they_do_not_count_as_evidence():
    asked = {"draws": 20, "replications": 5, "seed": 3}
    digests = {
        sim.simulate(small_scenario(**changes), **asked).manifest["digest"]
        for changes in ({}, {**POLLS, "evidence": "stances"})
    }
    assert len(digests) == 1


def test_the_package_offers_the_same_functions():
    assert sim.support is support
    assert sim.support_of_texts is support_of_texts
    assert sim.fit_support is fit_support


def test_the_bodies_are_asked_in_a_runs_own_draws_as_in_those_of_a_scenario():
    run = small_run(changes=POLLS, draws=1000, replications=1, seed=0)
    found = at_home(run.scenario, draws_of(run, 1000))
    assert found.texts == support_of_texts(run.scenario)
    assert list(found.polls) == polled_texts(run.scenario)
    fewer = at_home(run.scenario, draws_of(run, 40))
    assert fewer.texts != found.texts
