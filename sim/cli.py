"""The command `parley`: run a scenario, and look at what a scenario or a run is made of.

Heavy parts are imported inside the commands that use them. Exit codes: 0 done, 1 failed, 2 bad
input, 3 compared and not identical, 130 interrupted. With --json, JSON alone goes to stdout.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import ScenarioError, problem

if TYPE_CHECKING:
    from sim.config import Configuration
    from sim.results import Run

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    help="Odds of negotiation outcomes, from simulated bargaining under stated assumptions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Overrides = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH=VALUE]...",
        help="scenario=NAME or FILE.yaml, seed=7, ensemble.draws=500, protocol=offers, "
        "tactic=time_based, hydra.run.dir=DIR, or any number by its path.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout, notes to stderr.")]
ScenarioName = Annotated[str, typer.Argument(help="A scenario's name, or a path ending in .yaml.")]


def main() -> None:
    """Run the command; turn errors into messages and exit codes."""
    try:
        app(standalone_mode=False)
    except ScenarioError as error:
        _complain(*map(str, error.problems))
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        _complain("interrupted; nothing was kept")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)
    except OSError as error:
        _complain(str(error))
        sys.exit(FAILED)
    except Exception as error:
        _exit_as_click_does(error)


def _exit_as_click_does(error: Exception) -> None:
    """Show click's own errors (unknown command or option) and exit 2; let others through."""
    import click

    if isinstance(error, click.exceptions.Abort):
        sys.exit(INTERRUPTED)
    if isinstance(error, click.exceptions.Exit):
        sys.exit(error.exit_code)
    if isinstance(error, click.ClickException):
        error.show()
        sys.exit(error.exit_code)
    raise error


@app.command()
def run(
    overrides: Overrides = None,
    config: Annotated[
        str | None, typer.Option(help="Start from this file, such as a run's config.yaml.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace a run in the same folder.")] = False,
    as_json: Json = False,
) -> None:
    """Play a scenario's worlds and write a run folder: the odds, the worlds, the figures."""
    from sim.config import configure
    from sim.screen import show_run

    configuration = configure(overrides or [], config)
    finished = _simulate(configuration, force)
    if as_json:
        print(json.dumps(_as_data(finished), indent=2))
    else:
        show_run(configuration.scenario, finished)


@app.command()
def check(file: ScenarioName, as_json: Json = False) -> None:
    """Check a scenario file without running it; list everything that is wrong."""
    from sim.bargaining.stances import stance_shares
    from sim.config import configure

    configuration = configure(config=file)
    scenario = configuration.scenario
    stance_shares(scenario, configuration.settings.seed)
    numbers = scenario.numbers.values()
    found = {
        "scenario": configuration.settings.scenario,
        "actors": len(scenario.actors),
        "clauses": len(scenario.clauses),
        "numbers": len(scenario.numbers),
        "uncertain": sum(not number.is_plain for number in numbers),
        "assumptions": sum(number.basis == "assumption" for number in numbers),
    }
    if as_json:
        print(json.dumps(found))
        return
    print(
        f"{file}: good. {found['actors']} actors, {found['clauses']} clauses, "
        f"{found['numbers']} numbers, {found['uncertain']} of them uncertain, "
        f"{found['assumptions']} resting on assumptions."
    )


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the scenarios, protocols and tactics."""
    from sim.config import scenario_names
    from sim.scenario.actors import Tactic
    from sim.scenario.scenario import Protocol
    from sim.screen import show_names

    groups = {
        "scenarios": scenario_names(),
        "protocols": {protocol.value: protocol.summary for protocol in Protocol},
        "tactics": {tactic.value: tactic.summary for tactic in Tactic},
    }
    if as_json:
        print(json.dumps(groups, indent=2))
        return
    show_names(groups)


@app.command()
def transcript(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    world: Annotated[int, typer.Option(help="Number of the world, counted from 0.")] = 0,
) -> None:
    """Tell the story of one world of a run: who asked for what, and how it ended."""
    from sim.config import configure
    from sim.results import read_config
    from sim.transcript import transcript as tell

    configuration = configure(config=read_config(folder))
    settings = configuration.settings
    worlds = settings.ensemble.draws * settings.ensemble.replications
    if not 0 <= world < worlds:
        raise problem("--world", f"must be between 0 and {worlds - 1}", world)
    story = tell(configuration.scenario, settings.seed, settings.ensemble.replications, world)
    print(story, end="")


@app.command()
def evidence(scenario: ScenarioName = "geneva_2025", as_json: Json = False) -> None:
    """Show the facts that a scenario's numbers rest on, and how many are assumptions."""
    from sim.config import facts, load_scenario
    from sim.screen import show_evidence

    loaded = load_scenario(scenario)
    resting = _resting_on(loaded)
    cited = [fact for fact in (*facts(), *loaded.facts) if fact.id in resting]
    assumed = [path for path, number in loaded.numbers.items() if number.basis == "assumption"]
    if as_json:
        rows = [{**fact.model_dump(mode="json"), "used_by": resting[fact.id]} for fact in cited]
        print(json.dumps({"facts": rows, "assumptions": assumed}, indent=2))
        return
    show_evidence(scenario, loaded, cited, resting)


@app.command()
def stances(scenario: ScenarioName = "geneva_2025", as_json: Json = False) -> None:
    """Show in what share of draws the model agrees with the parties' known stances."""
    from dataclasses import asdict

    from sim.bargaining.stances import stance_shares
    from sim.config import load_scenario
    from sim.screen import show_stances

    loaded = load_scenario(scenario)
    shares = stance_shares(loaded)
    if as_json:
        print(json.dumps([asdict(share) for share in shares], indent=2))
        return
    show_stances(scenario, loaded, shares)


@app.command()
def schema() -> None:
    """Print the author's guide to scenario files, in Markdown."""
    from sim.scenario.guide import guide

    print(guide(), end="")


def _simulate(configuration: Configuration, force: bool) -> Run:
    """Play a configuration into its folder, with a progress bar on stderr."""
    import datetime

    from sim import results
    from sim.config import dump
    from sim.ensemble import Ensemble, usable_workers

    settings = configuration.settings
    counts = settings.ensemble
    ensemble = Ensemble(configuration.scenario, settings.seed, counts.draws, counts.replications)
    workers = usable_workers(counts.workers)
    folder = configuration.directory
    if folder is not None:
        results.refuse_if_taken(folder, force)
    results.refuse_if_too_large(ensemble, workers, folder or Path("outputs"))
    if folder is None:
        folder = results.run_folder(settings.scenario, datetime.datetime.now())
    about = {"scenario": settings.scenario, "tactic": settings.tactic}
    with _progress_bar(ensemble.worlds) as progress:
        return results.simulate_into(
            folder, ensemble, about, dump(configuration.tree), workers, progress
        )


def _progress_bar(worlds: int) -> Any:
    """Return a context that yields what to tell the number of worlds done."""
    from contextlib import contextmanager

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from sim.screen import console

    @contextmanager
    def shown() -> Any:
        columns = (TextColumn("playing worlds"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console(stderr=True), transient=True) as progress:
            task = progress.add_task("worlds", total=worlds)
            yield lambda done: progress.update(task, completed=done)

    return shown()


def _as_data(finished: Run) -> dict[str, Any]:
    return {
        "folder": str(finished.folder),
        "manifest": dict(finished.manifest),
        "odds": json.loads(finished.odds.to_json(orient="records")),
        "base_rates": json.loads(finished.base_rates.to_json(orient="records")),
    }


def _resting_on(scenario: Any) -> dict[str, list[str]]:
    """Return, for each fact that is cited, the paths of what rests on it."""
    resting: dict[str, list[str]] = {}

    def cite(path: str, basis: Any) -> None:
        for name in basis if isinstance(basis, tuple) else ():
            resting.setdefault(name, []).append(path)

    for path, number in scenario.numbers.items():
        cite(path, number.basis)
    for name, text in scenario.texts.items():
        cite(f"texts.{name}", text.basis)
    for name, actor in scenario.actors.items():
        for index, stance in enumerate(actor.stances):
            cite(f"actors.{name}.stances.{index}", stance.basis)
    return resting


def _complain(*lines: str) -> None:
    for line in lines:
        print(f"parley: {line}", file=sys.stderr)
