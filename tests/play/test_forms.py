"""Forms of the model: how draws fall to them, what each plays, what the record leaves of each."""

import numpy as np
import pytest

from sim.analysis.forms import levels, weights_after
from sim.analysis.weights import Weights
from sim.errors import ScenarioError
from sim.play.ensemble import Ensemble, drawn_with_forms, play, play_worlds
from sim.play.executors.processes import Processes
from sim.play.tables import worlds_table
from sim.runs.results import run_in_memory
from sim.settings.configuration import configuration_of, load_scenario
from sim.talks.record import joined
from tests.small import WHY, small_scenario
from tests.talks.small_talks import assert_same, plain
from tests.talks.test_before import RECORD, answering, likely

FORMS = {"single_text": 2, "offers": 1, "equilibrium": 1}


def formed(forms=FORMS, **changes):
    return small_scenario(forms={**WHY, **forms}, evidence="none", **changes)


def whole(ensemble, **options):
    return joined(list(play(ensemble, **options)))


def test_each_form_has_its_weight_of_the_draws():
    ensemble = Ensemble(formed(), 4, 4000, 1)
    _, forms = drawn_with_forms(ensemble, np.arange(4000))
    shares = np.bincount(forms, minlength=3) / 4000
    np.testing.assert_allclose(shares, [0.5, 0.25, 0.25], atol=4 * 0.5 / np.sqrt(4000))


def test_the_worlds_of_a_form_are_those_of_that_form_alone():
    spec = formed()
    ensemble = Ensemble(spec, 4, 60, 3)
    every = play_worlds(ensemble, range(180))
    for number, name in enumerate(FORMS):
        alone = play_worlds(Ensemble(spec.in_form(name), 4, 60, 3), range(180))
        rows = np.flatnonzero(every.form == number)
        assert len(rows)
        one = worlds_table(spec, 3, every.of(rows))
        assert one.equals(worlds_table(spec, 3, alone.of(rows))), name


def test_all_worlds_of_a_draw_have_its_form():
    form = whole(Ensemble(formed(), 1, 50, 4)).form.reshape(50, 4)
    assert (form == form[:, :1]).all()


def test_a_form_of_weight_0_is_left_out():
    spec = formed({"single_text": 1, "offers": 0})
    assert list(spec.in_forms) == ["single_text"]
    some = Ensemble(spec, 2, 30, 2)
    alone = Ensemble(spec.in_form("single_text"), 2, 30, 2)
    assert_same(whole(some), whole(alone))


def test_the_weights_of_forms_matter_by_their_shares_only():
    few, many = (Ensemble(formed({k: v * c for k, v in FORMS.items()}), 4, 60, 1) for c in (1, 7))
    assert_same(whole(few), whole(many))


@pytest.mark.parametrize(
    ("forms", "message"),
    [
        ({"ofers": 1}, r"forms.*did you mean 'offers'"),
        ({"offers": 0}, "must give some form a weight above 0|all zero|one must count|not all"),
        ({"offers": -1}, "forms"),
        ({"offers": {"uniform": [0, 1], **WHY}}, "must have a plain weight"),
    ],
)
def test_a_form_that_cannot_be_is_told(forms, message):
    with pytest.raises(ScenarioError, match=message):
        formed(forms)


def test_naming_a_protocol_or_a_tactic_sets_forms_aside():
    shipped = load_scenario("geneva_2025")
    assert len(shipped.forms) > 1
    for name, value in (("protocol", "offers"), ("tactic", "time_based")):
        found = configuration_of("geneva_2025", {name: value}).scenario
        assert list(found.in_forms) == [""]
    kept = configuration_of("geneva_2025", {"protocol": "offers", "forms": ["single_text"]})
    assert list(kept.scenario.in_forms) == ["single_text"]


# Halves are on the table in every session of a single text; of offers in one of four.
TWO = {
    "forms": {**WHY, "single_text": 1, "offers": 1},
    "protocols__offers__drafts": 1,
    "protocols__offers__recognition": "random",
    "protocols__offers__chances": {**WHY, "her": 0.75, "his": 0, "envoy": 0.25},
}


def test_the_record_weighs_forms_by_their_bayes_factor():
    spec = answering(plain(likely(0.4)), **RECORD, **TWO)
    ensemble = Ensemble(spec, 6, 3000, 2)
    record = whole(ensemble)
    draws = record.form.reshape(3000, 2)[:, 0]
    weights = Weights(record.counts.reshape(3000, 2).sum(axis=1), np.zeros(3000))
    after = np.array(weights_after(weights, draws, 2))
    before = np.bincount(draws) / 3000
    # Her own wish, offered in three sessions of four, he signs with chance 1 / (1 + exp(d / .1)).
    hers = 1 / (1 + np.exp(likely(0.4) / 0.1))
    survive = np.array([0.6**4, (1 - 0.25 * 0.4 - 0.75 * hers) ** 4])
    found, known = (after / before)[1] / (after / before)[0], survive[1] / survive[0]
    print(f"Bayes factor of offers against a single text: {found:.2f}, by hand {known:.2f}")
    counted = [record.counts[record.form == form].sum() for form in (0, 1)]
    relative = np.sqrt(sum(2 / n for n in counted))  # of two worlds a draw, at the most
    assert found == pytest.approx(known, rel=4 * relative)
    assert known > 4


@pytest.mark.parametrize("workers", [1, 2])
def test_the_first_300_of_1300_draws_are_the_300_alone_under_forms_record_and_evidence(workers):
    spec = small_scenario(
        forms={**WHY, "single_text": 1, "offers": 1},
        **RECORD,
        calendar__horizon=plain(4),
        actors__his__no_deal={"uniform": [0, 1], **WHY},
        actors__his__stances=[{"text": "halves", "stance": "rejects", **WHY}],
    )
    executor = Processes(2) if workers == 2 else None
    options = {"executor": executor} if executor else {}
    few = whole(Ensemble(spec, 9, 300, 2))
    many = whole(Ensemble(spec, 9, 1300, 2), **options)
    assert_same(few, many.of(np.arange(600)))
    assert len(np.unique(few.log_weight)) > 100
    assert 0 < few.counts.mean() <= 1


def test_a_run_of_forms_tells_their_weights():
    spec = formed({"single_text": 1, "offers": 1}, calendar__horizon=plain(4))
    told = run_in_memory(configuration_of(spec, {"ensemble.draws": 40, "ensemble.replications": 2}))
    forms = told.manifest["forms"]
    assert {name: each["before"] for name, each in forms.items()} == {
        "single_text": 0.5,
        "offers": 0.5,
    }
    assert sum(each["after"] for each in forms.values()) == pytest.approx(1)


# --- Levels of doubt ---------------------------------------------------------------------------


def levels_of(shares, forms, worlds=100):
    counts = np.rint(np.array(shares) * worlds).astype(np.int64)
    return levels(counts, Weights.equal(len(counts), worlds), np.array(forms))


def test_levels_by_hand():
    # Shares .2 .4 | .6 .8 of 100 worlds; m = .5, all .25. Chance: n / (n - 1) times the mean of
    # p (1 - p), .2. Forms: means .3 and .7, .04. The rest of .25 is assumed.
    found = levels_of([0.2, 0.4, 0.6, 0.8], [0, 0, 1, 1])
    chance, form = 0.2 * 100 / 99 / 0.25, 0.04 / 0.25
    assert found.chance == pytest.approx(chance)
    assert found.form == pytest.approx(form)
    assert found.assumed == pytest.approx(1 - chance - form)


def test_levels_sum_to_1_and_know_chance_alone_and_form_alone():
    rng = np.random.default_rng(5)
    for _ in range(20):
        found = levels_of(rng.random(30), rng.integers(0, 3, 30), worlds=10)
        assert found.chance + found.assumed + found.form == pytest.approx(1)
        assert min(found.chance, found.assumed, found.form) >= 0
    chance = levels_of([0.5] * 6, [0, 0, 0, 1, 1, 1])
    assert (chance.chance, chance.assumed, chance.form) == pytest.approx((1, 0, 0))
    form = levels_of([0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1])
    assert (form.chance, form.assumed, form.form) == pytest.approx((0, 0, 1))
    assumed = levels_of([0, 1, 0, 1], [0, 0, 1, 1])
    assert (assumed.chance, assumed.assumed, assumed.form) == pytest.approx((0, 1, 0))


def test_levels_are_not_told_where_nothing_is_uncertain_or_no_draw_has_two_worlds():
    assert levels_of([1, 1, 1], [0, 1, 1]) is None
    assert levels_of([0, 1, 1], [0, 1, 1], worlds=1) is None
