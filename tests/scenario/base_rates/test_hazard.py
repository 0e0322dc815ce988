"""Base rates from hazards: known answers."""

import numpy as np
import pytest

from sim.scenario.base_rates.hazard import EndingHazard, base_rate_by_hazard, jeffreys
from tests.scenario.base_rates.counting import counted
from tests.small import WHY


def test_the_base_rate_is_that_of_waiting_times_at_the_hazard_of_its_kind():
    assert base_rate_by_hazard(0.17, 0.43, 1.0) == pytest.approx(1 - np.exp(-0.0731))
    assert base_rate_by_hazard(0.17, 0.43, 0.0) == 0.0
    waits = np.random.default_rng(16).exponential(1 / (0.5 * 0.4), 100_000)
    assert base_rate_by_hazard(0.5, 0.4, 3.0) == pytest.approx((waits <= 3.0).mean(), abs=0.005)


@pytest.mark.parametrize(("hazard", "share", "years"), [(-1, 0.5, 1), (1, 1.5, 1), (1, 0.5, -1)])
def test_a_base_rate_that_cannot_be_is_refused(hazard, share, years):
    with pytest.raises(ValueError, match="must not be negative"):
        base_rate_by_hazard(hazard, share, years)


def test_a_second_class_gives_the_other_end_of_the_record():
    rate = EndingHazard(
        label="wars", kind="hazard", hazard=0.17, hazard_low=0.12, share=0.43, **WHY
    )
    beside = rate.beside(counted(200, 50, 30, 8))
    assert beside.model == 8 / 200
    assert (beside.base_low, beside.base_high) == pytest.approx(
        (1 - np.exp(-0.12 * 0.43), 1 - np.exp(-0.17 * 0.43))
    )
    assert beside.base == beside.base_high


def test_a_ceasefire_at_signature_counts_like_a_settlement_where_something_takes_effect_so():
    rate = EndingHazard(label="wars", kind="hazard", hazard=0.17, share=0.43, **WHY)
    assert rate.model(counted(200, 50, 30, 8, in_effect=20)) == 20 / 200


def test_the_count_of_endings_says_how_sure_their_rate_is():
    rate = EndingHazard(label="wars", kind="hazard", hazard=0.17, events=6, share=0.43, **WHY)
    low, high = (-np.log1p(-x) / 0.43 for x in sorted(rate.record(1.0))[::2])
    assert (low, high) == pytest.approx(jeffreys(0.17, 6))
    assert low < 0.17 < high
    surer = EndingHazard(label="wars", kind="hazard", hazard=0.17, events=60, share=0.43, **WHY)
    assert min(rate.record(1.0)) < min(surer.record(1.0)) < max(surer.record(1.0))


def test_jeffreys_interval_holds_the_rate_as_often_as_it_says():
    """Over rates of the prior that it assumes, 95% of intervals hold the rate: by simulation."""
    rng = np.random.default_rng(3)
    true = rng.uniform(0.5, 3.0, 4000)
    counts = rng.poisson(10 * true)
    ends = np.array([jeffreys(max(n, 1) / 10, max(n, 1)) for n in counts])
    held = (ends[:, 0] <= true) & (true <= ends[:, 1])
    assert held.mean() == pytest.approx(0.95, abs=0.02)
