"""The odds of each outcome, and the two kinds of doubt about them.

A probability is a mean over draws (what we do not know) of shares of replications (chance). Its
Monte Carlo interval says how far more worlds could still move it, its assumption range how far
knowing the assumptions could: the one-way analysis of variance keeps the two apart (O'Hagan,
Stevenson & Madan 2007). Doubt about the model itself is in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import hypot, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Outcomes = Sequence[tuple[str, str]]  # name and label of each
Names = Sequence[str]
PROBABLE = ("probability", "low", "high")

_NO_VARIANCE = 1e-15  # a standard deviation of 3e-8 is rounding; Beta quantiles fail much below


@dataclass(frozen=True)
class Interval:
    """Two ends, low <= high."""

    low: float
    high: float


UNTOLD = Interval(np.nan, np.nan)  # in tables, a range that cannot be told


@dataclass(frozen=True)
class Difference:
    """A mean difference of probabilities with its interval, over so many paired draws."""

    mean: float
    low: float
    high: float
    draws: int


def odds_table(counts: Ints, replications: int | Ints, outcomes: Outcomes) -> pd.DataFrame:
    """Return the odds: one row for each outcome, in the order given, also where none ended so.

    Args:
        counts: worlds of each draw that ended in each outcome: (D, O).
        replications: worlds of each draw: one number, or (D,) where a draw was cut short.
        outcomes: name and label of each outcome: O.

    Returns:
        outcome, label, probability, low and high (95% Monte Carlo interval), assumption_low and
        assumption_high (5% and 95%; NaN where it cannot be told), worlds (how many ended so).

    Raises:
        ValueError: when shapes differ or a draw's counts do not sum to its worlds.

    >>> counts = np.array([[3, 1, 0], [1, 3, 0]])
    >>> odds_table(counts, 4, [("deal", "A deal"), ("war", "War"), ("other", "Other")]).probability
    0    0.5
    1    0.5
    2    0.0
    Name: probability, dtype: float64
    """
    _require_columns(counts, len(outcomes), "draw")
    sizes = _sizes(len(counts), replications)
    if (counts < 0).any() or (counts.sum(axis=1) != sizes).any():
        raise ValueError("the counts of a draw must sum to its replications: one outcome a world")
    rows = []
    for (name, label), column in zip(outcomes, counts.T, strict=True):
        shares, worlds = column / sizes, int(column.sum())
        chance = monte_carlo_interval(shares, replications)
        known = assumption_range(shares, replications) or UNTOLD
        odds = worlds / float(sizes.sum())
        rows.append((name, label, odds, chance.low, chance.high, known.low, known.high, worlds))
    columns = ["outcome", "label", "probability", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "assumption_low", "assumption_high", "worlds"])


def monte_carlo_interval(shares: Floats, replications: int | Ints, level: float = 0.95) -> Interval:
    """Return the interval that chance leaves around a probability: more worlds shrink it.

    Wilson (1927), with the number of independent worlds that would be as precise as these (the
    effective size of a clustered sample, Kish 1965): n = m (1 - m) / (var(p_d) / D), from D (a
    draw is worth one world) to D R. Where no two draws differ, one draw among them, clustering
    cannot be told from luck and n is the least, D. Under some 20 draws, or for a rare outcome
    that hangs on a few draws, it covers less than its level, because var(p_d) is itself
    uncertain. Draws cut short count by their worlds.

    Args:
        shares: share of each draw's worlds: (D,), in [0, 1].
        replications: worlds of each draw: one number, or (D,).
        level: the coverage aimed at.

    Raises:
        ValueError: when there is no draw, sizes do not fit, or a number is out of its range.

    >>> interval = monte_carlo_interval(np.array([0.0, 1.0, 1.0, 0.0]), 10)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.15, 0.85)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    sizes = _sizes_of_shares(shares, replications)
    m = float(np.average(shares, weights=sizes))
    low, high = wilson(np.array(m), np.array(_effective_worlds(shares, sizes, m)), level)
    return Interval(float(low), float(high))


def assumption_range(shares: Floats, replications: int | Ints) -> Interval | None:
    """Return the range of the odds if we knew the assumptions, or None where it cannot be told.

    The 5% and 95% quantiles of the Beta with mean m and the variance between draws v, freed of
    the chance within draws: v = max(0, (MSB - MSW) / R), the one-way random-effects estimator
    (Searle, Casella & McCulloch 1992, ch. 3, with their n_0 for R where draws were cut short;
    for simulations O'Hagan, Stevenson & Madan 2007). v >= m (1 - m), when every draw is certain,
    gives the Beta's limit: 0 with probability 1 - m, else 1. A rare outcome that hangs on a few
    draws can have both quantiles below m. More worlds do not shrink the range. It is None where
    it cannot be told from chance: v = 0, one draw, or one replication a draw.

    Args:
        shares: share of each draw's worlds: (D,), in [0, 1].
        replications: worlds of each draw: one number, or (D,).

    Raises:
        ValueError: when there is no draw, sizes do not fit, or a number is out of its range.

    >>> assumption_range(np.array([0.0, 1.0, 1.0, 0.0]), 10)
    Interval(low=0.0, high=1.0)
    >>> assumption_range(np.array([0.0, 1.0, 1.0, 0.0]), 1) is None
    True
    """
    sizes = _sizes_of_shares(shares, replications)
    draws, worlds = len(shares), float(sizes.sum())
    if draws in (1, worlds):
        return None
    m = float(np.average(shares, weights=sizes))
    between = float(sizes @ (shares - m) ** 2) / (draws - 1)
    within = float(sizes @ (shares * (1 - shares))) / (worlds - draws)
    replications_a_draw = (worlds - float(sizes @ sizes) / worlds) / (draws - 1)
    return _beta_range(m, (between - within) / replications_a_draw)


def paired_difference(a: Floats, b: Floats, level: float = 0.95) -> Difference:
    """Return the mean of a - b over draws paired by one seed, with its t interval.

    Pairing takes out what both scenarios share (common random numbers: Glasserman & Yao 1992).
    Draws that all differ by the same give an interval of no width.

    Args:
        a: shares of the draws in one scenario: (D,).
        b: shares of the same draws in the other: (D,).
        level: the coverage aimed at.

    Raises:
        ValueError: when shapes differ, there are fewer than two draws, or level is not in (0, 1).

    >>> gain = paired_difference(np.array([0.5, 0.7, 0.9]), np.array([0.4, 0.5, 0.6]))
    >>> round(gain.mean, 3), round(gain.low, 3), round(gain.high, 3)
    (0.2, -0.048, 0.448)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"paired draws need one share each, not shapes {a.shape} and {b.shape}")
    draws = len(a)
    if draws < 2:
        raise ValueError(f"a paired difference needs at least two draws, not {draws}")
    differences = a - b
    mean = float(differences.mean())
    error = float(differences.std(ddof=1)) / sqrt(draws)
    half = float(special.stdtrit(draws - 1, (1 + level) / 2)) * error
    return Difference(mean, mean - half, mean + half, draws)


def independent_difference(
    a: float, a_interval: Interval, b: float, b_interval: Interval
) -> Interval:
    """Return the interval of a - b for two independent proportions, from the interval of each.

    Newcombe (1998, Statistics in Medicine 17: 873-890), method 10, the square-and-add of two
    Wilson intervals: it has their level.

    >>> wilson = Interval(0.6918, 0.8770), Interval(0.4905, 0.7004)  # of 56/70 and of 48/80
    >>> interval = independent_difference(56 / 70, wilson[0], 48 / 80, wilson[1])
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.052, 0.334)
    """
    below = hypot(a - a_interval.low, b_interval.high - b)
    above = hypot(a_interval.high - a, b - b_interval.low)
    return Interval(a - b - below, a - b + above)


def timeline_table(
    dates: Sequence[date], counts: Ints, worlds: int, outcomes: Outcomes
) -> pd.DataFrame:
    """Return the probability that each outcome has happened by each date.

    Args:
        dates: end of each step, in order: T.
        counts: worlds whose outcome happened in each step: (T, O).
        worlds: how many worlds there are.
        outcomes: name and label of each outcome: O.

    Returns:
        date, outcome, probability: a row for each outcome on each date, date by date.

    Raises:
        ValueError: when shapes differ, dates go back, or more outcomes happen than worlds are.

    >>> new_year = [date(2026, 1, 1), date(2026, 1, 8)]
    >>> timeline_table(new_year, np.array([[1], [2]]), 4, [("deal", "A deal")]).probability.tolist()
    [0.25, 0.75]
    """
    _require_columns(counts, len(outcomes), "step")
    if len(counts) != len(dates):
        raise ValueError(f"counts have {len(counts)} steps, but there are {len(dates)} dates")
    if any(later < earlier for earlier, later in pairwise(dates)):
        raise ValueError("dates must be in order")
    if (counts < 0).any() or counts.sum() > worlds:
        raise ValueError(f"{counts.sum()} outcomes cannot happen in {worlds} worlds, one in each")
    names = [name for name, _ in outcomes]
    return pd.DataFrame(
        {
            "date": [day for day in dates for _ in names],
            "outcome": names * len(dates),
            "probability": (counts.cumsum(axis=0) / worlds).ravel(),
        }
    )


def events_table(
    dates: Sequence[date], counts: Ints, squares: Ints, draws: int, replications: int, events: Names
) -> pd.DataFrame:
    """Return the probability that each event has happened by each date, with its interval.

    Intervals are Monte Carlo's, 95%, as in `monte_carlo_interval`.

    Args:
        dates: T, in order.
        counts: worlds in which the event has happened by the date, all draws together: (T, E).
        squares: the sum over draws of the square of each draw's number of such worlds: (T, E).
        draws: how many draws, D.
        replications: worlds of each draw.
        events: names: E.

    Returns:
        event, date, probability, low, high: event by event, date by date.

    >>> days, all_of_one_draw = [date(2026, 1, 1)], np.array([[2]])
    >>> events_table(days, all_of_one_draw, np.array([[4]]), 2, 2, ["signed"]).round(2).low.item()
    0.09
    """
    worlds = draws * replications
    m = counts / worlds
    between = (squares / replications**2 - draws * m**2) / max(draws - 1, 1)
    alike = between < 1e-15
    n = np.where(alike, draws, m * (1 - m) * draws / np.where(alike, 1.0, between))
    low, high = wilson(m, np.clip(n, draws, worlds), 0.95)
    return pd.DataFrame(
        {
            "event": [event for event in events for _ in dates],
            "date": [*dates] * len(events),
            **{name: ends.T.ravel() for name, ends in zip(PROBABLE, (m, low, high), strict=True)},
        }
    )


def questions_table(
    counts: Ints, replications: int, questions: Sequence[tuple[str, str, date]]
) -> pd.DataFrame:
    """Return the odds of some questions, with both doubts.

    Args:
        counts: worlds of each draw in which it has happened by the day: (D, Q).
        replications: worlds of each draw.
        questions: id, label and day of each: Q.

    Returns:
        id, label, by, probability, low, high, assumption_low, assumption_high (as `odds_table`).
    """
    table = totals_table(counts, replications, [(name, label) for name, label, _ in questions])
    table = table.rename(columns={"total": "id"})
    table.insert(2, "by", [day for _, _, day in questions])
    return table


def totals_table(counts: Ints, replications: int, totals: Outcomes) -> pd.DataFrame:
    """Return the odds of some events, which need not exclude each other, with both doubts.

    Args:
        counts: worlds of each draw in which the event happened: (D, K).
        replications: worlds of each draw.
        totals: name and label of each event: K.

    Returns:
        total, label, probability, low, high, assumption_low, assumption_high (as `odds_table`).
    """
    rows = []
    for (name, label), column in zip(totals, counts.T, strict=True):
        shares = column / replications
        chance = monte_carlo_interval(shares, replications)
        known = assumption_range(shares, replications) or UNTOLD
        odds = float(column.sum()) / (len(column) * replications)
        rows.append((name, label, odds, chance.low, chance.high, known.low, known.high))
    columns = ["total", "label", *PROBABLE, "assumption_low", "assumption_high"]
    return pd.DataFrame(rows, columns=columns)


def clauses_table(
    options: Sequence[tuple[str, str]], signed: Ints, first: Ints, n_signed: int, n_first: int
) -> pd.DataFrame:
    """Return how often each option of each clause stands in signed texts and in first texts.

    Args:
        options: clause and option: N.
        signed: signed texts that have the option: (N,).
        first: first texts of the talks that have it: (N,).
        n_signed: how many texts were signed.
        n_first: how many first texts there are.

    Returns:
        clause, option, signed_share, first_text_share; NaN where there is no such text.

    Raises:
        ValueError: when shapes differ, or an option is in more texts than there are.

    >>> clauses_table([("nato", "in"), ("nato", "out")], np.array([0, 0]), np.array([1, 3]), 0, 4)
      clause option  signed_share  first_text_share
    0   nato     in           NaN              0.25
    1   nato    out           NaN              0.75
    """
    clauses = [clause for clause, _ in options]
    return pd.DataFrame(
        {
            "clause": clauses,
            "option": [option for _, option in options],
            "signed_share": _shares_of_texts("signed", signed, n_signed, len(clauses)),
            "first_text_share": _shares_of_texts("first", first, n_first, len(clauses)),
        }
    )


def wilson(m: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the ends of Wilson's interval around shares m of n worlds, elementwise."""
    z = float(special.ndtri((1 + level) / 2))
    centre = (m + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(m * (1 - m) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    # Exactly, the ends enclose m and lie in [0, 1]; rounding at m = 0 or 1 does not know that.
    low, high = np.minimum(m, centre - half), np.maximum(m, centre + half)
    return np.maximum(0.0, low), np.minimum(1.0, high)


def _effective_worlds(shares: Floats, sizes: Floats, m: float) -> float:
    worlds = float(sizes.sum())
    draws = worlds**2 / float(sizes @ sizes)  # D, or a little less where a draw was cut short
    if np.ptp(shares) < 1e-12:  # not var = 0: the mean of equal shares can miss them by rounding
        return draws
    parts = sizes / worlds * (shares - m)
    error = len(shares) / (len(shares) - 1) * float(parts @ parts)  # var(p_d) / D
    return min(max(m * (1 - m) / error, draws), worlds)


def _beta_range(m: float, v: float) -> Interval | None:
    if v <= _NO_VARIANCE:
        return None
    if v >= m * (1 - m):
        return Interval(float(m > 0.95), float(m > 0.05))
    concentration = m * (1 - m) / v - 1
    ends = special.betaincinv(m * concentration, (1 - m) * concentration, np.array([0.05, 0.95]))
    low, high = np.round(ends, 12)  # towards the limit the ends underflow, by machine
    return Interval(float(low), float(high))


def _sizes(draws: int, replications: int | Ints) -> Floats:
    sizes = np.asarray(replications, dtype=np.float64)
    if draws == 0:
        raise ValueError("odds need at least one draw")
    if sizes.ndim > 0 and sizes.shape != (draws,):
        raise ValueError(f"replications must be one number or {draws}, not shape {sizes.shape}")
    if not (sizes >= 1).all():
        raise ValueError("every draw must have at least one replication")
    return np.broadcast_to(sizes, (draws,))


def _sizes_of_shares(shares: Floats, replications: int | Ints) -> Floats:
    if shares.ndim != 1:
        raise ValueError(f"shares must have one axis, of draws, not shape {shares.shape}")
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("shares must lie in [0, 1]")
    return _sizes(len(shares), replications)


def _require_columns(counts: Ints, outcomes: int, row: str) -> None:
    if counts.ndim != 2 or counts.shape[1] != outcomes:
        raise ValueError(
            f"counts must have a row for each {row} and a column for each of {outcomes} outcomes, "
            f"not shape {counts.shape}"
        )


def _shares_of_texts(kind: str, counts: Ints, texts: int, options: int) -> Floats:
    if counts.shape != (options,):
        raise ValueError(f"{kind} must count {options} options, not shape {counts.shape}")
    if (counts < 0).any() or (counts > texts).any():
        raise ValueError(f"no option can be in more {kind} texts than the {texts} that there are")
    return counts / texts if texts else np.full(options, np.nan)
