"""Total-order indices: closed forms, and chance taken out."""

import numpy as np
import pytest

from sim.analysis.total_order import Played, total_table
from tests.analysis.toys import ISHIGAMI_TOTAL, ishigami


def totals(before, after):
    return total_table(before, after).set_index("group")["total"]


@pytest.mark.parametrize("seed", range(3))
def test_the_total_indices_of_ishigami(seed):
    from scipy.stats import qmc

    sample = qmc.Sobol(6, rng=np.random.default_rng(seed)).random(8192)[:8000]
    own, other = np.split(np.pi * (2 * sample - 1), 2, axis=1)
    after = {}
    for number in range(3):
        crossed = own.copy()
        crossed[:, number] = other[:, number]
        after[f"x{number + 1}"] = Played(ishigami(crossed)[:, None])
    found = totals(Played(ishigami(own)[:, None]), after)
    for path, index in ISHIGAMI_TOTAL.items():
        assert found[path] == pytest.approx(index, abs=0.02)


def test_what_worlds_differ_by_through_chance_is_taken_out():
    found = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x, y, other = rng.random((3, 1000, 1))
        luck = rng.random((1000, 5))  # the same in both plays
        before = Played((luck < 0.5 * x + 0.2 * y) * 1.0)
        after = {
            "x": Played((luck < 0.5 * other + 0.2 * y) * 1.0),
            "none": Played((luck < 0.5 * x + 0.2 * y) * 1.0),
            "luck": Played((rng.random((1000, 5)) < 0.5 * x + 0.2 * y) * 1.0),
        }
        found.append(totals(before, after))
    assert np.mean([each["x"] for each in found]) == pytest.approx(25 / 29, abs=0.05)
    assert [each["none"] for each in found] == [0.0] * 20
    assert np.mean([each["luck"] for each in found]) == pytest.approx(0.0, abs=0.05)


def test_errors_are_those_of_repeated_samples():
    found = []
    for seed in range(100):
        x, y, other = np.random.default_rng(seed).normal(size=(3, 500, 1))
        table = total_table(Played(x + y), {"x": Played(other + y)})
        found.append(table.loc[0, ["total", "error"]].tolist())
    values, errors = np.array(found).T
    assert values.mean() == pytest.approx(0.5, abs=0.02)
    assert errors.mean() == pytest.approx(values.std(), rel=0.25)


def test_where_draws_differ_by_chance_alone_nothing_is_told():
    same = Played(np.ones((10, 3)))
    assert np.isnan(total_table(same, {"x": same}).loc[0, "total"])
