"""A run's odds with all three doubts: beside its own two, what differs from form to form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.forms import levels, odds_in_form
from sim.analysis.weights import Weights
from sim.runs.kept import kept

if TYPE_CHECKING:
    from sim.runs.run import Run

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ThreeDoubts:
    """The odds of a run with three doubts.

    Attributes:
        totals: as a run's; then form_low and form_high, the lowest and the highest odds of a form
            of which worlds count (NaN where the model has one form), and chance, assumed, form:
            the parts of what is uncertain (of 1; NaN where it cannot be told).
        odds: likewise.
        questions: likewise; with the columns of `Run.asked`.
    """

    totals: pd.DataFrame
    odds: pd.DataFrame
    questions: pd.DataFrame


def three_doubts(run: Run) -> ThreeDoubts:
    """Return the odds of a run with three doubts.

    Raises:
        ScenarioError: when it does not keep its worlds or its draws, or they are of an earlier
            format.
    """
    counted = kept(run).counted()
    weights = Weights(counted.sizes, run.source.log_weight())
    names = list(run.scenario.in_forms)
    forms = np.array([names.index(each) for each in run.source.forms()])
    shown = counted.outcomes[:, : len(run.odds)]
    return ThreeDoubts(
        _doubted(run.totals, counted.in_all, weights, forms),
        _doubted(run.odds, shown, weights, forms),
        _doubted(run.asked(), counted.answered, weights, forms),
    )


def _doubted(table: pd.DataFrame, counts: Ints, weights: Weights, forms: Ints) -> pd.DataFrame:
    """Return a table with the columns of its rows' counts: (D, rows)."""
    rows = [_columns(column, weights, forms) for column in counts.T]
    names = ["form_low", "form_high", "chance", "assumed", "form"]
    found = pd.DataFrame(rows, columns=names, dtype=float)
    return table.reset_index(drop=True).join(found)


def _columns(counts: Ints, weights: Weights, forms: Ints) -> tuple[float, ...]:
    found = levels(counts, weights, forms)
    parts = (np.nan,) * 3 if found is None else (found.chance, found.assumed, found.form)
    every = np.unique(forms)
    if len(every) == 1:
        return np.nan, np.nan, *parts
    odds = [odds_in_form(counts, weights, forms, int(form)) for form in every]
    return float(np.nanmin(odds)), float(np.nanmax(odds)), *parts
