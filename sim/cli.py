"""The command `parley`: run a scenario, and look at what a scenario or a run is made of.

Heavy parts are imported inside the commands that use them. Exit codes: 0 done, 1 failed, 2 bad
input, 3 compared and not identical, 130 interrupted. With --json, JSON alone goes to stdout.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import ScenarioError, problem

if TYPE_CHECKING:
    from sim.config import Configuration
    from sim.results import Run
    from sim.scenario.scenario import Scenario

FAILED, BAD_INPUT, DIFFERENT, INTERRUPTED = 1, 2, 3, 130

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


class StoppedError(Exception):
    """A run that ended early and left nothing behind: why, and the exit code."""

    def __init__(self, why: str, code: int) -> None:
        super().__init__(f"{why}; nothing was kept")
        self.code = code


def main() -> None:
    """Run the command; turn errors into messages and exit codes."""
    try:
        code = app(prog_name="parley", standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:
            _complain("interrupted")
    except (Exception, KeyboardInterrupt) as error:
        code = _told(error)
    sys.exit(code)


def _told(error: BaseException) -> int:
    """Say what an error means and return its exit code; raise one that is nobody's fault but ours.

    Typer brings its own copy of click or uses click itself, by version: so errors in how the
    command was called are known by what they can do.
    """
    if isinstance(error, StoppedError):
        _complain(str(error))
        return error.code
    if _interrupted(error):
        _complain("interrupted")
        return INTERRUPTED
    if isinstance(error, ScenarioError):
        _complain(*map(str, error.problems))
        return BAD_INPUT
    if isinstance(error, BrokenPipeError):
        _stop_writing()
        return FAILED
    if isinstance(error, OSError):
        _complain(_what_failed(error))
        return FAILED
    if hasattr(error, "show") and hasattr(error, "exit_code"):
        error.show()
        return int(error.exit_code)
    raise error


def _interrupted(error: BaseException | None) -> bool:
    """Return whether an error is an interrupt, or came up on the way out of one.

    >>> try:
    ...     try:
    ...         raise KeyboardInterrupt
    ...     finally:
    ...         {}["lost"]
    ... except KeyError as error:
    ...     print(_interrupted(error))
    True
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or type(error).__name__ == "Abort":
            return True
        error = error.__cause__ or error.__context__
    return False


def _what_failed(error: OSError) -> str:
    if error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror}" if error.filename else error.strerror


def _stop_writing() -> None:
    """Let the interpreter end without a word where nobody reads its output any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.callback(invoke_without_command=True)
def parley(
    version: Annotated[bool, typer.Option("--version", help="Show Parley's version.")] = False,
) -> None:
    """Odds of negotiation outcomes, from simulated bargaining under stated assumptions."""
    if version:
        from importlib.metadata import version as version_of

        print(f"parley {version_of('parley-sim')}")
        raise typer.Exit


@app.command()
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
        _print_json(_as_data(finished))
    else:
        show_run(configuration.scenario, finished)


@app.command()
def check(file: ScenarioName, as_json: Json = False) -> None:
    """Check a scenario without running it.

    Everything that is wrong is listed at once, each under its dotted path.
    """
    from sim.bargaining.stances import stance_shares
    from sim.config import configure
    from sim.screen import show_check

    configuration = configure(config=file)
    scenario = configuration.scenario
    stance_shares(scenario, configuration.settings.seed)
    numbers = scenario.numbers.values()
    found = {
        "scenario": configuration.settings.scenario,
        "actors": len(scenario.actors),
        "clauses": len(scenario.clauses),
        "numbers": len(numbers),
        "uncertain": sum(not number.is_plain for number in numbers),
        "assumptions": sum(number.basis == "assumption" for number in numbers),
    }
    if as_json:
        _print_json(found)
    else:
        show_check(file, found)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List scenarios, protocols and tactics."""
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
        _print_json(groups)
    else:
        show_names(groups)


@app.command()
def transcript(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    world: Annotated[int, typer.Option(help="Number of the world, counted from 0.")] = 0,
) -> None:
    """Tell the story of one world of a run.

    Who asked for what, what was drafted, who would sign, how it ended. The world is played again
    from the run's own configuration and compared with the run's table.
    """
    from sim import results
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
        _complain(f"{folder} has no {results.WORLDS} to compare with")
    elif differing := story.differs_from(written):
        then, now = results.read_manifest(folder).get("versions", {}), results.versions()
        changed = [name for name in now if now[name] != then.get(name)]
        _complain(
            f"this is not world {world} of that run, which has other {', '.join(differing)}",
            f"versions that differ since: {', '.join(changed) or 'none, so the code does'}",
        )
        raise typer.Exit(DIFFERENT)


@app.command()
def evidence(scenario: ScenarioName = "geneva_2025", as_json: Json = False) -> None:
    """Show the facts that a scenario rests on.

    And how many of its numbers rest on an assumption instead.
    """
    from sim.config import facts, load_scenario
    from sim.screen import show_evidence

    loaded = load_scenario(scenario)
    resting = _resting_on(loaded)
    cited = [fact for fact in (*facts(), *loaded.facts) if fact.id in resting]
    assumed = [path for path, number in loaded.numbers.items() if number.basis == "assumption"]
    if as_json:
        rows = [{**fact.model_dump(mode="json"), "used_by": resting[fact.id]} for fact in cited]
        _print_json({"facts": rows, "assumptions": assumed})
    else:
        show_evidence(scenario, cited, resting, len(assumed), len(loaded.numbers))


@app.command()
def stances(scenario: ScenarioName = "geneva_2025", as_json: Json = False) -> None:
    """Compare a scenario with known stances.

    Shows the share of draws in which the model agrees at the start of play.
    """
    from dataclasses import asdict

    from sim.bargaining.stances import stance_shares
    from sim.config import load_scenario
    from sim.screen import show_stances

    loaded = load_scenario(scenario)
    shares = stance_shares(loaded)
    if as_json:
        _print_json([asdict(share) for share in shares])
    else:
        show_stances(scenario, loaded, shares)


@app.command()
def schema() -> None:
    """Print the author's guide to scenario files."""
    from sim.scenario.guide import guide

    print(guide(), end="")


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
        if _interrupted(error):
            raise StoppedError("interrupted", INTERRUPTED) from None
        if isinstance(error, MemoryError):
            raise StoppedError("out of memory (try ensemble.workers=1)", FAILED) from None
        if isinstance(error, OSError):
            raise StoppedError(_what_failed(error), FAILED) from None
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


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def _resting_on(scenario: Scenario) -> dict[str, list[str]]:
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
