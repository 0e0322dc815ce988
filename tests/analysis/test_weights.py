"""What draws count: known answers by hand, and odds of weighted draws against simulated truth."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.odds import (
    Happened,
    Interval,
    assumption_range,
    events_table,
    monte_carlo_interval,
    odds_table,
    paired_difference,
    totals_table,
    wilson_interval,
)
from sim.analysis.weights import Weights, in_units, khat, power_of_largest, times_taken

REPEATS = 2000  # one standard error of a coverage of .95 is .005
BAND = pytest.approx(0.95, abs=0.01 + 3 * 0.005)
DEAL_OR_WAR = [("deal", "A deal"), ("war", "War")]


def weights_of(sizes, weights=None):
    return Weights(np.array(sizes), np.log(np.ones(len(sizes)) if weights is None else weights))


def weighted_draws(draws=200, replications=10, exponents=(2.0, 1.0), seed=31):
    """Draws of Beta(1.2, 2.8) with a weight: sizes, log weights, counts, each (REPEATS, D).

    Weighed by p^s (1 - p)^f they are importance samples of Beta(1.2 + s, 2.8 + f). Of each draw's
    worlds another share counts.
    """
    rng = np.random.default_rng(seed)
    odds = rng.beta(1.2, 2.8, (REPEATS, draws))
    log_weight = exponents[0] * np.log(odds) + exponents[1] * np.log1p(-odds)
    sizes = rng.binomial(replications, rng.uniform(0.0, 1.0, odds.shape))
    return zip(sizes, log_weight, rng.binomial(sizes, odds), strict=True)


# --- How much draws count ---------------------------------------------------------------------


def test_a_draw_counts_by_its_worlds_times_its_weight():
    weights = weights_of([2, 1, 0, 4], [2.0, 4.0, 8.0, 1.0])
    # Worth 4, 4, 0 and 4 of 12: three draws of equal weight.
    assert weights.parts.tolist() == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3])
    assert weights.effective_draws == pytest.approx(3)
    assert weights.effective_worlds == pytest.approx(12**2 / (2 * 4 + 4 * 4 + 4))
    assert weights.counting.tolist() == [True, True, False, True]
    assert weights.mean(np.array([1, 1, 0, 2])) == pytest.approx((2 + 4 + 2) / 12)


def test_draws_that_weigh_alike_count_as_their_worlds_to_the_last_bit():
    weights = Weights.equal(7, 10)
    assert (weights.weight == 1).all()
    assert (weights.total, weights.effective_draws, weights.effective_worlds) == (70, 7, 70)
    for log_weight in (-7.3, 1e4):
        also = Weights(np.full(7, 10), np.full(7, log_weight))
        assert also.effective_draws == pytest.approx(7)


def test_a_draw_without_a_world_does_not_count_however_much_it_weighs():
    weights = Weights(np.array([2, 0, 1]), np.array([-2000.0, 5000.0, -2000.0]))
    assert weights.parts.tolist() == pytest.approx([2 / 3, 0, 1 / 3])
    assert weights.effective_draws == pytest.approx(9 / 5)


def test_a_draw_of_no_weight_does_not_count_however_many_worlds_it_has():
    weights = Weights(np.array([2, 9]), np.array([-3.0, -np.inf]))
    assert weights.parts.tolist() == [1, 0]
    assert weights.shares(np.array([1, 3])).tolist() == [1 / 2, 1 / 3]


@pytest.mark.parametrize(
    ("sizes", "log_weight", "message"),
    [
        ([], [], "at least one draw"),
        ([1, 2], [0.0], "one size and one log weight each"),
        ([1, -2], [0.0, 0.0], "negative number of worlds"),
        ([1, 2], [0.0, np.nan], "log weights must be numbers"),
        ([1, 2], [0.0, np.inf], "log weights must be numbers"),
        ([0, 0], [0.0, 0.0], "no world counts"),
        ([0, 2], [0.0, -np.inf], "no world counts"),
    ],
)
def test_weights_that_cannot_be_are_refused(sizes, log_weight, message):
    with pytest.raises(ValueError, match=message):
        Weights(np.array(sizes, dtype=np.int64), np.array(log_weight, dtype=np.float64))


@given(st.floats(-500, 500), st.integers(0, 400))
def test_weights_in_a_larger_unit_are_the_same_but_for_a_power_of_two(log_weight, more):
    alone = np.array([log_weight])
    unit = power_of_largest(alone)
    weight = in_units(alone, unit).item()
    assert 1 <= weight <= 2
    assert in_units(alone, unit + more).item() == weight / 2.0**more
    assert np.log(weight) + unit * np.log(2) == pytest.approx(log_weight, abs=1e-10)


# --- Odds of weighted draws -------------------------------------------------------------------


def test_odds_are_the_weighted_share_of_the_worlds_that_count():
    weights = weights_of([4, 2, 0], [1.0, 3.0, 9.0])
    table = odds_table(np.array([[1, 3], [2, 0], [0, 0]]), weights, DEAL_OR_WAR)
    assert table.probability.tolist() == pytest.approx([(1 + 6) / 10, 3 / 10])
    assert table.worlds.tolist() == [3, 3]


def test_a_draw_that_does_not_count_changes_nothing():
    counts, weights = np.array([[1, 3], [2, 2]]), weights_of([4, 4], [1.0, 3.0])
    more = np.array([[1, 3], [0, 0], [2, 2]]), weights_of([4, 0, 4], [1.0, 5.0, 3.0])
    assert odds_table(*more, DEAL_OR_WAR).equals(odds_table(counts, weights, DEAL_OR_WAR))


def test_weights_count_as_repeated_draws_would_in_the_odds():
    counts, sizes = np.array([[1, 3], [2, 2], [4, 0]]), [4, 4, 4]
    thrice = np.repeat(counts, [1, 3, 1], axis=0), weights_of([4] * 5)
    weighted = odds_table(counts, weights_of(sizes, [1.0, 3.0, 1.0]), DEAL_OR_WAR)
    assert weighted.probability.tolist() == pytest.approx(
        odds_table(*thrice, DEAL_OR_WAR).probability.tolist()
    )


def test_the_interval_rests_on_the_parts_that_draws_have_in_the_whole():
    shares, weights = np.array([0.0, 0.5, 1.0]), weights_of([10, 10, 10], [1.0, 2.0, 1.0])
    # By hand: parts 1/4, 1/2, 1/4; m = 1/2; D = 1 / (6/16) = 8/3; the sum of a^2 (p - m)^2 is
    # 2 (1/16) (1/4) = 1/32, times D / (D - 1) = 8/5 is 1/20; n = (1/4) / (1/20) = 5.
    assert monte_carlo_interval(shares, weights).low == pytest.approx(wilson_interval(0.5, 5).low)


def test_a_single_draw_that_counts_is_worth_one_world_and_tells_no_range():
    weights = weights_of([0, 50, 0])
    shares = weights.shares(np.array([0, 25, 0]))
    assert monte_carlo_interval(shares, weights) == wilson_interval(0.5, 1)
    assert assumption_range(shares, weights) is None


def test_a_draw_with_nearly_all_the_weight_is_worth_one_world_and_tells_no_range():
    weights = Weights(np.array([5, 5, 5]), np.array([0.0, 60.0, -400.0]))
    counts = np.array([1, 0, 4])
    table = odds_table(np.column_stack([counts, 5 - counts]), weights, DEAL_OR_WAR)
    assert table.probability.tolist() == pytest.approx([0, 1])
    assert table.low.tolist() == pytest.approx([0, wilson_interval(1.0, 1).low])
    assert table.assumption_low.isna().all()


def test_one_world_of_each_draw_that_counts_tells_no_range():
    weights = weights_of([1, 0, 1, 1], [1.0, 1.0, 2.0, 3.0])
    assert assumption_range(weights.shares(np.array([1, 0, 0, 1])), weights) is None


def test_the_assumption_range_is_the_betas_with_the_weighted_variance_between_draws():
    weights = weights_of([2, 4, 4], [2.0, 1.0, 1.0])
    shares = weights.shares(np.array([0, 2, 4]))
    # By hand: parts 1/3 each, m = 1/2. Within: the sum of W n p (1 - p) is 1, that of W (n - 1)
    # is 8: 1/8. Between: (1/3)(1/4 + 0 + 1/4) = 1/6. The chance in it: 1/8 times the sum of
    # a (1 - a) / n = (2/9)(1/2 + 1/4 + 1/4) = 2/9. v = (1/6 - 1/36) / (1 - 1/3) = 5/24.
    known = assumption_range(shares, weights)
    concentration = 0.25 / (5 / 24) - 1
    truth = stats.beta(concentration / 2, concentration / 2).ppf([0.05, 0.95])
    assert (known.low, known.high) == pytest.approx(tuple(truth), abs=1e-9)


@pytest.mark.parametrize("exponents", [(0.0, 0.0), (2.0, 1.0), (1.0, 3.0)])
def test_the_interval_of_weighted_draws_covers_the_odds_as_often_as_it_says(exponents):
    truth = (1.2 + exponents[0]) / (4 + sum(exponents))
    covered = []
    for sizes, log_weight, counts in weighted_draws(exponents=exponents):
        weights = Weights(sizes, log_weight)
        interval = monte_carlo_interval(weights.shares(counts), weights)
        covered.append(interval.low <= truth <= interval.high)
    assert np.mean(covered) == BAND


@pytest.mark.parametrize("exponents", [(0.0, 0.0), (2.0, 1.0), (1.0, 3.0)])
def test_the_assumption_range_of_weighted_draws_is_that_of_what_they_are_a_sample_of(exponents):
    ranges = []
    for sizes, log_weight, counts in weighted_draws(draws=400, exponents=exponents):
        weights = Weights(sizes, log_weight)
        mean = weights.mean(counts)
        ranges.append(assumption_range(weights.shares(counts), weights) or Interval(mean, mean))
        if len(ranges) == 300:
            break
    truth = stats.beta(1.2 + exponents[0], 2.8 + exponents[1]).ppf([0.05, 0.95])
    low, high = np.mean([(each.low, each.high) for each in ranges], axis=0)
    assert (low, high) == pytest.approx(tuple(truth), abs=0.015)


def test_worlds_that_count_more_often_in_some_draws_than_in_others_leave_the_interval_honest():
    rng = np.random.default_rng(32)
    odds = rng.choice([0.2, 0.7], (REPEATS, 200))
    sizes = rng.binomial(10, np.where(odds > 0.5, 0.8, 0.2))
    counts = rng.binomial(sizes, odds)
    truth = (0.2 * 0.2 + 0.8 * 0.7) / (0.2 + 0.8)
    covered = []
    for size, count in zip(sizes, counts, strict=True):
        weights = Weights(size, np.zeros(200))
        interval = monte_carlo_interval(weights.shares(count), weights)
        covered.append(interval.low <= truth <= interval.high)
    assert np.mean(covered) == BAND


def test_events_by_date_have_the_odds_and_the_intervals_of_totals():
    rng = np.random.default_rng(33)
    sizes, weights = rng.integers(0, 6, 50), rng.exponential(1.0, 50)
    counted = weights_of(sizes, weights)
    early, late = rng.binomial(sizes, 0.3), sizes - rng.binomial(sizes, 0.3)
    k, w = np.stack([early, late]), counted.weight
    happened = Happened(*((power[:, None]) for power in (k @ w, k**2 @ w**2, k @ (w**2 * sizes))))
    days = [date(2026, 1, 1), date(2026, 2, 1)]
    table = events_table(days, happened, counted, ["signed"])
    known = totals_table(k.T, counted, [("early", "Early"), ("late", "Late")])
    columns = ["probability", "low", "high"]
    np.testing.assert_allclose(table[columns], known[columns], atol=1e-12)


# --- Paired differences -----------------------------------------------------------------------


def test_one_weight_for_both_runs_gives_the_weighted_mean_of_the_differences():
    weights = weights_of([10, 10, 10], [1.0, 2.0, 1.0])
    found = paired_difference(
        np.array([0.5, 0.6, 0.9]), weights, np.array([0.1, 0.4, 0.9]), weights
    )
    # By hand: differences .4, .2, 0, mean .2; influences .05, 0, -.05; D = 8/3, D / (D - 1) = 8/5.
    half = stats.t.ppf(0.975, 8 / 3 - 1) * np.sqrt(8 / 5 * 0.005)
    assert found.mean == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.2 - half, 0.2 + half))
    assert found.draws == pytest.approx(8 / 3)


@pytest.mark.parametrize("draws", [20, 200])
def test_the_paired_interval_of_runs_that_weigh_draws_otherwise_covers_the_difference(draws):
    rng = np.random.default_rng(34)
    odds = rng.beta(2.0, 4.0, (REPEATS, draws))
    sizes = rng.integers(0, 11, (2, *odds.shape))
    counts = rng.binomial(sizes, odds)
    log_weights = np.log(odds), 2 * np.log1p(-odds)  # samples of Beta(3, 4) and Beta(2, 6)
    covered = []
    for row in range(REPEATS):
        sides = [Weights(sizes[side, row], log_weights[side][row]) for side in (0, 1)]
        shares = [sides[side].shares(counts[side, row]) for side in (0, 1)]
        found = paired_difference(shares[0], sides[0], shares[1], sides[1])
        covered.append(found.low <= 3 / 7 - 2 / 8 <= found.high)
    assert np.mean(covered) == BAND


def test_a_difference_that_hangs_on_one_draw_is_refused():
    heavy, even = weights_of([5, 5, 5], [1.0, 1000.0, 1.0]), weights_of([5, 5, 5])
    shares = np.array([0.2, 0.4, 0.6])
    with pytest.raises(ValueError, match=r"at least two draws, not 1\.00"):
        paired_difference(shares, heavy, shares, even)


# --- Pareto's k-hat -----------------------------------------------------------------------------


def test_khat_is_that_of_weights_with_a_pareto_tail():
    """Weights u^-k have a tail of shape k: .3 leaves a good sample, 1.2 none."""
    u = (np.arange(4000) + 0.5) / 4000
    found = [khat(Weights(np.ones(4000, dtype=np.int64), -k * np.log(u))) for k in (0.3, 0.6, 1.2)]
    assert found == pytest.approx([0.3, 0.6, 1.2], abs=0.15)


def test_khat_reads_the_weights_and_not_their_inverses():
    """Heavy and light weights tell of opposite samples: one draw has all, or one has none."""
    u = np.random.default_rng(8).random(4000)
    heavy = Weights(np.ones(4000, dtype=np.int64), -1.2 * np.log(u))
    light = Weights(np.ones(4000, dtype=np.int64), 1.2 * np.log(u))
    assert heavy.effective_draws < 400
    assert light.effective_draws > 2000
    assert khat(heavy) > 0.7
    assert khat(light) < 0.3


def test_khat_is_blind_to_the_unit_of_weights_and_to_draws_that_do_not_count():
    log_weight = np.random.default_rng(9).exponential(0.5, 500)
    sizes = np.ones(500, dtype=np.int64)
    known = khat(Weights(sizes, log_weight))
    assert khat(Weights(sizes, log_weight - 900)) == pytest.approx(known, abs=2e-3)
    more = Weights(np.append(sizes, [0, 3]), np.append(log_weight, [50.0, -np.inf]))
    assert khat(more) == pytest.approx(known, abs=2e-3)


@pytest.mark.parametrize("count", [1, 29])
def test_khat_is_not_told_of_few_draws(count):
    log_weight = np.random.default_rng(9).exponential(1.0, count)
    assert khat(Weights(np.ones(count, dtype=np.int64), log_weight)) is None


def test_khat_is_not_told_of_draws_that_weigh_the_same():
    assert khat(Weights.equal(100, 5)) is None


# --- Quantiles ----------------------------------------------------------------------------------


def test_quantiles_of_equal_draws_stand_at_the_middles_of_their_parts():
    weights = Weights.equal(4, 1)
    values = np.array([4.0, 1.0, 3.0, 2.0])
    assert weights.quantiles(values, [0.125, 0.5, 0.875]) == pytest.approx([1, 2.5, 4])
    assert weights.quantiles(values, [0.0, 1.0]) == [1, 4]


def test_quantiles_of_weighted_draws_by_hand():
    weights = weights_of([1, 1, 1], [1.0, 2.0, 1.0])
    # Parts 1/4, 1/2, 1/4: middles at 1/8, 1/2, 7/8.
    found = weights.quantiles(np.array([10.0, 20.0, 30.0]), [0.125, 0.3125, 0.5, 0.875])
    assert found == pytest.approx([10, 15, 20, 30])


def test_a_tail_of_equal_weights_has_no_shape_to_tell():
    # Two thirds of the draws weigh the same, and no draw weighs more.
    weights = Weights(np.repeat([2, 1], [200, 100]), np.zeros(300))
    assert khat(weights) is None


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=30).filter(lambda parts: sum(parts) > 1e-6),
    st.integers(1, 100),
)
def test_draws_are_taken_as_often_as_their_part_says_give_or_take_one(parts, many):
    times = times_taken(np.array(parts), many)
    assert times.sum() == many
    assert (np.abs(times - many * np.array(parts) / sum(parts)) < 1 + 1e-9).all()
    assert (times[np.array(parts) == 0] == 0).all()
