"""What drives the odds of a run: the importance of every number that its draws hold.

Told from its own draws and worlds; only total-order indices need worlds that it has not, which are
played on request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.analysis.forms import Levels, levels
from sim.analysis.groups import group_table
from sim.analysis.importance import Importance, Response, importance
from sim.analysis.prim import Box, Side, prim
from sim.analysis.weights import Weights
from sim.draws.streams import Floats, Ints
from sim.errors import problem
from sim.play.executors import SERIAL, Executor
from sim.play.sought import Sought, sought
from sim.runs.exchanges import Group, Progress, groups_of, total_orders
from sim.runs.kept import Source as KeptSource
from sim.runs.kept import Weighed
from sim.scenario.forms import FORMS
from sim.scenario.labels import FORM, basis_of, label_of
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.show.report import Report

COLUMNS = ("path", "label", "importance", "sign", "low_mean", "high_mean", "basis")
_BESIDE = ("draw", "log_weight", FORM)  # columns of draws that are no numbers


class Source(KeptSource, Protocol):
    """Where a run's draws and worlds come from."""

    def draws(self) -> pa.Table:
        """Return the draws, one a row."""


class Driven(Weighed, Protocol):
    """What is asked of a run."""

    @property
    def source(self) -> Source:
        """Return where its parts come from."""


@dataclass(frozen=True, eq=False, repr=False)
class Drivers:
    """What drives the odds of something.

    Attributes:
        title: what was simulated.
        of: what it is.
        odds: of it.
        effective_draws: how many draws of equal weight those are worth that tell it.
        table: path, label, importance (the part of the variance of the odds over draws that a
            number explains by itself; NaN where draws differ by no more than chance), sign (1, -1;
            0 where neither is clear), low_mean and high_mean (the odds in the lowest and in the
            highest twentieth of it), basis ("assumption: why", or ids of facts); the most important
            first.
        threshold: what the best of as many numbers without effect reaches in one case of 100.
        groups: by (actor, kind, common factor), group, numbers, importance (together, by nested
            regression; NaN where they are too many to be told), chance (what as many without effect
            reach in one case of 20).
        split: what is uncertain, as parts of 1: chance, what is assumed, form; None where it cannot
            be told.
        box: where it is likeliest; None where it was not asked for, or nothing stands out.
        sought_box: whether the box was asked for.
        total: by, group, total (of the variance of the odds between draws, before evidence, what
            would be left if all but the group were known), error; None where it was not asked for.
        forms: names of the forms of the model, in the order of their codes in a box.
    """

    title: str
    of: Sought
    odds: float
    effective_draws: float
    table: pd.DataFrame
    threshold: float
    groups: pd.DataFrame
    split: Levels | None
    box: Box | None
    sought_box: bool
    total: pd.DataFrame | None
    forms: tuple[str, ...]

    def __repr__(self) -> str:
        """Return the first rows of the table under what it is of."""
        table = self.table.head(10).drop(columns=["label", "basis"])
        above = f"Of '{self.of.label}'; chance reaches {self.threshold:.3f}"
        return f"{above}\n{table.to_string(index=False, float_format='{:.3f}'.format)}"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    def report(self) -> Report:
        """Return what is told of it: printed, what a terminal shows."""
        from sim.show.reports.drivers import drivers_report

        return drivers_report(
            self.title,
            self.of.label,
            self.odds,
            self.effective_draws,
            self.table,
            self.threshold,
            self.groups,
            self.split,
            self.in_words() if self.sought_box else None,
            self.total,
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the odds at both ends of the most important numbers, and where chance begins.

        Raises:
            ScenarioError: when nothing can be told from chance.
        """
        from sim.show import figures

        if self.table["importance"].isna().all():
            raise problem("of", "has no drivers: draws differ by no more than chance", self.of.name)
        about = (self.of.label, self.title)
        return figures.drivers(self.table, self.odds, self.threshold, *about, ax)

    def in_words(self) -> str:
        """Return where it is likeliest, in words."""
        from sim.show.reports.drivers import box_in_words, side_in_words

        if self.box is None:
            return box_in_words(self.of.label, None, ())
        labels = dict(zip(self.table["path"], self.table["label"], strict=True))
        sides = [
            side_in_words(labels[side.path], side.low, side.high, self._kinds(side))
            for side in self.box.sides
        ]
        return box_in_words(self.of.label, self.box, sides)

    def _kinds(self, side: Side) -> list[str]:
        return [FORMS[self.forms[kind]].label for kind in side.kinds]


def drivers(
    run: Driven,
    of: str = "signed",
    *,
    grouped: bool = True,
    box: bool = False,
    total: bool = False,
    executor: Executor = SERIAL,
    progress: Progress | None = None,
) -> Drivers:
    """Return what drives the odds of something in a run.

    Args:
        run: whose draws and worlds tell it.
        of: a total, an event, a question by its id, or an outcome.
        grouped: whether to tell what groups of numbers explain together.
        box: whether to look for where it is likeliest.
        total: whether to play worlds for total-order indices of groups, as many as the run has for
            each group.
        executor: where to play them.
        progress: told how many were played.

    Raises:
        ScenarioError: when there is no such thing, no number differs between draws, or the run's
            draws or worlds are not there.
        ChildProcessError: when a process died.
    """
    target, spec = sought(run.scenario, of, "of"), run.scenario
    names = list(spec.in_forms)
    forms = np.array([names.index(name) for name in run.source.forms()], dtype=np.int64)
    counts, weights = counted(run, target)
    inputs = _inputs(run.source.draws(), forms, weights)
    if not inputs:
        raise problem(run.name, "has no drivers: no number differs between its draws")
    response, kinds = Response.of_counts(counts, weights), (FORM,)
    found = importance(inputs, response, kinds, _rng(run))
    screened = {path: inputs[path] for path in found.screened}
    return Drivers(
        title=f"{spec.title}: {run.manifest['worlds']:,} worlds, seed {run.manifest['seed']}",
        of=target,
        odds=response.mean,
        effective_draws=response.effective_draws,
        table=_labelled(found, spec),
        threshold=found.threshold,
        groups=_grouped(spec, inputs if grouped else {}, response, kinds, _rng(run)),
        split=levels(counts, weights, forms),
        box=prim(screened, response, kinds) if box and screened else None,
        sought_box=box,
        total=total_orders(run, target, executor, progress) if total else None,
        forms=tuple(names),
    )


def _grouped(
    spec: Scenario,
    inputs: Mapping[str, Floats],
    response: Response,
    kinds: Sequence[str],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return what groups of numbers explain together: by, group, numbers, importance, chance."""
    groups: dict[Group, list[str]] = {}
    for path in inputs:
        for group in groups_of(spec, path):
            groups.setdefault(group, []).append(path)
    by_number = {str(number): paths for number, paths in enumerate(groups.values())}
    table = group_table(by_number, inputs, response, kinds, rng)
    names = [list(groups)[int(number)] for number in table["group"]]
    table["group"] = [group for _, group in names]
    table.insert(0, "by", [by for by, _ in names])
    return table


def counted(run: Driven, of: Sought) -> tuple[Ints, Weights]:
    """Return how many of each draw's worlds that count have it, and how much each draw counts."""
    worlds = run.source.worlds(["draw", "counts", *of.columns])
    log_weight = run.source.log_weight()
    draw, counts = worlds["draw"].to_numpy(), worlds["counts"].to_numpy()
    sizes = np.bincount(draw[counts], minlength=len(log_weight))
    found = np.bincount(draw[counts & of.where(worlds)], minlength=len(log_weight))
    return found, Weights(sizes, log_weight)


def _inputs(draws: pa.Table, forms: Ints, weights: Weights) -> dict[str, Floats]:
    """Return every number that differs between the draws that count: path: (D,)."""
    here = weights.counting
    columns = {path: draws[path].to_numpy()[here] for path in _numbers(draws)}
    found = {path: each.astype(np.float64) for path, each in columns.items() if np.ptp(each) > 0}
    own = forms[here].astype(np.float64)
    return {**found, FORM: own} if np.ptp(own) > 0 else found


def _numbers(draws: pa.Table) -> list[str]:
    return [path for path in draws.column_names if path not in _BESIDE]


def _labelled(found: Importance, spec: Scenario) -> pd.DataFrame:
    paths = found.table["path"]
    more = {
        "label": [label_of(spec, path) for path in paths],
        "basis": [basis_of(spec, path) for path in paths],
    }
    return found.table.assign(**more)[list(COLUMNS)]


def _rng(run: Driven) -> np.random.Generator:
    """Return what permutations are drawn from: the same for one run whenever it is asked."""
    return np.random.default_rng(run.manifest["seed"])
