"""The first week in which each event of a scenario happens, world by world."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import Array, Flags
from sim.bargaining.packages import Space
from sim.draws.streams import Floats, Ints
from sim.scenario.events import Event, Happening, events_of
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class _Entry:
    """What a column of the diary waits for.

    Attributes:
        column: its place.
        event: the rule.
        all: the cells that have one of the options of each clause that it asks for: (N,) each.
        any: the cells that have one of the options of which it asks for one; None: it asks nothing.
        who: the actors to whom it must happen: (A,).
    """

    column: int
    event: Event
    all: tuple[Flags, ...]
    any: Flags | None
    who: Flags

    def fits(self, text: Ints, counts: Flags) -> Flags:
        """Return which texts (n, B) have its terms, of which only some cells count (N,): (n,)."""
        found = np.ones(len(text), dtype=bool)
        for cells in self.all:
            found &= (cells & counts)[text].any(axis=1)
        if self.any is not None:
            found &= (self.any & counts)[text].any(axis=1)
        return found


@dataclass(frozen=True)
class Noted:
    """Something that happened in a world, as it was noted.

    Attributes:
        row: of the world.
        kind: what it was.
        week: when.
        who: to whom: (A,); None where it befell nobody.
        until: the week of the deadline that was set instead; nan where none was.
        in_part: whether it befell only those terms of the text that go before the rest.
    """

    row: int
    kind: Happening
    week: float
    who: Flags | None
    until: float
    in_part: bool


@dataclass(frozen=True)
class Turns:
    """When actors leave and come back, in the order of the worlds.

    The first turn of an actor in a world begins an absence, the second ends it, and so on.

    Attributes:
        row: of the world: (M,).
        actor: who leaves or comes back: (M,).
        week: when: (M,).
    """

    row: Ints
    actor: Ints
    week: Floats


class Diary:
    """When what first happened in W worlds; nan where it has not happened.

    Attributes:
        weeks: in weeks from the start, one column for each event of the scenario: (W, E).
        story: everything that was noted, in order; None where only the first of each is kept.
    """

    def __init__(self, scenario: Scenario, space: Space, worlds: int) -> None:
        events, actors = events_of(scenario), list(scenario.actors)
        self.weeks = np.full((worlds, len(events)), np.nan, order="F")
        self.story: list[Noted] | None = None
        self._turns: list[tuple[Ints, Ints, Floats]] = []  # rows, actors, weeks
        self._everything = np.ones(space.cells, dtype=bool)
        self._waiting: dict[Happening, list[_Entry]] = {kind: [] for kind in Happening}
        for column, event in enumerate(events.values()):
            entry = _Entry(
                column,
                event,
                tuple(_cells(space, {clause: terms}) for clause, terms in event.all.items()),
                _cells(space, event.any) if event.any else None,
                np.isin(actors, event.who) if event.who else np.ones(len(actors), dtype=bool),
            )
            self._waiting[event.event].append(entry)

    def waits_for(self, kind: Happening) -> bool:
        """Return whether any event is of a kind."""
        return bool(self._waiting[kind])

    def note(
        self,
        kind: Happening,
        rows: Ints,
        week: Array | float,
        text: Ints | None = None,
        who: Flags | None = None,
        counts: Flags | None = None,
        until: Floats | None = None,
    ) -> None:
        """Note what happens in some worlds, where it has not happened before.

        Args:
            kind: of what happens.
            rows: the worlds: (n,).
            week: when: (n,), or the same for all.
            text: to which texts: (n, B).
            who: to whom: (n, A).
            counts: the cells of texts that count as terms: (N,); absent: all.
            until: the weeks of the deadlines that were set instead: (n,).
        """
        if self.story is not None:
            weeks = np.broadcast_to(week, rows.shape)
            self.story += [
                Noted(
                    row=int(row),
                    kind=kind,
                    week=float(weeks[at]),
                    who=None if who is None else who[at],
                    until=np.nan if until is None else float(until[at]),
                    in_part=counts is not None,
                )
                for at, row in enumerate(rows)
            ]
        if len(rows):
            self._turn(kind, rows, np.broadcast_to(week, rows.shape), who)
        for entry in self._waiting[kind] if len(rows) else ():
            fits = np.ones(len(rows), dtype=bool)
            if text is not None:
                fits &= entry.fits(text, self._everything if counts is None else counts)
            if who is not None:
                fits &= (who & entry.who).any(axis=1)
            where, when = rows[fits], np.broadcast_to(week, rows.shape)[fits]
            self.weeks[where, entry.column] = np.fmin(self.weeks[where, entry.column], when)

    def _turn(self, kind: Happening, rows: Ints, week: Floats, who: Flags | None) -> None:
        """Note that actors leave or come back."""
        if kind in (Happening.LEFT, Happening.RETURNED) and who is not None:
            at, actor = np.nonzero(who)
            self._turns.append((rows[at], actor, week[at]))

    def turns(self) -> Turns:
        """Return when actors left and came back."""
        if not self._turns:
            nothing = np.zeros(0, dtype=np.int64)
            return Turns(nothing, nothing, np.zeros(0))
        row, actor, week = (np.concatenate(each) for each in zip(*self._turns, strict=True))
        order = np.lexsort((week, actor, row))
        return Turns(row[order], actor[order], week[order])


def _cells(space: Space, terms: Mapping[str, Collection[str]]) -> Flags:
    """Return the cells that settle one of some clauses by one of its named options: (N,)."""
    found = np.zeros(space.cells, dtype=bool)
    for clause, options in terms.items():
        row = space.clauses.index(clause)
        found |= np.isin(space.option_of[row], [space.options[row].index(o) for o in options])
    return found


def weeks_of(scenario: Scenario, weeks: Floats) -> dict[str, Floats]:
    """Return the columns of a diary (W, E) under the names of the events: (W,) each."""
    return dict(zip(events_of(scenario), weeks.T, strict=True))
