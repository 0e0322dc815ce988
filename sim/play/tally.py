"""What happened in many worlds, counted: the odds, their totals, what happens by when.

The tally keeps counts only, so memory does not grow with the number of worlds.
"""

from __future__ import annotations

import datetime
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from sim.draws.streams import Floats, Ints
from sim.play.days import day_of
from sim.scenario.base_rates.base import Compared, Counted
from sim.scenario.events import asked_of, events_of
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario
from sim.talks.diary import weeks_of
from sim.talks.record import Record
from sim.talks.space import space_of

if TYPE_CHECKING:
    import pandas as pd

UNSETTLED = 1e-6  # values of an equilibrium that change by more have not come to rest
TOTALS = {
    "signed": "Any text signed",
    "in_force": "Any settlement that comes into force",
    "standing": "Any settlement that comes into force and stands",
}


class Tally:
    """Counts over worlds, from which every table of a run is made."""

    def __init__(self, scenario: Scenario, draws: int, replications: int) -> None:
        self.scenario, self.draws, self.replications = scenario, draws, replications
        self.space = space_of(scenario)
        calendar = scenario.calendar
        watched = scenario.aftermath.weeks
        self.weeks = int(np.ceil(calendar.horizon.mean + watched)) + 1
        kinds = len(scenario.outcomes) + 1
        self.outcomes = np.zeros((draws, kinds), dtype=np.int64)
        self.settled = np.zeros((self.weeks, kinds), dtype=np.int64)
        options = sum(len(names) for names in self.space.options)
        self.signed_options = np.zeros(options, dtype=np.int64)
        self.first_options = np.zeros(options, dtype=np.int64)
        self.in_all = {name: np.zeros(draws, dtype=np.int64) for name in TOTALS}
        self.event_names = list(events_of(scenario))
        self.asked = asked_of(scenario)
        self.answered = np.zeros((draws, len(self.asked)), dtype=np.int64)
        self.happened = np.zeros((self.weeks, len(self.event_names)), dtype=np.int64)
        self.happened_squared = np.zeros_like(self.happened)  # summed over draws
        self.ended = np.zeros(self.weeks, dtype=np.int64)
        self.hopeless, self.unsettled, self.foreseen, self.ended_signed = 0.0, 0, 0, 0

    def update(self, record: Record) -> None:
        """Count more worlds."""
        draw = record.world // self.replications
        np.add.at(self.outcomes, (draw, record.outcome), 1)
        np.add.at(self.settled, (self._step(record.settled_week), record.outcome), 1)
        weeks = weeks_of(self.scenario, record.event_week)
        signed, in_force = ~np.isnan(weeks["signed"]), ~np.isnan(weeks["in_force"])
        stands = in_force & np.isnan(weeks["broken"])
        for name, where in zip(TOTALS, (signed, in_force, stands), strict=True):
            np.add.at(self.in_all[name], draw[where], 1)
        for column, asked in enumerate(self.asked):
            happens = np.flatnonzero(~np.isnan(weeks[asked.event]))
            days = (asked.by - self.scenario.calendar.start).days
            in_time = happens[day_of(weeks[asked.event][happens]) <= days]
            np.add.at(self.answered[:, column], draw[in_time], 1)
        over = record.signed | (record.week < self.scenario.calendar.horizon.mean - 1e-9)
        np.add.at(self.ended, self._step(record.week[over]), 1)
        self._note_events(record, draw)
        self.foreseen += int(np.isfinite(record.step).sum())
        self.hopeless += float(np.nansum(record.hopeless))
        self.unsettled += int((record.step > UNSETTLED).sum())
        self.ended_signed += int(record.signed.sum())
        self.signed_options += self._options(record.option[record.signed])
        self.first_options += self._options(record.first_option)

    def _note_events(self, record: Record, draw: Ints) -> None:
        """Count the worlds, draw by draw, in which each event has happened by each week."""
        first, draws = draw[0], draw[-1] - draw[0] + 1  # all worlds of a draw come together
        for event, week in enumerate(record.event_week.T):
            known = np.flatnonzero(~np.isnan(week))
            by_draw = np.zeros((self.weeks, draws), dtype=np.int64)
            np.add.at(by_draw, (self._step(week[known]), draw[known] - first), 1)
            by_draw = by_draw.cumsum(axis=0)
            self.happened[:, event] += by_draw.sum(axis=1)
            self.happened_squared[:, event] += (by_draw**2).sum(axis=1)

    def _step(self, week: Floats) -> Ints:
        """Return the first whole week from the start by whose day something has happened: (W,)."""
        return np.clip(-(-day_of(week) // 7), 0, self.weeks - 1)

    @property
    def signed(self) -> Ints:
        """Return how many of each draw's worlds signed a text: (D,)."""
        return self.in_all["signed"]

    def _options(self, options: Ints) -> Ints:
        counts = [
            np.bincount(options[:, column], minlength=len(names))
            for column, names in enumerate(self.space.options)
        ]
        return np.concatenate(counts)

    @property
    def equilibrium(self) -> dict[str, float] | None:
        """Return how good the solutions of the tactic `equilibrium` are; none without it.

        `hopeless_offers` is the mean probability of offers that the others would accept with a
        chance below .01, `unsettled` the share of worlds whose values reach no stationary point.
        """
        if not self.foreseen:
            return None
        return {
            "hopeless_offers": round(self.hopeless / self.foreseen, 6),
            "unsettled": round(self.unsettled / self.foreseen, 6),
        }

    @property
    def worlds(self) -> int:
        """Return how many worlds were counted."""
        return int(self.outcomes.sum())

    def odds(self) -> pd.DataFrame:
        """Return the odds of each declared outcome, and of `other` where it came up."""
        from sim.analysis.odds import odds_table

        return odds_table(self.outcomes[:, self._shown()], self.replications, self._labels())

    def timeline(self) -> pd.DataFrame:
        """Return the share of worlds in which each outcome was settled by each date."""
        from sim.analysis.odds import timeline_table

        return timeline_table(
            self._dates(), self.settled[:, self._shown()], self.worlds, self._labels()
        )

    def events(self) -> pd.DataFrame:
        """Return the probability that each event has happened by each date."""
        from sim.analysis.odds import events_table

        counts, names = (self.happened, self.happened_squared), self.event_names
        return events_table(self._dates(), *counts, self.draws, self.replications, names)

    def totals(self) -> pd.DataFrame:
        """Return the odds of what everyone asks for first: signed, in force, standing."""
        from sim.analysis.odds import totals_table

        counts = np.column_stack([self.in_all[name] for name in TOTALS])
        return totals_table(counts, self.replications, list(TOTALS.items()))

    def questions(self) -> pd.DataFrame:
        """Return the odds of each question that the scenario asks."""
        from sim.analysis.odds import questions_table

        asked = [(each.id, each.label, each.by) for each in self.asked]
        return questions_table(self.answered, self.replications, asked)

    def clauses(self) -> pd.DataFrame:
        """Return the share of each option among signed texts and among first texts."""
        from sim.analysis.odds import clauses_table

        names = [
            (clause, option)
            for clause, options in zip(self.space.clauses, self.space.options, strict=True)
            for option in options
        ]
        counts = self.signed_options, self.first_options
        table = clauses_table(names, *counts, self.ended_signed, self.worlds)
        stated = self.scenario.clauses
        return table.assign(
            clause_label=[stated[clause].label for clause, _ in names],
            option_label=[stated[clause].options[option].label for clause, option in names],
        )

    def base_rates(self) -> pd.DataFrame:
        """Return the model's figures beside those of the reference classes, like with like."""
        import pandas as pd

        counted = self._counted()
        rows = [rate.beside(counted) for rate in self.scenario.reference_classes.values()]
        return pd.DataFrame(rows, columns=[field.name for field in fields(Compared)])

    def _counted(self) -> Counted:
        by_week = zip(self.event_names, self.happened.T.tolist(), strict=True)
        return Counted(
            worlds=self.worlds,
            standing=int(self.in_all["standing"].sum()),
            in_force=int(self.in_all["in_force"].sum()),
            years=self.scenario.calendar.horizon.mean * 7 / 365.25,
            happened={**dict(by_week), "ended": self.ended.cumsum().tolist()},
        )

    def _shown(self) -> list[int]:
        declared = len(self.scenario.outcomes)
        return list(range(declared + (1 if self.outcomes[:, -1].any() else 0)))

    def _labels(self) -> list[tuple[str, str]]:
        labels = [*self.scenario.outcome_labels.items(), (OTHER, "Anything else")]
        return [labels[code] for code in self._shown()]

    def _dates(self) -> list[datetime.date]:
        start = self.scenario.calendar.start
        return [start + datetime.timedelta(weeks=week) for week in range(self.weeks)]
