"""`single_text`: a drafter amends one standing text, of which the parties name what hurts them.

Every party criticises a part of the text, and the drafter, one of them or a neutral chair, chooses
among the text as it is and all ways to settle what was criticised (Fisher; Raiffa 1982; Camp
David).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator

from sim.bargaining.arrays import Flags, at_cells, by_voice, of_worlds, side_by_side
from sim.bargaining.packages import best_of_blocks
from sim.bargaining.protocols import drafting
from sim.bargaining.protocols.drafting import (
    NOTHING,
    Asked,
    BlockSum,
    Body,
    Fairness,
    Judge,
    Prior,
    Signatory,
    Worth,
)
from sim.bargaining.protocols.protocol import (
    Company,
    Parties,
    ProtocolKind,
    Session,
    Table,
    Words,
)
from sim.draws.streams import Floats, Ints, Purpose
from sim.numbers.marks import Refers
from sim.numbers.names import Name, broken
from sim.numbers.uncertain import NonNegative, Probability, Stated, whole

CHAIR = "chair"
NOBODY = -1
SHARP = 1e-12  # in the place of a noise of 0
_KNOWING = ("misreading", "misjudgement")
_OF_A_CHAIR = ("temperature", "sparing", *_KNOWING)


class SingleText(Stated, ProtocolKind):
    """Settings of the protocol `single_text`."""

    name: ClassVar[str] = "single_text"
    summary: ClassVar[str] = (
        "a drafter amends one standing text between sessions as the parties criticise it "
        "(Fisher; Raiffa 1982)"
    )

    drafter: Annotated[Name, Refers("actor", besides=(CHAIR,))] = Field(
        description="the actor who holds the pen, or `chair`: somebody without a wish of its own, "
        "who counts each party by its capability where that is stated"
    )
    initial: Annotated[Name, Refers("text")] = Field(description="the text on the table at first")
    persuasion: NonNegative = Field(
        description="kappa: how much the drafter minds that the others may not sign or ratify"
    )
    temperature: NonNegative | None = Field(
        None,
        description="tau' of a chair's choice, in units of utility; needed by a chair, who has no "
        "utility of its own to be imprecise about",
    )
    sparing: Probability | None = Field(
        None,
        description="sigma: of a chair that weighs what the parties lose, the share of its weight "
        "on who loses most, beside the mean by capability; absent: it weighs only whether they "
        "sign and ratify",
    )
    invention: Probability | None = Field(
        None,
        description="mu: how often options marked as `invented` come to the drafter's mind, of all "
        "ways to settle a clause; absent: as readily as the others",
    )
    rewrites: Annotated[int, whole(0, 100)] = Field(
        0,
        description="how often the drafter reopens each clause, in a random order, before the "
        "first session's answers",
    )
    misreading: NonNegative | None = Field(
        None, description="of a chair: as for an actor; absent: 0"
    )
    misjudgement: NonNegative | None = Field(
        None, description="of a chair: as for an actor; absent: 0"
    )

    @model_validator(mode="after")
    def _a_chair_states_its_own(self) -> SingleText:
        if self.drafter == CHAIR and self.temperature is None:
            raise broken("temperature", "is missing; a chair needs it", None)
        stated = [field for field in _OF_A_CHAIR if getattr(self, field) is not None]
        if self.drafter != CHAIR and stated:
            rule = f"is for a chair; {self.drafter} states its own under actors"
            raise broken(stated[0], rule, getattr(self, stated[0]).mean)
        return self

    @property
    def pen(self) -> str | None:
        """Return the drafter, if it is an actor."""
        return None if self.drafter == CHAIR else self.drafter

    def proposes(self, name: str, company: Company) -> bool:
        """Return that nobody makes proposals: the drafter weighs what was criticised."""
        return False

    def foresees(self, name: str, company: Company) -> bool:
        """Return whether it is the drafter, and minds what becomes of its text at home."""
        minds = not self.persuasion.is_zero and company.votes
        return name == self.drafter and name in company.foresees and minds

    def weighing(self, name: str, company: Company) -> tuple[str, ...]:
        """Return what the drafter chooses by, and by what it knows the others, if it minds them."""
        if name != self.drafter:
            return ()
        minds = not self.persuasion.is_zero and company.others_sign(name)
        return ("imprecision", *_KNOWING) if minds else ("imprecision",)

    def unused(self, field: str) -> str:
        """Return that one must hold the pen, or that nobody makes offers."""
        knows = field in ("imprecision", *_KNOWING)
        return "only who holds the pen uses it" if knows else "nobody makes offers"

    @property
    def counts_capability(self) -> bool:
        """Return whether a chair counts the parties by their capability, and not the worst off."""
        weighs = self.sparing is not None and self.sparing.support != (1.0, 1.0)
        return self.drafter == CHAIR and (weighs or not self.persuasion.is_zero)

    @property
    def minds_inventions(self) -> bool:
        """Return whether it says how often such options come to mind."""
        return self.invention is not None

    @property
    def _is_blind(self) -> bool:
        """Return whether a chair has no wish and minds nobody's answer."""
        return self.persuasion.is_zero and self.sparing is None

    def idle(self, company: Company) -> Iterator[tuple[str, str]]:
        """Yield what is stated for minding others where there are none, or by who minds nobody."""
        foresees = company.votes and self.drafter in company.foresees
        if self.pen and not company.others_sign(self.pen) and not foresees:
            yield "persuasion", f"nobody but {self.pen} has to sign"
        for field in _OF_A_CHAIR:
            if self._is_blind and getattr(self, field) is not None:
                yield field, "the chair minds nobody's answer: persuasion is 0"
        if self.persuasion.is_zero and not self._is_blind and self.misjudgement is not None:
            yield "misjudgement", "the chair minds nobody's answer: persuasion is 0"
        if self.invention is not None and not company.invents:
            yield "invention", "no clause has an option that is invented beside one that is not"

    @property
    def opening(self) -> str:
        """Return the text on the table at first."""
        return self.initial

    def at_the_table(self, parties: Parties) -> SingleTextTable:
        """Return the standing text at work."""
        return SingleTextTable(self, parties)


class SingleTextTable(Table):
    """A standing text at work in a batch of worlds."""

    def __init__(self, settings: SingleText, parties: Parties) -> None:
        super().__init__(parties)
        self.settings = settings
        names = parties.names
        self.pen = NOBODY if settings.drafter == CHAIR else names.index(settings.drafter)
        self.beliefs = parties.beliefs(settings.drafter)
        self.others = [actor for actor in range(len(names)) if actor != self.pen]
        self.named: Ints = np.zeros((0, len(names)), dtype=np.int64)
        if not settings.persuasion.is_zero:
            _ = self.gaps  # what is believed is drawn while all worlds are in play

    @cached_property
    def gaps(self) -> Floats:
        """Return what each cell takes from gaps, in units of their noise: (worlds, A, N)."""
        return self.beliefs.each / -np.maximum(self.parties.noise, SHARP)[..., None]

    @property
    def needed(self) -> Flags:
        """Return who holds the pen."""
        return np.arange(len(self.parties.names)) == self.pen

    def put(self, session: int, text: Ints, away: Flags, held: Flags) -> tuple[Ints, Ints]:
        """Let the drafter amend the text, where those present criticise it."""
        rewrites = self.settings.rewrites if session == 0 else 0
        silent = away | ~held[:, None] | (rewrites > 0)
        self.named = np.asarray(np.where(silent, NOTHING, self._criticised()))
        if rewrites:
            return np.full(len(text), self.pen), self._rewritten(text, rewrites)
        blocks = np.arange(len(self.parties.space.blocks))
        named = np.any(self.named[:, :, None] == blocks, axis=1)
        return np.full(len(text), self.pen), self._draft(text, named)

    def opens(self, text: Ints, words: Words) -> Iterator[str]:
        """Tell the text on the table, and who holds the pen."""
        initial = words.texts[self.settings.initial]
        yield f"On the table: {initial}. {self._who(words)} holds the pen."
        yield from words.terms(text, None, 2)
        yield ""

    def tells(self, session: Session, words: Words) -> Iterator[str]:
        """Tell who criticised what, and what the drafter wrote."""
        rewrites = self.settings.rewrites if session.number == 0 else 0
        for actor, label in enumerate(() if rewrites else words.actors):
            if not session.away[actor] and actor != self.pen:
                block = int(self.named[0, actor])
                said = "nothing" if block == NOTHING else words.blocks[block]
                yield f"  {label} criticised: {said}"
        before = session.before
        wrote = "wrote in" if (session.text != before).any() else "left the text as it was."
        times = "once" if rewrites == 1 else f"{rewrites} times"
        through = (
            f" went through every clause {times} and" if rewrites else ", which holds the pen,"
        )
        yield f"  {self._who(words)}{through} {wrote}"
        yield from words.terms(session.text, before, 4)

    def _who(self, words: Words) -> str:
        return "The chair" if self.pen == NOBODY else words.actors[self.pen]

    def _criticised(self) -> Ints:
        """Return the block that each names, the drafter none: (W, A)."""
        parties, others = self.parties, self.others
        u = parties.session_uniforms(Purpose.BLOCK, parties.names)[:, others]
        found = drafting.criticised(by_voice(parties.losses[:, others]), by_voice(u))
        named = np.full((len(parties.rows), len(parties.names)), NOTHING, order="F")
        named[:, others] = found.reshape(len(others), -1).T
        return named

    def _rewritten(self, text: Ints, times: int) -> Ints:
        """Return texts (W, B) of which the drafter has reopened each block some times: (W, B)."""
        blocks, uniforms = self.parties.space.blocks, self.parties.uniforms
        row = np.arange(len(text))
        for turn in range(times):
            names = [f"{'/'.join(block)}/{turn}" for block in blocks]
            lots = side_by_side([uniforms(Purpose.REOPENED, name) for name in names])
            u = side_by_side([uniforms(Purpose.REWRITE, name) for name in names])
            for block in lots.argsort(axis=1).T:
                named = block[:, None] == np.arange(len(blocks))
                text = self._redrafted(text, named, u[row, block])
        return text

    def _draft(self, text: Ints, named: Flags) -> Ints:
        """Return what the drafter makes of the texts, where blocks (W, B) were named: (W, B)."""
        u = self.parties.session_uniforms(Purpose.DRAFT, ("text",))[:, 0]
        return self._redrafted(text, named, u)

    def _redrafted(self, text: Ints, named: Flags, u: Floats) -> Ints:
        parties, minds = self.parties, not self.settings.persuasion.is_zero
        judges = [*self._signatories(text), *self._bodies(text)] if minds else []
        worth, prior = self._worth(text), self._prior()
        return drafting.redrafted(
            parties.space, text, named, worth, judges, self._temperature(), u, prior
        )

    def _worth(self, text: Ints) -> Worth | None:
        """Return what texts are worth to the drafter itself; None to a chair without a wish."""
        if self.pen != NOBODY:
            parties = self.parties
            own = parties.own[:, self.pen]
            return BlockSum(own, parties.draw, at_cells(own, text, parties.draw))
        return None if self.settings.sparing is None else self._fairness(text)

    def _fairness(self, text: Ints) -> Fairness:
        """Return how a chair weighs what the parties lose by texts, as far as it knows."""
        parties, table = self.parties, self._lost
        rows = parties.draw if self._sees_right else parties.rows
        parts = at_cells(table, text, rows)
        losses = [
            BlockSum(table[:, actor], rows, parts[:, actor]) for actor in range(len(parties.names))
        ]
        shares = parties.capability / len(parties.names)
        return Fairness(losses, shares, parties.number("protocols.single_text.sparing"))

    @cached_property
    def _lost(self) -> Floats:
        """Return what each cell falls short of a party's best: (worlds, A, N), or of draws."""
        worth = self.parties.own if self._sees_right else self.beliefs.each
        return best_of_blocks(self.parties.space, worth)[..., self.parties.space.block_of] - worth

    @property
    def _sees_right(self) -> bool:
        """Return whether a chair misreads nothing of what the parties want."""
        return self.settings.misreading is None or self.settings.misreading.is_zero

    def _prior(self) -> Prior | None:
        """Return how readily cells come to the drafter's mind; None: all alike."""
        if self.settings.invention is None:
            return None
        return Prior(self._readiness, self.parties.draw)

    @cached_property
    def _readiness(self) -> Floats:
        """Return that of each cell in each draw: (D, N)."""
        parties = self.parties
        return parties.space.prior(parties.drawn("protocols.single_text.invention"))

    def _temperature(self) -> Floats:
        if self.pen == NOBODY:
            return self.parties.number("protocols.single_text.temperature")
        return self.parties.temperature[:, self.pen]

    def _asked(self, actor: int, text: Ints) -> Asked | None:
        """Return which cells need an actor's signature, world by world; None: every text does."""
        parties = self.parties
        if parties.rules.base[actor]:
            return None
        return Asked(parties.consent[:, actor], parties.draw, text)

    def _signatories(self, text: Ints) -> Iterator[Judge]:
        """Yield the others who may have to sign."""
        parties, rows = self.parties, self.parties.rows
        consent = np.asarray(parties.consent.any(axis=(0, 2)))
        believed = parties.threshold + of_worlds(self.beliefs.misjudged, rows)
        parts = at_cells(self.gaps, text, rows)
        for actor in self.others:
            if parties.rules.base[actor] or consent[actor]:
                noise = np.maximum(parties.noise[:, actor], SHARP)
                line = believed[:, actor] / noise
                gap = BlockSum(self.gaps[:, actor], rows, parts[:, actor], line)
                yield Signatory(gap, self._counts(actor, noise), self._asked(actor, text))

    def _bodies(self, text: Ints) -> Iterator[Judge]:
        """Yield the bodies at home that may have to ratify, where the drafter looks ahead."""
        parties, home = self.parties, self.parties.home
        if self.pen != NOBODY and not parties.anticipates[self.pen]:
            return
        theta, parts = home.theta(parties.drivers), at_cells(home.gaps, text, parties.draw)
        errors = home.errors_of(None if self.pen == NOBODY else self.pen)
        base = home.base if errors is None else home.base - errors
        for body, actor in enumerate(home.actors.tolist()):
            line = theta[:, body] / home.people_noise[:, body]
            gap = BlockSum(home.gaps[:, body], parties.draw, parts[:, body], line)
            unit = self._counts(actor, home.noise[:, body])
            yield Body(gap, unit, self._asked(actor, text), base[:, body], home.slope[:, body])

    def _counts(self, actor: int, unit: Floats) -> Floats:
        """Return a unit of an actor's noise as the drafter minds it: (W,)."""
        minds = self.parties.number("protocols.single_text.persuasion")
        return unit * minds * (self.parties.capability[:, actor] if self.pen == NOBODY else 1.0)
