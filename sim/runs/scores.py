"""A run's questions scored against what happened, beside what others said of the same questions.

The rules are proper (Gneiting & Raftery 2007): Brier's and the logarithm, less is better. A few
questions say next to nothing of who forecasts better, and those about one event by several days
stand or fall together: so nobody is ranked by fewer than ten, and intervals come of a bootstrap
over whole events. That the events of one negotiation hang together too is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError

from sim.analysis.scores import brier, log_score, paired_difference
from sim.draws.streams import Floats
from sim.errors import Problem, ScenarioError, problem, unknown
from sim.numbers.names import Frozen, Truth
from sim.numbers.uncertain import Finite
from sim.scenario.reading.files import read_file
from sim.scenario.reading.schema import problems_of
from sim.settings.configuration import plain

if TYPE_CHECKING:
    from sim.show.report import Report

LEAST = 10  # questions, before anybody is ranked
RULES = {"brier": brier, "log_score": log_score}
OTHERS = ("crowd", "base")  # whose chances a file may give
EVEN = 0.5

_BEGINS = "what happened is written ID: {happened: true}, an id of the run's questions a line"

Chance = Annotated[Finite, Field(ge=0, le=1)]


class Asked(Protocol):
    """What scoring asks of a run."""

    @property
    def name(self) -> str:
        """Return what to call it."""

    def asked(self) -> pd.DataFrame:
        """Return its questions: id, label, event, probability."""


class Resolution(Frozen):
    """What became of a question, and what others had said of it."""

    happened: Truth
    crowd: Chance | None = None
    base: Chance | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Scores:
    """The scores of a run's questions.

    Attributes:
        name: what the run is called.
        table: id, label, event, probability, happened, brier, log_score (in nats; infinite where
            what happened was given no chance), then crowd and base with the scores of each (NaN
            where the file gives none): a row for each question that is resolved.
        open: how many questions of the run are not.
    """

    name: str
    table: pd.DataFrame
    open: int

    def __repr__(self) -> str:
        """Return the mean scores as a table under a line on what is scored."""
        means = self.means.to_string(index=False, float_format="{:.3f}".format)
        many = len(self.table)
        return f"{many} question{'s' * (many != 1)} of {self.name}\n{means}"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    @cached_property
    def means(self) -> pd.DataFrame:
        """Return mean scores over the same questions: forecaster, brier, log_score.

        Forecasters: run, even (one half for everything), then base and crowd where every question
        has theirs.
        """
        rows = [
            (who, *(rule(chance, self._happened).mean() for rule in RULES.values()))
            for who, chance in self._chances.items()
        ]
        return pd.DataFrame(rows, columns=["forecaster", *RULES])

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Return the run's mean score less another's: against, rule, difference, low, high (95%).

        Below 0 the run did better. NaN where a score is infinite; no rows where nobody is ranked.
        """
        others = [who for who in self._chances if who != "run"] if not self.why_not_ranked else []
        rows = [(who, rule, *self._difference(who, rule)) for who in others for rule in RULES]
        return pd.DataFrame(rows, columns=["against", "rule", "difference", "low", "high"])

    @property
    def why_not_ranked(self) -> str:
        """Return why nobody is ranked by these questions, or nothing."""
        many, events = len(self.table), self.table["event"].nunique()
        if many < LEAST:
            few = "1 question is" if many == 1 else f"{many} questions are"
            return f"{few} too few to rank forecasters by; ten are needed"
        if events == 1:
            return (
                f"{many} questions of one event cannot rank forecasters: they are one piece of luck"
            )
        return ""

    @property
    def infinite(self) -> list[str]:
        """Return which log scores are infinite, in words."""
        return [
            f"the log score of {name}{f' by the {who}' if who else ''}"
            for who in ("", *OTHERS)
            for name in self.table.loc[np.isinf(self.table[_of(who, "log_score")]), "id"]
        ]

    def report(self) -> Report:
        """Return what is told of it: printed, what a terminal shows."""
        from sim.show.reports.scores import scores_report

        given = {who: int(self.table[who].notna().sum()) for who in OTHERS}
        partly = {who: many for who, many in given.items() if 0 < many < len(self.table)}
        return scores_report(
            self.name,
            self.table,
            self.means,
            self.differences,
            self.why_not_ranked,
            partly,
            self.open,
        )

    @property
    def _happened(self) -> Any:
        return self.table["happened"].to_numpy()

    @cached_property
    def _chances(self) -> dict[str, Floats]:
        """Return the chances of all who gave one to every question: (N,) of each."""
        held = self.table
        given = {who: held[who].to_numpy() for who in ("base", "crowd") if held[who].notna().all()}
        even = np.full(len(held), EVEN)
        return {"run": held["probability"].to_numpy(), "even": even, **given}

    def _difference(self, who: str, rule: str) -> tuple[float, float, float]:
        own, other = (RULES[rule](self._chances[n], self._happened) for n in ("run", who))
        if not (np.isfinite(own) & np.isfinite(other)).all():
            return np.nan, np.nan, np.nan
        found = paired_difference(own, other, list(self.table["event"]))
        return found.mean, found.low, found.high


def score(run: Asked, resolutions: str | Path | Mapping[str, Any]) -> Scores:
    """Return the scores of a run's questions against what happened.

    Args:
        run: a run whose scenario asks questions.
        resolutions: a YAML file, or the same as a mapping: the id of a question, as
            `run.questions` has it, and under it `happened` (true or false) and, where they are
            known, `crowd` and `base`: the chances that a crowd and the base rate gave it.

    Raises:
        ScenarioError: when the run asks no questions, or with everything that is wrong with the
            resolutions.
    """
    asked = run.asked()
    if not len(asked):
        raise problem(run.name, "its scenario asks no questions, so there is nothing to score")
    known = _read(resolutions, list(asked["id"]))
    rows = asked[asked["id"].isin(list(known))].reset_index(drop=True)
    found = [known[name] for name in rows["id"]]
    happened = np.array([each.happened for each in found])
    table = rows[["id", "label", "event", "probability"]].assign(happened=happened)
    given = {who: np.array([getattr(each, who) for each in found], dtype=float) for who in OTHERS}
    for who, chance in {"": rows["probability"].to_numpy(), **given}.items():
        table = table.assign(**_scored(who, chance, happened))
    return Scores(run.name, table, len(asked) - len(rows))


def _scored(who: str, chance: Floats, happened: Any) -> dict[str, Floats]:
    """Return the columns of a forecaster; NaN where it gave no chance: (N,) each."""
    there = ~np.isnan(chance)
    columns = {who: chance} if who else {}
    for name, rule in RULES.items():
        columns[_of(who, name)] = np.full(len(chance), np.nan)
        columns[_of(who, name)][there] = rule(chance[there], happened[there])
    return columns


def _of(who: str, rule: str) -> str:
    """Return the column of a forecaster's scores; the run's own bear the name of the rule alone."""
    return f"{who}_{rule}" if who else rule


def _read(source: str | Path | Mapping[str, Any], ids: list[str]) -> dict[str, Resolution]:
    """Return what became of questions, by their ids.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    if isinstance(source, Mapping):
        place, tree = "resolutions", plain(source)
    else:
        place, tree = str(source), read_file(Path(source), _BEGINS)
    if not tree:
        raise problem(place, f"is empty; {_BEGINS}")
    found, wrong = {}, []
    for name, entry in tree.items():
        if name not in ids:
            wrong.append(Problem(f"{place}: {name}", unknown("question of the run", name, ids)))
        try:
            found[name] = Resolution.model_validate(entry)
        except ValidationError as error:
            wrong += _placed(f"{place}: {name}", problems_of(error, Resolution))
    if wrong:
        raise ScenarioError(*wrong)
    return found


def _placed(place: str, problems: list[Problem]) -> Iterator[Problem]:
    """Yield problems of one entry with the place where they are."""
    for each in problems:
        yield Problem(".".join(filter(None, (place, each.field))), each.rule, each.value)
