"""What a run says of the worlds that meet some news, without playing them again.

The same as a run that had the news from the start (`given` in its scenario): a filter, which costs
worlds and changes none. That the news may also say something about who tells it is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.errors import problem
from sim.play.known import refuse_if_too_few
from sim.runs.kept import Said, Weighed, beside, kept, questions_beside, said
from sim.scenario.scenario import Scenario
from sim.scenario.statements import GRAMMAR, read_statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.show.report import Report


@dataclass(frozen=True, eq=False, repr=False)
class Given:
    """The odds of a run given news.

    Attributes:
        name: what the run is called.
        scenario: what was negotiated.
        manifest: what the run says of itself.
        statements: the news.
        before: what the run said without it.
        after: what the worlds that meet it say.
    """

    name: str
    scenario: Scenario
    manifest: Mapping[str, Any]
    statements: tuple[str, ...]
    before: Said
    after: Said

    @property
    def worlds(self) -> int:
        """Return how many worlds that count meet the news."""
        return self.after.worlds

    @property
    def effective_draws(self) -> float:
        """Return how many draws of equal weight their draws are worth."""
        return self.after.effective_draws

    @property
    def odds(self) -> pd.DataFrame:
        """Return the odds given the news, as a run has them."""
        return self.after.odds

    @property
    def totals(self) -> pd.DataFrame:
        """Return the odds that a text is signed, comes into force, stands, given the news."""
        return self.after.totals

    @property
    def questions(self) -> pd.DataFrame:
        """Return the odds of what the scenario asks, given the news."""
        return self.after.questions

    def __repr__(self) -> str:
        """Return the odds before and after as a table under a line on what is given."""
        table = beside(self.before.odds, self.odds)[["label", "before", "after", "difference"]]
        about = f"{self.name}, given {'; '.join(self.statements)}: {self.worlds:,} worlds"
        return f"{about}\n{table.to_string(index=False, float_format='{:.3f}'.format)}"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    def report(self) -> Report:
        """Return what is told of it: printed, what a terminal shows."""
        from sim.show.reports.weighing import given_report

        before, after = self.before, self.after
        return given_report(
            self.name,
            self.manifest,
            self.statements,
            (after.worlds, before.worlds),
            after.effective_draws,
            beside(before.totals, after.totals),
            beside(before.odds, after.odds),
            questions_beside(self.scenario, before, after),
        )


def given(run: Weighed, statements: Sequence[str]) -> Given:
    """Return the odds of a run's worlds that meet statements, such as 'signed by 2026-03-31'.

    Raises:
        ScenarioError: when there is no statement, one cannot be read, the run keeps no worlds or
            not what statements ask for, or too few of its worlds meet them.
    """
    if not statements:
        raise problem("statement", f"is missing; it {GRAMMAR}")
    found, worlds = read_statements(statements, run.scenario), kept(run)
    every, some = worlds.counted(), worlds.counted(*found)
    of = int(every.sizes.sum())
    refuse_if_too_few(found, some.sizes, worlds.log_weight, of, "statement")
    return Given(
        run.name,
        run.scenario,
        run.manifest,
        tuple(map(str, found)),
        said(every, worlds.log_weight),
        said(some, worlds.log_weight),
    )
