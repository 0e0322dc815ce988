"""What may be asked of worlds by one name: an event, an outcome, a question, or a total."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.bargaining.arrays import Flags
from sim.errors import problem, unknown
from sim.play.tables import EVENT
from sim.play.tally import TOTALS
from sim.scenario.events import asked_of, events_of
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Sought:
    """Something that is so of a world or not.

    Attributes:
        name: how one asks for it.
        label: what people call it.
        event: which event must have happened; None: it is an outcome.
        by: by the end of which day; None: ever.
        unbroken: whether no text may have been broken.
    """

    name: str
    label: str
    event: str | None = None
    by: datetime.date | None = None
    unbroken: bool = False

    @property
    def columns(self) -> list[str]:
        """Return the columns of the worlds table that tell it."""
        broken = [f"{EVENT}broken"] if self.unbroken else []
        return ["outcome" if self.event is None else f"{EVENT}{self.event}", *broken]

    def where(self, worlds: pa.Table) -> Flags:
        """Return in which worlds it is so, from the rows of the worlds table: (W,)."""
        if self.event is None:
            return np.asarray(worlds["outcome"].to_numpy() == self.name)
        day = worlds[f"{EVENT}{self.event}"].to_numpy()
        found = ~np.isnat(day) if self.by is None else day <= np.datetime64(self.by, "D")
        if self.unbroken:
            found &= np.isnat(worlds[f"{EVENT}broken"].to_numpy())
        return np.asarray(found)


def sought(scenario: Scenario, name: str, field: str) -> Sought:
    """Return what a name asks for; of one that means several things, the first named here.

    A total, an event at any time, a question by its day, an outcome.

    Raises:
        ScenarioError: when it is none of these, with the nearest; `field` says where it was asked.
    """
    known = {each.name: each for each in reversed(list(_known(scenario)))}
    if name not in known:
        raise problem(field, unknown("event, outcome or question", name, known), name)
    return known[name]


def _known(scenario: Scenario) -> list[Sought]:
    signed, in_force, standing = TOTALS
    return [
        Sought(signed, TOTALS[signed], "signed"),
        Sought(in_force, TOTALS[in_force], "in_force"),
        Sought(standing, TOTALS[standing], "in_force", unbroken=True),
        *(Sought(name, event.label, name) for name, event in events_of(scenario).items()),
        *(Sought(each.id, each.label, each.event, each.by) for each in asked_of(scenario)),
        *(Sought(name, label) for name, label in scenario.outcome_labels.items()),
        Sought(OTHER, "Anything else"),
    ]
