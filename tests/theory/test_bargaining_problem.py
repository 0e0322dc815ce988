"""A scenario as a bargaining problem: at its means, in one draw; packages by number."""

from math import fsum

import numpy as np
import pytest
from hypothesis import given

from sim.errors import ScenarioError
from sim.talks.batch import open_batch
from sim.theory.bargaining_problem import Draw, listing_of, problem_of
from tests.bargains import bargain, bargains, listed
from tests.small import WHY, small_scenario, small_tree

CERTAIN = {"normal": {"mean": 0.9, "sd": 0.4, "low": 0, "high": 1}, **WHY}


def test_at_the_means_every_number_is_its_mean_and_weights_too():
    scenario = small_scenario(actors__her__values__water__shared=CERTAIN)
    problem = problem_of(scenario)
    mean = scenario.actors["her"].values["water"]["shared"].mean
    assert mean < 0.75  # the truncated mean, not the normal's own
    # Hers and he_pays are worth 1, his and she_pays 0; so utility is .6 water + .4 upkeep.
    assert problem.table[0] == pytest.approx([0.6, 0.6 * mean, 0, 0.4, 0.2, 0], abs=1e-12)


def test_no_deal_counts_the_drivers_at_their_start():
    problem = problem_of(small_scenario(drivers__drought__start=2))
    assert problem.no_deal == pytest.approx([0.25 - 0.1 * 2] * 2)


def test_no_deal_may_be_as_good_as_a_text():
    as_halves = {"as_good_as": "halves", "error": {"uniform": [0, 0.2], **WHY}}
    problem = problem_of(small_scenario(actors__her__no_deal=as_halves))
    halves = problem.table[0, problem.space.text({"water": "shared", "upkeep": "both_pay"})].sum()
    assert problem.no_deal[0] == pytest.approx(halves + 0.1)


@pytest.mark.parametrize(("draw", "replications"), [(0, 10), (7, 400), (131, 10)])
def test_a_draw_is_the_engines_own(draw, replications):
    scenario = small_scenario(drivers__drought__start={"uniform": [-1, 1], **WHY})
    problem = problem_of(scenario, Draw(draw, seed=11, replications=replications))
    per_batch = max(1, 1000 // replications)
    first = draw // per_batch * per_batch * replications
    batch = open_batch(
        scenario, 11, replications, np.arange(first, first + per_batch * replications)
    )
    world = int(np.flatnonzero(batch.worlds == draw * replications)[0])
    start = batch.number("drivers.drought.start")[world]
    assert (problem.table == batch.utilities.own[batch.draw[world]]).all()
    expected = batch.utilities.no_deal[batch.draw[world]] - 0.1 * start
    assert problem.no_deal == pytest.approx(expected, abs=1e-12)


def test_a_draw_before_the_first_is_an_error():
    with pytest.raises(ScenarioError, match="draw: draws are counted from 0"):
        problem_of(small_scenario(), Draw(-1, seed=0, replications=10))


def test_base_signatories_are_marked_in_the_order_of_the_actors():
    assert problem_of(small_scenario(signatories__base=["his"])).base.tolist() == [False, True]


def test_the_scenario_is_left_as_it_was():
    scenario = small_scenario()
    problem_of(scenario)
    assert scenario == small_scenario()
    assert scenario.actors["her"].weight_concentration is not None
    assert small_tree()["actors"]["her"]["domestic"] is not None


@given(problem=bargains())
def test_packages_by_number_have_the_gains_and_signatories_of_the_enumeration(problem):
    listing, numbers = listing_of(problem), np.arange(problem.space.packages)
    worth, signs = listed(problem)
    assert listing.gains(numbers).T.tolist() == (worth - problem.no_deal).tolist()
    assert listing.signs(numbers).T.tolist() == signs.tolist()
    assert listing.texts(numbers).tolist() == problem.space.enumerate().tolist()


def test_gains_are_those_of_the_utilities_to_rounding():
    rng = np.random.default_rng(4)
    problem = bargain([5, 4, 6], rng.normal(0, 1, (3, 15)) + 1e3, [3e3, 3e3, 3e3])
    texts = problem.space.enumerate()
    utilities = [[fsum(row[text]) for text in texts] for row in problem.table]
    found = listing_of(problem).gains(np.arange(120))
    assert found == pytest.approx(np.array(utilities) - 3e3, abs=1e-10)


def test_an_actor_who_cares_for_nothing_is_not_pushed_below_no_deal_by_rounding():
    problem = bargain([2, 2, 2], [[0.1] * 6, [0, 1] * 3], [0.1 + 0.1 + 0.1, 0])
    shifted = bargain([2, 2, 2], [[1 / 3] * 6, [0, 1] * 3], [np.nextafter(1, 2), 0])
    for each in (problem, shifted):
        assert listing_of(each).rational(np.arange(8)).all()
