"""Known answers by hand, estimators against simulated truth, and what holds for any counts."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.odds import (
    Interval,
    assumption_range,
    clauses_table,
    independent_difference,
    monte_carlo_interval,
    odds_table,
    paired_difference,
    timeline_table,
    wilson_interval,
)
from sim.analysis.weights import Weights

REPEATS = 2000  # one standard error of a coverage of .95 is .005
THREE = [("deal", "A deal"), ("war", "The war goes on"), ("other", "Other")]


def beta_binomial_shares(rng, draws, replications, mean, concentration, *, repeats=REPEATS):
    """Shares (repeats, D) of worlds whose draws have Beta-distributed probabilities."""
    odds = rng.beta(mean * concentration, (1 - mean) * concentration, (repeats, draws))
    return rng.binomial(replications, odds) / replications


def alike(draws, replications):
    """Weights of draws that count by their worlds alone: one number of worlds, or (D,)."""
    sizes = np.broadcast_to(np.asarray(replications, dtype=np.int64), (draws,))
    return Weights(sizes, np.zeros(draws))


def interval_of(shares, replications, level=0.95):
    return monte_carlo_interval(shares, alike(len(shares), replications), level)


def range_of(shares, replications):
    return assumption_range(shares, alike(len(shares), replications))


def difference_of(a, b, level=0.95):
    return paired_difference(a, alike(len(a), 1), b, alike(len(b), 1), level)


def table_of(counts, replications, outcomes):
    return odds_table(counts, alike(len(counts), replications), outcomes)


def coverage(intervals, truth):
    return np.mean([interval.low <= truth <= interval.high for interval in intervals])


# --- Monte Carlo interval ---------------------------------------------------------------------


def test_with_one_replication_the_interval_is_wilsons_over_the_draws():
    shares = np.array([1.0] * 15 + [0.0] * 133)
    # Newcombe (1998), table I: 15 of 148 by the score method without continuity correction.
    interval = interval_of(shares, 1)
    assert (interval.low, interval.high) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_the_effective_number_of_worlds_is_the_binomial_variance_over_the_error_of_the_mean():
    shares = np.array([0.2, 0.4, 0.6, 0.8])
    # By hand: m = 1/2, var = 0.2 / 3, n = (1/4) / (var / 4) = 15, between D = 4 and D R = 40.
    z, n = 1.959964, 15
    half = z / (1 + z**2 / n) * np.sqrt(0.25 / n + z**2 / (4 * n**2))
    interval = interval_of(shares, 10)
    assert (interval.low, interval.high) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_where_no_two_draws_differ_a_draw_is_worth_one_world(share):
    # The mean of ten times 0.3 is not 0.3 in floating point: the variance must still count as 0.
    interval = interval_of(np.full(10, share), 10)
    wilson = stats.binomtest(round(10 * share), 10).proportion_ci(method="wilson")
    assert (interval.low, interval.high) == pytest.approx((wilson.low, wilson.high), abs=1e-12)


def test_one_draw_of_many_replications_is_worth_one_world():
    assert interval_of(np.array([1.0]), 1000) == interval_of(np.array([1.0]), 1)


def test_draws_that_agree_better_than_chance_count_no_more_than_all_their_worlds():
    interval = interval_of(np.array([0.5, 0.5, 0.5, 0.51]), 100)
    wilson = stats.binomtest(201, 400).proportion_ci(method="wilson")
    assert (interval.low, interval.high) == pytest.approx((wilson.low, wilson.high), abs=1e-12)


@pytest.mark.parametrize(
    ("draws", "replications", "beta", "band"),
    [
        # approximation error .01 and three standard errors around .95
        (200, 10, (0.3, 2.0), (0.925, 0.975)),
        (200, 10, (0.3, 20.0), (0.925, 0.975)),
        (200, 10, (0.3, 1e6), (0.925, 0.975)),  # the assumptions do not matter
        (200, 10, (0.02, 50.0), (0.925, 0.975)),
        (200, 1, (0.3, 2.0), (0.92, 0.98)),  # Wilson's coverage moves in steps of the count
        (200, 1, (0.02, 2.0), (0.91, 0.98)),
        (20, 10, (0.3, 2.0), (0.91, 0.97)),  # fewer draws: var(p_d) is uncertain
        (200, 10, (0.01, 2.0), (0.88, 0.97)),  # rare, and all in a few draws
    ],
)
def test_the_interval_covers_the_odds_about_as_often_as_it_says(draws, replications, beta, band):
    shares = beta_binomial_shares(np.random.default_rng(7), draws, replications, *beta)
    covered = coverage([interval_of(row, replications) for row in shares], beta[0])
    assert band[0] <= covered <= band[1]


def test_an_interval_of_another_level_covers_by_that_level():
    shares = beta_binomial_shares(np.random.default_rng(8), 200, 10, 0.4, 3.0)
    covered = coverage([interval_of(row, 10, level=0.8) for row in shares], 0.4)
    assert covered == pytest.approx(0.8, abs=0.01 + 3 * 0.009)


def test_worlds_counted_as_if_independent_would_cover_far_too_little():
    shares = beta_binomial_shares(np.random.default_rng(9), 200, 10, 0.3, 2.0)
    naive = [interval_of(np.repeat(row, 10), 1) for row in shares]
    assert coverage(naive, 0.3) < 0.8


# --- Assumption range -------------------------------------------------------------------------


def range_or_point(shares, replications):
    """The range; the odds twice where it cannot be told, as a mean over many samples needs it."""
    mean = float(np.mean(shares))
    return range_of(shares, replications) or Interval(mean, mean)


def test_the_assumption_range_is_the_betas_with_the_anova_variance():
    shares = np.array([0.2, 0.4, 0.6, 0.8])
    # By hand, R = 10: MSB = 10/3 x 0.2 = 2/3, MSW = 10 x 0.8 / (4 x 9) = 2/9, v = 2/45,
    # concentration = 0.25 / v - 1 = 4.625, so the Beta is (2.3125, 2.3125).
    known = range_of(shares, 10)
    truth = stats.beta(2.3125, 2.3125).ppf([0.05, 0.95])
    assert (known.low, known.high) == pytest.approx(tuple(truth), abs=1e-9)


def test_chance_alone_leaves_no_assumption_range():
    assert range_of(np.array([0.4, 0.5, 0.6]), 10) is None
    assert range_of(np.zeros(5), 10) is None
    assert range_of(np.ones(5), 10) is None


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.0, 1.0], Interval(0.0, 1.0)),
        ([0.0] * 3 + [1.0] * 97, Interval(1.0, 1.0)),
        ([0.0] * 97 + [1.0] * 3, Interval(0.0, 0.0)),
        ([0.0] * 9 + [1.0], Interval(0.0, 1.0)),
    ],
)
def test_draws_that_are_all_certain_give_the_two_point_limit(shares, expected):
    assert range_of(np.array(shares), 10) == expected


def test_the_betas_quantiles_reach_the_two_point_limit_without_a_jump():
    nearly = np.array([0.001] * 50 + [0.999] * 50)
    known = range_of(nearly, 1000)
    assert (known.low, known.high) == pytest.approx((0.0, 1.0), abs=1e-6)


@pytest.mark.parametrize(("draws", "replications"), [(1, 10), (10, 1), (1, 1)])
def test_one_draw_or_one_replication_identifies_no_assumption_range(draws, replications):
    assert range_of(np.ones(draws), replications) is None


@pytest.mark.parametrize("replications", [2, 5, 50])
@pytest.mark.parametrize(("mean", "concentration"), [(0.3, 4.0), (0.5, 1.0), (0.1, 10.0)])
def test_the_assumption_range_recovers_the_quantiles_of_the_true_beta(
    mean, concentration, replications
):
    rng = np.random.default_rng(11)
    shares = beta_binomial_shares(rng, 400, replications, mean, concentration, repeats=150)
    ranges = [range_or_point(row, replications) for row in shares]
    low, high = np.mean([(r.low, r.high) for r in ranges], axis=0)
    truth = stats.beta(mean * concentration, (1 - mean) * concentration).ppf([0.05, 0.95])
    assert (low, high) == pytest.approx(tuple(truth), abs=0.015)


def test_the_quantiles_of_the_shares_themselves_would_take_chance_for_ignorance():
    shares = beta_binomial_shares(np.random.default_rng(12), 400, 3, 0.3, 20.0, repeats=100)
    widths = [(r := range_or_point(row, 3)).high - r.low for row in shares]
    raw = np.quantile(shares, [0.05, 0.95], axis=1)
    truth = np.diff(stats.beta(6.0, 14.0).ppf([0.05, 0.95]))[0]
    assert np.mean(widths) == pytest.approx(truth, abs=0.03)
    assert np.mean(raw[1] - raw[0]) > 1.5 * truth


@pytest.mark.parametrize(("more_draws", "more_replications"), [(4, 1), (1, 5)])
def test_more_worlds_shrink_the_interval_and_not_the_range(more_draws, more_replications):
    def mean_widths(draws, replications):
        rng = np.random.default_rng(13)
        rows = beta_binomial_shares(rng, draws, replications, 0.3, 20.0, repeats=200)
        chance = [interval_of(row, replications) for row in rows]
        known = [range_or_point(row, replications) for row in rows]
        return [np.mean([i.high - i.low for i in intervals]) for intervals in (chance, known)]

    interval, known = mean_widths(200, 5)
    interval_of_more, known_of_more = mean_widths(200 * more_draws, 5 * more_replications)
    assert interval_of_more < 0.85 * interval
    assert known_of_more == pytest.approx(known, rel=0.03)


# --- Draws cut short --------------------------------------------------------------------------


def test_a_draw_cut_short_counts_by_its_worlds():
    rng = np.random.default_rng(14)
    sizes = np.array([10] * 150 + [3] * 50)
    intervals, ranges = [], []
    for _ in range(1000):
        shares = rng.binomial(sizes, rng.beta(1.2, 2.8, 200)) / sizes
        intervals.append(interval_of(shares, sizes))
        ranges.append(range_of(shares, sizes))
    assert coverage(intervals, 0.3) == pytest.approx(0.95, abs=0.01 + 3 * 0.007)
    low, high = np.mean([(r.low, r.high) for r in ranges], axis=0)
    assert (low, high) == pytest.approx(tuple(stats.beta(1.2, 2.8).ppf([0.05, 0.95])), abs=0.015)


def test_equal_sizes_draw_by_draw_say_the_same_as_one_number():
    shares = np.array([0.2, 0.4, 0.6, 0.8])
    sizes = np.full(4, 10)
    assert interval_of(shares, sizes) == interval_of(shares, 10)
    assert range_of(shares, sizes) == range_of(shares, 10)


# --- Odds table -------------------------------------------------------------------------------


def test_the_odds_table_has_a_row_for_every_outcome_in_order_also_at_zero():
    table = table_of(np.array([[8, 2, 0], [4, 6, 0]]), 10, THREE)
    assert list(table.columns) == [
        "outcome", "label", "probability", "low", "high",
        "assumption_low", "assumption_high", "worlds",
    ]  # fmt: skip
    assert table.outcome.tolist() == ["deal", "war", "other"]
    assert table.label.tolist() == ["A deal", "The war goes on", "Other"]
    assert table.worlds.tolist() == [12, 8, 0]
    assert table.probability.tolist() == [0.6, 0.4, 0.0]
    none = table.iloc[2]
    assert none.low == 0.0
    assert np.isnan([none.assumption_low, none.assumption_high]).all()
    assert none.high > 0


def test_with_one_replication_the_assumption_columns_are_empty():
    table = table_of(np.array([[1, 0, 0], [0, 1, 0]]), 1, THREE)
    assert table[["assumption_low", "assumption_high"]].isna().all(axis=None)
    assert table[["low", "high"]].notna().all(axis=None)


def test_a_cut_last_draw_leaves_the_odds_the_share_of_all_worlds():
    table = table_of(np.array([[8, 2, 0], [0, 0, 5]]), np.array([10, 5]), THREE)
    assert table.probability.tolist() == pytest.approx([8 / 15, 2 / 15, 5 / 15])


@pytest.mark.parametrize(
    ("counts", "replications", "message"),
    [
        (np.array([[1, 0]]), 1, "column for each of 3 outcomes"),
        (np.array([1, 0, 0]), 1, "row for each draw"),
        (np.zeros((0, 3), dtype=int), 1, "at least one draw"),
        (np.array([[1, 1, 0]]), 3, "sum to its worlds"),
        (np.array([[2, -1, 0]]), 1, "sum to its worlds"),
        (np.array([[0, 0, 0]]), 0, "no world counts"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts, replications, message):
    with pytest.raises(ValueError, match=message):
        table_of(counts, replications, THREE)


@pytest.mark.parametrize("estimate", [interval_of, range_of])
@pytest.mark.parametrize(
    "shares", [np.array([1.1]), np.array([np.nan]), np.ones((2, 2)), np.ones(0)]
)
def test_shares_that_cannot_be_are_refused(estimate, shares):
    with pytest.raises(ValueError, match=r"shares must|at least one draw"):
        estimate(shares, 10)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        interval_of(np.ones(3), 1, level)
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        difference_of(np.ones(3), np.ones(3), level)


@st.composite
def counts_of_draws(draw):
    """Counts (D, 3) and replications, equal or with the last draw cut."""
    replications = draw(st.integers(1, 12))
    draws = draw(st.integers(1, 15))
    last = draw(st.integers(1, replications))
    sizes = np.array([replications] * (draws - 1) + [last])
    first = np.array([draw(st.integers(0, int(size))) for size in sizes])
    second = np.array([draw(st.integers(0, int(rest))) for rest in sizes - first])
    return np.column_stack([first, second, sizes - first - second]), sizes


@settings(max_examples=150, deadline=None)
@given(counts_of_draws())
def test_odds_sum_to_1_and_every_end_is_in_order_and_a_probability(case):
    counts, sizes = case
    table = table_of(counts, sizes, THREE)
    assert table.probability.sum() == pytest.approx(1.0, abs=1e-12)
    assert table.worlds.sum() == sizes.sum()
    ends = table[["low", "high", "assumption_low", "assumption_high"]].to_numpy()
    assert ((ends >= 0) & (ends <= 1) | np.isnan(ends)).all()
    assert (table.low <= table.probability + 1e-12).all()
    assert (table.probability - 1e-12 <= table.high).all()
    if len(counts) == 1 or (sizes == 1).all():
        assert np.isnan(ends[:, 2:]).all()
    assert (table.assumption_low.isna() == table.assumption_high.isna()).all()
    assert not (table.assumption_low > table.assumption_high).any()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(1, 50))
def test_any_shares_give_ordered_ends_within_0_and_1(shares, replications):
    row = np.array(shares)
    interval, known = interval_of(row, replications), range_of(row, replications)
    assert 0 <= interval.low <= np.mean(row) + 1e-12
    assert np.mean(row) - 1e-12 <= interval.high <= 1
    assert known is None or 0 <= known.low <= known.high <= 1


@settings(max_examples=50, deadline=None)
@given(counts_of_draws(), st.randoms(use_true_random=False))
def test_the_order_of_the_draws_does_not_matter(case, random):
    counts, sizes = case
    order = list(range(len(counts)))
    random.shuffle(order)
    numbers = ["probability", "low", "high", "assumption_low", "assumption_high"]
    table = table_of(counts, sizes, THREE)[numbers].to_numpy()
    shuffled = table_of(counts[order], sizes[order], THREE)[numbers].to_numpy()
    np.testing.assert_allclose(shuffled, table, atol=1e-6)


# --- Paired difference ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "n_a", "b", "n_b", "low", "high"),
    [  # Newcombe (1998), table II, method 10
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (10, 10, 0, 20, 0.6791, 1.0),
        (0, 10, 0, 20, -0.1611, 0.2775),
    ],
)
def test_independent_proportions_differ_within_the_published_interval(a, n_a, b, n_b, low, high):
    ends = wilson_interval(a / n_a, n_a), wilson_interval(b / n_b, n_b)
    found = independent_difference(a / n_a, ends[0], b / n_b, ends[1])
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_the_paired_difference_is_the_t_interval_of_the_differences():
    a, b = np.array([0.5, 0.7, 0.9, 0.3]), np.array([0.4, 0.5, 0.9, 0.4])
    known = stats.ttest_rel(a, b)
    by_scipy = known.confidence_interval(0.9)
    difference = difference_of(a, b, level=0.9)
    assert difference.mean == pytest.approx(0.05)
    assert (difference.low, difference.high) == pytest.approx((by_scipy.low, by_scipy.high))
    assert difference.draws == 4


@pytest.mark.parametrize("draws", [10, 200])
def test_the_paired_interval_covers_the_difference_and_pairing_narrows_it(draws):
    rng = np.random.default_rng(15)
    paired, unpaired = [], []
    for _ in range(1000):
        odds = rng.beta(2.0, 4.0, draws)
        luck = rng.random((draws, 10))
        a = (luck < (0.8 * odds + 0.1)[:, None]).mean(axis=1)
        b = (luck < (0.8 * odds)[:, None]).mean(axis=1)
        other = (rng.random((draws, 10)) < 0.8 * rng.beta(2.0, 4.0, (draws, 1))).mean(axis=1)
        paired.append(difference_of(a, b))
        unpaired.append(difference_of(a, other))
    assert coverage(paired, 0.1) == pytest.approx(0.95, abs=0.01 + 3 * 0.007)
    assert coverage(unpaired, 0.1) == pytest.approx(0.95, abs=0.01 + 3 * 0.007)
    widths = [np.mean([d.high - d.low for d in found]) for found in (paired, unpaired)]
    assert widths[0] < 0.5 * widths[1]


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.ones(3), np.ones(4), "one share each"),
        (np.ones((2, 2)), np.ones((2, 2)), "one share each"),
        (np.ones(1), np.ones(1), "at least two draws"),
    ],
)
def test_draws_that_are_not_pairs_are_refused(a, b, message):
    with pytest.raises(ValueError, match=message):
        difference_of(a, b)


# --- Timeline, clauses, base rate -------------------------------------------------------------


def test_the_timeline_adds_up_what_happened_date_by_date():
    dates = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    counts = np.array([[1, 0], [2, 1], [0, 4]])
    table = timeline_table(dates, counts, 10, [("deal", "A deal"), ("war", "War")])
    assert list(table.columns) == ["date", "outcome", "probability"]
    assert table.date.tolist() == [day for day in dates for _ in range(2)]
    assert table.outcome.tolist() == ["deal", "war"] * 3
    assert table.probability.tolist() == pytest.approx([0.1, 0.0, 0.3, 0.1, 0.3, 0.5])


@pytest.mark.parametrize(
    ("dates", "counts", "worlds", "message"),
    [
        ([date(2026, 1, 1)], np.array([[1, 0]]), 4, "column for each of 1 outcomes"),
        ([date(2026, 1, 1)], np.array([[1], [1]]), 4, "2 steps, but there are 1 dates"),
        ([date(2026, 2, 1), date(2026, 1, 1)], np.array([[1], [1]]), 4, "in order"),
        ([date(2026, 1, 1)], np.array([[5]]), 4, "5 outcomes cannot happen in 4 worlds"),
    ],
)
def test_a_timeline_that_cannot_be_is_refused(dates, counts, worlds, message):
    with pytest.raises(ValueError, match=message):
        timeline_table(dates, counts, worlds, [("deal", "A deal")])


def test_the_clauses_table_gives_shares_of_signed_and_of_first_texts():
    options = [("nato", "in"), ("nato", "out"), ("land", "frozen")]
    table = clauses_table(options, np.array([1, 3, 4]), np.array([5, 5, 0]), 4, 10)
    assert list(table.columns) == ["clause", "option", "signed_share", "first_text_share"]
    assert list(zip(table.clause, table.option, strict=True)) == options
    assert table.signed_share.tolist() == [0.25, 0.75, 1.0]
    assert table.first_text_share.tolist() == [0.5, 0.5, 0.0]


def test_where_nothing_was_signed_there_is_no_signed_share():
    table = clauses_table([("nato", "in")], np.array([0]), np.array([2]), 0, 2)
    assert table.signed_share.isna().all()
    assert table.first_text_share.tolist() == [1.0]


@pytest.mark.parametrize(
    ("signed", "first", "message"),
    [
        (np.array([1, 1]), np.array([0]), "signed must count 1 options"),
        (np.array([5]), np.array([0]), "more signed texts than the 4"),
        (np.array([0]), np.array([-1]), "more first texts than the 4"),
    ],
)
def test_options_in_more_texts_than_there_are_are_refused(signed, first, message):
    with pytest.raises(ValueError, match=message):
        clauses_table([("nato", "in")], signed, first, 4, 4)
