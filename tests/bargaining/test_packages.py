"""Logit choice block by block against the softmax over every package; round trips of texts."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from sim.bargaining import packages
from sim.errors import ScenarioError
from sim.scenario.reading.reader import read_scenario
from sim.talks.batch import open_batch
from sim.talks.preferences import utility_of
from sim.talks.space import space_of
from tests.bargains import space_of_sizes
from tests.small import WHY, small_scenario, small_tree

EVEN = (np.arange(2000) + 0.5) / 2000
LINKAGES = {
    "well_and_upkeep": {
        "label": "who draws it pays for it",
        "when": {"water": "hers", "upkeep": ["both_pay", "she_pays"]},
        "worth": {**WHY, "her": -0.3, "his": 0.1},
    }
}


def spaces():
    return {
        "without_linkages": space_of(small_scenario()),
        "linked": space_of(small_scenario(linkages=LINKAGES)),
        "some_linked": space_of(read_scenario(wide_tree())),
    }


def wide_tree(clauses=3, linkages=LINKAGES):
    """The small scenario with further clauses of two to four options."""
    tree = small_tree(linkages=linkages)
    for number in range(clauses):
        options = [f"o{option}" for option in range(2 + number % 3)]
        name = f"clause_{number}"
        tree["clauses"][name] = {
            "label": name,
            "options": {option: {"label": option} for option in options},
        }
        for text in tree["texts"].values():
            text["terms"][name] = "o0"
        for actor in tree["actors"].values():
            actor["weights"][name] = 0.1
            actor["values"][name] = {
                **WHY,
                **{o: k / 2 for k, o in enumerate(options)},
            }
    return tree


SPACES = spaces()
every_space = pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
tables = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def enumerated(space, table, temperature):
    """Probability of each package by softmax of its summed score: (P, B) and (P,)."""
    texts = space.enumerate()
    scores = np.array([table[text].sum() for text in texts])
    return texts, special.softmax(scores / temperature)


def blockwise(space, table, temperature, texts):
    """Probability of each package as the product of its blocks' choices: (P,)."""
    by_cell = np.concatenate(
        [packages.logit_probabilities(table[s], np.array(temperature)) for s in space.slices()]
    )
    return by_cell[texts].prod(axis=1)


# --- The space --------------------------------------------------------------------------------


def test_clauses_that_share_linkages_form_a_block():
    assert SPACES["without_linkages"].blocks == (("water",), ("upkeep",))
    assert SPACES["linked"].blocks == (("water", "upkeep"),)
    assert SPACES["linked"].cells == 9


@every_space
def test_every_package_is_enumerated_once(space):
    texts = space.enumerate()
    terms = {tuple(space.terms(text).items()) for text in texts}
    assert len(texts) == len(terms) == space.packages
    assert space.packages == np.prod([len(options) for options in space.options])


@every_space
def test_a_text_goes_to_cells_and_back(space):
    for chosen in product(*space.options):
        terms = dict(zip(space.clauses, chosen, strict=True))
        text = space.text(terms)
        assert space.terms(text) == terms
        indices = [o.index(name) for o, name in zip(space.options, chosen, strict=True)]
        assert space.options_of(text).tolist() == indices


@every_space
def test_options_of_many_texts_keep_the_leading_axes(space):
    texts = space.enumerate()[:6].reshape(2, 3, -1)
    assert space.options_of(texts).shape == (2, 3, len(space.clauses))
    np.testing.assert_array_equal(space.options_of(texts)[1, 2], space.options_of(texts[1, 2]))


def test_too_many_packages_to_list_are_an_error_that_says_how_many():
    with pytest.raises(ScenarioError, match="9 packages; at most 8"):
        SPACES["without_linkages"].enumerate(limit=8)


def test_cells_grow_with_the_sum_of_the_options_and_not_with_their_product():
    space = space_of(read_scenario(wide_tree(26, {})))
    assert space.packages > 1e12
    assert space.cells == sum(len(options) for options in space.options)


def test_consent_is_that_of_the_options_of_a_cell():
    options = {
        name: {"label": name, "consent": [actor] if actor else []}
        for name, actor in {"hers": "her", "shared": None, "his": "his"}.items()
    }
    space = space_of(small_scenario(clauses__water__options=options, linkages=LINKAGES))
    for text in space.enumerate():
        water = space.terms(text)["water"]
        expected = [water == "hers", water == "his"]
        assert space.consent[text].any(axis=0).tolist() == expected


# --- How readily options come to mind ----------------------------------------------------------


def with_inventions(tree, **invented):
    """A tree in which some options of some clauses are marked."""
    for clause, names in invented.items():
        for name in names:
            tree["clauses"][clause]["options"][name]["invented"] = True
    return tree


def test_inventions_share_what_they_have_and_the_other_options_of_the_clause_the_rest():
    flags = (True, False, True), (False, False), (True, True)
    space = replace(space_of_sizes([3, 2, 2], 1), invented=flags)
    found = space.prior(np.array([0.3, 0.0]))
    assert found[0] == pytest.approx([0.15, 0.7, 0.15, 0.5, 0.5, 0.5, 0.5])
    assert found[1] == pytest.approx([0.0, 1.0, 0.0, 0.5, 0.5, 0.5, 0.5])


def test_a_cell_of_linked_clauses_comes_to_mind_as_its_options_do_each_for_itself():
    tree = with_inventions(small_tree(linkages=LINKAGES), water=["shared"], upkeep=["both_pay"])
    space = space_of(read_scenario(tree))
    (found,) = space.prior(np.array([0.2]))
    for cell, chance in enumerate(found):
        terms = space.terms(np.array([cell]))
        shares = [0.2 if terms[c] in ("shared", "both_pay") else 0.4 for c in space.clauses]
        assert chance == pytest.approx(np.prod(shares))


@every_space
@given(rng=tables, share=st.sampled_from([0.0, 0.3, 1.0]))
@settings(max_examples=15)
def test_over_the_cells_of_each_block_it_sums_to_1_and_none_is_nothing(space, rng, share):
    flags = tuple(tuple(rng.random(len(options)) < 0.5) for options in space.options)
    (found,) = replace(space, invented=flags).prior(np.array([share]))
    assert (found > 0).all()
    assert [found[s].sum() for s in space.slices()] == pytest.approx([1.0] * len(space.blocks))


# --- Logit choice -----------------------------------------------------------------------------


@every_space
@given(rng=tables, temperature=st.floats(0.005, 50))
@settings(max_examples=25, deadline=None)
def test_choice_by_blocks_is_the_softmax_over_all_packages(space, rng, temperature):
    table = rng.normal(size=space.cells)
    texts, expected = enumerated(space, table, temperature)
    np.testing.assert_allclose(
        blockwise(space, table, temperature, texts), expected, rtol=0, atol=1e-12
    )


@every_space
def test_sampled_packages_have_the_frequencies_of_the_softmax(space):
    rng = np.random.default_rng(3)
    table, temperature, worlds = rng.normal(size=space.cells), 0.7, 40_000
    texts, expected = enumerated(space, table, temperature)
    chosen = packages.propose(
        space,
        np.tile(table, (worlds, 1)),
        np.full(worlds, temperature),
        rng.random((worlds, len(space.blocks))),
    )
    places = {tuple(text): place for place, text in enumerate(texts.tolist())}
    counts = np.bincount([places[tuple(text)] for text in chosen.tolist()], minlength=len(texts))
    errors = np.sqrt(expected * (1 - expected) / worlds)
    assert (np.abs(counts / worlds - expected) <= 5 * errors + 1e-9).all()


def frequencies(scores, temperature):
    worlds = np.tile(np.array(scores, dtype=float), (len(EVEN), 1))
    chosen = packages.logit_choice(worlds, np.full(len(EVEN), temperature), EVEN)
    return np.bincount(chosen, minlength=len(scores)) / len(EVEN)


def test_at_temperature_zero_the_best_is_chosen_and_ties_are_even():
    assert frequencies([0.2, 1, 0.5, 1], 0.0) == pytest.approx([0, 0.5, 0, 0.5])


def test_ties_that_only_rounding_hides_are_ties():
    assert frequencies([0.1 + 0.2, 0.3], 0.0) == pytest.approx([0.5, 0.5])


def test_at_infinite_temperature_all_are_alike():
    assert frequencies([5, 1, -3, 0], np.inf) == pytest.approx([0.25] * 4)


@pytest.mark.parametrize("temperature", [0.0, 0.3, np.inf])
def test_an_option_that_is_ruled_out_is_never_chosen(temperature):
    with np.errstate(invalid="ignore"):
        chosen = frequencies([-np.inf, 0.5, 0.5, -np.inf], temperature)
    assert chosen == pytest.approx([0, 0.5, 0.5, 0])


@given(st.floats(-1e6, 1e6), st.floats(0.001, 10))
def test_choice_depends_on_differences_only(shift, temperature):
    scores = np.array([0.0, 0.5, 1.0])
    one = packages.logit_probabilities(scores, np.array(temperature))
    other = packages.logit_probabilities(scores + shift, np.array(temperature))
    assert other == pytest.approx(one, abs=1e-6)


def test_temperatures_may_differ_between_worlds():
    scores = np.tile([0.0, 1.0], (3, 1))
    temperatures = np.array([0.0, 1.0, np.inf])
    expected = [[0, 1], [1 / (1 + np.e), np.e / (1 + np.e)], [0.5, 0.5]]
    assert packages.logit_probabilities(scores, temperatures) == pytest.approx(np.array(expected))


def test_very_different_scores_neither_overflow_nor_lose_the_best():
    with np.errstate(over="raise", invalid="raise"):
        chances = packages.logit_probabilities(np.array([-1e300, 0.0, 1e3]), np.array(1e-3))
    assert chances.tolist() == [0, 0, 1]


# --- The temperature from what a proposal gives away --------------------------------------------


@every_space
@given(rng=tables, share=st.floats(0.001, 0.98))
@settings(max_examples=25, deadline=None)
def test_the_temperature_gives_away_the_mean_loss_that_was_asked_for(space, rng, share):
    table = rng.normal(size=(1, space.cells))
    texts = space.enumerate()
    values = np.array([table[0, text].sum() for text in texts])
    loss = share * (values.max() - values.mean())
    temperature = packages.temperature_for_loss(space, table, np.array([loss]))
    _, chances = enumerated(space, table[0], temperature[0])
    assert values.max() - chances @ values == pytest.approx(loss, rel=1e-9, abs=1e-12)


def test_a_temperature_does_not_depend_on_the_draws_beside_it():
    space, rng = SPACES["without_linkages"], np.random.default_rng(2)
    tables = rng.normal(size=(300, space.cells))
    losses = rng.uniform(1e-6, 1.5, 300)
    together = packages.temperature_for_loss(space, tables, losses)
    for row in range(0, 300, 30):
        some = slice(row, row + 1)
        alone = packages.temperature_for_loss(space, tables[some], losses[some])
        np.testing.assert_allclose(alone, together[some], rtol=1e-14)


def test_no_loss_is_the_best_package_and_more_than_chance_would_lose_is_chance():
    space = SPACES["without_linkages"]
    table = np.random.default_rng(1).normal(size=(2, space.cells))
    temperature = packages.temperature_for_loss(space, table, np.array([0.0, 100.0]))
    assert temperature.tolist() == [0, np.inf]


def test_an_actor_that_does_not_care_chooses_by_chance():
    space = SPACES["without_linkages"]
    flat = np.zeros((1, space.cells))
    temperature = packages.temperature_for_loss(space, flat, np.array([0.05]))
    np.testing.assert_allclose(packages.logit_probabilities(flat[0], temperature[0]), 1 / 6)


def mean_utilities(tree, eps):
    """Mean utility to each actor of what she proposes, by enumeration."""
    scenario = read_scenario(tree)
    batch = open_batch(scenario, 0, 1, np.array([0]))
    own = batch.utilities.own[:1]
    temperature = packages.temperature_for_loss(batch.space, own[:, 0], np.array([eps]))
    texts, chances = enumerated(batch.space, own[0, 0], temperature[0])
    return [float(chances @ utility_of(np.tile(own[0, a], (len(texts), 1)), texts)) for a in (0, 1)]


def plain_tree():
    tree = small_tree()
    for actor in tree["actors"].values():
        del actor["weight_concentration"]
        for values in actor["values"].values():
            del values["spread"]
    return tree


def split_tree(*, linked):
    """The small scenario with water split into two clauses of half its weight."""
    tree = plain_tree()
    tree["clauses"]["more_water"] = tree["clauses"]["water"]
    for text in tree["texts"].values():
        text["terms"]["more_water"] = text["terms"]["water"]
    for actor in tree["actors"].values():
        actor["values"]["more_water"] = actor["values"]["water"]
        half = actor["weights"]["water"] / 2
        actor["weights"] |= {"water": half, "more_water": half}
    for option in ("hers", "shared", "his") if linked else ():
        others = [o for o in ("hers", "shared", "his") if o != option]
        tree.setdefault("linkages", {})[f"{option}_in_both"] = {
            "label": "the halves go together",
            "when": {"water": option, "more_water": others},
            "worth": {**WHY, "her": -9, "his": -9},
        }
    return tree


@pytest.mark.parametrize("eps", [0.01, 0.05, 0.2])
def test_a_clause_split_into_two_that_go_together_changes_no_mean_utility_of_proposals(eps):
    whole, split = mean_utilities(plain_tree(), eps), mean_utilities(split_tree(linked=True), eps)
    assert split == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize("eps", [0.01, 0.05, 0.2])
def test_what_a_proposal_gives_away_does_not_depend_on_how_the_text_is_cut(eps):
    assert mean_utilities(plain_tree(), eps)[0] == pytest.approx(1 - eps, abs=1e-6)
    assert mean_utilities(split_tree(linked=False), eps)[0] == pytest.approx(1 - eps, abs=1e-6)
