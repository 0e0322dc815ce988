"""The scale of utilities, linkages, no deal, homes and misreadings, by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.reading.reader import read_scenario
from sim.talks.batch import open_batch
from sim.talks.preferences import contains, misread, utility_of
from tests.small import WHY, put, small_scenario, small_tree

DRAWS = np.arange(200)
SURE = {
    path: value
    for name in ("her", "his")
    for path, value in {
        f"actors__{name}__weight_concentration": None,
        f"actors__{name}__values__water__spread": 0,
        f"actors__{name}__values__upkeep__spread": 0,
    }.items()
}


def batch_of(worlds=DRAWS, **changes):
    return open_batch(small_scenario(**changes), 0, 1, worlds)


def worth(batch, actor, text, table=None):
    """Utility of a named text in every draw."""
    name = list(batch.spec.actors).index(actor)
    tables = (batch.utilities.own if table is None else table)[:, name]
    cells = batch.space.text(batch.spec.texts[text].terms)
    return utility_of(tables, np.broadcast_to(cells, (len(tables), len(cells))))


def test_the_text_asked_for_is_worth_one_and_the_unacceptable_one_nothing_in_every_draw():
    batch = batch_of()
    for actor, other in (("her", "his"), ("his", "her")):
        assert worth(batch, actor, f"{actor}_wish") == pytest.approx(1)
        assert worth(batch, actor, f"{other}_wish") == pytest.approx(0, abs=1e-12)


def test_utility_is_the_weighted_sum_of_values_on_that_scale():
    batch = batch_of(**SURE)
    # By hand: .6 x .6 + .4 x .5 of a range from 0 to 1.
    assert worth(batch, "her", "halves") == pytest.approx(0.56)
    assert batch.utilities.per_value[0] == pytest.approx(np.array([[0.6, 0.4], [0.6, 0.4]]))


def test_weights_count_by_their_shares():
    batch = batch_of(**SURE, actors__her__weights={**WHY, "water": 3, "upkeep": 2})
    assert worth(batch, "her", "halves") == pytest.approx(0.56)


def test_the_scale_runs_between_the_two_texts_and_not_between_best_and_worst():
    texts = {
        **small_tree()["texts"],
        "middling": {"label": "m", "terms": {"water": "shared", "upkeep": "she_pays"}, **WHY},
    }
    batch = batch_of(**SURE, texts=texts, actors__her__unacceptable="middling")
    # Raw utilities: her wish 1, middling .36, halves .56, his wish 0.
    assert worth(batch, "her", "halves") == pytest.approx((0.56 - 0.36) / 0.64)
    assert worth(batch, "her", "his_wish") == pytest.approx(-0.36 / 0.64)


def test_an_option_that_no_reference_text_has_leaves_the_worth_of_all_others():
    tree = small_tree(**SURE)
    tree["clauses"]["water"]["options"]["filled_in"] = {"label": "the well is filled in"}
    for actor in tree["actors"].values():
        actor["values"]["water"]["filled_in"] = -1
    batch = open_batch(read_scenario(tree), 0, 1, DRAWS)
    assert worth(batch, "her", "halves") == pytest.approx(0.56)


LINKED = {
    "both_his_ways": {
        "label": "both his ways",
        "when": {"water": ["shared", "his"], "upkeep": "both_pay"},
        "worth": {**WHY, "her": -0.2},
    }
}


def test_a_linkage_adds_its_worth_where_a_text_has_one_option_of_each_of_its_clauses():
    batch = batch_of(**SURE, linkages=LINKED)
    assert worth(batch, "her", "halves") == pytest.approx(0.36)
    assert worth(batch, "his", "halves") == pytest.approx(0.56)
    linked = contains(batch.space, batch.spec.linkages["both_his_ways"].when)
    terms = [batch.space.terms(np.array([cell])) for cell in linked]
    assert [t["water"] for t in terms] == ["shared", "his"]
    assert [t["upkeep"] for t in terms] == ["both_pay", "both_pay"]


def test_a_linkage_in_a_reference_text_moves_the_scale():
    linkages = {
        "all_hers": {
            "label": "all hers",
            "when": {"water": "hers", "upkeep": "he_pays"},
            "worth": {**WHY, "her": 0.4},
        }
    }
    batch = batch_of(**SURE, linkages=linkages)
    assert worth(batch, "her", "her_wish") == pytest.approx(1)
    assert worth(batch, "her", "halves") == pytest.approx(0.56 / 1.4)
    assert batch.utilities.per_value[0, 0].tolist() == pytest.approx([0.6 / 1.4, 0.4 / 1.4])


def test_utilities_as_written_are_not_mapped():
    tree = small_tree(**SURE, actors__her__scale="as_written")
    tree["actors"]["her"]["values"]["water"] |= {"hers": 2, "shared": 1.5, "his": 1}
    batch = open_batch(read_scenario(tree), 0, 1, DRAWS)
    assert worth(batch, "her", "her_wish") == pytest.approx(0.6 * 2 + 0.4)
    assert worth(batch, "her", "his_wish") == pytest.approx(0.6)


def test_weights_as_written_are_not_divided_by_their_sum():
    tree = small_tree(**SURE, actors__her__scale="as_written")
    tree["actors"]["her"]["weights"] |= {"water": 0.9, "upkeep": 0.6}
    batch = open_batch(read_scenario(tree), 0, 1, DRAWS)
    assert worth(batch, "her", "her_wish") == pytest.approx(1.5)
    assert worth(batch, "her", "halves") == pytest.approx(0.9 * 0.6 + 0.6 * 0.5)
    assert batch.utilities.per_value[0, 0].tolist() == [0.9, 0.6]


def test_uncertain_weights_as_written_keep_their_sum():
    tree = small_tree(**SURE, actors__her__scale="as_written")
    tree["actors"]["her"]["weights"] |= {"water": 0.9, "upkeep": 0.6}
    tree["actors"]["her"]["weight_concentration"] = {"value": 20, **WHY}
    batch = open_batch(read_scenario(tree), 0, 1, np.arange(1000))
    weights = batch.utilities.per_value[:, 0]
    assert weights.sum(axis=1) == pytest.approx(1.5)
    assert weights.mean(axis=0) == pytest.approx([0.9, 0.6], abs=0.02)
    assert weights[:, 0].std() > 0.1


def test_weights_at_home_are_as_written_too():
    tree = small_tree(**SURE, actors__her__scale="as_written")
    tree["actors"]["her"]["domestic"]["weights"] = {**WHY, "water": 0.5, "upkeep": 1}
    batch = open_batch(read_scenario(tree), 0, 1, DRAWS)
    text = batch.space.text(batch.spec.texts["her_wish"].terms)
    assert batch.utilities.home[0, 0, text].sum() == pytest.approx(1.5)


def test_a_scale_without_a_span_is_an_error_that_names_the_actor_and_the_draw():
    tree = small_tree(**SURE)
    put(tree, "actors.his.values.water.his", {"choice": CHOICE, **WHY})
    with pytest.raises(ScenarioError, match=r"actors\.his\.asks_for: in draw \d+ .*his_wish") as e:
        open_batch(read_scenario(tree), 0, 1, DRAWS)
    draw = int(str(e.value).split("in draw ")[1].split()[0])
    tree["actors"]["his"]["scale"], tree["evidence"] = "as_written", "none"
    batch = open_batch(read_scenario(tree), 0, 1, np.arange(1000))
    assert batch.draws["actors.his.values.water.his"][draw] == -1


CHOICE = {"values": [1, -1], "chances": [0.9, 0.1]}


def test_the_draw_in_the_error_is_counted_through_the_ensemble():
    tree = small_tree(**SURE)
    put(tree, "actors.his.values.water.his", {"choice": CHOICE, **WHY})
    with pytest.raises(ScenarioError, match=r"in draw 2\d\d\d "):
        open_batch(read_scenario(tree), 0, 1, np.arange(2000, 3000))


def test_a_draw_that_is_not_played_refuses_nothing():
    tree = small_tree(**SURE)
    put(tree, "actors.his.values.water.his", {"choice": CHOICE, **WHY})
    scenario = read_scenario(tree)
    assert (
        len(open_batch(scenario, 0, 1, np.arange(2000, 2001)).draws["actors.his.values.water.his"])
        == 1
    )


def test_no_deal_may_be_as_good_as_a_text_give_or_take():
    error = {"uniform": [-0.1, 0.2], **WHY}
    batch = batch_of(actors__her__no_deal={"as_good_as": "halves", "error": error, **WHY})
    gap = batch.utilities.no_deal[:, 0] - worth(batch, "her", "halves")
    assert gap == pytest.approx(batch.draws["actors.her.no_deal.error"])
    assert gap.min() < -0.08
    assert gap.max() > 0.18


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_no_deal_that_is_as_good_as_a_text_ties_with_it(seed):
    rng = np.random.default_rng(seed)
    tree = small_tree(actors__her__no_deal={"as_good_as": "halves", "error": 0, **WHY})
    for number in range(12):
        name = f"clause_{number}"
        options = {option: {"label": option} for option in ("a", "b")}
        tree["clauses"][name] = {"label": name, "options": options}
        for text in tree["texts"].values():
            text["terms"][name] = "a"
        tree["texts"]["halves"]["terms"][name] = "b"
        for actor in tree["actors"].values():
            actor["weights"][name] = float(rng.random())
            actor["values"][name] = {"a": float(rng.random()), "b": float(rng.random()), **WHY}
    batch = open_batch(read_scenario(tree), 0, 1, DRAWS)
    np.testing.assert_array_equal(batch.utilities.no_deal[:, 0], worth(batch, "her", "halves"))


def test_deterrence_is_that_of_the_options():
    options = {
        name: {"label": name, **({"deterrence": {"value": g, **WHY}} if g else {})}
        for name, g in {"hers": 0, "shared": 0.5, "his": 0.2}.items()
    }
    batch = batch_of(clauses__water__options=options, linkages=LINKED)
    for text in batch.space.enumerate():
        g = batch.utilities.deterrence[:, text].sum(axis=1)
        expected = {"hers": 0, "shared": 0.5, "his": 0.2}[batch.space.terms(text)["water"]]
        assert g == pytest.approx(expected)


# --- At home ----------------------------------------------------------------------------------


def test_a_body_sees_texts_as_its_actor_does_unless_it_says_otherwise():
    batch = batch_of()
    np.testing.assert_array_equal(batch.utilities.home[:, 0], batch.utilities.own[:, 0])
    np.testing.assert_array_equal(batch.utilities.home[:, 1], batch.utilities.own[:, 1])


def test_a_body_with_weights_of_its_own_has_its_own_utility_on_its_own_scale():
    batch = batch_of(**SURE, actors__her__domestic__weights={**WHY, "water": 0.1, "upkeep": 0.9})
    assert worth(batch, "her", "halves", batch.utilities.home) == pytest.approx(0.06 + 0.45)
    assert worth(batch, "her", "halves") == pytest.approx(0.56)


def test_a_body_with_values_of_its_own_shares_its_actors_uncertain_weights():
    values = {"water": {**WHY, "hers": 1, "shared": 0.9, "his": 0}}
    batch = batch_of(
        **{**SURE, "actors__her__weight_concentration": {"value": 5, **WHY}},
        actors__her__domestic__values=values,
    )
    weights = batch.utilities.per_value[:, 0]
    assert weights[:, 0].std() > 0.05
    expected = weights @ np.array([0.9, 0.5])
    assert worth(batch, "her", "halves", batch.utilities.home) == pytest.approx(expected)


def test_a_body_with_reference_texts_of_its_own_has_their_scale():
    batch = batch_of(**SURE, actors__her__domestic__asks_for="halves")
    assert worth(batch, "her", "halves", batch.utilities.home) == pytest.approx(1)
    assert worth(batch, "her", "her_wish", batch.utilities.home) == pytest.approx(1 / 0.56)


def test_a_body_cannot_be_sure_of_weights_that_it_does_not_have():
    with pytest.raises(ScenarioError, match=r"domestic\.weight_concentration"):
        small_scenario(actors__her__domestic__weight_concentration={"value": 5, **WHY})


# --- Misreading -------------------------------------------------------------------------------


def beliefs(batch, sd):
    errors = np.full(len(batch.worlds), sd)
    actors = list(batch.spec.actors)
    return misread(batch.space, batch.utilities, batch.draw, batch.streams, actors, "her", errors)


def test_an_actor_knows_its_own_utilities_and_without_errors_also_the_others():
    batch = batch_of()
    own = batch.utilities.own[batch.draw]
    np.testing.assert_array_equal(beliefs(batch, 0.0), own)
    np.testing.assert_array_equal(beliefs(batch, 0.3)[:, 0], own[:, 0])


def test_errors_about_values_have_the_stated_size_on_the_clauses_scale():
    batch = batch_of(np.arange(1000), **SURE)
    errors = (beliefs(batch, 0.1) - batch.utilities.own[batch.draw])[:, 1]
    # Cells: water's three, upkeep's three; weights .6 and .4 over a span of 1.
    assert errors.std(axis=0) == pytest.approx([0.06] * 3 + [0.04] * 3, rel=0.1)
    assert errors.mean(axis=0) == pytest.approx(0, abs=0.01)
    correlations = np.corrcoef(errors.T) - np.eye(6)
    assert np.abs(correlations).max() < 0.13


def test_an_option_in_several_cells_is_misread_alike_in_all_of_them():
    batch = batch_of(**SURE, linkages=LINKED)
    errors = (beliefs(batch, 0.1) - batch.utilities.own[batch.draw])[:, 1].reshape(-1, 3, 3)
    by_water = errors - errors[:, :1]
    np.testing.assert_allclose(by_water, np.broadcast_to(by_water[:, :, :1], by_water.shape))


def test_an_option_more_is_misread_beside_the_others_and_changes_no_other_error():
    tree = small_tree(**SURE)
    options = tree["clauses"]["water"]["options"]
    tree["clauses"]["water"]["options"] = {"filled_in": {"label": "nobody"}, **options}
    for actor in tree["actors"].values():
        actor["values"]["water"]["filled_in"] = 0
    few, many = batch_of(**SURE), open_batch(read_scenario(tree), 0, 1, DRAWS)
    errors = [(beliefs(b, 0.1) - b.utilities.own[b.draw])[:, 1] for b in (few, many)]
    np.testing.assert_allclose(errors[0], errors[1][:, 1:], atol=1e-12)
    assert errors[1][:, 0].std() > 0.03


def test_two_worlds_of_one_draw_hold_different_beliefs():
    batch = open_batch(small_scenario(), 0, 2, np.arange(4))
    believed = beliefs(batch, 0.1)[:, 1]
    assert (batch.utilities.own[batch.draw][0] == batch.utilities.own[batch.draw][1]).all()
    assert (believed[0] != believed[1]).all()


def test_utility_of_texts_is_the_sum_of_their_cells():
    table = np.arange(12.0).reshape(2, 6)
    assert utility_of(table, np.array([[0, 3], [2, 5]])).tolist() == [3, 19]
