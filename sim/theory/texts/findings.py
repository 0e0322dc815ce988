"""The texts with the best chance and those that have a name: what holds back, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats, Ints
from sim.theory.pareto import levels, maxima, undominated
from sim.theory.texts.chances import Chances, chances
from sim.theory.texts.circumstances import Circumstances
from sim.theory.texts.search import (
    FEWEST,
    STARTS,
    Weighed,
    best_first,
    changes,
    draws_for,
    hardest,
    to_go_through,
)

MOST = 10  # of the best texts are told
_SLACK = 1e-10  # mean utilities that differ by less are equal
_PILOT = 400  # texts and draws by which the two hardest signatories are found


@dataclass(frozen=True)
class Change:
    """One clause of a text changed: what it would then be worth asking for."""

    clause: int
    option: int
    chance: float


@dataclass(frozen=True)
class Told:
    """A text, its chances, and what would change them.

    Attributes:
        text: its cells: (B,).
        chances: of it alone.
        actor: who of those that must sign it would do so least readily; None: nobody need.
        hold: the change that would raise that actor's chance most, with the chance, if any would.
        change: the single change that helps most, with the chance of all of it; None: none helps.
        pareto: whether no text gone through is on average better for one actor and worse for none.
        rank: how many of all packages have a better chance, and one; None: not all were weighed.
    """

    text: Ints
    chances: Chances
    actor: int | None
    hold: Change | None
    change: Change | None
    pareto: bool
    rank: int | None


@dataclass(frozen=True)
class Findings:
    """What was found of the texts of a scenario.

    Attributes:
        texts: those that were gone through: (n, B).
        chances: of them, in the first `few` worlds.
        enumerated: whether they are all packages.
        few: in how many worlds all were weighed; those that are told, in all.
        where: the worlds.
        pair: the two hardest signatories.
        pareto: which texts are Pareto-optimal by mean utilities, of equal ones the first: (n,).
        best: the best, the best first.
        named: those with a name.
    """

    texts: Ints
    chances: Chances
    enumerated: bool
    few: int
    where: Circumstances
    pair: tuple[int, int]
    pareto: Flags
    best: tuple[Told, ...]
    named: Mapping[str, Told]


def findings(where: Circumstances, named: Mapping[str, Ints], seed: int) -> Findings:
    """Go through the texts of a scenario; return the best, and the named ones: name: cells (B,)."""
    texts, every = to_go_through(where.space, named.values(), seed)
    few = draws_for(len(texts), where.worlds)
    pilot = texts[:: max(1, len(texts) // _PILOT)]
    pair = hardest(where.first(min(_PILOT, where.worlds)), pilot)
    found = chances(where.first(few), texts, pair)
    weighed = _weighed(where, pair, texts, found, few, np.array([*named.values()]))
    best = weighed.better(MOST)
    names = {name: int(weighed.add(text[None])[0]) for name, text in named.items()}
    utilities, ranks = _Utilities(where, texts), _Ranks(texts, found) if every else None

    def told(row: int) -> Told:
        return _told(weighed, row, utilities, ranks)

    shown = tuple(told(row) for row in best.tolist())
    called = {name: told(row) for name, row in names.items()}
    if not every:  # then what was met on the way belongs to the texts that were gone through
        texts, found = weighed.texts, weighed.chances
    return Findings(
        texts=texts,
        chances=found,
        enumerated=every,
        few=few,
        where=where,
        pair=pair,
        pareto=_Utilities(where, texts).undominated(where, every),
        best=shown,
        named=called,
    )


def _weighed(
    where: Circumstances, pair: tuple[int, int], texts: Ints, found: Chances, few: int, named: Ints
) -> Weighed:
    """Return texts weighed in all worlds: those gone through, or the best of them and better ones.

    Named ones (m, B) are among them.
    """
    if few == where.worlds:
        return Weighed(where, pair, texts, found)
    best = texts[best_first(found.all)[:STARTS]]
    start = np.concatenate([best, named.reshape(-1, best.shape[1])])
    roughly = Weighed.of(where.first(4 * FEWEST), pair, start)
    rows = roughly.better(STARTS)
    return Weighed.of(where, pair, np.concatenate([start, roughly.texts[rows]]))


class _Utilities:
    """What texts are worth on average to the actors that sign some text."""

    def __init__(self, where: Circumstances, texts: Ints) -> None:
        signs = where.base | where.consent.any(axis=(0, 2))
        self.space = where.space
        self.table = np.einsum("w,wan->an", where.part, where.own[:, signs])  # (A', N)
        self.worth = self.of(texts)  # (A', n)

    def of(self, texts: Ints) -> Floats:
        """Return what texts (n, B) are worth: (A', n)."""
        found = np.zeros((len(self.table), len(texts)))
        for cells in texts.T:
            found += self.table[:, cells]
        return found

    def is_beaten(self, text: Ints) -> bool:
        """Return whether some text is better for one and worse for none."""
        gains = self.worth - self.of(text[None])
        no_worse = (gains >= -_SLACK).all(axis=0)
        return bool((no_worse & (gains > _SLACK).any(axis=0)).any())

    def undominated(self, where: Circumstances, every: bool) -> Flags:
        """Return which texts gone through nothing beats: (n,)."""
        slack, found = np.full(len(self.table), _SLACK), np.zeros(self.worth.shape[1], dtype=bool)
        if every:
            signs = np.zeros((0, where.space.cells), dtype=bool)
            needed = np.full(len(self.table), -np.inf)
            found[undominated(where.space, self.table, signs, needed, slack)] = True
        else:
            found[maxima(levels(self.worth, slack))] = True
        return found


class _Ranks:
    """Where a text stands among all."""

    def __init__(self, texts: Ints, found: Chances) -> None:
        self.texts, self.values = texts, found.all
        self.falling = np.sort(found.all)[::-1]

    def of(self, text: Ints) -> int:
        """Return how many texts have a better chance, and one."""
        value = self.values[np.flatnonzero((self.texts == text).all(axis=1))[0]]
        return 1 + int(np.searchsorted(-self.falling, -value))


def _told(weighed: Weighed, row: int, utilities: _Utilities, ranks: _Ranks | None) -> Told:
    text = weighed.texts[row]
    others = changes(weighed.where.space, text)
    rows = weighed.add(others)
    own, changed = weighed.chances.of(slice(row, row + 1)), weighed.chances.of(rows)
    accepts = own.accepts[0]
    asked = not np.isnan(accepts).all()
    actor = int(np.nanargmin(accepts)) if asked else None
    return Told(
        text=text,
        chances=own,
        actor=actor,
        hold=_most(weighed, text, others, changed.accepts[:, actor], accepts[actor])
        if actor is not None
        else None,
        change=_most(weighed, text, others, changed.all, float(own.all[0])),
        pareto=not utilities.is_beaten(text),
        rank=ranks.of(text) if ranks else None,
    )


def _most(
    weighed: Weighed, text: Ints, others: Ints, values: Floats, value: float
) -> Change | None:
    """Return the change that makes a value largest, if any makes it larger."""
    best = int(np.argmax(np.nan_to_num(values, nan=-1.0)))
    if not values[best] > value:
        return None
    space = weighed.where.space
    before, after = space.options_of(text), space.options_of(others[best])
    clause = int(np.flatnonzero(before != after)[0])
    return Change(clause, int(after[clause]), float(values[best]))
