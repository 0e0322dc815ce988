"""What the field's simple methods would settle on, clause by clause, beside the signed texts.

Baselines that average positions are seldom beaten by elaborate models (Achen 2006; Thomson 2011),
so a run shows them beside its own result; the cooperative solutions say what bargaining theory
would choose at the start of play.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.bargaining.packages import LARGEST_ENUMERATION
from sim.scenario.scenario import Scenario
from sim.talks.space import space_of
from sim.theory.bargaining_problem import problem_of
from sim.theory.baselines.projection import predictions
from sim.theory.solutions import solve


@dataclass(frozen=True)
class Yardsticks:
    """Settlements by method.

    Attributes:
        table: clause, option, method: a row for each clause and method that settles it.
        notes: lines that a reader must know.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]

    def by_option(self) -> dict[str, dict[str, list[str]]]:
        """Return clause: option: the methods that settle on it, in order."""
        found: dict[str, dict[str, list[str]]] = {}
        for row in self.table.to_dict("records"):
            options = found.setdefault(str(row["clause"]), {})
            options.setdefault(str(row["option"]), []).append(str(row["method"]))
        return found


def yardsticks(scenario: Scenario) -> Yardsticks:
    """Return what each baseline and each solution settles on, at the means of the numbers.

    Raises:
        ScenarioError: when an actor's utilities have no scale at the means.
    """
    predicted = predictions(scenario)
    rows = [predicted.table[["clause", "option", "method"]]]
    notes = list(predicted.notes)
    packages = space_of(scenario).packages
    if packages > LARGEST_ENUMERATION:
        notes.append(f"{packages:,} packages are too many to look for cooperative solutions")
    else:
        rows.append(_solutions(scenario, notes))
    return Yardsticks(pd.concat(rows, ignore_index=True), tuple(notes))


def _solutions(scenario: Scenario, notes: list[str]) -> pd.DataFrame:
    agreements = solve(problem_of(scenario)).agreements
    if not any(agreements.values()):
        notes.append("at the means no text is as good as no deal for all who must sign it")
    rows = [
        (clause, option, concept)
        for concept, agreement in agreements.items()
        if agreement is not None
        for clause, option in agreement.package.items()
    ]
    return pd.DataFrame(rows, columns=["clause", "option", "method"])
