"""What an actor holds at the start of play: what texts and no deal are worth to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from sim.bargaining.answers import accepts
from sim.bargaining.arrays import Flags
from sim.bargaining.drivers import Numbers
from sim.bargaining.packages import Space
from sim.bargaining.tactics.time_based import threshold
from sim.draws.draws import Draws
from sim.draws.streams import Floats
from sim.scenario.actors import Stance, StatedStance
from sim.scenario.scenario import Scenario
from sim.talks.preferences import no_deal_of, own_table, utility_of


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


def starting_values_of(
    scenario: Scenario, draws: Draws, names: Collection[str]
) -> dict[str, Floats]:
    """Return some drivers' values at the start, in every draw: (D,) each."""
    rows, day = np.arange(draws.size), scenario.calendar.start
    drivers = scenario.drivers
    return {name: drivers[name].first(Numbers(name, draws, rows, day)) for name in names}
