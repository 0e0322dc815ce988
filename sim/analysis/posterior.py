"""What evidence says of each number: prior beside posterior, and which piece of it did most.

Numbers are compared over draws: those of the prior weigh the same, those of the posterior as
evidence and the record say. A draw's weight without one piece of evidence is its weight over its
likelihood (Gelfand, Dey & Chang 1992), no larger than the root of the draws times the mean
(truncated importance sampling: Ionides 2008). What is left out: how numbers hang together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOVED = 0.25  # prior sds that a mean has gone, at least, to be told of
NARROWED = 0.8  # of the prior's sd: what is left of it where evidence narrows a number
NOTHING = 0.1  # prior sds of the mean, and parts of the sd, that count as none at all
SURE, UNCLEAR = 3.0, 2.0  # standard errors: a change is told of above, chance may make it below
_ENDS = (0.05, 0.95)


class Verdict(StrEnum):
    """What evidence did to a number."""

    CONFLICT = "conflict"  # its mean is now where the prior hardly was: outside the central 90%
    MOVED = "moved"
    NARROWED = "narrowed"
    WIDENED = "widened"
    LITTLE = "little"
    NOTHING = "nothing"  # no change that chance could not make


TOLD = (Verdict.CONFLICT, Verdict.MOVED, Verdict.NARROWED, Verdict.WIDENED)


@dataclass(frozen=True)
class Moments:
    """A number over weighted draws: mean, sd, and the ends of its central 90%."""

    mean: float
    sd: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Floats, weights: Floats) -> Moments:
        """Return the moments of values (D,) with weights (D,) that sum to 1.

        >>> Moments.of(np.array([3.0, 1.0]), np.array([0.75, 0.25])).mean
        2.5
        """
        mean = float(weights @ values)
        sd = float(np.sqrt(weights @ (values - mean) ** 2))
        order = np.argsort(values, kind="stable")
        below = np.cumsum(weights[order]) - weights[order] / 2
        low, high = np.interp(_ENDS, below, values[order])
        return cls(mean, sd, float(low), float(high))


@dataclass(frozen=True, eq=False)
class Piece:
    """A piece of evidence.

    Attributes:
        what: what it is called.
        about: the paths of the numbers that it says something of; None: of any.
        log_without: logarithm of each draw's weight without it, up to a constant: (D,).
    """

    what: str
    about: frozenset[str] | None
    log_without: Floats

    def is_about(self, path: str) -> bool:
        """Return whether it says something of a number."""
        return self.about is None or path in self.about


@dataclass(frozen=True)
class Change:
    """A number before and after evidence.

    Attributes:
        before: in the prior.
        after: in the posterior.
    """

    before: Moments
    after: Moments

    @property
    def shift(self) -> float:
        """Return how far the mean went, in prior sds."""
        return (self.after.mean - self.before.mean) / self.before.sd

    @property
    def narrowing(self) -> float:
        """Return which part of the prior's sd is left."""
        return self.after.sd / self.before.sd

    def verdict(self, effective_draws: float) -> Verdict:
        """Return what evidence did, as far as so many draws of equal weight can tell it.

        Standard errors are those of a normal number: 1 / sqrt(D) of the mean, in its sds, and
        1 / sqrt(2 D) of the logarithm of the sd.
        """
        error, error_of_sd = effective_draws**-0.5, (2 * effective_draws) ** -0.5
        went, widened = abs(self.shift), float(np.log(max(self.narrowing, np.finfo(float).tiny)))
        least = max(-np.log(NARROWED), SURE * error_of_sd)
        if not self.before.low <= self.after.mean <= self.before.high:
            return Verdict.CONFLICT
        if went >= max(MOVED, SURE * error):
            return Verdict.MOVED
        if abs(widened) >= least:
            return Verdict.WIDENED if widened > 0 else Verdict.NARROWED
        no_further = went < max(NOTHING, UNCLEAR * error)
        no_wider = abs(widened) < max(NOTHING, UNCLEAR * error_of_sd)
        return Verdict.NOTHING if no_further and no_wider else Verdict.LITTLE


def posterior_table(
    prior: Mapping[str, Floats],
    posterior: Mapping[str, Floats],
    weights: Floats,
    pieces: Sequence[Piece],
) -> pd.DataFrame:
    """Return every number that is not known for sure, prior beside posterior.

    Args:
        prior: path: the number in each draw of the prior: (D,).
        posterior: the same in the posterior's draws.
        weights: of these draws, summing to 1: (D,).
        pieces: of evidence.

    Returns:
        path, prior_mean, prior_sd, prior_low, prior_high (5% and 95%), mean, sd, low, high, shift
        (of the mean in prior sds), narrowing (sd over prior sd), verdict (one of `Verdict`),
        moved_by (the piece whose absence changes the mean most, or the sd where only that changed;
        empty where nothing is told of the number). The most moved come first. A number that is the
        same in every draw of the prior has no row.
    """
    effective = 1 / float(weights @ weights)
    without = [(piece, _normalised(piece.log_without)) for piece in pieces]
    rows = []
    for path, values in prior.items():
        alike = np.full(len(values), 1 / len(values))
        change = Change(Moments.of(values, alike), Moments.of(posterior[path], weights))
        if np.ptp(values) == 0:
            continue
        verdict = change.verdict(effective)
        about = {piece.what: each for piece, each in without if piece.is_about(path)}
        told = verdict in TOLD
        moved_by = _moved_by(posterior[path], change.after, about, verdict) if told else ""
        rows.append(_row(path, change, verdict, moved_by))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.iloc[(-table["shift"].abs()).argsort(kind="stable")].reset_index(drop=True)


COLUMNS = (
    "path",
    *("prior_mean", "prior_sd", "prior_low", "prior_high"),
    *("mean", "sd", "low", "high"),
    *("shift", "narrowing", "verdict", "moved_by"),
)


def _row(path: str, change: Change, verdict: Verdict, moved_by: str) -> tuple[object, ...]:
    before, after = change.before, change.after
    moments = [each for m in (before, after) for each in (m.mean, m.sd, m.low, m.high)]
    return (path, *moments, change.shift, change.narrowing, str(verdict), moved_by)


def _moved_by(
    values: Floats, after: Moments, without: Mapping[str, Floats], verdict: Verdict
) -> str:
    """Return the piece without which a number would be farthest from what it is; "": none."""
    left_out = {what: Moments.of(values, weights) for what, weights in without.items()}
    if verdict in (Verdict.NARROWED, Verdict.WIDENED):
        apart = {what: abs(each.sd - after.sd) for what, each in left_out.items()}
    else:
        apart = {what: abs(each.mean - after.mean) for what, each in left_out.items()}
    return max(apart, key=lambda what: apart[what], default="")


def _normalised(log_weight: Floats) -> Floats:
    """Return weights that sum to 1, none of them too large for an estimate to be trusted."""
    weights = np.exp(log_weight - log_weight.max())
    weights = np.minimum(weights, weights.mean() * np.sqrt(len(weights)))
    return np.asarray(weights / weights.sum())
