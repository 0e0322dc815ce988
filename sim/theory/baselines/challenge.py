"""Bueno de Mesquita's expected utility model: actors challenge each other, and give way.

The model of Bueno de Mesquita (1985, 1994, 2002) in the reading of Scholz, Calbert & Smith
(2011, Journal of Theoretical Politics 23: 510), with their success probability over all pairs
of positions and certainty of no change without a challenge (Q = 1). One issue at a time; it need
not settle, and a round is no unit of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.draws.streams import Floats
from sim.theory.baselines.cases import Issue
from sim.theory.baselines.positions import ROUNDING, strengths


class Compromise(StrEnum):
    """Which of several compromises an actor agrees to."""

    PUBLISHED = "published"
    LEAST_MOVE = "least_move"

    @property
    def summary(self) -> str:
        """Return it in a line."""
        return {
            Compromise.PUBLISHED: "the one whose mean of the two positions, weighted by the "
            "stakes, is lowest: the paper's figures come from this",
            Compromise.LEAST_MOVE: "the one that moves the actor least: the paper's text says this",
        }[self]


@dataclass(frozen=True)
class Rounds:
    """How the positions went.

    Attributes:
        position: where each actor stood after each round, round 0 first: (T + 1, A).
        settled: the first round after which nobody would move any more; None if none was seen.
    """

    position: Floats
    settled: int | None


def challenge(issue: Issue, rounds: int = 10, choice: Compromise = Compromise.PUBLISHED) -> Rounds:
    """Return the positions after each round of challenges; all actors move at once."""
    path = [issue.position]
    settled = None
    for number in range(rounds + 1):
        following = next_positions(issue, path[-1], choice)
        if (np.abs(following - path[-1]) <= ROUNDING * issue.span).all():
            settled = number
            break
        path.append(following)
    path += [path[-1]] * (rounds + 1 - len(path))
    return Rounds(np.stack(path[: rounds + 1]), settled)


def next_positions(issue: Issue, position: Floats, choice: Compromise) -> Floats:
    """Return where actors who stand at some positions (A,) go in one round: (A,)."""
    # danger_i: what the others together expect of challenging i, all risk-neutral.
    neutral = np.ones(len(position))
    odds = success_probability(issue, position, neutral)
    danger = expected_utility(issue, position, odds, neutral).sum(axis=0)
    exponent = risk_exponent(danger)
    # E_ij and E_ji, both as i sees them: i is the challenger in the one, the target in the other.
    odds = success_probability(issue, position, exponent)
    own = expected_utility(issue, position, odds, exponent[:, None])
    others = expected_utility(issue, position, odds, exponent[None, :]).T
    success, failure = _changes(issue, position, exponent[:, None])
    tie = ROUNDING * (success - failure)
    moves = [
        _move(here, position, own[i], others[i], tie[i], issue.span, choice)
        for i, here in enumerate(position)
    ]
    return np.array(moves)


def expected_utility(issue: Issue, position: Floats, odds: Floats, exponent: Floats) -> Floats:
    """Return what each actor (row) gains by challenging each other (column): (A, A).

    E = s_j (P u_s + (1 - P) u_f) + (1 - s_j) u_s - u_0: a target resists as far as it cares. The
    outcomes are valued by the risk exponents of the challengers (A, 1) or the targets (1, A).
    """
    success, failure = _changes(issue, position, exponent)
    resisted = odds * success + (1 - odds) * failure
    return np.asarray(issue.salience * resisted + (1 - issue.salience) * success)


def _changes(issue: Issue, position: Floats, exponent: Floats) -> tuple[Floats, Floats]:
    """Return what success and failure change, u_s - u_0 and u_f - u_0: (A, A) each.

    With d = |x_i - x_j| / D: u_s = 2 - 4 (1/2 - d/2)^r, u_f = 2 - 4 (1/2 + d/2)^r and
    u_0 = 2 - 4 (1/2)^r. Taken together before they are rounded, so that the changes of actors who
    stand close are small and as exact as those of others.
    """
    distance = np.minimum(_distances(issue, position), 1)
    with np.errstate(divide="ignore"):  # log 0, of success against the other end: it changes all
        nearer, farther = np.log1p(-distance), np.log1p(distance)
    unit = -4 * 0.5**exponent
    return unit * np.expm1(exponent * nearer), unit * np.expm1(exponent * farther)


def success_probability(issue: Issue, position: Floats, exponent: Floats) -> Floats:
    """Return the probability that each actor's position (row) beats each other's: (A, A).

    P_ij = sum_k max(0, v_k(x_i, x_j)) / sum_k sum_ab |v_k(x_a, x_b)| over ordered pairs, with
    k's vote v_k(x, y) = c_k s_k ((|x_k - y| / D)^r_k - (|x_k - x| / D)^r_k), and D the range of
    the first positions. The two directions of a pair do not sum to 1.
    """
    losses = _distances(issue, position) ** exponent[:, None]
    strength = strengths(issue.weight, -losses)
    total = 2 * strength.sum()
    return strength / total if total > 0 else np.zeros_like(strength)


def risk_exponent(danger: Floats) -> Floats:
    """Return r (A,): 1/2 for the actor in most danger, 2 for the safest, 1 where all are alike.

    R = (2 danger - max - min) / (max - min),  r = (1 - R / 3) / (1 + R / 3). Who has bought safety
    by its position is read as averse to risk (r > 1), who has not as accepting it.
    """
    low, high = danger.min(), danger.max()
    if high - low <= 1e-9 * np.abs(danger).max():
        return np.ones_like(danger)
    attitude = (2 * danger - high - low) / (high - low)
    return np.asarray((1 - attitude / 3) / (1 + attitude / 3))


def _distances(issue: Issue, position: Floats) -> Floats:
    """Return the distances of positions as shares of the first positions' range: (A, A)."""
    return np.abs(position[:, None] - position) / (issue.span or 1.0)


def _move(
    here: float,
    position: Floats,
    own: Floats,
    others: Floats,
    tie: Floats,
    span: float,
    choice: Compromise,
) -> float:
    """Return where one actor goes, given what it and the others expect of challenges: (A,) each.

    Expectations that differ by no more than `tie` (A,), a share of what the challenge puts at
    stake, are equal.
    """
    # At an equal position both are 0, so such an actor is neither lost to nor bargained with.
    lost = (own > tie) & (others > own + tie)
    if lost.any():
        # Confrontations that it loses: it is moved onto the nearest winner.
        return _lowest(position[lost], np.abs(position[lost] - here), span)
    # Two who have all but met by bargaining come to look like a tie: they stay in their bargain.
    met = np.abs(position - here) <= ROUNDING * span
    bargained = (own < -tie) & (others + own > np.where(met, -tie, tie))
    if not bargained.any():
        return here
    e, f, there = np.abs(own[bargained]), others[bargained], position[bargained]
    towards = here + (there - here) * e / f
    # A compromise lies between the two; rounded onto the other, it would end their bargain.
    towards = np.where(towards == there, np.nextafter(there, here), towards)
    published = (e * here + f * there) / (e + f)
    key = published if choice is Compromise.PUBLISHED else np.abs(towards - here)
    return _lowest(towards, key, span)


def _lowest(target: Floats, key: Floats, span: float) -> float:
    """Return the target of the smallest key; of ties, the lowest."""
    return float(target[key <= key.min() + ROUNDING * span].min())
