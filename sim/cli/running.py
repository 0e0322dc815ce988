"""Commands that play worlds, and that tell what a run holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import (
    DIFFERENT,
    Json,
    Overrides,
    as_records,
    complain,
    print_json,
    questions_as_data,
    stopped_cleanly,
)
from sim.errors import problem
from sim.outside.text import say

if TYPE_CHECKING:
    from sim.runs.run import Run
    from sim.settings.configuration import Configuration


def run(
    overrides: Overrides = None,
    config: Annotated[
        str | None, typer.Option(help="Start from this file, such as a run's config.yaml.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what the folder holds.")] = False,
    as_json: Json = False,
) -> None:
    """Play a scenario's worlds; write a run folder.

    The folder holds the odds, their timeline, the texts, every world, the figures, and the whole
    configuration: feeding config.yaml back with --config gives the same run.
    """
    from sim.play.executors.executor import usable_workers
    from sim.play.executors.processes import get_ready

    if usable_workers(None) > 1:
        get_ready()  # beside the reading of the configuration
    from sim.settings.configuration import configure
    from sim.show.screen import show

    configuration = configure(overrides or [], config)
    finished = _simulate(configuration, force)
    if as_json:
        print_json(_as_data(finished))
    else:
        show(finished.report())


def transcript(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    world: Annotated[
        int | None, typer.Option(help="Number of the world, counted from 0.", show_default="0")
    ] = None,
    ending: Annotated[
        str | None,
        typer.Option(
            help="The first world that ended so: an outcome's name, or in_force, rejected, broken, "
            "signed, suspended or talking."
        ),
    ] = None,
) -> None:
    """Tell the story of one world of a run.

    Who asked for what, what was drafted, who would sign, how it ended. The world is played again
    from the run's own configuration and compared with the run's table.
    """
    from sim.runs import provenance
    from sim.runs.archive import WORLDS, read_world
    from sim.runs.run import load_run

    if world is not None and ending is not None:
        raise problem("--ending", "finds a world by itself; leave out --world", ending)
    run = load_run(folder)
    number = run.first_world(ending) if ending is not None else world or 0
    negotiation = run.play_world(number)
    written = read_world(folder, number)
    differing = [] if written is None else negotiation.differs_from(written)
    say(negotiation.transcript, end="")
    if written is None:
        complain(f"{folder} has no {WORLDS} to compare with")
    if differing:
        since = provenance.changed_since(run.manifest)
        paths = [found.path.split(".") for found in since]
        changed = [path[1] for path in paths if path[0] == "versions"]
        complain(
            f"this is not world {number} of that run, which has other {', '.join(differing)}",
            f"versions that differ since: {', '.join(changed) or 'none, so the code does'}",
        )
        raise typer.Exit(DIFFERENT)


def questions(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    as_json: Json = False,
) -> None:
    """Show the chances that a run gives what its scenario asks.

    Each question by each of its days, with both doubts, and beneath how anybody can tell
    afterwards whether it came so.
    """
    from sim.runs.run import load_run
    from sim.show.screen import show

    run = load_run(folder)
    if as_json:
        print_json(questions_as_data(run.questions))
    else:
        show(run.questions_report())


def _simulate(configuration: Configuration, force: bool) -> Run:
    """Play a configuration into its folder, with a progress bar on stderr.

    Raises:
        ScenarioError: when the configuration cannot be run.
        StoppedError: when the run is interrupted, or the system does not let it end.
    """
    from sim.play.ensemble import refuse_if_too_large
    from sim.runs.duration import run_told_if_long
    from sim.runs.results import ensemble_of, simulate_into
    from sim.show.screen import progress_bar
    from sim.sweeps.folder import PARTS as OF_A_SWEEP

    ensemble, folder = ensemble_of(configuration), configuration.directory
    executor = configuration.settings.place()
    refuse_if_too_large(ensemble, executor, folder or Path("outputs"))
    with stopped_cleanly(), progress_bar(ensemble.worlds) as bar:
        progress = run_told_if_long(ensemble, executor, bar)
        return simulate_into(folder, configuration, executor, progress, force, others=OF_A_SWEEP)


def _as_data(finished: Run) -> dict[str, Any]:
    from sim.scenario.told import told

    return {
        "folder": str(finished.folder),
        "manifest": dict(finished.manifest),
        "told": [*map(str, told(finished.scenario))],
        "odds": as_records(finished.odds),
        "questions": questions_as_data(finished.questions),
        "base_rates": as_records(finished.base_rates),
    }
