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


class Home(Protocol):
    """What a protocol sees of the K bodies at home: the logit of their chances to ratify.

    It is -(base + slope logistic(-gap)), with gap = (theta - r) / tau_s.
    """

    actors: Ints  # whose they are: (K,)
    gaps: Floats  # -r / tau_s of each cell, in each draw: (D, K, N)
    people_noise: Floats  # tau_s: (W, K)
    noise: Floats  # each vote's own noise, in units of utility: (W, K)
    base: Floats  # (q-bar - f) / tau_r: (W, K)
    slope: Floats  # -(1 - f - g) / tau_r: (W, K)

    def theta(self, drivers: Floats) -> Floats:
        """Return the thresholds of support with the drivers (W, F) where they are: (W, K)."""

    def errors_of(self, actor: int | None) -> Floats | None:
        """Return what an actor misreads of bodies, on the logit: (W, K); None: nothing."""


class Parties(Protocol):
    """What a protocol sees of the parties: A actors, in W worlds in play."""

    names: tuple[str, ...]
    space: Space
    rules: Rules
    rows: Ints  # of the worlds in play, in what actors believe: (W,)
    drivers: Floats  # where the world outside is today: (W, F)
    anticipates: Flags  # who looks ahead to the votes at home: (A,)
    no_deal: Floats  # what no deal is worth to each today: (W, A)
    threshold: Floats  # what each demands: (W, A)
    noise: Floats  # tau of their answers: (W, A)
    temperature: Floats  # tau' of their proposals: (W, A)

    @property
    def home(self) -> Home:
        """Return the bodies at home that some text comes before."""

    @property
    def own(self) -> Floats:
        """Return what cells are worth to each, in every draw: (D, A, N)."""

    @property
    def parts(self) -> Floats:
        """Return what each block of the text on the table is worth to each: (W, A, B)."""

    @property
    def consent(self) -> Flags:
        """Return whose consent each cell needs, in every draw: (D, A, N)."""

    @property
    def draw(self) -> Ints:
        """Return the draw of each world in play: (W,)."""

    @property
    def capability(self) -> Floats:
        """Return what each can bring to bear, 1 on average and where none is stated: (W, A)."""

    @property
    def losses(self) -> Floats:
        """Return what each block of the text on the table falls short of the best: (W, A, B)."""

    def offers(self, session: int, speaker: Ints, dice: Dice) -> Ints:
        """Return the packages that speakers (W,) propose: (W, B)."""

    def weighs_offers(self, speaker: Ints) -> Flags:
        """Return which speakers (W,) weigh several texts before they table one: (W,)."""

    def prospects(self, speaker: Ints, text: Ints) -> Floats:
        """Return A u + (1 - A) a: what tabling a text (W, B) promises its speaker (W,): (W,)."""

    def beliefs(self, name: str) -> Beliefs:
        """Return what an actor, or a chair, believes of the others."""

    def number(self, path: str) -> Floats:
        """Return a number of the scenario in every world: (W,)."""

    def drawn(self, path: str) -> Floats:
        """Return a number of the scenario in every draw: (D,)."""

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
    away: Flags  # who was away: (A,)


@dataclass(frozen=True)
class Words:
    """How actors and texts are called.

    Attributes:
        actors: labels of the actors, in their order.
        texts: labels of the named texts.
        blocks: what the clauses of each block are called.
        terms: text (B,), text before or nothing, indent -> lines that tell the terms, or of these
            only the ones that are new.
        changes: two texts -> in how many clauses they differ.
    """

    actors: Sequence[str]
    texts: Mapping[str, str]
    blocks: Sequence[str]
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
    def put(self, session: int, text: Ints, away: Flags, held: Flags) -> tuple[Ints, Ints]:
        """Return who brings which text to the table, after a text (W, B): (W,) and (W, B).

        `away` says who is not there: (W, A), `held` where there is a session at all: (W,);
        elsewhere the text does not count. A speaker of -1 is none of the actors. Uniforms come
        from the streams of the parties, the same ones in every session; streams of one name are
        shared with whoever reads them.
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


class WithoutTheMediator(Table):
    """A protocol in the worlds where the mediator is there, another while it is away."""

    def __init__(self, parties: Parties, before: Table, after: Table) -> None:
        super().__init__(parties)
        self.before, self.after = before, after

    @property
    def needed(self) -> Flags:
        """Return without whom there are no talks while the mediator is there."""
        return self.before.needed

    def put(self, session: int, text: Ints, away: Flags, held: Flags) -> tuple[Ints, Ints]:
        """Return what either protocol brings to the table."""
        alone = np.asarray(away[:, self.parties.rules.mediates].any(axis=1))
        (speaker, first), (who, second) = (
            table.put(session, text, away, held) for table in (self.before, self.after)
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
        alone = session.away[self.parties.rules.mediates].any()
        return (self.after if alone else self.before).tells(session, words)


@dataclass(frozen=True)
class Company:
    """Who sits at a table: what decides which settings and numbers count under a protocol.

    Attributes:
        names: the actors, in their order.
        signs: who may have to sign a text.
        foresees: who looks ahead to what would become of a text.
        counts_ahead: who follows a tactic that looks ahead by itself.
        votes: whether a body at home may vote on a text.
        absent: who may be away from a session that is held.
        out: who is away from all of them.
        invents: whether some clause has options that nobody asks for beside others.
    """

    names: tuple[str, ...]
    signs: frozenset[str]
    foresees: frozenset[str]
    counts_ahead: frozenset[str]
    votes: bool
    absent: frozenset[str]
    out: frozenset[str]
    invents: bool

    def others_sign(self, name: str | None) -> bool:
        """Return whether anybody but an actor may have to sign."""
        return bool(self.signs - {name})


class ProtocolKind(Frozen, ABC):
    """The settings of a protocol. A new one is a file here and its line in `Protocols`."""

    name: ClassVar[str]
    summary: ClassVar[str]  # in a line, with its source

    @property
    def pen(self) -> str | None:
        """Return the actor who holds the pen, if one does."""
        return None

    def proposes(self, name: str, company: Company) -> bool:
        """Return whether an actor may make proposals as its tactic ranks them."""
        return True

    def foresees(self, name: str, company: Company) -> bool:
        """Return whether what an actor foresees may change what it brings to the table."""
        return False

    def compares(self, name: str, company: Company) -> bool:
        """Return whether it weighs what it proposes against what it demands."""
        return False

    def weighing(self, name: str, company: Company) -> tuple[str, ...]:
        """Return which numbers under `bargaining` count for how an actor weighs what others want.

        Beside those by which its tactic makes proposals.
        """
        return ()

    def unused(self, field: str) -> str:
        """Return why such a number, or one by which a tactic makes proposals, does not count."""
        return "it makes no proposals"

    @property
    def counts_capability(self) -> bool:
        """Return whether it counts what each actor can bring to bear."""
        return False

    @property
    def minds_inventions(self) -> bool:
        """Return whether it tells options that nobody asks for from the others."""
        return False

    @property
    def opening(self) -> str | None:
        """Return the named text that is on the table before the first session, if there is one."""
        return None

    def idle(self, company: Company) -> Iterator[tuple[str, str]]:
        """Yield its settings that change nothing, each with why, where it is in use."""
        return iter(())

    @abstractmethod
    def at_the_table(self, parties: Parties) -> Table:
        """Return the protocol at work."""
