"""The rules of the talks, as a scenario states them."""

from __future__ import annotations

import numpy as np

from sim.bargaining.rules import Rules
from sim.scenario.roles import can_lose_its_mediator, goes_on_without_mediator
from sim.scenario.scenario import Scenario


def rules_of(scenario: Scenario) -> Rules:
    """Return the rules of a scenario."""
    names, calendar = list(scenario.actors), scenario.calendar
    deadline, quota = calendar.deadline, scenario.signatories.quota
    return Rules(
        weeks_between=calendar.weeks_between_sessions.mean,
        sessions=calendar.rounds,
        horizon=calendar.horizon.mean,
        weeks_before=calendar.weeks_before,
        deadline=(deadline.date - calendar.start).days / 7 if deadline else np.inf,
        base=np.isin(names, scenario.signatories.base),
        quota=quota.share if quota else None,
        mediates=np.array([name == scenario.mediator for name in names]),
        goes_on_without_mediator=goes_on_without_mediator(scenario)
        and can_lose_its_mediator(scenario),
    )
