"""Studies: a question, the assumptions that it varies, and the figure that answers it.

A study is a folder with `study.yaml`, which holds only what differs from Parley's own settings, and
a README that says what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, assert_never

from pydantic import Field, ValidationError

from sim.errors import Problem, ScenarioError, problem, unknown
from sim.numbers.names import Frozen, Name
from sim.numbers.uncertain import Finite
from sim.outside.names import stays_inside
from sim.scenario.reading.files import read_file
from sim.scenario.reading.schema import problems_of
from sim.settings.configuration import (
    MODELS,
    Configuration,
    configure,
    flat,
    is_whole,
    refuse_address,
    shipped,
)
from sim.settings.grammar import CASE, SCENARIO, Varied
from sim.settings.paths import at, kind_of_names
from sim.sweeps.designs import Design, Kind, interval
from sim.sweeps.plans import Plan

STUDY = "study.yaml"
DEFAULT_POINTS = {Kind.GRID: 5, Kind.LHS: 64, Kind.SOBOL: 64}
Label = Annotated[str, Field(min_length=1, max_length=80)]


class StudyDesign(Frozen):
    """Which points the study visits."""

    kind: Kind = Field(Kind.GRID, description="how the ranges are filled: grid, lhs or sobol")
    points: Annotated[int, Field(ge=1)] | None = Field(
        None, description="for a grid of each range, else in all; absent: 5 or 64"
    )
    ranges: dict[str, tuple[Finite, Finite]] = Field({}, description="path: [low, high]")
    choices: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(
        {}, description="path: the values to cross"
    )
    cases: dict[Name, dict[str, Any]] = Field(
        {}, description="name: settings and numbers that differ together; {}: nothing does"
    )


class HeatMap(Frozen):
    """Two paths of the design against the odds of one outcome."""

    kind: Literal["heat_map"]
    x: str
    y: str
    outcome: str


class Differences(Frozen):
    """Every other point's odds less those of the first, as paired differences."""

    kind: Literal["differences"]
    outcomes: list[str] = Field([], description="of which outcomes; absent: of all")


class Odds(Frozen):
    """The odds of the first point."""

    kind: Literal["odds"]


Figure = Annotated[HeatMap | Differences | Odds, Field(discriminator="kind")]


class StudyFile(Frozen):
    """What `study.yaml` may say."""

    question: str = Field(min_length=10, description="what the study asks, in one sentence")
    config: dict[str, Any] = Field({}, description="settings and numbers that differ")
    design: StudyDesign = StudyDesign()
    figure: Figure
    labels: dict[str, Label] = Field({}, description="what paths and cases are called in figures")

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Return the outcomes that the question is about; none: all alike."""
        match self.figure:
            case HeatMap(outcome=outcome):
                return (outcome,)
            case Differences(outcomes=outcomes):
                return tuple(outcomes)
            case Odds():
                return ()
            case _:
                assert_never(self.figure)


@dataclass(frozen=True)
class Study:
    """A study, and the folder that it lives in."""

    name: str
    folder: Path
    file: StudyFile

    @property
    def config(self) -> dict[str, Any]:
        """Return what differs for all points, but for the scenario."""
        return {key: item for key, item in self.file.config.items() if key != SCENARIO}

    @property
    def scenario(self) -> str | None:
        """Return the scenario that the study names; a file is found from the study's folder."""
        named = self.file.config.get(SCENARIO)
        if named is None:
            return None
        beside = self.folder / str(named)
        return str(beside) if beside.is_file() else str(named)


def study_names() -> dict[str, str]:
    """Return the studies that Parley ships, and the question of each."""
    return {name: load_study(name).file.question for name in _shipped()}


def load_study(name_or_folder: str) -> Study:
    """Return a study by its name, or from a folder (a path with a slash in it).

    Raises:
        ScenarioError: when there is no such study, or with everything that is wrong with its file.
    """
    folder = _folder(name_or_folder)
    tree = read_file(folder / STUDY)
    try:
        study = Study(folder.name, folder, StudyFile.model_validate(tree))
    except ValidationError as error:
        raise _in_file(folder, problems_of(error, StudyFile)) from None
    _refuse_paths_outwards(study)
    for changes in (
        study.file.config,
        study.file.design.choices,
        *study.file.design.cases.values(),
    ):
        refuse_address(changes, f"{folder / STUDY}: ")
    _refuse_a_figure_of_nothing(study)
    return study


def planned(
    varied: Varied, config: str | None = None, kind: Kind | None = None, points: int | None = None
) -> Plan:
    """Return the plan of a sweep as it is asked for, checked before anything runs.

    Args:
        varied: what the overrides say; they come on top of the study that they name.
        config: a file to start from; default: the study's scenario, or Parley's own.
        kind: how ranges are filled.
        points: for a grid the values of each range, else the points in all.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    study = load_study(varied.experiment) if varied.experiment else None
    if study:
        alone = {path: names for path, names in varied.choices.items() if path == SCENARIO}
        try:
            own = _plan(Varied((), alone, {}, None, None), study, config, None, None)
            own.checked()
            _refuse_unknown_outcomes(study, own)
        except ScenarioError as error:
            raise _in_file(study.folder, error.problems) from None
    plan = _plan(varied, study, config, kind, points)
    plan.checked()
    return plan


def _plan(
    varied: Varied, study: Study | None, config: str | None, kind: Kind | None, points: int | None
) -> Plan:
    bases = {
        start or "": _base(start, varied.fixed, study) for start in _starts(varied, study, config)
    }
    return plan_over(bases, varied, kind, points, study)


def plan_over(
    bases: Mapping[str, Configuration],
    varied: Varied,
    kind: Kind | None = None,
    points: int | None = None,
    study: Study | None = None,
) -> Plan:
    """Return the plan of a sweep over configurations, not yet checked.

    Args:
        bases: what the points start from, as `Plan.bases`.
        varied: what varies beside what the study varies; what is fixed stands in the bases.
        kind: how ranges are filled.
        points: for a grid the values of each range, else the points in all.
        study: the study that it is of, if any.

    Raises:
        ScenarioError: when something varies that cannot, or nothing does.
    """
    base = next(iter(bases.values()))
    own = study.file.design if study else StudyDesign()
    design = _design(varied, own, kind, points, base.settings.seed)
    cases = {name: dict(flat(base.tree, changes)) for name, changes in own.cases.items()}
    _refuse_what_cannot_vary(design, cases, study is not None)
    name = study.name if study else "+".join(each.settings.scenario for each in bases.values())
    return Plan(name, bases, design, cases, study.file.outcomes if study else ())


def _starts(varied: Varied, study: Study | None, config: str | None) -> tuple[str | None, ...]:
    """Return what points start from: a configuration's file, or the scenarios that are chosen.

    Raises:
        ScenarioError: when both are given, or a scenario is no name.
    """
    chosen = varied.choices.get(SCENARIO, ())
    if chosen and config is not None:
        raise problem(SCENARIO, "cannot be chosen beside --config, which holds a scenario")
    if config is not None:
        return (config,)
    chosen = chosen or (tuple(study.file.design.choices.get(SCENARIO, ())) if study else ())
    for name in chosen:
        if not isinstance(name, str) or not name:
            raise problem(SCENARIO, "must be a name or a path", name)
    return chosen or (study.scenario if study else None,)


def _base(start: str | None, fixed: Sequence[str], study: Study | None) -> Configuration:
    """Return what all points of one scenario share: the study's changes, then the overrides."""
    if study is None:
        return configure(fixed, start)
    tree = configure(config=start).tree
    changes = dict(flat(tree, study.config))
    try:
        return configure(fixed, start, changes)
    except ScenarioError as error:
        raise ScenarioError(*(_misspelt(tree, changes, error) or error.problems)) from None


def _misspelt(
    tree: Mapping[str, Any], changes: Mapping[str, Any], error: ScenarioError
) -> list[Problem]:
    """Return the names that declare something new, but too little of it to be meant so."""
    found = []
    for path in changes:
        *parent, step = path.split(".")
        beside = at(tree, parent)
        lacks = any(
            each.field.startswith(f"{path}.") and each.rule.startswith("is missing")
            for each in error.problems
        )
        if lacks and isinstance(beside, Mapping) and step not in beside:
            rule = unknown(kind_of_names(parent, MODELS), step, beside)
            found.append(Problem(path, rule))
    return found


def _design(
    varied: Varied, own: StudyDesign, kind: Kind | None, points: int | None, seed: int
) -> Design:
    """Return the points: those of a study, less what the overrides give, and theirs.

    Raises:
        ScenarioError: when a range is none, or `kind` or `points` is given and there is no range.
    """
    given = {*varied.choices, *varied.ranges, *(text.partition("=")[0] for text in varied.fixed)}
    choices = {CASE: tuple(own.cases)} if own.cases and CASE not in given else {}
    choices |= {path: tuple(each) for path, each in own.choices.items() if path not in given}
    choices |= varied.choices
    if len(choices.get(SCENARIO, ())) == 1:
        del choices[SCENARIO]
    ranges = {path: each for path, each in own.ranges.items() if path not in given}
    ends = {
        **{path: (str(low), str(high)) for path, (low, high) in ranges.items()},
        **varied.ranges,
    }
    if not ends:
        for option, value in (("--design", kind), ("--points", points)):
            if value is not None:
                raise problem(option, "has no part here: no path has a range LOW:HIGH")
        return Design(choices, seed=seed)
    filling = kind or own.kind
    count = points if points is not None else own.points or DEFAULT_POINTS[filling]
    intervals = {path: interval(path, *each, is_whole(path)) for path, each in ends.items()}
    return Design(choices, intervals, filling, count, seed)


def _refuse_what_cannot_vary(
    design: Design, cases: Mapping[str, Mapping[str, Any]], is_study: bool
) -> None:
    """Refuse a sweep over what changes no result, over nothing, or over one path twice.

    Raises:
        ScenarioError: when it is one.
    """
    paths = [*design.choices, *design.ranges]
    in_cases = {path for case in cases.values() for path in case}
    for path in (*paths, *in_cases):
        if path == "ensemble.workers" or path.split(".")[0] == "executor":
            raise problem(path, "cannot be swept: it changes no result")
    for path in in_cases & set(paths):
        raise problem(path, "is set both by a case and by the design")
    for name in design.choices.get(CASE, ()):
        if name not in cases:
            raise problem(CASE, unknown("case", name, cases), name)
    if not is_study and design.size == 1 and not design.ranges:
        raise problem("", "nothing varies: give PATH=A,B or PATH=LOW:HIGH, or use `parley run`")


def _refuse_paths_outwards(study: Study) -> None:
    """Refuse a scenario's file that is not in the study's folder: a study names nothing else.

    Raises:
        ScenarioError: naming it.
    """
    own = study.file
    for name in (own.config.get(SCENARIO), *own.design.choices.get(SCENARIO, ())):
        if isinstance(name, str) and not stays_inside(name):
            rule = "must be a scenario's name, or a file in the study's folder"
            raise _in_file(study.folder, [Problem(SCENARIO, rule, repr(name))])


def _refuse_a_figure_of_nothing(study: Study) -> None:
    """Refuse a heat map over paths that the design does not vary.

    Raises:
        ScenarioError: naming them.
    """
    figure, design = study.file.figure, study.file.design
    paths = [*design.ranges, *design.choices]
    if isinstance(figure, HeatMap):
        wrong = [
            Problem(f"figure.{axis}", unknown("path in the design", path, paths), repr(path))
            for axis, path in (("x", figure.x), ("y", figure.y))
            if path not in paths
        ]
        if wrong:
            raise _in_file(study.folder, wrong)


def _refuse_unknown_outcomes(study: Study, plan: Plan) -> None:
    """Refuse a figure of outcomes that the scenario does not have.

    Raises:
        ScenarioError: naming the first.
    """
    known = plan.base.scenario.outcomes
    for name in study.file.outcomes:
        if name not in known:
            raise problem("figure", unknown("outcome", name, known), name)


def _shipped() -> list[str]:
    return sorted(file.parent.name for file in shipped("experiments").glob(f"*/{STUDY}"))


def _folder(name_or_folder: str) -> Path:
    if "/" in name_or_folder:
        folder = Path(name_or_folder)
        if not (folder / STUDY).is_file():
            raise problem("experiment", f"there is no {STUDY} in this folder", name_or_folder)
        return folder.resolve()
    if name_or_folder not in _shipped():
        hint = unknown("experiment", name_or_folder, _shipped())
        raise problem("experiment", f"{hint} (a folder's path must have a / in it)", name_or_folder)
    return shipped("experiments") / name_or_folder


def _in_file(folder: Path, problems: Iterable[Problem]) -> ScenarioError:
    """Return problems with the name of the study's file, where they are."""
    file = f"{folder.name}/{STUDY}"
    return ScenarioError(
        *(Problem(f"{file}: {each.field}", each.rule, each.value) for each in problems)
    )
