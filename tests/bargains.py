"""Bargaining problems for tests: by hand, at random, and solved by brute force in whole numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from sim.bargaining.packages import Space
from sim.theory.bargaining_problem import BargainingProblem


def space_of_sizes(sizes, actors, consent=None):
    """A space of unlinked clauses c0, c1 ... with options o0, o1 ...; consent (N, A)."""
    starts = np.concatenate([[0], np.cumsum(sizes)])
    block_of = np.repeat(np.arange(len(sizes)), sizes)
    option_of = np.full((len(sizes), starts[-1]), -1)
    option_of[block_of, np.arange(starts[-1])] = np.arange(starts[-1]) - starts[block_of]
    return Space(
        clauses=tuple(f"c{c}" for c in range(len(sizes))),
        options=tuple(tuple(f"o{o}" for o in range(size)) for size in sizes),
        blocks=tuple((f"c{c}",) for c in range(len(sizes))),
        starts=starts,
        block_of=block_of,
        option_of=option_of,
        consent=np.zeros((starts[-1], actors), bool) if consent is None else consent,
        invented=tuple((False,) * size for size in sizes),
    )


def bargain(sizes, table, no_deal, base=None, consent=None):
    """A problem of actors a, b, c ...; table is actor by cell."""
    table = np.array(table, dtype=float)
    return BargainingProblem(
        space=space_of_sizes(sizes, len(table), consent),
        actors=tuple("abcdefgh"[: len(table)]),
        table=table,
        no_deal=np.array(no_deal, dtype=float),
        base=np.ones(len(table), bool) if base is None else np.array(base, bool),
    )


@st.composite
def bargains(draw, *, all_sign=False, most_actors=4):
    """Small problems in whole numbers, so that many packages tie exactly."""
    actors = draw(st.integers(2, most_actors))
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    cells, worth = sum(sizes), st.integers(0, draw(st.sampled_from([2, 9])))
    table = draw(st.lists(st.lists(worth, min_size=cells, max_size=cells), **times(actors)))
    no_deal = draw(st.lists(st.integers(-1, 12), **times(actors)))
    if all_sign:
        return bargain(sizes, table, no_deal)
    base = draw(st.sets(st.integers(0, actors - 1), min_size=1))
    consent = draw(st.sets(st.tuples(st.integers(0, cells - 1), st.integers(0, actors - 1))))
    needed = np.zeros((cells, actors), bool)
    for cell, actor in consent:
        needed[cell, actor] = True
    return bargain(sizes, table, no_deal, [a in base for a in range(actors)], needed)


def times(count):
    return {"min_size": count, "max_size": count}


def listed(problem):
    """Utilities (P, A) as whole numbers, and who must sign (P, A), package by package."""
    texts = problem.space.enumerate()
    worth = problem.table.astype(int)[:, texts].sum(axis=2).T
    return worth, problem.base | problem.space.consent[texts].any(axis=1)


def rational_of(problem):
    """Numbers of the packages that are no worse than no deal for all who must sign them."""
    worth, signs = listed(problem)
    return np.flatnonzero(((worth >= problem.no_deal) | ~signs).all(axis=1))


def players_of(problem):
    """Who must sign every rational package, by number."""
    signs = listed(problem)[1][rational_of(problem)]
    return np.flatnonzero(signs.all(axis=0)) if len(signs) else np.array([], int)


def dominates(one, other):
    return bool((one >= other).all() and (one > other).any())


def number_of(problem, package):
    options = [int(package[clause][1:]) for clause in problem.space.clauses]
    return int(np.ravel_multi_index(options, np.diff(problem.space.starts)))


def key(problem, concept, number):
    """The order of a concept in exact fractions, by the rule in its docstring; larger is better."""
    worth, rational, players = listed(problem)[0], rational_of(problem), players_of(problem)
    no_deal = [int(d) for d in problem.no_deal]
    top, bottom = worth[rational].max(axis=0), worth[rational].min(axis=0)
    claims = []
    for a in players:
        best = int(top[a]) - no_deal[a]
        gain = Fraction(int(worth[number, a]) - no_deal[a])
        claims.append((gain / best if best else Fraction(1)) if concept.scaled else gain)
    total = sum(
        Fraction(int(worth[number, a] - bottom[a]), int(top[a] - bottom[a]))
        for a in range(len(no_deal))
        if top[a] > bottom[a]
    )
    score = {
        "nash": lambda: np.prod(np.array(claims, dtype=object)),
        "kalai_smorodinsky": lambda: min(claims),
        "egalitarian": lambda: min(claims),
        "utilitarian": lambda: sum(claims),
    }[concept.name]()
    return (score, *sorted(claims), total, -number)


def rescaled(problem, factors, shifts):
    """The same preferences in other units: each actor's utilities times a factor, plus a shift."""
    factors, shifts = np.array(factors, float)[:, None], np.array(shifts, float)[:, None]
    spread = shifts / len(problem.space.blocks)
    table = problem.table * factors + spread
    no_deal = problem.no_deal * factors[:, 0] + shifts[:, 0]
    return replace(problem, table=table, no_deal=no_deal)


def with_actors_in_order(problem, order):
    return replace(
        problem,
        space=replace(problem.space, consent=problem.space.consent[:, order]),
        actors=tuple(problem.actors[a] for a in order),
        table=problem.table[order],
        no_deal=problem.no_deal[order],
        base=problem.base[order],
    )


def with_clauses_in_order(problem, order):
    space, cuts = problem.space, list(problem.space.slices())
    cells = np.concatenate([np.arange(cuts[c].start, cuts[c].stop) for c in order])
    sizes = np.diff(space.starts)[order]
    moved = space_of_sizes(sizes.tolist(), len(problem.actors), space.consent[cells])
    named = tuple(space.clauses[c] for c in order)
    moved = replace(moved, clauses=named, blocks=tuple((name,) for name in named))
    return replace(problem, space=moved, table=problem.table[:, cells])
