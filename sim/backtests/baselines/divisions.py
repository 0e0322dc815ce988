"""Simple chances for how a dialogue about a division ends, each told without its own fold.

Whether there is a deal: the share of deals, or a logistic regression on what the context leaves to
gain. Which deal: all splits alike, or the likelier the more a split gives by one of the classic
measures of what both gain over no deal: the sum, the product (Nash 1950) by its logarithm, the
smaller of the two (Kalai & Smorodinsky 1975). Who says what is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax, logsumexp

from sim.backtests.cases import Division
from sim.draws.streams import Floats, Ints

RIDGE = 1e-6  # keeps a regression finite where deals and their absence lie apart
SHARPEST = 60.0  # the largest inverse temperature: no chance is so small that it rounds to 0
LEAST_GAIN = 0.01  # in the Nash product: a smaller gain counts as this, for its logarithm
_LEAST_RANGE = 1e-12


def splits(counts: Sequence[int]) -> Ints:
    """Return all ways to divide items, as what the first gets: (S, I).

    >>> splits((1, 2)).tolist()
    [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    """
    return np.array(list(product(*(range(count + 1) for count in counts))))


def gains(case: Division) -> Floats:
    """Return what each split gives the two over no deal: (S, 2).

    In shares of what all items would give each over no deal, so that data in other points are
    alike: 0 is no deal, 1 is everything (as in Kalai & Smorodinsky 1975).
    """
    got = splits(case.counts)
    both = np.stack([got, np.array(case.counts) - got])
    points, no_deal = np.array(case.points), np.array(case.no_deal)
    most = points @ np.array(case.counts) - no_deal
    own = np.einsum("psi,pi->sp", both, points)
    return np.asarray((own - no_deal) / np.maximum(most, _LEAST_RANGE))


def deals(cases: Sequence[Division]) -> Floats:
    """Return 1 for each dialogue with a deal and 0 for the others, by case and dialogue: (N,)."""
    return np.array([float(end is not None) for case in cases for end in case.endings])


def constant(cases: Sequence[Division], folds: Sequence[int]) -> Floats:
    """Return the chance of a deal in each dialogue: the share of deals in the other folds: (N,)."""
    fold, is_deal = _per_dialogue(cases, folds), deals(cases)
    return _held_out(fold, lambda known: is_deal[known].mean())


def two_variables(cases: Sequence[Division], folds: Sequence[int]) -> Floats:
    """Return the chance of a deal in each dialogue by logistic regression: (N,).

    The two: the largest of all splits' smaller gains, and the largest of their sums.
    """
    fold, is_deal = _per_dialogue(cases, folds), deals(cases)
    traits = np.repeat([_traits(case) for case in cases], _dialogues(cases), axis=0)
    return _held_out(fold, lambda known: expit(traits @ _regression(traits[known], is_deal[known])))


def _traits(case: Division) -> Floats:
    """Return 1, the largest smaller gain and the largest sum of gains of a context: (3,)."""
    gain = gains(case)
    return np.array([1.0, gain.min(axis=1).max(), gain.sum(axis=1).max()])


def _regression(traits: Floats, is_deal: Floats) -> Floats:
    """Return the coefficients (T,) of traits (N, T) under which what happened is likeliest."""
    sign = 1 - 2 * is_deal

    def loss(beta: Floats) -> float:
        return float(np.logaddexp(0, sign * (traits @ beta)).mean() + RIDGE * beta @ beta)

    def slope(beta: Floats) -> Floats:
        miss = expit(sign * (traits @ beta)) * sign
        return np.asarray(miss @ traits / len(traits) + 2 * RIDGE * beta)

    return np.asarray(minimize(loss, np.zeros(traits.shape[1]), jac=slope, method="BFGS").x)


def _dialogues(cases: Sequence[Division]) -> list[int]:
    return [len(case.endings) for case in cases]


def _per_dialogue(cases: Sequence[Division], folds: Sequence[int]) -> Ints:
    """Return the fold of each dialogue: (N,)."""
    return np.repeat(np.array(folds), _dialogues(cases))


def _held_out(fold: Ints, chances: Callable[[NDArray[np.bool_]], Floats | float]) -> Floats:
    """Return what each dialogue's chance is, learned where the fold (N,) is another: (N,)."""
    found = np.zeros(len(fold))
    for one in np.unique(fold):
        here = fold == one
        found[here] = np.broadcast_to(chances(~here), fold.shape)[here]
    return found


#: What makes a split likelier: of the gains (S, 2) of all splits, (S,).
MEASURES: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType(
    {
        "sum": lambda gain: np.asarray(gain.sum(axis=1)),
        "nash": lambda gain: np.log(np.maximum(gain, LEAST_GAIN)).sum(axis=1),
        "smaller_gain": lambda gain: np.asarray(gain.min(axis=1)),
    }
)


def uniform(cases: Sequence[Division]) -> tuple[Floats, ...]:
    """Return equal chances for all splits of each case: (S,) each."""
    sizes = [len(splits(case.counts)) for case in cases]
    return tuple(np.full(size, 1 / size) for size in sizes)


def by_measure(measure: str, cases: Sequence[Division], folds: Sequence[int]) -> tuple[Floats, ...]:
    """Return the chance of each split of each case where there is a deal: (S,) each.

    In the order of `splits`, and in proportion to exp(beta x the measure), with beta fitted on the
    deals of the other folds.
    """
    table = _Table.of(measure, cases)
    fold = np.array(folds)
    beta = {one: table.fitted(fold != one) for one in np.unique(fold)}
    return tuple(chances(measure, case, beta[one]) for case, one in zip(cases, folds, strict=True))


def fitted(measure: str, cases: Sequence[Division]) -> float:
    """Return the inverse temperature that all deals of some cases make likeliest.

    For other cases than these: see `chances`.
    """
    return _Table.of(measure, cases).fitted(np.ones(len(cases), bool))


def chances(measure: str, case: Division, beta: float) -> Floats:
    """Return the chance of each split of a case under an inverse temperature: (S,)."""
    return np.exp(log_softmax(beta * MEASURES[measure](gains(case))))


def log_losses(cases: Sequence[Division], found: Sequence[Floats]) -> Floats:
    """Return minus the logarithm of the chance of each deal's split, by case and dialogue: (N,)."""
    return -np.log([c[i] for case, c in zip(cases, found, strict=True) for i in places(case)])


def places(case: Division) -> Ints:
    """Return where each deal of a case stands among its splits: (N,)."""
    ends = [end for end in case.endings if end is not None]
    sizes = [count + 1 for count in case.counts]
    return np.ravel_multi_index(np.array(ends, int).reshape(-1, len(sizes)).T, sizes)


@dataclass(frozen=True)
class _Table:
    """A measure of all splits of cases, filled up to one length.

    Attributes:
        values: (C, S), minus infinity where a case has no more splits.
        deals: how many deals each case has: (C,).
        total: of the measure over the deals of each case: (C,).
    """

    values: Floats
    deals: Ints
    total: Floats

    @classmethod
    def of(cls, measure: str, cases: Sequence[Division]) -> _Table:
        """Return the table of some cases."""
        rows = [MEASURES[measure](gains(case)) for case in cases]
        values = np.full((len(rows), max(map(len, rows))), -np.inf)
        for row, value in zip(values, rows, strict=True):
            row[: len(value)] = value
        found = [places(case) for case in cases]
        total = np.array([row[place].sum() for row, place in zip(rows, found, strict=True)])
        return cls(values, np.array([len(place) for place in found]), total)

    def fitted(self, known: NDArray[np.bool_]) -> float:
        """Return the inverse temperature that the deals of known cases (C,) make likeliest."""
        used = known & (self.deals > 0)
        values, deals, total = self.values[used], self.deals[used], self.total[used].sum()

        def loss(beta: float) -> float:
            return float(deals @ logsumexp(beta * values, axis=1) - beta * total)

        return float(minimize_scalar(loss, bounds=(1e-9, SHARPEST), method="bounded").x)
