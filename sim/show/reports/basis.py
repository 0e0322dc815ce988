"""What a scenario's numbers rest on: each with its reasoning, and each fact with its source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from sim.show.parts import Listing, Note
from sim.show.report import Report
from sim.show.reports.paths import part_of, told
from sim.show.words import counted, listed

if TYPE_CHECKING:
    from sim.numbers.evidence import Fact
    from sim.numbers.uncertain import Number


def resting_report(numbers: Mapping[str, Number], uncertain: Collection[str]) -> Report:
    """Return how many of the numbers are uncertain, and on what they rest."""
    unsure, count = len(set(numbers) & set(uncertain)), len(numbers)
    rest = {
        "assumptions": _on(numbers, "assumption"),
        "a wish for this run": _on(numbers, "override"),
    }
    rest = {"facts": count - sum(rest.values()), **rest}
    on = listed([f"{many} on {what}" for what, many in rest.items() if many])
    said = (
        f"{counted(count, 'number')} make up the scenario, {unsure} of them uncertain; {on}. Each "
        "stands below under its path, by which it can be set otherwise, with what it may be and "
        "why."
    )
    return Report("", (Note(said),))


def numbers_reports(numbers: Mapping[str, Number], labels: Mapping[str, str]) -> list[Report]:
    """Return every number with its basis, a report for each part of the scenario.

    `labels` has what parts are called ("actors.us": "United States"); their paths where left out.
    """
    parts: dict[str, list[str]] = {}
    for path in numbers:
        parts.setdefault(part_of(path), []).append(path)
    return [
        _part(
            f"{labels[part]} ({part})" if part in labels else part, {p: numbers[p] for p in paths}
        )
        for part, paths in parts.items()
    ]


def facts_report(cited: Iterable[Fact]) -> Report:
    """Return the facts that are cited, each with its source, place and day."""
    entries = tuple(
        (fact.id, f"{fact.statement} ({fact.source}, {fact.date}: {fact.where}; {fact.confidence})")
        for fact in cited
    )
    return Report(f"Facts that are cited: {len(entries)}", (Listing("", entries),))


def _part(name: str, numbers: Mapping[str, Number]) -> Report:
    entries = tuple((path, _reasoned(number)) for path, number in numbers.items())
    said = f"{counted(len(entries), 'number')}, {_on(numbers, 'assumption') or 'none'} assumed"
    return Report(f"{name}: {said}", (Listing("", entries),))


def _reasoned(number: Number) -> str:
    return f"{told(number)}{f': {number.why}' if number.why else ''}"


def _on(numbers: Mapping[str, Number], basis: str) -> int:
    return sum(number.basis == basis for number in numbers.values())
