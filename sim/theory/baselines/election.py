"""The probabilistic Condorcet election of KTAB, over all issues as one space.

Every actor's position stands against every other's; actors vote with their influence times what
they prefer one by, and odds are shares of strength (Wise, Lester & Efird 2015). A first pass gives
risk attitudes in the manner of Bueno de Mesquita, a second the probabilities. Nobody moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.draws.streams import Floats
from sim.theory.baselines.cases import Case
from sim.theory.baselines.positions import strengths

FULL_SCALE = 100.0  # positions are read as per cent of a scale
_LEAST_STRENGTH = 1e-8


@dataclass(frozen=True)
class Election:
    """The outcome of an election.

    Attributes:
        probability: that each actor's position wins: (A,). Actors at one position each carry
            all of its probability, so that the sum may exceed 1.
        risk: attitude to risk of each actor: (A,), from -0.5 (accepting it: values convex in
            distance) to 1 (averse: concave).
        largest_distance: between a voter and a position; above 1 the values lose their meaning.
    """

    probability: Floats
    risk: Floats
    largest_distance: float


def election(case: Case) -> Election:
    """Return each actor's probability that its position wins, and its risk attitude."""
    near = distances(case, case.position)
    first = _winning(case.capability, 1 - near)
    risk = risk_attitude(first)
    # Equal positions are one option in this pass only; R is the voter's own.
    options, option_of = np.unique(case.position, axis=0, return_inverse=True)
    far = distances(case, options)
    second = _winning(case.capability, (1 - far) * (1 + far * risk[:, None]))
    return Election(second[option_of.ravel()], risk, float(near.max()))


def distances(case: Case, options: Floats) -> Floats:
    """Return how far each actor is from each option (O, I), as its saliences weigh it: (A, O).

    The root of sum (salience x difference)^2 over sum salience^2; 0 for who cares for nothing.
    """
    difference = (case.position[:, None, :] - options) / FULL_SCALE
    squares = (case.salience**2).sum(axis=1, keepdims=True)
    weighed = ((case.salience[:, None, :] * difference) ** 2).sum(axis=2)
    return np.sqrt(weighed / np.where(squares > 0, squares, 1.0))


def risk_attitude(probability: Floats) -> Floats:
    """Return R (A,): -0.5 for the least likely winner, 1 for the likeliest, 0 if all are alike."""
    low, high = probability.min(), probability.max()
    if high - low <= 1e-9 * high:
        return np.zeros_like(probability)
    return np.asarray(-0.5 + 1.5 * (probability - low) / (high - low))


def _winning(influence: Floats, value: Floats) -> Floats:
    """Return the probability that each option wins, given the voters' values (V, O): (O,).

    Proportional to the product of its pairwise probabilities, 1/2 against itself among them.
    """
    strength = strengths(influence, value) + _LEAST_STRENGTH
    # Linear votes have no cycles: the best option has 1/2 or more against each, so the product
    # over hundreds of options is no 0.
    score = (strength / (strength + strength.T)).prod(axis=1)
    return np.asarray(score / score.sum())
