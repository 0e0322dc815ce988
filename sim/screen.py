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

from sim.bargaining.stances import StanceShare
from sim.scenario.evidence import Fact
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.results import Run

_BAR = 10  # characters


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
    out.print(_odds(scenario.title, run))
    out.print(f"{_how_to_read(manifest['draws'], manifest['replications'])}\n", style="dim")
    if len(run.base_rates):
        out.print(_base_rates(run))
    out.print(f"Run folder: {run.folder}", soft_wrap=True)


@contextmanager
def progress_bar(worlds: int) -> Iterator[Callable[[int], None]]:
    """Yield what to tell the number of worlds done; shown on stderr if a terminal."""
    out = console(stderr=True)
    columns = (TextColumn("playing worlds"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task("worlds", total=worlds)
        yield lambda done: progress.update(task, completed=done)


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
            used = _count(len(resting[fact.id]), "use")
            out.print(f"  {fact.id}: {fact.where}, {fact.confidence}, {used}", style="bold")
            out.print(_indented(fact.statement, out.width, "    "), soft_wrap=True)
    out.print(
        f"\n{len(cited)} facts are cited. Of {numbers} numbers, {assumed} rest on assumptions, "
        "each with its reasoning in the scenario."
    )


def show_stances(name: str, scenario: Scenario, shares: Iterable[StanceShare]) -> None:
    """Print the stances on the record, and the share of draws that agree with each."""
    title = f"Known stances, and the share of draws of {name} that agree"
    table = _table(title, "actor", "stance", "text", "over")
    table.add_column("agrees", justify="right")
    for share in shares:
        other = scenario.texts[share.other].label if share.other else ""
        text, actor = scenario.texts[share.text].label, scenario.actors[share.actor].label
        table.add_row(actor, share.stance, text, other, f"{share.share:.0%}")
    console().print(table)


def _odds(title: str, run: Run) -> Table:
    table = _table(title, "outcome")
    for column in ("odds", "Monte Carlo\n95%", "assumptions\n5% to 95%"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", width=_BAR, no_wrap=True)
    for row in run.odds.to_dict("records"):
        known = row["assumption_low"] == row["assumption_low"]  # nan: one replication
        assumed = _span(row["assumption_low"], row["assumption_high"]) if known else ""
        chance = _span(row["low"], row["high"])
        bar = _bar(row["probability"] / run.odds["probability"].max())
        table.add_row(row["label"], _percent(row["probability"]), chance, assumed, bar)
    return table


def _bar(share: float) -> str:
    """Return a bar in eighths of a character; none for nothing, a sliver for anything more.

    >>> _bar(0.5), _bar(0.001), _bar(0.0)
    ('█████', '▏', '')
    """
    eighths = round(share * _BAR * 8) or int(share > 0)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _how_to_read(draws: int, replications: int) -> str:
    made = f"{_count(draws, 'draw')} of what nobody knows, each played {_times(replications)}. "
    chance = "Monte Carlo: what more worlds could still change."
    if replications == 1 or draws == 1:
        return made + chance
    return f"{made}{chance} Assumptions: the odds, if we knew what is assumed."


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _indented(text: str, width: int, lead: str) -> str:
    """Return a text after its lead, wrapped and indented as far."""
    return fill(text, width, initial_indent=lead, subsequent_indent=" " * len(lead))


def _base_rates(run: Run) -> Table:
    table = _table("Beside the record, which is never an input", "like with like")
    table.add_column("here", justify="right", no_wrap=True)
    table.add_column("base rate", justify="right", no_wrap=True)
    for row in run.base_rates.to_dict("records"):
        known = row["base_low"] != row["base_high"]
        base = _span(row["base_low"], row["base_high"]) if known else _percent(row["base"])
        table.add_row(row["label"], _percent(row["model"]), base)
    return table


def _table(title: str, *columns: str) -> Table:
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


def _percent(share: Any) -> str:
    return "none" if share != share else f"{share:.1%}"  # noqa: PLR0124  nan: nothing was signed


def _span(low: float, high: float) -> str:
    return f"{low * 100:.1f}-{high * 100:.1f}%"
