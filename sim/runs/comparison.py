"""Two runs side by side: how the odds differ, how surely, and what was configured otherwise.

Runs of one seed are paired draw by draw, which takes out the chance that they share. Others are
independent samples; the interval of their difference is then Newcombe's (1998, method 10), made
of the two Monte Carlo intervals, which are Wilson's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from sim.analysis.odds import (
    Interval,
    independent_difference,
    paired_difference,
    wilson_interval,
)
from sim.analysis.weights import Weights
from sim.errors import problem, shorten
from sim.numbers.names import BASIS_WORDS
from sim.runs.asked import Named
from sim.scenario.outcomes import OTHER
from sim.settings.differences import Difference, differences, without_reasons

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.show.report import Report

PAIRED = "paired by draw, t interval"
UNPAIRED = "taken as independent, Newcombe's interval"


class Compared(Named, Protocol):
    """What a comparison asks of a run."""

    @property
    def odds(self) -> pd.DataFrame:
        """Return the odds of each outcome."""

    @property
    def keeps_draws(self) -> bool:
        """Return whether its draws can be told apart."""

    @property
    def is_altered(self) -> bool:
        """Return whether it keeps other worlds than its manifest describes."""

    @property
    def shares(self) -> pd.DataFrame:
        """Return the share of each draw's worlds that ended in each outcome: (D, O)."""

    @property
    def weights(self) -> pd.DataFrame:
        """Return how much each draw counts: worlds, log_weight, part."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """What changes from one run to another.

    Attributes:
        before: what the first run is called.
        after: what the second is called.
        played: what was played, of each in a line.
        odds: outcome, label, before, after, difference (after - before), low, high (95%): a row
            for each outcome that both have.
        method: how the intervals are made: `PAIRED` or `UNPAIRED`.
        why: why the runs are not paired; nothing where they are.
        draws: how many draws are paired.
        identical: whether the two have the same worlds, and weigh them alike.
        only_before: outcomes that only the first knows.
        only_after: outcomes that only the second knows.
        configuration: what is configured otherwise, save what never changes a world.
        overridden: for each of these, whether it was overridden in the first and in the second.
        reasons: how many other parts of the two rest on something else (basis, why).
    """

    before: str
    after: str
    played: tuple[str, str]
    odds: pd.DataFrame
    method: str
    why: str
    draws: int
    identical: bool
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    configuration: tuple[Difference, ...]
    overridden: tuple[tuple[bool, bool], ...]
    reasons: int

    def __repr__(self) -> str:
        """Return the differences as a table under a line on how surely they are known."""
        table = self.odds.drop(columns="outcome").to_string(
            index=False, float_format="{:.3f}".format
        )
        return f"{self.after} against {self.before}. {self.how}.\n{table}"

    @property
    def how(self) -> str:
        """Return in words how surely the differences are known."""
        if self.identical:
            return "The same worlds: the digests agree, so every difference is zero"
        if self.method == PAIRED:
            return f"Paired over {self.draws:,} draws, all that both have: 95% t intervals"
        return f"Not paired, because {self.why}: 95% intervals of Newcombe, as if independent"

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Return what is configured otherwise, in words: path, before, after."""
        return [
            (found.path, _told(found.before, by_hand[0]), _told(found.after, by_hand[1]))
            for found, by_hand in zip(self.configuration, self.overridden, strict=True)
        ]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the differences with their intervals."""
        from sim.show import figures

        about = f"{self.after} against {self.before}. {self.how}"
        return figures.differences(self.odds, about, ax)

    def report(self, figure: Path | None = None) -> Report:
        """Return what is told of it, with the file that it is drawn in, if it is."""
        from sim.show.reports.comparison import comparison_report

        names = (self.before, self.after)
        return comparison_report(
            list(zip(names, self.played, strict=True)),
            self.odds,
            self.how,
            (self.only_before, self.only_after),
            self.changes,
            self.reasons,
            figure,
        )

    def _repr_html_(self) -> str:
        return self.report().written("html")


def compare(before: Compared, after: Compared) -> Comparison:
    """Return what changes from one run to another.

    Raises:
        ScenarioError: when they share no outcome, or one of them cannot be read or keeps other
            worlds than it says.
    """
    shared, only_before, only_after = _outcomes(before.odds, after.odds)
    if not shared:
        raise problem("outcomes", f"{before.name} and {after.name} have none in common")
    identical = _same_worlds(before, after)
    why = "" if identical else _why_not_paired(before, after)
    draws = 0 if why else min(before.manifest["draws"], after.manifest["draws"])
    pair = _same if identical else _independent if why else _paired
    old, new = _numbers(before), _numbers(after)
    changes = tuple(differences(without_reasons(old), without_reasons(new)))
    return Comparison(
        before.name,
        after.name,
        (_played(before), _played(after)),
        pd.DataFrame([pair(before, after, outcome) for outcome in shared]),
        UNPAIRED if why else PAIRED,
        why,
        draws,
        identical,
        only_before,
        only_after,
        changes,
        tuple((_is_overridden(old, each), _is_overridden(new, each)) for each in changes),
        _other_reasons(old, new, changes),
    )


def in_short(value: Any) -> str:
    """Return a value of a configuration as one may write it, cut to what fits.

    >>> in_short({"triangular": [0, 0.2, 0.4]})
    'triangular: [0, 0.2, 0.4]'
    """
    text = str(value).replace("'", "")
    return shorten(text[1:-1] if isinstance(value, Mapping) else text)


def _told(value: Any, overridden: bool) -> str:
    return f"{in_short(value)} (overridden)" if overridden else in_short(value)


def _played(run: Compared) -> str:
    from sim.show.reports.odds import agreeing

    said = run.manifest
    size = f"{said['draws']:,} x {said['replications']:,}"
    forms = len(said.get("forms", ()))
    how = f"{forms} forms of the model" if forms > 1 else said["protocol"]
    played = f"{said['scenario']}, {how}, {size} worlds, seed {said['seed']}"
    return f"{played}. {known}" if (known := agreeing(said)) else played


def _outcomes(
    before: pd.DataFrame, after: pd.DataFrame
) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    """Return the outcomes that both runs know, and those that only one does.

    Every scenario knows `other`; a table of odds has it where it came up.
    """
    old, new = list(before["outcome"]), list(after["outcome"])
    shared = [name for name in old if name in new or name == OTHER]
    if OTHER in new and OTHER not in old:
        shared.append(OTHER)
    only = [tuple(name for name in names if name not in shared) for names in (old, new)]
    return shared, only[0], only[1]


def _same_worlds(before: Compared, after: Compared) -> bool:
    """Return whether two runs have the same worlds, and weigh them alike: no digest says so.

    Raises:
        ScenarioError: when they say so, and one keeps other worlds than it says.
    """
    if before.manifest["digest"] != after.manifest["digest"]:
        return False
    for run in (before, after):
        if run.is_altered:
            raise problem(run.name, "keeps other worlds than those that its manifest describes")
    return _effective_draws(before.manifest) == _effective_draws(after.manifest)


def _effective_draws(manifest: Mapping[str, Any]) -> float:
    """Return how many draws of equal weight a run is worth: all, in earlier formats."""
    return float(manifest.get("evidence", {}).get("effective_draws", manifest["draws"]))


def _why_not_paired(before: Compared, after: Compared) -> str:
    """Return why two runs cannot be paired draw by draw, or nothing."""
    for name in ("seed", "replications"):
        one, other = before.manifest[name], after.manifest[name]
        if one != other:
            called = "seeds" if name == "seed" else name
            return f"their {called} differ ({one} and {other})"
    for run in (before, after):
        if not run.keeps_draws:
            return f"{run.name} has no table of its worlds"
    draws = min(before.manifest["draws"], after.manifest["draws"])
    if draws < 2:
        return "a single draw cannot be paired"
    for run in (before, after):
        if _worth(run, draws) < 2:
            return f"of {run.name} one draw has nearly all the weight"
    return ""


def _worth(run: Compared, draws: int) -> float:
    """Return how many draws of equal weight the first draws are worth."""
    parts = run.weights["part"].to_numpy()[:draws]
    return float(parts.sum() ** 2 / (parts @ parts)) if parts.any() else 0.0


def _same(before: Compared, after: Compared, outcome: str) -> dict[str, Any]:
    """Return a row of the odds of two runs of the same worlds."""
    return {**_row(before, after, outcome), "difference": 0.0, "low": 0.0, "high": 0.0}


def _paired(before: Compared, after: Compared, outcome: str) -> dict[str, Any]:
    """Return a row of the odds of two runs whose draws are paired, as many as both have."""
    draws = min(before.manifest["draws"], after.manifest["draws"])
    (new, new_weights), (old, old_weights) = (
        (_shares(run, outcome)[:draws], _weights(run).first(draws)) for run in (after, before)
    )
    found = paired_difference(new, new_weights, old, old_weights)
    row = _row(before, after, outcome)
    return {**row, "difference": found.mean, "low": found.low, "high": found.high}


def _weights(run: Compared) -> Weights:
    return Weights(run.weights["worlds"].to_numpy(), run.weights["log_weight"].to_numpy())


def _shares(run: Compared, outcome: str) -> Any:
    """Return the share of each draw's worlds that ended in an outcome: (D,); none where unknown."""
    if outcome in run.shares:
        return run.shares[outcome].to_numpy()
    return np.zeros(len(run.shares))


def _independent(before: Compared, after: Compared, outcome: str) -> dict[str, Any]:
    """Return a row of the odds of two runs that are taken as independent."""
    row = _row(before, after, outcome)
    found = independent_difference(
        row["after"], _chance(after, outcome), row["before"], _chance(before, outcome)
    )
    difference = row["after"] - row["before"]
    return {**row, "difference": difference, "low": found.low, "high": found.high}


def _row(before: Compared, after: Compared, outcome: str) -> dict[str, Any]:
    label = next(_of(run, outcome)["label"] for run in (before, after) if _of(run, outcome))
    return {
        "outcome": outcome,
        "label": label,
        "before": _of(before, outcome).get("probability", 0.0),
        "after": _of(after, outcome).get("probability", 0.0),
    }


def _of(run: Compared, outcome: str) -> dict[str, Any]:
    """Return an outcome's row of a run's odds, or an empty one where it has none."""
    rows: list[Any] = run.odds[run.odds["outcome"] == outcome].to_dict("records")
    return rows[0] if rows else {}


def _chance(run: Compared, outcome: str) -> Interval:
    row = _of(run, outcome)
    if row:
        return Interval(row["low"], row["high"])
    return wilson_interval(0.0, _effective_draws(run.manifest))


def _numbers(run: Compared) -> dict[str, Any]:
    """Return what may change a run's worlds or their number, as plain data."""
    counts = {name: run.manifest[name] for name in ("draws", "replications")}
    return {
        "seed": run.manifest["seed"],
        "ensemble": counts,
        **run.scenario.model_dump(mode="json", exclude_defaults=True, exclude={"levers"}),
    }


def _is_overridden(tree: Any, change: Difference) -> bool:
    """Return whether what a tree holds at a difference was overridden: by the nearest basis."""
    basis = None
    for step in change.path.split("."):
        tree = tree[int(step)] if isinstance(tree, list) else _held(tree, step)
        basis = _held(tree, "basis") or basis
    return basis == "override"


def _held(tree: Any, step: str) -> Any:
    """Return what a mapping holds; nothing where it holds none, or is no mapping."""
    return tree.get(step) if isinstance(tree, Mapping) else None


def _other_reasons(before: Any, after: Any, changes: Iterable[Difference]) -> int:
    """Return how many parts rest on something else, beside those that are told as changes."""
    steps = [found.path.rpartition(".") for found in differences(before, after)]
    parts = {part for part, _, word in steps if word in BASIS_WORDS}
    told = {change.path for change in changes}
    return sum(not any(f"{path}.".startswith(f"{part}.") for path in told) for part in parts)
