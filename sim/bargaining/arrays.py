"""How arrays with a leading axis of worlds (or draws) lie in memory.

Worlds lie side by side (Fortran order): a sum over options, blocks or actors is then a few long
additions of vectors, one world beside the next, and not one short sum for each world. Nothing
depends on it but speed: every function of this package takes arrays in either order.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Flags = NDArray[np.bool_]


def side_by_side(columns: Sequence[Array]) -> Array:
    """Return several things of each world, each (W, ...), as one array (W, K, ...).

    >>> side_by_side([np.array([1, 2, 3]), np.array([4, 5, 6])]).tolist()
    [[1, 4], [2, 5], [3, 6]]
    """
    return np.ascontiguousarray(np.stack([column.T for column in columns], axis=-2)).T


def of_worlds(values: Array, rows: NDArray[np.intp]) -> Array:
    """Return an array (W, ...) of some worlds only: values[rows], which lie side by side.

    >>> of_worlds(np.array([[1, 4], [2, 5], [3, 6]]), np.array([2, 0])).tolist()
    [[3, 6], [1, 4]]
    """
    return values.T.take(rows, axis=-1).T


def of_actors(table: Array, rows: NDArray[np.intp], actors: NDArray[np.int64]) -> Array:
    """Return the parts (V, N) of a table (T, A, N) that belong to actors (V,) in rows (V,)."""
    flat = table.T.reshape(table.shape[2], -1)
    return flat.take(actors * len(table) + rows, axis=-1).T


def by_voice(values: Array) -> Array:
    """Return values (W, A, ...) voice by voice, actor after actor: (A x W, ...).

    >>> by_voice(np.array([[1, 2], [3, 4]])).tolist()
    [1, 3, 2, 4]
    """
    return values.T.reshape(*values.T.shape[:-2], -1).T


def at_cells(table: Array, cells: NDArray[np.int64], rows: NDArray[np.intp] | None = None) -> Array:
    """Return what rows (W,) of a table (T, ..., N) say of cells (W, K): (W, ..., K).

    Tables are kept whole, one row a draw or a world, and never cut to the worlds in play; without
    rows, the table has one for each world.

    >>> at_cells(np.array([[1, 2], [3, 4]]), np.array([[0], [1], [1]]), np.array([1, 1, 0])).T
    array([[3, 4, 2]])
    """
    rows = np.arange(len(table)) if rows is None else rows
    between = table.shape[1:-1]
    things = prod(between)
    # Positions in memory: faster than an index for each axis.
    first = cells.T * (things * len(table)) + rows
    where = first[:, None] + len(table) * np.arange(things)[:, None]
    found = table.T.ravel().take(where)
    return found.reshape(len(found), *reversed(between), len(rows)).T
