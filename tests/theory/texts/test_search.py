"""Going through texts: all single changes, the best of them, and spaces that are too large."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.runs.texts import texts
from sim.scenario.reading.reader import read_scenario
from sim.talks.space import space_of
from sim.theory.texts.search import BUDGET, FEWEST, SAMPLE, changes, draws_for, to_go_through
from tests.small import small_scenario, small_tree
from tests.theory.texts.many import many_clauses

MANY = many_clauses()


@pytest.fixture(scope="module")
def sampled():
    return texts(many_clauses(clauses=16), week=4)


@pytest.fixture(scope="module")
def enumerated():
    return texts(small_tree(), week=13)


def clauses_of(table):
    return [column for column in table.columns if column.startswith("text_")]


@given(seed=st.integers(0, 10**6))
@settings(deadline=None)
def test_cells_of_options_and_options_of_cells_are_inverse(seed):
    space = space_of(read_scenario(MANY))
    rng = np.random.default_rng(seed)
    options = np.stack([rng.integers(len(o), size=5) for o in space.options], axis=-1)
    assert (space.options_of(space.cells_of(options)) == options).all()


def test_changes_are_all_texts_that_differ_in_one_clause_each_once():
    space = space_of(read_scenario(MANY))
    text = space.text(MANY["texts"]["halves"]["terms"])
    found = space.options_of(changes(space, text))
    assert ((found != space.options_of(text)).sum(axis=1) == 1).all()
    assert len(np.unique(found, axis=0)) == len(found) == sum(len(o) - 1 for o in space.options)


def test_packages_are_all_gone_through_up_to_two_million_and_sampled_beyond():
    small = space_of(small_scenario())
    found, every = to_go_through(small, [], 0)
    assert every
    assert len(found) == 9
    space = space_of(read_scenario(MANY))
    named = space.text(MANY["texts"]["halves"]["terms"])
    found, every = to_go_through(space, [named], 0)
    assert not every
    assert len(found) == SAMPLE + 1
    assert (found[0] == named).all()
    assert (found == to_go_through(space, [named], 0)[0]).all()


@given(packages=st.integers(1, 2_000_000), draws=st.integers(1, 1000))
@settings(deadline=None)
def test_the_more_texts_the_fewer_draws_but_never_few(packages, draws):
    few = draws_for(packages, draws)
    assert min(draws, FEWEST) <= few <= draws
    assert few in (draws, FEWEST) or few * packages <= BUDGET


def one_apart(table, row, clauses):
    """By brute force: the rows of a table that differ from one in a single clause."""
    return table[(table[clauses] != row[clauses]).sum(axis=1) == 1]


@pytest.mark.parametrize("which", ["best", "named"])
def test_the_change_that_is_named_is_the_best_of_all_single_changes(enumerated, which):
    table, clauses = enumerated.table.astype({}), clauses_of(enumerated.table)
    table[clauses] = table[clauses].astype(str)
    for _, row in getattr(enumerated, which).iterrows():
        others = one_apart(table, row, clauses)
        top = others.loc[others["all"].idxmax()]
        if pd.isna(row["change_clause"]):
            assert top["all"] <= row["all"]
        else:
            assert row["change_all"] == pytest.approx(top["all"], rel=1e-12)
            assert top[f"text_{row['change_clause']}"] == row["change_option"]


@pytest.mark.parametrize("which", ["best", "named"])
def test_who_holds_a_text_back_and_over_which_clause_is_that_of_brute_force(enumerated, which):
    table, clauses = enumerated.table.astype({}), clauses_of(enumerated.table)
    table[clauses] = table[clauses].astype(str)
    for _, row in getattr(enumerated, which).iterrows():
        accepts = {name: row[f"accepts_{name}"] for name in ("her", "his")}
        least = min(accepts, key=accepts.get)
        assert row["held_back_by"] == least
        others = one_apart(table, row, clauses)
        top = others.loc[others[f"accepts_{least}"].idxmax()]
        if pd.isna(row["hold_clause"]):
            assert top[f"accepts_{least}"] <= accepts[least]
        else:
            assert row["hold_chance"] == pytest.approx(top[f"accepts_{least}"], rel=1e-12)


def test_the_best_are_the_first_of_all_and_ranks_count_those_that_are_better(enumerated):
    table, best = enumerated.table, enumerated.best
    assert best["all"].tolist() == table["all"].head(10).tolist()
    for _, row in enumerated.named.iterrows():
        assert row["rank"] == 1 + (table["all"] > row["all"]).sum()


def test_pareto_optimal_are_those_that_no_other_betters_by_mean_utilities(enumerated):
    where, found = enumerated.found.where, enumerated.found
    worth = np.einsum("w,wan->an", where.part, where.own)[:, found.texts].sum(axis=2)
    for number in range(len(found.texts)):
        gains = worth - worth[:, [number]]
        beaten = ((gains >= 0).all(axis=0) & (gains > 0).any(axis=0)).any()
        assert found.pareto[number] != beaten


def test_of_a_sample_no_single_change_of_the_best_ten_is_better_than_the_last_of_them(sampled):
    assert not sampled.found.enumerated
    least = sampled.best["all"].min()
    chosen = {tuple(row) for row in sampled.best[clauses_of(sampled.best)].to_numpy()}
    assert len(chosen) == 10
    for _, row in sampled.best.iterrows():
        if pd.isna(row["change_clause"]):
            continue
        changed = row[clauses_of(sampled.best)].to_dict()
        changed[f"text_{row['change_clause']}"] = row["change_option"]
        assert row["change_all"] <= least or tuple(changed.values()) in chosen


def test_a_sample_is_bettered_beyond_what_it_drew(sampled):
    drawn = sampled.found.chances.all[: SAMPLE + 3]
    assert sampled.best["all"].iloc[0] > drawn.max()
    assert sampled.named["rank"].isna().all()
    said = " ".join(sampled.notes)
    assert "of 43,046,721 packages" in said
    assert "A sample" in said


def test_texts_that_are_weighed_in_few_draws_on_the_way_are_told_in_all(monkeypatch, enumerated):
    from sim.theory.texts import search

    monkeypatch.setattr(search, "BUDGET", 9 * 100)
    roughly = texts(small_tree(), week=13)
    assert roughly.found.few == 100
    assert roughly.best["all"].tolist() == pytest.approx(enumerated.best["all"].tolist())
