"""What is told first of a run: three findings, each with its number and what shows more."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Protocol

from sim.show.cells import Text
from sim.show.parts import Table, words
from sim.show.words import percent, quoted, span


class Interval(Protocol):
    """What chance leaves around some odds."""

    @property
    def low(self) -> float:
        """Return its lower end."""

    @property
    def high(self) -> float:
        """Return its upper end."""


class Finding(Protocol):
    """Something that stands out."""

    @property
    def asks(self) -> str:
        """Return what it answers."""

    @property
    def says(self) -> str:
        """Return the answer."""

    @property
    def command(self) -> str:
        """Return what shows more."""


def findings_table(findings: Sequence[Finding]) -> Table:
    """Return what stands out as a table."""
    heads = (words("asked"), words("found"), words("more of it"))
    rows = tuple((Text(each.asks), Text(each.says), Text(each.command)) for each in findings)
    return Table("What stands out", heads, rows)


def matters(label: str, importance: float, threshold: float) -> str:
    """Return which number explains most, beside what chance alone reaches.

    >>> matters("Russia: no deal", 0.081, 0.06)
    'Russia: no deal: explains 8.1% of what the odds differ by between draws (by chance: 6.0%).'
    >>> matters("Russia: no deal", 0.3, 1.2)
    'So few draws cannot tell: chance alone may explain all that the odds differ by.'
    """
    if isnan(importance):
        return "Nothing can be told from chance: more worlds could tell."
    if threshold >= 1:
        return "So few draws cannot tell: chance alone may explain all that the odds differ by."
    by_chance = f"by chance: {percent(threshold)}"
    if importance <= threshold:
        return f"No number by itself explains more than chance may ({percent(threshold)})."
    explains = f"explains {percent(importance)} of what the odds differ by between draws"
    return f"{label}: {explains} ({by_chance})."


def would_change(
    of: str, label: str, low: tuple[float, Interval], high: tuple[float, Interval]
) -> str:
    """Return the odds where a number is lowest and where it is highest."""
    least, most = (
        f"{percent(odds)} ({span(interval.low, interval.high)})" for odds, interval in (low, high)
    )
    return f"{label}: {quoted(of)}: {least} where it is lowest, {most} where it is highest."
