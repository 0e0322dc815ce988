"""Who refused the last text, over which clause, for whose vote at home: by hand, and by story."""

import numpy as np
import pytest

from sim.play.transcript import steps
from sim.scenario.events import Happening
from sim.talks.batch import open_batch
from sim.talks.model import NegotiationModel
from sim.talks.preferences import utility_of
from sim.talks.refusals import Answers, Refusals
from tests.small import WHY, mediated_scenario, small_scenario
from tests.talks.small_talks import (
    EVENTFUL,
    NOBODY_LEAVES,
    PROTOCOLS,
    REFUSES_ALL,
    SIGNS_ALL,
    SURE,
    of_each,
    plain,
    played,
    sure_body,
)

CLAUSES = ("water", "upkeep")
LINKED = {
    "well_kept": {
        "label": "a well of hers that both keep",
        "when": {"water": "hers", "upkeep": "both_pay"},
        "worth": {**WHY, "her": -0.5, "his": 0.3},
    }
}


def batch_of(**changes):
    return open_batch(small_scenario(**{**SURE, **changes}), 0, 1, np.arange(1))


def refused_by_all(batch, texts):
    """The last sessions of as many worlds as texts (n, B), in which both refused."""
    everybody = np.ones((len(texts), 2), dtype=np.int64)
    found = Refusals(len(texts), 2, texts.shape[1])
    found.note(np.arange(len(texts)), texts, Answers(everybody, np.full_like(everybody, -1)))
    return found


def obstacles(batch, water, upkeep):
    text = batch.space.text({"water": water, "upkeep": upkeep})
    return [CLAUSES[c] for c in refused_by_all(batch, text[None]).obstacles(batch)[0]]


# --- Which clause cost most -------------------------------------------------------------------


def test_the_obstacle_is_the_clause_whose_best_option_would_add_most():
    batch = batch_of()
    # Water is worth .6, .36, 0 to her in their order, upkeep .4, .2, 0; to him the other way.
    assert obstacles(batch, "his", "she_pays")[0] == "water"  # .6 beside .4
    assert obstacles(batch, "shared", "she_pays")[0] == "upkeep"  # .24 beside .4
    assert obstacles(batch, "shared", "both_pay") == ["water", "water"]  # .24 beside .2
    assert obstacles(batch, "hers", "both_pay") == ["upkeep", "water"]  # 0 and .2; .6 and .2


def test_a_linkage_counts_in_what_a_clause_costs():
    batch = batch_of(linkages=LINKED)
    # Her water beside a well that both keep would cost her more than it brings.
    assert obstacles(batch, "shared", "both_pay")[0] == "upkeep"


@pytest.mark.parametrize("linkages", [{}, LINKED])
def test_the_obstacle_is_that_of_trying_every_text_that_differs_in_one_clause(linkages):
    batch = batch_of(linkages=linkages)
    texts = batch.space.enumerate()
    options = batch.space.options_of(texts)
    worth = utility_of(batch.utilities.own, texts, np.zeros(len(texts), dtype=int))
    batch = open_batch(batch.spec, 0, len(texts), np.arange(len(texts)))
    found = refused_by_all(batch, texts).obstacles(batch)
    for row, mine in enumerate(options):
        for actor in range(2):
            differ = options != mine
            gains = [
                max(worth[differ[:, 1 - clause] == 0, actor]) - worth[row, actor]
                for clause in range(2)
            ]
            best = int(np.argmax(gains)) if max(gains) > 1e-12 else -1
            assert found[row, actor] == best


def test_who_refuses_the_text_that_is_best_for_it_has_no_obstacle():
    batch = batch_of()
    wish = batch.space.text({"water": "hers", "upkeep": "he_pays"})
    assert refused_by_all(batch, wish[None]).obstacles(batch)[0, 0] == -1


def test_of_clauses_that_cost_the_same_the_first_is_the_obstacle():
    even = of_each(weights={**WHY, "water": 0.5, "upkeep": 0.5})
    assert obstacles(batch_of(**even), "his", "she_pays")[0] == "water"


def test_a_world_without_a_session_has_no_last_text_and_no_obstacle():
    batch = batch_of()
    nothing = Refusals(1, 2, 2)
    assert nothing.options(batch.space).tolist() == [[-1, -1]]
    assert nothing.obstacles(batch).tolist() == nothing.refused.tolist() == [[-1, -1]]


# --- In the talks -----------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_where_all_refuse_everything_all_are_said_to_refuse_on_their_own_account(protocol):
    record = played(small_scenario(**REFUSES_ALL, **NOBODY_LEAVES, protocol=protocol), 50)
    assert (record.refused == 1).all()
    assert (record.doubted == -1).all()
    assert (record.last_option >= 0).all()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_signed_text_is_the_last_and_nobody_refused_it(protocol):
    record = played(small_scenario(protocol=protocol))
    signed = record.signed
    assert 0.05 < signed.mean() < 1
    assert (record.refused[signed] == 0).all()
    assert (record.obstacle[signed] == -1).all()
    np.testing.assert_array_equal(record.last_option[signed], record.option[signed])
    assert (record.refused[~signed] == 1).any(axis=1).all()


def test_the_last_session_is_that_of_the_story_of_its_world():
    spec = mediated_scenario(**EVENTFUL, evidence="none")
    silent = 0
    for world in range(15):
        model = NegotiationModel(spec, 3, 1, [world], collect=True)
        for step in steps(model):
            if step.held:
                text, away = model.space.options_of(model.text[0]), step.away
                no = model.must_sign[0] & ~model.parties.accepted[0]
        record = model.record()
        assert record.last_option[0].tolist() == text.tolist()
        assert record.refused[0].tolist() == np.where(away, -1, no).tolist()
        silent += int(away.sum())
        story = model.ledger.diary.story
        votes = [each.who for each in story if each.kind is Happening.REFUSED]
        declined = np.any([np.zeros(3, dtype=bool), *votes], axis=0)
        assert record.declined[0].tolist() == declined.tolist()


def test_a_refusal_for_a_vote_alone_names_whose_and_goes_by_what_its_people_want():
    # Her family cares for upkeep alone and will never be content; both would sign anything.
    family = {
        **sure_body(False, quota=1, name="her_family"),
        "weights": {**WHY, "water": 0, "upkeep": 1},
    }
    record = played(
        small_scenario(
            **{
                **NOBODY_LEAVES,
                **SURE,
                **SIGNS_ALL,
                **of_each(refusal_cost=plain(0.1)),
                "actors__her__domestic": family,
                "protocols__single_text__initial": "his_wish",
                "actors__her__bargaining__imprecision": 0,
            }
        ),
        200,
    )
    assert not record.signed.any()
    assert (record.refused == 1).all()
    assert (record.doubted == 0).all()
    upkeep = record.last_option[:, 1]
    assert (record.obstacle[upkeep > 0] == 1).all()  # not hers in full: costs her family
    assert (record.obstacle[upkeep == 0] == -1).all()


def test_who_would_refuse_in_any_case_is_not_said_to_refuse_for_a_vote():
    family = {"actors__her__domestic": {**sure_body(False, quota=1), "name": "her_family"}}
    changes = {**REFUSES_ALL, **NOBODY_LEAVES, **of_each(refusal_cost=plain(0.1)), **family}
    assert (played(small_scenario(**changes), 50).doubted == -1).all()
