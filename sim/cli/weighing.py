"""Commands that tell a kept run anew: given news, with stated chances, or what it learnt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import Json, as_records, print_json, questions_as_data

if TYPE_CHECKING:
    from sim.runs.calibration import Calibration
    from sim.runs.given import Given

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")]


def given(
    folder: RunFolder,
    statements: Annotated[
        list[str],
        typer.Argument(
            metavar="STATEMENT",
            help="'nothing signed by 2025-12-31': [nothing|no|not] EVENT by DAY. 'US away on "
            "2026-01-31': [not] STATE on DAY; also there, mediating, talking, suspended, in force.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Tell a run's odds given news, without playing again.

    Only worlds that meet all statements count. The same as playing it with given=[...] from the
    start; that has more worlds left if it plays more.
    """
    from sim.runs.run import load_run
    from sim.show.screen import show

    found = load_run(folder).given(*statements)
    if as_json:
        print_json({"worlds": found.worlds, **_said(found)})
    else:
        show(found.report())


def calibrate(
    folder: RunFolder,
    stated: Annotated[
        list[str],
        typer.Argument(
            metavar="STATEMENT=CHANCE",
            help="'signed by 2026-03-31 = 0.2': a statement as in parley given, and its chance.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Tell what else follows if statements had stated chances.

    A run's draws are weighed as little otherwise as it takes (least relative entropy); no world is
    played again.
    """
    from sim.runs.run import load_run
    from sim.show.screen import show

    found = load_run(folder).calibrate(*stated)
    if as_json:
        effective, *tables = _said(found).items()
        rows = as_records(found.statements.drop(columns="weight"))
        print_json(dict([effective, ("statements", rows), *tables]))
    else:
        show(found.report())


def posterior(folder: RunFolder, as_json: Json = False) -> None:
    """Tell what evidence says of a run's numbers: before, after, and what it leaves alone.

    Stances, polls, the record of the talks and news weigh the draws of what nobody knows. No world
    is played again.
    """
    from sim.runs.run import load_run
    from sim.show.screen import show

    run = load_run(folder)
    if as_json:
        numbers = as_records(run.posterior())
        print_json({"evidence": run.manifest["evidence"], "numbers": numbers})
    else:
        show(run.posterior_report())


def _said(found: Given | Calibration) -> dict[str, Any]:
    return {
        "effective_draws": found.effective_draws,
        "odds": as_records(found.odds),
        "questions": questions_as_data(found.questions),
    }
