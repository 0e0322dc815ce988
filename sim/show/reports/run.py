"""What is told of a run: the odds with both doubts, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.numbers.naming import called
from sim.show.cells import Assumed, Bar, Name, Share, Span, Text
from sim.show.parts import Column, Note, Part, Table, figures, records, tabled, words
from sim.show.report import Report
from sim.show.words import UNTOLD_MEANS, any_untold, counted, percent

if TYPE_CHECKING:
    import pandas as pd

Settled = Mapping[str, Mapping[str, Sequence[str]]]  # clause: option: methods

_TOO_HOPELESS, _TOO_UNSETTLED = 0.2, 0.05  # of an equilibrium: shares that call for a warning


def run_report(
    title: str,
    tactics: Iterable[str],
    manifest: Mapping[str, Any],
    odds: pd.DataFrame,
    totals: pd.DataFrame | None,
    base_rates: pd.DataFrame,
    clauses: pd.DataFrame,
    settled: Settled,
    notes: Iterable[str],
    folder: Path | None,
) -> Report:
    """Return what is told of a run, beside what simple methods settle on, with notes on those."""
    shown = [odds] if totals is None else [totals, odds]
    most = max(table["probability"].max() for table in shown)
    parts: list[Part] = [
        *map(Note, _warnings(manifest.get("equilibrium", {}))),
        *([] if totals is None else [odds_table(title, totals, most, "in all")]),
        odds_table(title if totals is None else "", odds, most),
        Note(_how_to_read(manifest, odds), quiet=True),
        *([_base_rates(base_rates)] if len(base_rates) else []),
        _yardsticks(clauses, settled),
        *(Note(f"Note: {note}.") for note in notes),
        *([Note(f"Run folder: {folder}", whole=True)] if folder else []),
    ]
    about = (
        f"{manifest['scenario']}, {manifest['protocol']}, {' + '.join(sorted(set(tactics)))}: "
        f"{manifest['worlds']:,} worlds ({manifest['draws']:,} x {manifest['replications']:,}), "
        f"seed {manifest['seed']}, {manifest['seconds']:.1f} s"
    )
    return Report(about, tuple(parts))


def odds_table(
    title: str, odds: pd.DataFrame, longest: float | None = None, of: str = "outcome"
) -> Table:
    """Return the odds of each outcome, or of each of some totals, with both doubts.

    The longest bar is that of the likeliest, if no other share is named.
    """
    most = longest or odds["probability"].max() or 1.0
    return tabled(
        title,
        records(odds),
        (words(of), lambda row: Text(row["label"])),
        (figures("odds", strong=True), lambda row: Share(row["probability"])),
        (figures("Monte Carlo\n95%"), lambda row: Span(row["low"], row["high"])),
        (
            figures("assumptions\n5% to 95%"),
            lambda row: Assumed(row["assumption_low"], row["assumption_high"]),
        ),
        (Column(Text(""), whole=True), lambda row: Bar(row["probability"] / most)),
    )


def untold(odds: pd.DataFrame) -> str:
    """Return what a dash in the table of odds means, if there is one."""
    return f"{UNTOLD_MEANS}." if any_untold(odds) else ""


def _how_to_read(manifest: Mapping[str, Any], odds: pd.DataFrame) -> str:
    draws, replications = manifest["draws"], manifest["replications"]
    times = "once" if replications == 1 else f"{replications:,} times"
    lines = [
        f"{counted(draws, 'draw')} of what nobody knows, each played {times}.",
        "Monte Carlo: what more worlds could still change.",
    ]
    lines += ["Assumptions: the odds, if we knew what is assumed.", untold(odds)]
    lines.append("Doubt about the model itself is in neither.")
    return " ".join(filter(None, lines))


def _base_rates(table: pd.DataFrame) -> Table:
    return tabled(
        "Beside the record, which is never an input",
        records(table),
        (words("like with like"), lambda row: Text(row["label"])),
        (figures("here", strong=True), lambda row: Share(row["model"])),
        (figures("base rate"), lambda row: Span(row["base_low"], row["base_high"])),
    )


def _yardsticks(clauses: pd.DataFrame, settled: Settled) -> Table:
    """Return what the signed texts and simple methods settle on, clause by clause."""
    title = "What the field's simple methods would settle on, beside the texts signed here"
    heads = (words("clause"), words("option"), figures("of texts\nsigned"))
    rows = []
    for clause, options in clauses.groupby("clause", sort=False):
        methods = settled.get(str(clause), {})
        most = options["signed_share"].max()
        records: Any = options.to_dict("records")
        for row in records:
            option, share = row["option"], row["signed_share"]
            if option in methods or share == most:
                named = ", ".join(map(_method, methods.get(option, [])))
                named_clause = Name(called(str(clause), row["clause_label"]))
                named_option = Name(called(option, row["option_label"]))
                rows.append((named_clause, named_option, Share(share), Text(named)))
    return Table(title, (*heads, words("also settled on by")), tuple(rows))


def _method(name: str) -> str:
    """Return what a method is called: words apart, two authors joined.

    >>> _method("weighted_mean"), _method("kalai_smorodinsky")
    ('weighted mean', 'Kalai-Smorodinsky')
    """
    authors = {"nash": "Nash", "kalai_smorodinsky": "Kalai-Smorodinsky"}
    return authors.get(name, name.replace("_", " "))


def _warnings(equilibrium: Mapping[str, float]) -> Iterator[str]:
    """Yield what is doubtful about the solutions of the tactic `equilibrium`."""
    if (share := equilibrium.get("hopeless_offers", 0.0)) > _TOO_HOPELESS:
        yield (
            f"Warning: {percent(share, 0)} of what actors offer is what hardly anybody would sign "
            "(a chance below 1%). Lower offer_noise."
        )
    if (share := equilibrium.get("unsettled", 0.0)) > _TOO_UNSETTLED:
        yield (
            f"Warning: in {percent(share, 0)} of the worlds expected values go round in circles, "
            "so that they depend on foresight."
        )
