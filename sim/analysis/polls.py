"""The fit of support at home to polls: threshold, noise, floor and ceiling, with what is not known.

A poll's share is normal, on the scale of log-odds, around the support q that the text described has
at the scenario's mean numbers. Its variance is that of sampling, of wording, and of its wave, which
polls of one wave share. Shares are of all who were asked, as published: nobody needs to guess how
those without a view would vote, and the quota is stated likewise. Taken as given are the utilities
themselves and how each description was read, so the posterior is too sure where these are wrong.

Priors, weak, and stated before the fit was first run:

- threshold: normal, mean 0.5, sd 0.5: anywhere between the unacceptable, 0, and the wish, 1;
- people_noise: log-normal, median 0.3, sd of the logarithm 0.7: from 0.1, where nearly all change
  their minds at one text, to 0.95, where the text hardly matters;
- floor: beta, mean 0.1, concentration 10: few or a quarter would back any text;
- ceiling: beta, mean 0.15, concentration 10: the same, and those without a view, about one in nine.

The check, stated before too: each poll is predicted from the others. The fit passes if the 90%
interval holds what was observed for at least four polls of five. Whatever falls outside is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from sim.bargaining.votes import poll_covariance, support
from sim.draws.streams import Floats

NUMBERS = ("threshold", "people_noise", "floor", "ceiling")
PASSES = 0.8  # of the polls, held by their intervals
LEVEL = 0.9  # of those intervals
_POINTS = 24  # of each number's grid, as far apart in its normal score
_FARTHEST = 3.5  # normal score
_PASSES = 3  # over the grid, each where the last found something
_SLIGHT = 1e-4  # weight at either end that the next pass may leave out
_BINS = 2000
_HARDLY = 1e-12

Grid = tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True)
class PollResult:
    """A poll as the fit takes it: the utility of its text at home, and what people said."""

    name: str
    utility: float
    share: float
    asked: int
    wave: str


@dataclass(frozen=True)
class Errors:
    """The sds by wording and by wave, on the scale of log-odds."""

    wording: float
    wave: float


@dataclass(frozen=True)
class Priors:
    """What is held of the four numbers before any poll.

    Attributes:
        threshold: normal: mean, sd.
        people_noise: log-normal: median, sd of the logarithm.
        floor: beta: mean, concentration.
        ceiling: the same.
    """

    threshold: tuple[float, float] = (0.5, 0.5)
    people_noise: tuple[float, float] = (0.3, 0.7)
    floor: tuple[float, float] = (0.1, 10.0)
    ceiling: tuple[float, float] = (0.15, 10.0)

    def values(self, z: Floats) -> Grid:
        """Return the values of each number at its row of normal scores z: (4, N)."""
        (mean, sd), (median, log_sd) = self.threshold, self.people_noise
        floor, ceiling = (
            special.betaincinv(share * sure, (1 - share) * sure, special.ndtr(row))
            for (share, sure), row in ((self.floor, z[2]), (self.ceiling, z[3]))
        )
        return mean + sd * z[0], median * np.exp(log_sd * z[1]), floor, ceiling


@dataclass(frozen=True)
class Posterior:
    """What the polls leave possible, as weights on a grid.

    Attributes:
        values: the grid of each number, in the order of NUMBERS.
        weight: the weight of each point, summing to 1, with an axis for each number.
    """

    values: Grid
    weight: Floats

    @cached_property
    def mean(self) -> dict[str, float]:
        """Return the mean of each number."""
        return {n: float((v * w).sum()) for n, v, w in self._marginals}

    @cached_property
    def sd(self) -> dict[str, float]:
        """Return the standard deviation of each number."""
        return {
            n: float(np.sqrt((w * (v - self.mean[n]) ** 2).sum())) for n, v, w in self._marginals
        }

    def quantile(self, p: float) -> dict[str, float]:
        """Return a quantile of each number, straight between the points of its grid."""
        return {n: float(np.interp(p, w.cumsum() - w / 2, v)) for n, v, w in self._marginals}

    def support(self, utility: float) -> float:
        """Return the mean share of people who back a text of some utility."""
        return float((support(np.array(utility), *np.ix_(*self.values)) * self.weight).sum())

    @cached_property
    def correlation(self) -> Floats:
        """Return the correlations of the numbers: (4, 4)."""
        matrix = np.eye(len(NUMBERS))
        for i, first in enumerate(NUMBERS):
            for j, second in enumerate(NUMBERS[:i]):
                others = tuple(axis for axis in range(len(NUMBERS)) if axis not in (i, j))
                apart = np.outer(
                    self.values[j] - self.mean[second], self.values[i] - self.mean[first]
                )
                covariance = float((self.weight.sum(axis=others) * apart).sum())
                sds = self.sd[first] * self.sd[second]
                matrix[i, j] = matrix[j, i] = covariance / sds if sds > 0 else 0.0
        return matrix

    def marginal(self, axis: int) -> Floats:
        """Return the weights of the values of one number."""
        others = tuple(other for other in range(len(NUMBERS)) if other != axis)
        return np.asarray(self.weight.sum(axis=others))

    @cached_property
    def _marginals(self) -> list[tuple[str, Floats, Floats]]:
        return [(n, self.values[i], self.marginal(i)) for i, n in enumerate(NUMBERS)]


@dataclass(frozen=True)
class LeftOut:
    """A poll beside what the others predict of it."""

    name: str
    mean: float
    low: float
    high: float
    observed: float

    @property
    def inside(self) -> bool:
        """Return whether the interval holds what was observed."""
        return self.low <= self.observed <= self.high


@dataclass(frozen=True)
class Fit:
    """What the polls say of the four numbers, and how well each poll follows from the others."""

    posterior: Posterior
    left_out: tuple[LeftOut, ...]

    @property
    def passes(self) -> bool:
        """Return whether enough polls lie where the others say."""
        return sum(poll.inside for poll in self.left_out) >= PASSES * len(self.left_out)


def fit(polls: Sequence[PollResult], errors: Errors, priors: Priors | None = None) -> Fit:
    """Return the fit of the four numbers to some polls, and each poll left out in turn."""
    left_out = (_left_out(number, polls, errors, priors) for number in range(len(polls)))
    return Fit(posterior_of(polls, errors, priors), tuple(left_out))


def posterior_of(
    polls: Sequence[PollResult], errors: Errors, priors: Priors | None = None
) -> Posterior:
    """Return the posterior on a grid that is narrowed to where the weight is."""
    held = priors or Priors()
    ends = np.array([[-_FARTHEST, _FARTHEST]] * len(NUMBERS))
    for _ in range(_PASSES):
        scores = np.linspace(ends[:, 0], ends[:, 1], _POINTS, axis=1)
        found = Posterior(held.values(scores), _weight(scores, held, polls, errors))
        if np.array_equal(ends, ends := _narrowed(scores, found)):
            break
    return found


def _weight(scores: Floats, priors: Priors, polls: Sequence[PollResult], errors: Errors) -> Floats:
    """Return the weights of the points of a grid, whose normal scores are (4, N)."""
    values = priors.values(scores)
    _, _, floor, ceiling = np.ix_(*values)
    prior = -0.5 * sum(z**2 for z in np.ix_(*scores))
    log_weight = np.where(floor + ceiling < 1, prior, -np.inf)
    if polls:
        root = np.linalg.cholesky(np.linalg.inv(_covariance(polls, errors)))
        log_weight -= 0.5 * (np.tensordot(root.T, _residuals(polls, values), 1) ** 2).sum(axis=0)
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def _narrowed(scores: Floats, found: Posterior) -> Floats:
    """Return the ends of each number's scores less those that hold next to nothing: (4, 2)."""
    ends = np.empty((len(NUMBERS), 2))
    for axis, row in enumerate(scores):
        below = found.marginal(axis).cumsum()
        first, last = np.searchsorted(below, [_SLIGHT, 1 - _SLIGHT])
        ends[axis] = row[max(first - 1, 0)], row[min(last + 1, _POINTS - 1)]
    return ends


def _residuals(polls: Sequence[PollResult], values: Grid) -> Floats:
    """Return how far the polls lie from support, in log-odds, at all points: (J, ...)."""
    theta, tau, floor, ceiling = np.ix_(*values)
    shares = (support(np.array(p.utility), theta, tau, floor, ceiling) for p in polls)
    return np.stack(
        [
            special.logit(p.share) - special.logit(q.clip(_HARDLY, 1 - _HARDLY))
            for p, q in zip(polls, shares, strict=True)
        ]
    )


def _covariance(polls: Sequence[PollResult], errors: Errors) -> Floats:
    """Return the covariance of the polls' errors, sampling at the shares observed: (J, J)."""
    shares, asked = np.array([p.share for p in polls]), np.array([p.asked for p in polls])
    waves = np.array([p.wave for p in polls])
    return poll_covariance(shares, asked, waves, errors.wording, errors.wave)


def _left_out(
    number: int, polls: Sequence[PollResult], errors: Errors, priors: Priors | None
) -> LeftOut:
    """Return what the other polls predict of one, errors of its wave that they show included."""
    left, others = polls[number], [*polls[:number], *polls[number + 1 :]]
    posterior = posterior_of(others, errors, priors)
    covariance = _covariance([left, *others], errors)
    slope = np.linalg.solve(covariance[1:, 1:], covariance[1:, 0])
    residuals = _residuals([left, *others], posterior.values)
    centre = special.logit(left.share) - residuals[0] + np.tensordot(slope, residuals[1:], 1)
    sd = float(np.sqrt(covariance[0, 0] - covariance[0, 1:] @ slope))
    mean, low, high = _mixture(centre.ravel(), posterior.weight.ravel(), sd)
    return LeftOut(left.name, mean, low, high, left.share)


def _mixture(centres: Floats, weight: Floats, sd: float) -> tuple[float, float, float]:
    """Return mean and interval of a share whose log-odds are a mixture of normals of one sd."""
    heights, edges = np.histogram(centres, _BINS, weights=weight)
    middles = (edges[1:] + edges[:-1]) / 2
    kept = heights > 0
    at = np.linspace(edges[0] - 6 * sd, edges[-1] + 6 * sd, _BINS)
    below = special.ndtr((at[:, None] - middles[kept]) / sd) @ heights[kept]
    tail = (1 - LEVEL) / 2
    low, high = special.expit(np.interp([tail, 1 - tail], below, at))
    mean = np.diff(below) @ special.expit((at[1:] + at[:-1]) / 2)
    return float(mean), float(low), float(high)
