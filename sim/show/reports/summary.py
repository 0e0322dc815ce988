"""What a page says first: the question and the day, and the answer in how many of how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sim.show.cells import Assumed, Share, Text
from sim.show.likelihood import frequency
from sim.show.parts import Drawing, Listing, Note, figures, records, tabled, words
from sim.show.report import Report
from sim.show.reports.doubts import IN_WORDS
from sim.show.reports.findings import Finding
from sim.show.words import day_in_words, listed, percent, quoted

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_HOW_TO_READ = (
    "How often: of courses that the talks may take, all as likely as each other. Words for chances "
    "are those of the US Intelligence Community Directive 203, each with its range."
)
_DOTS = (
    "Fifty dots, each one of fifty courses of the talks that are all as likely as each other: "
    "when a text is signed, or that none is."
)


def question_report(
    description: str, day: date, horizon: date, actors: Sequence[str], signing: Sequence[str]
) -> Report:
    """Return what is asked: of whom, as things stood on which day, until when."""
    parts = (
        Note(" ".join(description.split())),
        Note(
            f"The day is {day_in_words(day)}: nothing that became known later is used. The talks "
            f"are followed until {day_in_words(horizon)}."
        ),
        Note(
            f"At the table: {listed(actors)}. Whatever a text says, it binds if signed by "
            f"{listed(signing)}; others must sign where it asks something of them."
        ),
    )
    return Report("", tuple(part for part in parts if part.text))


def table_report(clauses: Sequence[tuple[str, Mapping[str, str]]]) -> Report:
    """Return what a text must settle: each clause with the labels of its options by their names."""
    entries = tuple(
        (label, "; ".join(f"{said} ({name})" for name, said in options.items()))
        for label, options in clauses
    )
    return Report("What a text must settle, and how it may", (Listing("", entries),))


def short_report(
    totals: pd.DataFrame, odds: pd.DataFrame, findings: Sequence[Finding], dots: Axes
) -> Report:
    """Return the answer in short: totals in how many of how many and in words, what stands out.

    Args:
        totals: label, probability, assumption_low, assumption_high, as a run's.
        odds: label and probability of each outcome.
        findings: what stands out.
        dots: the quantile dotplot of the signature.
    """
    signed = records(totals)[0]
    likeliest = max(records(odds), key=lambda row: row["probability"])
    first = tuple(
        Note(f"{what}: {frequency(row['probability'])} ({percent(row['probability'])}).")
        for what, row in (
            (signed["label"], signed),
            (
                f"Likeliest end, {quoted(likeliest['label'])}",
                likeliest,
            ),
        )
    )
    told = tabled(
        "",
        records(totals),
        (words("in all"), lambda row: Text(row["label"])),
        (words("how often"), lambda row: Text(frequency(row["probability"]))),
        (figures("chance", strong=True), lambda row: Share(row["probability"])),
        IN_WORDS,
        (
            figures("if we knew what\nis assumed"),
            lambda row: Assumed(row["assumption_low"], row["assumption_high"]),
        ),
    )
    how, drawn = Note(_HOW_TO_READ, quiet=True), Drawing(_DOTS, dots)
    if not findings:
        return Report("", (*first, told, how, drawn))
    stands_out = Listing("", tuple((each.asks, each.says) for each in findings))
    return Report("", (*first, told, how, stands_out, drawn))
