"""What theory demands of the talks, and what may change no odds."""

import json

import numpy as np
import pytest
from scipy import stats

from sim.scenario.reading.reader import read_scenario
from sim.talks.batch import open_batch
from tests.small import WHY, small_scenario, small_tree
from tests.talks.small_talks import (
    NOBODY_LEAVES,
    PROTOCOLS,
    REFUSES_ALL,
    error,
    model_of,
    of_each,
    plain,
    played,
)

# --- Limits -----------------------------------------------------------------------------------

SHARP = of_each(
    bargaining__noise=0, bargaining__imprecision=0, bargaining__aspiration=0.01, domestic=None
)
UNSURE = of_each(no_deal={"uniform": [-0.3, 1], **WHY})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_sharp_round_signs_only_where_some_package_strictly_beats_no_deal_for_all(protocol):
    scenario = small_scenario(
        **SHARP,
        **UNSURE,
        **NOBODY_LEAVES,
        protocol=protocol,
        calendar__horizon=plain(1),
        protocols__single_text__initial="halves",
    )
    worlds = np.arange(1000)
    batch = open_batch(scenario, 0, 1, worlds)
    texts = batch.space.enumerate()
    beats = np.ones((1000, len(texts)), dtype=bool)
    for actor in (0, 1):
        table = batch.utilities.own[:, actor]
        worth = np.stack([table[:, text].sum(axis=1) for text in texts], axis=1)
        beats &= worth > batch.utilities.no_deal[:, [actor]]
    possible = beats.any(axis=1)
    signed = played(scenario).option[:, 0] >= 0
    assert not (signed & ~possible).any()
    assert signed.any()
    assert (~possible).any()


def test_very_noisy_actors_accept_half_of_the_time():
    noisy = of_each(bargaining__noise=100, domestic=None)
    model = model_of(small_scenario(**noisy), worlds=1000)
    model.step()
    for actor in model.actors:
        assert actor.accepted.mean() == pytest.approx(0.5, abs=error(0.5, 1000))


def test_very_imprecise_actors_propose_every_package_alike():
    loose = of_each(bargaining__imprecision=2)
    first = np.concatenate(
        [
            played(small_scenario(**loose, protocol="offers"), seed=seed).first_option
            for seed in range(3)
        ]
    )
    counts = np.bincount(first[:, 0] * 3 + first[:, 1], minlength=9)
    assert stats.chisquare(counts).pvalue > 0.001


def test_an_exact_actor_that_does_not_accommodate_proposes_what_it_asks_for():
    scenario = small_scenario(
        protocol="offers",
        protocols__offers__chances={"her": 1, "his": 0, **WHY},
        actors__her__bargaining__imprecision=0,
        actors__her__bargaining__accommodation=0,
    )
    assert (played(scenario, 100).first_option == [0, 0]).all()


def test_an_actor_comes_to_propose_what_the_others_wish_as_its_patience_ends():
    scenario = small_scenario(
        **REFUSES_ALL,
        **NOBODY_LEAVES,
        protocol="offers",
        protocols__offers__chances={"her": 1, "his": 0, **WHY},
        actors__her__bargaining__imprecision=0,
        actors__her__bargaining__accommodation=1,
        actors__her__bargaining__misreading=0,
    )
    model = model_of(scenario, 100)
    texts = []
    while model.running:
        model.step()
        texts.append(model.space.options_of(model.text))
    assert (texts[0] == 0).all()  # her wish
    assert (texts[20] == 2).all()  # his, when her twenty weeks are over


def test_a_mood_lasts_from_session_to_session_as_long_as_its_relaxation_says():
    model = model_of(small_scenario(**REFUSES_ALL, **NOBODY_LEAVES))
    moods = []
    for _ in range(5):
        model.step()
        moods.append(model.actors[0].mood)
    for weeks in (1, 4):
        correlation = np.corrcoef(moods[0], moods[weeks])[0, 1]
        assert correlation == pytest.approx(np.exp(-weeks / 4), abs=0.1)


def test_with_a_better_no_deal_an_actor_accepts_nothing_that_it_refused_before():
    # She refuses all, so that the same packages come to the table in both.
    changes = {k: v for k, v in REFUSES_ALL.items() if "her" in k}
    one, two = (
        model_of(
            small_scenario(
                **changes,
                **NOBODY_LEAVES,
                protocol="offers",
                protocols__offers__drafts=1,
                actors__his__no_deal=plain(d),
            )
        )
        for d in (0.2, 0.35)
    )
    fewer = 0
    for _ in range(26):
        one.step()
        two.step()
        np.testing.assert_array_equal(one.text, two.text)
        before, after = one.actors[1].accepted, two.actors[1].accepted
        assert not (after & ~before).any()
        fewer += (before & ~after).sum()
    assert fewer > 0


# --- What changes no odds ---------------------------------------------------------------------


def odds(scenario, seeds=range(4)):
    codes = np.concatenate([played(scenario, seed=seed).outcome for seed in seeds])
    return np.bincount(codes, minlength=len(scenario.outcomes) + 1) / len(codes), len(codes)


def assert_same_odds(one, two, seeds=range(4)):
    """Assert that two scenarios have the same odds up to Monte Carlo error (other seeds)."""
    (first, worlds), (second, _) = odds(one, seeds), odds(two, [seed + 100 for seed in seeds])
    pooled = (first + second) / 2
    error = 4 * np.sqrt(2 * pooled * (1 - pooled) / worlds) + 1e-9
    assert (np.abs(first - second) <= error).all(), (first, second)
    assert first[:3].min() > 0.02


PRECISE = of_each(bargaining__imprecision=0.01)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_option_that_is_bad_for_all_changes_no_odds(protocol):
    tree = small_tree(protocol=protocol, **PRECISE)
    tree["clauses"]["water"]["options"]["filled_in"] = {"label": "the well is filled in"}
    for actor in tree["actors"].values():
        actor["values"]["water"]["filled_in"] = -1
    assert_same_odds(small_scenario(protocol=protocol, **PRECISE), read_scenario(tree))


def renamed(tree, names):
    text = json.dumps(tree)
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return json.loads(text)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "names",
    [{"her": "zoe", "his": "abe"}, {"water": "a_well", "upkeep": "its_cost"}],
    ids=["actors", "clauses"],
)
def test_other_names_change_no_odds(protocol, names):
    tree = renamed(small_tree(protocol=protocol), names)
    assert_same_odds(small_scenario(protocol=protocol), read_scenario(tree))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("part", ["actors", "clauses"])
def test_another_order_changes_no_odds(protocol, part):
    tree = small_tree(protocol=protocol)
    tree[part] = dict(reversed(tree[part].items()))
    assert_same_odds(small_scenario(protocol=protocol), read_scenario(tree))
