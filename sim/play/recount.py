"""The odds counted again from a worlds table, of some of its worlds or under other weights.

It counts what the tally counted while they were played: of all worlds under their own weights the
odds are the same to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.odds import odds_table, questions_table, totals_table
from sim.analysis.weights import Weights
from sim.bargaining.arrays import Flags
from sim.play.tables import EVENT
from sim.play.tally import TOTALS
from sim.scenario.events import asked_of
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Recount:
    """How many of each draw's worlds came to what.

    Attributes:
        scenario: what was negotiated.
        outcomes: how many ended in each outcome: (D, O).
        in_all: how many signed a text, have one in force, have one that stands: (D, 3).
        answered: how many give each question its yes: (D, Q).
    """

    scenario: Scenario
    outcomes: Ints
    in_all: Ints
    answered: Ints

    @property
    def sizes(self) -> Ints:
        """Return how many worlds of each draw count: (D,)."""
        return np.asarray(self.outcomes.sum(axis=1))

    def odds(self, weights: Weights) -> pd.DataFrame:
        """Return the odds of each declared outcome, and of `other` where it came up."""
        labels = [*self.scenario.outcome_labels.items(), (OTHER, "Anything else")]
        shown = len(labels) - (0 if self.outcomes[:, -1].any() else 1)
        return odds_table(self.outcomes[:, :shown], weights, labels[:shown])

    def totals(self, weights: Weights) -> pd.DataFrame:
        """Return the odds that a text is signed, comes into force, stands."""
        return totals_table(self.in_all, weights, list(TOTALS.items()))

    def questions(self, weights: Weights) -> pd.DataFrame:
        """Return the odds of each question that the scenario asks."""
        asked = [(each.id, each.label, each.by) for each in asked_of(self.scenario)]
        return questions_table(self.answered, weights, asked)


def columns_counted(scenario: Scenario) -> list[str]:
    """Return the columns of the worlds table that are counted."""
    events = ("signed", "in_force", "broken", *(each.event for each in asked_of(scenario)))
    return ["draw", "counts", "outcome", *(f"{EVENT}{name}" for name in dict.fromkeys(events))]


def recount(worlds: pa.Table, scenario: Scenario, draws: int, counts: Flags) -> Recount:
    """Return the counts of some of the worlds of a table.

    Args:
        worlds: the columns that are counted, a row a world: W.
        scenario: what was negotiated.
        draws: how many draws there are.
        counts: which worlds count: (W,).
    """
    draw = worlds["draw"].to_numpy()

    def by_draw(*found: Flags) -> Ints:
        each = [np.bincount(draw[counts & has], minlength=draws) for has in found]
        return np.column_stack(each) if each else np.zeros((draws, 0), dtype=np.int64)

    outcome = worlds["outcome"].to_numpy()
    signed, in_force, broken = (_date(worlds, n) for n in ("signed", "in_force", "broken"))
    holds = ~np.isnat(in_force)
    asked = asked_of(scenario)
    return Recount(
        scenario,
        by_draw(*(outcome == name for name in (*scenario.outcomes, OTHER))),
        by_draw(~np.isnat(signed), holds, holds & np.isnat(broken)),
        by_draw(*(_date(worlds, each.event) <= np.datetime64(each.by, "D") for each in asked)),
    )


def _date(worlds: pa.Table, event: str) -> NDArray[np.datetime64]:
    """Return the day on which an event first happened in each world, if it did: (W,)."""
    return np.asarray(worlds[f"{EVENT}{event}"].to_numpy())
