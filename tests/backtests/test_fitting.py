"""Which point fits, and what scores a fold: by hand."""

import numpy as np
import pytest

from sim.backtests.fitting import finalists, fitted, is_screened

POINTS = [{"a": 0.1, "kind": "x"}, {"a": 0.2, "kind": "x"}, {"a": 0.3, "kind": "y"}]
# Three folds of two decisions: the first point is best over all, but not away from fold 0.
LOSSES = np.array(
    [
        [0.0, 0.0, 3.0, 3.0, 3.0, 3.0],
        [9.0, 9.0, 2.0, 2.0, 1.0, 1.0],
        [9.0, 9.0, 1.0, 1.0, 3.5, 3.5],
    ]
)
FOLDS = np.array([0, 0, 1, 1, 2, 2])
GROUPS = ["a", "b", "c", "d", "e", "f"]


def test_each_fold_is_scored_by_what_the_others_choose():
    fit = fitted(POINTS, LOSSES, FOLDS, GROUPS, 3)
    # Away from fold 0 the means are 3, 1.5 and 2.25; from 1: 1.5, 5, 6.25; from 2: 1.5, 5.5, 5.
    assert fit.by_fold.tolist() == [1, 0, 0]
    assert fit.best == 0
    assert fit.loss == pytest.approx([2, 4, 4.5])
    assert fit.chosen == POINTS[0]


def test_losses_of_the_own_fold_never_choose_its_point():
    other = LOSSES.copy()
    other[:, FOLDS == 0] = [[50.0, 7.0], [0.0, 1.0], [3.0, 90.0]]
    one, changed = (fitted(POINTS, losses, FOLDS, GROUPS, 3) for losses in (LOSSES, other))
    assert one.by_fold[0] == changed.by_fold[0]


def test_points_that_cannot_be_told_from_the_best_are_as_good():
    rng = np.random.default_rng(0)
    best = rng.normal(size=200)
    losses = np.stack([best, best + rng.normal(0.0, 1.0, 200) * 0.5 + 0.01, best + 5])
    groups = [str(k) for k in range(200)]
    fit = fitted(POINTS, losses, np.arange(200) % 4, groups, 4)
    assert fit.as_good.tolist() == [0, 1]
    assert fit.range_of("a") == (0.1, 0.2)


def test_the_best_of_a_variant_is_found_among_its_own_points():
    fit = fitted(POINTS, LOSSES, FOLDS, GROUPS, 3)
    assert (fit.best_of({"kind": "x"}), fit.best_of({"kind": "y"}), fit.best_of({})) == (0, 2, 0)


def test_so_many_of_each_variant_go_on():
    loss = np.array([3.0, 1.0, 2.0])
    variants = [{"kind": "x"}, {"kind": "y"}]
    assert finalists(POINTS, loss, variants, 1) == [POINTS[1], POINTS[2]]
    assert finalists(POINTS, loss, variants, 5) == POINTS


def test_about_one_group_in_so_many_is_screened_whatever_its_fold():
    groups = [f"g{k}" for k in range(4000)]
    assert np.mean([is_screened(group, 8) for group in groups]) == pytest.approx(1 / 8, abs=0.02)
    assert all(is_screened(group, 1) for group in groups)
