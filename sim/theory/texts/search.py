"""Going through texts: all of them or a sample, from each to those that differ in one clause.

All packages are gone through up to two million. Beyond, a sample is, and the best of it are
bettered one change at a time until no single change of any of the best ten makes a better one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from sim.bargaining.packages import LARGEST_ENUMERATION, Space
from sim.draws.streams import Floats, Ints
from sim.theory.texts.chances import Chances, chances, joined
from sim.theory.texts.circumstances import Circumstances

SAMPLE = 6_000  # texts, where there are too many to go through all: few enough for all draws
BUDGET = 6_000_000  # texts times draws that are weighed on the way
FEWEST = 30  # draws, however many texts there are
STARTS = 20  # of the best texts found on the way, from which better ones are looked for


@dataclass
class Weighed:
    """Texts that were weighed in the same worlds, each once, under their cells.

    Attributes:
        where: the worlds.
        pair: two actors whose joint chance is asked for.
        texts: (n, B), at least one, each once.
        chances: of them.
    """

    where: Circumstances
    pair: tuple[int, int]
    texts: Ints
    chances: Chances
    _row: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._row = {key: row for row, key in enumerate(_keys(self.texts))}

    @classmethod
    def of(cls, where: Circumstances, pair: tuple[int, int], texts: Ints) -> Weighed:
        """Weigh some texts (n, B), which may be told more than once."""
        once = np.unique(texts, axis=0)
        return cls(where, pair, once, chances(where, once, pair))

    def add(self, texts: Ints) -> Ints:
        """Weigh those of some texts (n, B) that were not yet; return the rows of all: (n,)."""
        keys = _keys(texts)
        fresh = {key: place for place, key in enumerate(keys) if key not in self._row}
        if fresh:
            new, known = texts[list(fresh.values())], len(self.texts)
            self.texts = np.concatenate([self.texts, new])
            self.chances = joined([self.chances, chances(self.where, new, self.pair)])
            self._row |= {key: known + place for place, key in enumerate(fresh)}
        return np.array([self._row[key] for key in keys], dtype=np.int64)

    def best(self, many: int) -> Ints:
        """Return the rows of the best texts so far, the best first: (many,) or all that are."""
        return best_first(self.chances.all)[:many]

    def better(self, many: int) -> Ints:
        """Return the rows of the best texts that can be had, change by change: (many,).

        No single change of any of them makes a text that is better than the last of them.
        """
        looked_at: set[int] = set()
        while fresh := [row for row in self.best(many).tolist() if row not in looked_at]:
            looked_at |= {*fresh}
            for row in fresh:
                self.add(changes(self.where.space, self.texts[row]))
        return self.best(many)


def _keys(texts: Ints) -> list[bytes]:
    """Return what each text (n, B) is found by."""
    return [text.tobytes() for text in np.ascontiguousarray(texts, dtype=np.int64)]


def best_first(values: Floats) -> Ints:
    """Return where the largest values are, the largest first; ties as they stand: (n,)."""
    return np.argsort(-values, kind="stable")


def changes(space: Space, text: Ints) -> Ints:
    """Return all texts that differ from one (B,) in a single clause: (n, B)."""
    stands = space.options_of(text)
    others = [
        (row, option)
        for row, options in enumerate(space.options)
        for option in range(len(options))
        if option != stands[row]
    ]
    changed = np.tile(stands, (len(others), 1))
    for place, (row, option) in enumerate(others):
        changed[place, row] = option
    return space.cells_of(changed)


def to_go_through(space: Space, named: Iterable[Ints], seed: int) -> tuple[Ints, bool]:
    """Return all packages, or a sample with the named ones first, and whether it is all: (n, B)."""
    if space.packages <= LARGEST_ENUMERATION:
        return space.enumerate(), True
    rng = np.random.default_rng(seed)
    shape = [(rng.integers(len(options), size=SAMPLE)) for options in space.options]
    drawn = space.cells_of(np.stack(shape, axis=-1))
    first = np.array([*named], dtype=np.int64).reshape(-1, drawn.shape[1])
    every = np.concatenate([first, drawn])
    _, place = np.unique(every, axis=0, return_index=True)
    return every[np.sort(place)], False


def draws_for(texts: int, draws: int) -> int:
    """Return in how many draws so many texts are weighed on the way.

    >>> draws_for(8_100, 600), draws_for(2_000_000, 600)
    (600, 30)
    """
    return min(draws, max(FEWEST, BUDGET // texts))


def hardest(where: Circumstances, texts: Ints) -> tuple[int, int]:
    """Return the two actors that sign least readily, of some texts (n, B), the hardest first.

    Of those that every text needs, where these are two or more.
    """
    asked = np.flatnonzero(where.base)
    if len(asked) < 2:
        asked = np.flatnonzero(where.base | where.consent.any(axis=(0, 2)))
    found = chances(where, texts, (0, 0)).accepts
    seldom = np.nan_to_num(np.nanmean(np.where(np.isnan(found), 1.0, found), axis=0), nan=1.0)
    one, other = [*asked[np.argsort(seldom[asked], kind="stable")], *asked][:2]
    return int(one), int(other)
