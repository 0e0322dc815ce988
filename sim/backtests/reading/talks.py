"""Dialogues of two people who divide items, gathered into the contexts in which they took place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from sim.backtests.cases import Division

Points = tuple[float, ...]


@dataclass(frozen=True)
class Talk:
    """One dialogue.

    Attributes:
        counts: how many there are of each item.
        first: what one of each is worth to the first to speak.
        second: what it is worth to the second.
        ending: how many of each the first got; None: no deal.
    """

    counts: tuple[int, ...]
    first: Points
    second: Points
    ending: tuple[int, ...] | None


def divisions(
    talks: Iterable[Talk], items: tuple[str, ...], no_deal: tuple[float, float]
) -> tuple[Division, ...]:
    """Return the contexts of dialogues in the order in which they first come."""
    found: dict[tuple[tuple[int, ...], Points, Points], list[tuple[int, ...] | None]] = {}
    for talk in talks:
        found.setdefault((talk.counts, talk.first, talk.second), []).append(talk.ending)
    return tuple(
        Division(
            name=name_of(counts, first, second),
            group=name_of(counts, *sorted((first, second))),
            items=items,
            counts=counts,
            points=(first, second),
            no_deal=no_deal,
            endings=tuple(endings),
        )
        for (counts, first, second), endings in found.items()
    )


def name_of(counts: tuple[int, ...], *points: Points) -> str:
    """Return a context's name, which can be that of a file.

    >>> name_of((1, 4, 1), (4, 1, 2), (0, 2, 2))
    '1_4_1__4_1_2__0_2_2'
    """
    return "__".join("_".join(f"{number:g}" for number in row) for row in chain([counts], points))


def worth(points: Points, got: tuple[int, ...]) -> float:
    """Return what some items are worth.

    >>> worth((4, 1, 2), (1, 0, 1))
    6
    """
    return sum(p * n for p, n in zip(points, got, strict=True))
