"""Shares of worlds without a signature, by hand, and the typical world against all others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.odds import monte_carlo_interval
from sim.analysis.weights import Weights
from sim.analysis.why import (
    Unsigned,
    bodies_table,
    doubts_table,
    exits_table,
    mean_distances,
    obstacles_table,
    refusals_table,
    shares,
    together_table,
    typical,
)

ACTORS, CLAUSES = ["her", "his"], ["water", "upkeep"]
# Of two draws, the second three times as heavy: she alone, he alone, both, both, nobody refused.
FIVE = Unsigned(
    draw=np.array([0, 0, 0, 1, 1]),
    log_weight=np.log([1.0, 3.0]),
    refused=np.array([[1, 0], [0, 1], [1, 1], [1, 1], [0, 0]], dtype=bool),
    obstacle=np.array([[0, -1], [-1, 1], [0, 1], [1, 1], [-1, -1]]),
    doubted=np.array([[-1, -1], [-1, 0], [-1, 0], [-1, 0], [-1, -1]]),
    left=np.array([[0, 1], [0, 0], [0, 0], [0, 1], [0, 0]], dtype=bool),
    away=np.array([[0, 1], [0, 0], [0, 0], [0, 0], [0, 0]], dtype=bool),
)
ALL = 3 * 1 + 2 * 3  # what they weigh


def test_who_refused_is_told_by_the_weight_of_the_worlds_alone_and_for_a_vote():
    table = refusals_table(FIVE, ACTORS).set_index("actor")
    assert table["probability"].tolist() == pytest.approx([5 / ALL, 5 / ALL])
    assert table["alone"].tolist() == pytest.approx([1 / ALL, 1 / ALL])
    assert table["vote"].tolist() == pytest.approx([0, 5 / ALL])


def test_who_refused_together_sums_to_one_with_the_likeliest_first():
    table = together_table(FIVE, ACTORS)
    said = dict(zip(table["refused_by"], table["probability"], strict=True))
    assert said == pytest.approx({"her+his": 4 / ALL, "": 3 / ALL, "his": 1 / ALL, "her": 1 / ALL})
    assert table["probability"].is_monotonic_decreasing


def test_what_a_clause_cost_is_told_of_the_worlds_in_which_the_actor_refused():
    table = obstacles_table(FIVE, ACTORS, CLAUSES)
    assert table[["actor", "clause"]].values.tolist() == [
        ["her", "upkeep"],
        ["her", "water"],
        ["his", "upkeep"],
        ["his", "water"],
    ]
    assert table["probability"].tolist() == pytest.approx([3 / 5, 2 / 5, 1, 0])


def test_whose_vote_alone_stood_in_the_way_is_told_of_the_same_worlds():
    table = doubts_table(FIVE, ACTORS).set_index(["actor", "body"])["probability"]
    assert table["his", "her"] == pytest.approx(1)
    assert table["her"].tolist() == [0, 0]


def test_who_left_is_told_of_all_of_them():
    table = exits_table(FIVE, ACTORS).set_index("actor")
    assert table.loc["his", "probability"] == pytest.approx(4 / ALL)
    assert table.loc["his", "away"] == pytest.approx(1 / ALL)
    assert table.loc["her", ["probability", "away"]].tolist() == [0, 0]


def test_bodies_are_told_of_the_worlds_in_which_one_refused():
    declined = np.array([[1, 0], [0, 0], [1, 1], [0, 1], [0, 0]], dtype=bool)
    table = bodies_table(FIVE.draw, FIVE.log_weight, declined, ACTORS).set_index("actor")
    assert table["probability"].to_dict() == pytest.approx({"her": 2 / 5, "his": 4 / 5})


def test_of_no_world_there_is_no_share():
    nobody = np.zeros((5, 2), dtype=bool)
    table = bodies_table(FIVE.draw, FIVE.log_weight, nobody, ACTORS)
    assert table[["probability", "low", "high"]].isna().all().all()


def test_worlds_of_no_weight_are_none():
    found = shares(np.array([0, 0]), np.array([-np.inf, 0.0]), np.ones((2, 1), dtype=bool))
    assert np.isnan(found).all()


def test_the_interval_is_that_of_odds_over_the_draws_that_have_such_worlds():
    rng = np.random.default_rng(1)
    draw, found = rng.integers(0, 40, 300), rng.random((300, 1)) < 0.3
    log_weight = rng.normal(size=40)
    sizes = np.bincount(draw, minlength=40)
    weights = Weights(sizes, log_weight)
    expected = monte_carlo_interval(
        weights.shares(np.bincount(draw[found[:, 0]], minlength=40)), weights
    )
    assert shares(draw, log_weight, found)[0, 1:].tolist() == [expected.low, expected.high]


# --- The typical world ------------------------------------------------------------------------


def apart(one, two, span):
    """The distance of two worlds, as it is stated."""
    week, kinds = abs(one[0] - two[0]) / span, zip(one[1:], two[1:], strict=True)
    return week + sum(np.mean(np.array(a) != np.array(b)) for a, b in kinds)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 26),
            st.tuples(*[st.integers(0, 2)] * 3),
            st.tuples(*[st.booleans()] * 2),
            st.sampled_from([0.0, 0.5, 1.0, 3.0]),
        ),
        min_size=1,
        max_size=12,
    ).filter(lambda rows: any(row[-1] > 0 for row in rows))
)
def test_mean_distances_are_those_of_comparing_all_worlds_with_each_other(rows):
    weight = np.array([row[-1] for row in rows])
    week = np.array([float(row[0]) for row in rows])
    kinds = [np.array([row[1] for row in rows]), np.array([row[2] for row in rows]).astype(int)]
    found = mean_distances(weight, week, 26.0, kinds)
    worlds = [row[:3] for row in rows]
    expected = [
        sum(w * apart(one, two, 26.0) for w, two in zip(weight, worlds, strict=True)) / weight.sum()
        for one in worlds
    ]
    assert found == pytest.approx(np.array(expected), abs=1e-12)
    chosen = typical(weight, found)
    assert weight[chosen] > 0
    assert found[chosen] == found[weight > 0].min()


def test_of_worlds_that_are_as_typical_the_first_is_told():
    assert typical(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.5, 0.5])) == 1
