"""The third doubt of a run's odds: from one form of the model to another."""

import numpy as np
import pytest

from tests.runs.small_runs import small_run

FORMS = {"single_text": 1, "offers": 1, "basis": "assumption", "why": "two ways"}


@pytest.fixture(scope="module")
def run():
    return small_run(changes={"forms": FORMS}, draws=60)


def test_the_odds_and_both_doubts_are_the_runs_own(run):
    for name in ("totals", "odds"):
        own, doubted = getattr(run, name), getattr(run.doubts, name)
        assert doubted[list(own.columns)].equals(own)
    assert list(run.doubts.questions["id"]) == list(run.questions["id"])


def test_the_range_of_forms_is_that_of_the_table_of_forms(run):
    by_form = run.forms.groupby("outcome", sort=False)["probability"]
    assert np.allclose(run.doubts.odds["form_low"], by_form.min())
    assert np.allclose(run.doubts.odds["form_high"], by_form.max())


def test_the_parts_of_doubt_are_the_manifests_and_sum_to_one(run):
    signed = run.doubts.totals.set_index("total").loc["signed"]
    for part, share in run.manifest["doubt"].items():
        assert signed[part] == pytest.approx(share, abs=1e-6)
    told = run.doubts.odds[["chance", "assumed", "form"]].dropna()
    assert np.allclose(told.sum(axis=1), 1)


def test_a_run_of_one_form_has_no_range_of_forms():
    totals = small_run().doubts.totals
    assert totals["form_low"].isna().all()
    assert (totals["form"].dropna() == 0).all()
