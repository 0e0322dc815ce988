"""What numbers explain together: the importance of a group, by nested regression.

A regression on all numbers of a group beside one on none of them. It counts what they share once,
where sums of single importances would count it for each of them, and finds many small effects that
none of them shows alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg

from sim.analysis.importance import Response

Floats = NDArray[np.float64]

COLUMNS = ("group", "numbers", "importance", "chance")
PERMUTATIONS, LEVEL = 100, 0.95
BENDS, MOST = 0.25, 0.5  # terms, as shares of the effective draws: with squares, and at all
_ALIKE = 1e-9  # relative: columns nearer to the others than this say nothing more


def group_table(
    groups: Mapping[str, Sequence[str]],
    inputs: Mapping[str, Floats],
    response: Response,
    categories: Collection[str],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return what each group of numbers explains of an outcome.

    A number enters by its rank and, where the draws are enough for it, the square of that; kinds by
    one term for each. Groups of more numbers than half the effective draws cannot be told.

    Args:
        groups: name: paths of numbers; those that are the same in all draws are left out.
        inputs: path: the number in each draw that counts: (D,).
        response: the outcome.
        categories: the paths of those that are codes of kinds without order.
        rng: what permutations are drawn from.

    Returns:
        group, numbers (how many), importance (the part of the variance of the outcome's odds over
        draws that they explain together), chance (what as many numbers without effect reach in one
        case of 20): the most important first; nan where it cannot be told.
    """
    every = np.arange(len(response.values))
    order = np.column_stack([every, *(rng.permutation(every) for _ in range(PERMUTATIONS))])
    rows = []
    for name, paths in groups.items():
        moving = [path for path in paths if np.ptp(inputs[path]) > 0]
        if moving:
            terms = _terms({p: inputs[p] for p in moving}, response, categories)
            rows.append((name, len(moving), *_explained(terms, response, order)))
    table = pd.DataFrame(rows, columns=COLUMNS)
    order_of = (-table["importance"]).argsort(kind="stable")
    return table.iloc[order_of].reset_index(drop=True)


def _explained(terms: Floats | None, response: Response, order: Floats) -> tuple[float, float]:
    """Return what some terms (D, T) explain, and what chance would let them.

    1 - sum a e^2 / sum a (1 + a - h) y^2: the squares that a regression leaves, beside those that
    it would leave of an outcome that has nothing to do with its terms (h the leverage of each draw,
    a its part in all weight), whether or not the variance of the outcome differs with the weights.
    """
    if terms is None:
        return np.nan, np.nan
    root = np.sqrt(response.parts)[:, None]
    basis = _orthogonal(root * np.column_stack([np.ones(len(terms)), terms]))
    values = root * (response.values - response.mean)[order]
    values -= root * (root.T @ values)
    left = (values**2).sum(axis=0) - ((basis.T @ values) ** 2).sum(axis=0)
    without = (1 + response.parts - (basis**2).sum(axis=1)) @ values**2
    share = (1 - left / without) * response.variance / response.known
    return float(share[0]), float(np.quantile(share[1:], LEVEL))


def _orthogonal(columns: Floats) -> Floats:
    """Return an orthogonal basis of what some columns span: (D, rank)."""
    basis, corner, _ = linalg.qr(columns, mode="economic", pivoting=True)
    size = np.abs(np.diag(corner))
    return np.asarray(basis[:, size > _ALIKE * size[0]])


def _terms(
    inputs: Mapping[str, Floats], response: Response, categories: Collection[str]
) -> Floats | None:
    """Return by which terms numbers enter a regression: (D, T); None: they are too many."""
    kinds = [values for path, values in inputs.items() if path in categories]
    ranks = [_ranks(values, response.parts) for p, values in inputs.items() if p not in categories]
    each = [(values == kind) * 1.0 for values in kinds for kind in np.unique(values)[1:]]
    draws = response.effective_draws
    if 2 * len(ranks) + len(each) <= BENDS * draws:
        ranks += [rank**2 for rank in ranks]
    terms = [*ranks, *each]
    return np.column_stack(terms) if len(terms) <= MOST * draws else None


def _ranks(values: Floats, parts: Floats) -> Floats:
    """Return where each value lies among all, by weight, from -1/2 to 1/2: (D,)."""
    _, place = np.unique(values, return_inverse=True)
    own = np.bincount(place, parts)
    return np.asarray((np.cumsum(own) - own / 2)[place] - 0.5)
