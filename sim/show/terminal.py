"""What the terminal shows: tables that fit 80 columns, the finding first.

Only the words and the layout are here; the figures come from the run, the scenario and its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from textwrap import fill
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from sim.domains.naming import called
from sim.numbers.evidence import Fact
from sim.scenario.scenario import Scenario
from sim.show.words import UNTOLD_MEANS, any_untold, assumed, percent, span
from sim.talks.stances import StanceShare

if TYPE_CHECKING:
    from sim.runs.run import Run
    from sim.sweeps.sweep import Sweep

_BAR = 10  # characters
_TOO_HOPELESS, _TOO_UNSETTLED = 0.2, 0.05  # of an equilibrium: shares that call for a warning
_MOST_POINTS, _MOST_PATHS, _MOST_OUTCOMES, _MOST_FAILED = 20, 4, 3, 5  # of a sweep's table


def console(stderr: bool = False) -> Console:
    """Return the console that everything is shown on."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def show_run(scenario: Scenario, run: Run) -> None:
    """Print the odds, the base rates beside them, and where the folder is."""
    manifest, out = run.manifest, console()
    tactics = {actor.tactic.value for actor in scenario.actors.values()}
    out.print(
        f"{manifest['scenario']}, {manifest['protocol']}, {' + '.join(sorted(tactics))}: "
        f"{manifest['worlds']:,} worlds ({manifest['draws']:,} x {manifest['replications']:,}), "
        f"seed {manifest['seed']}, {manifest['seconds']:.1f} s",
        soft_wrap=True,
    )
    for warning in _warnings(manifest.get("equilibrium", {})):
        out.print(warning)
    out.print(_odds(scenario.title, run))
    out.print(f"{_how_to_read(run)}\n", style="dim")
    if len(run.base_rates):
        out.print(_base_rates(run))
    _show_yardsticks(scenario, run)
    out.print(f"Run folder: {run.folder}", soft_wrap=True)


@contextmanager
def progress_bar(total: int, things: str = "worlds") -> Iterator[Callable[[int], None]]:
    """Yield what to tell the number of things done; shown on stderr if a terminal."""
    out = console(stderr=True)
    columns = (TextColumn(f"playing {things}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task(things, total=total)
        yield lambda done: progress.update(task, completed=done)


def show_sweep(sweep: Sweep, played: int, note: str | None) -> None:
    """Print points with their values and odds, what failed, and where the folder is."""
    about, out = sweep.manifest, console()
    worlds = about["draws"] * about["replications"]
    size = f"{counted(about['points'], 'point')} of {counted(worlds, 'world')}"
    out.print(f"{about['sweep']}: {size}, {_played(about['points'], played)}.", soft_wrap=True)
    if about["points"] > 1:
        out.print(
            f"All points share seed {about['seed']} and their draws: differences are paired."
            if about["paired"]
            else "The seed or the number of worlds is swept: differences are not paired."
        )
    if note:
        out.print(f"{note[0].upper()}{note[1:]}.")
    out.print(_points_table(sweep))
    failed: Any = sweep.index[sweep.index["status"] == "failed"].to_dict("records")
    if failed:
        out.print(_failed_table(failed, about["points"]))
    if "figure_error" in about:
        out.print(f"No figure: {about['figure_error']}")
    out.print(f"Sweep folder: {sweep.folder}", soft_wrap=True)


def show_check(file: str, found: Mapping[str, Any]) -> None:
    """Print that a scenario is good, and what it is made of."""
    console().print(
        f"{file}: good. {found['actors']} actors, {found['clauses']} clauses, "
        f"{found['numbers']} numbers, {found['uncertain']} of them uncertain, "
        f"{found['assumptions']} resting on assumptions."
    )


def show_names(groups: Mapping[str, Mapping[str, str]]) -> None:
    """Print groups of names, each with a line."""
    out = console()
    width = max(len(name) for names in groups.values() for name in names) + 2
    for title, names in groups.items():
        out.print(title, style="bold")
        for name, summary in names.items():
            out.print(_indented(summary, out.width, f"  {name:{width}}"), soft_wrap=True)
        out.print()


def show_evidence(
    name: str,
    cited: Sequence[Fact],
    resting: Mapping[str, Sequence[str]],
    assumed: int,
    numbers: int,
) -> None:
    """Print the facts that a scenario cites, source by source, and how much is assumed."""
    out = console()
    out.print(f"What {name} rests on", style="bold")
    for source, facts in groupby(cited, key=lambda fact: f"{fact.source} ({fact.date})"):
        out.print(f"\n{source}", style="bold")
        for fact in facts:
            used = counted(len(resting[fact.id]), "use")
            out.print(f"  {fact.id}: {fact.where}, {fact.confidence}, {used}", style="bold")
            out.print(_indented(fact.statement, out.width, "    "), soft_wrap=True)
    out.print(
        f"\n{len(cited)} facts are cited. Of {numbers} numbers, {assumed} rest on assumptions, "
        "each with its reasoning in the scenario."
    )


def show_stances(name: str, scenario: Scenario, shares: Iterable[StanceShare]) -> None:
    """Print the stances on the record, and the share of draws that agree with each."""
    shares = list(shares)
    if not shares:
        console().print(f"{name} states no stances that its actors are known to hold.")
        return
    title = f"Known stances, and the share of draws of {name} that agree"
    table = titled_table(title, "actor", "stance", "text", "over")
    table.add_column("agrees", justify="right")
    for share in shares:
        other = scenario.texts[share.other].label if share.other else ""
        text, actor = scenario.texts[share.text].label, scenario.actors[share.actor].label
        table.add_row(actor, share.stance, text, other, f"{share.share:.0%}")
    console().print(table)


def show_solutions(name: str, scenario: Scenario, found: Mapping[str, Any]) -> None:
    """Print the text that each solution concept settles on, and what it is worth to whom."""
    out, numbers = console(), found["numbers"]
    means = "every number at its mean"
    held = means if numbers == "means" else f"draw {numbers['draw']} of seed {numbers['seed']}"
    out.print(
        f"{name}, {held}: {counted(found['packages'], 'package')}, of which {found['rational']:,} "
        f"are as good as no deal for all who must sign; {found['pareto']:,} Pareto-optimal."
    )
    if not found["players"]:
        out.print("No text can be signed by all who must, so there is no solution.")
        return
    labels = {actor: spec.label for actor, spec in scenario.actors.items()}
    whose = ", ".join(labels[actor] for actor in found["players"])
    out.print(f"Gains are those of who must sign every such text: {whose}.\n")
    out.print(_solutions_texts(scenario, found["solutions"]))
    out.print(_solutions_worth(labels, found))
    if "quota" in found:
        out.print(f"Quota: {found['quota']}.")


def show_baselines(name: str, found: Mapping[str, Any]) -> None:
    """Print what each baseline settles on, issue by issue, and the election's odds."""
    out = console()
    issues = titled_table(f"What the baselines make of {name}", "issue")
    for column in ("weighted\nmean", "weighted\nmedian", "Condorcet\nwinner", "challenge\nmodel"):
        issues.add_column(column, justify="right")
    for issue, settled in found["issues"].items():
        last = settled["challenge"][-1]["median"]
        rules = ("weighted_mean", "weighted_median", "condorcet")
        issues.add_row(issue, *(_position(settled[rule]) for rule in rules), _position(last))
    out.print(issues)
    ends = "{low:.10g} to {high:.10g}".format(**found["scale"])
    election = titled_table(f"Probabilistic Condorcet election, positions on {ends}", "actor")
    for column in ("its position\nwins", "risk\nattitude"):
        election.add_column(column, justify="right")
    for actor, chance in found["election"]["probabilities"].items():
        election.add_row(actor, f"{chance:.1%}", f"{found['election']['risk'][actor]:+.2f}")
    out.print(election)
    for note in found["notes"]:
        out.print(f"Note: {note}.")


def _played(points: int, played: int) -> str:
    if played == 0:
        return "complete already: nothing was played"
    kept = points - played
    return f"{played:,} played now, {kept:,} kept from before" if kept else "all played now"


def _points_table(sweep: Sweep) -> Table:
    """Return the first points with as many values and odds as there is room for.

    Outcomes whose odds vary most come first; where none varies, the most likely.
    """
    shares = {name: sweep.index[f"odds_{name}"] for name in sweep.outcomes}
    spread = {name: (odds.max() - odds.min(), odds.max()) for name, odds in shares.items()}
    widest = sorted(shares, key=spread.__getitem__, reverse=True)
    paths, outcomes = sweep.parameters[:_MOST_PATHS], widest[:_MOST_OUTCOMES]
    left = [len(sweep.parameters) - len(paths), len(widest) - len(outcomes)]
    rows = sweep.index.head(_MOST_POINTS).to_dict("records")
    whole = len(rows) == len(sweep.index)
    title = "Odds by point" if whole else f"Odds at the first {len(rows)} of {len(sweep.index):,}"
    table = titled_table(title, "point")
    for path in paths:
        table.add_column(path.replace(".", ".\n"), overflow="fold")
    for name in outcomes:
        table.add_column(sweep.outcomes[name], justify="right", max_width=16)
    for row in rows:
        values = [_shown(row[path]) for path in paths]
        odds = [percent(row[f"odds_{name}"]) for name in outcomes]
        table.add_row(str(row["point"]), *values, *odds if row["status"] == "done" else ["failed"])
    more = [
        counted(number, thing)
        for number, thing in zip(left, ("path", "outcome"), strict=True)
        if number
    ]
    if more:
        table.caption = f"and {' and '.join(more)} more, in index.parquet"
        table.caption_justify = "left"
    return table


def _failed_table(failed: Sequence[Mapping[str, Any]], points: int) -> Table:
    table = titled_table(f"{len(failed):,} of {points:,} points failed", "point", "error")
    for row in failed[:_MOST_FAILED]:
        table.add_row(str(row["point"]), row["error"])
    return table


def _shown(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124  nan
        return "null"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _position(value: float | None) -> str:
    return "none" if value is None else f"{value:,.4g}"


def _solutions_texts(scenario: Scenario, solutions: Mapping[str, Any]) -> Table:
    """Return a row for each clause; concepts that settle on one text share a column."""
    names: dict[tuple[str, ...], list[str]] = {}
    for concept, solution in solutions.items():
        text = tuple(solution["package"].values())
        names.setdefault(text, []).append(concept.replace("_", "-"))
    table = titled_table("Settlement", "clause", *("\n".join(same) for same in names.values()))
    for row, (name, clause) in enumerate(scenario.clauses.items()):
        settled = (called(text[row], clause.options[text[row]].label) for text in names)
        table.add_row(called(name, clause.label), *settled)
    return table


def _solutions_worth(labels: Mapping[str, str], found: Mapping[str, Any]) -> Table:
    table = titled_table("Worth to each", "actor")
    table.add_column("no deal", justify="right")
    for concept in found["solutions"]:
        table.add_column(concept.replace("_", "-\n"), justify="right")
    for actor, label in labels.items():
        worth = [solution["utilities"][actor] for solution in found["solutions"].values()]
        table.add_row(label, *(f"{value:.3f}" for value in (found["no_deal"][actor], *worth)))
    return table


def _odds(title: str, run: Run) -> Table:
    table = titled_table(title, "outcome")
    for column in ("odds", "Monte Carlo\n95%", "assumptions\n5% to 95%"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", width=_BAR, no_wrap=True)
    for row in run.odds.to_dict("records"):
        doubts = (
            span(row["low"], row["high"]),
            assumed(row["assumption_low"], row["assumption_high"]),
        )
        bar = _bar(row["probability"] / run.odds["probability"].max())
        table.add_row(row["label"], percent(row["probability"]), *doubts, bar)
    return table


def _bar(share: float) -> str:
    """Return a bar in eighths of a character; none for nothing, a sliver for anything more.

    >>> _bar(0.5), _bar(0.001), _bar(0.0)
    ('█████', '▏', '')
    """
    eighths = round(share * _BAR * 8) or int(share > 0)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _how_to_read(run: Run) -> str:
    draws, replications = run.manifest["draws"], run.manifest["replications"]
    made = f"{counted(draws, 'draw')} of what nobody knows, each played {_times(replications)}. "
    chance = "Monte Carlo: what more worlds could still change."
    if replications == 1 or draws == 1:
        return made + chance
    untold = f" {UNTOLD_MEANS}." if any_untold(run.odds) else ""
    return f"{made}{chance} Assumptions: the odds, if we knew what is assumed.{untold}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def counted(number: int, thing: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "draw"), counted(1000, "draw")
    ('1 draw', '1,000 draws')
    """
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _indented(text: str, width: int, lead: str) -> str:
    """Return a text after its lead, wrapped and indented as far."""
    return fill(text, width, initial_indent=lead, subsequent_indent=" " * len(lead))


def _base_rates(run: Run) -> Table:
    table = titled_table("Beside the record, which is never an input", "like with like")
    table.add_column("here", justify="right", no_wrap=True)
    table.add_column("base rate", justify="right", no_wrap=True)
    for row in run.base_rates.to_dict("records"):
        table.add_row(row["label"], percent(row["model"]), span(row["base_low"], row["base_high"]))
    return table


def _warnings(equilibrium: Mapping[str, float]) -> Iterator[str]:
    """Yield what is doubtful about the solutions of the tactic `equilibrium`."""
    if (share := equilibrium.get("hopeless_offers", 0.0)) > _TOO_HOPELESS:
        yield (
            f"Warning: {share:.0%} of what actors offer is what hardly anybody would sign "
            "(a chance below 1%). Lower offer_noise."
        )
    if (share := equilibrium.get("unsettled", 0.0)) > _TOO_UNSETTLED:
        yield (
            f"Warning: in {share:.0%} of the worlds expected values go round in circles, so that "
            "they depend on foresight."
        )


def _show_yardsticks(scenario: Scenario, run: Run) -> None:
    """Print what the signed texts and the field's simple methods settle on, clause by clause."""
    from sim.theory.yardsticks import yardsticks

    beside = yardsticks(scenario)
    settled = beside.by_option()
    title = "What the field's simple methods would settle on, beside the texts signed here"
    table = titled_table(title, "clause", "option")
    table.add_column("of texts\nsigned", justify="right", no_wrap=True)
    table.add_column("also settled on by")
    for clause, options in run.clauses.groupby("clause", sort=False):
        methods = settled.get(str(clause), {})
        most = options["signed_share"].max()
        for option, share in zip(options["option"], options["signed_share"], strict=True):
            if option in methods or share == most:
                named = ", ".join(map(_method, methods.get(option, [])))
                stated = scenario.clauses[str(clause)]
                terms = (
                    called(str(clause), stated.label),
                    called(option, stated.options[option].label),
                )
                table.add_row(*terms, percent(share), named)
    console().print(table)
    for note in beside.notes:
        console().print(f"Note: {note}.")


def _method(name: str) -> str:
    """Return what a method is called: words apart, two authors joined.

    >>> _method("weighted_mean"), _method("kalai_smorodinsky")
    ('weighted mean', 'Kalai-Smorodinsky')
    """
    authors = {"nash": "Nash", "kalai_smorodinsky": "Kalai-Smorodinsky"}
    return authors.get(name, name.replace("_", " "))


def titled_table(title: str, *columns: str) -> Table:
    """Return an empty table under its title, with columns of words."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 2, 0, 0),
        pad_edge=False,
    )
    for column in columns:
        table.add_column(column)
    return table
