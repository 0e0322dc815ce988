"""Base rates of agreements that still stand: known answers."""

from sim.scenario.base_rates.survival import Survival
from tests.scenario.base_rates.counting import counted
from tests.small import WHY


def test_the_share_of_what_came_into_force_and_stands_is_beside_the_share_on_the_record():
    rate = Survival(label="agreements", kind="survival", share=0.7, share_low=0.6, **WHY)
    beside = rate.beside(counted(200, 50, 30, 8))
    assert (beside.model, beside.base, beside.base_low, beside.base_high) == (0.6, 0.7, 0.6, 0.7)


def test_a_second_class_may_lie_above_the_first():
    rate = Survival(label="agreements", kind="survival", share=0.6, share_low=0.7, **WHY)
    beside = rate.beside(counted(200, 50, 30, 8))
    assert (beside.base, beside.base_low, beside.base_high) == (0.6, 0.6, 0.7)


def test_the_horizon_does_not_move_the_record():
    rate = Survival(label="agreements", kind="survival", share=0.6, **WHY)
    assert rate.record(1.0) == rate.record(10.0) == (0.6,)
