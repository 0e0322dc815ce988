"""`offers`: one actor is recognised and proposes a whole package.

Alternating offers (Rubinstein 1982) are the rotation of two, the closed rule (Baron & Ferejohn
1989) is random recognition with a quota.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.bargaining.arrays import Flags
from sim.bargaining.protocols.protocol import Parties, ProtocolKind, Session, Table, Words
from sim.bargaining.tactics.tactic import Dice
from sim.draws.streams import Floats, Ints, Purpose
from sim.numbers.marks import KeysAre, Refers
from sim.numbers.names import Name, Names
from sim.numbers.uncertain import Plain, Weights, within


class Offers(ProtocolKind):
    """Settings of the protocol `offers`."""

    name: ClassVar[str] = "offers"
    summary: ClassVar[str] = (
        "each session one actor is recognised and proposes a whole package "
        "(Rubinstein 1982; Baron & Ferejohn 1989)"
    )

    recognition: Literal["random", "rotation"] = Field("random", description="who speaks next")
    chances: Annotated[Weights, KeysAre("actor")] = Field(
        {}, description="actor: chance to be recognised; absent: equal"
    )
    order: Annotated[tuple[Name, ...], Refers("actor")] = Field(
        (), description="the rotation; absent: the actors in order"
    )
    foresight: Annotated[Plain, within(1, 10_000)] | None = Field(
        None,
        description="T_eq: weeks for which actors of the tactic `equilibrium`, which needs it, "
        "expect drivers to move; at least four horizons",
    )
    candidates: Annotated[Names, Refers("text")] = Field(
        (),
        description="texts that such actors may offer, where there are too many packages to list; "
        "absent: every package",
    )

    def at_the_table(self, parties: Parties) -> OffersTable:
        """Return the offers at work."""
        return OffersTable(self, parties)

    def order_of(self, names: tuple[str, ...]) -> Ints:
        """Return in which order actors take turns, where they do."""
        return np.array([names.index(name) for name in self.order or names])

    def turns(self, names: tuple[str, ...], chances: Floats) -> Floats:
        """Return the chances to be recognised, in each session of a cycle: (D, K, A).

        From the stated chances (D, A).
        """
        if self.recognition == "rotation":
            return np.tile(np.eye(len(names))[self.order_of(names)], (len(chances), 1, 1))
        chances = np.where(chances.any(axis=1, keepdims=True), chances, 1.0)
        return (chances / chances.sum(axis=1, keepdims=True))[:, None]


class OffersTable(Table):
    """Offers at work in a batch of worlds."""

    def __init__(self, settings: Offers, parties: Parties) -> None:
        super().__init__(parties)
        self.settings, self.order = settings, settings.order_of(parties.names)
        self.blocks = tuple("/".join(block) for block in parties.space.blocks)
        self.told: dict[int, tuple[int, Ints]] = {}  # actor: the session and text of its last offer

    def put(self, session: int, text: Ints, left: Flags) -> tuple[Ints, Ints]:
        """Let one actor in each world propose a whole package."""
        speaker = self._speaker(session, ~left)
        parties = self.parties
        dice = Dice(
            blocks=cache(lambda: parties.session_uniforms(Purpose.PROPOSAL, self.blocks)),
            package=cache(lambda: parties.uniforms(Purpose.PROPOSAL, "package")),
        )
        return speaker, parties.offers(session, speaker, dice)

    def tells(self, session: Session, words: Words) -> Iterator[str]:
        """Tell a proposal: what it changes of the same actor's last one, if that is not most."""
        speaker, text = session.speaker, session.text.copy()
        number, last = self.told.get(speaker, (None, text))
        self.told[speaker] = (session.number, text)
        changes = words.changes(last, text)
        who = words.actors[speaker]
        if number is None or 2 * changes > len(self.parties.space.clauses):
            yield f"  {who} proposed"
            yield from words.terms(text, None, 4)
        else:
            but = ", but with" if changes else "."
            yield f"  {who} proposed the package of session {number}{but}"
            yield from words.terms(text, last, 4)

    def _speaker(self, session: int, present: Flags) -> Ints:
        if self.settings.recognition == "rotation":
            return in_turn(self.order, present, session)
        chances = self.parties.shares("protocols.offers.chances", self.settings.chances)
        return recognised(chances, present, self.parties.uniforms(Purpose.RECOGNITION, "speaker"))


def recognised(chances: Floats, present: Flags, u: Floats) -> Ints:
    """Return who speaks, in proportion to the chances of those present (W, A): (W,).

    Chances are (A,) or (W, A); where nobody who is present has a chance, all have the same.
    """
    weights = np.where(present, chances, 0.0)
    weights = np.where(weights.any(axis=1, keepdims=True), weights, present)
    ladder = np.cumsum(weights, axis=1)
    chosen = (ladder <= (u * ladder[:, -1])[:, None]).sum(axis=1)
    return np.minimum(chosen, weights.shape[1] - 1)


def in_turn(order: Ints, present: Flags, round_number: int) -> Ints:
    """Return who speaks when those present (W, A) take turns in an order of some actors: (W,).

    Who left has no turn, so that nobody speaks twice as often for having sat next to it. Where
    nobody of the order is present, the others take turns.
    """
    rest = np.setdiff1d(np.arange(present.shape[1]), order)
    queue = np.concatenate([order, rest])
    here = present[:, queue]
    here[:, len(order) :] &= ~here[:, : len(order)].any(axis=1, keepdims=True)
    turn = round_number % here.sum(axis=1)
    return np.asarray(queue[(here.cumsum(axis=1) > turn[:, None]).argmax(axis=1)])
