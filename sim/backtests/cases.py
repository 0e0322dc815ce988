"""What a public file tells of negotiations that were settled: the cases of a backtest.

Two kinds. In a *proposal* many actors with positions settle issues on a line (the data on decisions
of the European Union: Thomson 2011). In a *division* two people share items that each values in its
own way (Lewis et al. 2017; Chawla et al. 2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Issue:
    """One contested issue of a proposal, on a line from 0 to 100.

    Attributes:
        name: as the file numbers it.
        positions: where each actor stands that takes part, by its code.
        salience: how much the issue matters to each of these, in [0, 1].
        reference: where matters stay without a decision; None: not known.
        outcome: where it was settled; None: not known.
    """

    name: str
    positions: Mapping[str, float]
    salience: Mapping[str, float]
    reference: float | None
    outcome: float | None


@dataclass(frozen=True)
class Proposal:
    """A proposal of the Commission with its contested issues.

    Attributes:
        name: as the file numbers it.
        title: what it is called.
        capability: what each actor can bring to bear, by its code: shares that sum to 1.
        issues: at least one.
    """

    name: str
    title: str
    capability: Mapping[str, float]
    issues: tuple[Issue, ...]

    @property
    def group(self) -> str:
        """Return its name: its fold comes from this."""
        return self.name

    @property
    def is_settled(self) -> bool:
        """Return whether it is known of some issue where it was settled."""
        return any(issue.outcome is not None for issue in self.issues)


@dataclass(frozen=True)
class Division:
    """A context in which two people divide items, and how each dialogue in it ended.

    Attributes:
        name: what is divided and what it is worth to whom, the first to speak before the second.
        group: the same, whoever speaks first; its fold comes from this.
        items: what the items are called.
        counts: how many there are of each.
        points: what one of each is worth to the first to speak, and to the second.
        no_deal: the points of each without a deal.
        endings: dialogue by dialogue, how many of each item the first got; None: no deal.
    """

    name: str
    group: str
    items: tuple[str, ...]
    counts: tuple[int, ...]
    points: tuple[tuple[float, ...], tuple[float, ...]]
    no_deal: tuple[float, float]
    endings: tuple[tuple[int, ...] | None, ...]

    @property
    def is_settled(self) -> bool:
        """Return whether some dialogue ended with a deal."""
        return any(ending is not None for ending in self.endings)


@dataclass(frozen=True)
class Reading(Generic[Kind]):
    """What was found in a file.

    Attributes:
        cases: in the order of the file.
        left_out: what could not be used, or not as it stands: a line of text each, by the file's
            line and why.
    """

    cases: tuple[Kind, ...]
    left_out: tuple[str, ...]


def fold_of(group: str, folds: int) -> int:
    """Return the fold of all cases of a group: the SHA-256 of its name, modulo the folds.

    >>> fold_of("d00062", 10) == fold_of("d00062", 10) < 10
    True
    """
    return int(sha256(group.encode()).hexdigest(), 16) % folds
