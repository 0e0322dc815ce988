"""What would be otherwise: a run's own worlds played again with a change from the day on.

Worlds are paired one by one, and draws keep the weights of the run (`sim.play.changed`); so the
interval of a difference is that of a weighted mean over draws of what the change does in each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from sim.analysis.odds import Difference, paired_difference
from sim.analysis.weights import Weights, times_taken
from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats, Ints
from sim.errors import problem
from sim.play.changed import Held, held, play_changed
from sim.play.ensemble import Ensemble
from sim.play.executors import Executor
from sim.play.recount import Recount, recount
from sim.play.tables import worlds_table
from sim.play.tally import TOTALS
from sim.runs.comparison import in_short
from sim.runs.kept import Source as KeptSource
from sim.runs.kept import Weighed, kept
from sim.scenario.events import asked_of
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario
from sim.settings.changes import changed
from sim.settings.configuration import Configuration, from_the_day_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.show.report import Report

Progress = Callable[[int], None]
PAIRED = ("before", "after", "difference", "low", "high")


class Source(KeptSource, Protocol):
    """Where a run's worlds come from, and what was played."""

    def configuration(self) -> Configuration:
        """Return what was played."""


class Played(Weighed, Protocol):
    """What a what-if asks of a run."""

    @property
    def source(self) -> Source:
        """Return where its parts come from."""


@dataclass(frozen=True, eq=False)
class Told:
    """What worlds came to, by draw: of totals, outcomes and questions.

    Attributes:
        totals: name of each: the share of each draw's worlds that count: (D,).
        outcomes: the same.
        questions: the same, by their ids.
    """

    totals: Mapping[str, Floats]
    outcomes: Mapping[str, Floats]
    questions: Mapping[str, Floats]

    @property
    def every(self) -> dict[str, Floats]:
        """Return all of them."""
        return {**self.questions, **self.outcomes, **self.totals}


@dataclass(frozen=True, eq=False)
class Replay:
    """Worlds of a run, and what it takes to play them again with changes.

    Attributes:
        run: the run.
        ensemble: its worlds.
        counts: the numbers of those that count, of the draws that are taken: (W,).
        weights: how much each draw counts; those that are not taken do not.
        before: what they came to in the run.
    """

    run: Played
    ensemble: Ensemble
    counts: Ints
    weights: Weights
    before: Told

    @property
    def draws(self) -> tuple[int, float]:
        """Return how many draws are played, and how many of equal weight they are worth."""
        return int(self.weights.counting.sum()), self.weights.effective_draws

    @classmethod
    def of(cls, run: Played, draws: int | None = None) -> Replay:
        """Return the worlds of a run, or of so many of its draws, taken by their weight.

        Raises:
            ScenarioError: when it keeps no worlds, has fewer draws, or one draw nearly all weight.
        """
        said, worlds = run.manifest, kept(run)
        every, replications = said["draws"], said["replications"]
        asked = every if draws is None else draws
        if not 2 <= asked <= every:
            rule = f"must be between 2 and {every:,}, as many as the run has"
            raise problem("draws", rule, asked)
        counts, log_weight, many = worlds.counts, worlds.log_weight, every
        if asked < every:
            times, weights = _taken(counts, log_weight, asked)
            many = len(times)
            counts = counts[: many * replications] & np.repeat(times > 0, replications)
            with np.errstate(divide="ignore"):  # a draw that is not taken
                log_weight = np.log(times / np.maximum(weights.sizes, 1))
        found = recount(worlds.worlds.slice(0, len(counts)), run.scenario, many, counts)
        weights = _weights(found.sizes, log_weight)
        ensemble = Ensemble(run.scenario, said["seed"], many, replications)
        return cls(run, ensemble, np.flatnonzero(counts), weights, _told(found, weights))

    def changed(self, changes: Mapping[str, Any]) -> Scenario:
        """Return the scenario with changes from its day on.

        Raises:
            ScenarioError: with everything that is wrong, or that no such change can touch.
        """
        return from_the_day_on(self.run.source.configuration(), changes).scenario

    def play(
        self, scenarios: Sequence[Scenario], executor: Executor, progress: Progress | None = None
    ) -> Iterator[Told]:
        """Yield what the worlds come to in each of some changed scenarios.

        Progress is told the number of the last world done, of each scenario anew.

        Raises:
            ScenarioError: when an actor's utilities have no scale in some draw.
            ChildProcessError: when a process died.
        """
        sittings = list(self._sittings(executor.workers))
        parts = list(executor.map(partial(held, self.ensemble), sittings))
        asked = product(map(self._with, scenarios), parts)
        found = executor.map(_recounted, asked)
        for scenario in scenarios:
            counts = []
            for part in parts:
                counts.append(next(found))
                if progress:
                    progress(int(part.worlds[-1]) + 1)
            yield _told(_summed(scenario, counts), self.weights)

    def difference(self, after: Floats, before: Floats) -> Difference:
        """Return how much more often something happens, from its shares in each draw (D,)."""
        return paired_difference(after, self.weights, before, self.weights)

    def mean(self, shares: Floats) -> float:
        """Return the odds of something, from its share in each draw: (D,)."""
        return float(self.weights.parts @ np.where(self.weights.counting, shares, 0.0))

    def _with(self, scenario: Scenario) -> Ensemble:
        ensemble = self.ensemble
        return Ensemble(scenario, ensemble.seed, ensemble.draws, ensemble.replications)

    def _sittings(self, workers: int) -> Iterator[Ints]:
        """Yield the worlds that are played at once, those that count."""
        for each in self.ensemble.sittings(workers):
            here = self.counts[slice(*np.searchsorted(self.counts, [each.start, each.stop]))]
            if len(here):
                yield here


@dataclass(frozen=True, eq=False, repr=False)
class WhatIf:
    """What a change makes of a run's odds.

    Attributes:
        name: what the run is called.
        title: what was negotiated, how many worlds were played again.
        changes: path, before, after, in words.
        draws: how many draws are paired, worth so many of equal weight.
        totals: total, label, before, after, difference, low, high (95%, t over draws).
        outcomes: outcome, label and the same.
        questions: id, label, by and the same.
    """

    name: str
    title: str
    changes: tuple[tuple[str, str, str], ...]
    draws: tuple[int, float]
    totals: pd.DataFrame
    outcomes: pd.DataFrame
    questions: pd.DataFrame

    def __repr__(self) -> str:
        """Return the differences as a table under the changes."""
        said = "; ".join(f"{path}: {before} -> {after}" for path, before, after in self.changes)
        both = pd.concat([self.totals.drop(columns="total"), self.outcomes.drop(columns="outcome")])
        table = both.to_string(index=False, float_format="{:.3f}".format)
        return f"{said or 'Nothing changes'}\n{table}"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the differences of totals and outcomes with their intervals."""
        from sim.show import figures

        columns = {"total": "outcome"}
        both = pd.concat([self.totals.rename(columns=columns), self.outcomes], ignore_index=True)
        said = "; ".join(f"{path} = {after}" for path, _, after in self.changes)
        return figures.differences(both, f"{self.title}. {said or 'Nothing changed'}", ax)

    def report(self, figure: Path | None = None) -> Report:
        """Return what is told of it, with the file that it is drawn in, if it is."""
        from sim.show.reports.levers import what_if_report

        tables = (self.totals, self.outcomes, self.questions)
        return what_if_report(self.name, self.title, self.changes, self.draws, *tables, figure)


def what_if(
    run: Played,
    changes: Mapping[str, Any],
    executor: Executor,
    progress: Progress | None = None,
) -> WhatIf:
    """Return what becomes of a run's odds where something changes from the scenario's day on.

    Raises:
        ScenarioError: when a change is wrong or no change from the day on, or the run keeps no
            worlds.
        ChildProcessError: when a process died.
    """
    replay = Replay.of(run)
    scenario = replay.changed(changes)
    (after,) = replay.play([scenario], executor, progress)
    asked = {each.id: (each.label, each.by) for each in asked_of(run.scenario)}
    labels = labels_of(run.scenario)
    return WhatIf(
        run.name,
        title_of(run, len(replay.counts)),
        said_of(run.scenario, scenario),
        replay.draws,
        _compared(replay, "total", TOTALS, replay.before.totals, after.totals),
        _compared(replay, "outcome", labels, replay.before.outcomes, after.outcomes),
        _questions(replay, asked, after),
    )


def title_of(run: Played, worlds: int) -> str:
    """Return what was negotiated, and how many worlds were played again."""
    return f"{run.scenario.title}: {worlds:,} worlds played again, seed {run.manifest['seed']}"


def said_of(before: Scenario, after: Scenario) -> tuple[tuple[str, str, str], ...]:
    """Return what differs between two scenarios in words: path, before, after."""
    return tuple((e.path, in_short(e.before), in_short(e.after)) for e in changed(before, after))


def labels_of(scenario: Scenario) -> dict[str, str]:
    """Return the label of each outcome, of `other` too."""
    return {**scenario.outcome_labels, OTHER: "Anything else"}


def _compared(
    replay: Replay,
    name: str,
    labels: Mapping[str, str],
    before: Mapping[str, Floats],
    after: Mapping[str, Floats],
) -> pd.DataFrame:
    """Return a row of odds before and after for each thing that came up, or is declared."""
    rows = []
    for each, label in labels.items():
        was, now = replay.mean(before[each]), replay.mean(after[each])
        if each == OTHER and not was + now:
            continue
        found = replay.difference(after[each], before[each])
        rows.append((each, label, was, now, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=[name, "label", *PAIRED])


def _questions(replay: Replay, asked: Mapping[str, tuple[str, Any]], after: Told) -> pd.DataFrame:
    labels = {name: label for name, (label, _) in asked.items()}
    table = _compared(replay, "id", labels, replay.before.questions, after.questions)
    days = np.array([by for _, by in asked.values()], dtype="datetime64[s]")
    table.insert(2, "by", days)
    return table


def _recounted(asked: tuple[Ensemble, Held]) -> tuple[Ints, Ints, Ints]:
    """Play some changed worlds; return how many of each draw came to what, as `Recount` has it."""
    ensemble, part = asked
    record = play_changed(ensemble, part)
    worlds = worlds_table(ensemble.scenario, ensemble.replications, record)
    every = np.ones(len(record.world), dtype=bool)
    found = recount(worlds, ensemble.scenario, ensemble.draws, every)
    return found.outcomes, found.in_all, found.answered


def _summed(scenario: Scenario, counts: Sequence[tuple[Ints, Ints, Ints]]) -> Recount:
    outcomes, in_all, answered = (np.sum(each, axis=0) for each in zip(*counts, strict=True))
    return Recount(scenario, outcomes, in_all, answered)


def _taken(counts: Flags, log_weight: Floats, asked: int) -> tuple[Ints, Weights]:
    """Return how often each of a run's first draws is taken, and what these count: (D,).

    Of so many as are worth those asked for, of equal weight; of all where these are worth less.
    """
    weights = _weights(counts.reshape(len(log_weight), -1).sum(axis=1), log_weight)
    mass, squares = weights.mass.cumsum(), (weights.mass**2).cumsum()
    enough = np.flatnonzero((squares > 0) & (mass**2 >= asked * squares))
    first = weights.first(int(enough[0]) + 1 if len(enough) else len(mass))
    return times_taken(first.parts, asked), first


def _weights(sizes: Ints, log_weight: Floats) -> Weights:
    """Return how much each draw counts.

    Raises:
        ScenarioError: when one draw has nearly all the weight, or none has any.
    """
    some = (sizes > 0) & (log_weight > -np.inf)
    worth = Weights(sizes, log_weight) if some.any() else None
    if worth is None or worth.effective_draws < 2:
        rule = "leave one draw with nearly all the weight; a difference needs two: take more"
        raise problem("draws", rule, len(log_weight))
    return worth


def _told(found: Recount, weights: Weights) -> Told:
    def shares(names: Sequence[str], counts: Ints) -> dict[str, Floats]:
        return dict(zip(names, (weights.shares(column) for column in counts.T), strict=True))

    return Told(
        shares(list(TOTALS), found.in_all),
        shares(list(labels_of(found.scenario)), found.outcomes),
        shares([each.id for each in asked_of(found.scenario)], found.answered),
    )
