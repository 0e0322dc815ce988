"""Scores with known answers: by hand, by integrals, and what a perfect forecaster must get."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.analysis.scores import (
    brier,
    coverage,
    crps,
    log_score,
    paired_difference,
    pit,
    pit_histogram,
)

WHOLE = st.integers(-20, 20).map(float)  # so that values and outcomes are often the same


@st.composite
def laws(draw):
    """A discrete law with values in any order, some of them more than once, some without chance."""
    values = draw(st.lists(WHOLE, min_size=1, max_size=8))
    weights = draw(st.lists(st.integers(0, 9), min_size=len(values), max_size=len(values)))
    weights[0] += 1
    return np.array(values), np.array(weights) / sum(weights)


# --- The continuous ranked probability score ----------------------------------------------------


@given(laws(), st.floats(-30, 30))
def test_the_crps_is_the_double_sum_over_pairs_of_values(law, outcome):
    values, chances = law
    apart = chances @ np.abs(values[:, None] - values) @ chances
    by_pairs = chances @ np.abs(values - outcome) - apart / 2
    assert crps(values, chances, outcome) == pytest.approx(by_pairs, abs=1e-9)


@given(laws(), st.floats(-30, 30))
def test_the_crps_is_the_integral_of_the_squared_distance_of_the_distribution_functions(
    law, outcome
):
    values, chances = law
    edges = np.unique([*values, outcome])
    middles = (edges[1:] + edges[:-1]) / 2
    reached = (chances * (values <= middles[:, None])).sum(axis=1) - (outcome <= middles)
    assert crps(values, chances, outcome) == pytest.approx(reached**2 @ np.diff(edges), abs=1e-9)


@pytest.mark.parametrize("outcome", [-3.0, 4.0, 10.0])
def test_the_crps_of_a_point_is_its_distance(outcome):
    assert crps(np.array([4.0]), np.array([1.0]), outcome) == abs(outcome - 4)


@pytest.mark.parametrize("outcome", [0.0, 0.3, 0.5, 1.0])
def test_the_crps_of_a_uniform_law_on_many_points_is_the_integral(outcome):
    points = (np.arange(10_000) + 0.5) / 10_000
    truth, _ = integrate.quad(
        lambda x: (stats.uniform.cdf(x) - (x >= outcome)) ** 2, 0, 1, points=[outcome]
    )
    assert truth == pytest.approx((outcome**3 + (1 - outcome) ** 3) / 3)
    assert crps(points, np.full(10_000, 1e-4), outcome) == pytest.approx(truth, abs=1e-6)


@given(laws(), laws())
def test_nobody_expects_a_better_crps_than_by_saying_what_they_believe(belief, said):
    def expected(law):
        return sum(c * crps(*law, y) for y, c in zip(*belief, strict=True))

    assert expected(belief) <= expected(said) + 1e-9


# --- The probability integral transform, coverage and the histogram ------------------------------


def ends_under(law):
    """The ends of the transform of each value of a law that may come out, and its chance."""
    values, chances = law
    held = np.unique(values[chances > 0])
    ends = np.array([pit(values, chances, value) for value in held])
    return ends, np.array([chances[values == value].sum() for value in held])


@given(laws(), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_a_perfect_forecaster_covers_exactly_the_share_however_lumpy_the_law(law, share):
    ends, chance = ends_under(law)
    covered = np.array([coverage(each[None], share) for each in ends])
    assert chance @ covered == pytest.approx(share)


@given(laws(), st.integers(1, 12))
def test_the_histogram_of_a_perfect_forecaster_is_exactly_flat(law, bins):
    ends, chance = ends_under(law)
    heights = np.array([pit_histogram(each[None], bins) for each in ends])
    assert chance @ heights == pytest.approx(np.ones(bins))


def test_the_histogram_of_a_large_sample_of_a_perfect_forecaster_is_flat():
    rng, rows = np.random.default_rng(4), []
    for _ in range(4000):
        values, chances = rng.integers(0, 9, 5) * 1.0, rng.dirichlet(np.ones(5))
        rows.append(pit(values, chances, rng.choice(values, p=chances)))
    # The standard error of a height is below that of whole counts, sqrt(bins / 4000) = 0.05.
    assert pit_histogram(np.array(rows)) == pytest.approx(np.ones(10), abs=0.15)
    assert coverage(np.array(rows), 0.5) == pytest.approx(0.5, abs=0.024)


def test_laws_too_narrow_give_a_u_and_laws_too_wide_a_hump():
    outcomes = np.random.default_rng(5).normal(size=2000)
    grid, shapes = np.linspace(-12, 12, 2401), {}
    for name, sd in (("narrow", 0.5), ("wide", 2.0)):
        law = stats.norm.pdf(grid, scale=sd)
        law /= law.sum()
        shapes[name] = pit_histogram(np.array([pit(grid, law, y) for y in outcomes]), 4)
    # The outer quarters begin at 0.674 sd of the law: beyond 0.337 and 1.349 lie 0.368 and 0.0887.
    assert shapes["narrow"] == pytest.approx([1.472, 0.528, 0.528, 1.472], abs=0.15)
    assert shapes["wide"] == pytest.approx([0.355, 1.645, 1.645, 0.355], abs=0.15)


def test_the_transform_has_a_step_where_the_law_has_a_value_and_none_elsewhere():
    values, chances = np.array([10.0, 0.0, 10.0]), np.array([0.3, 0.5, 0.2])
    assert pit(values, chances, 10.0) == pytest.approx((0.5, 1.0))
    assert pit(values, chances, 10.0 - 1e-10) == pytest.approx((0.5, 1.0))
    assert pit(values, chances, 9.99) == pytest.approx((0.5, 0.5))
    assert pit(values, chances, -1.0) == (0, 0)
    assert pit(values, chances, 11.0) == pytest.approx((1, 1))


def test_an_outcome_without_a_chance_is_in_the_central_interval_or_not():
    points = np.array([[0.0, 0.0], [0.25, 0.25], [0.5, 0.5], [0.75, 0.75], [1.0, 1.0]])
    assert coverage(points, 0.5) == 3 / 5
    assert coverage(points, 1.0) == 1
    assert pit_histogram(points, 2).tolist() == [1.0, 1.0]
    assert pit_histogram(points, 4).tolist() == pytest.approx([1.2, 0.8, 0.8, 1.2])


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted), min_size=1, max_size=9))
def test_the_heights_of_a_histogram_have_mean_1(rows):
    assert pit_histogram(np.array(rows), 7).mean() == pytest.approx(1)


# --- Events ------------------------------------------------------------------------------------


def test_brier_and_the_log_score_are_those_of_a_calculation_by_hand():
    chance, happened = np.array([0.8, 0.8, 0.5, 0.0, 1.0]), np.array([1, 0, 1, 0, 1], dtype=bool)
    assert brier(chance, happened) == pytest.approx([0.04, 0.64, 0.25, 0, 0])
    by_hand = [-np.log(0.8), -np.log(0.2), np.log(2), 0, 0]
    assert log_score(chance, happened) == pytest.approx(by_hand)


def test_what_was_given_no_chance_and_happens_has_an_infinite_log_score():
    found = log_score(np.array([0.0, 1.0, 1.0]), np.array([True, False, True]))
    assert found.tolist() == [np.inf, np.inf, 0.0]
    assert not np.signbit(found).any()


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_nobody_expects_better_scores_of_events_than_by_saying_what_they_believe(belief, said):
    both = np.array([True, False])
    for rule in (brier, log_score):
        honest, other = rule(np.full(2, belief), both), rule(np.full(2, said), both)
        chances = np.array([belief, 1 - belief])
        assert chances @ honest <= chances @ other + 1e-12


# --- Paired differences --------------------------------------------------------------------------


def test_the_interval_of_equal_groups_has_no_width():
    first, second = np.array([3.0, 1.0, 1.0, 3.0]), np.array([1.0, 1.0, 0.0, 2.0])
    found = paired_difference(first, second, ["a", "a", "b", "b"])
    assert (found.mean, found.low, found.high) == pytest.approx((1, 1, 1))


def test_one_group_leaves_nothing_to_draw():
    found = paired_difference(np.array([1.0, 5.0]), np.zeros(2), ["a", "a"])
    assert (found.mean, found.low, found.high) == (3, 3, 3)


def test_groups_of_one_are_the_ordinary_bootstrap():
    scores = np.random.default_rng(6).normal(1, 2, 400)
    found = paired_difference(scores, np.zeros(400), [str(n) for n in range(400)])
    half = stats.norm.ppf(0.975) * scores.std() / 20
    assert found.mean == pytest.approx(scores.mean())
    assert (found.low, found.high) == pytest.approx(
        (scores.mean() - half, scores.mean() + half), abs=0.2 * half
    )


def test_groups_that_move_together_widen_the_interval_as_if_each_were_one_decision():
    by_group = np.random.default_rng(7).normal(size=100)
    each = np.repeat(by_group, 9)
    names = np.repeat(np.arange(100), 9).astype(str).tolist()
    together = paired_difference(each, np.zeros(900), names)
    alone = paired_difference(by_group, np.zeros(100), [str(n) for n in range(100)])
    assert (together.low, together.high) == pytest.approx((alone.low, alone.high))


def test_the_interval_covers_about_as_often_as_it_says():
    rng, inside = np.random.default_rng(8), 0
    for _ in range(300):
        scores = np.repeat(rng.normal(size=60), 2) + rng.normal(size=120)
        groups = np.repeat(np.arange(60), 2).astype(str).tolist()
        found = paired_difference(scores, np.zeros(120), groups, share=0.9, resamples=400)
        inside += found.low <= 0 <= found.high
    assert (
        0.83 <= inside / 300 <= 0.95
    )  # four standard errors around 0.9, less what few groups cost


def test_the_order_of_decisions_does_not_matter_and_a_seed_repeats():
    scores, groups = np.arange(40.0) ** 2, [f"{n // 2:02}" for n in range(40)]
    found = paired_difference(scores, np.zeros(40), groups)
    assert paired_difference(scores[::-1], np.zeros(40), groups[::-1]) == found
    assert paired_difference(scores, np.zeros(40), groups, seed=1) != found


# --- What is refused ------------------------------------------------------------------------------

NONE = np.array([])
HALVES = np.array([0.5, 0.5])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: crps(NONE, NONE, 0.0), "a law needs a chance a value"),
        (lambda: crps(HALVES, np.array([0.5, 0.6]), 0.0), "must sum to 1"),
        (lambda: pit(HALVES, np.array([1.5, -0.5]), 0.0), "none below 0"),
        (lambda: coverage(np.array([[0.6, 0.5]]), 0.5), "must be in order"),
        (lambda: coverage(HALVES, 0.5), "two ends"),
        (lambda: coverage(HALVES[None], 0.0), "share must lie between 0 and 1"),
        (lambda: pit_histogram(HALVES[None], 0), "at least one bin"),
        (lambda: brier(np.array([1.1]), np.array([True])), "a chance must lie between 0 and 1"),
        (lambda: log_score(np.array([np.nan]), np.array([True])), "a chance must lie"),
        (lambda: log_score(HALVES, np.array([True])), "cannot be of"),
        (lambda: paired_difference(HALVES, HALVES, ["a"]), "and its group"),
        (lambda: paired_difference(NONE, NONE, []), "needs decisions"),
        (lambda: paired_difference(np.array([np.inf]), np.ones(1), ["a"]), "a finite score"),
        (lambda: paired_difference(HALVES, HALVES, ["a", "b"], share=1.0), "no interval of share"),
    ],
)
def test_what_makes_no_sense_is_refused(asked, said):
    with pytest.raises(ValueError, match=said):
        asked()
