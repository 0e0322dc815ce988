"""What the terminal shows: tables that fit 80 columns, the finding first.

Only the words and the layout are here; the figures come from the run, the scenario and its facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from sim.bargaining.stances import StanceShare
from sim.scenario.evidence import Fact
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.results import Run


def console(stderr: bool = False) -> Console:
    """Return the console that everything is shown on."""
    return Console(stderr=stderr, highlight=False)


def show_run(scenario: Scenario, run: Run) -> None:
    """Print the odds, the base rates beside them, and where the folder is."""
    manifest, out = run.manifest, console()
    tactic = manifest["tactic"] or "the scenario's own"
    out.print(
        f"{manifest['scenario']}: protocol {manifest['protocol']}, tactic {tactic}, "
        f"{manifest['worlds']:,} worlds = {manifest['draws']:,} draws x "
        f"{manifest['replications']:,} replications, seed {manifest['seed']}, "
        f"{manifest['seconds']:.1f} s"
    )
    out.print(_odds(scenario.title, run))
    if len(run.base_rates):
        out.print(_base_rates(run))
    out.print(f"run folder: {run.folder}", soft_wrap=True)


def show_names(groups: Mapping[str, Mapping[str, str]]) -> None:
    """Print groups of names, each with a line."""
    out = console()
    for title, names in groups.items():
        table = _table(title, "name", "what it is")
        for name, summary in names.items():
            table.add_row(name, summary)
        out.print(table)


def show_evidence(
    name: str, scenario: Scenario, cited: Iterable[Fact], resting: Mapping[str, list[str]]
) -> None:
    """Print the facts that a scenario cites, and how much of it rests on assumptions."""
    out = console()
    table = _table(f"What {name} rests on", "id", "fact", "source", "sure")
    table.add_column("used", justify="right")
    cited = list(cited)
    for fact in cited:
        source = f"{fact.source}, {fact.where} ({fact.date})"
        row = (fact.id, fact.statement, source, fact.confidence, str(len(resting[fact.id])))
        table.add_row(*row)
    out.print(table)
    assumed = sum(number.basis == "assumption" for number in scenario.numbers.values())
    out.print(
        f"{len(cited)} facts are cited. Of {len(scenario.numbers)} numbers, {assumed} rest on "
        "assumptions, each with its reasoning in the scenario."
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
    table.add_column("odds", justify="right", no_wrap=True)
    table.add_column("chance\n95%", justify="right", no_wrap=True)
    table.add_column("assumptions\n5% to 95%", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row in run.odds.to_dict("records"):
        known = row["assumption_low"] == row["assumption_low"]
        assumed = _span(row["assumption_low"], row["assumption_high"]) if known else ""
        bar = "█" * round(row["probability"] * 10) or ("▏" if row["worlds"] else "")
        chance = _span(row["low"], row["high"])
        table.add_row(row["label"], _percent(row["probability"]), chance, assumed, bar)
    return table


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
    table = Table(title=title, title_justify="left", box=box.SIMPLE, title_style="bold")
    for column in columns:
        table.add_column(column)
    return table


def _percent(share: Any) -> str:
    return "none" if share != share else f"{share:.1%}"  # noqa: PLR0124  nan: nothing was signed


def _span(low: float, high: float) -> str:
    return f"{low * 100:.1f}-{high * 100:.1f}%"
