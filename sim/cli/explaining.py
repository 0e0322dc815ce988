"""Commands that explain a kept run: what its odds rest on."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import Json, as_records, print_json, stopped_cleanly

if TYPE_CHECKING:
    from sim.runs.drivers import Drivers
    from sim.runs.run import Run


def drivers(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    of: Annotated[
        str,
        typer.Option(
            metavar="EVENT|OUTCOME|QUESTION",
            help="Of what: signed, in_force, standing, an event of events.csv, an outcome of "
            "odds.csv, or the id of a question.",
        ),
    ] = "signed",
    box: Annotated[bool, typer.Option("--box", help="Look for where it is likeliest.")] = False,
    total: Annotated[
        bool,
        typer.Option("--total", help="Play worlds for what groups do together with others."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Tell which numbers drive a run's odds, and what each rests on.

    The importance of every number that its draws hold, weights and misreadings too. Only --total
    plays worlds: as many as the run has for each group of numbers.
    """
    from sim.runs.run import load_run
    from sim.show.screen import show

    found = _found(load_run(folder), of, box, total)
    if as_json:
        print_json(_as_data(found))
    else:
        show(found.report())


def _found(run: Run, of: str, box: bool, total: bool) -> Drivers:
    from sim.play.executors import executor_of
    from sim.runs.drivers import drivers as drivers_of
    from sim.runs.exchanges import worlds_to_play
    from sim.show.screen import progress_bar

    if not total:
        return drivers_of(run, of, box=box)
    with stopped_cleanly(), progress_bar(worlds_to_play(run)) as progress:
        return drivers_of(
            run, of, box=box, total=True, executor=executor_of(workers=None), progress=progress
        )


def _as_data(found: Drivers) -> dict[str, Any]:
    """Return what drives some odds as plain data; null where nothing can be told from chance."""
    threshold = found.threshold
    split = found.split
    return {
        "of": found.of.name,
        "odds": found.odds,
        "threshold": None if threshold != threshold else threshold,  # noqa: PLR0124
        "drivers": as_records(found.table),
        "groups": as_records(found.groups),
        "split": split
        and {"chance": split.chance, "assumptions": split.assumed, "form": split.form},
        **({"box": _box(found)} if found.sought_box else {}),
        **({"total": as_records(found.total)} if found.total is not None else {}),
    }


def _box(found: Drivers) -> dict[str, Any] | None:
    if found.box is None:
        return None
    sides = [
        {**asdict(side), "kinds": [found.forms[kind] for kind in side.kinds]}
        for side in found.box.sides
    ]
    box = found.box
    measures = {"mass": box.mass, "density": box.density, "coverage": box.coverage}
    return {"sides": sides, **measures, "times": box.times, "words": found.in_words()}
