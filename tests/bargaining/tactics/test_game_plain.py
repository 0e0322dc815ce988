"""What is solved is what the plain equations say, whichever packages are left out."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.bargaining.answers import line
from sim.bargaining.tactics import game as games
from sim.bargaining.tactics.game import outlook
from sim.bargaining.tactics.menu import menu_of
from sim.bargaining.tactics.solution import limit, solve
from sim.bargaining.tactics.stretches import Stretch
from tests.bargaining.tactics import plain_game as plain
from tests.bargaining.tactics.offers import offer

SEEDS = st.integers(0, 100_000)
EVEN = (np.arange(20_000) + 0.5) / 20_000


def pruned(*args, **kwargs):
    """Solve a small game as if it were a large one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(games, "LARGE", 0)
        return solve(*args, **kwargs)


def assert_solves(found, game, no_deal, later=None, within=1e-12):
    expected = plain.solve(game, no_deal[0], later)
    parts = found.value[0], found.threshold[0], found.agreement[0]
    for part, by_hand in zip(parts, expected, strict=False):
        np.testing.assert_allclose(part, by_hand, rtol=0, atol=within)
    assert found.hopeless[0] == pytest.approx(expected[3].mean(), abs=within)


def with_votes(game, **changes):
    return replace(game, votes_at_home=replace(game.votes_at_home, **changes))


# --- The equations --------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", [solve, pruned], ids=["all packages", "those that count"])
@given(
    SEEDS,
    st.booleans(),
    st.sampled_from([None, 0.6]),
    st.sampled_from([0.0, 0.01, 0.1]),
    st.sampled_from([0.0, 1e-4, 3e-3, 0.1, 10.0]),
)
@settings(max_examples=60)
def test_sessions_are_what_the_plain_equations_say(solver, seed, foresees, share, tau, taup):
    game, d = plain.random_game(seed, tau=tau, taup=taup, share=share, foresees=foresees)
    within = 1e-10 if 0 < taup < 1e-3 or 0 < tau < 0.1 else 1e-11
    assert_solves(solver(game, d, beyond=0), game, d, within=within)


@given(SEEDS, st.booleans())
@settings(max_examples=20)
def test_a_stationary_point_is_one_of_the_plain_equations(seed, foresees):
    game, d = plain.random_game(seed, foresees=foresees, packages=15)
    if foresees:
        game = with_votes(game, theta=game.votes_at_home.theta[:, -1:])
    cycle = game.turns.shape[1]
    steady = np.repeat(d[:, -1:], 12 * cycle, axis=1)
    found = pruned(game, steady)
    if found.step[0] <= 1e-12:
        assert_solves(found, game, steady, found.value[0, 0], within=1e-10)


@given(SEEDS)
@settings(max_examples=20)
def test_values_that_come_to_rest_by_themselves_rest_where_they_are_said_to(seed):
    game, d = plain.random_game(seed, packages=15, tau=0.1, taup=0.02)
    value, cycle = d[0, -1], np.repeat(d[:, -1:], game.turns.shape[1], axis=1)
    for _ in range(400):
        before, value = value, plain.solve(game, cycle[0], value)[0][0]
    if np.abs(value - before).max() < 1e-13:
        np.testing.assert_allclose(solve(game, cycle).value[0, 0], value, atol=1e-10)


# --- Votes at home --------------------------------------------------------------------------------


@given(SEEDS)
@settings(max_examples=20)
def test_votes_that_are_sure_to_pass_change_nothing(seed):
    game, d = plain.random_game(seed, foresees=True)
    without = solve(replace(game, votes_at_home=None), d, beyond=0)
    for changes in (
        {"decides": np.zeros_like(game.votes_at_home.decides)},
        {"quota": np.full((1, 3), -10.0)},
        {"anticipates": np.zeros(3, dtype=bool)},
    ):
        found = solve(with_votes(game, **changes), d, beyond=0)
        np.testing.assert_allclose(found.value, without.value, rtol=0, atol=1e-12)


@given(SEEDS)
@settings(max_examples=30)
def test_texts_that_pass_at_home_more_easily_are_accepted_no_less(seed):
    game, d = plain.random_game(seed, foresees=True)
    game = with_votes(game, anticipates=np.ones(3, dtype=bool))
    view = outlook(game, 0, d[:, 0] + 0.05, d[:, 0])
    assert (view.bracket >= 0).all()
    easier = with_votes(game, theta=game.votes_at_home.theta - 0.1)
    hard, easy = (
        1 / menu.answers(menu.shortfall(view))
        for other in (game, easier)
        for menu in [menu_of(other)]
        if menu.at_home(outlook(other, 0, view.bar, d[:, 0]).theta)
    )
    assert (easy >= hard).all()
    assert (easy > hard + 1e-6).any()


@given(SEEDS)
@settings(max_examples=20)
def test_nothing_hopeless_at_home_is_signed_where_a_refusal_costs_much(seed):
    game, d = plain.random_game(seed, foresees=True)
    everyone = {"anticipates": np.ones(3, dtype=bool), "decides": np.ones((40, 3), dtype=bool)}
    hopeless = {"quota": np.full((1, 3), 2.0), "cost": np.full((1, 3), 50.0)}
    found = solve(with_votes(game, **everyone, **hopeless), d, beyond=0)
    assert found.agreement.max() < 1e-9
    cheap = solve(replace(game, votes_at_home=None), d, beyond=0)
    assert cheap.agreement.max() > 0.01


def test_a_text_that_cannot_pass_costs_who_signs_it_the_bracket_and_who_loses_nothing_nothing():
    game, d = plain.random_game(1, foresees=True)
    sure_to_fail = {"quota": np.full((1, 3), 1e6), "anticipates": np.ones(3, dtype=bool)}
    game = with_votes(game, **sure_to_fail)
    view = outlook(game, 0, d[:, 0], d[:, 0])
    menu = menu_of(game)
    _, odds = menu.at_home(view.theta)
    loss = menu.shortfall(view)[:, 0] * game.noise.T / (1 + odds)
    assert loss == pytest.approx(np.tile(view.bracket.T, 40), abs=1e-12)
    free = with_votes(game, cost=np.zeros((1, 3)))
    free_view = outlook(free, 0, d[:, 0], d[:, 0])
    assert (free_view.bracket == 0).all()
    short = menu.shortfall(free_view).copy()
    np.testing.assert_array_equal(short, menu_of(game).shortfall(free_view))


@pytest.mark.parametrize(
    ("chance", "bracket", "expected"),
    [(1.0, 0.3, 0.5), (0.5, 0.3, 0.8), (0.25, -0.1, 0.2), (0.0, 0.0, 0.5)],
)
def test_what_is_demanded_grows_with_the_odds_against_a_text(chance, bracket, expected):
    with np.errstate(divide="ignore"):
        odds_against = (1.0 - np.array(chance)) / chance
    asked = line(np.array(0.5), odds_against, np.array(bracket))
    assert asked == pytest.approx(expected)


def test_offers_are_a_logit_choice_with_the_votes_at_home_as_they_are_foreseen_then():
    game, d = plain.random_game(4, foresees=True, taup=0.05)
    bar, session = d[0, 7] + 0.02, 7
    worlds = np.zeros(len(EVEN), dtype=int)
    chosen = offer(
        game, bar[None], worlds, worlds + 1, EVEN, session=session, no_deal=d[:, session]
    )
    demands, worth = plain.foreseen(game, session, bar, d[0, session], game.table[0].T)
    passes = plain.chance_to_pass(
        game, plain.answers_of(game.table[0].T, demands, game.noise[0]), 1
    )
    gain = passes * np.maximum(worth[:, 1], 0)
    shares = np.bincount(chosen, minlength=40) / len(EVEN)
    assert shares == pytest.approx(plain.logit(gain, game.offer_noise[0, 1]), abs=1e-4)
    early = offer(game, bar[None], worlds, worlds + 1, EVEN, session=0, no_deal=d[:, session])
    assert (early != chosen).any()


# --- What is left out, and where values lead ------------------------------------------------------


def test_packages_that_do_not_count_are_left_out():
    game, d = plain.random_game(3, packages=300, taup=1e-4)
    menu = menu_of(game)
    stretch = Stretch(menu, np.flatnonzero(game.turns[0, 0]))
    for session in (11, 10, 9):
        stretch.at(outlook(game, session, d[:, 11] + 1e-5 * session, d[:, 11]))
    assert stretch.menu.left_out > 150
    assert stretch.menu.left_out + stretch.menu.size == 300


def test_packages_are_chosen_anew_only_where_a_box_is_left_or_too_wide():
    game, d = plain.random_game(3, packages=300, taup=1e-4)
    stretch = Stretch(menu_of(game), np.arange(3))
    bar = d[:, 11]
    first = stretch.at(outlook(game, 0, bar, bar))
    assert stretch.at(outlook(game, 0, bar + 1e-3, bar)) is first
    assert stretch.at(outlook(game, 0, bar + 0.2, bar)) is not first


@given(SEEDS, st.booleans())
@settings(max_examples=20)
def test_a_draw_of_a_large_game_does_not_depend_on_the_draws_beside_it(seed, foresees):
    pairs = [plain.random_game(seed + more, foresees=foresees) for more in range(3)]
    game, d = pairs[0][0], np.concatenate([path for _, path in pairs])
    per_draw = ("table", "noise", "offer_noise", "discount")
    stacked = {
        name: np.concatenate([getattr(other, name) for other, _ in pairs]) for name in per_draw
    }
    home = game.votes_at_home
    if home is not None:
        home = home.of_draws(np.zeros(3, dtype=int))
    turns = np.repeat(game.turns, 3, axis=0)
    game = replace(game, **stacked, turns=turns, votes_at_home=home)
    whole = pruned(game, d)
    for draw in range(3):
        alone = pruned(game.of_draws(np.array([draw])), d[draw : draw + 1])
        np.testing.assert_array_equal(alone.value[0], whole.value[draw])


@given(SEEDS)
def test_the_limit_of_a_linear_path_is_found_from_its_steps(seed):
    rng = np.random.default_rng(seed)
    shrinks, rest = 0.3 * rng.uniform(-1, 1, (3, 3)), rng.random(3)
    path = [rng.random(3)]
    for _ in range(4):
        path.append(rest + shrinks @ (path[-1] - rest))
    path = np.array(path)[:, None]
    guess, sound = limit(path[:-1], path[1:])
    if sound[0]:
        np.testing.assert_allclose(guess[0], rest, atol=1e-6)


def test_no_limit_is_guessed_where_steps_grow():
    path = np.array([[0.0], [1.0], [3.0], [7.0]])[:, None]
    assert not limit(path[:-1], path[1:])[1][0]
