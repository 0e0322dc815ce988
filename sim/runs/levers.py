"""What would change them: each lever of a run's scenario played alone, and all pairs.

A pair's interaction is what both do together beyond the sum of what each does alone: 0 where they
add up. All are played on the same worlds, so it is known as surely as the differences are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.odds import Difference
from sim.draws.streams import Floats
from sim.errors import ScenarioError, problem, unknown
from sim.play.executors import Executor
from sim.play.tally import TOTALS
from sim.runs.what_if import PAIRED, Played, Progress, Replay, labels_of, said_of, title_of
from sim.scenario.events import asked_of
from sim.scenario.levers import Lever
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.show.report import Report

DRAWS = 100  # that levers are played on, where not said otherwise
_INTERACTION = ("interaction", "interaction_low", "interaction_high")
Pair = tuple[str, str]
Together = tuple[str, ...]  # levers that are pulled at once


@dataclass(frozen=True, eq=False, repr=False)
class Levers:
    """What each lever, and each pair of them, makes of the chance of something.

    Attributes:
        name: what the run is called.
        title: what was negotiated, how many worlds were played for each.
        of: the total, outcome or question whose chance is told.
        label: the same in words.
        draws: how many draws are paired, worth so many of equal weight.
        alone: lever, label, before, after, difference, low, high (95%, t over draws), changes (how
            many numbers and parts), basis, why: the largest difference first.
        pairs: first, second, before, after, difference, low, high, interaction (beyond the sum of
            both alone), interaction_low, interaction_high: the largest difference first.
        clashing: pairs that set one path to different values, and are not played.
        idle: levers that change nothing here.
    """

    name: str
    title: str
    of: str
    label: str
    draws: tuple[int, float]
    alone: pd.DataFrame
    pairs: pd.DataFrame
    clashing: tuple[Pair, ...]
    idle: tuple[str, ...]

    def __repr__(self) -> str:
        """Return the levers as a table."""
        table = self.alone[["label", *PAIRED]]
        return f"{self.label}\n{table.to_string(index=False, float_format='{:.3f}'.format)}"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what each lever changes, with its interval."""
        from sim.show import figures

        return figures.levers(self.alone, self.label, self.title, ax)

    def report(self, figure: Path | None = None) -> Report:
        """Return what is told of it, with the file that it is drawn in, if it is."""
        from sim.show.reports.levers import levers_report

        labels = dict(zip(self.alone["lever"], self.alone["label"], strict=True))
        return levers_report(
            self.name,
            self.title,
            self.label,
            self.draws,
            self.alone,
            self.pairs,
            [(labels[one], labels[other]) for one, other in self.clashing],
            [labels[each] for each in self.idle],
            figure,
        )


def levers(
    run: Played,
    of: str,
    draws: int | None,
    executor: Executor,
    progress: Progress | None = None,
    pairs: bool = True,
) -> Levers:
    """Return what each lever of a run's scenario, and each pair, makes of the chance of something.

    Args:
        run: whose worlds are played again.
        of: a total (signed, in_force, standing), an outcome, or the id of a question.
        draws: on so many of its draws, taken by their weight; None: 100, or all if fewer.
        executor: where to play.
        progress: told how many levers and pairs are done.
        pairs: whether to play pairs too.

    Raises:
        ScenarioError: when the scenario has no levers, one is wrong, nothing is called `of`, or the
            run keeps no worlds or fewer draws.
        ChildProcessError: when a process died.
    """
    stated = run.scenario.levers
    if not stated:
        rule = "are none in this scenario; `parley what-if RUN PATH=VALUE` plays any change"
        raise problem("levers", rule)
    label = _label(run.scenario, of)
    replay = Replay.of(run, min(DRAWS, run.manifest["draws"]) if draws is None else draws)
    played = [each for each in _played(stated) if pairs or len(each) == 1]
    scenarios = {each: _together(replay, stated, each) for each in played}
    found = replay.play(list(scenarios.values()), executor)
    shares: dict[Together, Floats] = {(): replay.before.every[of]}
    for each, told in zip(scenarios, found, strict=True):
        shares[each] = told.every[of]
        if progress:
            progress(len(shares) - 1)
    changes = {name: said_of(run.scenario, scenarios[name,]) for name in stated}
    return Levers(
        run.name,
        title_of(run, len(replay.counts)),
        of,
        label,
        replay.draws,
        _ranked(_alone(replay, stated, shares, changes)),
        _ranked(_pairs(replay, shares)),
        tuple(pair for pair in combinations(stated, 2) if pairs and _clash(stated, pair)),
        tuple(name for name in stated if not changes[name]),
    )


def levers_played(scenario: Scenario) -> int:
    """Return how many times worlds are played for a scenario's levers: alone, and in pairs."""
    return len(_played(scenario.levers))


def _played(stated: Mapping[str, Lever]) -> list[Together]:
    """Return which levers are pulled together: each alone, then all pairs that do not clash."""
    pairs = [pair for pair in combinations(stated, 2) if not _clash(stated, pair)]
    return [*((name,) for name in stated), *pairs]


def _label(scenario: Scenario, of: str) -> str:
    asked = {each.id: f"{each.label}, by {each.by}" for each in asked_of(scenario)}
    known = {**asked, **labels_of(scenario), **TOTALS}
    if of not in known:
        raise problem("of", unknown("total, outcome or question", of, known), of)
    return known[of]


def _clash(stated: Mapping[str, Lever], pair: Pair) -> bool:
    """Return whether two levers set one path otherwise, or one a part of what the other sets."""
    one, other = (stated[name].changes for name in pair)
    return any(
        one[a] != other[b] if a == b else f"{a}.".startswith(f"{b}.") or b.startswith(f"{a}.")
        for a in one
        for b in other
    )


def _together(replay: Replay, stated: Mapping[str, Lever], names: Together) -> Scenario:
    """Return the scenario with the changes of some levers.

    Raises:
        ScenarioError: naming the levers, when something is wrong with their changes.
    """
    changes = {path: value for name in names for path, value in stated[name].changes.items()}
    try:
        return replay.changed(changes)
    except ScenarioError as error:
        place = " with ".join(f"levers.{name}" for name in names)
        wrong = (replace(each, field=f"{place}: {each.field}") for each in error.problems)
        raise ScenarioError(*wrong) from None


def _alone(
    replay: Replay,
    stated: Mapping[str, Lever],
    shares: Mapping[Together, Floats],
    changes: Mapping[str, Sequence[object]],
) -> pd.DataFrame:
    def rows() -> Iterator[tuple[object, ...]]:
        for name, lever in stated.items():
            basis = lever.basis if isinstance(lever.basis, str) else ", ".join(lever.basis)
            paired = _paired(replay, shares[name,], shares[()])
            yield (name, lever.label, *paired, len(changes[name]), basis, lever.why or "")

    return pd.DataFrame(rows(), columns=["lever", "label", *PAIRED, "changes", "basis", "why"])


def _pairs(replay: Replay, shares: Mapping[Together, Floats]) -> pd.DataFrame:
    def rows() -> Iterator[tuple[object, ...]]:
        for pair in (each for each in shares if len(each) == 2):
            both, one, other, was = shares[pair], shares[pair[:1]], shares[pair[1:]], shares[()]
            beyond = interaction(replay, both, one, other, was)
            yield (*pair, *_paired(replay, both, was), beyond.mean, beyond.low, beyond.high)

    return pd.DataFrame(rows(), columns=["first", "second", *PAIRED, *_INTERACTION])


def _paired(replay: Replay, now: Floats, was: Floats) -> tuple[float, ...]:
    """Return the odds before and after, and their difference with its interval."""
    found = replay.difference(now, was)
    return replay.mean(was), replay.mean(now), found.mean, found.low, found.high


def interaction(
    replay: Replay, both: Floats, one: Floats, other: Floats, was: Floats
) -> Difference:
    """Return what two changes do together beyond the sum of both: shares of each draw (D,)."""
    found = replay.difference((both + was) / 2, (one + other) / 2)
    return Difference(2 * found.mean, 2 * found.low, 2 * found.high, found.draws)


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    order = np.argsort(-table["difference"].to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)
