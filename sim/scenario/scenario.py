"""A whole negotiation as data: what is on the table, who sits at it, by which rules, until when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from sim.bargaining.drivers import Driver
from sim.bargaining.protocols import PROTOCOLS, Protocols
from sim.draws.draws import Weighting
from sim.numbers.evidence import Fact
from sim.numbers.marks import Declares, KeysAre, NotFromTheDayOn, Refers
from sim.numbers.names import (
    Basis,
    Frozen,
    Label,
    Name,
    Names,
    broken,
    must_say_why,
    one_of,
)
from sim.numbers.uncertain import (
    Finite,
    NonNegative,
    Number,
    Plain,
    Positive,
    Probability,
    Stated,
    Weights,
    whole,
    within,
)
from sim.scenario.actors import Actor
from sim.scenario.base_rates import ReferenceClass
from sim.scenario.clauses import Clause, Linkage, Text
from sim.scenario.events import Question
from sim.scenario.forms import FORMS, PriorWeights
from sim.scenario.levers import Lever
from sim.scenario.outcomes import Aftermath, Outcome

ProtocolName = Annotated[str, one_of(PROTOCOLS)]


FATES = ("kept", "moved", "dropped")


class Fates(Stated):
    """What becomes of a deadline that passes: shares of their sum."""

    kept: NonNegative = Field(description="the mediator leaves")
    moved: NonNegative = Field(description="another date is set")
    dropped: NonNegative = Field(description="there is no deadline any more")
    concentration: Positive | None = Field(
        None, description="how sure the shares are (Dirichlet); absent: as written"
    )

    @model_validator(mode="after")
    def _something_happens(self) -> Fates:
        if all(getattr(self, fate).is_zero for fate in FATES):
            raise broken("kept", "kept, moved and dropped are all zero; one must count", 0)
        return self


class Deadline(Stated):
    """An announced deadline, and how seriously it is meant."""

    date: datetime.date = Field(description="the day on which it passes")
    fates: Fates = Field(description="what becomes of it then, and of each later date")
    weeks: Annotated[Number, within(1 / 7, 520, "weeks")] = Field(
        description="by how much it is moved"
    )
    times: Annotated[int, whole(0, 100)] = Field(
        description="how often at most; what would be moved once more is kept"
    )


class Calendar(Stated):
    """When the talks are held."""

    start: Annotated[datetime.date, NotFromTheDayOn()] = Field(
        description="the scenario's day; nothing later may be used"
    )
    talks_since: Annotated[datetime.date | None, NotFromTheDayOn()] = Field(
        None, description="the day on which the talks had begun; absent: they begin at the start"
    )
    patience_spent: Probability | None = Field(
        None,
        description="share of the weeks from then to the start that counts as patience spent: 0 if "
        "the talks begin anew",
    )
    weeks_between_sessions: Plain = Field(description="the diplomatic calendar")
    horizon: Plain = Field(description="weeks after which we stop looking")
    deadline: Deadline | None = Field(None, description="absent: nobody has set one")

    @model_validator(mode="after")
    def _in_order(self) -> Calendar:
        between, horizon = self.weeks_between_sessions.mean, self.horizon.mean
        if not 1000 <= self.start.year <= 3000:
            raise broken("start", "must lie in the years 1000 to 3000", str(self.start))
        if not 1 / 7 <= between <= 52:
            rule = "must be between a day (0.143 weeks) and 52 weeks"
            raise broken("weeks_between_sessions", rule, between)
        if not between <= horizon <= 1040:
            rule = f"must be between weeks_between_sessions ({between:g}) and 1,040 weeks"
            raise broken("horizon", rule, horizon)
        if self.talks_since and self.talks_since > self.start:
            rule = f"must not lie after the start ({self.start})"
            raise broken("talks_since", rule, str(self.talks_since))
        if self.patience_spent and not self.talks_since:
            rule = "is a share of the weeks since `talks_since`, which is missing"
            raise broken("patience_spent", rule, self.patience_spent.mean)
        if self.deadline and not self.start <= self.deadline.date <= self.last_day:
            rule = f"must lie between the start ({self.start}) and the horizon ({self.last_day})"
            raise broken("deadline.date", rule, str(self.deadline.date))
        return self

    @property
    def last_day(self) -> datetime.date:
        """Return the day of the horizon."""
        return self.start + datetime.timedelta(weeks=self.horizon.mean)

    @property
    def weeks_before(self) -> float:
        """Return for how many weeks they had talked before the start."""
        return (self.start - self.talks_since).days / 7 if self.talks_since else 0.0

    @property
    def rounds(self) -> int:
        """Return the number of sessions before the horizon."""
        sessions = self.horizon.mean / self.weeks_between_sessions.mean
        return max(1, int(-(-sessions // 1)) if sessions % 1 > 1e-9 else round(sessions))


class TalksBefore(Frozen):
    """What is known of the talks from `calendar.talks_since` to the start: nothing was signed."""

    basis: Basis = Field(description="evidence ids, or `assumption` with why")
    why: str | None = Field(None, description="how the record was read")

    @model_validator(mode="after")
    def _reasoned(self) -> TalksBefore:
        must_say_why(self.basis, self.why)
        return self


class Quota(Frozen):
    """A weighted majority of the signatories instead of unanimity."""

    share: Annotated[Finite, Field(gt=0, le=1)] = Field(description="share of weight needed")
    weights: Annotated[Weights, KeysAre("actor")] = Field(
        {}, description="actor: weight; absent: equal"
    )


class Signatories(Frozen):
    """Who must sign."""

    base: Annotated[Names, Field(min_length=1), Refers("actor")] = Field(
        description="actors who must sign whatever the text says; the others sign where an option "
        "needs their consent"
    )
    quota: Quota | None = Field(None, description="absent: all of them")


class Answers(Stated):
    """What the answers of all actors have in common."""

    relaxation: Positive = Field(
        description="weeks over which an actor's mood about the talks is forgotten"
    )
    memory: Annotated[Number, within(1, 52, "sessions")] | None = Field(
        None,
        description="sessions whose polled texts an actor remembers when it may walk out, rounded; "
        "absent: 4",
    )


class Scenario(Frozen):
    """A negotiation on a given day."""

    title: Annotated[Label, NotFromTheDayOn()] = Field(description="one line")
    description: Annotated[str, NotFromTheDayOn()] = Field(
        "", description="a few lines: what it is built from"
    )
    facts: Annotated[tuple[Fact, ...], NotFromTheDayOn()] = Field(
        (), description="facts of its own, beside the shared record"
    )
    clauses: Annotated[dict[Name, Clause], Field(min_length=1), Declares("clause")] = Field(
        description="the questions that a text must settle"
    )
    linkages: Annotated[dict[Name, Linkage], Declares("linkage")] = Field(
        {}, description="options worth more or less together"
    )
    texts: Annotated[dict[Name, Text], Field(min_length=1), Declares("text")] = Field(
        description="the drafts and demands that people speak of"
    )
    factors: Annotated[dict[Name, str], Declares("factor")] = Field(
        {}, description="common factors: what they stand for"
    )
    drivers: Annotated[dict[Name, Driver], Declares("driver")] = Field(
        {}, description="the world outside the room"
    )
    actors: Annotated[dict[Name, Actor], Field(min_length=2), Declares("actor")] = Field(
        description="the parties to the talks"
    )
    signatories: Signatories = Field(description="who must sign")
    mediator: Annotated[Name, Refers("actor")] | None = Field(
        None, description="who leaves when a deadline is kept"
    )
    without_mediator: Literal["suspended", "offers"] = Field(
        "suspended", description="what the talks are while the mediator is away"
    )
    calendar: Calendar = Field(description="when they talk, and until when")
    protocol: ProtocolName = Field(description="how a text comes to the table")
    protocols: Protocols = Field(Protocols(), description="the settings of each protocol")
    forms: Annotated[PriorWeights, NotFromTheDayOn()] = Field(
        {},
        description="form: prior weight; ways to model how bargaining goes: single_text, offers "
        "(actors concede over time under either protocol), equilibrium (offers; they look ahead). "
        "Absent: as `protocol` and the actors' tactics say",
    )
    evidence: Annotated[Literal["none", "stances", "polls", "all"], NotFromTheDayOn()] = Field(
        "all", description="which of what is known on the day weighs the draws"
    )
    stance_error: Annotated[Finite, Field(gt=0, lt=0.5), NotFromTheDayOn()] = Field(
        0.05, description="e: the chance that a stance on record is not what the actor holds"
    )
    record: Annotated[TalksBefore | None, NotFromTheDayOn()] = Field(
        None,
        description="stated where the talks since `calendar.talks_since` led to no signature: they "
        "are played from then, and a world that signs in them does not count",
    )
    given: Annotated[
        tuple[str, ...],
        BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw),
        NotFromTheDayOn(),
    ] = Field(
        (),
        description="news after the start: only worlds that meet it count. Statements such as "
        "`nothing signed by 2025-12-31` (any event by a day) or `us away on 2026-01-31` (also: "
        "there, mediating; talking, suspended, in force)",
    )
    answers: Answers = Field(description="what the answers of all actors have in common")
    aftermath: Aftermath = Field(description="the time after a signature")
    questions: Annotated[dict[Name, Question], Declares("question"), NotFromTheDayOn()] = Field(
        {}, description="what people ask of the talks: whether something happens by a day"
    )
    outcomes: Annotated[
        dict[Name, Outcome], Field(min_length=1), Declares("outcome"), NotFromTheDayOn()
    ] = Field(description="the rules that name how a world ended; the first that fits does")
    reference_classes: Annotated[
        dict[Name, ReferenceClass], Declares("reference class"), NotFromTheDayOn()
    ] = Field({}, description="base rates, which stand beside the odds and never enter them")
    levers: Annotated[dict[Name, Lever], Declares("lever"), NotFromTheDayOn()] = Field(
        {}, description="what somebody could do from the day on; `parley levers` plays it"
    )

    @model_validator(mode="after")
    def _a_record_begins(self) -> Scenario:
        if self.record and not self.calendar.weeks_before:
            rule = "needs calendar.talks_since, a day before the start on which the talks began"
            raise broken("record", rule, None)
        return self

    @cached_property
    def numbers(self) -> dict[str, Number]:
        """Return every number under its dotted path."""
        return dict(_numbers(self, ""))

    @cached_property
    def weightings(self) -> tuple[Weighting, ...]:
        """Return which numbers share a sum and are drawn together: the weights of clauses."""
        found = []
        for name, actor in self.actors.items():
            for path, holder in (
                (f"actors.{name}", actor),
                (f"actors.{name}.domestic", actor.domestic),
            ):
                if holder is not None and holder.weights:
                    unsure = holder.weight_concentration is not None
                    sure = f"{path}.weight_concentration" if unsure else None
                    keeps_sum = actor.scale == "as_written"
                    found.append(Weighting(f"{path}.weights", tuple(self.clauses), sure, keeps_sum))
        if deadline := self.calendar.deadline:
            fates = "calendar.deadline.fates"
            sure = f"{fates}.concentration" if deadline.fates.concentration else None
            found.append(Weighting(fates, FATES, sure, False))
        return tuple(found)

    @cached_property
    def uncertain(self) -> frozenset[str]:
        """Return the paths of the numbers that differ between draws, or make something that does.

        Beside distributions: shares of a sum of which another part is uncertain, weights that are
        drawn with a concentration, and errors about others, of which a number is the sd.
        """
        found = {path for path, number in self.numbers.items() if not number.is_plain}
        for path, shares, is_drawn in self._shares():
            parts = {f"{path}.{name}" for name, share in shares.items() if not share.is_zero}
            if len(parts) > 1 and (is_drawn or parts & found):
                found |= parts
        errors = (".misreading", ".misjudgement", ".misforesight")
        numbers = self.numbers.items()
        return frozenset(
            found | {path for path, sd in numbers if path.endswith(errors) and not sd.is_zero}
        )

    def _shares(self) -> Iterator[tuple[str, Mapping[str, Number], bool]]:
        """Yield the mappings whose numbers are divided by their sum, and whether that is drawn."""
        for name, actor in self.actors.items():
            yield f"actors.{name}.regard", actor.regard, False
        quota = self.signatories.quota
        yield "signatories.quota.weights", quota.weights if quota else {}, False
        yield "protocols.offers.chances", self.protocols.offers.chances, False
        for each in self.weightings:
            if each.concentration or not each.keeps_sum:
                weights = {name: self.numbers[f"{each.path}.{name}"] for name in each.names}
                yield each.path, weights, each.concentration is not None

    @property
    def in_forms(self) -> dict[str, Scenario]:
        """Return the scenario in each of its forms that has weight; as it is if it states none."""
        return {name: self.in_form(name) for name, w in self.forms.items() if w.mean > 0} or {
            "": self
        }

    def in_form(self, name: str) -> Scenario:
        """Return the scenario as one form models it."""
        form = FORMS[name]
        actors = {n: a.model_copy(update={"tactic": form.tactic}) for n, a in self.actors.items()}
        return self.model_copy(update={"protocol": form.protocol, "actors": actors, "forms": {}})

    @property
    def outcome_labels(self) -> dict[str, str]:
        """Return the label of every outcome, in order."""
        return {name: outcome.label for name, outcome in self.outcomes.items()}

    @property
    def term_labels(self) -> dict[str, str]:
        """Return what clauses ("nato") and options ("nato.barred") are called."""
        clauses = {name: clause.label for name, clause in self.clauses.items()}
        options = {
            f"{name}.{option}": stated.label
            for name, clause in self.clauses.items()
            for option, stated in clause.options.items()
        }
        return clauses | options


def _numbers(part: Any, path: str) -> Iterator[tuple[str, Number]]:
    """Walk a part of a scenario for its numbers."""
    if isinstance(part, Number):
        yield path, part
    elif isinstance(part, BaseModel):
        for field in type(part).model_fields:
            yield from _numbers(getattr(part, field), f"{path}.{field}".lstrip("."))
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield from _numbers(item, f"{path}.{key}")
