"""A suite played and scored: in a folder, or in one that lasts as long as the result itself.

The command, Python and the studies backtest by the same call.
"""

from __future__ import annotations

import datetime
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from sim.backtests import folder as folders
from sim.backtests.backtest import Backtest
from sim.backtests.cases import fold_of
from sim.backtests.fitting import Fit, finalists, fitted, is_screened
from sim.backtests.gate import gate
from sim.backtests.playing import Played, play_case
from sim.backtests.scenarios import Traits
from sim.backtests.suites import SUITES, Case, Counts, Row
from sim.backtests.tables import baseline_rows, score_rows, summary_of
from sim.errors import problem, unknown
from sim.outside.files import read_bytes
from sim.outside.tables import write_table
from sim.play.executors import Executor, executor_of
from sim.play.tables import digest_of
from sim.runs import provenance
from sim.settings.configuration import shipped
from sim.settings.traits import Fitted, trait_set

FROZEN = "fitted_2026"  # what is scored where nothing is said

Watch = Callable[[Path, int], AbstractContextManager[Callable[[float], None]]]


def _unwatched(folder: Path, cases: int) -> AbstractContextManager[Callable[[float], None]]:
    return nullcontext(lambda done: None)


def backtest(
    suite: str,
    data: str | Path,
    fit: bool = False,
    traits: str | None = None,
    worlds: int | None = None,
    seed: int = 0,
    workers: int | None = 1,
    folder: str | Path | None = None,
) -> Backtest:
    """Play a suite of real negotiations and score what comes out beside simple methods.

    Args:
        suite: deu, dond or casino.
        data: the public file, as it is published.
        fit: whether to fit the global numbers; each fold is then scored by what others chose.
        traits: a frozen set of them to score instead; None: the newest.
        worlds: of a case; None: what the gate says.
        seed: root of all randomness.
        workers: processes; None: the usable cores, at most 8.
        folder: where to keep it, or to go on with the same backtest; None: a temporary folder,
            which is gone with the result, or when Python ends.

    Raises:
        ScenarioError: when suite, file, set or folder cannot be used.
        OSError: when the folder cannot be written.
        ChildProcessError: when a process died; what was played is kept.
    """
    job = Job(suite, Path(data), fit, traits, worlds, seed)
    if folder is not None:
        return backtest_into(Path(folder), job, workers)
    scratch = TemporaryDirectory(prefix="parley_backtest_")
    try:
        finished = backtest_into(Path(scratch.name), job, workers)
    except BaseException:
        scratch.cleanup()
        raise
    weakref.finalize(finished, scratch.cleanup)
    return finished


def backtest_into(
    folder: Path | None,
    job: Job,
    workers: int | None = None,
    force: bool = False,
    watch: Watch = _unwatched,
) -> Backtest:
    """Play what is not played yet of a backtest, and score it.

    Args:
        folder: where; None: a new one of its own, outputs/backtests/<suite>/<date>_<time>.
        job: what is to be done.
        workers: processes; None: the usable cores, at most 8.
        force: whether to start afresh where something stands.
        watch: entered while cases are played, with the folder and how many there are.

    Raises:
        ScenarioError: when the folder cannot be used.
        OSError: when it cannot be written; what was played is kept.
        ChildProcessError: when a process died; what was played is kept.
    """
    executor = executor_of(None, workers, None)
    with folders.backtest_folder(job.plan, folder, force) as own:
        with watch(own, job.units) as progress:
            stages = Stages(job, own, executor, progress)
            fit = job.fit(stages) if job.fits else None
            played = list(stages.play(folders.CASES, job.cases, job.chosen(fit), job.worlds))
        folders.completed(own, partial(job.write, played, fit))
        return Backtest.kept_in(own)


class Job:
    """What is to be done: a suite's cases, at which points, in how many worlds."""

    def __init__(
        self,
        suite: str,
        data: Path,
        fit: bool = False,
        traits: str | None = None,
        worlds: int | None = None,
        seed: int = 0,
    ) -> None:
        """Read the file, and check that what is asked for can be done."""
        if suite not in SUITES:
            raise problem("suite", unknown("suite", suite, SUITES), suite)
        self.suite, self.seed, self.fits = SUITES[suite], seed, fit
        self.gate = gate().suite(suite)
        if fit:
            self._refuse_a_fit(traits)
        self.frozen = None if fit else _frozen(traits or FROZEN, self.gate.traits_of or suite)
        self.data, self.reading = data, self.suite.read(data)
        self.cases: Sequence[Case] = self.reading.cases
        self._refuse_too_few(self.cases)
        if fit and not self._screened():
            one_in = self.gate.screened
            rule = f"plays its design on one group of cases in {one_in} first, and here is none"
            raise problem("--fit", rule, str(data))
        self.worlds = worlds or self.gate.worlds
        self.plan: dict[str, Any] = {
            "suite": suite,
            "data_sha256": sha256(read_bytes(data)).hexdigest(),
            "fit": fit,
            "traits": None if self.frozen is None else self.frozen.model_dump(),
            "worlds": self.worlds,
            "seed": seed,
            "gate": gate().model_dump(mode="json"),
            "code_sha256": provenance.code_sha256(),
        }

    def _refuse_a_fit(self, traits: str | None) -> None:
        if traits is not None:
            rule = "names numbers to score, and --fit looks for them: give one"
            raise problem("--traits", rule, traits)
        if self.gate.traits_of is not None:
            rule = f"fits nothing here: the numbers are those of {self.gate.traits_of}"
            raise problem("--fit", rule, self.suite.name)

    def _refuse_too_few(self, cases: Sequence[Case]) -> None:
        """Refuse cases of which no fold has others to be compared with."""
        folds = {fold_of(case.group, gate().folds) for case in cases if case.is_settled}
        if len(folds) < 2:
            told = f"needs {self.suite.cases} with a known settlement in two folds or more"
            raise problem("--data", f"{told}; found in {len(folds)}", str(self.data))

    @property
    def units(self) -> int:
        """Return how often a case is played, all stages together."""
        screened = len(self._screened()) if self.gate.screened > 1 else 0
        screened *= 2 if self.gate.refined else 1
        return len(self.cases) * (1 + self.fits) + screened * self.fits

    def _screened(self) -> list[Case]:
        return [case for case in self.cases if is_screened(case.group, self.gate.screened)]

    def chosen(self, fit: Fit | None) -> Callable[[Case], Sequence[Traits]]:
        """Return at which points each case is scored: one, that of its fold or the frozen one."""
        if fit is None:
            assert self.frozen is not None
            numbers = self.frozen.traits
            return lambda case: [numbers]
        points, by_fold = fit.points, fit.by_fold
        return lambda case: [points[by_fold[fold_of(case.group, gate().folds)]]]

    def fit(self, stages: Stages) -> Fit:
        """Play the design, on all cases or first on some, and return what fits best."""
        points = gate().points(self.suite.name)
        worlds = max(1, self.worlds // 4)  # at each point of the design
        if self.gate.screened > 1:
            played = stages.play(folders.SCREENING, self._screened(), lambda case: points, worlds)
            losses = self._losses(played)[0]
            variants, most = list(gate().variants(self.suite.name)), self.gate.finalists
            near = gate().around(self.suite.name, points[int(losses.mean(axis=1).argmin())])
            points = finalists(points, losses.mean(axis=1), variants, most)
            worlds = self.worlds
            if near:
                played = stages.play(folders.REFINING, self._screened(), lambda case: near, worlds)
                points += finalists(near, self._losses(played)[0].mean(axis=1), [{}], most)
        played = stages.play(folders.DESIGN, self.cases, lambda case: points, worlds)
        losses, folds, groups = self._losses(played)
        return fitted(points, losses, folds, groups, gate().folds)

    def _losses(self, played: Iterator[Played]) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Return the loss of each point in each decision, with the decisions' folds and groups."""
        cases = {case.name: case for case in self.cases}
        losses, groups = [], []
        for each in played:
            case = cases[each.name]
            by_point = [
                [row[self.gate.chosen_by] for row in self._rows(case, counts)]
                for counts in each.counts
            ]
            if by_point and by_point[0]:
                losses.append(np.array(by_point))
                groups += [case.group] * len(by_point[0])
        if not losses:
            raise problem("--data", "holds no case that can be played", str(self.data))
        folds = np.array([fold_of(group, gate().folds) for group in groups])
        return np.concatenate(losses, axis=1), folds, groups

    def _rows(self, case: Case, counts: Counts) -> list[Row]:
        return list(self.suite.scored(case, counts, gate().smoothing))

    def write(self, played: Sequence[Played], fit: Fit | None, draft: Path) -> dict[str, Any]:
        """Write tables and figures over all cases into a draft; return the manifest."""
        names = {each.name for each in played if each.left_out is None}
        cases = [case for case in self.cases if case.name in names]
        self._refuse_too_few(cases)
        scores = score_rows(self.suite, cases, [e for e in played if e.name in names], gate())
        carried = self.frozen.baselines if self.frozen else {}
        beside = baseline_rows(cases, scores, gate(), carried)
        summary = summary_of(scores, beside, self.gate.metrics, gate())
        for name, table in (
            (folders.SCORES, scores),
            (folders.BASELINES, beside),
            (folders.SUMMARY, summary),
        ):
            write_table(table, draft / name)
        left_out = [*self.reading.left_out, *(e.left_out for e in played if e.left_out)]
        manifest = {
            **{key: value for key, value in self.plan.items() if key != "gate"},
            "cases": sum(1 for each in played if each.left_out is None),
            "decisions": len(scores),
            "left_out": left_out,
            "fitted": None if fit is None else _as_data(fit),
            "digest": digest_of([pa.Table.from_pandas(scores, preserve_index=False)]),
            **provenance.stamp(),
            "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }
        Backtest(draft, manifest, scores, beside, summary).plot.save(draft / folders.FIGURES)
        return manifest


class Stages:
    """Cases played into a folder, stage by stage, with progress over all of them."""

    def __init__(
        self, job: Job, folder: Path, executor: Executor, progress: Callable[[float], None]
    ) -> None:
        """Begin with no case played."""
        self.job, self.folder, self.executor, self.progress = job, folder, executor, progress
        self.played = 0

    def play(
        self,
        stage: str,
        cases: Sequence[Case],
        points: Callable[[Case], Sequence[Traits]],
        worlds: int,
    ) -> Iterator[Played]:
        """Yield what comes out of cases, in their order; what is kept is not played again."""
        known = {case.name for case in cases if folders.kept(self.folder, stage, case.name)}
        missing = [(case, points(case)) for case in cases if case.name not in known]
        play = partial(_play, self.job.suite.name, worlds, self.job.seed)
        self._tell(len(known))
        for each in self.executor.map(play, missing, ahead=8):
            folders.keep(self.folder, stage, each)
            self._tell(1)
        for case in cases:
            found = folders.kept(self.folder, stage, case.name)
            if found is None:
                raise OSError(f"{self.folder}: {case.name} was played and is not kept")
            yield found

    def _tell(self, more: int) -> None:
        self.played += more
        self.progress(self.played)


def _frozen(name: str, suite: str) -> Fitted:
    """Return what a set of traits says of a suite.

    Raises:
        ScenarioError: when there is no such set, or it says nothing of the suite.
    """
    suites = trait_set(shipped("conf"), name).suites
    if suite not in suites:
        raise problem("--traits", f"says nothing of the suite {suite}", name)
    return suites[suite]


def _play(suite: str, worlds: int, seed: int, work: tuple[Case, Sequence[Traits]]) -> Played:
    case, points = work
    return play_case(suite, points, worlds, seed, case)


def _as_data(fit: Fit) -> dict[str, Any]:
    """Return a fit as plain data: the best point, the folds', and how far others are as good."""
    return {
        "traits": dict(fit.chosen),
        "loss": float(fit.loss[fit.best]),
        "by_fold": [dict(fit.points[point]) for point in fit.by_fold],
        "as_good": [dict(fit.points[point]) for point in fit.as_good],
        "points": [
            {**traits, "loss": float(loss)}
            for traits, loss in zip(fit.points, fit.loss, strict=True)
        ],
    }
