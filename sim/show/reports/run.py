"""What is told of a run: the odds with both doubts, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.numbers.naming import called
from sim.show.cells import Name, Share, Span, Text
from sim.show.parts import Note, Part, Table, figures, records, tabled, words
from sim.show.report import Report
from sim.show.reports.doubts import forms_table
from sim.show.reports.findings import Finding, findings_table
from sim.show.reports.odds import agreeing, doubt, how_to_read, odds_table
from sim.show.reports.questions import in_short
from sim.show.words import listed, percent

if TYPE_CHECKING:
    import pandas as pd

Settled = Mapping[str, Mapping[str, Sequence[str]]]  # clause: option: methods

_BY_FORM = "The same, form by form of the model"
_TOO_HOPELESS, _TOO_UNSETTLED = 0.2, 0.05  # of an equilibrium: shares that call for a warning


def run_report(
    title: str,
    tactics: Iterable[str],
    manifest: Mapping[str, Any],
    odds: pd.DataFrame,
    totals: pd.DataFrame | None,
    questions: pd.DataFrame | None,
    base_rates: pd.DataFrame,
    clauses: pd.DataFrame,
    settled: Settled,
    notes: Iterable[str],
    findings: Sequence[Finding],
    folder: Path | None,
) -> Report:
    """Return what is told of a run: odds, what stands out, what simple methods settle on, notes.

    `totals` and `questions` (with the words of each under `question`) are None where the run, of
    an earlier version, does not tell.
    """
    shown = [odds] if totals is None else [totals, odds]
    most = max(table["probability"].max() for table in shown)
    parts: list[Part] = [
        *map(Note, _warnings(manifest.get("equilibrium", {}))),
        *([] if totals is None else [odds_table(title, totals, most, "in all")]),
        odds_table(title if totals is None else "", odds, most),
        *([forms_table(_BY_FORM, manifest["forms"])] if "forms" in manifest else []),
        *([Note(known)] if (known := agreeing(manifest)) else []),
        *([Note(found)] if (found := doubt(manifest)) else []),
        Note(how_to_read(manifest, odds), quiet=True),
        *([findings_table(findings)] if findings else []),
        *([] if questions is None or not len(questions) else [in_short(questions)]),
        *([base_rates_table(base_rates)] if len(base_rates) else []),
        _yardsticks(clauses, settled),
        *(Note(f"Note: {note}.") for note in notes),
        *([Note(f"Run folder: {folder}", whole=True)] if folder else []),
    ]
    how = (
        listed([*manifest["forms"]])
        if "forms" in manifest
        else f"{manifest['protocol']}, {' + '.join(sorted(set(tactics)))}"
    )
    about = (
        f"{manifest['scenario']}, {how}: "
        f"{manifest['worlds']:,} worlds ({manifest['draws']:,} x {manifest['replications']:,}), "
        f"seed {manifest['seed']}, {manifest['seconds']:.1f} s"
    )
    return Report(about, tuple(parts))


def base_rates_table(table: pd.DataFrame) -> Table:
    """Return figures of a run beside those of comparable cases."""
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

    >>> _method("weighted_median"), _method("kalai_smorodinsky")
    ('weighted median', 'Kalai-Smorodinsky')
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
