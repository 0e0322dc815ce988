"""What is told of a scenario without playing it: its size, its facts, its stances; and of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sim.show.cells import Share, Text
from sim.show.parts import Listing, Note, Table, figures, words
from sim.show.report import Report
from sim.show.reports.support import polls_table
from sim.show.words import counted

if TYPE_CHECKING:
    from sim.analysis.support import PolledText
    from sim.numbers.evidence import Fact


def check_report(file: str, found: Mapping[str, Any], told: Sequence[tuple[str, str]]) -> Report:
    """Return that a scenario is good, what it is made of, and what is told of its parts."""
    said = (
        f"{file}: good. {found['actors']} actors, {found['clauses']} clauses, "
        f"{found['numbers']} numbers, {found['uncertain']} of them uncertain, "
        f"{found['assumptions']} resting on assumptions."
    )
    about = (Listing("No errors, but worth knowing", tuple(told)),) if told else ()
    return Report("", (Note(said), *about))


def names_report(groups: Mapping[str, Mapping[str, str]]) -> Report:
    """Return groups of names, each with a line."""
    return Report(
        "", tuple(Listing(title, tuple(names.items())) for title, names in groups.items())
    )


def evidence_report(
    name: str,
    cited: Iterable[Fact],
    resting: Mapping[str, Sequence[str]],
    counts: Mapping[str, int],
    polls: Sequence[tuple[str, PolledText]] = (),
) -> Report:
    """Return the facts that a scenario cites, source by source, and how many numbers are assumed.

    `resting` names what rests on each fact, by the fact's id; `counts` has the numbers, and how
    many of them are uncertain and assumptions; polls come with what they rest on.
    """
    sources = groupby(cited, key=lambda fact: f"{fact.source} ({fact.date})")
    listings = [
        Listing(
            source, tuple((_used(fact, len(resting[fact.id])), fact.statement) for fact in facts)
        )
        for source, facts in sources
    ]
    said = (
        f"{sum(len(listing.entries) for listing in listings)} facts are cited. Of "
        f"{counts['numbers']} numbers, {counts['uncertain']} are uncertain and "
        f"{counts['assumptions']} rest on assumptions, each with its reasoning in the scenario."
    )
    beside = [polls_table(polls)] if polls else []
    return Report(f"What {name} rests on", (*listings, *beside, Note(said)))


def stances_report(name: str, stances: Sequence[tuple[str, str, str, str, float]]) -> Report:
    """Return the stances on the record, and the share of draws that agree with each.

    A stance is actor, stance, text, the other text or nothing, share.
    """
    if not stances:
        said = f"{name} states no stances that its actors are known to hold."
        return Report("", (Note(said),))
    heads = (*map(words, ("actor", "stance", "text", "over")), figures("agrees"))
    rows = tuple((*map(Text, stated), Share(share, 0)) for *stated, share in stances)
    title = f"Known stances, and the share of draws of {name} that agree"
    return Report(title, (Table("", heads, rows),))


def _used(fact: Fact, times: int) -> str:
    return f"{fact.id}: {fact.where}, {fact.confidence}, {counted(times, 'use')}"
