"""Commands that tell a kept run anew: given news, with stated chances, what it learnt, or why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import Json, as_records, print_json, questions_as_data
from sim.outside.text import say

if TYPE_CHECKING:
    import pandas as pd

    from sim.runs.calibration import Calibration
    from sim.runs.given import Given
    from sim.runs.why import Why

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
    """Tell what evidence says of a run's numbers.

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


def why(folder: RunFolder, as_json: Json = False) -> None:
    """Tell why a run's worlds end without a signature.

    Who refused the last text, alone or with others, and which clause cost each most; who left; who
    refused at home what was signed. Then how a typical world of each of the likeliest endings ends.
    """
    from sim.runs.run import load_run
    from sim.show.screen import show

    found = load_run(folder).why()
    if as_json:
        print_json(_why_as_data(found))
        return
    show(found.report())
    for outcome in found.typical["outcome"]:
        say(f"\n{found.play(outcome).ends}", end="")


def _why_as_data(found: Why) -> dict[str, Any]:
    """Return shares by names, and all tables with their intervals."""

    def shares(table: pd.DataFrame) -> dict[str, Any]:
        return dict(zip(table["actor"], table["probability"].map(_known), strict=True))

    tables = ("refused", "together", "obstacles", "doubts", "bodies", "exits", "typical")
    return {
        "unsigned": as_records(found.unsigned)[0],
        "refused": shares(found.refused),
        "obstacle": {
            actor: dict(zip(rows["clause"], rows["probability"].map(_known), strict=True))
            for actor, rows in found.obstacles.groupby("actor", sort=False)
        },
        "bodies": shares(found.bodies),
        "tables": {name: as_records(getattr(found, name)) for name in tables},
    }


def _known(share: float) -> float | None:
    """Return a share, None where there is nothing to take a share of."""
    return None if share != share else share  # noqa: PLR0124


def _said(found: Given | Calibration) -> dict[str, Any]:
    return {
        "effective_draws": found.effective_draws,
        "odds": as_records(found.odds),
        "questions": questions_as_data(found.questions),
    }
