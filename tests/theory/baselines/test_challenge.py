"""The challenge model: by hand, against its equations written out in loops, and its limits."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.theory.baselines.cases import Issue
from sim.theory.baselines.challenge import (
    Compromise,
    challenge,
    expected_utility,
    next_positions,
    risk_exponent,
    success_probability,
)

EMISSIONS = Issue(
    capability=np.array([0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]),
    position=np.array([4.0, 7, 4, 4, 10, 10, 10, 7, 4, 7]),
    salience=np.array([0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7]),
)


def issue(capability, position, salience):
    return Issue(*(np.array(part, dtype=float) for part in (capability, position, salience)))


def by_loops(case, x, choice):
    """One round as the paper's equations read, actor by actor."""
    c, s = case.capability, case.salience
    span = case.position.max() - case.position.min()
    actors = range(len(x))

    def vote(k, a, b, r):
        return c[k] * s[k] * ((abs(x[k] - b) / span) ** r[k] - (abs(x[k] - a) / span) ** r[k])

    def expected(i, j, k, r):
        """What i expects of challenging j, as k sees it."""
        everything = sum(
            abs(vote(v, x[a], x[b], r)) for v in actors for a in actors for b in actors
        )
        p = sum(max(0, vote(v, x[i], x[j], r)) for v in actors)
        p = p / everything if everything else 0
        apart = abs(x[i] - x[j]) / (2 * span)
        success = 2 - 4 * max(0, 0.5 - apart) ** r[k]
        failure = 2 - 4 * (0.5 + apart) ** r[k]
        quiet = 2 - 4 * 0.5 ** r[k]
        return s[j] * (p * success + (1 - p) * failure) + (1 - s[j]) * success - quiet

    neutral = [1.0 for _ in actors]
    danger = [sum(expected(j, i, i, neutral) for j in actors) for i in actors]
    top, bottom = max(danger), min(danger)
    if top - bottom < 1e-9:
        r = neutral
    else:
        risk = [(2 * d - top - bottom) / (top - bottom) for d in danger]
        r = [(1 - risky / 3) / (1 + risky / 3) for risky in risk]
    moved = []
    for i in actors:
        lost, bargained = [], []
        for j in actors:
            e, f = expected(i, j, i, r), expected(j, i, i, r)
            if x[j] == x[i]:
                continue
            if f - 1e-12 > e > 1e-12:
                lost.append((abs(x[j] - x[i]), x[j]))
            elif f > 1e-12 and e < -1e-12 and f > abs(e) + 1e-12:
                there = x[i] + (x[j] - x[i]) * abs(e / f)
                mean = (abs(e) * x[i] + abs(f) * x[j]) / (abs(e) + abs(f))
                key = mean if choice is Compromise.PUBLISHED else abs(there - x[i])
                bargained.append((key, there))
        moved.append(min(lost)[1] if lost else min(bargained)[1] if bargained else x[i])
    return moved


# --- By hand ----------------------------------------------------------------------------------


def test_two_actors_strike_the_compromise_that_hand_calculation_gives():
    # P_12 = 1 / 20 and P_21 = 9 / 20, danger .9 and -1.8, so r = 1/2 and 2. As 1 sees it, with
    # u_0 = 2 - 4 sqrt(1/2): E_12 = -1.8 - u_0 and E_21 = (-.2 / 2 + 2 / 2) - u_0. As 2 sees it
    # both are negative, and it stays.
    two = issue([2, 9], [0, 1], [0.5, 1])
    quiet = 2 - 4 * np.sqrt(0.5)
    ratio = (1.8 + quiet) / (0.9 - quiet)
    assert next_positions(two, two.position, Compromise.PUBLISHED) == pytest.approx([ratio, 1])


def test_success_is_the_share_of_all_votes_between_all_pairs():
    two = issue([1, 3], [0, 1], [1, 1])
    found = success_probability(two, two.position, np.ones(2))
    assert found == pytest.approx(np.array([[0, 1 / 8], [3 / 8, 0]]))


def test_a_challenge_of_an_equal_position_is_worth_nothing_to_anyone():
    three = issue([1, 3, 2], [5, 5, 9], [0.7, 0.4, 1])
    exponent = np.array([0.5, 1.3, 2])
    odds = success_probability(three, three.position, exponent)
    gains = expected_utility(three, three.position, odds, exponent[:, None])
    assert gains[:2, :2] == pytest.approx(np.zeros((2, 2)), abs=1e-15)


def test_the_actor_in_most_danger_takes_most_risks_and_the_safest_least():
    assert risk_exponent(np.array([-1.0, 0.5, 2.0])) == pytest.approx([2, 1, 0.5])


def test_an_averse_actor_loses_more_by_failure_than_it_gains_by_success_and_an_acceptant_less():
    two = issue([1, 1], [0, 1], [1, 1])
    sure, lost = np.ones((2, 2)), np.zeros((2, 2))
    for exponent, averse in ((2.0, True), (0.5, False)):
        gain = expected_utility(two, two.position, sure, np.array(exponent))[0, 1]
        loss = -expected_utility(two, two.position, lost, np.array(exponent))[0, 1]
        assert bool(loss > gain) is averse


def test_actors_in_equal_danger_are_neutral_though_rounding_differs():
    assert risk_exponent(np.array([0.1 + 0.2, 0.3])).tolist() == [1, 1]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 10), st.integers(0, 10)),
        min_size=2,
        max_size=6,
    ),
    choice=st.sampled_from(Compromise),
)
def test_a_round_is_what_the_equations_say_in_loops(rows, choice):
    capability, position, salience = np.array(rows, dtype=float).T
    case = Issue(capability, position, salience / 10)
    assume(case.weight.any() and case.span > 0)
    for _ in range(2):
        following = next_positions(case, position, choice)
        assert following == pytest.approx(by_loops(case, position, choice), abs=1e-9)
        position = following


# --- Rounds -----------------------------------------------------------------------------------


def test_the_first_range_stays_the_yardstick_after_positions_have_closed_up():
    case = issue([2, 9], [0, 1], [0.5, 1])
    closer = challenge(case, rounds=1).position[-1]
    rescaled = Issue(case.capability, closer, case.salience)
    onward = next_positions(case, closer, Compromise.PUBLISHED)
    afresh = next_positions(rescaled, closer, Compromise.PUBLISHED)
    assert onward != pytest.approx(afresh, abs=1e-6)


def test_no_rounds_leave_the_first_positions():
    assert challenge(EMISSIONS, rounds=0).position.tolist() == [EMISSIONS.position.tolist()]


def test_more_rounds_change_nothing_that_happened_before():
    few, many = challenge(EMISSIONS, rounds=4), challenge(EMISSIONS, rounds=9)
    assert (few.position == many.position[:5]).all()


def test_the_published_case_moves_for_ever():
    path = challenge(EMISSIONS, rounds=300)
    assert path.settled is None
    assert (np.abs(np.diff(path.position, axis=0)).max(axis=1) > 1e-3).all()


def test_the_two_readings_of_a_compromise_part_on_the_published_case():
    least = challenge(EMISSIONS, choice=Compromise.LEAST_MOVE)
    published = challenge(EMISSIONS, choice=Compromise.PUBLISHED)
    assert least.position[3] == pytest.approx(published.position[3])
    assert least.position[4] != pytest.approx(published.position[4])


def test_who_loses_to_both_sides_at_one_distance_goes_to_the_lower():
    # Three positions that floating point puts at unequal distances: .2 - .1 > .3 - .2.
    case = issue([8, 1, 8], [0.1, 0.2, 0.3], [0.3, 0.3, 0.3])
    assert next_positions(case, case.position, Compromise.PUBLISHED)[1] == 0.1


def test_opponents_who_are_alike_do_not_beat_each_other_though_rounding_differs():
    mirrored = issue([0.5, 0.8, 0.8, 0.5], [0, 0.1, 0.6, 0.7], [0.6, 0.6, 0.6, 0.6])
    assert challenge(mirrored, 1).position[1].tolist() == [0, 0.1, 0.6, 0.7]


@pytest.mark.parametrize("choice", Compromise)
@pytest.mark.parametrize(
    "case",
    [
        issue([1, 2, 3], [5, 5, 5], [0.1, 0.9, 0.5]),
        issue([3], [7], [1]),
        issue([1, 1], [0, 10], [1, 1]),
    ],
    ids=["all agree", "alone", "two alike"],
)
def test_where_nobody_gains_by_a_challenge_all_is_settled_from_the_start(case, choice):
    path = challenge(case, 3, choice)
    assert (path.position == case.position).all()
    assert path.settled == 0


def test_settled_is_the_first_round_from_which_nobody_moves_even_if_it_is_the_last_played():
    case = issue([8, 1, 8], [0, 5, 10], [0.3, 0.3, 0.3])
    settled = challenge(case, rounds=20).settled
    assert settled
    assert challenge(case, rounds=settled).settled == settled
    assert challenge(case, rounds=settled - 1).settled is None
