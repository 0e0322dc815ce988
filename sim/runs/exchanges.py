"""The groups of a run's numbers, and what each does with all that it does together with others.

Groups are of an actor, of a kind, of a common factor. Their total-order indices are told of worlds
that are played with a group's numbers from another seed, paired with those of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from sim.analysis.total_order import Played, total_table
from sim.draws.streams import Purpose
from sim.play.crossed import Addresses, Exchange, addresses_of, without_evidence
from sim.play.ensemble import Ensemble
from sim.play.executors import SERIAL, Executor
from sim.play.sought import Sought
from sim.scenario.labels import FORM, label_of
from sim.scenario.scenario import Scenario
from sim.show.reports.posterior import kind_of

ACTOR, KIND, FACTOR = "actor", "kind", "common factor"
NOBODY = "No actor's own"
Group = tuple[str, str]  # by what, and which
_OTHER_SEED = 1  # how far the seed of the numbers that are exchanged lies from a run's
Progress = Callable[[int], None]


class Stated(Protocol):
    """What is asked of a run."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Return what it says of itself."""

    @property
    def scenario(self) -> Scenario:
        """Return what was negotiated."""


def groups_of(scenario: Scenario, path: str) -> Iterator[Group]:
    """Yield the groups that a number is of; errors about others are kinds, and no actor's."""
    if path == FORM:
        yield KIND, label_of(scenario, path)
        return
    yield KIND, kind_of(path)
    number = scenario.numbers.get(path)
    if number is not None:
        yield ACTOR, _actor(scenario, path)
        if number.common:
            yield FACTOR, scenario.factors[number.common.factor]


def _actor(scenario: Scenario, path: str) -> str:
    first, name, *_ = [*path.split("."), ""]
    return scenario.actors[name].label if first == "actors" else NOBODY


def total_orders(
    run: Stated, of: Sought, executor: Executor = SERIAL, progress: Progress | None = None
) -> pd.DataFrame:
    """Return the total-order index of each group of numbers, before evidence: by, group, total ...

    Raises:
        ScenarioError: when an actor's utilities have no scale in some draw.
        ChildProcessError: when a process died.
    """
    said = run.manifest
    stated = Ensemble(run.scenario, said["seed"], said["draws"], said["replications"])
    ensemble, groups = without_evidence(stated), exchanged(run.scenario)
    done = 0

    def played(taken: Addresses) -> Played:
        nonlocal done
        exchange = Exchange(ensemble, ensemble.seed + _OTHER_SEED, taken)
        tell = None if progress is None else lambda worlds: progress(done + worlds)
        where = [of.where(table) for table in exchange.played(executor, tell)]
        done += ensemble.worlds
        return Played(np.concatenate(where).reshape(ensemble.draws, -1).astype(float))

    before = played(frozenset())
    after = {group: played(taken) for group, taken in groups.items()}
    table = total_table(before, {str(n): each for n, each in enumerate(after.values())})
    names = [list(groups)[int(number)] for number in table["group"]]
    columns = {"by": [by for by, _ in names], "group": [group for _, group in names]}
    return pd.DataFrame({**columns, "total": table["total"], "error": table["error"]})


def worlds_to_play(run: Stated) -> int:
    """Return how many worlds total-order indices take."""
    return int(run.manifest["worlds"]) * (1 + len(exchanged(run.scenario)))


def exchanged(scenario: Scenario) -> dict[Group, Addresses]:
    """Return the groups whose numbers are exchanged, with the addresses that those are drawn from.

    Common factors are groups of their own: what numbers of an actor share by them is not its own.
    """
    found: dict[Group, set[tuple[Purpose, str]]] = {}
    for purpose, name in addresses_of(scenario):
        for group in _groups_of_address(scenario, purpose, name):
            found.setdefault(group, set()).add((purpose, name))
    return {group: frozenset(taken) for group, taken in found.items()}


def _groups_of_address(scenario: Scenario, purpose: Purpose, name: str) -> Iterator[Group]:
    if purpose == Purpose.FACTOR:
        yield FACTOR, scenario.factors[name]
    elif name == "forms":
        if len(scenario.in_forms) > 1:
            yield KIND, label_of(scenario, FORM)
    else:
        yield ACTOR, _actor(scenario, name)
        yield KIND, kind_of(name)
