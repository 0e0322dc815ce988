"""The command that writes a run as one page to hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.outside.text import say


def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.html", help="The file to write.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write a run as one page to hand on.

    The page needs no other file and asks no other address for anything. It is read in a browser,
    on a telephone, or printed.
    """
    from sim.runs.run import load_run

    written = load_run(folder).write_report(output, force)
    say(f"{written}: written, {written.stat().st_size / 1024:,.0f} KiB, all in one file.")
