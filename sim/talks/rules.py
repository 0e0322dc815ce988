"""The rules of the talks as a scenario states them: who must sign, who speaks, when they meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.bargaining.protocols import Flags
from sim.draws.streams import Ints
from sim.scenario.scenario import Protocol, Scenario
from sim.talks.record import NOBODY


@dataclass(frozen=True)
class Rules:
    """What is the same in every world.

    Attributes:
        weeks_between: weeks from one session to the next.
        horizon: week at which we stop looking.
        deadline: week of the announced deadline; inf where there is none.
        base: who must sign every text: (A,).
        needed: without whom the talks end: the signatories, who holds the pen, and the mediator
            unless they go on without it: (A,).
        mediator: its index, or NOBODY.
        goes_on_without_mediator: whether the actors then make offers.
        drafter: who holds the pen; nobody under offers.
        order: in which order the actors take turns.
        quota: the share of weights that signs, where unanimity is not asked for.
    """

    weeks_between: float
    horizon: float
    deadline: float
    base: Flags
    needed: Flags
    mediator: int
    goes_on_without_mediator: bool
    drafter: str | None
    order: Ints
    quota: float | None

    def interval(self, week: float) -> float:
        """Return the weeks from a session to the next, or to the horizon."""
        return min(self.weeks_between, self.horizon - week)


def rules_of(scenario: Scenario) -> Rules:
    """Return the rules of a scenario."""
    names, calendar = list(scenario.actors), scenario.calendar
    deadline, single = calendar.deadline, scenario.protocols.single_text
    goes_on = deadline is not None and deadline.then == "offers"
    mediator = names.index(scenario.mediator) if scenario.mediator else NOBODY
    drafter = single.drafter if single and scenario.protocol is Protocol.SINGLE_TEXT else None
    base = np.isin(names, scenario.signatories.base)
    holds_pen = np.array([name == drafter for name in names])
    mediates = np.arange(len(names)) == mediator
    return Rules(
        weeks_between=calendar.weeks_between_sessions.mean,
        horizon=calendar.horizon.mean,
        deadline=(deadline.date - calendar.start).days / 7 if deadline else np.inf,
        base=base,
        needed=base | np.where(mediates, not goes_on, holds_pen),
        mediator=mediator,
        goes_on_without_mediator=goes_on,
        drafter=drafter,
        order=np.array([names.index(name) for name in scenario.protocols.offers.order or names]),
        quota=scenario.signatories.quota.share if scenario.signatories.quota else None,
    )
