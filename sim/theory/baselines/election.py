"""The probabilistic Condorcet election of KTAB, over all issues as one space.

Every actor's position stands against every other's; actors vote with their influence times what
they prefer one by, and odds are shares of strength (Wise, Lester & Efird 2015). A first pass gives
risk attitudes in the manner of Bueno de Mesquita, a second the probabilities. Nobody moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from sim.draws.streams import Floats
from sim.errors import Problem, ScenarioError, problem
from sim.theory.baselines.cases import Case
from sim.theory.baselines.positions import strengths, weighted_mean

_LEAST_STRENGTH = 1e-10  # as a share of all influence


@dataclass(frozen=True)
class Scale:
    """The scale that positions are read on: distances are shares of its length.

    Raises:
        ScenarioError: when it has no length.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse ends that are none."""
        if not (isfinite(self.high - self.low) and self.low < self.high):
            rule = "must be LOW:HIGH, the first below the second"
            raise ScenarioError(Problem("scale", rule, str(self)))

    def __str__(self) -> str:
        """Return its ends.

        >>> str(Scale(0, 100))
        '0:100'
        """
        return f"{self.low:.10g}:{self.high:.10g}"

    def holds(self, position: Floats) -> bool:
        """Return whether all positions lie on it."""
        return bool(self.low <= position.min() and position.max() <= self.high)


def read_scale(text: str) -> Scale:
    """Return the scale that is written LOW:HIGH.

    Raises:
        ScenarioError: when it is none.

    >>> read_scale("0:100")
    Scale(low=0.0, high=100.0)
    """
    try:
        low, high = map(float, text.split(":"))
    except ValueError:
        raise problem("scale", "must be LOW:HIGH, such as 0:100", text) from None
    return Scale(low, high)


USUAL_SCALES = (Scale(0, 1), Scale(0, 10), Scale(0, 100))


@dataclass(frozen=True)
class Election:
    """The outcome of an election.

    Attributes:
        probability: that each actor's position wins: (A,). Actors at one position each carry
            all of its probability, so that the sum may exceed 1.
        risk: attitude to risk of each actor: (A,), from -0.5 (accepting it: values convex in
            distance) to 1 (averse: concave).
        scale: that the positions were read on, in all issues.
    """

    probability: Floats
    risk: Floats
    scale: Scale


def election(case: Case, scale: Scale | None = None) -> Election:
    """Return each actor's probability that its position wins, and its risk attitude.

    The second pass depends on how long the scale is beside the distances. Where none is stated,
    it is the one that `scale_of` finds.

    Raises:
        ScenarioError: when positions lie beyond the scale that is stated.
    """
    case, scale = _all_taking_part(case), scale or scale_of(case)
    if not scale.holds(case.position):
        lowest, highest = case.position.min(), case.position.max()
        rule = f"must hold all positions, which go from {lowest:g} to {highest:g}"
        raise ScenarioError(Problem("scale", rule, str(scale)))
    first = _winning(case.capability, 1 - distances(case, case.position, scale))
    risk = risk_attitude(first)
    # Equal positions are one option in this pass only; R is the voter's own.
    options, option_of = np.unique(case.position, axis=0, return_inverse=True)
    far = distances(case, options, scale)
    second = _winning(case.capability, (1 - far) * (1 + far * risk[:, None]))
    return Election(second[option_of.ravel()], risk, scale)


def _all_taking_part(case: Case) -> Case:
    """Return a case in which everybody stands somewhere: KTAB knows of no absent actors.

    Who takes no part in an issue does not care for it, and leaves it to the others: its winning
    would settle it at their weighted mean.
    """
    issues = [case.issue(name) for name in case.issues]
    means = [weighted_mean(issue.position, issue.weight) for issue in issues]
    return replace(
        case,
        position=np.where(case.takes_part, case.position, means),
        salience=np.where(case.takes_part, case.salience, 0.0),
    )


def scale_of(case: Case) -> Scale:
    """Return the first of 0..1, 0..10 and 0..100 that holds all positions; else their range."""
    stated = case.position[case.takes_part]
    low, high = float(stated.min()), float(stated.max())
    usual = (scale for scale in USUAL_SCALES if scale.holds(stated))
    return next(usual, None) or Scale(low, high if high > low else low + 1)


def distances(case: Case, options: Floats, scale: Scale) -> Floats:
    """Return how far each actor is from each option (O, I), as its saliences weigh it: (A, O).

    The root of sum (salience x difference)^2 over sum salience^2, the differences as shares of the
    scale; 0 for who cares for nothing.
    """
    difference = (case.position[:, None, :] - options) / (scale.high - scale.low)
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
    strength = strengths(influence, value) + _LEAST_STRENGTH * influence.sum()
    # Linear votes have no cycles: the best option has 1/2 or more against each, so the product
    # over hundreds of options is no 0.
    score = (strength / (strength + strength.T)).prod(axis=1)
    return np.asarray(score / score.sum())
