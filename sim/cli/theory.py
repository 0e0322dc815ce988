"""Commands of the field: its domains, its cooperative solutions, its forecasting baselines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Json, print_json
from sim.errors import problem
from sim.outside.text import printable, say

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.theory.bargaining_problem import Draw

Source = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO|DOMAIN_DIR",
        help="A scenario's name, a path ending in .yaml, or a folder with a Genius or GeniusWeb "
        "domain.",
    ),
]


DomainFile = Annotated[
    str | None,
    typer.Option("--domain", metavar="FILE", help="The domain's file, of several in the folder."),
]
ProfileFiles = Annotated[
    str | None,
    typer.Option(
        "--profiles",
        metavar="FILE,FILE",
        help="The profiles' files in the folder, an actor each; default: all.",
    ),
]


def import_(
    folder: Annotated[
        Path, typer.Argument(metavar="DOMAIN_DIR", help="One domain file, one profile an actor.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The scenario file to write, ending in .yaml.")
    ],
    domain: DomainFile = None,
    profiles: ProfileFiles = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Make a scenario of a Genius or GeniusWeb domain.

    Utilities and reservation values keep the platform's scale; the rest are stated defaults, to be
    changed.
    """
    from sim.domains.directory import import_domain
    from sim.runs.folder import whole
    from sim.settings.grammar import typed

    if output.suffix != ".yaml":
        raise problem("--output", "must end in .yaml", str(output))
    if output.exists() and not force:
        raise problem("--output", "exists; choose another name, or --force to replace", str(output))
    imported = import_domain(folder, domain, _names(profiles))
    text = imported.yaml()
    output.parent.mkdir(parents=True, exist_ok=True)
    with whole(output) as draft:
        draft.write_text(text)
    for note in imported.notes:
        say(f"Note: {printable(note)}.")
    say(f"{output}: written. Try: parley run {typed('scenario', str(output))}")


def solutions(
    scenario: Source = "geneva_2025",
    domain: DomainFile = None,
    profiles: ProfileFiles = None,
    draw: Annotated[
        int | None,
        typer.Option(
            min=0, max=999_999, help="A draw, counted from 0; default: all numbers at their means."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the draw.")] = 0,
    replications: Annotated[
        int, typer.Option(min=1, max=10_000, help="Replications of the run whose draw it is.")
    ] = 10,
    as_json: Json = False,
) -> None:
    """Show the cooperative solutions of a scenario.

    Nash, Kalai-Smorodinsky, egalitarian and utilitarian, over all packages that are as good as no
    deal for everyone who must sign them.
    """
    from sim.show.reports.theory import solutions_report
    from sim.show.screen import show
    from sim.theory.solutions import solutions_data

    loaded = _scenario(scenario, domain, _names(profiles))
    found = solutions_data(loaded, _draw(draw, seed, replications))
    if as_json:
        print_json(found)
    else:
        show(solutions_report(scenario, found))


def baselines(
    case: Annotated[
        Path, typer.Argument(metavar="CASE.csv", help="actor,capability,issue,position,salience")
    ],
    rounds: Annotated[
        int, typer.Option(min=0, max=1000, help="Rounds of the challenge model.")
    ] = 10,
    least_move: Annotated[
        bool,
        typer.Option("--least-move", help="Compromise by the least move, as the paper words it."),
    ] = False,
    scale: Annotated[
        str | None,
        typer.Option(
            metavar="LOW:HIGH",
            help="What positions are shares of in the election; default: the first of 0:1, 0:10, "
            "0:100 that holds them all, else their range.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Settle a case by the field's baselines.

    Weighted mean and median, Condorcet winner, the challenge model (Bueno de Mesquita, as read by
    Scholz, Calbert & Smith 2011) and the probabilistic Condorcet election of KTAB.
    """
    from sim.show.reports.theory import baselines_report
    from sim.show.screen import show
    from sim.theory.baselines.cases import read_case
    from sim.theory.baselines.challenge import Compromise
    from sim.theory.baselines.election import read_scale
    from sim.theory.baselines.settlements import settlements

    choice = Compromise.LEAST_MOVE if least_move else Compromise.PUBLISHED
    stated = None if scale is None else read_scale(scale)
    found = settlements(read_case(case), rounds, choice, stated)
    if as_json:
        print_json(found)
    else:
        show(baselines_report(case.name, found))


def _draw(draw: int | None, seed: int, replications: int) -> Draw | None:
    from sim.theory.bargaining_problem import Draw

    return None if draw is None else Draw(draw, seed, replications)


def _names(files: str | None) -> list[str] | None:
    return None if files is None else [name.strip() for name in files.split(",")]


def _scenario(source: str, domain: str | None, profiles: list[str] | None) -> Scenario:
    """Return a scenario by name or file, or the one that a domain's folder makes.

    What must be known of a folder's files is told on stderr, since it is no part of the result.
    """
    from sim.domains.directory import import_domain
    from sim.settings.configuration import load_scenario

    if Path(source).is_dir():
        imported = import_domain(source, domain, profiles)
        for note in imported.notes:
            say(f"Note: {printable(note)}.", file=sys.stderr)
        return imported.scenario
    for option, given in (("--domain", domain), ("--profiles", profiles)):
        if given is not None:
            raise problem(option, "chooses files of a folder, and this is a scenario", source)
    return load_scenario(source)
