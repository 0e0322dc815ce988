"""Commands that look at a scenario without running it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.app import Json, ScenarioName, print_json
from sim.errors import problem, unknown
from sim.outside.text import say

if TYPE_CHECKING:
    from sim.analysis.support import PolledText
    from sim.numbers.uncertain import Number


def check(file: ScenarioName, as_json: Json = False) -> None:
    """Check a scenario without running it.

    Everything that is wrong is listed at once, each under its dotted path. Of a good scenario it
    is told what has no effect: outcomes that no world can come to, numbers that change nothing.
    """
    from sim.scenario.citations import assumed
    from sim.scenario.told import Told, told
    from sim.settings.configuration import configure, idle_levers, with_good_levers
    from sim.show.reports.scenario import check_report
    from sim.show.screen import show
    from sim.talks.stances import stance_shares

    configuration = with_good_levers(configure(config=file))
    scenario = configuration.scenario
    stance_shares(scenario, configuration.settings.seed)
    idle = idle_levers(configuration)
    vain = [Told(f"levers.{name}", "changes nothing: all is so already") for name in idle]
    said = (*told(scenario), *vain)
    found = {
        "scenario": configuration.settings.scenario,
        "actors": len(scenario.actors),
        "clauses": len(scenario.clauses),
        "numbers": len(scenario.numbers),
        "uncertain": len(scenario.uncertain),
        "assumptions": len(assumed(scenario)),
    }
    if as_json:
        print_json({**found, "told": [*map(str, said)]})
    else:
        show(check_report(file, found, [(each.where, each.what) for each in said]))


def list_(as_json: Json = False) -> None:
    """List scenarios, experiments, protocols and tactics."""
    from sim.bargaining.protocols import PROTOCOLS
    from sim.bargaining.tactics import TACTICS
    from sim.settings.configuration import scenario_names
    from sim.show.reports.scenario import names_report
    from sim.show.screen import show
    from sim.sweeps.studies import study_names

    groups = {
        "scenarios": scenario_names(),
        "experiments": study_names(),
        "protocols": {name: protocol.summary for name, protocol in PROTOCOLS.items()},
        "tactics": {name: tactic.summary for name, tactic in TACTICS.items()},
    }
    if as_json:
        print_json(groups)
    else:
        show(names_report(groups))


def paths(
    part: Annotated[
        str, typer.Argument(metavar="PART", help="A path, its beginning, or any part of it.")
    ] = "",
    scenario: Annotated[
        str, typer.Option(help="A scenario's name, or a path ending in .yaml.")
    ] = "geneva_2025",
    as_json: Json = False,
) -> None:
    """Show the numbers of a scenario: paths, values, bases.

    A number is set, swept and compared by its path. A run's config.yaml is a scenario here too.
    """
    from sim.settings.configuration import load_scenario
    from sim.show.reports.paths import paths_report
    from sim.show.screen import show

    loaded = load_scenario(scenario)
    numbers = _numbers_at(part, loaded.numbers)
    if as_json:
        print_json([_number_as_data(path, number) for path, number in numbers.items()])
    else:
        show(paths_report(scenario, numbers, loaded.uncertain))


def evidence(scenario: ScenarioName = "geneva_2025", as_json: Json = False) -> None:
    """Show the facts that a scenario rests on.

    And how many of its numbers rest on an assumption instead; polls stand beside the model.
    """
    from sim.analysis.support import polled_texts
    from sim.scenario.citations import assumed, resting_on, source_of_poll
    from sim.settings.configuration import facts, load_scenario
    from sim.show.reports.scenario import evidence_report
    from sim.show.screen import show

    loaded = load_scenario(scenario)
    resting = resting_on(loaded)
    cited = [fact for fact in (*facts(), *loaded.facts) if fact.id in resting]
    unfounded = assumed(loaded)
    counts = {"numbers": len(loaded.numbers), "uncertain": len(loaded.uncertain)}
    polls = polled_texts(loaded)
    if as_json:
        rows = [{**fact.model_dump(mode="json"), "used_by": resting[fact.id]} for fact in cited]
        beside = [_poll_as_data(each) for each in polls]
        print_json({"facts": rows, **counts, "assumptions": unfounded, "polls": beside})
    else:
        found = {**counts, "assumptions": len(unfounded)}
        sources = [(source_of_poll(loaded, each.actor, each.poll), each) for each in polls]
        show(evidence_report(scenario, cited, resting, found, sources))


def stances(scenario: ScenarioName = "geneva_2025", as_json: Json = False) -> None:
    """Compare a scenario with known stances.

    Shows the share of draws in which the model agrees at the start of play.
    """
    from dataclasses import asdict

    from sim.settings.configuration import load_scenario
    from sim.show.reports.scenario import stances_report
    from sim.show.screen import show
    from sim.talks.stances import stance_shares

    loaded = load_scenario(scenario)
    shares = stance_shares(loaded)
    if as_json:
        print_json([asdict(share) for share in shares])
    else:
        show(stances_report(scenario, [share.in_words(loaded) for share in shares]))


def _numbers_at(part: str, numbers: Mapping[str, Number]) -> dict[str, Number]:
    """Return the numbers whose path has a part in it; those that begin with it, if any do.

    Raises:
        ScenarioError: when none has, with the nearest.
    """
    begin = {path: each for path, each in numbers.items() if f"{path}.".startswith(f"{part}.")}
    found = begin or {path: each for path, each in numbers.items() if part in path}
    if not found:
        steps = [path.split(".") for path in numbers]
        ways = {".".join(each[:depth]) for each in steps for depth in range(1, len(each) + 1)}
        near = get_close_matches(part, {*ways, *chain(*steps)}, n=1)
        known = near or {each[0] for each in steps}
        raise problem("PART", unknown("path of a number", part, known), part)
    return found


def _number_as_data(path: str, number: Number) -> dict[str, Any]:
    from sim.numbers.names import BASIS_WORDS

    stated = number.model_dump(mode="json", exclude_none=True)
    basis = {word: stated.pop(word) for word in BASIS_WORDS if word in stated}
    value = number.value if number.is_plain else stated
    return {"path": path, "value": value, "mean": number.mean, **basis}


def _poll_as_data(found: PolledText) -> dict[str, Any]:
    model = found.backing
    return {
        "actor": found.actor,
        "poll": found.poll,
        "observed": found.observed,
        "support": model.support,
        "low": model.low,
        "high": model.high,
    }


def schema() -> None:
    """Print the author's guide to scenario files."""
    from sim.scenario.reading.guide import guide

    say(guide(), end="")
