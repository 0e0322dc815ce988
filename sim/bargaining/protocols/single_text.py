"""`single_text`: a drafter amends one standing text from what the parties ask for.

Every party asks for one amendment, and the drafter chooses among the text as it is and the amended
ones (Fisher; Raiffa 1982; Camp David).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from sim.bargaining.arrays import Flags, by_voice, of_worlds
from sim.bargaining.protocols import drafting
from sim.bargaining.protocols.protocol import Parties, ProtocolKind, Session, Table, Words
from sim.draws.streams import Ints, Purpose
from sim.numbers.marks import Refers
from sim.numbers.names import Name
from sim.numbers.uncertain import NonNegative, Stated

NOTHING = -1  # in the place of a cell that is asked for


class SingleText(Stated, ProtocolKind):
    """Settings of the protocol `single_text`."""

    name: ClassVar[str] = "single_text"
    summary: ClassVar[str] = (
        "a drafter amends one standing text between sessions from what the parties ask for "
        "(Fisher; Raiffa 1982)"
    )

    drafter: Annotated[Name, Refers("actor")] = Field(description="the actor who holds the pen")
    initial: Annotated[Name, Refers("text")] = Field(description="the text on the table at first")
    persuasion: NonNegative = Field(
        description="kappa: how much the drafter minds the others' shortfall from signing"
    )

    @property
    def opening(self) -> str:
        """Return the text on the table at first."""
        return self.initial

    @property
    def pens(self) -> tuple[str, ...]:
        """Return the drafter."""
        return (self.drafter,)

    def at_the_table(self, parties: Parties) -> SingleTextTable:
        """Return the standing text at work."""
        return SingleTextTable(self, parties)


class SingleTextTable(Table):
    """A standing text at work in a batch of worlds."""

    def __init__(self, settings: SingleText, parties: Parties) -> None:
        super().__init__(parties)
        self.settings, self.pen = settings, parties.names.index(settings.drafter)
        self.beliefs = parties.beliefs(settings.drafter)
        self.asked: Ints = np.zeros((0, len(parties.names)), dtype=np.int64)

    @property
    def needed(self) -> Flags:
        """Return who holds the pen."""
        return np.arange(len(self.parties.names)) == self.pen

    def put(self, session: int, text: Ints, left: Flags) -> tuple[Ints, Ints]:
        """Let the drafter amend the text, from what those present ask for."""
        self.asked = np.asarray(np.where(left, NOTHING, self._wishes()))
        drafted = drafting.amended(self.parties.space, text, self._draft(text))
        return np.full(len(text), self.pen), drafted

    def opens(self, text: Ints, words: Words) -> Iterator[str]:
        """Tell the text on the table, and who holds the pen."""
        initial, pen = words.texts[self.settings.initial], words.actors[self.pen]
        yield f"On the table: {initial}. {pen} holds the pen."
        yield from words.terms(text, None, 2)
        yield ""

    def tells(self, session: Session, words: Words) -> Iterator[str]:
        """Tell who asked for what, and what the drafter wrote."""
        before = session.before
        for actor, label in enumerate(words.actors):
            if not session.left[actor]:
                wish = before.copy()
                cell = int(self.asked[0, actor])
                wish[self.parties.space.block_of[cell]] = cell
                asked = "asked for" if (wish != before).any() else "asked for no change."
                yield f"  {label} {asked}"
                yield from words.terms(wish, before, 4)
        wrote = "wrote in" if (session.text != before).any() else "left the text as it was."
        yield f"  {words.actors[session.speaker]}, which holds the pen, {wrote}"
        yield from words.terms(session.text, before, 4)

    def _wishes(self) -> Ints:
        """Return the one cell that each wants changed in the text on the table: (W, A)."""
        parties = self.parties
        cells = drafting.amendment(
            parties.space,
            by_voice(parties.losses),
            parties.ranks,
            by_voice(parties.temperature),
            by_voice(parties.session_uniforms(Purpose.BLOCK, parties.names)),
            by_voice(parties.session_uniforms(Purpose.AMENDMENT, parties.names)),
        )
        return cells.reshape(len(parties.names), -1).T

    def _draft(self, text: Ints) -> Ints:
        """Return the cells that the drafter writes into the text, as it was asked: (W,)."""
        parties = self.parties
        return drafting.draft(
            parties.space,
            text,
            self.asked,
            self.beliefs.each,
            parties.threshold + of_worlds(self.beliefs.misjudged, parties.rows),
            parties.noise,
            parties.rules.base,
            self.pen,
            parties.number("protocols.single_text.persuasion"),
            parties.temperature[:, self.pen],
            parties.session_uniforms(Purpose.DRAFT, ("text",))[:, 0],
            parties.rows,
        )
