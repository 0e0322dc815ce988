"""What simple methods say of decisions: known answers, and nothing learned from the own fold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.scores import crps
from sim.backtests.baselines.decisions import LAWS, POINTS, decisions, laws, points
from sim.backtests.cases import Issue, Proposal

SALIENCE = {"de": 0.5, "fr": 1.0}
CAPABILITY = {"de": 0.4, "fr": 0.6}


def issue(low, high, outcome, reference=None, name="i1"):
    return Issue(name, {"de": low, "fr": high}, SALIENCE, reference, outcome)


def case(name, *issues):
    return Proposal(name, name, CAPABILITY, issues)


# Weights are .2 and .6, so the weighted means are 75, 75 and 15.
CASES = (
    case("a", issue(0.0, 100.0, 60.0), issue(0.0, 100.0, None)),
    case("b", issue(0.0, 100.0, 95.0)),
    case("c", issue(0.0, 20.0, 35.0)),
)
FOLDS = (0, 1, 2)


def pairs(law):
    found = zip(law.values.tolist(), law.chances.round(12).tolist(), strict=True)
    return {value: chance for value, chance in found if chance}


def test_decisions_are_the_issues_with_an_outcome_and_the_fold_of_their_case():
    assert [(d.fold, d.outcome) for d in decisions(CASES, FOLDS)] == [(0, 60), (1, 95), (2, 35)]


def test_climatology_is_what_came_in_the_other_folds():
    found = laws("climatology", CASES, FOLDS)
    assert pairs(found[0]) == {35: 0.5, 95: 0.5}
    assert pairs(found[1]) == {35: 0.5, 60: 0.5}


def test_an_actor_has_its_way_by_capability_times_salience():
    assert pairs(laws("weighted_actors", CASES, FOLDS)[0]) == {0: 0.25, 100: 0.75}


def test_residuals_of_the_other_folds_lie_around_the_weighted_mean_and_stay_on_the_line():
    found = laws("mean_with_residuals", CASES, FOLDS)
    assert pairs(found[0]) == {95: 1}  # 75 + 20 twice
    assert pairs(found[2]) == {0: 0.5, 35: 0.5}  # 15 - 15 and 15 + 20


def test_a_mixture_takes_what_scores_best_in_the_other_folds():
    sure = [case(str(k), issue(0.0, 100.0, 75.0)) for k in range(4)]
    odd = [case(str(k), issue(0.0, 40.0, 30.0)) for k in range(4, 8)]
    found = laws("mix", (*sure, *odd), range(8))
    assert pairs(found[0]) == {75: 1}  # no decision misses the weighted mean
    assert pairs(found[7]) == {30: 1}


def test_the_logit_prefers_options_with_less_weighted_loss_and_knows_the_reference():
    came = (100.0, 100.0, 0.0)
    told = [case(str(k), issue(0.0, 100.0, y, reference=33.0)) for k, y in enumerate(came)]
    law = pairs(laws("logit_over_options", told, FOLDS)[0])
    # Losses: .75 at 0 and .25 at 100, and .75 x .67^2 + .25 x .33^2 = .3639 at the reference.
    # They fix the temperature T that the chances are made by, whichever was fitted.
    temperature = (0.75 - 0.25) / np.log(law[100] / law[0])
    assert law[33] / law[100] == pytest.approx(np.exp(-(0.3639 - 0.25) / temperature), rel=1e-3)
    assert 50 not in law  # nothing that nobody stands for ever came


def test_means_and_medians_are_those_of_the_literature():
    assert points("weighted_mean", CASES).tolist() == pytest.approx([75, 75, 15])
    assert points("weighted_median", CASES).tolist() == [100, 100, 20]
    assert [len(points(method, CASES)) for method in POINTS] == [3, 3, 3]


@pytest.mark.parametrize("method", LAWS)
@given(outcome=st.integers(0, 100))
@settings(max_examples=15)
def test_no_law_knows_outcomes_of_its_own_fold(method, outcome):
    others = tuple(case(str(k), issue(0.0, 60.0, 10.0 * k)) for k in range(4))
    other = replace(others[0], issues=(issue(0.0, 60.0, float(outcome)),))
    plain = laws(method, others, range(4))[0]
    changed = laws(method, (other, *others[1:]), range(4))[0]
    assert pairs(plain) == pairs(changed)
    assert plain.chances.sum() == pytest.approx(1)
    assert crps(plain.values, plain.chances, 50.0) >= 0
