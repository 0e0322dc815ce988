"""What simple methods say of divisions: known answers, and nothing learned from the own fold."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.backtests.baselines.divisions import (
    MEASURES,
    by_measure,
    chances,
    constant,
    fitted,
    gains,
    log_losses,
    places,
    splits,
    two_variables,
    uniform,
)
from sim.backtests.cases import Division


def case(*endings, points=((4.0, 1.0), (2.0, 2.0)), no_deal=(0.0, 0.0), counts=(1, 1)):
    return Division("n", "g", ("book", "hat"), counts, points, no_deal, endings)


ALL, NOTHING, BOOK, HAT = (1, 1), (0, 0), (1, 0), (0, 1)


def test_gains_are_shares_of_what_everything_would_give_over_no_deal():
    assert splits((1, 1)).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert gains(case()).tolist() == [[0, 1], [0.2, 0.5], [0.8, 0.5], [1, 0]]
    assert gains(case(no_deal=(1.0, 2.0))).tolist() == [[-0.25, 1], [0, 0], [0.75, 0], [1, -1]]


def test_the_constant_is_the_share_of_deals_in_the_other_folds():
    cases = case(ALL, None), case(None, None, BOOK, HAT), case(HAT)
    assert constant(cases, (0, 1, 2)).tolist() == pytest.approx([0.6, 0.6] + [2 / 3] * 4 + [0.5])


def test_two_variables_find_the_share_of_deals_where_only_one_trait_varies():
    # Two kinds of context in each fold: the regression meets the share of deals in each.
    rich = case(BOOK, BOOK, BOOK, None)
    poor = case(ALL, None, None, None, points=((1.0, 1.0), (1.0, 1.0)), counts=(1, 0))
    found = two_variables(
        (rich, replace(poor, endings=((1, 0), None, None, None))) * 2, (0, 0, 1, 1)
    )
    assert found[:4] == pytest.approx([0.75] * 4, abs=1e-3)
    assert found[4:8] == pytest.approx([0.25] * 4, abs=1e-3)


def test_all_splits_alike_lose_the_logarithm_of_how_many_there_are():
    cases = case(BOOK, None, HAT), case((2, 1, 0), counts=(3, 3, 3), points=((1.0,) * 3,) * 2)
    assert log_losses(cases, uniform(cases)).tolist() == pytest.approx([log(4), log(4), log(64)])


@pytest.mark.parametrize(
    ("measure", "values"),
    [
        ("sum", [1, 0.7, 1.3, 1]),
        ("nash", [log(0.01), log(0.1), log(0.4), log(0.01)]),
        ("smaller_gain", [0, 0.2, 0.5, 0]),
    ],
)
def test_chances_of_splits_are_a_softmax_of_a_measure(measure, values):
    weights = [exp(2 * value) for value in values]
    expected = [weight / sum(weights) for weight in weights]
    assert chances(measure, case(), 2.0).tolist() == pytest.approx(expected)


def test_the_inverse_temperature_is_the_likeliest():
    # Of smaller gains 0, .2, .5 and 0: three splits in four are the best, one is worth nothing.
    beta = fitted("smaller_gain", [case(BOOK, BOOK, BOOK, ALL)])
    mean = chances("smaller_gain", case(), beta) @ [0, 0.2, 0.5, 0]
    assert mean == pytest.approx(0.75 * 0.5, abs=1e-4)


def test_a_deal_stands_at_its_place_among_the_splits():
    one = case(ALL, None, NOTHING, BOOK)
    assert [splits(one.counts)[i].tolist() for i in places(one)] == [[1, 1], [0, 0], [1, 0]]
    assert places(case(None)).tolist() == []


@pytest.mark.parametrize("measure", MEASURES)
@given(ending=st.sampled_from([None, ALL, NOTHING, BOOK, HAT]))
def test_no_chance_knows_the_endings_of_its_own_fold(measure, ending):
    others = case(BOOK, None), case(HAT, BOOK), case(BOOK)
    changed = (case(ending, None), *others[1:])
    plain, other = (by_measure(measure, cases, (0, 1, 2))[0] for cases in (others, changed))
    assert plain.tolist() == other.tolist()
    assert plain.sum() == pytest.approx(1)
    for method in (constant, two_variables):
        pair = (method(cases, (0, 1, 2))[:2] for cases in (others, changed))
        assert np.array_equal(*pair)
