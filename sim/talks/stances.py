"""Does the model agree with what the parties are known to hold, at the start of play?

A stance is compared in every draw: rejects (u < d), open (u >= d), accepts (u >= a(0)), prefers
(u > u of the other text). The share of draws that agree checks the scenario's numbers against the
record (face validity); the same comparison is evidence that weighs draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.scenario import Scenario
from sim.talks.batch import open_batch
from sim.talks.holdings import Holdings

DRAWS = 1000


@dataclass(frozen=True)
class StanceShare:
    """A stance on the record, and the share of draws in which the model agrees with it."""

    actor: str
    text: str
    stance: str
    other: str | None
    share: float

    def in_words(self, scenario: Scenario) -> tuple[str, str, str, str, float]:
        """Return who holds what of which text, over which other if any, and the share."""
        actor, text = scenario.actors[self.actor].label, scenario.texts[self.text].label
        other = scenario.texts[self.other].label if self.other else ""
        return actor, self.stance, text, other, self.share


def stance_shares(scenario: Scenario, seed: int = 0) -> list[StanceShare]:
    """Return every stance of a scenario with its share of 1,000 draws.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    prior = scenario.model_copy(update={"evidence": "none"})  # whose numbers are checked
    batch = open_batch(prior, seed, 1, np.arange(DRAWS))
    found = []
    for actor, spec in scenario.actors.items():
        holdings = Holdings.of(scenario, batch.space, batch.draws, actor)
        for stance in spec.stances:
            share = float(holdings.agrees(stance)[batch.draw].mean())
            kind = stance.stance.value
            found.append(StanceShare(actor, stance.text, kind, stance.other, share))
    return found
