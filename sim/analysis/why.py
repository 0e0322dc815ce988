"""Why there is no signature: who refused the last text, over which clause, and who was gone.

Shares are of worlds by the weight of their draws, each with Monte Carlo's interval. A typical world
is a medoid (Kaufman & Rousseeuw 1990): the one with the least mean distance to all of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.odds import PROBABLE, monte_carlo_interval
from sim.analysis.weights import Flags, Floats, Ints, Weights

Shares = NDArray[np.float64]  # probability, low and high of each of K: (K, 3)


@dataclass(frozen=True, eq=False)
class Unsigned:
    """Worlds in which no text was signed: N of them, of D draws, with A actors and C clauses.

    Attributes:
        draw: of each world: (N,).
        log_weight: logarithm of each draw's weight: (D,).
        refused: who refused the last text: (N, A).
        obstacle: which clause of it cost the actor most, else -1: (N, A).
        doubted: at whose home the vote was in doubt, where that alone made it refuse, else -1:
            (N, A).
        left: who left at some time: (N, A).
        away: whose absence suspends the talks in the end: (N, A).
    """

    draw: Ints
    log_weight: Floats
    refused: Flags
    obstacle: Ints
    doubted: Ints
    left: Flags
    away: Flags


def refusals_table(worlds: Unsigned, actors: Sequence[str]) -> pd.DataFrame:
    """Return who refused the last text: a row for each actor, as shares of the worlds.

    Columns: actor; probability, low, high; the same of refusing alone under `alone`, and of
    refusing because of a vote at home alone under `vote`: alone, alone_low, alone_high ...
    """
    alone = worlds.refused & (worlds.refused.sum(axis=1, keepdims=True) == 1)
    table = _table("actor", actors, _of(worlds, worlds.refused))
    table = _beside(table, "alone", _of(worlds, alone))
    return _beside(table, "vote", _of(worlds, worlds.doubted >= 0))


def together_table(worlds: Unsigned, actors: Sequence[str]) -> pd.DataFrame:
    """Return which actors refused the last text together, the likeliest first.

    Columns: refused_by (names joined by +, empty where nobody did), probability, low, high.
    """
    sets, which = np.unique(worlds.refused, axis=0, return_inverse=True)
    names = ["+".join(np.array(actors)[each]) for each in sets]
    found = which.reshape(-1, 1) == np.arange(len(sets))
    table = _table("refused_by", names, _of(worlds, found))
    return table.sort_values("probability", ascending=False, kind="stable", ignore_index=True)


def obstacles_table(
    worlds: Unsigned, actors: Sequence[str], clauses: Sequence[str]
) -> pd.DataFrame:
    """Return which clause of the last text cost each actor most that refused it.

    Columns: actor, clause, probability (of the worlds in which the actor refused; NaN where there
    is none), low, high: of each actor the likeliest clause first. What is missing to 1 is refusals
    of texts of which no single clause could have been better for it.
    """
    return _of_refusals(worlds, actors, "clause", clauses, worlds.obstacle)


def doubts_table(worlds: Unsigned, actors: Sequence[str]) -> pd.DataFrame:
    """Return at whose home a vote alone made an actor refuse.

    Columns: actor, body (the actor whose body it is), probability (of the worlds in which the actor
    refused; NaN where there is none), low, high. What is missing to 1 is refusals on its own
    account.
    """
    return _of_refusals(worlds, actors, "body", actors, worlds.doubted)


def exits_table(worlds: Unsigned, actors: Sequence[str]) -> pd.DataFrame:
    """Return who left: a row for each actor, as shares of the worlds.

    Columns: actor; probability, low, high of having left at some time; the same of being away in
    the end from talks that are suspended for it under `away`: away, away_low, away_high.
    """
    table = _table("actor", actors, _of(worlds, worlds.left))
    return _beside(table, "away", _of(worlds, worlds.away))


def bodies_table(
    draw: Ints, log_weight: Floats, declined: Flags, actors: Sequence[str]
) -> pd.DataFrame:
    """Return whose body at home refused a signed text, of the worlds in which one did.

    Args:
        draw: of each world that counts: (N,).
        log_weight: logarithm of each draw's weight: (D,).
        declined: whose body ever did: (N, K).
        actors: whose bodies they are: K.

    Returns:
        actor, probability, low, high.
    """
    some = declined.any(axis=1)
    return _table("actor", actors, shares(draw[some], log_weight, declined[some]))


def shares(draw: Ints, log_weight: Floats, found: Flags) -> Shares:
    """Return which share of some worlds has each of K things, with its interval: (K, 3).

    Args:
        draw: of each world: (N,).
        log_weight: logarithm of each draw's weight: (D,).
        found: which have it: (N, K).

    Returns:
        probability, low and high of each; NaN where there is no world.

    >>> shares(np.array([0, 0, 1, 1]), np.zeros(2), np.array([[1], [1], [1], [0]]) > 0)[0, 0]
    np.float64(0.75)
    """
    sizes = np.bincount(draw, minlength=len(log_weight))
    if not (log_weight[sizes > 0] > -np.inf).any():
        return np.full((found.shape[1], 3), np.nan)
    weights = Weights(sizes, log_weight)
    counts = [np.bincount(draw[each], minlength=len(sizes)) for each in found.T]
    rows = [(weights.mean(each), *_interval(each, weights)) for each in counts]
    return np.reshape(rows, (-1, 3))


def typical(weight: Floats, apart: Floats) -> int:
    """Return the medoid's number: the first of least mean distance (N,) among those with weight."""
    return int(np.where(weight > 0, apart, np.inf).argmin())


def mean_distances(weight: Floats, week: Floats, span: float, kinds: Sequence[Ints]) -> Floats:
    """Return each world's mean distance to all of some worlds, by their weight: (N,).

    The distance of two worlds is how far apart they ended, as a share of `span`, and of each kind
    of feature the share of its columns in which they differ. Such a sum is had feature by feature,
    so that no two worlds are compared one by one.

    Args:
        weight: of each world: (N,).
        week: when each ended: (N,).
        span: the weeks that count as 1.
        kinds: the features, as numbers that are the same or not: (N, F) each.

    >>> one = np.ones(3)
    >>> mean_distances(one, np.array([0.0, 1.0, 4.0]), 4.0, [np.array([[1], [1], [0]])]).round(2)
    array([0.75, 0.67, 1.25])
    """
    part = weight / weight.sum()
    found = _mean_gaps(part, week) / span
    for columns in kinds:
        for column in columns.T:
            _, which = np.unique(column, return_inverse=True)
            alike = np.bincount(which, weights=part)[which]
            found = found + (1.0 - alike) / columns.shape[1]
    return np.asarray(found)


def _mean_gaps(part: Floats, week: Floats) -> Floats:
    """Return the mean of |t_i - t_j| over j by parts that sum to 1: (N,)."""
    order = np.argsort(week, kind="stable")
    t, p = week[order], part[order]
    below, reached = np.cumsum(p), np.cumsum(p * t)
    gaps = np.empty_like(t)
    gaps[order] = t * (2.0 * below - 1.0) + reached[-1] - 2.0 * reached
    return gaps


def _of(worlds: Unsigned, found: Flags) -> Shares:
    return shares(worlds.draw, worlds.log_weight, found)


def _interval(counts: Ints, weights: Weights) -> tuple[float, float]:
    found = monte_carlo_interval(weights.shares(counts), weights)
    return found.low, found.high


def _of_refusals(
    worlds: Unsigned, actors: Sequence[str], name: str, of: Sequence[str], codes: Ints
) -> pd.DataFrame:
    """Return how often each of some things is what stood behind an actor's refusal."""
    parts = [
        table.sort_values("probability", ascending=False, kind="stable")
        for table in _each_actor(worlds, actors, name, of, codes)
    ]
    return pd.concat(parts, ignore_index=True)


def _each_actor(
    worlds: Unsigned, actors: Sequence[str], name: str, of: Sequence[str], codes: Ints
) -> Iterator[pd.DataFrame]:
    for column, actor in enumerate(actors):
        here = worlds.refused[:, column]
        found = codes[here, column, None] == np.arange(len(of))
        table = _table(name, of, shares(worlds.draw[here], worlds.log_weight, found))
        table.insert(0, "actor", actor)
        yield table


def _table(name: str, names: Sequence[str], found: Shares) -> pd.DataFrame:
    columns = dict(zip(PROBABLE, found.T, strict=True))
    return pd.DataFrame({name: np.array(names, dtype=object), **columns})


def _beside(table: pd.DataFrame, name: str, found: Shares) -> pd.DataFrame:
    """Return a table with the shares of something else beside its own."""
    columns = (name, f"{name}_low", f"{name}_high")
    return table.assign(**dict(zip(columns, found.T, strict=True)))
