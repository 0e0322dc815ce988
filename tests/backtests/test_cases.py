"""Cases of backtests: which fold they fall in."""

from hypothesis import given
from hypothesis import strategies as st

from sim.backtests.cases import Proposal, fold_of


@given(st.text(), st.integers(1, 50))
def test_a_group_has_one_fold(group, folds):
    assert fold_of(group, folds) == fold_of(group, folds)
    assert 0 <= fold_of(group, folds) < folds


def test_a_proposal_is_a_group_of_its_own():
    assert Proposal("d1", "mines", {"de": 1.0}, ()).group == "d1"
