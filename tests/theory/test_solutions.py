"""The solutions: the literature's examples, brute force in exact fractions, scenarios."""

from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings

from sim.errors import ScenarioError
from sim.theory.bargaining_problem import Draw
from sim.theory.solutions import CONCEPTS, solutions_data, solve
from tests.bargains import (
    bargain,
    bargains,
    dominates,
    key,
    listed,
    number_of,
    players_of,
    rational_of,
    rescaled,
)
from tests.small import small_scenario

PUBLISHED = yaml.safe_load(
    (Path(__file__).parents[1] / "reference/solutions.yaml").read_text(encoding="utf-8")
)


def published_problem(row):
    if "clauses" in row:
        options = [list(clause.values()) for clause in row["clauses"].values()]
        cells = np.array([cell for clause in options for cell in clause]).T
        return bargain([len(clause) for clause in options], cells, row["no_deal"])
    outcomes = np.array(published_outcomes(row)).T
    return bargain([outcomes.shape[1]], outcomes, row["no_deal"])


def published_outcomes(row):
    if "dollars" in row:
        amount, steps, powers = row["dollars"].values()
        splits = [amount * step / steps for step in range(steps + 1)]
        return [(y ** powers[0], (amount - y) ** powers[1]) for y in splits]
    if "units" in row:
        amount, actors = row["units"].values()
        splits = product(range(amount + 1), repeat=actors)
        return [split for split in splits if sum(split) == amount]
    corners, steps = np.array(row["outline"]["corners"]), row["outline"]["steps"]
    shares = np.arange(steps + 1)[:, None] / steps
    return [point for a, b in pairwise(corners) for point in (1 - shares) * a + shares * b]


def worth(problem, concept):
    found = solve(problem).agreements[concept]
    return found and list(found.utilities.values())


# --- The solutions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "concept"),
    [(row, concept) for row in PUBLISHED for concept in row["expected"]],
    ids=lambda part: part["case"] if isinstance(part, dict) else part,
)
def test_it_is_what_the_literature_says(row, concept):
    found = worth(published_problem(row), concept)
    assert found == pytest.approx(row["expected"][concept], rel=0, abs=row["tolerance"])


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.name)
@given(problem=bargains())
@settings(max_examples=60)
def test_it_is_the_first_package_by_its_rule_in_exact_arithmetic(concept, problem):
    found, rational = solve(problem).agreements[concept.name], rational_of(problem)
    if len(rational):
        best = max(rational, key=lambda number: key(problem, concept, number))
        assert number_of(problem, found.package) == best


def test_the_egalitarian_and_the_utilitarian_change_with_the_units_of_a_utility():
    problem = bargain([3], [[2, 5, 6], [6, 4, 1]], [0, 0])
    in_quarters = rescaled(problem, [4, 1], [0, 0])
    assert worth(problem, "egalitarian") == worth(problem, "utilitarian") == [5, 4]
    assert worth(in_quarters, "egalitarian") == [4 * 2, 6]
    assert worth(in_quarters, "utilitarian") == [4 * 6, 1]


def test_kalai_smorodinsky_is_the_largest_smallest_share_and_not_the_smallest_spread():
    # Shares of the best gains (10, 10): (.2, .2) is even, but (.6, .9) has the larger smallest.
    problem = bargain([4], [[10, 2, 6, 0], [0, 2, 9, 10]], [0, 0])
    assert worth(problem, "kalai_smorodinsky") == [6, 9]


def test_gains_count_from_no_deal_and_not_from_zero():
    problem = bargain([3], [[4, 6, 8], [8, 6, 4]], [4, 0])
    assert worth(problem, "egalitarian") == [8, 4]


def test_a_text_as_good_as_no_deal_is_rational_although_rounding_says_otherwise():
    # 0.1 + 0.2 > 0.3 in floating point: no deal at 0.1 + 0.2, and a text worth 0.3.
    problem = bargain([2], [[0.3, 0.0], [1.0, 0.0]], [0.1 + 0.2, 0.5])
    assert solve(problem).rational == 1


def test_one_who_cannot_gain_has_no_claim_and_does_not_stop_the_others():
    problem = bargain([3], [[2, 2, 2], [0, 5, 9], [9, 6, 0]], [2, 0, 0])
    assert worth(problem, "nash") == [2, 5, 6]
    assert worth(problem, "kalai_smorodinsky") == [2, 5, 6]
    assert worth(problem, "egalitarian") == [2, 5, 6]


def test_where_smallest_gains_are_equal_the_next_smallest_decides():
    problem = bargain([4], [[3, 0, 0, 0], [0, 4, 4, 0], [0, 4, 5, 0]], [0, 0, 0])
    for concept in CONCEPTS:
        assert worth(problem, concept.name) == [0, 4, 5]


def test_equal_packages_go_to_the_first_in_the_order_of_the_clauses_options():
    problem = bargain([2, 2], [[0, 0, 0, 1], [0, 0, 1, 0]], [0, 0])
    found = solve(problem).agreements["egalitarian"]
    assert found.package == {"c0": "o0", "c1": "o0"}


def test_without_a_rational_package_there_is_no_solution_and_no_pareto_set():
    found = solve(bargain([2], [[1, 0], [0, 1]], [1, 1])).as_data()
    assert found["solutions"] == dict.fromkeys([concept.name for concept in CONCEPTS])
    assert (found["rational"], found["pareto"], found["players"]) == (0, 0, [])


# --- Who must sign ----------------------------------------------------------------------------


def auction():
    """A seller, worth 0 to keep, and two buyers, worth 10 and 8; the price is 0 to 10."""
    prices = np.arange(11)
    nothing = np.zeros(11)
    seller = [*prices, *prices]
    first, second = [*(10 - prices), *nothing], [*nothing, *(8 - prices)]
    needs = np.zeros((22, 3), bool)
    needs[:11, 1], needs[11:, 2] = True, True
    return bargain([22], [seller, first, second], [0, 0, 0], [True, False, False], needs)


def test_whose_consent_only_some_texts_need_is_a_condition_and_not_a_claimant():
    found = solve(auction())
    assert found.players == ("a",)
    assert list(found.agreements["nash"].utilities.values()) == [10, 0, 0]


def test_one_who_must_sign_every_rational_text_is_a_player_though_an_option_leaves_it_out():
    problem = auction()
    hopeless = problem.table.copy()
    hopeless[0, 11:] = -1  # the seller will not sell to the second buyer
    found = solve(replace(problem, table=hopeless))
    assert found.players == ("a", "b")
    assert list(found.agreements["nash"].utilities.values()) == [5, 5, 0]


def test_who_need_not_sign_does_not_stop_what_hurts_it():
    problem = bargain([2], [[1, 0], [1, 0], [-9, 0]], [0, 0, 0], [True, True, False])
    assert worth(problem, "nash") == [1, 1, -9]


@given(problem=bargains())
def test_players_are_all_who_must_sign_every_rational_package(problem):
    assert solve(problem).players == tuple(problem.actors[a] for a in players_of(problem))


@given(problem=bargains(all_sign=True))
def test_where_all_must_sign_all_are_players(problem):
    found = solve(problem)
    assert found.players == (problem.actors if found.rational else ())


# --- The Pareto set ---------------------------------------------------------------------------


@given(problem=bargains())
def test_the_pareto_set_is_that_of_brute_force(problem):
    values, rational = listed(problem)[0], rational_of(problem)
    best = {
        tuple(values[x])
        for x in rational
        if not any(dominates(values[y], values[x]) for y in rational)
    }
    found = solve(problem)
    assert found.rational == len(rational)
    assert sorted(map(tuple, found.pareto.tolist())) == sorted(best)
    rows = [tuple(problem.table[:, text].sum(axis=1)) for text in found.pareto_texts]
    assert rows == list(map(tuple, found.pareto.tolist()))


def test_vectors_that_differ_by_rounding_alone_count_once():
    tenths = [[0.1, 0.2, 0.3, 0.1, 0.2, 0.3], [0.3, 0.2, 0.1, 0.3, 0.2, 0.1]]
    assert solve(bargain([3, 3], tenths, [0, 0])).as_data()["pareto"] == 5


@pytest.mark.parametrize("sizes", [[5] * 7, [90_000], [2, 70_000], [70_000, 2], [300, 400]])
def test_many_packages_are_gone_through_in_parts_with_the_same_result(sizes):
    rng = np.random.default_rng(5)
    table = rng.integers(0, 1000, (2, sum(sizes)))
    problem = bargain(sizes, table, table.mean(axis=1).round() * len(sizes))
    values, rational = listed(problem)[0], rational_of(problem)
    found, gains = solve(problem), values[rational] - problem.no_deal
    assert (found.packages, found.rational) == (np.prod(sizes), len(rational))
    nash = found.agreements["nash"].utilities
    assert np.prod(list(nash.values()) - problem.no_deal) == gains.prod(axis=1).max()
    order = np.lexsort([-gains[:, 1], -gains[:, 0]])
    falling = np.maximum.accumulate(gains[order, 1])
    assert len(found.pareto) == 1 + int((np.diff(falling) > 0).sum())


# --- Scenarios --------------------------------------------------------------------------------


def test_a_scenario_at_its_means_is_solved_by_hand():
    found = solutions_data(small_scenario())
    # No deal is worth .25 to each; shared water is worth about .6 x .6 to both.
    assert found["packages"] == 9
    assert found["numbers"] == "means"
    assert found["no_deal"] == pytest.approx({"her": 0.25, "his": 0.25})
    for concept in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"):
        text = found["solutions"][concept]
        assert text["package"] == {"water": "shared", "upkeep": "both_pay"}
        assert text["utilities"] == pytest.approx({"her": 0.56, "his": 0.56}, abs=1e-3)


def test_the_data_say_which_draw_they_hold_for():
    found = solutions_data(small_scenario(), Draw(3, seed=5, replications=10))
    assert found["numbers"] == {"draw": 3, "seed": 5, "replications": 10}
    assert found["no_deal"] != solutions_data(small_scenario())["no_deal"]


def test_a_quota_is_said_not_to_be_used():
    majority = small_scenario(signatories__quota={"share": 0.5})
    assert "not used" in solutions_data(majority)["quota"]
    assert solutions_data(majority)["solutions"] == solutions_data(small_scenario())["solutions"]


def test_more_packages_than_are_listed_are_an_error_that_names_the_clauses():
    table = np.zeros((2, 42))
    with pytest.raises(ScenarioError, match="clauses: span 2097152 packages; at most 2000000"):
        solve(bargain([2] * 21, table, [0, 0]))


def test_consent_in_a_scenario_is_asked_of_whoever_an_option_names():
    # Hers is worth .6 to her, shared .36, his nothing; upkeep .4, .2, nothing; no deal .25: of the
    # nine texts she would sign seven, and those with shared water suit him too, as all do.
    by_consent = small_scenario(
        clauses__water__options__shared__consent=["his"], signatories__base=["her"]
    )
    found = solutions_data(by_consent)
    assert (found["rational"], found["players"]) == (7, ["her"])
    assert found["solutions"]["nash"]["package"] == {"water": "hers", "upkeep": "he_pays"}
