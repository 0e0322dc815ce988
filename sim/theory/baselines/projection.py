"""A scenario seen through the baselines: options on a line, weights as salience, capability.

An actor's position on a clause is the option that it likes best at the mean numbers, as the
experts of the European decision-making data place actors by the outcome they favour (Thomson
2011); its other values, linkages, no deal and the world outside the room are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.draws.streams import Floats
from sim.errors import problem
from sim.scenario.scenario import Scenario
from sim.theory.baselines.cases import Case
from sim.theory.baselines.challenge import challenge
from sim.theory.baselines.election import Scale, election
from sim.theory.baselines.positions import weighted_mean, weighted_median

COMPROMISE = "compromise"
EQUAL_CAPABILITIES = "no capabilities are stated, so the baselines give every actor the same"
FULL_SCALE = 100.0  # where the last option of a clause stands; the first stands at 0
_TIE = 1e-9  # relative; means of the numbers are sums of rounded terms


@dataclass(frozen=True)
class Predictions:
    """The settlement that each baseline predicts.

    Attributes:
        table: clause, method, position (0..100 along the options; NaN where they have no order),
            option (the nearest), tied (another option is as near, or has as much weight).
        notes: lines that a reader must know.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]


def predictions(scenario: Scenario, rounds: int = 10) -> Predictions:
    """Return what each baseline predicts for each clause that somebody brings weight to.

    Every clause: the compromise, which is the mean of the positions where options have an order
    and else the option with the most behind it, by capability times salience (Achen 2006). Ordered
    clauses: also the median by these weights, the challenge model's after `rounds`, and the
    position likeliest to win KTAB's election over all of them.
    """
    weight = _weight(scenario)
    notes = [] if _states_capabilities(scenario) else [EQUAL_CAPABILITIES]
    rows = []
    if _on_a_line(scenario):
        for method, settled in _on_lines(case_of(scenario), rounds, notes).items():
            rows += [
                (clause, method, position, *_nearest(scenario, clause, position))
                for clause, position in settled.items()
            ]
    for column, (name, clause) in enumerate(scenario.clauses.items()):
        if not clause.ordered and weight[:, column].sum() > 0:
            votes = weight[:, column] @ _favourites(scenario, name)
            rows.append((name, COMPROMISE, np.nan, *_largest(scenario, name, votes)))
    table = pd.DataFrame(rows, columns=["clause", "method", "position", "option", "tied"])
    order = table["clause"].map({name: row for row, name in enumerate(scenario.clauses)})
    return Predictions(table.loc[order.argsort(kind="stable")].reset_index(drop=True), tuple(notes))


def case_of(scenario: Scenario) -> Case:
    """Return the ordered clauses of a scenario as a case, at the means of its numbers.

    Position: the best option's rank, from 0 for the first to 100 for the last (the middle of
    options that are equally good). Salience: the clause's share of the actor's weights, times
    how far its values there reach. Capability: as stated, else the same for all.

    Raises:
        ScenarioError: when no clause with ordered options has weight.
    """
    clauses = _on_a_line(scenario)
    if not clauses:
        raise problem("clauses", "none is ordered and has weight, so there is no line to stand on")
    positions = [_favourites(scenario, name) @ _scale(scenario, name) for name in clauses]
    columns = [list(scenario.clauses).index(name) for name in clauses]
    return Case(
        actors=tuple(scenario.actors),
        issues=clauses,
        capability=_capability(scenario),
        position=np.column_stack(positions),
        salience=_salience(scenario)[:, columns],
    )


def _on_lines(case: Case, rounds: int, notes: list[str]) -> dict[str, dict[str, float]]:
    """Return where each method settles each issue; add to the notes what must be said of it."""
    issues = {name: case.issue(name) for name in case.issues}
    paths = {name: challenge(issue, rounds) for name, issue in issues.items()}
    moving = [name for name, path in paths.items() if path.settled is None]
    if moving:
        notes.append(
            f"not settled after round {rounds} of the challenge model: {', '.join(moving)}"
        )
    chances = election(case, Scale(0, FULL_SCALE)).probability
    winner = case.position[np.argmax(chances >= chances.max() * (1 - _TIE))]
    return {
        COMPROMISE: {n: weighted_mean(i.position, i.weight) for n, i in issues.items()},
        "weighted_median": {n: weighted_median(i.position, i.weight) for n, i in issues.items()},
        "challenge": {
            n: weighted_median(paths[n].position[-1], i.weight) for n, i in issues.items()
        },
        "election": dict(zip(issues, winner.tolist(), strict=True)),
    }


def _on_a_line(scenario: Scenario) -> tuple[str, ...]:
    """Return the clauses with ordered options that somebody brings weight to."""
    totals = _weight(scenario).sum(axis=0)
    clauses = zip(scenario.clauses.items(), totals, strict=True)
    return tuple(name for (name, clause), total in clauses if clause.ordered and total > 0)


def _weight(scenario: Scenario) -> Floats:
    """Return capability times salience: (A, C)."""
    return _capability(scenario)[:, None] * _salience(scenario)


def _states_capabilities(scenario: Scenario) -> bool:
    return all(actor.capability is not None for actor in scenario.actors.values())


def _capability(scenario: Scenario) -> Floats:
    """Return the stated capabilities, or 1 for each actor: (A,)."""
    stated = [actor.capability.mean for actor in scenario.actors.values() if actor.capability]
    return np.array(stated) if _states_capabilities(scenario) else np.ones(len(scenario.actors))


def _salience(scenario: Scenario) -> Floats:
    """Return each clause's share of an actor's weights times the reach of its values: (A, C)."""
    weights = np.array(
        [[a.weights[name].mean for name in scenario.clauses] for a in scenario.actors.values()]
    )
    reach = np.column_stack([np.ptp(_values(scenario, name), axis=1) for name in scenario.clauses])
    return np.asarray(weights / weights.sum(axis=1, keepdims=True) * np.minimum(reach, 1))


def _values(scenario: Scenario, clause: str) -> Floats:
    """Return each actor's mean value of each option of a clause: (A, O)."""
    options = scenario.clauses[clause].options
    return np.array(
        [[a.values[clause][name].mean for name in options] for a in scenario.actors.values()]
    )


def _favourites(scenario: Scenario, clause: str) -> Floats:
    """Return each actor's best option of a clause as shares, equal among the best: (A, O)."""
    values = _values(scenario, clause)
    best = values >= values.max(axis=1, keepdims=True) - _TIE
    return np.asarray(best / best.sum(axis=1, keepdims=True))


def _scale(scenario: Scenario, clause: str) -> Floats:
    """Return where the options of a clause stand, from 0 to 100: (O,)."""
    return np.linspace(0, FULL_SCALE, len(scenario.clauses[clause].options))


def _nearest(scenario: Scenario, clause: str, position: float) -> tuple[str, bool]:
    """Return the option nearest to a position, and whether another one is as near."""
    return _largest(scenario, clause, -np.abs(_scale(scenario, clause) - position) / FULL_SCALE)


def _largest(scenario: Scenario, clause: str, score: Floats) -> tuple[str, bool]:
    """Return the first option with the largest score (O,), and whether another one has as much."""
    top = np.flatnonzero(score >= score.max() - _TIE)
    return tuple(scenario.clauses[clause].options)[top[0]], len(top) > 1
