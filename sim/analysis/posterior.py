"""What evidence says of each number: prior beside posterior, and which piece of it moved what.

Numbers are compared over draws: those of the prior weigh the same, those of the posterior as
evidence and the record say. Without one piece of evidence a draw's weight is divided by its
likelihood (importance weights for leaving out: Gelfand, Dey & Chang 1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOVED = 0.25  # prior sds by which a mean has moved that is told of, at least
_SURE = 3.0  # and standard errors of a mean over so many draws
NARROWED = 0.8  # of the prior's sd: what is left of it where evidence narrows a number
NOTHING = 0.1  # prior sds and parts of the sd by which a number has not changed
_ENDS = (0.05, 0.95)


@dataclass(frozen=True)
class Moments:
    """A number over weighted draws: mean, sd, and the ends of its central 90%."""

    mean: float
    sd: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Floats, weights: Floats) -> Moments:
        """Return the moments of values (D,) with weights (D,) that sum to 1."""
        mean = float(weights @ values)
        sd = float(np.sqrt(weights @ (values - mean) ** 2))
        order = np.argsort(values)
        below = np.cumsum(weights[order]) - weights[order] / 2
        low, high = np.interp(_ENDS, below, values[order])
        return cls(mean, sd, float(low), float(high))


@dataclass(frozen=True)
class Piece:
    """A piece of evidence.

    Attributes:
        who: of which actor it is; None: of all.
        what: what it is called.
        without: what leaving it out multiplies each draw's weight by: (D,).
    """

    who: str | None
    what: str
    without: Floats

    def is_about(self, path: str) -> bool:
        """Return whether it may move a number by itself: one of its actor, or of nobody's."""
        return (
            self.who is None
            or not path.startswith("actors.")
            or path.startswith(f"actors.{self.who}.")
        )


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
        path, prior_mean, prior_sd, prior_low, prior_high, mean, sd, low, high, shift (of the mean
        in prior sds), narrowing (sd over prior sd), verdict (moved, narrowed, conflict, nothing or
        little), moved_by (the piece whose absence changes the mean most; empty where it has not
        moved). The most moved come first.
    """
    alike = np.full(len(next(iter(prior.values()))), 1.0)
    alike /= alike.sum()
    without = [(piece, _without(weights, piece.without)) for piece in pieces]
    told = max(MOVED, _SURE / np.sqrt(1 / float(weights @ weights)))
    rows = []
    for path, values in prior.items():
        before, after = Moments.of(values, alike), Moments.of(posterior[path], weights)
        if before.sd == 0:
            continue
        shift, narrowing = (after.mean - before.mean) / before.sd, after.sd / before.sd
        verdict = _verdict(before, after, shift, narrowing, told)
        about = {piece.what: each for piece, each in without if piece.is_about(path)}
        moved_by = _moved_by(posterior[path], after, about) if verdict in _TOLD else ""
        rows.append(
            {
                "path": path,
                **{f"prior_{name}": value for name, value in vars(before).items()},
                **vars(after),
                "shift": shift,
                "narrowing": narrowing,
                "verdict": verdict,
                "moved_by": moved_by,
            }
        )
    table = pd.DataFrame(rows)
    return table.iloc[(-table["shift"].abs()).argsort(kind="stable")].reset_index(drop=True)


_TOLD = ("conflict", "moved", "narrowed")


def _verdict(before: Moments, after: Moments, shift: float, narrowing: float, told: float) -> str:
    """Return what evidence did to a number.

    Conflict: what is likely now was unlikely before (the mean lies outside the prior's 90%).
    """
    if not before.low <= after.mean <= before.high:
        return "conflict"
    if abs(shift) >= told:
        return "moved"
    if narrowing <= NARROWED:
        return "narrowed"
    return "nothing" if abs(shift) < NOTHING and abs(narrowing - 1) < NOTHING else "little"


def _moved_by(values: Floats, after: Moments, without: Mapping[str, Floats]) -> str:
    """Return the piece of evidence without which the mean would be farthest from where it is."""
    apart = {name: abs(float(weights @ values) - after.mean) for name, weights in without.items()}
    return max(apart, key=lambda name: apart[name], default="")


def _without(weights: Floats, factor: Floats) -> Floats:
    found = weights * factor
    return np.asarray(found / found.sum())
