"""Base rates from hazards: known answers."""

import numpy as np
import pytest

from sim.scenario.base_rates.hazard import EndingHazard, base_rate_by_hazard
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
