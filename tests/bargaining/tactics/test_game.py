"""Known splits of theory, limits of noise, and the fixed point against brute force."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from sim.bargaining.tactics import game as games
from sim.bargaining.tactics.game import Game, outlook
from sim.bargaining.tactics.menu import chance_of_quota, menu_of
from sim.bargaining.tactics.solution import solve
from tests.bargaining.tactics.offers import offer

with (Path(__file__).parents[2] / "reference/offers.csv").open(encoding="utf-8") as table:
    SPLITS = list(csv.DictReader(table))

EVEN = (np.arange(20_000) + 0.5) / 20_000  # uniforms that leave nothing to chance


def game_of(utilities, turns, *, tau, taup, discount, signs=None, share=None, votes=None):
    """A game of one draw over listed packages, worth utilities (P, A); turns (K, A)."""
    utilities = np.asarray(utilities, dtype=float)
    packages, actors = utilities.shape
    return Game(
        table=utilities.T[None],
        texts=np.arange(packages)[:, None],
        signs=np.ones((packages, actors), bool) if signs is None else np.asarray(signs),
        noise=np.full((1, actors), tau),
        offer_noise=np.full((1, actors), taup),
        discount=np.broadcast_to(np.asarray(discount, float), (1, actors)),
        turns=np.asarray(turns, float)[None],
        share=share,
        votes=None if votes is None else np.asarray(votes, float)[None],
    )


def in_turn(actors):
    return np.eye(actors)


def by_lot(actors):
    return np.full((1, actors), 1 / actors)


def pie(actors, parts):
    """Every division of a pie of 1 in equal parts among the actors: (P, A)."""

    def divisions(left, actors):
        if actors == 1:
            yield (left,)
            return
        for mine in range(left + 1):
            for rest in divisions(left - mine, actors - 1):
                yield (mine, *rest)

    return np.array(list(divisions(parts, actors))) / parts


def coalitions(actors, quota, parts):
    """The divisions that give all partners of a least winning coalition the same: (P, A)."""
    rows = set()
    for proposer in range(actors):
        others = [actor for actor in range(actors) if actor != proposer]
        for partners in combinations(others, quota - 1):
            for theirs in range(parts // quota + 1):
                row = [0] * actors
                for partner in partners:
                    row[partner] = theirs
                row[proposer] = parts - theirs * (quota - 1)
                rows.add(tuple(row))
    return np.array(sorted(rows)) / parts


def chances_to_accept(game, threshold):
    """Each actor's chance to accept each package at thresholds (D, A): (A, D, P)."""
    menu = menu_of(game)
    return 1 / menu.answers(menu.shortfall(outlook(game, 0, threshold, threshold)))


def no_deal(*values, sessions=1):
    return np.tile(np.array(values, dtype=float), (1, sessions, 1))


def distribution_of_offers(game, threshold, proposer):
    """Shares of packages that one actor offers, at thresholds (A,)."""
    worlds = np.zeros(len(EVEN), dtype=int)
    chosen = offer(game, np.array([threshold]), worlds, worlds + proposer, EVEN)
    return np.bincount(chosen, minlength=len(game.texts)) / len(EVEN)


# --- Splits that theory knows ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", SPLITS, ids=lambda r: "-".join((r["case"], r["actors"], r["quota"], r["discounts"]))
)
def test_the_proposer_has_the_share_that_theory_gives_it(row):
    actors, quota, parts = int(row["actors"]), int(row["quota"]), int(row["parts"])
    packages = pie(actors, parts) if row["packages"] == "all" else coalitions(actors, quota, parts)
    turns = in_turn(actors) if row["order"] == "rotation" else by_lot(actors)
    noise = 1 / (parts * (10 if row["case"] == "rubinstein" else 30))
    game = game_of(
        packages,
        turns,
        tau=noise,
        taup=noise / 30,
        discount=[float(d) for d in row["discounts"].split()],
        share=None if quota == actors else quota / actors,
        votes=np.ones(actors),
    )
    found = solve(game, no_deal(*[0.0] * actors))
    share = found.value[0, 0, 0]
    if row["order"] == "random":
        share = value_of_being_recognised(game, found.threshold[0, 0], 0)
    print(f"{row['case']}: {share:.4f}, in theory {float(row['expected']):.4f}")
    assert found.step[0] < 1e-9
    assert share == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))


def value_of_being_recognised(game, threshold, proposer):
    bar, actors = np.array([threshold]), np.arange(len(threshold))
    offers = menu_of(game).offers(outlook(game, 0, bar, bar), actors)
    passes = offers.passes[proposer, 0]
    offers = distribution_of_offers(game, threshold, proposer)
    worth = passes * game.utility[proposer, 0] + (1 - passes) * threshold[proposer]
    return (offers * worth).sum()


@pytest.mark.parametrize("discount", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("turns", [in_turn(2), by_lot(2)], ids=["in turn", "by lot"])
def test_agreement_is_immediate_as_noise_vanishes(turns, discount):
    game = game_of(pie(2, 100), turns, tau=2e-4, taup=1e-6, discount=discount)
    assert solve(game, no_deal(0, 0)).agreement[0, 0] > 0.99


def test_the_more_patient_actor_gains_and_so_does_the_better_no_deal():
    def value(discount, d):
        game = game_of(pie(2, 100), by_lot(2), tau=1e-3, taup=1e-5, discount=discount)
        return solve(game, no_deal(*d)).value[0, 0]

    assert value([0.9, 0.9], [0, 0]) == pytest.approx([0.5, 0.5], abs=0.02)
    assert value([0.95, 0.9], [0, 0])[0] > 0.55
    assert value([0.9, 0.9], [0.3, 0])[0] > 0.55


# --- Whether an agreement is possible -------------------------------------------------------------


def random_packages(seed, actors):
    rng = np.random.default_rng(seed)
    return rng.random((8, actors)), rng.uniform(0.1, 0.9, actors)


@given(st.integers(0, 10_000), st.integers(2, 4))
def test_one_round_is_signed_exactly_when_some_package_beats_no_deal_for_all(seed, actors):
    utilities, d = random_packages(seed, actors)
    game = game_of(utilities, by_lot(actors), tau=1e-9, taup=1e-9, discount=0.9)
    possible = (utilities > d).all(axis=1).any()
    found = solve(game, no_deal(*d), beyond=0)
    assert found.agreement[0, 0] == pytest.approx(float(possible), abs=1e-3)


@given(st.integers(0, 10_000), st.integers(2, 4))
@settings(max_examples=30)
def test_no_agreement_is_ever_made_when_no_package_suits_all(seed, actors):
    utilities, d = random_packages(seed, actors)
    utilities[(utilities > d).all(axis=1), 0] = d[0] - 0.05
    game = game_of(utilities, by_lot(actors), tau=1e-9, taup=1e-9, discount=0.9)
    found = solve(game, no_deal(*d, sessions=20))
    assert found.agreement.max() < 1e-6
    np.testing.assert_allclose(found.value, no_deal(*d, sessions=20), atol=1e-9)


def test_an_actor_need_not_sign_an_offer_of_its_own_that_hurts_it():
    """Every package suits the other, none suits it, and it must offer one of them."""
    game = game_of([[0.2, 0.9], [0.1, 0.8]], in_turn(2), tau=0.01, taup=0.01, discount=0.9)
    found = solve(game, no_deal(0.5, 0.1, sessions=5))
    assert found.agreement.max() < 1e-9


def test_who_need_not_sign_cannot_block():
    utilities, signs = [[0.6, 0.6, -1.0], [0.1, 0.1, 1.0]], [[True, True, False]] * 2
    game = game_of(utilities, by_lot(3), tau=1e-9, taup=1e-9, discount=0.9, signs=signs)
    found = solve(game, no_deal(0.3, 0.3, 0.3), beyond=0)
    assert found.agreement[0, 0] == pytest.approx(2 / 3, abs=1e-6)  # the third would not offer it


def test_a_tie_is_accepted_where_answers_are_exact():
    game = game_of([[0.5, 0.5], [0.9, 0.4]], by_lot(2), tau=0, taup=0, discount=0.9)
    answers = chances_to_accept(game, np.array([[0.5, 0.5]]))
    assert answers[:, 0] == pytest.approx(np.array([[1.0, 1.0], [1.0, 0.0]]), abs=1e-30)
    assert distribution_of_offers(game, [0.4, 0.5], 0).tolist() == [1.0, 0.0]


# --- Limits of noise ------------------------------------------------------------------------------


@pytest.mark.parametrize("tau", [1e12, np.inf])
def test_very_noisy_signatories_accept_half_of_the_time(tau):
    signs = [[True, True, False], [True, False, True]]
    game = game_of(np.eye(3)[:2], by_lot(3), tau=tau, taup=0.1, discount=0.9, signs=signs)
    answers = chances_to_accept(game, np.zeros((1, 3)))[:, 0].T
    np.testing.assert_allclose(answers, np.where(signs, 0.5, 1.0), atol=1e-9)


@pytest.mark.parametrize("taup", [1e12, np.inf])
def test_very_imprecise_offers_are_uniform_over_packages(taup):
    game = game_of(pie(2, 7), in_turn(2), tau=0.1, taup=taup, discount=0.9)
    assert distribution_of_offers(game, [0.3, 0.4], 1) == pytest.approx(1 / 8, abs=1e-4)


@given(st.integers(0, 10_000))
@settings(max_examples=30)
def test_offers_are_a_logit_choice_among_expected_values(seed):
    rng = np.random.default_rng(seed)
    utilities, bar, tau, taup = rng.random((6, 3)), rng.random(3), 0.1, rng.uniform(0.01, 0.5)
    game = game_of(utilities, by_lot(3), tau=tau, taup=taup, discount=0.9)
    passes = special.expit((utilities[:, 1:] - bar[1:]) / tau).prod(axis=1)
    passes *= utilities[:, 0] >= bar[0]
    expected = special.softmax((passes * utilities[:, 0] + (1 - passes) * bar[0]) / taup)
    assert distribution_of_offers(game, bar, 0) == pytest.approx(expected, abs=1e-4)


def test_offers_that_nobody_would_sign_are_counted():
    game = game_of([[1.0, -9.0], [-9.0, 1.0]], in_turn(2), tau=0.1, taup=1.0, discount=0.9)
    found = solve(game, no_deal(0, 0, sessions=3))
    assert found.hopeless == pytest.approx(1.0, abs=1e-3)
    fair = game_of([[0.9, 0.9]], in_turn(2), tau=0.1, taup=1.0, discount=0.9)
    assert solve(fair, no_deal(0, 0, sessions=3)).hopeless == [0.0]


# --- The fixed point, against brute force ---------------------------------------------------------


def some_game(seed, *, quota=False, rotation=False):
    """Three actors, six packages, every number at random; who must sign differs by package."""
    rng = np.random.default_rng(seed)
    signs = np.ones((6, 3), dtype=bool)
    signs[:3, 2] = False
    game = game_of(
        rng.random((6, 3)),
        in_turn(3)[[1, 2, 0]] if rotation else [[0.5, 0.3, 0.2]],
        tau=rng.uniform(0.05, 0.2),
        taup=rng.uniform(0.02, 0.1),
        discount=rng.uniform(0.5, 0.95, 3),
        signs=signs,
        share=0.6 if quota else None,
        votes=[0.5, 0.3, 0.4],
    )
    return game, rng.uniform(0.1, 0.6, (1, 12, 3))


def is_met(game, package, yes):
    votes = game.votes[0] * game.signs[package]
    if game.share is None:
        return all(np.array(yes)[game.signs[package]])
    return (votes * yes).sum() >= game.share * votes.sum() - 1e-12


def value_by_hand(game, session, bar):
    """W at a session from the thresholds (A,) in it, going through every pattern of answers."""
    actors, utilities = range(len(bar)), game.table[0].T
    logistic = special.expit((utilities - bar) / game.noise[0])
    value = np.zeros(len(bar))
    for proposer in actors:
        passes = np.zeros(len(utilities))
        for package, yes in product(range(len(utilities)), product([0, 1], repeat=len(bar))):
            if yes[proposer] and is_met(game, package, yes):
                q = logistic[package]
                chances = [q[j] if yes[j] else 1 - q[j] for j in actors if j != proposer]
                passes[package] += np.prod(chances)
        passes *= utilities[:, proposer] >= bar[proposer]
        own = passes * utilities[:, proposer] + (1 - passes) * bar[proposer]
        offers = special.softmax(own / game.offer_noise[0, proposer])
        chance = game.turns[0, session % game.turns.shape[1], proposer]
        worth = passes[:, None] * utilities + (1 - passes)[:, None] * bar
        value += chance * (offers[:, None] * worth).sum(axis=0)
    return value


@pytest.mark.parametrize("quota", [False, True], ids=["unanimity", "quota"])
@pytest.mark.parametrize("rotation", [False, True], ids=["by lot", "in turn"])
@pytest.mark.parametrize("seed", range(3))
def test_thresholds_fit_the_chances_of_acceptance_that_they_imply(seed, rotation, quota):
    game, d = some_game(seed, quota=quota, rotation=rotation)
    found = solve(game, d)
    cycle, delta = game.turns.shape[1], game.discount[0]
    for session in range(d.shape[1]):
        by_hand = value_by_hand(game, session, found.threshold[0, session])
        assert found.value[0, session] == pytest.approx(by_hand, abs=1e-9)
        if session + 1 < d.shape[1]:
            later = found.value[0, session + 1]
            bar = (1 - delta) * d[0, session] + delta * later
            assert found.threshold[0, session] == pytest.approx(bar, abs=1e-12)
    steady = solve(game, np.tile(d[:, -1:], (1, cycle, 1)))  # what follows the last session
    after = steady.value[0, d.shape[1] % cycle]
    bar = (1 - delta) * d[0, -1] + delta * after
    assert found.step[0] < 1e-12
    assert found.threshold[0, -1] == pytest.approx(bar, abs=1e-9)


@pytest.mark.parametrize("votes", [[1, 1, 1], [0.5, 0.3, 0.4], [0.7, 0.2, 0.1]])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.6, 1.0])
def test_a_quota_is_met_as_often_as_a_count_of_all_coalitions_says(votes, share):
    game, _ = some_game(5, quota=True)
    game = replace(game, share=share, votes=np.array([votes], dtype=float))
    answers = np.random.default_rng(6).random((3, 1, 6))
    for proposer, package in product(range(3), range(6)):
        expected = 0.0
        for yes in product([0, 1], repeat=3):
            if yes[proposer] and is_met(game, package, yes):
                q = answers[:, 0, package]
                expected += np.prod(
                    [q[j] if yes[j] else 1 - q[j] for j in range(3) if j != proposer]
                )
        found = chance_of_quota(menu_of(game), 1 / answers, proposer)[0, package]
        assert found == pytest.approx(expected, abs=1e-12)


# --- Time, draws, memory --------------------------------------------------------------------------


def test_where_nothing_changes_every_session_of_a_cycle_is_alike():
    game, d = some_game(7, rotation=True)
    steady = np.tile(d[:, :1], (1, 30, 1))
    found = solve(game, steady)
    np.testing.assert_allclose(found.value[:, :3], found.value[:, 27:], atol=1e-9)
    np.testing.assert_allclose(found.value[:, :3], solve(game, steady[:, :3]).value, atol=1e-9)


def test_only_the_sessions_asked_for_are_kept_and_they_are_the_same():
    game, d = some_game(8)
    whole, some = solve(game, d), solve(game, d, sessions=4)
    np.testing.assert_array_equal(whole.threshold[:, :4], some.threshold)
    np.testing.assert_array_equal(whole.value[:, :4], some.value)


def test_an_actor_foresees_that_no_deal_will_get_worse():
    game = game_of(pie(2, 50), by_lot(2), tau=0.01, taup=1e-3, discount=0.9)
    steady = no_deal(0.4, 0.1, sessions=3)
    falling = steady.copy()
    falling[0, 1:, 0] = 0.1
    assert solve(game, falling).threshold[0, 0, 0] < solve(game, steady).threshold[0, 0, 0] - 0.1


def many(seeds):
    """The games of several seeds, as draws of one game, with their paths of no deal."""
    pairs = [some_game(seed) for seed in seeds]
    names = ("table", "noise", "offer_noise", "discount", "turns")
    stacked = {name: np.concatenate([getattr(game, name) for game, _ in pairs]) for name in names}
    return replace(pairs[0][0], **stacked, votes=None), np.concatenate([d for _, d in pairs])


def test_a_draw_does_not_depend_on_the_draws_beside_it():
    game, d = many(range(20))
    whole = solve(game, d)
    for draw in (0, 7, 19):
        alone = solve(game.of_draws(np.array([draw])), d[draw : draw + 1])
        np.testing.assert_array_equal(alone.threshold[0], whole.threshold[draw])
        assert alone.step[0] == whole.step[draw]


def test_a_world_is_offered_the_same_whatever_the_worlds_beside_it():
    game, d = many(range(20))
    bar = solve(game, d).threshold[:, 0]
    rng = np.random.default_rng(1)
    draw, speaker, u = np.sort(rng.integers(0, 20, 500)), rng.integers(0, 3, 500), rng.random(500)
    whole = offer(game, bar, draw, speaker, u)
    some = np.array([3, 250, 499])
    np.testing.assert_array_equal(whole[some], offer(game, bar, draw[some], speaker[some], u[some]))


def test_a_few_draws_at_a_time_give_the_same(monkeypatch):
    game, d = many(range(7))
    whole = solve(game, d)
    monkeypatch.setattr(games, "_CHUNK", 12)  # two draws of six packages
    assert [part.stop - part.start for part in game.chunks()] == [2, 2, 2, 2]
    np.testing.assert_array_equal(solve(game, d).value, whole.value)


def test_talks_that_never_settle_are_known_by_their_last_step():
    """Best replies over coarse packages may go round in circles: no point is stationary."""
    game = game_of(pie(2, 100), in_turn(2), tau=1e-3, taup=1e-3, discount=0.9)
    assert solve(game, no_deal(0, 0)).step[0] > 1e-3
    finer = game_of(pie(2, 200), in_turn(2), tau=5e-4, taup=5e-4, discount=0.9)
    assert solve(finer, no_deal(0, 0)).step[0] <= 1e-12
