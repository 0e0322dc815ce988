"""The command that plays many points of a scenario, and goes on with what was stopped."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import FAILED, Json, complain, print_json, stopped_cleanly
from sim.errors import problem

if TYPE_CHECKING:
    from sim.sweeps.plans import Plan
    from sim.sweeps.studies import Study
    from sim.sweeps.sweep import Sweep

SweepOverrides = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH=VALUE | PATH=A,B | PATH=LOW:HIGH]...",
        help="What holds for all points (seed=7), what is crossed (protocol=offers,single_text), "
        "numbers to range over (actors.us.no_deal=0.2:0.7), experiment=NAME or FOLDER/, "
        "hydra.sweep.dir=DIR.",
        show_default=False,
    ),
]


def sweep(
    overrides: SweepOverrides = None,
    design: Annotated[
        str | None,
        typer.Option(help="How ranges are filled: grid, lhs or sobol.", show_default="grid"),
    ] = None,
    points: Annotated[
        int | None,
        typer.Option(
            help="For a grid the values of each range, else the points in all.",
            show_default="5, or 64 in all",
        ),
    ] = None,
    config: Annotated[
        str | None, typer.Option(help="Start from this file, such as a run's config.yaml.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Start afresh in the folder.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the finding into the experiment's README.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Play many points of a scenario; write their index.

    All points share one seed, so that their differences are paired. The same command with the
    same hydra.sweep.dir goes on with a sweep that was stopped, and plays no point twice; one that
    asks for all of its points and more plays those that are new.
    """
    from sim.settings.grammar import read_varied
    from sim.show.screen import show
    from sim.sweeps.designs import kind_of
    from sim.sweeps.findings import write_findings
    from sim.sweeps.studies import load_study, planned

    asked = overrides or []
    varied = read_varied(asked)
    if write and not varied.experiment:
        raise problem("--write", "needs an experiment to write of: experiment=NAME")
    plan = planned(varied, config, kind_of(design) if design is not None else None, points)
    study = load_study(varied.experiment) if varied.experiment else None
    again = _command(asked, design, points, config, write)
    finished, played = _complete(plan, study, varied.directory, force, again)
    failed = int(finished.manifest["failed"])
    if write and study and not failed:
        complain(f"wrote {write_findings(study, finished, again(None))}")
    if as_json:
        print_json(_as_data(finished))
    else:
        show(finished.report(played, plan.design.note))
    if failed:
        raise typer.Exit(FAILED)


def _complete(
    plan: Plan,
    study: Study | None,
    directory: Path | None,
    force: bool,
    again: Callable[[Path | None], str],
) -> tuple[Sweep, int]:
    """Play a plan into its folder, with a progress bar on stderr.

    Raises:
        ScenarioError: when the folder cannot be used.
        StoppedError: when the sweep is interrupted, or the system does not let it end.
    """
    from sim.show.screen import progress_bar
    from sim.sweeps.findings import figure_of
    from sim.sweeps.results import sweep_into

    @contextmanager
    def watched(folder: Path) -> Iterator[Callable[[float], None]]:
        with (
            stopped_cleanly(lambda: _what_is_kept(plan, folder, again)),
            progress_bar(len(plan.rows), "points") as progress,
        ):
            yield progress

    return sweep_into(directory, plan, force, watched, figure_of(study))


def _what_is_kept(plan: Plan, folder: Path, again: Callable[[Path | None], str]) -> str:
    """Say how much of a stopped sweep is kept, and how to go on."""
    from sim.sweeps.folder import replaced_by
    from sim.sweeps.kept import sorted_out

    done, _ = sorted_out(plan, folder)
    kept = f"{len(done):,} of {len(plan.rows):,} points are kept.{replaced_by(folder)}"
    return f"{kept} To go on:\n  {again(folder)}"


def _command(
    overrides: list[str], design: str | None, points: int | None, config: str | None, write: bool
) -> Callable[[Path | None], str]:
    """Return what gives the command that asks for the same sweep: as it goes on in a folder.

    Without a folder it is the command that a study's README names, for whoever repeats it.
    """
    from sim.settings.grammar import override

    words = [text for text in overrides if not text.startswith("hydra.sweep.dir=")]
    options = {"--design": design, "--points": points, "--config": config}
    for option, value in options.items():
        words += [option, str(value)] if value is not None else []

    def in_folder(folder: Path | None) -> str:
        if folder is None:
            return shlex.join(["parley", "sweep", *words])
        where = [override("hydra.sweep.dir", str(folder)), *(["--write"] if write else [])]
        return shlex.join(["parley", "sweep", *words, *where])

    return in_folder


def _as_data(finished: Sweep) -> dict[str, Any]:
    rows = finished.index.to_json(orient="records", double_precision=15)
    return {
        "folder": str(finished.folder),
        "manifest": dict(finished.manifest),
        "points": json.loads(rows),
    }
