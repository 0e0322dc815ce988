"""The worlds that a run keeps, from which its odds are told anew without playing them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from sim.analysis.weights import Weights
from sim.bargaining.arrays import Flags
from sim.draws.draws import Draws
from sim.draws.streams import Floats
from sim.play.known import Names, columns_needed, meeting
from sim.play.recount import Recount, columns_counted, recount
from sim.runs.archive import TABLES, typed
from sim.runs.asked import Named
from sim.scenario.events import asked_of
from sim.scenario.scenario import Scenario
from sim.scenario.statements import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa


class Source(Protocol):
    """Where a run's worlds come from."""

    def worlds(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return some columns of the worlds table."""

    def log_weight(self) -> Floats:
        """Return the logarithm of each draw's weight: (D,)."""

    def forms(self) -> list[str]:
        """Return the form in which each draw was modelled: D."""


class Weighed(Named, Protocol):
    """What weighing anew asks of a run."""

    @property
    def source(self) -> Source:
        """Return where its parts come from."""


class Drawn(Named, Protocol):
    """What is asked of a run whose draws are told of."""

    @property
    def draws(self) -> pd.DataFrame:
        """Return what each draw holds true."""

    @property
    def weights(self) -> pd.DataFrame:
        """Return how much each draw counts: worlds, log_weight, part."""


def draws_of(run: Drawn, most: int) -> Draws:
    """Return the numbers of a run's draws, of so many at most, as evidence left them."""
    table = run.draws.iloc[:most]
    known = {path: table[path].to_numpy(dtype=float) for path in table.columns if path != "form"}
    return Draws(0, known, known.pop("log_weight"))


@dataclass(frozen=True, eq=False)
class Said:
    """What worlds say under some weights.

    Attributes:
        worlds: how many count.
        effective_draws: how many draws of equal weight their draws are worth.
        odds: a row for each outcome, as a run's.
        totals: as a run's.
        questions: as a run's.
    """

    worlds: int
    effective_draws: float
    odds: pd.DataFrame
    totals: pd.DataFrame
    questions: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Kept:
    """The worlds of a run.

    Attributes:
        scenario: what was negotiated.
        worlds: what statements ask for and odds count, a row a world: W.
        counts: which contradict nothing that is known: (W,).
        form: in which each was modelled: (W,).
        log_weight: of each draw: (D,).
    """

    scenario: Scenario
    worlds: pa.Table
    counts: Flags
    form: Names
    log_weight: Floats

    def counted(self, *statements: Statement) -> Recount:
        """Return the counts of the worlds that count and meet statements."""
        counts = self.counts & meeting(statements, self.worlds, self.scenario, self.form)
        return recount(self.worlds, self.scenario, len(self.log_weight), counts)


def kept(run: Weighed) -> Kept:
    """Return the worlds that a run keeps.

    Raises:
        ScenarioError: when it has no worlds table, or, of an earlier format, one without what
            statements ask for.
    """
    scenario = run.scenario
    columns = dict.fromkeys([*columns_counted(scenario), *columns_needed(scenario)])
    worlds = run.source.worlds(list(columns))
    form = np.array(run.source.forms(), dtype=object)[worlds["draw"].to_numpy()]
    counts = worlds["counts"].to_numpy()
    return Kept(scenario, worlds, counts, form, run.source.log_weight())


def said(counts: Recount, log_weight: Floats) -> Said:
    """Return what worlds say under log weights of their draws (D,)."""
    weights = Weights(counts.sizes, log_weight)
    tables = {
        name: typed(getattr(counts, name)(weights), TABLES[name])
        for name in ("odds", "totals", "questions")
    }
    return Said(int(counts.sizes.sum()), weights.effective_draws, **tables)


def beside(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return odds after something with those before and the difference.

    Columns: those of the odds, with the probabilities under `before`, `after` and `difference`.
    What came up only before has the probability 0 after, and no interval.

    >>> columns = ["outcome", "probability"]
    >>> then = pd.DataFrame([("deal", 0.25), ("other", 0.5)], columns=columns)
    >>> beside(then, pd.DataFrame([("deal", 1.0)], columns=columns)).difference.tolist()
    [0.75, -0.5]
    """
    name = before.columns[0]
    now = after.set_index(name).reindex(before[name])
    same = [column for column in ("label", "by") if column in before]
    chances = now["probability"].fillna(0.0).to_numpy()
    then = before["probability"].to_numpy()
    doubts = [column for column in now.columns if column not in (*same, "probability", "worlds")]
    return before[[name, *same]].assign(
        before=then,
        after=chances,
        difference=chances - then,
        **{column: now[column].to_numpy() for column in doubts},
    )


def questions_beside(scenario: Scenario, before: Said, after: Said) -> pd.DataFrame:
    """Return the same of questions, with the words of each without its day under `question`."""
    asked = [scenario.questions[each.event].label for each in asked_of(scenario)]
    table = beside(before.questions, after.questions)
    return table.assign(question=np.array(asked, dtype=object))
