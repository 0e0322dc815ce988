"""Does the model agree with what the parties are known to hold, at the start of play?

A stance is compared in every draw: rejects (u < d), open (u >= d), accepts (u >= a(0)), prefers
(u > u of the other text). The share of draws that agree is a check of the scenario's numbers
against the record (face validity), not an estimate of anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np

from sim.bargaining.answers import accepts
from sim.bargaining.arrays import Flags
from sim.bargaining.tactics.time_based import threshold
from sim.draws.streams import Floats
from sim.scenario.actors import Stance, StatedStance
from sim.scenario.scenario import Scenario
from sim.talks.batch import Batch, open_batch
from sim.talks.course import starting_values
from sim.talks.preferences import utility_of

DRAWS = 1000


@dataclass(frozen=True)
class StanceShare:
    """A stance on the record, and the share of draws in which the model agrees with it."""

    actor: str
    text: str
    stance: str
    other: str | None
    share: float


def stance_shares(scenario: Scenario, seed: int = 0) -> list[StanceShare]:
    """Return every stance of a scenario with its share of 1,000 draws.

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
    """
    batch = open_batch(scenario, seed, 1, np.arange(DRAWS))
    return [
        StanceShare(
            actor,
            stance.text,
            stance.stance.value,
            stance.other,
            float(_agrees(batch, actor, stance).mean()),
        )
        for actor, spec in scenario.actors.items()
        for stance in spec.stances
    ]


def _agrees(batch: Batch, actor: str, stance: StatedStance) -> Flags:
    index = list(batch.spec.actors).index(actor)
    path = f"actors.{actor}"
    utility = _utility(batch, index, stance.text)
    starts = starting_values(batch)
    moved = (batch.loadings(f"{path}.loadings", batch.spec.actors[actor].loadings) * starts).sum(
        axis=1
    )
    no_deal = batch.utilities.no_deal[batch.draw, index] + moved
    match stance.stance:
        case Stance.REJECTS:
            return utility < no_deal
        case Stance.OPEN:
            return utility >= no_deal
        case Stance.ACCEPTS:
            aspiration = batch.number(f"{path}.bargaining.aspiration")
            nothing = np.zeros(len(no_deal))
            demand = threshold(no_deal, aspiration, nothing)
            return accepts(utility, demand, nothing, nothing)
        case Stance.PREFERS:
            assert stance.other is not None
            return utility > _utility(batch, index, stance.other)
        case _:
            assert_never(stance.stance)


def _utility(batch: Batch, index: int, text: str) -> Floats:
    cells = batch.space.text(batch.spec.texts[text].terms)
    table = batch.utilities.own[batch.draw, index]
    return utility_of(table, np.broadcast_to(cells, (len(table), len(cells))))
