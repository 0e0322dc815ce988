"""`offers`: one actor is recognised and proposes a whole package.

Alternating offers (Rubinstein 1982) are the rotation of two, the closed rule (Baron & Ferejohn
1989) is random recognition with a quota.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.bargaining.arrays import Flags, side_by_side
from sim.bargaining.packages import logit_choice
from sim.bargaining.protocols.protocol import (
    Company,
    Parties,
    ProtocolKind,
    Session,
    Table,
    Words,
)
from sim.bargaining.tactics.tactic import Dice
from sim.draws.streams import Floats, Ints, Purpose
from sim.numbers.marks import KeysAre, Refers
from sim.numbers.names import Name, Names
from sim.numbers.uncertain import Number, Plain, Weights, lone_share, whole, within


class Offers(ProtocolKind):
    """Settings of the protocol `offers`."""

    name: ClassVar[str] = "offers"
    summary: ClassVar[str] = (
        "each session one actor is recognised and proposes a whole package "
        "(Rubinstein 1982; Baron & Ferejohn 1989)"
    )

    recognition: Literal["random", "rotation"] = Field("random", description="who speaks next")
    chances: Annotated[Weights, KeysAre("actor")] = Field(
        {}, description="actor: chance to be recognised, 0 of who is left out; absent: equal"
    )
    order: Annotated[tuple[Name, ...], Refers("actor")] = Field(
        (), description="the rotation; absent: the actors in order"
    )
    foresight: Annotated[Plain, within(1, 10_000, "weeks")] | None = Field(
        None,
        description="T_eq: weeks for which actors of the tactic `equilibrium`, which needs it, "
        "expect drivers to move; at least four horizons",
    )
    drafts: Annotated[int, whole(1, 1000)] = Field(
        8,
        description="K: how many texts a proposer that looks ahead weighs by their prospects, "
        "before it tables one; 1: the first that comes to its mind",
    )
    candidates: Annotated[Names, Refers("text")] = Field(
        (),
        description="texts that such actors may offer, where there are too many packages to list; "
        "absent: every package",
    )

    def idle(self, company: Company) -> Iterator[tuple[str, str]]:
        """Yield the chances of a rotation, the order of none, and foresight that nobody has."""
        ahead, speaking = company.counts_ahead, self._speaking(company)
        unused = {
            "chances": (self.recognition == "rotation", "actors take turns"),
            "order": (self.recognition == "random", "who speaks next is random"),
            "foresight": (not ahead, "no actor's tactic looks ahead"),
            "candidates": (not ahead, "no actor's tactic looks ahead"),
            "drafts": (not speaking & company.foresees, "no proposer looks ahead to votes"),
        }
        for field, (is_idle, why) in unused.items():
            if is_idle and field in self.model_fields_set and getattr(self, field):
                yield field, why
        for name in self.chances.keys() & company.out:
            yield f"chances.{name}", "it is away while others make offers"
        yield from lone_share("chances", _of_others(self.chances, company.out))

    def proposes(self, name: str, company: Company) -> bool:
        """Return whether an actor may have a turn."""
        return name in self._speaking(company)

    def foresees(self, name: str, company: Company) -> bool:
        """Return whether it weighs several texts by their prospects."""
        return self.drafts > 1 and name in self._speaking(company) & company.foresees

    def compares(self, name: str, company: Company) -> bool:
        """Return the same: what is refused leaves it with what it demands."""
        return self.foresees(name, company)

    def weighing(self, name: str, company: Company) -> tuple[str, ...]:
        """Return by what a proposer knows the others, where it weighs several texts."""
        weighs = self.foresees(name, company) and company.others_sign(name)
        return ("misreading", "misjudgement") if weighs else ()

    def unused(self, field: str) -> str:
        """Return that a turn, or several drafts to weigh, would be needed."""
        weighs = "only a proposer that weighs several texts uses it"
        return weighs if field == "misjudgement" else "it never has a turn to propose"

    def _speaking(self, company: Company) -> frozenset[str]:
        """Return who may be recognised: the others only where none of those stated is there."""
        chances = [name for name, chance in self.chances.items() if not chance.is_zero]
        stated = self.order if self.recognition == "rotation" else chances
        first = frozenset(stated or company.names) - company.out
        every = frozenset(company.names) - company.out
        return every if first <= company.absent else first

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

    def put(self, session: int, text: Ints, away: Flags, held: Flags) -> tuple[Ints, Ints]:
        """Let one actor in each world propose a whole package."""
        speaker = self._speaker(session, ~away)
        first = self.parties.offers(session, speaker, self._dice(0))
        weighs = self.parties.weighs_offers(speaker)
        if self.settings.drafts == 1 or not self.weighing:
            return speaker, first
        others = [
            self.parties.offers(session, speaker, self._dice(k))
            for k in range(1, self.settings.drafts)
        ]
        best = self._tabled(speaker, [first, *others])
        return speaker, np.where(weighs[:, None], best, first)

    @property
    def weighing(self) -> bool:
        """Return whether some actor weighs several texts."""
        actors = np.arange(len(self.parties.names))
        return bool(self.parties.weighs_offers(actors).any())

    def _dice(self, draft: int) -> Dice:
        """Return the uniforms of a draft that comes to a proposer's mind."""
        parties, blocks = self.parties, self.blocks
        names = tuple(f"{block}/{draft}" for block in blocks) if draft else blocks
        return Dice(
            blocks=cache(lambda: parties.session_uniforms(Purpose.PROPOSAL, names)),
            package=cache(lambda: parties.uniforms(Purpose.PROPOSAL, "package")),
        )

    def _tabled(self, speaker: Ints, drafts: Sequence[Ints]) -> Ints:
        """Return which of K drafts (W, B) each speaker tables, by logit over prospects: (W, B)."""
        parties, row = self.parties, np.arange(len(speaker))
        prospects = side_by_side([parties.prospects(speaker, draft) for draft in drafts])
        u = parties.session_uniforms(Purpose.TABLED, ("draft",))[:, 0]
        chosen = logit_choice(prospects, parties.temperature[row, speaker], u)
        return np.stack(drafts)[chosen, row]

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


def _of_others(chances: Mapping[str, Number], out: frozenset[str]) -> dict[str, Number]:
    return {name: chance for name, chance in chances.items() if name not in out}


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
    nobody of the order is present, the others take turns; where nobody is at all, no session is
    held, and it does not matter.
    """
    rest = np.setdiff1d(np.arange(present.shape[1]), order)
    queue = np.concatenate([order, rest])
    here = present[:, queue]
    here[:, len(order) :] &= ~here[:, : len(order)].any(axis=1, keepdims=True)
    turn = round_number % np.maximum(here.sum(axis=1), 1)
    return np.asarray(queue[(here.cumsum(axis=1) > turn[:, None]).argmax(axis=1)])
