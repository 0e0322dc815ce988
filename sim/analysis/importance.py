"""What each number explains of an outcome: its first-order importance, from the draws alone.

The bias-corrected correlation ratio (Kelley 1935) over bins of equal weight, of which chance within
draws is divided out; what numbers of no effect would reach is told by permutation (Westfall & Young
1993). A number that acts only together with others explains little by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from sim.analysis.weights import Weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FEWEST_BINS, MOST_BINS = 4, 40
PERMUTATIONS, LEVEL = 100, 0.99
TAIL = 0.05  # of the weight, at either end of a number's values
CLEAR = 2.0  # standard errors of a rank correlation, below which it has no sign
COLUMNS = ("path", "importance", "sign", "low_mean", "high_mean")
_NO_VARIANCE = 1e-15


@dataclass(frozen=True, eq=False)
class Response:
    """What is to be explained.

    Attributes:
        values: in each draw that counts: (D,).
        parts: of each draw in all weight, above 0, summing to 1: (D,).
        noise: how much of the variance of the values is chance within draws; nan: not known.

    >>> exact = Response(np.array([1.0, 3.0]), np.array([0.5, 0.5]), noise=0.0)
    >>> exact.mean, exact.known, exact.effective_draws
    (2.0, 2.0, 2.0)
    """

    values: Floats
    parts: Floats
    noise: float

    @classmethod
    def exact(cls, values: Floats) -> Response:
        """Return one without any noise, all of whose draws (D,) weigh alike."""
        return cls(values, np.full(len(values), 1 / len(values)), 0.0)

    @classmethod
    def of_counts(cls, counts: Ints, weights: Weights) -> Response:
        """Return the shares of worlds with something, of the draws that count.

        Their noise is s^2 / n of a draw of n worlds, s^2 the variance within draws, pooled as
        `sim.analysis.forms.levels` has it; not known where no draw has two worlds.

        Args:
            counts: of each draw's worlds that count, how many have it: (all draws,).
            weights: how much each draw counts.
        """
        here = weights.counting
        size, weight, parts = weights.sizes[here], weights.weight[here], weights.parts[here]
        share = counts[here] / size
        freedom = float(weight @ (size - 1))
        inside = float(weight @ (size * share * (1 - share))) / freedom if freedom else np.nan
        return cls(share, parts, inside * float((parts / size).sum()))

    @cached_property
    def mean(self) -> float:
        """Return the mean over draws."""
        return float(self.parts @ self.values)

    @cached_property
    def effective_draws(self) -> float:
        """Return how many draws of equal weight would be as precise."""
        return 1 / float(self.parts @ self.parts)

    @cached_property
    def variance(self) -> float:
        """Return the variance of the values, chance in it, without bias."""
        squares = float(self.parts @ (self.values - self.mean) ** 2)
        return squares / (1 - 1 / self.effective_draws) if len(self.values) > 1 else np.nan

    @cached_property
    def known(self) -> float:
        """Return the variance that draws explain, chance taken out; nan: none can be told."""
        between = self.variance - self.noise
        return between if between > _NO_VARIANCE else np.nan


@dataclass(frozen=True, eq=False)
class Importance:
    """What each number explains.

    Attributes:
        table: path, importance (the part of the variance of the outcome's odds over draws that a
            number explains by itself; nan where it cannot be told from chance), sign (1, -1; 0
            where neither is clear), low_mean and high_mean (of the outcome in the lowest and in
            the highest twentieth of the number's values), the most important first.
        threshold: what the best of as many numbers without effect reaches in one case of 100.
    """

    table: pd.DataFrame
    threshold: float

    @property
    def screened(self) -> list[str]:
        """Return the paths of the numbers that explain more than chance would let any."""
        return list(self.table.loc[self.table["importance"] > self.threshold, "path"])


def importance(
    inputs: Mapping[str, Floats],
    response: Response,
    categories: Collection[str],
    rng: np.random.Generator,
) -> Importance:
    """Return what each number explains of an outcome by itself.

    Args:
        inputs: path: the number in each draw that counts: (D,). One that is the same in all draws
            is left out.
        response: the outcome.
        categories: the paths of those that are codes of kinds without order.
        rng: what permutations are drawn from.

    Raises:
        ValueError: when no number differs between draws.

    >>> x = np.linspace(0.0, 1.0, 1000)
    >>> rng = np.random.default_rng(0)
    >>> found = importance({"x": x, "none": rng.permutation(x)}, Response.exact(3 * x), (), rng)
    >>> found.screened, found.table["sign"].tolist(), found.table["importance"].gt(0.9).tolist()
    (['x'], [1, 0], [True, False])
    """
    moving = {path: values for path, values in inputs.items() if np.ptp(values) > 0}
    if not moving:
        raise ValueError("no number differs between draws: there is nothing to explain by")
    most = bins_for(response.effective_draws)
    placed = [
        _coded(values) if path in categories else binned(values, response.parts, most)
        for path, values in moving.items()
    ]
    explained = _explained(placed, response, rng) * response.variance / response.known
    rows = [
        (path, share, *_direction(values, response, path in categories))
        for (path, values), share in zip(moving.items(), explained[:, 0], strict=True)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = (-table["importance"]).argsort(kind="stable")
    threshold = float(np.quantile(explained[:, 1:].max(axis=0), LEVEL))
    return Importance(table.iloc[order].reset_index(drop=True), threshold)


def bins_for(effective_draws: float) -> int:
    """Return into how many bins a number is cut: two fifths of the root of the draws, 4 to 40.

    >>> bins_for(60), bins_for(1000), bins_for(8000), bins_for(1e6)
    (4, 13, 36, 40)
    """
    return int(np.clip(round(0.4 * effective_draws**0.5), FEWEST_BINS, MOST_BINS))


def binned(values: Floats, parts: Floats, most: int) -> Ints:
    """Return the bin of each draw, 0 and up: bins of about equal weight, ties never parted: (D,).

    A number of no more values than there are bins has a bin for each.

    >>> binned(np.array([3.0, 1.0, 1.0, 2.0]), np.full(4, 0.25), 2).tolist()
    [1, 0, 0, 1]
    """
    distinct, place = np.unique(values, return_inverse=True)
    if len(distinct) <= most:
        return np.asarray(place)
    middles = _middles(place, parts)
    return _coded(np.minimum((middles * most).astype(np.int64), most - 1)[place])


def _coded(values: NDArray[np.generic]) -> Ints:
    """Return values as numbers 0, 1, 2 ... in their order."""
    return np.asarray(np.unique(values, return_inverse=True)[1])


def _middles(place: Ints, parts: Floats) -> Floats:
    """Return how much weight lies below the middle of each distinct value."""
    own = np.bincount(place, parts)
    return np.asarray(np.cumsum(own) - own / 2)


def _explained(placed: Sequence[Ints], response: Response, rng: np.random.Generator) -> Floats:
    """Return the part of the variance that each number's bins explain: (X, 1 + P).

    1 - sum a e^2 / sum a (1 + a - a / M) y^2: the squares about the means of bins, beside those
    that there would be of an outcome that has nothing to do with them, a the part of a draw in all
    weight and M that of its bin (of draws that weigh alike, Kelley's ratio). First as it is, then P
    times with the draws, values and weights together, in the place of others.
    """
    draws = len(response.values)
    order = [np.arange(draws), *(rng.permutation(draws) for _ in range(PERMUTATIONS))]
    shuffled = np.column_stack(order)
    apart, parts = response.values - response.mean, response.parts
    total = float(parts @ apart**2)
    members, firsts = _members(placed, draws)
    columns = (each[shuffled] for each in (parts, (parts * apart) ** 2, parts * apart))
    mass, squares, sums = (members @ each for each in columns)
    left = total - np.add.reduceat(sums**2 / mass, firsts)
    without = total - np.add.reduceat(squares / mass, firsts) + float(((parts * apart) ** 2).sum())
    return np.asarray(1 - left / np.maximum(without, _NO_VARIANCE))


def _members(placed: Sequence[Ints], draws: int) -> tuple[sparse.csr_array, Ints]:
    """Return 1 where a draw is in a bin (all bins, D), and the first bin of each number."""
    counts = [int(place.max()) + 1 for place in placed]
    firsts = np.cumsum([0, *counts[:-1]])
    rows = np.concatenate([first + place for first, place in zip(firsts, placed, strict=True)])
    columns = np.tile(np.arange(draws), len(placed))
    shape = (sum(counts), draws)
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape), firsts


def _direction(values: Floats, response: Response, is_kind: bool) -> tuple[int, float, float]:
    """Return the sign of a number, and the outcome's mean at the low and the high end of it.

    Kinds have no sign; of them the ends are the least and the greatest mean of any kind.
    """
    place = _coded(values)
    if is_kind:
        mass = np.bincount(place, response.parts)
        means = np.bincount(place, response.parts * response.values) / mass
        return 0, float(means.min()), float(means.max())
    ranks = _middles(place, response.parts)[place] - 0.5
    low, high = tails(values, response.parts)
    return _sign(ranks, response), _mean(response, low), _mean(response, high)


def tails(values: Floats, parts: Floats) -> tuple[Flags, Flags]:
    """Return which draws have a number in its lowest, and in its highest twentieth: (D,) each.

    Args:
        values: of the number: (D,).
        parts: each draw's part of all weight: (D,).
    """
    place = _coded(values)
    middles = _middles(place, parts)
    low, high = max(TAIL, middles[0]), min(1 - TAIL, middles[-1])
    return middles[place] <= low, middles[place] >= high


def _sign(ranks: Floats, response: Response) -> int:
    """Return the sign of the rank correlation with the outcome, 0 where it is not clear."""
    apart, parts = response.values - response.mean, response.parts
    scale = float(np.sqrt((parts @ ranks**2) * (parts @ apart**2)))
    together = float(parts @ (ranks * apart))
    if abs(together) <= CLEAR * scale / response.effective_draws**0.5:
        return 0
    return 1 if together > 0 else -1


def _mean(response: Response, where: NDArray[np.bool_]) -> float:
    parts = response.parts[where]
    return float(parts @ response.values[where] / parts.sum())
