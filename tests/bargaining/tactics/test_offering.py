"""Offers of a large game, of which few packages are told apart, are those over all packages."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.bargaining.tactics import game as games
from sim.bargaining.tactics import offering
from sim.bargaining.tactics.offering import Ladder, Offering
from sim.bargaining.tactics.solution import solve
from tests.bargaining.tactics import plain_game as plain
from tests.bargaining.tactics.offers import offer

SEEDS = st.integers(0, 100_000)


def solved_as_if_large(game, no_deal):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(games, "LARGE", 0)
        solution = solve(game, no_deal)
        return solution, Offering(game, solution)


def voices(game, many=400):
    """All actors speak, at uniforms that lie evenly."""
    u = (np.arange(many) + 0.5) / many
    return np.zeros(many, dtype=np.int64), np.arange(many) % game.noise.shape[1], u


def over_all(game, solution, session):
    bar, no_deal = solution.threshold[:, session], solution.no_deal[:, session]
    return offer(game, bar, *voices(game), session=session, no_deal=no_deal)


@given(SEEDS, st.booleans(), st.sampled_from([0.0, 1e-4, 3e-3, 0.1, 10.0]))
@settings(max_examples=40)
def test_packages_that_do_not_count_are_offered_as_if_all_were_told_apart(seed, foresees, taup):
    game, d = plain.random_game(seed, packages=80, taup=taup, foresees=foresees)
    solution, offers = solved_as_if_large(game, d)
    for session in (0, 0, 1, 5, 4):
        found = offers.chosen(session, *voices(game))
        np.testing.assert_array_equal(found, over_all(game, solution, session))


def test_packages_are_left_out_there():
    game, d = plain.random_game(3, packages=300, taup=1e-4)
    solution, _ = solved_as_if_large(game, d)
    assert all(len(package) < 150 for package in solution.counted[0])
    assert all(package is None for package in solve(game, d).counted[0])


def test_who_has_no_turn_as_a_rule_offers_too_where_it_speaks():
    game, d = plain.random_game(5, packages=80, taup=1e-3)
    turns = np.eye(game.noise.shape[1])[None]
    game = games.replace(game, turns=turns)
    solution, offers = solved_as_if_large(game, d)
    for session in (0, 1, 2):
        found = offers.chosen(session, *voices(game))
        np.testing.assert_array_equal(found, over_all(game, solution, session))


def test_what_is_not_kept_at_hand_is_worked_out_again(monkeypatch):
    game, d = plain.random_game(3, packages=80)
    _, kept = solved_as_if_large(game, d)
    monkeypatch.setattr(offering, "_AT_HAND", 0)
    _, anew = solved_as_if_large(game, d)
    for session in (0, 0, 1):
        first, second = (each.chosen(session, *voices(game)) for each in (kept, anew))
        np.testing.assert_array_equal(first, second)


def test_a_ladder_is_climbed_through_the_packages_between_its_steps():
    """Ten packages: the third weighs 4, the seventh 8, each of the others 1."""
    steps, package = np.array([[[6.0, 17.0]]]), np.array([2, 6])
    ladder = Ladder(np.array([1]), steps, package, np.array([[1.0]]), 10)
    weights = np.array([1, 1, 4, 1, 1, 1, 8, 1, 1, 1])
    u = (np.arange(40) + 0.5) / 40
    chosen = ladder.chosen(np.zeros(40, dtype=np.int64), np.ones(40, dtype=np.int64), u)
    np.testing.assert_array_equal(chosen, np.repeat(np.arange(10), 2 * weights))
