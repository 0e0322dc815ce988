"""One party to the talks: what it wants, what no deal is worth to it, how it bargains.

Also the body at home that must ratify (Putnam 1988), and the stances that the party is known to
take, which the model must reproduce at the start of play.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from sim.bargaining.tactics import TACTICS
from sim.numbers.marks import Declares, KeysAre, NotFromTheDayOn, Refers
from sim.numbers.names import Basis, Frozen, Label, Name, Truth, broken, must_say_why, one_of
from sim.numbers.uncertain import (
    Loading,
    Loadings,
    NonNegative,
    Number,
    Plain,
    Positive,
    Probability,
    Stated,
    Strength,
    UnitValue,
    Values,
    Weights,
    within,
)
from sim.scenario.polls import Poll, PollErrors

AText = Annotated[Name, Refers("text")]
ByDriver = Annotated[Loadings, KeysAre("driver")]
ValuesByClause = dict[Name, Annotated[Values, KeysAre("option", complete=True)]]
Share = Annotated[Number, within(1e-6, 1 - 1e-6)]
Capability = Annotated[Plain, within(0, 1e6)]
TacticName = Annotated[str, one_of(TACTICS)]


class AsGoodAs(Stated):
    """A no-deal value stated as: as good as this text, give or take."""

    as_good_as: AText = Field(description="a text that the actor holds no deal to be worth")
    error: Loading = Field(description="what is added to that text's utility")


def _form_of_no_deal(raw: object) -> str:
    """Tell the two ways to state a no-deal value apart."""
    by_text = isinstance(raw, AsGoodAs) or (isinstance(raw, dict) and "as_good_as" in raw)
    return AsGoodAs.__name__ if by_text else Number.__name__


NoDeal = Annotated[
    Annotated[UnitValue, Tag("Number")] | Annotated[AsGoodAs, Tag("AsGoodAs")],
    Discriminator(_form_of_no_deal),
]


class Bargaining(Stated):
    """How an actor asks, answers and gives way (model equations in the section on tactics)."""

    aspiration: Probability = Field(
        description="alpha: share of the way from no deal to the text it asks for that it "
        "demands at first"
    )
    concession: Positive = Field(
        description="beta: below 1 it holds out to the end, above 1 it concedes early"
    )
    patience: Positive = Field(description="T: its own staying power, in weeks")
    noise: NonNegative = Field(
        description="tau: how imprecisely it answers, in units of its utility; 0 is the sharp rule"
    )
    imprecision: NonNegative = Field(
        description="eps: mean own utility that its proposals give away by imprecision"
    )
    accommodation: Probability = Field(
        description="e-bar: weight on the others' utilities in its proposals when patience ends"
    )
    misreading: NonNegative = Field(
        description="sd of its error about each value of another actor (on that clause's 0-1 scale)"
    )
    misjudgement: NonNegative = Field(
        description="sd of its error about another actor's threshold (in utility)"
    )
    misforesight: NonNegative | None = Field(
        None,
        description="sd of its error about each vote at home, on the logit of the chance that the "
        "body ratifies; absent: 0",
    )
    discount: Share | None = Field(
        None,
        description="delta: what a unit of utility in a week is worth to it today; needed by the "
        "tactic `equilibrium`, as the next",
    )
    offer_noise: NonNegative | None = Field(
        None,
        description="tau': how imprecisely it chooses its offers, in units of expected utility; "
        "small beside what a week's delay costs it",
    )


class Walkout(Stated):
    """How readily an actor leaves the talks."""

    rate: Strength = Field(
        description="rho: departures per week while the best recent text beats no deal"
    )
    sensitivity: NonNegative = Field(
        description="kappa: growth of the rate per unit by which the best recent text is worse "
        "than no deal"
    )


class Domestic(Stated):
    """The body at home that ratifies, and the public that it looks to."""

    name: Annotated[Name, Declares("body")] = Field(
        description="the body's name, as it appears in results"
    )
    label: Label = Field(description="what it is called")
    asks_for: AText | None = Field(None, description="text worth 1 at home; else the actor's")
    unacceptable: AText | None = Field(None, description="text worth 0 at home; else the actor's")
    weights: Annotated[Weights, KeysAre("clause", complete=True)] | None = Field(
        None, description="clause: weight at home; else the actor's"
    )
    weight_concentration: Positive | None = Field(None, description="as for the actor")
    values: Annotated[ValuesByClause, KeysAre("clause")] = Field(
        {}, description="clause: values at home; else the actor's"
    )
    threshold: Loading = Field(
        description="theta: domestic utility at which half of the people support a text"
    )
    loadings: ByDriver = Field({}, description="driver: what a unit of it adds to the threshold")
    people_noise: Positive = Field(
        description="tau_s: how gradually support grows with the text's utility at home"
    )
    floor: Probability | None = Field(
        None, description="f: share of people who would back any text; absent: 0"
    )
    ceiling: Probability | None = Field(
        None,
        description="g: share of people who would back no text, so that support stays below 1 - g; "
        "absent: 0",
    )
    quota: Probability = Field(
        description="q-bar: share of support at which ratification is as likely as not"
    )
    vote_noise: Positive = Field(description="tau_r: how loosely the vote follows support")
    lag: Annotated[Number, within(0, 100, "weeks")] = Field(
        description="weeks from signature to the decision, at most 100"
    )
    polls: Annotated[dict[Name, Poll], Declares("poll"), NotFromTheDayOn()] = Field(
        {}, description="what people said of plans; the fit to them moves no number by itself"
    )
    poll_errors: Annotated[PollErrors | None, NotFromTheDayOn()] = Field(
        None, description="how far polls may be off; needed where there are any"
    )

    @model_validator(mode="after")
    def _sure_of_its_own_weights(self) -> Domestic:
        if self.weight_concentration and not self.weights:
            rule = "says how sure `weights` at home are, and there are none"
            raise broken("weight_concentration", rule, self.weight_concentration.mean)
        return self

    @model_validator(mode="after")
    def _polls_with_errors(self) -> Domestic:
        if self.polls and not self.poll_errors:
            rule = "is missing; where there are polls it says how far they may be off"
            raise broken("poll_errors", rule, None)
        return self

    @model_validator(mode="after")
    def _somebody_weighs_the_text(self) -> Domestic:
        most = sum(share.support[1] for share in (self.floor, self.ceiling) if share)
        if most >= 1:
            rule = "must leave people who weigh the text: floor and ceiling stay below 1 together"
            raise broken("ceiling" if self.ceiling else "floor", rule, most)
        return self


class Stance(StrEnum):
    """What an actor is known to hold of a text at the start of play."""

    REJECTS = "rejects"
    OPEN = "open"
    ACCEPTS = "accepts"
    PREFERS = "prefers"


class StatedStance(Frozen):
    """A stance on the record."""

    text: AText = Field(description="the text that it is about")
    stance: Stance = Field(
        description="rejects (u < d), open (u >= d), accepts (u >= threshold), "
        "prefers (u > u of `other`)"
    )
    other: AText | None = Field(None, description="the text that it is preferred to")
    basis: Basis = Field(description="evidence ids")
    why: str | None = Field(None, description="how the record was read")

    @model_validator(mode="after")
    def _other_only_for_prefers(self) -> StatedStance:
        if (self.stance is Stance.PREFERS) != (self.other is not None):
            rule = "belongs to the stance `prefers`, which needs it, and to no other"
            raise broken("other", rule, self.other)
        if self.other == self.text:
            raise broken("other", "must be another text than the preferred one", self.other)
        must_say_why(self.basis, self.why)
        return self


class Actor(Frozen):
    """A party to the talks."""

    label: Label = Field(description="its name as people read it")
    asks_for: AText = Field(description="the text worth 1 to it")
    unacceptable: AText = Field(description="the text worth 0 to it")
    scale: Literal["reference", "as_written"] = Field(
        "reference",
        description="`reference` maps utilities by the two texts; `as_written` leaves them",
    )
    weights: Annotated[Weights, KeysAre("clause", complete=True)] = Field(
        description="clause: weight; divided by their sum, unless the scale is `as_written`"
    )
    weight_concentration: Positive | None = Field(
        None, description="how sure the weights are (Dirichlet); absent: as written"
    )
    values: Annotated[ValuesByClause, KeysAre("clause", complete=True)] = Field(
        description="clause: option: value, 0 the worst and 1 the best"
    )
    no_deal: NoDeal = Field(
        description="d: what a week without agreement is worth, on the actor's scale"
    )
    loadings: ByDriver = Field({}, description="driver: what a unit of it adds to no deal")
    loadings_after: ByDriver = Field(
        {}, description="driver: the same, after a signature; nothing where absent"
    )
    tactic: TacticName = Field("time_based", description="how it asks and answers")
    bargaining: Bargaining = Field(description="how it asks, answers and gives way")
    regard: Annotated[Weights, KeysAre("actor", others=True)] = Field(
        {},
        description="omega: other actor: weight in its accommodation, divided by their sum; "
        "absent: the same for all others",
    )
    walkout: Walkout | None = Field(None, description="absent: it never leaves by itself")
    returns: Strength | None = Field(
        None, description="lambda: returns per week once it is away; absent: it stays away"
    )
    capability: Capability | None = Field(
        None,
        description="what it can bring to bear beside the others, in any unit: a neutral chair "
        "counts it by this, and so do the baselines; absent: all the same",
    )
    anticipates: Truth = Field(
        True,
        description="whether its answers, drafts and offers look ahead to the votes at home",
    )
    refusal_cost: NonNegative | None = Field(
        None,
        description="c: what a signature that is refused at home costs it, on its scale; absent: 0",
    )
    domestic: Domestic | None = Field(None, description="absent: its signature binds")
    stances: Annotated[tuple[StatedStance, ...], NotFromTheDayOn()] = Field(
        (), description="what it is known to hold"
    )

    @property
    def accommodates(self) -> bool:
        """Return whether it ever looks at what others want."""
        return self.bargaining.accommodation.support[1] > 0
