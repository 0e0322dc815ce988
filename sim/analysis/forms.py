"""Doubt about how bargaining is modelled: each form's own odds, its weight, its part of the doubt.

Draws are of one form or another. What evidence and the record leave of a form's draws is the weight
it has afterwards (Bayesian model averaging: Hoeting, Madigan, Raftery & Volinsky 1999), and the
variance of an outcome has three levels: chance within draws, what is assumed within forms, forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.odds import monte_carlo_interval
from sim.analysis.weights import Weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Levels:
    """What is uncertain about whether something happens, as parts of 1.

    Attributes:
        chance: what only chance decides, if we knew all that is assumed.
        assumed: what is assumed, within a form.
        form: how bargaining is modelled.
    """

    chance: float
    assumed: float
    form: float


def of_form(weights: Weights, forms: Ints, form: int) -> Weights | None:
    """Return the weights of the draws of one form; None where none of its worlds counts."""
    sizes = np.where(forms == form, weights.sizes, 0)
    return Weights(sizes, weights.log_weight) if (sizes * weights.weight).any() else None


def weights_after(weights: Weights, forms: Ints, count: int) -> list[float]:
    """Return what part of all weight each form has: what is left of its draws' worlds.

    >>> weights_after(Weights.equal(20, 5), np.zeros(20, dtype=np.int64), 1)
    [1.0]
    """
    return [min(1.0, float(weights.parts[forms == form].sum())) for form in range(count)]


def forms_table(
    counts: Ints, weights: Weights, forms: Ints, names: Sequence[str], outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return each form's own odds.

    Args:
        counts: worlds of each draw that count and ended in each outcome: (D, O).
        weights: how much each draw counts.
        forms: the form of each draw: (D,).
        names: of the forms.
        outcomes: names: O.

    Returns:
        form, outcome, probability, low, high (95%, Monte Carlo); nan where no world of it counts.
    """
    rows = []
    for number, name in enumerate(names):
        own = of_form(weights, forms, number)
        for outcome, column in zip(outcomes, counts.T, strict=True):
            rows.append((name, outcome, *_odds(column, own)))
    return pd.DataFrame(rows, columns=["form", "outcome", "probability", "low", "high"])


def odds_in_form(counts: Ints, weights: Weights, forms: Ints, form: int) -> float:
    """Return the odds of something in one form, from the number of each draw's worlds: (D,)."""
    return _odds(counts, of_form(weights, forms, form))[0]


def levels(counts: Ints, weights: Weights, forms: Ints) -> Levels | None:
    """Return how the variance of whether something happens falls into three levels.

    m (1 - m) = E[p (1 - p)] + E[var(p | form)] + var(E[p | form]), with the bias of shares of few
    worlds taken out of the first two; None where the odds are 0 or 1, or no draw has two worlds.
    """
    here = weights.counting
    part, size = weights.parts[here], weights.sizes[here]
    share, form = counts[here] / size, forms[here]
    total = float(part @ share) * (1 - float(part @ share))
    if total <= 0 or not (size > 1).any():
        return None
    weight = weights.weight[here]
    inside = float((weight * size * share * (1 - share)).sum() / (weight * (size - 1)).sum())
    between = 0.0
    for each in np.unique(form):
        own = form == each
        mass = float(part[own].sum())
        between += mass * (float(part[own] @ share[own]) / mass - float(part @ share)) ** 2
    chance, known = min(inside / total, 1.0), between / total
    assumed = max(0.0, 1.0 - chance - known)
    whole = chance + assumed + known
    return Levels(chance / whole, assumed / whole, known / whole)


def summary(
    before: Mapping[str, float], signed: Ints, weights: Weights, forms: Ints
) -> dict[str, dict[str, float | None]]:
    """Return each form's prior weight, its weight afterwards, and the odds of a signature in it."""
    total, after = sum(before.values()), weights_after(weights, forms, len(before))
    found: dict[str, dict[str, float | None]] = {}
    for number, (name, prior) in enumerate(before.items()):
        odds = odds_in_form(signed, weights, forms, number)
        found[name] = {
            "before": prior / total,
            "after": after[number],
            "signed": None if np.isnan(odds) else odds,
        }
    return found


def _odds(counts: Ints, own: Weights | None) -> tuple[float, float, float]:
    if own is None:
        return np.nan, np.nan, np.nan
    interval = monte_carlo_interval(own.shares(np.where(own.sizes > 0, counts, 0)), own)
    return own.mean(np.where(own.sizes > 0, counts, 0)), interval.low, interval.high
