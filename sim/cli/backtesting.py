"""The command that plays real negotiations and scores what comes out."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Json, complain, print_json, stopped_cleanly

if TYPE_CHECKING:
    from sim.backtests.results import Watch


def backtest(
    suite: Annotated[str, typer.Argument(metavar="deu|dond|casino", help="Which negotiations.")],
    data: Annotated[
        Path, typer.Option("--data", metavar="FILE", help="The public file, as it is published.")
    ],
    fit: Annotated[
        bool, typer.Option("--fit", help="Fit the global numbers; score each fold by the others.")
    ] = False,
    traits: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A frozen set of them.", show_default="fitted_2026"),
    ] = None,
    worlds: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="Of a case.", show_default="what the gate says"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Root of all randomness.")] = 0,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Processes.", show_default="the usable cores, at most 8"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to keep it; the same command goes on there."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Start afresh in the folder.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the results into the study of the suite.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Score the engine on real negotiations.

    Each case is played, and what comes out scored beside what simple methods say.

    deu: decisions of the European Union; dond: Deal or No Deal; casino: CaSiNo. The data are not
    part of Parley: README says where they are published.
    """
    from sim.backtests.findings import HOME, write_findings
    from sim.backtests.results import Job, backtest_into
    from sim.settings.configuration import shipped
    from sim.show.screen import show

    again = _command()
    job = Job(suite, data, fit, traits, worlds, seed)
    finished = backtest_into(output, job, workers, force, _watched(again))
    if write:
        told = shlex.join(_words(suite, fit, traits, worlds, seed))
        complain(f"wrote {write_findings(finished, told, shipped('experiments') / HOME)}")
    if as_json:
        print_json(finished.data())
    else:
        show(finished.report())


def _watched(again: Callable[[Path], str]) -> Watch:
    from sim.show.screen import progress_bar

    @contextmanager
    def watched(folder: Path, units: int) -> Iterator[Callable[[float], None]]:
        with (
            stopped_cleanly(lambda: f"What was played is kept. To go on:\n  {again(folder)}"),
            progress_bar(units, "cases") as progress,
        ):
            yield progress

    return watched


def _command() -> Callable[[Path], str]:
    """Return what gives the command that goes on in a folder."""
    words = sys.argv[1:]

    def in_folder(folder: Path) -> str:
        where = [] if {"-o", "--output"} & set(words) else ["--output", str(folder)]
        return shlex.join(["parley", *words, *where])

    return in_folder


def _words(
    suite: str, fit: bool, traits: str | None, worlds: int | None, seed: int
) -> Iterator[str]:
    """Yield the command that a study's README names, for whoever has the data."""
    yield from ("parley", "backtest", suite, "--data", "FILE")
    yield from ["--fit"] if fit else []
    options = {"--traits": traits, "--worlds": worlds, "--seed": seed or None}
    for option, value in options.items():
        yield from [option, str(value)] if value is not None else []
