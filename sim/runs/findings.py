"""What stands out in a run: who stands in the way, what matters most, what would change most.

Each is one number with its interval, told from the run's own worlds, and the command that shows
more of it. What a run of an earlier format cannot tell is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.importance import tails
from sim.analysis.odds import Interval, monte_carlo_interval
from sim.analysis.weights import Weights
from sim.draws.streams import Floats, Ints
from sim.errors import ScenarioError
from sim.runs.drivers import Drivers, counted, drivers
from sim.scenario.labels import FORM
from sim.show.reports import findings as said

if TYPE_CHECKING:
    from sim.runs.run import Run

OF = "signed"
MATTERS, CHANGES = "What matters most?", "What would change most?"


@dataclass(frozen=True)
class Finding:
    """Something that stands out, and where more of it is told.

    Attributes:
        asks: what it answers.
        says: the answer, with its number and interval.
        command: what shows more.
    """

    asks: str
    says: str
    command: str


End = tuple[float, Interval]  # odds, and what chance leaves around them


def findings(run: Run) -> tuple[Finding, ...]:
    """Return what stands out in a run; what it does not keep, or chance may make, is left out."""
    return tuple(finding for finding in _found(run) if finding.says)


def _found(run: Run) -> Iterator[Finding]:
    asks = "Who stands in the way?"
    try:
        refused = run.why().finding()
        says = refused and f"Where nothing is signed: {refused}"
        yield Finding(asks, says, "parley why RUN")
    except ScenarioError as error:
        yield _untold(asks, error, "parley why RUN")
    try:
        found = drivers(run, OF, grouped=False)
    except ScenarioError as error:
        yield _untold(MATTERS, error, "parley drivers RUN")
    else:
        yield _matters(found)
        yield _would_change(run, found)


def _untold(asks: str, error: ScenarioError, command: str) -> Finding:
    """Return that a run cannot tell something, and why, such as that it is of an earlier format."""
    return Finding(asks, f"Cannot be told: {error.problems[0].rule}.", command)


def _matters(found: Drivers) -> Finding:
    """Return which number explains most of what the odds differ by between draws."""
    first = found.table.iloc[0]
    says = said.matters(first["label"], first["importance"], found.threshold)
    return Finding(MATTERS, says, "parley drivers RUN")


def _would_change(run: Run, found: Drivers) -> Finding:
    """Return which number that a lever sets, or any, the odds differ most by from end to end."""
    set_by_levers = {path for lever in run.scenario.levers.values() for path in lever.changes}
    table = found.table[(found.table["path"] != FORM) & (found.table["sign"] != 0)]
    held = table[table["path"].isin(set_by_levers)]
    command = "parley levers RUN" if set_by_levers else "parley what-if RUN PATH=VALUE"
    if not len(table):
        return Finding(CHANGES, "", command)
    told = held if len(held) else table
    gap = (told["high_mean"] - told["low_mean"]).abs()
    row = told.iloc[int(gap.to_numpy().argmax())]
    ends = ends_of(run.draws[row["path"]].to_numpy(), *counted(run, found.of))
    return Finding(CHANGES, said.would_change(found.of.label, row["label"], *ends), command)


def ends_of(values: Floats, counts: Ints, weights: Weights) -> tuple[End, End]:
    """Return the odds in the draws of the lowest and of the highest twentieth of a number.

    Args:
        values: of the number: (D,).
        counts: worlds of each draw in which it came so: (D,).
        weights: how much each draw counts.
    """
    here = np.flatnonzero(weights.counting)
    low, high = tails(values[here].astype(np.float64), weights.parts[here])
    return _odds(here[low], counts, weights), _odds(here[high], counts, weights)


def _odds(draws: Ints, counts: Ints, weights: Weights) -> End:
    of = Weights(weights.sizes[draws], weights.log_weight[draws])
    return of.mean(counts[draws]), monte_carlo_interval(of.shares(counts[draws]), of)
