"""What else follows if statements had stated chances: a run's draws weighed anew.

The draws are weighed as little otherwise as it takes (`sim.analysis.tilting`), by how likely each
statement is in them. Worlds of one draw keep their weights among each other, so what is only chance
within a draw does not move.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.analysis.tilting import Tilting, UnreachableError, tilted
from sim.analysis.weights import Weights
from sim.draws.streams import Floats
from sim.errors import Problem, ScenarioError, problem
from sim.runs.kept import Said, Weighed, beside, kept, questions_beside, said
from sim.scenario.scenario import Scenario
from sim.scenario.statements import Statement, read_statement
from sim.show.words import percent

if TYPE_CHECKING:
    from sim.show.report import Report

STATED = re.compile(r"(.*\S)\s*=\s*(\S+)")


@dataclass(frozen=True, eq=False, repr=False)
class Calibration:
    """The odds of a run under draws that give statements their stated chances.

    Attributes:
        name: what the run is called.
        scenario: what was negotiated.
        manifest: what the run says of itself.
        statements: statement, probability (as stated), before (what the run said), weight (lambda:
            what its likelihood in a draw adds to the draw's log weight): a row for each.
        log_weight: of each draw, after: (D,).
        before: what the run said.
        after: what it says under these weights.
    """

    name: str
    scenario: Scenario
    manifest: Mapping[str, Any]
    statements: pd.DataFrame
    log_weight: Floats
    before: Said
    after: Said

    @property
    def effective_draws(self) -> float:
        """Return how many draws of equal weight the draws are then worth."""
        return self.after.effective_draws

    @property
    def odds(self) -> pd.DataFrame:
        """Return the odds that follow, as a run has them."""
        return self.after.odds

    @property
    def totals(self) -> pd.DataFrame:
        """Return the odds that a text is signed, comes into force, stands, as they follow."""
        return self.after.totals

    @property
    def questions(self) -> pd.DataFrame:
        """Return the odds of what the scenario asks, as they follow."""
        return self.after.questions

    def __repr__(self) -> str:
        """Return the odds before and after as a table under a line on what is stated."""
        table = beside(self.before.odds, self.odds)[["label", "before", "after", "difference"]]
        pairs = zip(self.statements["statement"], self.statements["probability"], strict=True)
        about = f"{self.name}, if {'; '.join(f'{text} = {chance:g}' for text, chance in pairs)}"
        return f"{about}\n{table.to_string(index=False, float_format='{:.3f}'.format)}"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    def report(self) -> Report:
        """Return what is told of it: printed, what a terminal shows."""
        from sim.show.reports.weighing import calibration_report

        before, after = self.before, self.after
        return calibration_report(
            self.name,
            self.manifest,
            self.statements,
            (after.effective_draws, before.effective_draws),
            beside(before.totals, after.totals),
            beside(before.odds, after.odds),
            questions_beside(self.scenario, before, after),
        )


def calibrate(run: Weighed, stated: Sequence[str | Mapping[str, float]]) -> Calibration:
    """Return what follows in a run if statements had stated chances.

    Args:
        run: one that keeps its worlds.
        stated: "signed by 2026-03-31 = 0.2", or mappings such as {"signed by 2026-03-31": 0.2}.

    Raises:
        ScenarioError: when nothing is stated, something cannot be read, the run keeps no worlds or
            not what statements ask for, or no weights of its draws give these chances.
    """
    if not stated:
        rule = "is missing; it must be `STATEMENT = CHANCE`, such as 'signed by 2026-03-31 = 0.2'"
        raise problem("statement", rule)
    asked, worlds = _read(stated, run.scenario), kept(run)
    every = worlds.counted()
    weights = Weights(every.sizes, worlds.log_weight)
    met = [worlds.counted(statement).sizes for statement in asked]
    found = _tilted(weights, met, asked)
    table = pd.DataFrame(
        {
            "statement": [statement.text for statement in asked],
            "probability": list(asked.values()),
            "before": [weights.mean(counts) for counts in met],
            "weight": found.weight,
        }
    )
    then, now = said(every, worlds.log_weight), said(every, found.log_weight)
    return Calibration(run.name, run.scenario, run.manifest, table, found.log_weight, then, now)


def _tilted(weights: Weights, met: list[Any], asked: Mapping[Statement, float]) -> Tilting:
    """Return the weights of the draws that give statements their chances.

    Raises:
        ScenarioError: when there are none, with what each chance can be.
    """
    shares = np.column_stack([weights.shares(counts) for counts in met])
    try:
        return tilted(weights, shares, np.array(list(asked.values())))
    except UnreachableError as error:
        raise ScenarioError(*_unreachable(asked, error)) from None


def _unreachable(asked: Mapping[Statement, float], error: UnreachableError) -> Iterator[Problem]:
    """Yield which chances no weights give, and what they can be."""
    outside = [
        not low < chance < high
        for chance, (low, high) in zip(asked.values(), error.alone, strict=True)
    ]
    for statement, beyond, alone, range_ in zip(
        asked, outside, error.alone, error.ranges, strict=True
    ):
        if beyond:
            yield Problem("statement", f"{_reach(alone)} by weighing draws", repr(statement.text))
        elif not any(outside):
            rule = "the others exclude each other" if range_ is None else _reach(range_)
            beside_them = "" if range_ is None else " beside the others"
            yield Problem("statement", f"{rule}{beside_them}", repr(statement.text))


def _reach(ends: tuple[float, float]) -> str:
    low, high = (percent(end) for end in ends)
    if low == high:
        return f"can have no other chance than {low}"
    return f"can have a chance between {low} and {high} only"


def _read(
    stated: Sequence[str | Mapping[str, float]], scenario: Scenario
) -> dict[Statement, float]:
    """Return statements with their chances.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    found: dict[Statement, float] = {}
    wrong: list[Problem] = []
    for text, chance in _pairs(stated):
        try:
            statement = read_statement(text, scenario)
            number = _chance(chance, text)
            if found.get(statement, number) != number:
                raise problem(
                    "statement", f"has two chances, {found[statement]} and {number}", text
                )
            found[statement] = number
        except ScenarioError as error:
            wrong += error.problems
    if wrong:
        raise ScenarioError(*wrong)
    return found


def _pairs(stated: Sequence[str | Mapping[str, float]]) -> Iterator[tuple[str, object]]:
    """Yield statements with their chances, as they were given."""
    for each in stated:
        if isinstance(each, str):
            parts = STATED.fullmatch(each.strip())
            yield (parts[1], parts[2]) if parts else (each, None)
        else:
            yield from each.items()


def _chance(stated: object, text: str) -> float:
    """Return a chance that weights of draws may give."""
    if stated is None:
        rule = "needs its chance beside it, as in 'signed by 2026-03-31 = 0.2'"
        raise problem("statement", rule, text)
    try:
        chance = float(str(stated))
    except ValueError:
        chance = np.nan
    if not 0 < chance < 1:
        rule = "must be a number above 0 and below 1; what is certain is news: parley given"
        raise problem(f"chance of '{text}'", rule, stated)
    return chance
