"""What an author is told of a scenario that is no error."""

from __future__ import annotations

from sim.scenario.told import about_outcomes, about_questions, told, told_of_a_run, without_effect
from sim.settings.configuration import load_scenario
from tests.small import WHY, mediated_scenario, small_scenario, small_tree


def with_rules(**rules):
    return small_scenario(outcomes={name: {"label": name, **rule} for name, rule in rules.items()})


STAY = {"actors__her__walkout": None, "actors__his__walkout": None}
REST = {"ended": ["rejected", "broken", "suspended", "talking"]}


def sentences(scenario):
    return [str(each) for each in told(scenario)]


def test_a_rule_that_earlier_ones_leave_nothing_to_is_told_with_their_names():
    deal = {"ended": "in_force"}
    scenario = with_rules(deal=deal, good={**deal, "all": {"water": "shared"}}, rest=REST)
    said = "outcomes.good: no world can come to it: deal above takes all that it would take."
    assert said in sentences(scenario)


def test_a_rule_whose_endings_cannot_happen_is_told_with_why():
    left = {"ended": ["suspended", "rejected"]}
    scenario = small_scenario(
        actors__her__domestic=None,
        **STAY,
        outcomes={
            "left": {"label": "a", **left},
            "rest": {"label": "b", "ended": ["broken", "talking", "in_force"]},
        },
    )
    (said,) = map(str, about_outcomes(scenario))
    assert said == (
        "outcomes.left: no world can come to it: none ends suspended, as nobody whom the talks "
        "need can leave; none ends rejected, as no body at home ratifies a text."
    )


def test_endings_that_no_rule_names_are_told():
    scenario = with_rules(deal={"ended": "in_force"}, other_end={"ended": ["talking", "broken"]})
    said = "outcomes: no rule names rejected and suspended; such worlds become `other`."
    assert said in sentences(scenario)


def test_actors_whose_suspensions_no_rule_names_are_told():
    ends = {"label": "x", "ended": "suspended", "by": ["her"]}
    rest = {"label": "y", "ended": ["in_force", "rejected", "broken", "talking"]}
    scenario = mediated_scenario(outcomes={"hers": ends, "rest": rest})
    said = "outcomes: no rule names suspended by his or envoy; such worlds become `other`."
    assert said in sentences(scenario)


def test_an_actor_whom_a_rule_names_in_vain_is_told():
    changes = {"actors__his__walkout": None, "outcomes__no_deal__ended": ["suspended"]}
    scenario = small_scenario(**changes, outcomes__no_deal__by=["her", "his"])
    assert "outcomes.no_deal.by: his can end no talks suspended." in sentences(scenario)


def asked(**questions):
    signed = {"event": "signed", "by": "2025-03-01"}
    return {"questions": {n: {"label": f"Asked {n}", **signed, **q} for n, q in questions.items()}}


def test_a_question_that_can_only_be_answered_with_no_is_told_with_why():
    scenario = small_scenario(
        **asked(back={"event": "resumed"}, odd={"all": {"water": "his"}, "any": {"water": "hers"}})
    )
    said = list(map(str, about_questions(scenario)))
    assert said == [
        "questions.back: it happens in no world: nobody whom the talks need leaves and returns.",
        "questions.odd: it happens in no world: no text to which it could happen has these terms.",
    ]
    assert [each for each in told_of_a_run(scenario) if f"{each}." in said]


def test_a_day_after_all_that_is_watched_is_told_with_the_last_one():
    late = ["2025-07-07", "2025-07-08"]
    scenario = small_scenario(
        **asked(
            a={"by": late}, b={"event": "refused", "by": late}, c={"event": "broken", "by": late}
        )
    )
    assert list(map(str, about_questions(scenario))) == [
        "questions.a.by: nothing of it is watched after 2025-07-07, so 2025-07-08 adds nothing."
    ]
    much_later = asked(
        b={"event": "refused", "by": ["2025-07-28", "2025-07-29"]},
        c={"event": "broken", "by": ["2027-07-07", "2027-07-09"]},
    )
    assert list(map(str, about_questions(small_scenario(**much_later)))) == [
        "questions.b.by: nothing of it is watched after 2025-07-28, so 2025-07-29 adds nothing.",
        "questions.c.by: nothing of it is watched after 2027-07-07, so 2027-07-09 adds nothing.",
    ]


def test_questions_of_one_label_are_told():
    scenario = small_scenario(**asked(a={"label": "Soon"}, b={"label": "Soon"}))
    assert "questions: a and b have one label, 'Soon'." in sentences(scenario)


def test_rules_that_are_reached_and_name_every_ending_are_not_told():
    assert list(about_outcomes(small_scenario())) == []
    assert list(about_outcomes(mediated_scenario())) == []


def test_things_of_one_label_are_told():
    scenario = small_scenario(
        actors__his__label="She",
        outcomes__other_deal__label="Halves, and they hold",
        clauses__water__options__his__label="she does",
    )
    assert sentences(scenario)[:3] == [
        "outcomes: halves_hold and other_deal have one label, 'Halves, and they hold'.",
        "actors: her and his have one label, 'She'.",
        "clauses.water.options: hers and his have one label, 'she does'.",
    ]


def test_a_linkage_that_is_worth_nothing_is_told_with_what_it_does():
    chain = {"label": "x", "when": {"water": "hers", "upkeep": "he_pays"}, "worth": {}}
    said = "linkages.chain: worth nothing to anybody; it only makes water and upkeep one block."
    scenario = small_scenario(linkages={"chain": chain})
    assert said in sentences(scenario)
    assert said.rstrip(".") in told_of_a_run(scenario)


def test_what_is_idle_for_one_reason_is_told_in_one_line_with_how_many_numbers():
    found = {group.where: group for group in without_effect(mediated_scenario())}
    assert found["actors.*.bargaining.{discount,offer_noise}"].numbers == 6
    assert found["actors.{her,his}.bargaining.{imprecision,misjudgement,misreading}"].numbers == 6
    assert found["protocols.offers"].numbers == 1
    assert found["actors.envoy.loadings_after"].why == "it is no belligerent"
    (said,) = [each for each in sentences(mediated_scenario()) if "protocols.offers" in each]
    assert said == "protocols.offers: 1 number, no effect: the protocol is single_text."


def test_beside_the_odds_the_idle_numbers_are_told_in_one_sentence():
    (said,) = told_of_a_run(small_scenario())
    count = sum(group.numbers for group in without_effect(small_scenario()))
    total = len(small_scenario().numbers)
    assert said.startswith(f"{count} of {total} numbers change no world here (")
    for group in without_effect(small_scenario()):
        assert group.where in said


def test_a_number_that_was_set_to_no_effect_is_told_by_itself_beside_the_odds():
    path = "actors.her.bargaining.discount"
    first, *_ = told_of_a_run(load_scenario(small_tree(), {path: 0.5}))
    assert first == f"{path}: set for this run to no effect: only the tactic equilibrium uses it"


def test_nothing_is_told_of_a_scenario_where_everything_counts():
    tree = small_tree(
        protocol="offers",
        protocols={"offers": {"chances": {**WHY, "her": 1, "his": 2}}},
        clauses__water__options__shared={"label": "both", "deterrence": {"value": 1, **WHY}},
    )
    for actor in tree["actors"].values():
        del actor["regard"]
        for field in ("discount", "offer_noise"):
            del actor["bargaining"][field]
    assert sentences(load_scenario(tree)) == []
