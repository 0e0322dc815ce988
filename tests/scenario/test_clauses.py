"""Blocks of clauses: what linkages join, and nothing more."""

import networkx
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.clauses import blocks

CLAUSES = "abcdefgh"


def test_without_linkages_every_clause_is_a_block():
    assert blocks("abc", []) == (("a",), ("b",), ("c",))


def test_a_chain_of_linkages_is_one_block_in_the_clauses_order():
    assert blocks("abcd", ["db", "bc"]) == (("a",), ("b", "c", "d"))


def test_an_unknown_clause_joins_nothing():
    assert blocks("ab", ["ax", "xb"]) == (("a",), ("b",))


@given(st.lists(st.sets(st.sampled_from(CLAUSES), min_size=2), max_size=6))
def test_blocks_are_the_connected_components_of_the_linkages(linked):
    graph = networkx.Graph()
    graph.add_nodes_from(CLAUSES)
    for chain in linked:
        networkx.add_path(graph, sorted(chain))
    found = blocks(CLAUSES, linked)
    assert {frozenset(block) for block in found} == {
        frozenset(part) for part in networkx.connected_components(graph)
    }
    assert [block[0] for block in found] == sorted(block[0] for block in found)
