"""The challenge model: by hand, against its equations in loops at 60 digits, and its limits."""

from decimal import Context, Decimal, localcontext

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


DIGITS = Context(prec=60)
TIE = Decimal("1e-45")  # a share; what differs by less at 60 digits is equal


def exactly(case, x, choice):
    """One round as the paper's equations read, actor by actor, at 60 digits."""
    with localcontext(DIGITS):
        return _round(*map(_decimals, (case.capability, case.salience, case.position, x)), choice)


def _decimals(numbers):
    """Return numbers as they are written, 0.7 as seven tenths."""
    return [n if isinstance(n, Decimal) else Decimal(repr(float(n))) for n in numbers]


def _round(c, s, first, x, choice):
    span = max(first) - min(first)
    actors = range(len(x))
    neutral = [Decimal(1) for _ in actors]
    odds = _odds(c, s, x, span, neutral)
    danger = [
        sum(sum(_expected(odds, s, x, span, j, i, i, neutral)) for j in actors) for i in actors
    ]
    top, bottom = max(danger), min(danger)
    if top - bottom <= TIE * max(map(abs, danger)):
        r = neutral
    else:
        risk = [(2 * d - top - bottom) / (top - bottom) for d in danger]
        r = [(1 - risky / 3) / (1 + risky / 3) for risky in risk]
    odds = _odds(c, s, x, span, r)
    moved = []
    for i in actors:
        lost, bargained = [], []
        for j in actors:
            if x[j] == x[i]:
                continue
            own, others = (_expected(odds, s, x, span, *pair, i, r) for pair in ((i, j), (j, i)))
            e, f = sum(own), sum(others)
            tie = TIE * max(map(abs, (*own, *others)))
            if e > tie and f > e + tie:
                lost.append((abs(x[j] - x[i]), x[j]))
            elif e < -tie and f > tie - e:
                there = x[i] + (x[j] - x[i]) * abs(e / f)
                mean = (abs(e) * x[i] + abs(f) * x[j]) / (abs(e) + abs(f))
                key = mean if choice is Compromise.PUBLISHED else abs(there - x[i])
                bargained.append((key, there))
        moved.append(min(lost)[1] if lost else min(bargained)[1] if bargained else x[i])
    return moved


def _odds(c, s, x, span, r):
    """The probability that i's position beats j's, as a table."""
    actors = range(len(x))
    loss = [[_power(abs(x[k] - x[a]) / span, r[k]) for a in actors] for k in actors]
    votes = [
        [[c[k] * s[k] * (loss[k][b] - loss[k][a]) for k in actors] for b in actors] for a in actors
    ]
    everything = sum(abs(vote) for table in votes for row in table for vote in row)
    return [
        [sum(max(0, vote) for vote in row) / everything if everything else 0 for row in table]
        for table in votes
    ]


def _expected(odds, s, x, span, i, j, k, r):
    """The terms of what i expects of challenging j, as k sees it."""
    apart, half, p = abs(x[i] - x[j]) / (2 * span), Decimal("0.5"), odds[i][j]
    success = 2 - 4 * _power(half - apart, r[k])
    failure = 2 - 4 * _power(half + apart, r[k])
    quiet = 2 - 4 * _power(half, r[k])
    resisted = s[j] * (p * (success - quiet) + (1 - p) * (failure - quiet))
    return resisted, (1 - s[j]) * (success - quiet)


def _power(base, exponent):
    return base**exponent if base > 0 else Decimal(0)


def floats(decimals):
    return [float(number) for number in decimals]


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
        assert following == pytest.approx(floats(exactly(case, position, choice)), abs=1e-9)
        position = following


CLOSING_IN = {
    "the middle between a strong end and a weak one": ([9, 7, 2], [60, 80, 30], [0.7, 0.3, 0.7]),
    "an end comes to the next": ([2, 3, 6], [90, 30, 70], [0.9, 0.9, 0.1]),
    "the middle comes to an end": ([6, 4, 7], [10, 0, 100], [0.9, 0.1, 0.9]),
    "all are equally strong": ([2, 2, 2], [20, 30, 90], [0.7, 0.7, 0.3]),
    "others move on": ([6, 6, 7, 4], [40, 30, 50, 60], [0.7, 0.3, 0.1, 0.7]),
}


@pytest.mark.parametrize("choice", Compromise)
@pytest.mark.parametrize("case", CLOSING_IN)
def test_who_closes_in_on_another_does_not_jump_away_when_hardly_anything_is_between_them(
    case, choice
):
    # Here e and f of two who come together approach one another faster than their distance
    # shrinks, so that 1e-12 of a unit of utility takes a bargain for a tie, and 1e-12 of what is
    # at stake does not.
    closing = issue(*CLOSING_IN[case])
    position = closing.position
    for found in challenge(closing, rounds=8, choice=choice).position[1:]:
        position = exactly(closing, position, choice)
        assert found == pytest.approx(floats(position), abs=1e-9)


def test_a_compromise_that_rounds_to_the_others_position_stays_short_of_it():
    # At one position the two would be lost to each other's sight, and a third would draw one away.
    closing = issue(*CLOSING_IN["others move on"])
    near = np.array([40, np.nextafter(40, 41), 40.00001, 60])
    assert next_positions(closing, near, Compromise.LEAST_MOVE)[1] == near[1]


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
