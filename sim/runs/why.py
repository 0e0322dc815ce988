"""Why a run's worlds end without a signature, and a typical world of each of the likeliest endings.

Told from its worlds table; only the typical worlds are played again, when their stories are asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.analysis import why as analysis
from sim.analysis.odds import PROBABLE
from sim.analysis.weights import Flags, Weights
from sim.draws.streams import Floats, Ints
from sim.errors import problem, unknown
from sim.play.tables import DECLINED, DOUBTED, EVENT, LAST, OBSTACLE, REFUSED
from sim.runs.archive import REFUSALS
from sim.runs.kept import Weighed
from sim.scenario.outcomes import OTHER
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.play.world import Negotiation
    from sim.show.report import Report
    from sim.show.reports.why import Labels

MOST_ENDINGS = 3  # of which a typical world is told
WEEK = np.timedelta64(7, "D")


@dataclass(frozen=True, eq=False, repr=False)
class Why:
    """What stood in the way of a signature.

    Attributes:
        name: what the run is called.
        scenario: what was negotiated.
        manifest: what the run says of itself.
        worlds: the worlds that count, a row each, with what is asked here.
        log_weight: logarithm of each draw's weight: (D,).
    """

    name: str
    scenario: Scenario
    manifest: Mapping[str, Any]
    worlds: pd.DataFrame
    log_weight: Floats

    @cached_property
    def unsigned(self) -> pd.DataFrame:
        """Return how many worlds that count sign no text: probability, low, high, in one row."""
        draw = self.worlds["draw"].to_numpy()
        found = analysis.shares(draw, self.log_weight, self._without.to_numpy()[:, None])
        return pd.DataFrame(found, columns=list(PROBABLE))

    @cached_property
    def refused(self) -> pd.DataFrame:
        """Return who refused the last text, of the worlds without a signature.

        Columns: actor; probability, low, high; alone, alone_low, alone_high (refusing as the only
        one); vote, vote_low, vote_high (refusing for a vote at home alone).
        """
        return analysis.refusals_table(self._unsigned, list(self.scenario.actors))

    @cached_property
    def together(self) -> pd.DataFrame:
        """Return who refused it together: refused_by (joined by +), probability, low, high."""
        return analysis.together_table(self._unsigned, list(self.scenario.actors))

    @cached_property
    def obstacles(self) -> pd.DataFrame:
        """Return which clause cost each most: actor, clause, probability, low, high.

        Of the worlds in which the actor refused the last text.
        """
        actors, clauses = list(self.scenario.actors), list(self.scenario.clauses)
        return analysis.obstacles_table(self._unsigned, actors, clauses)

    @cached_property
    def doubts(self) -> pd.DataFrame:
        """Return whose vote at home alone made each refuse: actor, body, probability, low, high.

        Of the worlds in which the actor refused the last text; `body` is the actor whose body it
        is.
        """
        return analysis.doubts_table(self._unsigned, list(self.scenario.actors))

    @cached_property
    def bodies(self) -> pd.DataFrame:
        """Return whose body refused a signed text at home: actor, probability, low, high.

        Of the worlds in which one did.
        """
        actors = _with_bodies(self.scenario)
        declined = self._flags(self.worlds, DECLINED, actors)
        draw = self.worlds["draw"].to_numpy()
        return analysis.bodies_table(draw, self.log_weight, declined, actors)

    @cached_property
    def exits(self) -> pd.DataFrame:
        """Return who left, of the worlds without a signature.

        Columns: actor; probability, low, high of having left at some time; away, away_low,
        away_high of suspending the talks by its absence in the end.
        """
        return analysis.exits_table(self._unsigned, list(self.scenario.actors))

    @cached_property
    def typical(self) -> pd.DataFrame:
        """Return a typical world of each of the likeliest endings without a signature.

        Columns: outcome, label, probability (of the worlds without a signature), low, high, world,
        apart (its mean distance to the others: 0 where all are alike, 4 at most), week, refused_by
        and left (names joined by +).
        """
        rows = list(self._typical())
        columns = ["outcome", "label", *PROBABLE, "world", "apart", "week", "refused_by", "left"]
        return pd.DataFrame(rows, columns=columns)

    def play(self, outcome: str) -> Negotiation:
        """Return the typical world of one of these endings, played again.

        Raises:
            ScenarioError: when it is none of them.
        """
        from sim.play.world import play_world

        known = dict(zip(self.typical["outcome"], self.typical["world"], strict=True))
        if outcome not in known:
            raise problem("outcome", unknown("typical world", outcome, known), outcome)
        said = self.manifest
        return play_world(self.scenario, int(known[outcome]), said["seed"], said["replications"])

    def report(self) -> Report:
        """Return what is told of it: printed, what a terminal shows before the stories."""
        from sim.show.reports.why import why_report

        return why_report(
            self.scenario.title,
            self.manifest,
            self._labels(),
            self.unsigned,
            self.refused,
            self.together,
            self.obstacles,
            self.doubts,
            self.bodies,
            self.exits,
            self.typical,
        )

    def finding(self) -> str:
        """Return in a sentence who stands in the way most often, and over which clause."""
        from sim.show.reports.why import finding

        return finding(self._labels(), self.refused, self.obstacles)

    def _labels(self) -> Labels:
        from sim.show.reports.why import Labels

        actors, clauses = self.scenario.actors, self.scenario.clauses
        return Labels(
            actors={name: actor.label for name, actor in actors.items()},
            bodies={name: a.domestic.label for name, a in actors.items() if a.domestic},
            clauses={name: clause.label for name, clause in clauses.items()},
        )

    def __repr__(self) -> str:
        """Return who refused the last text, as a table under a line."""
        share = self.unsigned["probability"].item()
        table = self.refused[["actor", *PROBABLE, "alone", "vote"]]
        about = f"{self.name}: of the {share:.1%} of worlds without a signature"
        return f"{about}\n{table.to_string(index=False, float_format='{:.3f}'.format)}"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    @cached_property
    def _without(self) -> pd.Series:
        """Return which worlds sign no text."""
        return self.worlds[f"{EVENT}signed"].isna()

    @cached_property
    def _unsigned(self) -> analysis.Unsigned:
        """Return the worlds without a signature, as arrays."""
        rows, actors = self.worlds[self._without], list(self.scenario.actors)
        gone = rows["by"].str.split("+")
        return analysis.Unsigned(
            draw=rows["draw"].to_numpy(),
            log_weight=self.log_weight,
            refused=self._flags(rows, REFUSED, actors),
            obstacle=_codes(rows, OBSTACLE, actors),
            doubted=_codes(rows, DOUBTED, actors),
            left=_left(rows, actors),
            away=np.array(
                [[isinstance(who, list) and name in who for name in actors] for who in gone],
                dtype=bool,
            ).reshape(len(rows), len(actors)),
        )

    def _flags(self, rows: pd.DataFrame, column: str, actors: list[str]) -> Flags:
        """Return what is so of each of some actors; what is not known is not."""
        found = rows[[f"{column}{name}" for name in actors]]
        return np.asarray(found.eq(True).to_numpy(dtype=bool))

    def _typical(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of `typical`, the likeliest ending first."""
        rows = self.worlds[self._without]
        labels = {**self.scenario.outcome_labels, OTHER: "Anything else"}
        names = [name for name in labels if (rows["outcome"] == name).any()]
        ended = rows["outcome"].to_numpy()[:, None] == np.array(names, dtype=object)
        found = analysis.shares(rows["draw"].to_numpy(), self.log_weight, ended)
        for place in np.argsort(-found[:, 0], kind="stable")[:MOST_ENDINGS].tolist():
            name, here = names[place], rows[ended[:, place]]
            if found[place, 0] > 0:
                yield name, labels[name], *found[place].tolist(), *self._medoid(here)

    def _medoid(self, rows: pd.DataFrame) -> tuple[int, float, float, str, str]:
        """Return the typical world of some, how far it is from the others, and its features."""
        actors = list(self.scenario.actors)
        start = np.datetime64(self.scenario.calendar.start, "D")
        week = (rows["date"].to_numpy().astype("datetime64[D]") - start) / WEEK
        refused, left = self._flags(rows, REFUSED, actors), _left(rows, actors)
        texts = _codes(rows, LAST, list(self.scenario.clauses))
        kinds = (texts, refused.astype(np.int64), left.astype(np.int64))
        weight = self._weight()[rows["draw"].to_numpy()]
        span = self.scenario.calendar.horizon.mean
        apart = analysis.mean_distances(weight, week, span, kinds)
        at = analysis.typical(weight, apart)
        world = int(rows["world"].iloc[at])
        who, gone = ("+".join(np.array(actors)[each[at]]) for each in (refused, left))
        return world, float(apart[at]), float(week[at]), who, gone

    def _weight(self) -> Floats:
        sizes = np.bincount(self.worlds["draw"], minlength=len(self.log_weight))
        return Weights(sizes, self.log_weight).weight


def why(run: Weighed) -> Why:
    """Return what stood in the way of a signature in a run's worlds.

    Raises:
        ScenarioError: when it keeps no worlds or, of an earlier format, not who refused what.
    """
    if run.manifest.get("format", 1) < REFUSALS:
        rule = "was written before its worlds kept who refused the last text: play it again"
        raise problem(run.name, rule)
    worlds = run.source.worlds(columns_asked(run.scenario)).to_pandas()
    counting = worlds[worlds["counts"]].reset_index(drop=True)
    return Why(run.name, run.scenario, run.manifest, counting, run.source.log_weight())


def columns_asked(scenario: Scenario) -> list[str]:
    """Return the columns of the worlds table that are asked here."""
    actors = scenario.actors
    each = [*(f"{kind}{name}" for name in actors for kind in (REFUSED, OBSTACLE, DOUBTED))]
    left = [f"{EVENT}left_{name}" for name in actors]
    declined = [f"{DECLINED}{name}" for name in _with_bodies(scenario)]
    last = [f"{LAST}{clause}" for clause in scenario.clauses]
    first = ["world", "draw", "counts", "outcome", "by", "date", f"{EVENT}signed"]
    return [*first, *left, *last, *each, *declined]


def _with_bodies(scenario: Scenario) -> list[str]:
    return [name for name, actor in scenario.actors.items() if actor.domestic]


def _left(rows: pd.DataFrame, actors: list[str]) -> Flags:
    """Return who left at some time: (N, A)."""
    return np.asarray(rows[[f"{EVENT}left_{name}" for name in actors]].notna().to_numpy())


def _codes(rows: pd.DataFrame, column: str, names: list[str]) -> Ints:
    """Return categories by their numbers, -1 for none: (N, K)."""
    codes = [rows[f"{column}{name}"].cat.codes.to_numpy() for name in names]
    return np.column_stack(codes).astype(np.int64)
