"""What happened in many worlds, counted: the odds, their totals, what happens by when.

Worlds that contradict what is known do not count; the others count by the weight of their draw.
The tally keeps counts only, so memory does not grow with the number of worlds.
"""

from __future__ import annotations

import datetime
from dataclasses import fields
from math import ldexp
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.weights import Weights, in_units, power_of_largest
from sim.draws.streams import Floats, Ints
from sim.errors import problem
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

    from sim.bargaining.arrays import Array

UNSETTLED = 1e-6  # values of an equilibrium that change by more have not come to rest
TOTALS = {
    "signed": "Any text signed",
    "in_force": "Any settlement that comes into force",
    "standing": "Any settlement that comes into force and stands",
}


class Tally:
    """Counts over worlds, from which every table of a run is made.

    Attributes:
        worlds_played: how many worlds there were, those that contradict what is known among them.
        log_weight: of each draw: (D,).
        form: in which each draw was modelled, an index into the scenario's forms: (D,).
        outcomes: how many of each draw's worlds that count ended in each outcome: (D, O).
        in_all: how many signed a text, have one in force, have one that stands: (D,) each.
        answered: how many give each question its yes: (D, Q).
        settled: the weight of the worlds whose outcome was settled in each week: (T, O).
        happened: that of those in which each event has happened by each week: (T, E).

    Weights are in units of a power of two that grows with the largest (`in_units`): 1 where no
    draw weighs more than another.
    """

    def __init__(self, scenario: Scenario, draws: int, replications: int) -> None:
        self.scenario, self.draws, self.replications = scenario, draws, replications
        self.space = space_of(scenario)
        calendar = scenario.calendar
        watched = scenario.aftermath.weeks
        self.weeks = int(np.ceil(calendar.horizon.mean + watched)) + 1
        kinds = len(scenario.outcomes) + 1
        self.worlds_played, self.log_weight = 0, np.zeros(draws)
        self.form = np.zeros(draws, dtype=np.int64)
        self._unit = power_of_largest(np.zeros(0))
        self.outcomes = np.zeros((draws, kinds), dtype=np.int64)
        self.settled = np.zeros((self.weeks, kinds))
        options = sum(len(names) for names in self.space.options)
        self.signed_options, self.first_options = np.zeros((2, options))
        self.in_all = {name: np.zeros(draws, dtype=np.int64) for name in TOTALS}
        self.event_names = list(events_of(scenario))
        self.asked = asked_of(scenario)
        self.answered = np.zeros((draws, len(self.asked)), dtype=np.int64)
        # Of W k, W^2 k^2 and W^2 k n, where k of the n worlds of a draw of weight W have it.
        self.happened, self._squares, self._products = np.zeros(
            (3, self.weeks, len(self.event_names))
        )
        self.ended = np.zeros(self.weeks)
        self.foreseen, self.unsettled, self.ended_signed = np.zeros((3, draws), dtype=np.int64)
        self.hopeless = np.zeros(draws)

    def update(self, record: Record) -> None:
        """Count more worlds: of each draw all that there are, draws in order."""
        self.worlds_played += len(record.world)
        of_worlds = record.world // self.replications
        self.log_weight[of_worlds], self.form[of_worlds] = record.log_weight, record.form
        if not record.counts.all():
            record = record.of(np.flatnonzero(record.counts))
        if len(record.world):
            self._count(record, record.world // self.replications, self._weigh(record))

    def _weigh(self, record: Record) -> Floats:
        """Return the weight of each world, after all sums have taken a larger unit if need be."""
        unit = max(self._unit, power_of_largest(record.log_weight))
        smaller = ldexp(1.0, self._unit - unit)
        texts = self.signed_options, self.first_options
        for sums in (self.settled, self.happened, self.ended, *texts):
            np.multiply(sums, smaller, out=sums)
        for squares in (self._squares, self._products):
            np.multiply(squares, smaller**2, out=squares)
        self._unit = unit
        return in_units(record.log_weight, unit)

    def _count(self, record: Record, draw: Ints, weight: Floats) -> None:
        """Count worlds of some draws (W,), each by its weight (W,) where draws are summed over."""
        np.add.at(self.outcomes, (draw, record.outcome), 1)
        settled = self._step(record.settled_week), record.outcome
        np.add.at(self.settled, settled, weight)
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
        np.add.at(self.ended, self._step(record.week[over]), weight[over])
        self._note_events(record, draw, weight)
        np.add.at(self.foreseen, draw[np.isfinite(record.step)], 1)
        np.add.at(self.hopeless, draw, np.nan_to_num(record.hopeless))
        np.add.at(self.unsettled, draw[record.step > UNSETTLED], 1)
        np.add.at(self.ended_signed, draw[record.signed], 1)
        signed = record.signed
        self._note_options(self.signed_options, record.option[signed], weight[signed])
        self._note_options(self.first_options, record.first_option, weight)

    def _note_events(self, record: Record, draw: Ints, weight: Floats) -> None:
        """Count the worlds, draw by draw, in which each event has happened by each week."""
        _, first, sizes = np.unique(draw, return_index=True, return_counts=True)
        place, weights = np.repeat(np.arange(len(first)), sizes), weight[first]
        for event, week in enumerate(record.event_week.T):
            known = np.flatnonzero(~np.isnan(week))
            some, column = np.unique(place[known], return_inverse=True)
            by_draw = np.zeros((self.weeks, len(some)), dtype=np.int64)
            np.add.at(by_draw, (self._step(week[known]), column), 1)
            by_draw = by_draw.cumsum(axis=0)
            weighed = weights[some] * by_draw
            _add(self.happened[:, event], weighed)
            _add(self._squares[:, event], weighed**2)
            _add(self._products[:, event], weights[some] * sizes[some] * weighed)

    def _step(self, week: Floats) -> Ints:
        """Return the first whole week from the start by whose day something has happened: (W,)."""
        return np.clip(-(-day_of(week) // 7), 0, self.weeks - 1)

    @property
    def signed(self) -> Ints:
        """Return how many of each draw's worlds signed a text: (D,)."""
        return self.in_all["signed"]

    def _note_options(self, sums: Floats, options: Ints, weight: Floats) -> None:
        """Add the weight of each text to its options (W, C)."""
        sizes = [len(names) for names in self.space.options]
        for column, start in enumerate(np.cumsum([0, *sizes[:-1]])):
            np.add.at(sums, start + options[:, column], weight)

    @property
    def equilibrium(self) -> dict[str, float] | None:
        """Return how good the solutions of the tactic `equilibrium` are; none without it.

        `hopeless_offers` is the mean probability of offers that the others would accept with a
        chance below .01, `unsettled` the share of worlds whose values reach no stationary point.
        """
        if not self.foreseen.any():
            return None
        foreseen = self._weighed(self.foreseen)
        return {
            "hopeless_offers": round(self._weighed(self.hopeless) / foreseen, 6),
            "unsettled": round(self._weighed(self.unsettled) / foreseen, 6),
        }

    @property
    def worlds_counted(self) -> int:
        """Return how many worlds contradict nothing that is known."""
        return int(self.outcomes.sum())

    @property
    def weights(self) -> Weights:
        """Return how much each draw counts.

        Raises:
            ScenarioError: when no world does.
        """
        sizes = self.outcomes.sum(axis=1)
        if not ((sizes > 0) & (self.log_weight > -np.inf)).any():
            rule = (
                f"none of {self.worlds_played:,} worlds agrees with what is known: ask for more "
                "draws, or look at what is stated as known"
            )
            raise problem("ensemble.draws", rule, self.draws)
        return Weights(sizes, self.log_weight)

    @property
    def effective_draws(self) -> float:
        """Return how many draws of equal weight the draws are worth."""
        return self.weights.effective_draws

    def _weighed(self, counts: Array) -> float:
        """Return the sum of a number of each draw (D,), by the draws' weights."""
        return float(self.weights.weight @ counts)

    def odds(self) -> pd.DataFrame:
        """Return the odds of each declared outcome, and of `other` where it came up."""
        from sim.analysis.odds import odds_table

        return odds_table(self.outcomes[:, self._shown()], self.weights, self._labels())

    def timeline(self) -> pd.DataFrame:
        """Return the share of worlds in which each outcome was settled by each date."""
        from sim.analysis.odds import timeline_table

        return timeline_table(
            self._dates(), self.settled[:, self._shown()], self.weights.total, self._labels()
        )

    def events(self) -> pd.DataFrame:
        """Return the probability that each event has happened by each date."""
        from sim.analysis.odds import Happened, events_table

        happened = Happened(self.happened, self._squares, self._products)
        return events_table(self._dates(), happened, self.weights, self.event_names)

    def totals(self) -> pd.DataFrame:
        """Return the odds of what everyone asks for first: signed, in force, standing."""
        from sim.analysis.odds import totals_table

        counts = np.column_stack([self.in_all[name] for name in TOTALS])
        return totals_table(counts, self.weights, list(TOTALS.items()))

    def questions(self) -> pd.DataFrame:
        """Return the odds of each question that the scenario asks."""
        from sim.analysis.odds import questions_table

        asked = [(each.id, each.label, each.by) for each in self.asked]
        return questions_table(self.answered, self.weights, asked)

    def clauses(self) -> pd.DataFrame:
        """Return the share of each option among signed texts and among first texts."""
        from sim.analysis.odds import clauses_table

        names = [
            (clause, option)
            for clause, options in zip(self.space.clauses, self.space.options, strict=True)
            for option in options
        ]
        counts = self.signed_options, self.first_options
        texts = self._weighed(self.ended_signed), self.weights.total
        table = clauses_table(names, *counts, *texts)
        stated = self.scenario.clauses
        return table.assign(
            clause_label=[stated[clause].label for clause, _ in names],
            option_label=[stated[clause].options[option].label for clause, option in names],
        )

    def forms(self) -> pd.DataFrame:
        """Return each form's own odds of each outcome; no row where the scenario has no forms."""
        from sim.analysis.forms import forms_table

        names, shown = [name for name in self.scenario.in_forms if name], self._shown()
        outcomes = [name for name, _ in self._labels()]
        return forms_table(self.outcomes[:, shown], self.weights, self.form, names, outcomes)

    @property
    def form_weights(self) -> dict[str, dict[str, float | None]]:
        """Return each form's weight before and after, and its own odds of a signature."""
        from sim.analysis.forms import summary

        stated = self.scenario.forms
        before = {name: stated[name].mean for name in self.scenario.in_forms if name}
        return summary(before, self.signed, self.weights, self.form)

    def base_rates(self) -> pd.DataFrame:
        """Return the model's figures beside those of the reference classes, like with like."""
        import pandas as pd

        counted = self._counted()
        rows = [rate.beside(counted) for rate in self.scenario.reference_classes.values()]
        return pd.DataFrame(rows, columns=[field.name for field in fields(Compared)])

    def _counted(self) -> Counted:
        by_week = zip(self.event_names, self.happened.T.tolist(), strict=True)
        return Counted(
            worlds=self.weights.total,
            standing=self._weighed(self.in_all["standing"]),
            in_force=self._weighed(self.in_all["in_force"]),
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


def _add(sums: Floats, terms: Floats) -> None:
    """Add terms (T, D) to sums (T,) one after the other: the same whatever comes at once."""
    if terms.shape[1]:
        sums[:] = np.cumsum(np.column_stack([sums, terms]), axis=1)[:, -1]
