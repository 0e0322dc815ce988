"""What every protocol is: its settings in a scenario, and what it does at the table.

The settings are checked data; `at_the_table` gives the object that, session by session, brings a
text to the table in every world of a batch, and tells in words how it came there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import Space
from sim.bargaining.rules import Rules
from sim.bargaining.tactics.tactic import Dice
from sim.draws.streams import Floats, Ints, Purpose
from sim.numbers.names import Frozen


class Beliefs(Protocol):
    """What an actor believes of the others."""

    @property
    def each(self) -> Floats:
        """Return what texts are worth to each, itself included, cell by cell: (worlds, A, N)."""

    @property
    def misjudged(self) -> Floats:
        """Return its errors about the thresholds of each: (worlds, A)."""


class Parties(Protocol):
    """What a protocol sees of the parties: A actors, in W worlds in play."""

    names: tuple[str, ...]
    space: Space
    rules: Rules
    rows: Ints  # of the worlds in play, in what actors believe: (W,)
    no_deal: Floats  # what no deal is worth to each today: (W, A)
    threshold: Floats  # what each demands: (W, A)
    noise: Floats  # tau of their answers: (W, A)
    temperature: Floats  # tau' of their proposals: (W, A)

    @property
    def losses(self) -> Floats:
        """Return what each block of the text on the table falls short of the best: (W, A, B)."""

    def ranks(self, voices: Ints, cells: slice) -> Floats:
        """Return how voices, numbered actor after actor, rank what they may propose."""

    def offers(self, session: int, speaker: Ints, dice: Dice) -> Ints:
        """Return the packages that speakers (W,) propose: (W, B)."""

    def beliefs(self, name: str) -> Beliefs:
        """Return what an actor believes of the others."""

    def number(self, path: str) -> Floats:
        """Return a number of the scenario in every world: (W,)."""

    def shares(self, path: str, stated: Collection[str]) -> Floats:
        """Return the actors' stated shares, 0 where not stated; equal if none is: (W, A)."""

    def uniforms(self, purpose: Purpose, name: str) -> Floats:
        """Return a stream's next uniforms: (W,)."""

    def session_uniforms(self, purpose: Purpose, names: tuple[str, ...]) -> Floats:
        """Return the next uniforms of streams that are read together every session: (W, K)."""


@dataclass(frozen=True)
class Session:
    """A session of a single world, to be told."""

    number: int
    speaker: int
    before: Ints  # the text before: (B,)
    text: Ints  # the text on the table: (B,)
    left: Flags  # who had left: (A,)


@dataclass(frozen=True)
class Words:
    """How actors and texts are called.

    Attributes:
        actors: labels of the actors, in their order.
        texts: labels of the named texts.
        terms: text (B,), text before or nothing, indent -> lines that tell the terms, or of these
            only the ones that are new.
        changes: two texts -> in how many clauses they differ.
    """

    actors: Sequence[str]
    texts: Mapping[str, str]
    terms: Callable[[Ints, Ints | None, int], Iterator[str]]
    changes: Callable[[Ints, Ints], int]


class Table(ABC):
    """A protocol at work in a batch of worlds."""

    def __init__(self, parties: Parties) -> None:
        self.parties = parties

    @property
    def needed(self) -> Flags:
        """Return without whom, beside the signatories, there are no talks: (A,)."""
        return np.zeros(len(self.parties.names), dtype=bool)

    @abstractmethod
    def put(self, session: int, text: Ints, left: Flags) -> tuple[Ints, Ints]:
        """Return who brings which text to the table, after a text (W, B): (W,) and (W, B).

        `left` says who is no longer there: (W, A). Uniforms come from the streams of the parties,
        the same ones in every session; streams of one name are shared with whoever reads them.
        """

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds: for a table that remembers something of each."""
        return

    def opens(self, text: Ints, words: Words) -> Iterator[str]:
        """Tell what is on the table before the first session, in one world."""
        return iter(())

    @abstractmethod
    def tells(self, session: Session, words: Words) -> Iterator[str]:
        """Tell how the text of the session just held came to the table, in a batch of one world."""


class UntilTheMediatorLeaves(Table):
    """A protocol in the worlds where the mediator is there, another where it has left."""

    def __init__(self, parties: Parties, before: Table, after: Table) -> None:
        super().__init__(parties)
        self.before, self.after = before, after

    @property
    def needed(self) -> Flags:
        """Return without whom there are no talks while the mediator is there."""
        return self.before.needed

    def put(self, session: int, text: Ints, left: Flags) -> tuple[Ints, Ints]:
        """Return what either protocol brings to the table."""
        alone = np.asarray(left[:, self.parties.rules.mediates].any(axis=1))
        (speaker, first), (who, second) = (
            table.put(session, text, left) for table in (self.before, self.after)
        )
        return np.where(alone, who, speaker), np.where(alone[:, None], second, first)

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds."""
        self.before.keep(rows)
        self.after.keep(rows)

    def opens(self, text: Ints, words: Words) -> Iterator[str]:
        """Tell what is on the table before the first session."""
        return self.before.opens(text, words)

    def tells(self, session: Session, words: Words) -> Iterator[str]:
        """Tell the session as the protocol does that was at work in it."""
        alone = session.left[self.parties.rules.mediates].any()
        return (self.after if alone else self.before).tells(session, words)


class ProtocolKind(Frozen, ABC):
    """The settings of a protocol. A new one is a file here and its line in `Protocols`."""

    name: ClassVar[str]
    summary: ClassVar[str]  # in a line, with its source

    @property
    def opening(self) -> str | None:
        """Return the named text that is on the table before the first session, if there is one."""
        return None

    @property
    def pens(self) -> tuple[str, ...]:
        """Return the actors that hold the pen: who look at what others would sign."""
        return ()

    @abstractmethod
    def at_the_table(self, parties: Parties) -> Table:
        """Return the protocol at work."""
