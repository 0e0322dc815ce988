"""The one rule by which cases become scenarios, worked out by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.backtests.cases import Division, Issue, Proposal
from sim.backtests.scenarios import (
    of_division,
    of_proposal,
    place_of,
    points_of,
    split_of,
    worth_of_all,
)
from sim.errors import ScenarioError
from sim.theory.bargaining_problem import problem_of

TRAITS = {"temperature": 0.1, "invention": 0.2, "sparing": 0.3}
MANNER = {"aspiration": 0.8, "noise": 0.05, "imprecision": 0.3}
FRESH = {**MANNER, "tactic": "time_based", "mood": "fresh"}
AHEAD = {**FRESH, "tactic": "equilibrium"}

ISSUE = Issue("i1", {"com": 20.0, "de": 0.0, "fr": 32.5}, {"com": 0.8, "de": 0.5, "fr": 1.0}, 33, 9)
OTHER = Issue("i2", {"de": 40.0, "fr": 50.0}, {"de": 0.25, "fr": 0.5}, None, None)
PROPOSAL = Proposal("d1", "mines", {"com": 0.5, "de": 0.3, "fr": 0.2}, (ISSUE, OTHER))
DIVISION = Division(
    "n",
    "g",
    ("book", "hat", "ball"),
    (1, 2, 1),
    ((4.0, 2.0, 2.0), (0.0, 3.0, 4.0)),
    (5.0, 0.0),
    (None,),
)


def places(scenario, clause):
    """Where an issue may be settled, and whether nobody asks for it."""
    options = scenario.clauses[clause].options
    return {place_of(name): option.invented for name, option in options.items()}


# --- Proposals --------------------------------------------------------------------------------


def test_an_issue_may_be_settled_where_somebody_stands_and_at_steps_of_5_between():
    scenario = of_proposal(PROPOSAL, TRAITS)
    asked, steps = {0, 20, 32.5, 33}, {5, 10, 15, 25, 30}
    assert places(scenario, "i1") == {p: p in steps for p in sorted(asked | steps)}
    assert list(places(scenario, "i1")) == sorted(asked | steps)
    assert places(scenario, "i2") == {40: False, 45: True, 50: False}


POINTS = st.integers(0, 200).map(lambda n: n / 2)


@given(st.lists(POINTS, min_size=2, max_size=6, unique=True), st.none() | POINTS)
def test_inventions_lie_strictly_inside_of_what_is_asked_for(positions, reference):
    stands = {f"s{k}": place for k, place in enumerate(positions)}
    issue = Issue("i1", stands, dict.fromkeys(stands, 1.0), reference, None)
    shares = dict.fromkeys(stands, 1 / len(stands))
    found = places(of_proposal(Proposal("d", "t", shares, (issue,)), TRAITS), "i1")
    asked = {*positions} | ({reference} - {None})
    assert {place for place, invented in found.items() if not invented} == asked
    for place, invented in found.items():
        assert not invented or (place % 5 == 0 and min(asked) < place < max(asked))


def test_the_text_opens_with_the_commissions_position_else_the_reference_else_the_first_place():
    issues = [ISSUE, OTHER]
    without = {name: place for name, place in ISSUE.positions.items() if name != "com"}
    issues.append(Issue("i3", without, ISSUE.salience, 33.0, None))
    scenario = of_proposal(replace(PROPOSAL, issues=tuple(issues)), TRAITS)
    opening = scenario.texts[scenario.protocols.single_text.initial].terms
    assert [place_of(option) for option in opening.values()] == [20, 40, 33]


def test_values_fall_with_the_square_of_the_distance_and_weights_are_saliences():
    scenario = of_proposal(PROPOSAL, TRAITS)
    french = scenario.actors["fr"]
    values = french.values["i1"]
    assert values["at_32_5"].mean == 1
    assert values["at_0"].mean == pytest.approx(1 - 0.325**2)
    assert values["at_10"].mean == pytest.approx(1 - 0.225**2)
    assert {c: w.mean for c, w in french.weights.items()} == {"i1": 1.0, "i2": 0.5}
    assert french.capability.mean == 0.2
    assert french.scale == "as_written"


def test_an_actor_has_no_wish_in_an_issue_that_it_has_no_part_in():
    com = of_proposal(PROPOSAL, TRAITS).actors["com"]
    assert com.weights["i2"].mean == 0
    assert {number.mean for number in com.values["i2"].values()} == {1}


def test_a_text_is_worth_the_weighted_squares_that_the_file_gives():
    problem = problem_of(of_proposal(PROPOSAL, TRAITS))
    text = problem.space.text({"i1": "at_10", "i2": "at_45"})
    worth = dict(zip(problem.actors, problem.table[:, text].sum(axis=1), strict=True))
    assert worth["de"] == pytest.approx(0.5 * (1 - 0.1**2) + 0.25 * (1 - 0.05**2))
    assert worth["com"] == pytest.approx(0.8 * (1 - 0.1**2))


def test_all_sign_and_a_chair_rewrites_the_text_three_times_by_the_traits():
    scenario = of_proposal(PROPOSAL, TRAITS)
    chair = scenario.protocols.single_text
    assert set(scenario.signatories.base) == {"com", "de", "fr"}
    assert (scenario.protocol, chair.drafter, chair.rewrites) == ("single_text", "chair", 3)
    assert chair.persuasion.is_zero
    assert {name: getattr(chair, name).mean for name in TRAITS} == TRAITS


@pytest.mark.parametrize("trait", TRAITS)
def test_every_trait_of_a_proposal_changes_its_scenario(trait):
    changed = of_proposal(PROPOSAL, {**TRAITS, trait: 0.05})
    assert changed != of_proposal(PROPOSAL, TRAITS)


def test_an_issue_with_one_place_alone_is_no_clause_and_is_refused():
    same = Issue("i1", {"de": 50.0, "fr": 50.0}, {"de": 1.0, "fr": 1.0}, 50.0, 50.0)
    with pytest.raises(ScenarioError, match=r"clauses\.i1\.options"):
        of_proposal(replace(PROPOSAL, issues=(same, OTHER)), TRAITS)


# --- Divisions --------------------------------------------------------------------------------


def test_a_split_is_worth_its_points_over_those_of_all_there_is():
    assert (worth_of_all(DIVISION, 0), worth_of_all(DIVISION, 1)) == (10, 10)
    problem = problem_of(of_division(DIVISION, FRESH))
    texts = problem.space.enumerate()
    assert len(texts) == 2 * 3 * 2
    for text in texts:
        split = split_of(problem.space.terms(text).values())
        points = points_of(DIVISION, split)
        assert problem.table[:, text].sum(axis=1) == pytest.approx([p / 10 for p in points])
    assert problem.no_deal == pytest.approx([0.5, 0.0])


def test_points_of_a_split_are_those_of_what_each_gets():
    assert points_of(DIVISION, (1, 0, 1)) == (6, 6)
    assert points_of(DIVISION, (0, 2, 0)) == (4, 4)


def test_the_two_speak_in_turn_the_first_first_at_most_ten_times():
    scenario = of_division(DIVISION, FRESH)
    assert list(scenario.actors) == ["first", "second"]
    assert (scenario.protocol, scenario.protocols.offers.recognition) == ("offers", "rotation")
    assert scenario.calendar.horizon.mean == 10
    assert scenario.calendar.weeks_between_sessions.mean == 1


def test_who_looks_ahead_states_the_noise_of_offers_and_how_far_it_looks():
    scenario = of_division(DIVISION, AHEAD)
    ways = scenario.actors["first"].bargaining
    assert scenario.actors["second"].tactic == "equilibrium"
    assert (ways.noise.mean, ways.offer_noise.mean, ways.discount.mean) == (0.05, 0.3, 0.9)
    assert scenario.protocols.offers.foresight.mean == 40
    assert of_division(DIVISION, FRESH).protocols.offers.foresight is None


@pytest.mark.parametrize(
    ("base", "trait", "value"),
    [
        (FRESH, "aspiration", 0.4),
        (FRESH, "noise", 0.1),
        (FRESH, "imprecision", 0.1),
        (FRESH, "mood", "persistent"),
        (FRESH, "tactic", "equilibrium"),
        (AHEAD, "noise", 0.1),
        (AHEAD, "imprecision", 0.1),
    ],
)
def test_every_trait_of_a_division_changes_its_scenario(base, trait, value):
    changed = of_division(DIVISION, {**base, trait: value})
    assert changed != of_division(DIVISION, base)


def test_moods_last_for_years_or_for_less_than_a_session():
    moods = {
        mood: of_division(DIVISION, {**FRESH, "mood": mood}).answers.relaxation.mean
        for mood in ("fresh", "persistent")
    }
    assert moods["fresh"] < 0.1
    assert moods["persistent"] > 500
