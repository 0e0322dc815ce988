"""The game of the tactic `equilibrium`, played as its equations say, without short cuts."""

from itertools import product

import numpy as np
from scipy import special

from sim.bargaining.tactics.foresight import Foresight
from sim.bargaining.tactics.game import Game

ROUNDING = 1e-12


def random_game(seed, *, packages=40, actors=3, tau=0.05, taup=3e-3, share=None, foresees=False):
    """A game of one draw with numbers at random, and a path of no deal of 12 sessions."""
    rng = np.random.default_rng(seed)
    signs = rng.random((packages, actors)) < 0.8
    signs[:, 0] = True
    game = Game(
        table=rng.random((1, actors, packages)),
        texts=np.arange(packages)[:, None],
        signs=signs,
        noise=tau * rng.uniform(0.5, 1.5, (1, actors)),
        offer_noise=taup * rng.uniform(0.5, 1.5, (1, actors)),
        discount=rng.uniform(0.5, 0.98, (1, actors)),
        turns=rng.dirichlet(np.ones(actors), (1, int(rng.integers(1, 3)))),
        share=share,
        votes=None if share is None else rng.uniform(0.2, 1, (1, actors)),
        votes_at_home=foresight_of(rng, packages, actors) if foresees else None,
    )
    start = rng.uniform(0.1, 0.6, (1, 1, actors))
    return game, start + rng.normal(0, 0.01, (1, 12, actors)).cumsum(axis=1)


def foresight_of(rng, packages, actors, **changes):
    """Votes at home with numbers at random; the last actor has no body."""
    numbers = {
        "home": rng.random((1, actors, packages)),
        "theta": rng.uniform(0.2, 0.6, (1, 1, actors))
        + rng.normal(0, 0.01, (1, 12, actors)).cumsum(axis=1),
        "people_noise": rng.uniform(0.1, 0.3, (1, actors)),
        "floor": rng.uniform(0, 0.2, (1, actors)),
        "ceiling": rng.uniform(0, 0.2, (1, actors)),
        "quota": rng.uniform(0.4, 0.6, (1, actors)),
        "vote_noise": rng.uniform(0.02, 0.1, (1, actors)),
        "decides": np.arange(actors) < rng.integers(1, actors, (packages, 1)),
        "anticipates": rng.random(actors) < 0.8,
        "cost": rng.uniform(0, 0.1, (1, actors)),
        "again": rng.random(1),
    }
    return Foresight(**{**numbers, **changes})


def chance_at_home(game, session):
    """p(x), that all bodies ratify, of one draw: (P,)."""
    home = game.votes_at_home
    theta = home.theta[0, min(session, home.theta.shape[1] - 1)]
    utility = home.home[0][:, game.texts].sum(axis=2).T
    back = special.expit((utility - theta) / home.people_noise[0])
    support = home.floor[0] + (1 - home.floor[0] - home.ceiling[0]) * back
    chances = special.expit((support - home.quota[0]) / home.vote_noise[0])
    return np.where(home.decides, chances, 1.0).prod(axis=1)


def play(game, session, bar, d):
    """W (A,), the chance of a signature and the hopeless mass in a session at thresholds (A,)."""
    utility = game.table[0][:, game.texts].sum(axis=2).T
    demands, worth = np.tile(bar, (len(utility), 1)), utility - bar
    if game.votes_at_home is not None:
        demands, worth = foreseen(game, session, bar, d, utility)
    answers = answers_of(utility, demands, game.noise[0])
    value, agreement, hopeless = bar.copy(), 0.0, 0.0
    for proposer, turn in enumerate(game.turns[0, session % game.turns.shape[1]]):
        passes = chance_to_pass(game, answers, proposer) * (worth[:, proposer] >= -ROUNDING)
        offers = logit(passes * worth[:, proposer], game.offer_noise[0, proposer])
        value += turn * (offers * passes) @ worth
        agreement += turn * (offers * passes).sum()
        hopeless += turn * offers[passes < 0.01].sum()
    return value, agreement, hopeless


def foreseen(game, session, bar, d, utility):
    """What each demands A_i(x), and what a signature is worth to it v_i(x) - R_i: (P, A) each."""
    home, p = game.votes_at_home, chance_at_home(game, session)[:, None]
    bracket = (1 - home.again[0]) * (bar - d) + home.cost[0]
    bracket = np.where(home.anticipates, bracket, 0.0)
    p = np.where(home.anticipates, p, 1.0)
    value = p * utility + (1 - p) * (home.again[0] * bar + (1 - home.again[0]) * d - home.cost[0])
    with np.errstate(divide="ignore", invalid="ignore"):
        extra = np.where(bracket == 0, 0.0, (1 - p) / p * bracket)
    return bar + extra, value - bar


def answers_of(utility, demands, noise):
    """The chances to accept: (P, A)."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        chances = special.expit((utility - demands) / noise)
    return np.where(noise == 0, utility >= demands - ROUNDING, chances)


def chance_to_pass(game, answers, proposer):
    """The chance that each package is signed, going through every pattern of answers: (P,)."""
    answers = answers.copy()
    answers[:, proposer] = 1.0
    if game.share is None:
        return np.where(game.signs, answers, 1.0).prod(axis=1)
    chance, votes = np.zeros(len(answers)), game.votes[0] * game.signs
    for yes in product([False, True], repeat=answers.shape[1]):
        met = (votes * yes).sum(axis=1) >= game.share * votes.sum(axis=1) - ROUNDING
        chance += met * np.where(yes, answers, 1 - answers).prod(axis=1)
    return chance


def logit(scores, temperature):
    if temperature == 0:
        best = scores >= scores.max() - ROUNDING
        return best / best.sum()
    return special.softmax(scores / temperature)


def solve(game, no_deal, later=None):
    """W, R (T, A), the chances of a signature and the hopeless mass (T,), backwards from W."""
    later, delta, found = no_deal[-1] if later is None else later, game.discount[0], []
    for session in reversed(range(len(no_deal))):
        bar = (1 - delta) * no_deal[session] + delta * later
        later, agreement, hopeless = play(game, session, bar, no_deal[session])
        found.append((later, bar, agreement, hopeless))
    return [np.array(part) for part in zip(*reversed(found), strict=True)]
