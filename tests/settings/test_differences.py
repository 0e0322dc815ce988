"""What differs between two configurations."""

from __future__ import annotations

import json
from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from sim.settings.differences import ABSENT, Difference, differences
from tests.small import put, small_tree

leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner)
)


@given(trees)
def test_a_tree_does_not_differ_from_itself(tree: object) -> None:
    assert list(differences(tree, deepcopy(tree))) == []


@given(trees, trees)
def test_trees_differ_exactly_when_they_are_not_equal(one: object, other: object) -> None:
    unequal = json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True)
    assert bool(list(differences(one, other))) == unequal


def test_a_part_that_says_absent_is_not_a_part_that_is_absent() -> None:
    assert list(differences({"a": "absent"}, {})) == [Difference("a", "absent", ABSENT)]


def test_a_changed_number_is_found_under_its_dotted_path() -> None:
    before, after = small_tree(), small_tree()
    put(after, "actors.her.no_deal.triangular", [0.1, 0.25, 0.5])
    assert list(differences(before, after)) == [
        Difference("actors.her.no_deal.triangular.2", 0.4, 0.5)
    ]


def test_a_part_that_one_tree_lacks_is_one_difference() -> None:
    before, after = small_tree(), small_tree()
    walkout = after["actors"]["her"].pop("walkout")
    assert list(differences(before, after)) == [Difference("actors.her.walkout", walkout, ABSENT)]


def test_lists_of_other_lengths_differ_as_wholes() -> None:
    assert list(differences({"a": [1, 2]}, {"a": [1]})) == [Difference("a", [1, 2], [1])]


def test_true_is_not_one() -> None:
    assert list(differences({"a": 1}, {"a": True})) == [Difference("a", 1, True)]
