"""Commands that ask the field's own methods: cooperative solutions and forecasting baselines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Json, ScenarioName, print_json

if TYPE_CHECKING:
    from sim.analysis.bargaining_problem import Draw


def solutions(
    scenario: ScenarioName = "geneva_2025",
    draw: Annotated[
        int | None,
        typer.Option(
            min=0, max=999_999, help="A draw, counted from 0; default: all numbers at their means."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the draw.")] = 0,
    replications: Annotated[
        int, typer.Option(min=1, max=10_000, help="Replications of the run whose draw it is.")
    ] = 10,
    as_json: Json = False,
) -> None:
    """Show the cooperative solutions of a scenario.

    Nash, Kalai-Smorodinsky, egalitarian and utilitarian, over all packages that are as good as no
    deal for everyone who must sign them.
    """
    from sim.analysis.solutions import solutions_data
    from sim.config import load_scenario
    from sim.screen import show_solutions

    loaded = load_scenario(scenario)
    found = solutions_data(loaded, _draw(draw, seed, replications))
    if as_json:
        print_json(found)
    else:
        show_solutions(scenario, loaded, found)


def baselines(
    case: Annotated[
        Path, typer.Argument(metavar="CASE.csv", help="actor,capability,issue,position,salience")
    ],
    rounds: Annotated[
        int, typer.Option(min=0, max=1000, help="Rounds of the challenge model.")
    ] = 10,
    least_move: Annotated[
        bool,
        typer.Option("--least-move", help="Compromise by the least move, as the paper words it."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Settle a case by the field's baselines.

    Weighted mean and median, Condorcet winner, the challenge model (Bueno de Mesquita, as read by
    Scholz, Calbert & Smith 2011) and the probabilistic Condorcet election of KTAB.
    """
    from sim.analysis.baselines.cases import read_case
    from sim.analysis.baselines.challenge import Compromise
    from sim.analysis.baselines.settlements import settlements
    from sim.screen import show_baselines

    choice = Compromise.LEAST_MOVE if least_move else Compromise.PUBLISHED
    found = settlements(read_case(case), rounds, choice)
    if as_json:
        print_json(found)
    else:
        show_baselines(case.name, found)


def _draw(draw: int | None, seed: int, replications: int) -> Draw | None:
    from sim.analysis.bargaining_problem import Draw

    return None if draw is None else Draw(draw, seed, replications)
