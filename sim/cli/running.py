"""Commands that play worlds, and that tell what a run holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import (
    DIFFERENT,
    FAILED,
    INTERRUPTED,
    Json,
    Overrides,
    StoppedError,
    complain,
    print_json,
    was_interrupted,
    what_failed,
)
from sim.errors import problem

if TYPE_CHECKING:
    from sim.config import Configuration
    from sim.results import Run


def run(
    overrides: Overrides = None,
    config: Annotated[
        str | None, typer.Option(help="Start from this file, such as a run's config.yaml.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a run in the folder.")] = False,
    as_json: Json = False,
) -> None:
    """Play a scenario's worlds; write a run folder.

    The folder holds the odds, their timeline, the texts, every world, the figures, and the whole
    configuration: feeding config.yaml back with --config gives the same run.
    """
    from sim.config import configure
    from sim.screen import show_run

    configuration = configure(overrides or [], config)
    finished = _simulate(configuration, force)
    if as_json:
        print_json(_as_data(finished))
    else:
        show_run(configuration.scenario, finished)


def transcript(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    world: Annotated[int, typer.Option(help="Number of the world, counted from 0.")] = 0,
) -> None:
    """Tell the story of one world of a run.

    Who asked for what, what was drafted, who would sign, how it ended. The world is played again
    from the run's own configuration and compared with the run's table.
    """
    from sim import provenance, results
    from sim.config import configure
    from sim.transcript import transcript as tell

    configuration = configure(config=results.read_config(folder))
    settings = configuration.settings
    worlds = settings.ensemble.draws * settings.ensemble.replications
    if not 0 <= world < worlds:
        raise problem("--world", f"must be between 0 and {worlds - 1}", world)
    story = tell(configuration.scenario, settings.seed, settings.ensemble.replications, world)
    print(story.text, end="")
    written = results.read_world(folder, world)
    if written is None:
        complain(f"{folder} has no {results.WORLDS} to compare with")
    elif differing := story.differs_from(written):
        then, now = results.read_manifest(folder).get("versions", {}), provenance.versions()
        changed = [name for name in now if now[name] != then.get(name)]
        complain(
            f"this is not world {world} of that run, which has other {', '.join(differing)}",
            f"versions that differ since: {', '.join(changed) or 'none, so the code does'}",
        )
        raise typer.Exit(DIFFERENT)


def _simulate(configuration: Configuration, force: bool) -> Run:
    """Play a configuration into its folder, with a progress bar on stderr.

    Raises:
        ScenarioError: when the configuration cannot be run.
        StoppedError: when the run is interrupted, or the system does not let it end.
    """
    from sim.config import dump
    from sim.ensemble import Ensemble, refuse_if_too_large, usable_workers
    from sim.results import simulate_into
    from sim.screen import progress_bar

    settings = configuration.settings
    counts = settings.ensemble
    ensemble = Ensemble(configuration.scenario, settings.seed, counts.draws, counts.replications)
    workers = usable_workers(counts.workers)
    refuse_if_too_large(ensemble, workers, configuration.directory or Path("outputs"))
    about = {"scenario": settings.scenario, "tactic": settings.tactic}
    config = dump(configuration.tree)
    try:
        with progress_bar(ensemble.worlds) as progress:
            return simulate_into(
                configuration.directory, ensemble, about, config, workers, progress, force
            )
    except (Exception, KeyboardInterrupt) as error:
        if was_interrupted(error):
            raise StoppedError("interrupted", INTERRUPTED) from None
        if isinstance(error, MemoryError):
            raise StoppedError("out of memory (try ensemble.workers=1)", FAILED) from None
        if isinstance(error, OSError):
            raise StoppedError(what_failed(error), FAILED) from None
        raise


def _as_data(finished: Run) -> dict[str, Any]:
    return {
        "folder": str(finished.folder),
        "manifest": dict(finished.manifest),
        "odds": json.loads(finished.odds.to_json(orient="records", double_precision=15)),
        "base_rates": json.loads(
            finished.base_rates.to_json(orient="records", double_precision=15)
        ),
    }
