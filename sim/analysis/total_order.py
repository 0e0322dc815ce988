"""What groups of numbers do by themselves and together with others: total-order indices.

By pick and freeze (Sobol' 2001): each draw is played once more with one group's numbers from
another draw and all else as it was. T = E[(f(A) - f(A'))^2] / (2 var f) (Jansen 1999), f the chance
of something in a draw; by how much the worlds of a draw differ by chance is taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COLUMNS = ("group", "total", "error")
_NO_VARIANCE = 1e-15


@dataclass(frozen=True, eq=False)
class Played:
    """What came of the worlds of some draws.

    Attributes:
        worlds: 1 where something happened, or any other measure of a world: (D, R). With one world
            of each draw it is taken as exact.
    """

    worlds: Floats

    @property
    def variance(self) -> float:
        """Return the variance between draws, freed of chance within them; nan: none can be told."""
        between = float(self.worlds.mean(axis=1).var(ddof=1)) - float(_error(self.worlds).mean())
        return between if between > _NO_VARIANCE else np.nan

    def apart(self, other: Played) -> Floats:
        """Return the squared difference of each draw in two plays, without its bias: (D,).

        Worlds of both are paired, so what they share by chance does not count as a difference.
        """
        differences = self.worlds - other.worlds
        return np.asarray(differences.mean(axis=1) ** 2 - _error(differences))


def total_table(before: Played, after: Mapping[str, Played]) -> pd.DataFrame:
    """Return the total-order index of each group of numbers.

    Args:
        before: the draws as they are.
        after: group: the same draws with its numbers from others.

    Returns:
        group, total (the part of the variance between draws that would be left if all numbers but
        the group's were known; nan where it cannot be told from chance), error (standard error):
        the greatest first.

    >>> x, y, other = np.random.default_rng(0).normal(size=(3, 4000, 1))
    >>> table = total_table(Played(2 * x + y), {"x": Played(2 * other + y)})
    >>> table.round(1).values.tolist()
    [['x', 0.8, 0.0]]
    """
    twice = 2 * before.variance
    rows = []
    for group, played in after.items():
        squares = before.apart(played) / twice
        rows.append((group, float(squares.mean()), float(squares.std() / len(squares) ** 0.5)))
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = (-table["total"]).argsort(kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _error(worlds: Floats) -> Floats:
    """Return the variance of the mean of each draw's worlds, as they tell it: (D,)."""
    many = worlds.shape[1]
    return np.asarray(worlds.var(axis=1, ddof=1) / many) if many > 1 else np.zeros(len(worlds))
