"""Tables of calibration, with known answers and of a forecaster that is right."""

import numpy as np
import pytest

from sim.analysis.calibration import coverage_table, reliability_table


def test_intervals_of_one_who_is_right_hold_their_share_and_their_doubt_covers_it():
    rng = np.random.default_rng(0)
    low = rng.uniform(size=2000) * 0.9
    ends = np.stack([low, low + 0.1], axis=1)
    ends = np.where(rng.uniform(size=(2000, 1)) < 0.5, ends, rng.uniform(size=(2000, 1)))
    table = coverage_table(ends, [str(n) for n in range(2000)], (0.5, 0.9))
    assert table.columns.tolist() == ["share", "inside", "low", "high"]
    assert table.share.tolist() == [0.5, 0.9]
    assert ((table.low <= table.inside) & (table.inside <= table.high)).all()
    assert np.allclose(table.inside, table.share, atol=0.06)


def test_outcomes_of_one_group_are_drawn_together():
    ends = np.array([[0.5, 0.5]] * 4 + [[0.0, 0.0]] * 4)
    apart = coverage_table(ends, list("abcdefgh"), (0.5,))
    together = coverage_table(ends, list("aaaabbbb"), (0.5,))
    assert apart.inside.tolist() == together.inside.tolist() == [0.5]
    assert (together.low[0], together.high[0]) == (0, 1)
    assert 0 < apart.low[0] < apart.high[0] < 1


def test_bins_are_of_equal_size_and_say_what_came_about():
    chance = np.arange(100) / 100
    table = reliability_table(chance, chance > 0.495)
    assert table["count"].tolist() == [10] * 10
    assert np.allclose(table.chance, np.arange(10) / 10 + 0.045)
    assert table.share.tolist() == [0] * 5 + [1] * 5
    assert np.allclose(table.high[:5], 0.2775, atol=1e-4)  # Wilson's of 0 in 10
    assert (table.low[:5] == 0).all()


def test_cases_with_one_chance_share_a_bin():
    table = reliability_table(np.full(30, 0.4), np.arange(30) < 12)
    assert table["count"].tolist() == [30]
    assert table.chance.tolist() == pytest.approx([0.4])
    assert table.share.tolist() == [0.4]


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="cannot be of"):
        reliability_table(np.array([0.5]), np.array([True, False]))
    with pytest.raises(ValueError, match="cannot be of"):
        reliability_table(np.array([]), np.array([], bool))
