"""Commands that set a run beside another, itself played again, or what happened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from sim.cli.app import (
    DIFFERENT,
    Json,
    as_records,
    complain,
    print_json,
    questions_as_data,
    stopped_cleanly,
)
from sim.errors import problem

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.runs.comparison import Comparison
    from sim.runs.levers import Levers
    from sim.runs.reproduction import Reproduction
    from sim.runs.scores import Scores
    from sim.runs.what_if import WhatIf
    from sim.settings.differences import Difference

FIGURES = Path("outputs", "comparisons")
_SIDES = ("before", "after")

FigureFile = Annotated[
    Path | None,
    typer.Option(
        "--figure",
        help="Where to draw the differences: .png, .pdf or .svg.",
        show_default=f"a new file in {FIGURES}",
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, max=64, help="Processes.", show_default="one a core")
]


def reproduce(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Play a run again and compare the worlds.

    From its folder alone. Exit code 0: identical. 3: not, and then it says what differs since
    (versions, code, processor) and by how much the odds moved.
    """
    from sim.play.executors import executor_of
    from sim.runs.reproduction import reproduce as play_again
    from sim.runs.run import load_run
    from sim.show.screen import progress_bar, show

    worlds, executor = load_run(folder).manifest["worlds"], executor_of(workers=workers)
    with stopped_cleanly(), progress_bar(worlds) as progress:
        found = play_again(folder, executor, progress)
    if as_json:
        print_json(_reproduction(found))
    else:
        show(found.report())
    if not found.identical:
        raise typer.Exit(DIFFERENT)


def compare(
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="A run folder.")],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="Another.")],
    figure: FigureFile = None,
    as_json: Json = False,
) -> None:
    """Compare two runs: their odds and configurations.

    Runs of one seed and as many replications are paired draw by draw, which makes the intervals
    of the differences narrow; others are taken as independent.
    """
    from sim.runs.run import load_run
    from sim.show.screen import show

    _refuse_if_no_figure(figure)
    first, second = load_run(before), load_run(after)
    found = first.compare(second)
    name = f"{before.resolve().name}_vs_{after.resolve().name}"
    drawn = _draw(found, figure or _free_name(name))
    if as_json:
        print_json({**_comparison(found), "figure": str(drawn)})
    else:
        show(found.report(drawn))


def what_if(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH=VALUE", help="A change, as parley run takes it: actors.us.no_deal=0.4."
        ),
    ],
    figure: FigureFile = None,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Play a run's worlds again with a change.

    The change is made from the scenario's day on: what was known then stays as it was learnt, and
    so do all numbers that are not changed. Differences are paired world by world.
    """
    from sim.play.executors import executor_of
    from sim.runs.run import load_run
    from sim.runs.what_if import what_if as played_with
    from sim.settings.configuration import read_changes
    from sim.show.screen import progress_bar, show

    _refuse_if_no_figure(figure)
    asked, run = read_changes(changes), load_run(folder)
    with stopped_cleanly(), progress_bar(run.manifest["worlds"]) as progress:
        found = played_with(run, asked, executor_of(workers=workers), progress)
    drawn = _draw(found, figure or _free_name(f"{folder.resolve().name}_what_if"))
    if as_json:
        print_json({**_what_if(found), "figure": str(drawn)})
    else:
        show(found.report(drawn))


def levers(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    of: Annotated[
        str,
        typer.Option(
            metavar="EVENT", help="signed, in_force, standing, an outcome, or a question's id."
        ),
    ] = "signed",
    draws: Annotated[
        int | None,
        typer.Option(
            help="Play so many of the run's draws, taken by their weight.", show_default="100"
        ),
    ] = None,
    figure: FigureFile = None,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Play a scenario's levers: each alone, and in pairs.

    A scenario names what governments could do under `levers`. Each is played on the run's own
    worlds, from the scenario's day on; ranked by what it does to the chance of one thing.
    """
    from sim.play.executors import executor_of
    from sim.runs.levers import levers as played
    from sim.runs.levers import levers_played
    from sim.runs.run import load_run
    from sim.show.screen import progress_bar, show

    _refuse_if_no_figure(figure)
    run = load_run(folder)
    with stopped_cleanly(), progress_bar(levers_played(run.scenario), "levers") as progress:
        found = played(run, of, draws, executor_of(workers=workers), progress)
    drawn = _draw(found, figure or _free_name(f"{folder.resolve().name}_levers"))
    if as_json:
        print_json({**_levers(found), "figure": str(drawn)})
    else:
        show(found.report(drawn))


def score(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    resolutions: Annotated[
        Path,
        typer.Argument(
            metavar="RESOLUTIONS.yaml",
            help="What happened: ID: {happened: true}, with crowd: 0.3 and base: 0.2 where known.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Score a run's questions against what happened.

    Each by the rules of Brier and of the logarithm, where less is better; on average beside even
    odds, and beside the base rate and the crowd where the file gives them for all. The ids are
    those of parley questions RUN --json.
    """
    from sim.runs.run import load_run
    from sim.runs.scores import score as scored
    from sim.show.screen import show

    found = scored(load_run(folder), resolutions)
    if as_json:
        print_json(_scores(found))
        complain(*(f"{which} is infinite, hence null" for which in found.infinite))
    else:
        show(found.report())


def _refuse_if_no_figure(figure: Path | None) -> None:
    """Refuse a name that no figure can be written under.

    Raises:
        ScenarioError: when its kind is not known, or there is no such folder.
    """
    if figure is None:
        return
    kinds = (".png", ".pdf", ".svg")
    if figure.suffix.lower() not in kinds:
        raise problem("--figure", f"must end in one of {', '.join(kinds)}", str(figure))
    if figure.is_dir() or not figure.parent.is_dir():
        rule = "is a folder" if figure.is_dir() else f"there is no folder {figure.parent}"
        raise problem("--figure", rule, str(figure))


def _free_name(name: str) -> Path:
    """Return a file for a figure that nothing is overwritten by."""
    endings = ("" if number == 1 else f"_{number}" for number in count(1))
    return next(file for e in endings if not (file := FIGURES / f"{name}{e}.png").exists())


def _draw(found: Comparison | Levers | WhatIf, file: Path) -> Path:
    from sim.runs.folder import whole

    if file.parent == FIGURES:
        FIGURES.mkdir(parents=True, exist_ok=True)
    with whole(file) as draft:
        cast("Figure", found.plot().figure).savefig(draft, dpi=150)
    return file


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "before": found.before,
        "after": found.after,
        "identical": found.identical,
        "method": found.method,
        "why_not_paired": found.why or None,
        "draws": found.draws,
        "odds": json.loads(found.odds.to_json(orient="records", double_precision=15)),
        "only_before": found.only_before,
        "only_after": found.only_after,
        "configuration": [
            {**change, "overridden": dict(zip(_SIDES, by_hand, strict=True))}
            for change, by_hand in zip(_as_data(found.configuration), found.overridden, strict=True)
        ],
        "other_reasons": found.reasons,
    }


def _what_if(found: WhatIf) -> dict[str, Any]:
    return {
        "changes": [dict(zip(("path", *_SIDES), each, strict=True)) for each in found.changes],
        "draws": found.draws[0],
        "effective_draws": found.draws[1],
        "totals": as_records(found.totals),
        "outcomes": as_records(found.outcomes),
        "questions": questions_as_data(found.questions),
    }


def _levers(found: Levers) -> dict[str, Any]:
    return {
        "of": found.of,
        "label": found.label,
        "draws": found.draws[0],
        "effective_draws": found.draws[1],
        "levers": as_records(found.alone),
        "pairs": as_records(found.pairs),
        "clashing": found.clashing,
        "idle": found.idle,
    }


def _scores(found: Scores) -> list[dict[str, Any]]:
    """Return the scored questions as plain data: null where infinite, nothing of who is silent."""
    rows: list[dict[str, Any]] = json.loads(
        found.table.drop(columns="event").to_json(orient="records", double_precision=15)
    )
    silent = [tuple(who for who in ("crowd", "base") if row[who] is None) for row in rows]
    return [
        {key: value for key, value in row.items() if not key.startswith(absent)}
        for row, absent in zip(rows, silent, strict=True)
    ]


def _reproduction(found: Reproduction) -> dict[str, Any]:
    return {
        "run": found.then.name,
        "identical": found.identical,
        "digest_then": found.then.manifest["digest"],
        "digest_now": found.now.manifest["digest"],
        "digest_of_its_table": found.kept,
        "since": _as_data(found.since),
        "comparison": _comparison(found.comparison) if found.comparison else None,
    }


def _as_data(changes: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return differences as plain data; what is absent on one side has no value there."""
    from sim.settings.differences import ABSENT

    return [
        {"path": change.path}
        | {side: value for side in _SIDES if (value := getattr(change, side)) is not ABSENT}
        for change in changes
    ]
