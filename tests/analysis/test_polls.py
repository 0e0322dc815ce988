"""The fit of support to polls: known answers, recovery of known numbers, and polls left out."""

import numpy as np
import pytest
from scipy import special

from sim.analysis.polls import NUMBERS, Errors, PollResult, Priors, fit, posterior_of
from sim.bargaining.votes import support

SURE = {"people_noise": (0.4, 1e-9), "floor": (1e-9, 10.0), "ceiling": (1e-9, 10.0)}
SMALL = Errors(wording=0.05, wave=0.05)
USUAL = Errors(wording=0.3, wave=0.15)


def polls_of(utilities, shares, waves="a", asked=1000):
    waves = waves * len(utilities) if len(waves) == 1 else waves
    rows = zip(utilities, shares, waves, strict=True)
    return [PollResult(f"p{i}", r, q, asked, wave) for i, (r, q, wave) in enumerate(rows)]


def truly(utilities, theta, tau, f, g):
    return support(np.array(utilities), np.array(theta), np.array(tau), f, g)


# --- Known answers ------------------------------------------------------------------------------


@pytest.mark.parametrize("waves", ["abcd", "aabb", "aaaa"])
def test_with_all_else_known_the_threshold_is_the_conjugate_normal(waves):
    # logit q = (r - theta) / tau, so theta is the mean of normals with a shared error.
    utilities, shares = [-0.2, 0.3, 0.6, 0.9], [0.2, 0.45, 0.7, 0.7]
    polls = polls_of(utilities, shares, waves)
    prior_mean, prior_sd, tau = 0.5, 0.5, 0.4
    found = posterior_of(polls, USUAL, Priors((prior_mean, prior_sd), **SURE))
    y = np.array(utilities) - tau * special.logit(shares)
    sampling = [1 / (1000 * q * (1 - q)) for q in shares]
    same = np.array(list(waves))[:, None] == np.array(list(waves))
    inverse = np.linalg.inv(tau**2 * (np.diag(sampling) + 0.09 * np.eye(4) + 0.0225 * same))
    precision = inverse.sum() + prior_sd**-2
    assert found.mean["threshold"] == pytest.approx(
        ((inverse @ y).sum() + prior_mean / prior_sd**2) / precision, abs=0.002
    )
    assert found.sd["threshold"] == pytest.approx(precision**-0.5, rel=0.02)


def test_without_polls_the_posterior_is_the_prior():
    found = fit([], USUAL)
    assert (found.left_out, found.passes) == ((), True)
    means, sds = found.posterior.mean, found.posterior.sd
    assert means["threshold"] == pytest.approx(0.5)
    assert means["people_noise"] == pytest.approx(0.3 * np.exp(0.7**2 / 2), rel=0.005)
    assert (means["floor"], means["ceiling"]) == pytest.approx((0.1, 0.15), abs=0.001)
    assert sds["threshold"] == pytest.approx(0.5, rel=0.005)
    assert found.posterior.quantile(0.5)["people_noise"] == pytest.approx(0.3, rel=0.01)
    assert found.posterior.correlation == pytest.approx(np.eye(4), abs=5e-3)


def test_the_order_of_polls_changes_nothing():
    polls = polls_of([-0.3, 0.5, 0.7], [0.17, 0.4, 0.6], "aab")
    there, back = fit(polls, USUAL), fit(polls[::-1], USUAL)
    for name in NUMBERS:
        assert there.posterior.mean[name] == pytest.approx(back.posterior.mean[name], rel=1e-9)
    assert [p.name for p in there.left_out] == [p.name for p in back.left_out[::-1]]


# --- Recovery -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "true", [(0.4, 0.15, 0.15, 0.2), (0.6, 0.3, 0.05, 0.1), (0.2, 0.1, 0.25, 0.05)]
)
def test_many_polls_give_back_the_numbers_that_made_them(true):
    utilities = np.linspace(-1, 2, 15)
    exact = polls_of(utilities, truly(utilities, *true), "abcde" * 3, asked=4000)
    found = posterior_of(exact, SMALL)
    for name, value in zip(NUMBERS, true, strict=True):
        assert found.mean[name] == pytest.approx(value, abs=0.025), name
        assert abs(found.mean[name] - value) < 2.5 * found.sd[name] + 0.01, name


def from_the_prior(rng):
    """Return numbers drawn from the prior, and five polls made of them."""
    true = [float(value[0]) for value in Priors().values(rng.normal(size=(4, 1)))]
    utilities = rng.uniform(-0.4, 1, 5)
    errors = rng.normal(0, USUAL.wave, 2)[[0, 0, 0, 1, 1]] + rng.normal(0, USUAL.wording, 5)
    shares = special.expit(special.logit(truly(utilities, *true)) + errors)
    return true, polls_of(utilities, shares, "aaabb")


def test_intervals_hold_what_made_the_polls_as_often_as_they_say():
    rng, held = np.random.default_rng(5), []
    for _ in range(60):
        true, polls = from_the_prior(rng)
        found = posterior_of(polls, USUAL)
        low, high = found.quantile(0.05), found.quantile(0.95)
        held.append([low[n] <= t <= high[n] for n, t in zip(NUMBERS, true, strict=True)])
    assert np.mean(held, axis=0) == pytest.approx([0.9] * 4, abs=0.1)


def test_intervals_hold_polls_that_are_left_out_as_often_as_they_say():
    rng = np.random.default_rng(6)
    inside = [poll.inside for _ in range(8) for poll in fit(from_the_prior(rng)[1], USUAL).left_out]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.1)


# --- Polls left out -----------------------------------------------------------------------------


def test_a_poll_that_contradicts_the_others_falls_outside_and_agreeing_ones_inside():
    utilities = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    agreeing = polls_of(utilities, truly(utilities, 0.5, 0.2, 0.1, 0.1), "abcdef")
    assert all(poll.inside for poll in fit(agreeing, USUAL).left_out)
    assert fit(agreeing, USUAL).passes
    odd = [*agreeing[:-1], PollResult("odd", 1.0, 0.05, 1000, "f")]
    assert "odd" in [poll.name for poll in fit(odd, USUAL).left_out if not poll.inside]


def test_a_poll_is_predicted_from_the_others_and_from_the_error_of_its_wave():
    shares, errors = [0.7, 0.3, 0.7, 0.7, 0.7], Errors(wording=0.05, wave=1.0)
    beside, alone = (
        fit(polls_of([0.5] * 5, shares, waves), errors).left_out[0] for waves in ("aabcd", "eabcd")
    )
    assert beside.mean == pytest.approx(0.3, abs=0.05)
    assert alone.mean > 0.5
    assert beside.high - beside.low < 0.5 * (alone.high - alone.low)
