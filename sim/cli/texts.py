"""The command that asks which texts have a chance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from sim.cli.app import Json, print_json
from sim.errors import problem

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.runs.prospects import Texts


def texts(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|RUN",
            help="A scenario's name, a path ending in .yaml, or a run folder.",
        ),
    ] = "geneva_2025",
    week: Annotated[
        float | None,
        typer.Option(
            "--at-week",
            metavar="T",
            help="The later day, in weeks from the start; default: half-way to the horizon.",
        ),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option("--figures", metavar="DIR", help="Where to draw hardest.png, options.png."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show which texts have a chance: signed, ratified, standing.

    Of every package: the chance that all who must sign it do, today and in a week to come, that it
    is ratified, that it stands. The best ten and those with a name, what holds each back, and the
    one change that helps most. Of a run, by its own draws; of a scenario, by those of its default.
    """
    from sim.runs.run import load_run
    from sim.runs.texts import texts as texts_of
    from sim.show.screen import show

    if figures is not None and figures.exists() and not figures.is_dir():
        raise problem("--figures", "must be a folder, and this is a file", str(figures))
    found = texts_of(load_run(source) if Path(source).is_dir() else source, week)
    if figures is not None:
        _draw(found, figures)
    if as_json:
        print_json(found.data())
    else:
        show(found.report())


def _draw(found: Texts, folder: Path) -> None:
    from sim.runs.folder import whole

    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in (("hardest", found.plot.hardest), ("options", found.plot.options)):
        with whole(folder / f"{name}.png") as draft:
            cast("Figure", draw().figure).savefig(draft, dpi=150)
