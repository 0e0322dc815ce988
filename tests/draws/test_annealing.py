"""Annealed importance sampling against posteriors that are known in closed form."""

import numpy as np
import pytest
from scipy import stats

from sim.draws.annealing import Scores, annealed
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Purpose, Streams
from tests.draws.samples import streams_of

DRAWS = 4000


def address(name):
    return (Purpose.NUMBER, name)


X, Y, S = address("x"), address("y"), address("s")


def start_of(streams, *addresses):
    scores = {a: normal_quantile(streams.draw_uniforms(*a)) for a in addresses}
    return Scores(streams.first_draw, scores)


def run(groups, log_likelihood, seed=1, draws=DRAWS, **options):
    """Anneal the draws of one batch; log_likelihood takes the scores by address."""
    streams = streams_of(seed, draws=draws)
    start = start_of(streams, *sorted({a for group in groups for a in group}))
    found = annealed(start, groups, lambda s: log_likelihood(s.scores), streams, **options)
    return start, found


def normal(value, mean, sd):
    """The log of a normal density in every draw, as a column for one group."""
    return stats.norm.logpdf(mean, value, sd)[:, None]


def weights_of(found):
    weight = np.exp(found.log_weight - found.log_weight.max())
    return weight / weight.sum()


def effective(found):
    return 1 / (weights_of(found) ** 2).sum()


def log_evidence(found):
    largest = found.log_weight.max()
    return float(largest + np.log(np.exp(found.log_weight - largest).mean()))


def assert_normal(found, values, mean, sd):
    """Weighted mean and sd are the known ones, within four standard errors."""
    weight, size = weights_of(found), effective(found)
    here = weight @ values
    assert here == pytest.approx(mean, abs=4 * sd / np.sqrt(size))
    spread = np.sqrt(weight @ (values - here) ** 2)
    assert spread == pytest.approx(sd, rel=4 / np.sqrt(2 * size))


@pytest.mark.parametrize(("seen", "sd"), [(1.0, 1.0), (2.0, 0.3), (-1.5, 0.1)])
def test_a_normal_observation_of_a_normal_score_gives_the_conjugate_posterior(seen, sd):
    _, found = run([{X}], lambda s: normal(s[X], seen, sd))
    precision = 1 + sd**-2
    assert_normal(found, found.scores.scores[X], seen * sd**-2 / precision, precision**-0.5)
    known = stats.norm.logpdf(seen, 0, np.sqrt(1 + sd**2))
    assert log_evidence(found) == pytest.approx(known, abs=4 / np.sqrt(effective(found)))
    assert effective(found) > DRAWS / 4


def test_a_sum_of_scores_that_was_seen_gives_the_posterior_of_each_and_their_correlation():
    _, found = run([{X, Y}], lambda s: normal(s[X] + 2 * s[Y], 3.0, 0.5))
    x, y = found.scores.scores[X], found.scores.scores[Y]
    # y | x: the sum has variance 1 + 4 + .25; posterior mean a * 3 / v, covariance I - a a' / v.
    v = 5.25
    assert_normal(found, x, 3 / v, np.sqrt(1 - 1 / v))
    assert_normal(found, y, 6 / v, np.sqrt(1 - 4 / v))
    assert_normal(found, x + 2 * y, 15 / v, np.sqrt(5 * 0.25 / v))
    assert log_evidence(found) == pytest.approx(stats.norm.logpdf(3, 0, np.sqrt(v)), abs=0.1)


def test_what_is_known_of_ten_scores_at_once_is_found_with_a_good_effective_size():
    scores = [address(f"s{k}") for k in range(10)]
    seen = np.linspace(-1, 1, 10)

    def each(s):
        return sum(normal(s[a], value, 1.0) for a, value in zip(scores, seen, strict=True))

    _, found = run([set(scores)], each)
    print(f"ten scores, one group: effective size {effective(found):.0f} of {DRAWS}")
    assert effective(found) > DRAWS / 10
    for a, value in zip(scores, seen, strict=True):
        assert_normal(found, found.scores.scores[a], value / 2, np.sqrt(0.5))


def two_groups(s):
    """Each group sees its own score beside the one that both share."""
    return np.column_stack(
        [stats.norm.logpdf(1.5, s[X] + s[S], 0.5), stats.norm.logpdf(-1.0, s[Y] + s[S], 0.5)]
    )


def test_two_groups_that_share_a_score_are_found_together():
    _, found = run([{X, S}, {Y, S}], two_groups)
    seen, loads = np.array([1.5, -1.0]), np.array([[1, 0, 1], [0, 1, 1.0]])
    v = loads @ loads.T + 0.25 * np.eye(2)
    gain = loads.T @ np.linalg.inv(v)
    mean, spread = gain @ seen, np.sqrt(np.diag(np.eye(3) - gain @ loads))
    for a, m, sd in zip((X, Y, S), mean, spread, strict=True):
        assert_normal(found, found.scores.scores[a], m, sd)
    known = stats.multivariate_normal.logpdf(seen, np.zeros(2), v)
    assert log_evidence(found) == pytest.approx(known, abs=0.1)
    np.testing.assert_allclose(found.log_likelihood, two_groups(found.scores.scores))


def test_groups_that_share_nothing_are_independent_in_the_posterior():
    def apart(s):
        return np.column_stack(
            [stats.norm.logpdf(1.0, s[X], 0.5), stats.norm.logpdf(-1.0, s[Y], 0.5)]
        )

    _, found = run([{X}, {Y}], apart)
    x, y, weight = found.scores.scores[X], found.scores.scores[Y], weights_of(found)
    assert_normal(found, x, 0.8, np.sqrt(0.2))
    assert_normal(found, y, -0.8, np.sqrt(0.2))
    together = weight @ ((x - weight @ x) * (y - weight @ y)) / 0.2
    assert together == pytest.approx(0, abs=4 / np.sqrt(effective(found)))


def test_the_first_300_of_1300_draws_are_the_300_alone_weights_included():
    def anneal(batches):
        every = np.arange(100 * batches)
        streams = Streams(7, 0, 100, 10, every * 10, batches)
        start = start_of(streams, X, Y, S)
        return annealed(start, [{X, S}, {Y, S}], lambda s: two_groups(s.scores), streams)

    few, many = anneal(3), anneal(13)
    np.testing.assert_array_equal(many.log_weight[:300], few.log_weight)
    np.testing.assert_array_equal(many.log_likelihood[:300], few.log_likelihood)
    for a in (X, Y, S):
        np.testing.assert_array_equal(many.scores.scores[a][:300], few.scores.scores[a])


def test_a_draw_ends_where_it_does_wherever_the_others_start():
    streams = streams_of(3, draws=200)
    start = start_of(streams, X, Y, S)
    moved = {a: np.append(each[:100], each[100:] + 2.0) for a, each in start.scores.items()}

    def anneal(scores):
        fresh = streams_of(3, draws=200)
        groups = [{X, S}, {Y, S}]
        return annealed(Scores(0, scores), groups, lambda s: two_groups(s.scores), fresh)

    one, other = anneal(start.scores), anneal(moved)
    np.testing.assert_array_equal(one.log_weight[:100], other.log_weight[:100])
    np.testing.assert_array_equal(one.scores.scores[S][:100], other.scores.scores[S][:100])
    assert (one.log_weight[100:] != other.log_weight[100:]).all()


@pytest.mark.parametrize("constant", [0.0, -700.0])
def test_evidence_that_is_as_likely_everywhere_weighs_no_draw_and_leaves_the_prior(constant):
    start, found = run([{X}], lambda s: np.full((len(s[X]), 1), constant))
    np.testing.assert_allclose(found.log_weight, constant, rtol=1e-12, atol=0)
    scores = found.scores.scores[X]
    assert (scores != start.scores[X]).all()  # moved, and still of the prior
    assert stats.kstest(scores, "norm").pvalue > 0.001


def test_a_shared_score_under_flat_evidence_stays_standard_normal():
    _, found = run([{X, S}, {Y, S}], lambda s: np.zeros((len(s[S]), 2)))
    for a in (X, Y, S):
        assert stats.kstest(found.scores.scores[a], "norm").pvalue > 0.001
    assert (found.log_weight == 0).all()


def test_the_uniforms_of_scores_stay_inside_however_far_the_scores_go():
    u = Scores(0, {X: np.array([-60.0, 0.0, 60.0])}).draw_uniforms(*X)
    assert ((u > 0) & (u < 1)).all()
    assert u[1] == 0.5
    assert np.isfinite(normal_quantile(u)).all()


def test_a_longer_ladder_leaves_a_larger_effective_size():
    sizes = [
        effective(run([{X}], lambda s: normal(s[X], 3.0, 0.2), temperatures=t)[1])
        for t in (1, 4, 16, 64)
    ]
    print("effective size by temperatures 1, 4, 16, 64:", [round(s) for s in sizes])
    assert sizes == sorted(sizes)
    assert sizes[0] < DRAWS / 50
    assert sizes[-1] > DRAWS / 10


def test_one_temperature_is_plain_importance_sampling():
    start, found = run([{X}], lambda s: normal(s[X], 1.0, 1.0), temperatures=1)
    np.testing.assert_array_equal(found.scores.scores[X], start.scores[X])
    np.testing.assert_allclose(found.log_weight, normal(start.scores[X], 1.0, 1.0)[:, 0])
