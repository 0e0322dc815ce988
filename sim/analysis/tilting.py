"""The weights nearest to given ones under which some things have stated chances.

Nearest in relative entropy (Csiszar 1975; in surveys calibration by raking, Deville & Sarndal
1992): the answer is an exponential tilting, found as the minimum of its convex dual. Which
statement is right, and how sure one is of it, is left out: the chances are met exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from sim.analysis.weights import Weights

Floats = NDArray[np.float64]

TOLERANCE = 1e-10  # by which a chance may be missed


class UnreachableError(ValueError):
    """No weights give the stated chances.

    Attributes:
        ranges: of the chances that weights can give each statement, beside the others' stated
            chances; none where nothing meets those: S.
        alone: the same, whatever becomes of the others: S.
    """

    def __init__(
        self, ranges: list[tuple[float, float] | None], alone: list[tuple[float, float]]
    ) -> None:
        super().__init__(ranges, alone)
        self.ranges, self.alone = ranges, alone


@dataclass(frozen=True, eq=False)
class Tilting:
    """What is added to the log weights of draws.

    Attributes:
        weight: lambda, what a statement's likelihood in a draw adds to its log weight: (S,).
        log_weight: of each draw, after: (D,).
    """

    weight: Floats
    log_weight: Floats


def tilted(weights: Weights, shares: Floats, chances: Floats) -> Tilting:
    """Return the weights of draws with the least relative entropy that give stated chances.

    Args:
        weights: how much each draw counts.
        shares: of each draw's worlds in which each statement is so: (D, S), in [0, 1] where the
            draw counts.
        chances: stated: (S,).

    Raises:
        UnreachableError: when no weights of the draws give these chances.

    >>> from sim.analysis.weights import Weights
    >>> found = tilted(Weights.equal(2, 10), np.array([[0.0], [1.0]]), np.array([0.8]))
    >>> float(np.exp(found.weight[0]).round(9))  # odds of 4 to 1
    4.0
    """
    here = weights.counting
    q, log_mass = shares[here] - chances, np.log(weights.mass[here])
    weight = _least(q, log_mass)
    p = special.softmax(log_mass + q @ weight)
    if not (np.abs(p @ q) <= TOLERANCE).all() or _at_an_end(q):
        raise UnreachableError(_ranges(q, chances), _alone(q, chances))
    added = np.where(here[:, None], shares, 0.0) @ weight
    return Tilting(weight, weights.log_weight + added)


def _least(q: Floats, log_mass: Floats) -> Floats:
    """Return the lambda (S,) at which log sum a exp(lambda q) is least, from q less its aim."""

    def dual(weight: Floats) -> float:
        return float(special.logsumexp(log_mass + q @ weight))

    def slope(weight: Floats) -> Floats:
        return np.asarray(special.softmax(log_mass + q @ weight) @ q)

    def curvature(weight: Floats) -> Floats:
        p = special.softmax(log_mass + q @ weight)
        mean = p @ q
        return np.asarray((q * p[:, None]).T @ q - np.outer(mean, mean))

    start = np.zeros(q.shape[1])
    if np.abs(slope(start)).max() <= TOLERANCE:
        return start
    rough = optimize.minimize(
        dual, start, jac=slope, hess=curvature, method="trust-exact", options={"gtol": 1e-8}
    ).x
    for _ in range(20):  # to the last digits, where the dual itself is flat to rounding
        step = np.linalg.lstsq(curvature(rough), slope(rough), rcond=1e-12)[0]
        if not np.abs(slope(rough - step)).max() < np.abs(slope(rough)).max():
            break
        rough = rough - step
    return np.asarray(rough)


def _at_an_end(q: Floats) -> bool:
    """Return whether a chance is the least or the greatest of all draws, while they differ."""
    low, high = q.min(axis=0), q.max(axis=0)
    return bool(((high - low > TOLERANCE) & ((low >= -TOLERANCE) | (high <= TOLERANCE))).any())


def _alone(q: Floats, chances: Floats) -> list[tuple[float, float]]:
    ends = zip(q.min(axis=0) + chances, q.max(axis=0) + chances, strict=True)
    return [(float(low), float(high)) for low, high in ends]


def _ranges(q: Floats, chances: Floats) -> list[tuple[float, float] | None]:
    """Return what each chance can be while the others are met: S."""
    return [_range(q, chances, each) for each in range(q.shape[1])]


def _range(q: Floats, chances: Floats, each: int) -> tuple[float, float] | None:
    sums = np.vstack([np.delete(q, each, axis=1).T, np.ones(len(q))])
    aims = np.append(np.zeros(q.shape[1] - 1), 1.0)
    found = [
        optimize.linprog(sign * q[:, each], A_eq=sums, b_eq=aims, method="highs")
        for sign in (1, -1)
    ]
    if not all(end.success for end in found):
        return None
    low, high = found[0].fun, -found[1].fun
    return float(low + chances[each]), float(high + chances[each])
