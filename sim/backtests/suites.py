"""A suite: how its file is read, what its cases ask the engine, and how the answers are scored.

A new one is a class here and its line in `SUITES`. Answers are counts of worlds, `{question:
{answer: worlds}}`: where a proposal's issue was settled; whether there was a deal, and which split.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from math import log
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from sim.analysis import scores
from sim.backtests import scenarios
from sim.backtests.baselines import divisions
from sim.backtests.cases import Division, Proposal, Reading
from sim.backtests.reading.casino import read_casino
from sim.backtests.reading.deu import read_deu
from sim.backtests.reading.dond import read_dond
from sim.backtests.scenarios import Traits
from sim.draws.streams import Floats
from sim.scenario.scenario import Scenario
from sim.talks.record import Record

Case = Proposal | Division
Counts = dict[str, dict[str, int]]
Row = dict[str, Any]  # of a decision that was scored

DEAL, SPLIT = "deal", "split"


class Suite(ABC):
    """One kind of file with real negotiations."""

    name: ClassVar[str]
    title: ClassVar[str]
    cases: ClassVar[str]  # what its cases are called
    decisions: ClassVar[str]  # what is scored in them
    outcome: ClassVar[str]  # what is said of these, as a quantity
    alone: ClassVar[bool]  # whether chance decides each of these by itself, given its case

    @abstractmethod
    def read(self, file: Path) -> Reading[Any]:
        """Return the cases of a file, as it is published.

        Raises:
            ScenarioError: when it is no file of this kind.
        """

    @abstractmethod
    def scenario(self, case: Any, traits: Traits) -> Scenario:
        """Return the scenario of a case."""

    @abstractmethod
    def counted(self, case: Any, scenario: Scenario, record: Record) -> Counts:
        """Return in how many worlds each answer came out."""

    @abstractmethod
    def scored(self, case: Any, counts: Counts, smoothing: float) -> Iterator[Row]:
        """Yield a row for each decision of a case: its losses, by metric, and its PIT."""


class Deu(Suite):
    """Decisions of the European Union: many actors, issues on a line (Thomson 2011)."""

    name = "deu"
    title = "Decisions of the European Union"
    cases, decisions = "proposals", "issues"
    outcome = "where an issue is settled"
    alone = False  # the issues of a proposal are settled in one text

    def read(self, file: Path) -> Reading[Proposal]:
        """Return the proposals of a file."""
        return read_deu(file)

    def scenario(self, case: Proposal, traits: Traits) -> Scenario:
        """Return the scenario of a proposal."""
        return scenarios.of_proposal(case, traits)

    def counted(self, case: Proposal, scenario: Scenario, record: Record) -> Counts:
        """Return in how many worlds each issue was settled at each place."""
        signed = record.option[record.signed]
        return {
            name: dict(
                zip(clause.options, _counts(signed[:, column], len(clause.options)), strict=True)
            )
            for column, (name, clause) in enumerate(scenario.clauses.items())
        }

    def scored(self, case: Proposal, counts: Counts, smoothing: float) -> Iterator[Row]:
        """Yield a row for each issue whose outcome is known."""
        for issue in case.issues:
            if issue.outcome is not None:
                values, chances = law_of_places(counts[issue.name])
                mean = float(values @ chances)
                yield {
                    "decision": issue.name,
                    "outcome": issue.outcome,
                    "mean": mean,
                    "crps": scores.crps(values, chances, issue.outcome),
                    "mae": abs(mean - issue.outcome),
                    **_pit(values, chances, issue.outcome),
                }


class Divisions(Suite):
    """Two people divide items that each values in its own way."""

    cases, decisions = "contexts", "dialogues"
    outcome = "the points of who speaks first"
    alone = True  # each by two people of its own

    def scenario(self, case: Division, traits: Traits) -> Scenario:
        """Return the scenario of a division."""
        return scenarios.of_division(case, traits)

    def counted(self, case: Division, scenario: Scenario, record: Record) -> Counts:
        """Return in how many worlds there was a deal, and each split."""
        options = [list(clause.options) for clause in scenario.clauses.values()]
        splits = dict.fromkeys(map(name_of_split, splits_of(case)), 0)
        for chosen in record.option[record.signed].tolist():
            names = [options[row][option] for row, option in enumerate(chosen)]
            splits[name_of_split(scenarios.split_of(names))] += 1
        deals = int(record.signed.sum())
        return {DEAL: {"yes": deals, "no": len(record.signed) - deals}, SPLIT: splits}

    def scored(self, case: Division, counts: Counts, smoothing: float) -> Iterator[Row]:
        """Yield a row for each dialogue; a split is scored where there was a deal."""
        deals, all_worlds = counts[DEAL]["yes"], sum(counts[DEAL].values())
        chance = deals / all_worlds
        whole = -np.log(
            (np.array([all_worlds - deals, deals]) + smoothing) / (all_worlds + 2 * smoothing)
        )
        worlds = np.array([counts[SPLIT][name_of_split(each)] for each in splits_of(case)])
        law = (worlds + smoothing) / (worlds + smoothing).sum()
        gains = np.array([scenarios.points_of(case, split)[0] for split in splits_of(case)])
        places = {split: place for place, split in enumerate(splits_of(case))}
        for number, ending in enumerate(case.endings):
            row: Row = {
                "decision": str(number),
                "deal": ending is not None,
                "chance": chance,
                "brier": (chance - (ending is not None)) ** 2,
                "log_loss": float(whole[int(ending is not None)]),
            }
            if ending is not None:
                gain = float(gains[places[ending]])
                row["outcome"], row["mean"] = gain, float(gains @ law)
                row["split_log_loss"] = -log(law[places[ending]])
                row["log_loss"] += row["split_log_loss"]
                row |= _pit(*_merged(gains, law), gain)
            yield row


class DealOrNoDeal(Divisions):
    """Deal or No Deal (Lewis et al. 2017)."""

    name = "dond"
    title = "Deal or No Deal"

    def read(self, file: Path) -> Reading[Division]:
        """Return the contexts of a file."""
        return read_dond(file)


class Casino(Divisions):
    """CaSiNo: campsite negotiations (Chawla et al. 2021)."""

    name = "casino"
    title = "CaSiNo"

    def read(self, file: Path) -> Reading[Division]:
        """Return the contexts of a file."""
        return read_casino(file)


SUITES: Mapping[str, Suite] = {each.name: each for each in (Deu(), DealOrNoDeal(), Casino())}


def splits_of(case: Division) -> list[tuple[int, ...]]:
    """Return every split: how many of each item the first gets."""
    return [tuple(row) for row in divisions.splits(case.counts).tolist()]


def name_of_split(split: tuple[int, ...]) -> str:
    """Return what a split is called.

    >>> name_of_split((1, 0, 2))
    '1_0_2'
    """
    return "_".join(map(str, split))


def law_of_places(counts: Mapping[str, int]) -> tuple[Floats, Floats]:
    """Return the places (n,) and the chances (n,) of what worlds settled on."""
    values = np.array([scenarios.place_of(option) for option in counts])
    worlds = np.array(list(counts.values()), dtype=float)
    return values, worlds / worlds.sum()


def _counts(options: np.ndarray, size: int) -> list[int]:
    return [int(n) for n in np.bincount(options, minlength=size)]


def _pit(values: Floats, chances: Floats, outcome: float) -> Row:
    low, high = scores.pit(values, chances, outcome)
    return {"pit_low": low, "pit_high": high}


def _merged(values: Floats, chances: Floats) -> tuple[Floats, Floats]:
    """Return a law with each value once."""
    found, places = np.unique(values, return_inverse=True)
    return found, np.bincount(places, weights=chances).astype(float)
