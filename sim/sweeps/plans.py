"""What a sweep is to do: a design over one configuration, checked before anything runs.

All points share the seed unless it is swept, so that their differences are paired (common random
numbers: Glasserman & Yao 1992). A sweep goes on under the plan that it was begun with, or under
one that has all of its points and more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from sim.errors import Problem, ScenarioError, shorten
from sim.runs import provenance
from sim.settings.configuration import Configuration, is_whole, with_values
from sim.settings.differences import differences
from sim.settings.grammar import CASE, SCENARIO
from sim.sweeps.designs import Design, Kind, Range

MOST_RUN_FOLDERS = 32  # a sweep of more points keeps them in compact form only
_MOST_SHOWN = 12  # differences from another plan


@dataclass(frozen=True)
class Plan:
    """What a sweep is to do.

    Attributes:
        name: what it is called: a study's name, or the scenario's.
        bases: what the points start from: one configuration for each scenario that is swept.
        design: the points.
        cases: sets of values, path: value, that the design chooses by name.
        outcomes: those that the question is about; they are shown first, and change no result.
    """

    name: str
    bases: Mapping[str, Configuration]
    design: Design
    cases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Return the points, each path: value.

        Raises:
            ScenarioError: when there are none, or too many.
        """
        return self.design.rows()

    @property
    def base(self) -> Configuration:
        """Return what the first point starts from."""
        return next(iter(self.bases.values()))

    def configuration(self, values: Mapping[str, Any]) -> Configuration:
        """Return the configuration of one point.

        Raises:
            ScenarioError: with everything that the values break.
        """
        base = self.bases[values[SCENARIO]] if SCENARIO in values else self.base
        return with_values(base, self.changes(values))

    def changes(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a point puts into what it starts from, path: value, whatever it is called."""
        case = self.cases[values[CASE]] if CASE in values else {}
        own = {path: value for path, value in values.items() if path not in (SCENARIO, CASE)}
        return {**case, **own}

    def checked(self) -> list[Configuration]:
        """Return the first point, and each value or end of a range put into it, one at a time.

        Raises:
            ScenarioError: with everything that is wrong with them.
        """
        ends = {path: each.ends for path, each in self.design.ranges.items()}
        first, tried = self.rows[0], [self.rows[0]]
        for path, values in {**self.design.choices, **ends}.items():
            tried += [{**first, path: value} for value in values]
        found: list[Problem] = []
        good: list[Configuration] = []
        for row in tried:
            try:
                good.append(self.configuration(row))
            except ScenarioError as error:
                found += error.problems
        if found:
            raise ScenarioError(*dict.fromkeys(found))
        return good

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a point's values with those that its case stands for."""
        return {**values, **(self.cases[values[CASE]] if CASE in values else {})}

    @property
    def keeps_runs(self) -> bool:
        """Return whether each point gets a run folder of its own."""
        return len(self.rows) <= MOST_RUN_FOLDERS

    @property
    def paired(self) -> bool:
        """Return whether all points share their draws, so that differences are paired."""
        varied = [*self.design.choices, *self.design.ranges]
        varied += [path for case in self.cases.values() for path in case]
        return not {"seed", "ensemble", "ensemble.draws", "ensemble.replications"} & set(varied)

    @cached_property
    def data(self) -> dict[str, Any]:
        """Return what must be the same when the sweep goes on, as plain data.

        Where and by how many processes it is played is left out: that changes no result.
        """
        design = self.design
        data = {
            "name": self.name,
            "design": {
                "kind": design.kind.value,
                "points": design.points,
                "seed": design.seed,
                "choices": {path: list(values) for path, values in design.choices.items()},
                "ranges": {path: [each.low, each.high] for path, each in design.ranges.items()},
            },
            "cases": {name: dict(values) for name, values in self.cases.items()},
            "code_sha256": provenance.code_sha256(),
            "versions": provenance.versions(),
            "configs": {
                name: {
                    **base.tree,
                    "ensemble": {**base.tree["ensemble"], "workers": None},
                    "executor": None,
                }
                for name, base in self.bases.items()
            },
        }
        plain: dict[str, Any] = json.loads(json.dumps(data))
        return plain

    @cached_property
    def digest(self) -> str:
        """Return the digest of the plan."""
        return _digest(self.data)

    @cached_property
    def keys(self) -> list[str]:
        """Return what each point is known by under every plan that it is a point of."""
        return _keys(self.data, self.rows)

    def extends(self, before: Any) -> bool:
        """Return whether all points of another plan, as its data, are points of this one."""
        try:
            return set(_keys(before, _design(before["design"]).rows())) <= set(self.keys)
        except (KeyError, TypeError, ValueError, AttributeError, ScenarioError):
            return False  # what can be no plan's data

    def changes_since(self, before: Any) -> list[Problem]:
        """Return how this plan differs from the data of another."""
        found = list(differences(before, self.data))
        changes = [
            Problem("", "Parley's own code has changed")
            if each.path == "code_sha256"
            else Problem(
                each.path.removeprefix("configs.").lstrip("."),
                f"was {shorten(str(each.before))}, is now {shorten(str(each.after))}",
            )
            for each in found[:_MOST_SHOWN]
        ]
        more = len(found) - _MOST_SHOWN
        return [*changes, Problem("", f"and {more} more differences")] if more > 0 else changes


def _design(data: Mapping[str, Any]) -> Design:
    """Return a design from its plain data."""
    ends = data["ranges"].items()
    ranges = {path: Range(low, high, is_whole(path)) for path, (low, high) in ends}
    return Design(data["choices"], ranges, Kind(data["kind"]), data["points"], data["seed"])


def _keys(data: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the key of each point of a plan: a digest of its values and of what they are put into.

    What the point is called, by a case or a number, has no part in it. A point that comes again,
    as whole numbers do in a Latin hypercube, has a key of its own.
    """
    code = {name: data[name] for name in ("code_sha256", "versions")}
    starts = {name: _digest([config, code]) for name, config in data["configs"].items()}
    first = next(iter(starts.values()))
    keys, seen = [], Counter[str]()
    for row in rows:
        start = starts[row[SCENARIO]] if SCENARIO in row else first
        case = data["cases"][row[CASE]] if CASE in row else {}
        own = {path: value for path, value in row.items() if path not in (SCENARIO, CASE)}
        key = _digest([start, {**case, **own}])
        seen[key] += 1
        keys.append(key if seen[key] == 1 else _digest([key, seen[key]]))
    return keys


def _digest(data: Any) -> str:
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
