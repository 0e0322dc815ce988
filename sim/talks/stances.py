"""Does the model agree with what the parties are known to hold, at the start of play?

A stance is compared in every draw: rejects (u < d), open (u >= d), accepts (u >= a(0)), prefers
(u > u of the other text). The share of draws that agree checks the scenario's numbers against the
record (face validity); the same comparison is evidence that weighs draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np

from sim.bargaining.answers import accepts
from sim.bargaining.arrays import Flags
from sim.bargaining.packages import Space
from sim.bargaining.tactics.time_based import threshold
from sim.draws.draws import Draws
from sim.draws.streams import Floats
from sim.scenario.actors import Stance, StatedStance
from sim.scenario.scenario import Scenario
from sim.talks.batch import open_batch
from sim.talks.course import starting_values_of
from sim.talks.preferences import no_deal_of, own_table, utility_of

DRAWS = 1000


@dataclass(frozen=True)
class StanceShare:
    """A stance on the record, and the share of draws in which the model agrees with it."""

    actor: str
    text: str
    stance: str
    other: str | None
    share: float


@dataclass(frozen=True)
class Holdings:
    """What an actor holds at the start of play, in D draws.

    Attributes:
        scenario: what is negotiated.
        space: its packages.
        draws: every number.
        name: the actor.
        own: its utility of each cell: (D, N).
        no_deal: what no deal is worth to it: (D,).
    """

    scenario: Scenario
    space: Space
    draws: Draws
    name: str
    own: Floats
    no_deal: Floats

    @classmethod
    def of(
        cls, scenario: Scenario, space: Space, draws: Draws, name: str, strict: bool = True
    ) -> Holdings:
        """Return what an actor holds.

        Raises:
            ScenarioError: when its utilities have no scale; not strict, they are nan there.
        """
        actor = scenario.actors[name]
        own, _ = own_table(scenario, space, draws, name, actor, strict)
        no_deal = no_deal_of(scenario, space, draws, name, actor, own)
        for driver, value in starting_values_of(scenario, draws, actor.loadings).items():
            no_deal = no_deal + draws[f"actors.{name}.loadings.{driver}"] * value
        return cls(scenario, space, draws, name, own, no_deal)

    def agrees(self, stance: StatedStance) -> Flags:
        """Return in which draws the model agrees with a stance: (D,)."""
        utility = self.utility(stance.text)
        match stance.stance:
            case Stance.REJECTS:
                return utility < self.no_deal
            case Stance.OPEN:
                return utility >= self.no_deal
            case Stance.ACCEPTS:
                aspiration = self.draws[f"actors.{self.name}.bargaining.aspiration"]
                nothing = np.zeros(len(utility))
                demand = threshold(self.no_deal, aspiration, nothing)
                return accepts(utility, demand, nothing, nothing)
            case Stance.PREFERS:
                assert stance.other is not None
                return utility > self.utility(stance.other)
            case _:
                assert_never(stance.stance)

    def utility(self, text: str) -> Floats:
        """Return what a named text is worth to it: (D,)."""
        cells = self.space.text(self.scenario.texts[text].terms)
        return utility_of(self.own, np.broadcast_to(cells, (len(self.own), len(cells))))


def stance_shares(scenario: Scenario, seed: int = 0) -> list[StanceShare]:
    """Return every stance of a scenario with its share of 1,000 draws.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    batch = open_batch(scenario, seed, 1, np.arange(DRAWS))
    found = []
    for actor, spec in scenario.actors.items():
        holdings = Holdings.of(scenario, batch.space, batch.draws, actor)
        for stance in spec.stances:
            share = float(holdings.agrees(stance)[batch.draw].mean())
            kind = stance.stance.value
            found.append(StanceShare(actor, stance.text, kind, stance.other, share))
    return found
