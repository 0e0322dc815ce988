"""What every tactic is: what it needs of a scenario, what it demands, how it ranks, what it offers.

One object speaks for all the actors that follow a tactic, in every world of a batch, because what
parties do at the same moment is computed once for all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.bargaining.arrays import Flags, of_actors, of_worlds, side_by_side
from sim.bargaining.packages import Space, propose
from sim.bargaining.rules import Rules
from sim.bargaining.tactics.foresight import Foresight
from sim.draws.streams import Floats, Ints
from sim.errors import Problem
from sim.numbers.trees import Tree


@dataclass(frozen=True)
class Ahead:
    """What actors who look ahead must know of talks by offers.

    Attributes:
        weeks: in which sessions are foreseen, from the start: (T,).
        texts: the packages that may be offered: (P, B).
        turns: chances to be recognised in each of K sessions, over and over: (D, K, A).
        votes: weights of a quota's votes: (D, A); None where all must sign.
        votes_at_home: what is foreseen of them, whoever must sign; None where there are none.
    """

    weeks: Floats
    texts: Ints
    turns: Floats
    votes: Floats | None
    votes_at_home: Foresight | None


@dataclass
class Seats:
    """Where the actors of one tactic sit, and what it may read: S of A actors, W worlds, D draws.

    Attributes:
        names: all actors.
        columns: which of them follow the tactic: (S,).
        space: the packages.
        rules: who must sign, when they meet.
        draws: every number in every draw, under its path: (D,).
        draw: the draw of each world in play: (W,).
        rows: of the worlds in play, in tables that are kept whole: (W,).
        own: each actor's utility of each cell: (D, A, N).
        consent: whose consent each cell needs: (D, A, N).
        others: what each actor believes the others' utilities to be, weighted by its regard, one
            row a world at the start: (worlds, A, N).
        temperature: of each actor's proposals: (D, A).
        ahead: -> what who looks ahead must know.
        no_deal_ahead: draws (V,), weeks (T,) -> what no deal is expected to be worth: (V, T, A).
    """

    names: tuple[str, ...]
    columns: Ints
    space: Space
    rules: Rules
    draws: Mapping[str, Floats]
    draw: Ints
    rows: Ints
    own: Floats
    consent: Flags
    others: Floats
    temperature: Floats
    ahead: Callable[[], Ahead]
    no_deal_ahead: Callable[[Ints, Floats], Floats]

    def traits(self, field: str) -> Floats:
        """Return a number under `bargaining`, of the actors that follow the tactic: (D, S)."""
        paths = [f"actors.{self.names[column]}.bargaining.{field}" for column in self.columns]
        return side_by_side([self.draws[path] for path in paths])

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds."""
        self.draw, self.rows = self.draw[rows], self.rows[rows]


@dataclass(frozen=True)
class Dice:
    """The uniforms of a session's proposals; each is drawn in every session that any tactic asks.

    Attributes:
        blocks: -> one for each block of a text: (W, B).
        package: -> one for a whole package: (W,).
    """

    blocks: Callable[[], Floats]
    package: Callable[[], Floats]


NO_SIGNATURE = "no text needs its signature"


@dataclass(frozen=True)
class Place:
    """What an actor does at the table, which decides what of its numbers count.

    Attributes:
        answers: whether some text needs its signature.
        demands: whether what it demands counts for anything.
        proposes: whether it makes proposals as its tactic ranks them.
    """

    answers: bool
    demands: bool
    proposes: bool


class Tactic(ABC):
    """How some actors ask and answer. A new tactic is a file here and its line in `TACTICS`."""

    name: ClassVar[str]
    summary: ClassVar[str]  # in a line, with its source
    uses: ClassVar[tuple[str, ...]]  # numbers under `bargaining` that change what it does
    needs: ClassVar[tuple[str, ...]] = ()  # those of them that not every actor states
    looks_ahead: ClassVar[bool] = False  # whether it asks what is `ahead`
    all_or_none: ClassVar[bool] = False  # whether all actors follow it where one does
    moods_last: ClassVar[bool] = True  # else the noise of answers is fresh at every poll
    keeps_to_offers: ClassVar[bool] = True  # else an offer that its proposer regrets is withdrawn
    draws_at_once: ClassVar[int | None] = None  # where a draw takes long: as many as take seconds

    def __init__(self, seats: Seats) -> None:
        self.seats = seats
        self._voices: tuple[int, bytes, bytes] | None = None
        self._ranks: Floats = np.zeros((0, 0))

    @classmethod
    def misfits(cls, tree: Tree) -> Iterator[Problem]:
        """Yield what else of a raw scenario does not go with actors that follow it."""
        return iter(())

    @classmethod
    def idle(cls, zero: Collection[str], place: Place) -> Iterator[tuple[str, str]]:
        """Yield which of `uses` change nothing in a place, each with why; `zero` names those at 0.

        Why is empty of what counts for proposals alone, where there are none: the protocol knows.
        """
        return iter(())

    @classmethod
    def memory(cls, draws: int, sessions: int, actors: int) -> int:
        """Return about how many bytes it keeps beside the tables of utilities."""
        return 0

    @abstractmethod
    def demands(self, session: int, week: float, no_deal: Floats) -> Floats:
        """Return the thresholds a_i(t) of a session, from what no deal is worth (W, S): (W, S)."""

    def ranks(self, seat: Ints, row: Ints, cells: slice = slice(None)) -> Floats:
        """Return how voices rank what they may propose: here by their own utility: (V, cells).

        A voice is a seat (V,) in a world in play (V,).
        """
        return self.own(seat, row, cells)

    def offers(self, session: int, seat: Ints, row: Ints, dice: Dice) -> Ints:
        """Return the packages that voices propose: here by logit over their ranks: (V, B)."""
        column = self.seats.columns[seat]
        temperature = self.seats.temperature[self.seats.draw[row], column]
        scores = self._ranked(session, seat, row)
        return propose(self.seats.space, scores, temperature, of_worlds(dice.blocks(), row))

    def _ranked(self, session: int, seat: Ints, row: Ints) -> Floats:
        """Return the ranks of voices, worked out once for all that comes to mind in a session."""
        now = session, seat.tobytes(), row.tobytes()
        if self._voices != now:
            self._voices, self._ranks = now, self.ranks(seat, row)
        return self._ranks

    def hears(self, session: int, speaker: Ints, utility: Floats, accepted: Flags) -> None:
        """Take notice of a poll: who spoke (W,), what the text is worth (W, S), who accepts.

        Under `single_text` it is always the drafter that speaks: what others ask for is not heard.
        """
        return

    def quality(self, draw: Ints) -> tuple[Floats, Floats] | None:
        """Return how good its solutions are in draws (W,), where it solves something.

        The share of hopeless offers, and the last step of the values: (W,) each.
        """
        return None

    def keep(self, rows: Ints) -> None:
        """Go on with some of the worlds."""
        self.seats.keep(rows)

    def own(self, seat: Ints, row: Ints, cells: slice = slice(None)) -> Floats:
        """Return the voices' own utilities: (V, cells)."""
        s = self.seats
        return of_actors(s.own[..., cells], s.draw[row], self._column(seat))

    def others(self, seat: Ints, row: Ints, cells: slice = slice(None)) -> Floats:
        """Return what the voices believe the others' utilities to be: (V, cells)."""
        s = self.seats
        return of_actors(s.others[..., cells], s.rows[row], self._column(seat))

    def _column(self, seat: Ints) -> Ints:
        """Return the columns of seats among all actors: the same where all follow the tactic."""
        columns = self.seats.columns
        return seat if len(columns) == len(self.seats.names) else columns[seat]
