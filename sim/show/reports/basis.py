"""What a scenario's numbers rest on: each with its reasoning, and each fact with its source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from sim.show.parts import Listing, Note
from sim.show.report import Report
from sim.show.reports.paths import part_of, told
from sim.show.words import counted

if TYPE_CHECKING:
    from sim.numbers.evidence import Fact
    from sim.numbers.uncertain import Number


def resting_report(numbers: Mapping[str, Number], uncertain: Collection[str]) -> Report:
    """Return how many of the numbers are uncertain, and how many rest on assumptions."""
    unsure = len(set(numbers) & set(uncertain))
    said = (
        f"{counted(len(numbers), 'number')} make up the scenario. {unsure} of them are uncertain, "
        f"{_assumed(numbers)} rest on assumptions and the others on facts. Each stands below under "
        "its path, by which it can be set otherwise, with what it may be and why."
    )
    return Report("", (Note(said),))


def numbers_reports(numbers: Mapping[str, Number]) -> list[Report]:
    """Return every number with its basis, a report for each part of the scenario."""
    parts = (
        (part, {path: numbers[path] for path in paths}) for part, paths in groupby(numbers, part_of)
    )
    return [_part(part, held) for part, held in parts]


def facts_report(cited: Iterable[Fact]) -> Report:
    """Return the facts that are cited, each with its source, place and day."""
    entries = tuple(
        (fact.id, f"{fact.statement} ({fact.source}, {fact.date}: {fact.where}; {fact.confidence})")
        for fact in cited
    )
    return Report(f"Facts that are cited: {len(entries)}", (Listing("", entries),))


def _part(part: str, numbers: Mapping[str, Number]) -> Report:
    entries = tuple((path, _reasoned(number)) for path, number in numbers.items())
    assumed = _assumed(numbers)
    said = f"{counted(len(entries), 'number')}, {assumed or 'none'} assumed"
    return Report(f"{part}: {said}", (Listing("", entries),))


def _reasoned(number: Number) -> str:
    return f"{told(number)}{f': {number.why}' if number.why else ''}"


def _assumed(numbers: Mapping[str, Number]) -> int:
    return sum(number.basis == "assumption" for number in numbers.values())
