"""The odds of each outcome, and the two kinds of doubt about them.

A probability is a mean over draws (what we do not know) of shares of replications (chance), each
draw by its weight and by its worlds that contradict nothing known. Its Monte Carlo interval says
how far more worlds could still move it, its assumption range how far knowing the assumptions could:
the one-way analysis of variance keeps the two apart (O'Hagan, Stevenson & Madan 2007). Doubt about
the model itself is in neither.
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

from sim.analysis.weights import Weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Outcomes = Sequence[tuple[str, str]]  # name and label of each
Names = Sequence[str]
PROBABLE = ("probability", "low", "high")

_NO_VARIANCE = 1e-15  # a standard deviation of 3e-8 is rounding; Beta quantiles fail much below
_ROUNDING = 1e-9  # relative: how far sums of weights may miss each other


@dataclass(frozen=True)
class Interval:
    """Two ends, low <= high."""

    low: float
    high: float


UNTOLD = Interval(np.nan, np.nan)  # in tables, a range that cannot be told


@dataclass(frozen=True)
class Difference:
    """A mean difference of probabilities with its interval, over so many paired draws.

    Where draws differ in weight, `draws` is how many of equal weight would be as precise.
    """

    mean: float
    low: float
    high: float
    draws: float


def odds_table(counts: Ints, weights: Weights, outcomes: Outcomes) -> pd.DataFrame:
    """Return the odds: one row for each outcome, in the order given, also where none ended so.

    Args:
        counts: worlds of each draw that count and ended in each outcome: (D, O).
        weights: how much each draw counts.
        outcomes: name and label of each outcome: O.

    Returns:
        outcome, label, probability, low and high (95% Monte Carlo interval), assumption_low and
        assumption_high (5% and 95%; NaN where it cannot be told), worlds (how many ended so).

    Raises:
        ValueError: when shapes differ or a draw's counts do not sum to its worlds.

    >>> counts, of_four = np.array([[3, 1], [1, 3]]), Weights.equal(2, 4)
    >>> odds_table(counts, of_four, [("deal", "A deal"), ("war", "War")]).probability
    0    0.5
    1    0.5
    Name: probability, dtype: float64
    """
    _require_columns(counts, len(outcomes), "draw")
    _require_draws(len(counts), weights)
    if (counts < 0).any() or (counts.sum(axis=1) != weights.sizes).any():
        raise ValueError("the counts of a draw must sum to its worlds: one outcome a world")
    rows = [
        (name, label, *_with_both_doubts(column, weights), int(column.sum()))
        for (name, label), column in zip(outcomes, counts.T, strict=True)
    ]
    columns = ["outcome", "label", *PROBABLE, "assumption_low", "assumption_high", "worlds"]
    return pd.DataFrame(rows, columns=columns)


def monte_carlo_interval(shares: Floats, weights: Weights, level: float = 0.95) -> Interval:
    """Return the interval that chance leaves around a probability: more worlds shrink it.

    Wilson (1927), with the number of independent worlds that would be as precise as these (the
    effective size of a clustered sample, Kish 1965): n = m (1 - m) / var(m), from D (a draw is
    worth one world) to D R, where var(m) = D / (D - 1) sum a_d^2 (p_d - m)^2 is that of a ratio
    (Cochran 1977, ch. 11) and a_d the part of draw d in all weight; of draws and worlds that weigh
    alike it is var(p_d) / D, of others D and D R are effective numbers. Where no two draws differ,
    one draw among them, clustering cannot be told from luck and n is the least, D. Under some 20
    draws, or for a rare outcome that hangs on a few draws, it covers less than its level, because
    var(p_d) is itself uncertain.

    Args:
        shares: share of each draw's worlds: (D,), in [0, 1] where the draw counts.
        weights: how much each draw counts.
        level: the coverage aimed at.

    Raises:
        ValueError: when weights do not fit or a number is out of its range.

    >>> interval = monte_carlo_interval(np.array([0.0, 1.0, 1.0, 0.0]), Weights.equal(4, 10))
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.15, 0.85)
    """
    _require_shares(shares, weights)
    p, mass = shares[weights.counting], weights.mass[weights.counting]
    m = float(np.average(p, weights=mass))
    return wilson_interval(m, _effective_worlds(p, m, weights), level)


def wilson_interval(m: float, n: float, level: float = 0.95) -> Interval:
    """Return the interval of Wilson (1927) around a share m of n independent worlds.

    Raises:
        ValueError: when level is not in (0, 1).

    >>> interval = wilson_interval(15 / 148, 148)  # Newcombe (1998), table I
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0624, 0.1605)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    low, high = wilson(np.array(m), np.array(n), level)
    return Interval(float(low), float(high))


def assumption_range(shares: Floats, weights: Weights) -> Interval | None:
    """Return the range of the odds if we knew the assumptions, or None where it cannot be told.

    The 5% and 95% quantiles of the Beta with mean m and the variance between draws v, freed of
    the chance within draws: v = max(0, (MSB - MSW) / R), the one-way random-effects estimator
    (Searle, Casella & McCulloch 1992, ch. 3, with their n_0 for R where draws are not alike;
    for simulations O'Hagan, Stevenson & Madan 2007), every draw by its weight. v >= m (1 - m),
    when every draw is certain, gives the Beta's limit: 0 with probability 1 - m, else 1. A rare
    outcome that hangs on a few draws can have both quantiles below m. More worlds do not shrink
    the range. It is None where it cannot be told from chance: v = 0, one draw that counts, or at
    most one world of each.

    Args:
        shares: share of each draw's worlds: (D,), in [0, 1] where the draw counts.
        weights: how much each draw counts.

    Raises:
        ValueError: when weights do not fit or a number is out of its range.

    >>> assumption_range(np.array([0.0, 1.0, 1.0, 0.0]), Weights.equal(4, 10))
    Interval(low=0.0, high=1.0)
    >>> assumption_range(np.array([0.0, 1.0, 1.0, 0.0]), Weights.equal(4, 1)) is None
    True
    """
    _require_shares(shares, weights)
    counting = weights.counting
    p, w, mass = shares[counting], weights.weight[counting], weights.mass[counting]
    if _is_one(weights.effective_draws) or (weights.sizes[counting] == 1).all():
        return None
    m, total = float(np.average(p, weights=mass)), float(mass.sum())
    freedom = float(w.sum()) - float(w @ mass) / total  # D - 1 of draws that weigh alike
    between = float(mass @ (p - m) ** 2) / freedom
    within = float(mass @ (p * (1 - p))) / (total - float(w.sum()))
    replications_a_draw = (total - float(mass @ mass) / total) / freedom
    return _beta_range(m, (between - within) / replications_a_draw)


def paired_difference(
    a: Floats, a_weights: Weights, b: Floats, b_weights: Weights, level: float = 0.95
) -> Difference:
    """Return the difference of the odds a - b over draws paired by one seed, with its t interval.

    Pairing takes out what both scenarios share (common random numbers: Glasserman & Yao 1992). A
    draw may weigh otherwise in each: its part in the error is then its influence on the difference
    of two ratios (linearised: Cochran 1977, ch. 11). Draws of one weight that all differ by the
    same give an interval of no width.

    Args:
        a: shares of the draws in one scenario: (D,).
        a_weights: how much each draw counts there.
        b: shares of the same draws in the other: (D,).
        b_weights: how much each draw counts in the other.
        level: the coverage aimed at.

    Raises:
        ValueError: when shapes differ, there are fewer than two effective draws, or a number is
            out of its range.

    >>> three = Weights.equal(3, 10)
    >>> gain = paired_difference(np.array([0.5, 0.7, 0.9]), three, np.array([0.4, 0.5, 0.6]), three)
    >>> round(gain.mean, 3), round(gain.low, 3), round(gain.high, 3)
    (0.2, -0.048, 0.448)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError(f"paired draws need one share each, not shapes {a.shape} and {b.shape}")
    draws = min(a_weights.effective_draws, b_weights.effective_draws)
    if draws < 2 - _ROUNDING:
        raise ValueError(f"a paired difference needs at least two draws, not {draws:g}")
    (a_mean, a_influence), (b_mean, b_influence) = (
        _mean_and_influence(a, a_weights),
        _mean_and_influence(b, b_weights),
    )
    influence = a_influence - b_influence
    if np.abs(influence).max() < _NO_VARIANCE:
        influence = np.zeros(len(a))
    error = sqrt(draws / (draws - 1) * float(influence @ influence))
    half = float(special.stdtrit(draws - 1, (1 + level) / 2)) * error
    mean = a_mean - b_mean
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
    dates: Sequence[date], counts: Ints | Floats, worlds: float, outcomes: Outcomes
) -> pd.DataFrame:
    """Return the probability that each outcome has happened by each date.

    Args:
        dates: end of each step, in order: T.
        counts: worlds whose outcome happened in each step, by their weight: (T, O).
        worlds: how many worlds there are, by their weight.
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
    if (counts < 0).any() or counts.sum() > worlds * (1 + _ROUNDING):
        raise ValueError(f"{counts.sum()} outcomes cannot happen in {worlds} worlds, one in each")
    names = [name for name, _ in outcomes]
    return pd.DataFrame(
        {
            "date": [day for day in dates for _ in names],
            "outcome": names * len(dates),
            "probability": np.minimum(counts.cumsum(axis=0) / worlds, 1.0).ravel(),
        }
    )


@dataclass(frozen=True, eq=False)
class Happened:
    """In which worlds each event has happened by each date, summed over draws: (T, E) each.

    From k such worlds of the n of a draw of weight W, in the units of `Weights.weight`.

    Attributes:
        counts: the sum of W k.
        squares: the sum of W^2 k^2.
        products: the sum of W^2 k n.
    """

    counts: Floats
    squares: Floats
    products: Floats


def events_table(
    dates: Sequence[date], happened: Happened, weights: Weights, events: Names
) -> pd.DataFrame:
    """Return the probability that each event has happened by each date, with its interval.

    Intervals are Monte Carlo's, 95%, as in `monte_carlo_interval`.

    Args:
        dates: T, in order.
        happened: what has happened by each.
        weights: how much each draw counts.
        events: names: E.

    Returns:
        event, date, probability, low, high: event by event, date by date.

    >>> days, two = [date(2026, 1, 1)], np.array([[2]])
    >>> all_of_one_draw = Happened(two, two**2, two * 2)
    >>> table = events_table(days, all_of_one_draw, Weights.equal(2, 2), ["signed"])
    >>> table.round(2).low.item()
    0.09
    """
    total, draws = weights.total, weights.effective_draws
    m = np.minimum(happened.counts / total, 1.0)
    squares = (
        happened.squares - 2 * m * happened.products + m**2 * float(weights.mass @ weights.mass)
    )
    error = squares / total**2 * draws / max(draws - 1, _ROUNDING)  # sum a^2 (p - m)^2, corrected
    alike = (error * draws < _NO_VARIANCE) | _is_one(draws)
    n = np.where(alike, draws, m * (1 - m) / np.where(alike, 1.0, error))
    low, high = wilson(m, np.clip(n, draws, weights.effective_worlds), 0.95)
    return pd.DataFrame(
        {
            "event": [event for event in events for _ in dates],
            "date": [*dates] * len(events),
            **{name: ends.T.ravel() for name, ends in zip(PROBABLE, (m, low, high), strict=True)},
        }
    )


def questions_table(
    counts: Ints, weights: Weights, questions: Sequence[tuple[str, str, date]]
) -> pd.DataFrame:
    """Return the odds of some questions, with both doubts.

    Args:
        counts: worlds of each draw that count and in which it has happened by the day: (D, Q).
        weights: how much each draw counts.
        questions: id, label and day of each: Q.

    Returns:
        id, label, by, probability, low, high, assumption_low, assumption_high (as `odds_table`).
    """
    table = totals_table(counts, weights, [(name, label) for name, label, _ in questions])
    table = table.rename(columns={"total": "id"})
    table.insert(2, "by", [day for _, _, day in questions])
    return table


def totals_table(counts: Ints, weights: Weights, totals: Outcomes) -> pd.DataFrame:
    """Return the odds of some events, which need not exclude each other, with both doubts.

    Args:
        counts: worlds of each draw that count and in which the event happened: (D, K).
        weights: how much each draw counts.
        totals: name and label of each event: K.

    Returns:
        total, label, probability, low, high, assumption_low, assumption_high (as `odds_table`).
    """
    rows = [
        (name, label, *_with_both_doubts(column, weights))
        for (name, label), column in zip(totals, counts.T, strict=True)
    ]
    columns = ["total", "label", *PROBABLE, "assumption_low", "assumption_high"]
    return pd.DataFrame(rows, columns=columns)


def clauses_table(
    options: Sequence[tuple[str, str]],
    signed: Ints | Floats,
    first: Ints | Floats,
    n_signed: float,
    n_first: float,
) -> pd.DataFrame:
    """Return how often each option of each clause stands in signed texts and in first texts.

    Args:
        options: clause and option: N.
        signed: signed texts that have the option, each by its weight: (N,).
        first: first texts of the talks that have it, likewise: (N,).
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


def _with_both_doubts(counts: Ints, weights: Weights) -> tuple[float, float, float, float, float]:
    """Return the odds of something, its Monte Carlo interval and its assumption range."""
    shares = weights.shares(counts)
    chance = monte_carlo_interval(shares, weights)
    known = assumption_range(shares, weights) or UNTOLD
    return weights.mean(counts), chance.low, chance.high, known.low, known.high


def _effective_worlds(p: Floats, m: float, weights: Weights) -> float:
    """Return how many independent worlds give the mean m as precisely as shares p that count."""
    draws = weights.effective_draws
    # Not var = 0: the mean of equal shares can miss them by rounding.
    if np.ptp(p) < 1e-12 or _is_one(draws):
        return draws
    influence = weights.parts[weights.counting] * (p - m)
    error = draws / (draws - 1) * float(influence @ influence)
    if not error:
        return draws
    return min(max(m * (1 - m) / error, draws), weights.effective_worlds)


def _is_one(draws: float) -> bool:
    """Return whether one draw has all the weight, or so nearly that nothing beside it is seen."""
    return draws < 1 + _ROUNDING


def _mean_and_influence(shares: Floats, weights: Weights) -> tuple[float, Floats]:
    """Return the odds and how far each draw moves them: (D,)."""
    _require_shares(shares, weights)
    known = np.where(weights.counting, shares, 0.0)
    m = float(np.average(known, weights=weights.mass))
    return m, weights.parts * (known - m)


def _beta_range(m: float, v: float) -> Interval | None:
    if v <= _NO_VARIANCE:
        return None
    if v >= m * (1 - m):
        return Interval(float(m > 0.95), float(m > 0.05))
    concentration = m * (1 - m) / v - 1
    ends = special.betaincinv(m * concentration, (1 - m) * concentration, np.array([0.05, 0.95]))
    low, high = np.round(ends, 12)  # towards the limit the ends underflow, by machine
    return Interval(float(low), float(high))


def _require_shares(shares: Floats, weights: Weights) -> None:
    if shares.ndim != 1:
        raise ValueError(f"shares must have one axis, of draws, not shape {shares.shape}")
    _require_draws(len(shares), weights)
    counting = shares[weights.counting]
    if not ((counting >= 0) & (counting <= 1)).all():
        raise ValueError("shares must lie in [0, 1]")


def _require_draws(draws: int, weights: Weights) -> None:
    if draws != len(weights.sizes):
        raise ValueError(f"weights must be of {draws} draws, not {len(weights.sizes)}")


def _require_columns(counts: Ints | Floats, outcomes: int, row: str) -> None:
    if counts.ndim != 2 or counts.shape[1] != outcomes:
        raise ValueError(
            f"counts must have a row for each {row} and a column for each of {outcomes} outcomes, "
            f"not shape {counts.shape}"
        )


def _shares_of_texts(kind: str, counts: Ints | Floats, texts: float, options: int) -> Floats:
    if counts.shape != (options,):
        raise ValueError(f"{kind} must count {options} options, not shape {counts.shape}")
    if (counts < 0).any() or (counts > texts * (1 + _ROUNDING)).any():
        raise ValueError(f"no option can be in more {kind} texts than the {texts} that there are")
    return np.minimum(counts / texts, 1.0) if texts else np.full(options, np.nan)
