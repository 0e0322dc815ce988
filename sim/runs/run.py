"""A run: what one ensemble gave, with one face whether it was just played or lies in a folder.

Its tables are read or counted when they are first asked for; its figures are drawn from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.errors import problem
from sim.runs.agreement import refuse_if_untrue
from sim.runs.archive import RunFolder, read_manifest
from sim.runs.plots import Plots
from sim.scenario.events import asked_of
from sim.scenario.scenario import Scenario
from sim.settings.configuration import Configuration
from sim.show.words import listed

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.draws.streams import Floats
    from sim.play.world import Negotiation
    from sim.runs.calibration import Calibration
    from sim.runs.comparison import Comparison
    from sim.runs.doubts import ThreeDoubts
    from sim.runs.drivers import Drivers
    from sim.runs.given import Given
    from sim.runs.levers import Levers
    from sim.runs.prospects import Texts
    from sim.runs.what_if import WhatIf
    from sim.runs.why import Why
    from sim.show.page import Page
    from sim.show.report import Report


class Source(Protocol):
    """Where a run's parts come from."""

    def configuration(self) -> Configuration:
        """Return what was run."""

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the tables: odds, totals, questions, events, timeline, clauses ..."""

    def worlds(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the worlds table, or some of its columns."""

    def holds(self, name: str) -> bool:
        """Return whether a table is there: a folder of an earlier format has not all."""

    def draws(self) -> pa.Table:
        """Return the draws, one a row."""

    def counts(self) -> pd.DataFrame:
        """Return how many of each draw's worlds that count ended in each outcome: (D, O)."""

    def log_weight(self) -> Floats:
        """Return the logarithm of each draw's weight: (D,)."""

    def forms(self) -> list[str]:
        """Return the form in which each draw was modelled, "" where there is one: D."""

    def kept_digest(self) -> str | None:
        """Return the digest of the worlds table that is kept; None: none is."""

    @property
    def keeps_draws(self) -> bool:
        """Return whether `counts` can be told."""


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """A finished run.

    Attributes:
        manifest: what was run, by what, and the digest of its worlds.
        source: where its parts come from.
        folder: where it lies; None: in memory only.
    """

    manifest: Mapping[str, Any]
    source: Source
    folder: Path | None = None

    def __repr__(self) -> str:
        """Return what it is, in a line."""
        said = self.manifest
        counts = f"{said['worlds']:,} worlds ({said['draws']:,} x {said['replications']:,})"
        how = listed([*said["forms"]]) if "forms" in said else said["protocol"]
        return f"<Run of {said['scenario']}: {counts}, {how}, seed {said['seed']}>"

    def _repr_html_(self) -> str:
        return self.report().written("html")

    @property
    def name(self) -> str:
        """Return what to call it: its folder, or its scenario."""
        return str(self.folder or self.manifest["scenario"])

    @cached_property
    def scenario(self) -> Scenario:
        """Return what was negotiated."""
        return self.source.configuration().scenario

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """Return the resolved configuration, as `config.yaml` holds it."""
        return self.source.configuration().tree

    @cached_property
    def odds(self) -> pd.DataFrame:
        """Return the odds: a row for each outcome.

        Columns: outcome, label, probability, low and high (95% Monte Carlo interval),
        assumption_low and assumption_high (5% and 95%; NaN where it cannot be told), worlds.
        """
        return self.source.table("odds")

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Return the odds that a text is signed, comes into force, stands: signed, in_force ...

        Columns: total, label, probability, low and high (95% Monte Carlo interval),
        assumption_low and assumption_high (5% and 95%; NaN where it cannot be told).
        """
        return self.source.table("totals")

    @cached_property
    def questions(self) -> pd.DataFrame:
        """Return the odds of what the scenario asks: a row for each question by each of its days.

        Columns: id, label, by (the day), probability, low and high (95% Monte Carlo interval),
        assumption_low and assumption_high (5% and 95%; NaN where it cannot be told).
        """
        return self.source.table("questions")

    @cached_property
    def events(self) -> pd.DataFrame:
        """Return the probability that each event has happened by each date, week by week.

        Columns: event, date, probability, low and high (95% Monte Carlo interval). Events: signed,
        in_force, refused, broken, left_<actor>, suspended, lapsed (the deadline) ..., then those
        that questions ask for.
        """
        return self.source.table("events")

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """Return the share of worlds settled by each date: date, outcome, probability.

        Week by week; probabilities accumulate, and those of the last date are the odds.
        """
        return self.source.table("timeline")

    @cached_property
    def clauses(self) -> pd.DataFrame:
        """Return how often each option is in signed texts and in the first texts of the talks.

        Columns: clause, option, signed_share (NaN where nothing was signed), first_text_share,
        clause_label, option_label.
        """
        return self.source.table("clauses")

    @cached_property
    def forms(self) -> pd.DataFrame:
        """Return the odds in each form of the model: form, outcome, probability, low, high."""
        return self.source.table("forms")

    @cached_property
    def base_rates(self) -> pd.DataFrame:
        """Return figures beside the record's: label, model, base, base_low, base_high."""
        return self.source.table("base_rates")

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """Return every world, one a row.

        Columns: world, draw, replication, counts (whether it contradicts nothing that is known),
        outcome, by (who ended it), round, date (of the signature or the end), signed_date,
        in_force_date, text_<clause> (of the signed text), utility_<actor> (of it, on the actor's
        own scale; else of no deal), ratified_<actor>, broken_date, event_<event> (its first day),
        away_<actor> (days on which it left, came back ...), last_<clause> (of the text in the last
        session held), refused_<actor> (whether it refused that text; None: it gave no answer),
        obstacle_<actor> (the clause that cost it most, where it did), doubted_<actor> (at whose
        home the vote was in doubt, where that alone made it refuse), declined_<actor> (whether its
        body at home ever refused a signed text). All but the numbers and the weight is empty where
        a text was signed before the first day, as none was.
        """
        table = self.source.worlds()
        frame = table.to_pandas(date_as_object=False)
        dates = frame.select_dtypes("datetime").columns
        return frame.astype(dict.fromkeys(dates, "datetime64[s]"))

    @cached_property
    def draws(self) -> pd.DataFrame:
        """Return what each draw holds true, one a row under its number.

        Columns: log_weight, form (in which it was modelled; "" where there is one), then every
        number of the scenario under its path, weights as they were drawn; then, under paths such as
        actors.us.misreadings.ukraine.nato.barred and actors.us.misjudgements.ukraine, the mean over
        the draw's worlds of what parties get wrong.
        """
        return self.source.draws().to_pandas().set_index("draw")

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Return how many of each draw's worlds that count ended in each outcome: (D, O)."""
        counts = self.source.counts().rename_axis(index="draw", columns=None)
        told = list(self.odds["outcome"])
        if other := [name for name in counts if name not in told and counts[name].any()]:
            raise problem(self.name, f"has worlds that ended in {other[0]}, and no odds of it")
        return counts.reindex(columns=told, fill_value=0)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Return the share of each draw's worlds that ended in each outcome: (D, O).

        Of those that contradict nothing that is known; NaN where a draw has none.
        """
        worlds = self.counts.sum(axis=1)
        return self.counts.div(worlds.where(worlds > 0), axis=0)

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Return how much each draw counts, one a row under its number.

        Columns: worlds (how many of it contradict nothing that is known), log_weight, part (of the
        weight of all: the odds are the sum over draws of part x share).
        """
        import pandas as pd

        from sim.analysis.weights import Weights

        found = Weights(self.counts.sum(axis=1).to_numpy(), self.source.log_weight())
        columns = {"worlds": found.sizes, "log_weight": found.log_weight, "part": found.parts}
        return pd.DataFrame(columns, index=self.counts.index)

    @cached_property
    def doubts(self) -> ThreeDoubts:
        """Return its totals, odds and questions with a third doubt: from form to form.

        Raises:
            ScenarioError: when its folder is of an earlier format, or keeps no worlds.
        """
        from sim.runs.doubts import three_doubts

        return three_doubts(self)

    @property
    def keeps_draws(self) -> bool:
        """Return whether its draws can be told apart, as pairing needs."""
        return self.source.keeps_draws

    @cached_property
    def kept_digest(self) -> str | None:
        """Return the digest of the worlds table that its folder holds; None: it holds none."""
        return self.source.kept_digest() if self.folder and self.keeps_draws else None

    @property
    def is_altered(self) -> bool:
        """Return whether its folder's worlds table is not the one that its manifest describes."""
        return self.kept_digest not in (None, self.manifest["digest"])

    @property
    def plot(self) -> Plots:
        """Return the figures: `plot.odds()`, `.timeline()`, `.clauses()`, `.posterior()` ..."""
        return Plots(self)

    def report(self) -> Report:
        """Return what is told of it, what has no effect included: printed, what a terminal shows.

        Raises:
            ScenarioError: when an actor's utilities have no scale at the means.
        """
        from sim.runs.findings import findings
        from sim.runs.track_record import track_record
        from sim.scenario.told import told_of_a_run
        from sim.show.reports.run import run_report
        from sim.theory.yardsticks import yardsticks

        beside = yardsticks(self.scenario)
        return run_report(
            self.scenario.title,
            [actor.tactic for actor in self.scenario.actors.values()],
            self.manifest,
            self.odds,
            self.totals if self.source.holds("totals") else None,
            self.asked() if self.source.holds("questions") else None,
            self.base_rates,
            self.clauses,
            beside.by_option(),
            (*beside.notes, *track_record(), *told_of_a_run(self.scenario)),
            findings(self),
            self.folder,
        )

    def page(self) -> Page:
        """Return the page that tells all of it to people who do not know Parley.

        Raises:
            ScenarioError: when its folder lacks a part that the page tells of.
        """
        from sim.runs.page import page

        return page(self)

    def write_report(self, path: str | Path, force: bool = False) -> Path:
        """Write its page into a file of HTML that needs no other, whole or not at all.

        `force` replaces a file that is there.

        Raises:
            ScenarioError: when the file is there or cannot be, or as `page`.
            OSError: when it cannot be written.
        """
        from sim.runs.page import write_page

        return write_page(self, Path(path), force)

    def questions_report(self) -> Report:
        """Return what is told of its questions: the chance of each by each day, how it resolves.

        Raises:
            ScenarioError: when its folder is of an earlier format, which kept none, or its
                configuration asks others.
        """
        from sim.show.reports.questions import questions_report

        return questions_report(self._title(), self.manifest, self.asked())

    def asked(self) -> pd.DataFrame:
        """Return its questions with the `event` of each, its words (`question`), how it `resolves`.

        Raises:
            ScenarioError: when its folder is of an earlier format, which kept none, or its
                configuration asks others.
        """
        import pandas as pd

        asked = asked_of(self.scenario)
        if list(self.questions["id"]) != [each.id for each in asked]:
            raise problem(self.name, "its questions are not those of its configuration")
        return self.questions.assign(
            event=[each.event for each in asked],
            question=[self.scenario.questions[each.event].label for each in asked],
            resolves=pd.Series([each.resolves for each in asked], dtype=object),
        )

    def _title(self) -> str:
        said = self.manifest
        return f"{self.scenario.title}: {said['worlds']:,} worlds, seed {said['seed']}"

    def compare(self, other: Run) -> Comparison:
        """Return what changes from this run to another: odds and configuration.

        Raises:
            ScenarioError: when they share no outcome, or one of them cannot be read.
        """
        from sim.runs.comparison import compare

        return compare(self, other)

    def given(self, *statements: str) -> Given:
        """Return the odds of its worlds that meet statements, without playing again.

        Each is `[nothing|no|not] EVENT by DAY` or `[nothing|no|not] STATE on DAY`, such as
        "nothing signed by 2025-12-31" or "us away on 2026-01-31".

        Raises:
            ScenarioError: when there is none, one cannot be read, its worlds are not kept, or too
                few meet them.
        """
        from sim.runs.given import given

        return given(self, statements)

    def calibrate(self, *stated: str | Mapping[str, float]) -> Calibration:
        """Return what follows if statements had stated chances, without playing again.

        Each is "STATEMENT = CHANCE", such as "signed by 2026-03-31 = 0.2", or a mapping of
        statements to chances. The draws are weighed as little otherwise as it takes.

        Raises:
            ScenarioError: when there is none, one cannot be read, its worlds are not kept, or no
                weights of its draws give these chances.
        """
        from sim.runs.calibration import calibrate

        return calibrate(self, stated)

    def what_if(
        self,
        changes: Mapping[str, Any],
        workers: int | None = 1,
    ) -> WhatIf:
        """Return what becomes of its odds where something changes from the scenario's day on.

        Its own worlds are played again: with the draws and the weights that it has, as what is
        known on that day was learnt in the world as it is.

        Args:
            changes: path: value, as overrides have them.
            workers: processes; None: as many as there are cores, up to 8.

        Raises:
            ScenarioError: when a change is wrong or no change from the day on, the worlds are not
                kept.
            ChildProcessError: when a process died.
        """
        from sim.play.executors import executor_of
        from sim.runs.what_if import what_if

        return what_if(self, changes, executor_of(workers=workers))

    def levers(
        self,
        of: str = "signed",
        draws: int | None = None,
        workers: int | None = 1,
        pairs: bool = True,
    ) -> Levers:
        """Return what each lever of its scenario does alone, and each pair, on its own worlds.

        Args:
            of: a total (signed, in_force, standing), an outcome, or the id of a question.
            draws: on so many of its draws, taken by their weight; None: 100, or all if fewer.
            workers: processes; None: as many as there are cores, up to 8.
            pairs: whether to play pairs too.

        Raises:
            ScenarioError: when there are no levers, nothing is called `of`, the worlds are not
                kept or fewer.
            ChildProcessError: when a process died.
        """
        from sim.play.executors import executor_of
        from sim.runs.levers import levers

        return levers(self, of, draws, executor_of(workers=workers), pairs=pairs)

    def posterior(self) -> pd.DataFrame:
        """Return every number that is not known for sure before and after evidence.

        The most moved come first. Columns: path, prior_mean, prior_sd, prior_low, prior_high (5%
        and 95%), mean, sd, low, high (of the posterior), shift (of the mean in prior sds),
        narrowing (sd over prior sd), verdict (conflict, moved, narrowed, widened, little or
        nothing), moved_by (the piece of evidence that did most of it).

        Raises:
            ScenarioError: when nothing that is known weighs its draws, or its draws or worlds are
                not there.
        """
        from sim.runs.posterior import posterior

        return posterior(self)

    def posterior_report(self) -> Report:
        """Return what is told of it: which numbers evidence moved, and which it left alone.

        Raises:
            ScenarioError: as `posterior`.
        """
        from sim.runs.posterior import known_of
        from sim.show.reports.posterior import posterior_report

        table = self.posterior()
        return posterior_report(self._title(), self.manifest, known_of(self.scenario), table)

    def texts(self, week: float | None = None) -> Texts:
        """Return the chance of every text, by its draws: signed, ratified, standing.

        Texts are put to all on one day, some weeks from the start: half-way to the horizon where
        none are stated. No world is played again.

        Raises:
            ScenarioError: when the week lies outside the talks, or its draws or worlds are not
                there.
        """
        from sim.runs.texts import texts_of_run

        return texts_of_run(self, week)

    def drivers(self, of: str = "signed", box: bool = False, total: bool = False) -> Drivers:
        """Return what drives the odds of an event, an outcome, a question or a total.

        The importance of every number that draws hold is told from them; `box` looks for where it
        is likeliest; `total` plays worlds for the total-order indices of groups of numbers.

        Raises:
            ScenarioError: when there is no such thing, no number differs between draws, or its
                draws or worlds are not there.
        """
        from sim.runs.drivers import drivers

        return drivers(self, of, box=box, total=total)

    def why(self) -> Why:
        """Return what stood in the way of a signature: who refused what, who left, who at home.

        Its tables: unsigned, refused, together, obstacles, doubts, bodies, exits, typical; its
        `report()` tells them, `play(outcome)` plays a typical world.

        Raises:
            ScenarioError: when its worlds are not kept or, of an earlier format, not who refused.
        """
        from sim.runs.why import why

        return why(self)

    def first_world(self, ended: str) -> int:
        """Return the number of its first world that ended in some way.

        By an outcome's name, else an ending: in_force, rejected, broken,
        suspended, talking, or signed, which is any of the first three.

        Raises:
            ScenarioError: when there is no such outcome or ending, no world ended so, or the
                worlds table is not there.
        """
        from sim.runs.endings import first_world

        return first_world(self.source.worlds(), self.scenario, ended)

    def play_world(self, world: int = 0) -> Negotiation:
        """Return one of its worlds, played again, session by session.

        Raises:
            ScenarioError: when it has no such world.
        """
        from sim.play.world import play_world

        said = self.manifest
        if not 0 <= world < said["worlds"]:
            raise problem("world", f"must be between 0 and {said['worlds'] - 1:,}", world)
        return play_world(self.scenario, world, said["seed"], said["replications"])


def load_run(folder: str | Path) -> Run:
    """Return a finished run; its tables are read when they are asked for.

    Raises:
        ScenarioError: when the folder holds no finished run, its manifest lacks an entry, or its
            configuration or its tables contradict the manifest.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    refuse_if_untrue(folder, manifest)
    return Run(manifest, RunFolder(folder), folder)
