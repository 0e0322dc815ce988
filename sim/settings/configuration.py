"""YAML and overrides become settings and a scenario.

Hydra composes the configuration groups of `conf/`; keys and values are
then checked here against the schema, so that a misspelt one gets the nearest right name. A
configuration is plain data: interpolations, which could read the environment, are refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import yaml
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from sim.errors import Problem, ScenarioError, problem, unknown
from sim.numbers.evidence import Fact
from sim.numbers.names import Frozen, broken
from sim.numbers.uncertain import Number, whole
from sim.outside.names import NAME_RULE, is_name, name_of
from sim.play.executors import EXECUTORS, Executor, executor_of
from sim.scenario.actors import TacticName
from sim.scenario.reading import schema
from sim.scenario.reading.files import read_file
from sim.scenario.reading.reader import read_scenario
from sim.scenario.scenario import Scenario
from sim.settings import paths
from sim.settings.changes import STAYS, changed, not_from_the_day_on
from sim.settings.grammar import RUN, named, read_overrides, refuse_twice
from sim.settings.traits import with_priors


class EnsembleSettings(Frozen):
    """How many worlds are played, and by how many processes."""

    draws: Annotated[int, whole(1, 1_000_000)] = 1000
    replications: Annotated[int, whole(1, 10_000)] = 10
    workers: Annotated[int, whole(1, 64)] | None = None


def _known(kind: str) -> str:
    if kind not in EXECUTORS:
        raise ValueError(unknown("executor", kind, EXECUTORS))
    return kind


def _named(scenario: str) -> str:
    if not is_name(scenario):
        raise ValueError(NAME_RULE)
    return scenario


class ExecutorSettings(Frozen):
    """Where worlds are played; `executor=dask` says as much as `executor.kind=dask`."""

    PLAIN: ClassVar[str] = "kind"

    kind: Annotated[str, AfterValidator(_known)] | None = None
    address: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_a_name(cls, raw: Any) -> Any:
        return raw if isinstance(raw, (Mapping, cls)) else {cls.PLAIN: raw}

    @model_validator(mode="after")
    def _has_an_address_only_where_it_takes_one(self) -> Self:
        if self.address is None or (self.kind and EXECUTORS[self.kind].takes_address):
            return self
        able = " or ".join(name for name, each in EXECUTORS.items() if each.takes_address)
        raise broken("address", f"needs executor={able} beside it", self.address)


class Settings(Frozen):
    """What a run needs beside its scenario."""

    scenario: Annotated[str, AfterValidator(_named)]
    seed: Annotated[int, whole(0, 2**63 - 1)] = 0
    tactic: TacticName | None = None
    traits: str | None = None
    ensemble: EnsembleSettings = EnsembleSettings()
    executor: ExecutorSettings | None = None

    def place(self) -> Executor:
        """Return the executor that is asked for.

        Raises:
            ScenarioError: when it cannot be had.
        """
        asked = self.executor or ExecutorSettings()
        return executor_of(asked.kind, self.ensemble.workers, asked.address)


MODELS = (Settings, Scenario)
_NO_LEVER = {*Settings.model_fields} - {"tactic"}
EXECUTOR = "executor"
_UNNAMED = "scenario"  # what one is called whose file or title makes no name
Source = str | Path | Mapping[str, Any] | Scenario


@dataclass(frozen=True)
class Configuration:
    """A run, resolved: settings, scenario, the plain tree they came from, and where to write."""

    settings: Settings
    scenario: Scenario
    tree: Mapping[str, Any]
    directory: Path | None

    @cached_property
    def text(self) -> str:
        """Return the tree as YAML that `configure` reads back as the same run.

        Without the address of a cluster, which a file may not name.
        """
        asked = self.settings.executor
        where = {EXECUTOR: asked.kind} if asked and asked.address else {}
        return dump({**self.tree, **where})


def configure(
    overrides: Sequence[str] = (),
    config: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Configuration:
    """Return the configuration that overrides make of a base.

    Args:
        overrides: `path=value` in Hydra's grammar, `scenario=NAME or FILE.yaml` among them.
        config: a file to start from, such as a run's `config.yaml`; default: Parley's own.
        changes: what a study changes before the overrides do: `path: value`.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    parsed = read_overrides(overrides)
    source, directory = named(parsed, "scenario"), named(parsed, "hydra.run.dir")
    if config is not None and source is not None:
        raise problem("scenario", "cannot be chosen beside --config, which holds a scenario")
    tree = _base(source if config is None else config)
    problems = _put_all(tree, changes or {})
    for item in sorted(parsed, key=lambda item: item.key_or_group != EXECUTOR):  # then its address
        if item.key_or_group not in RUN:
            problems += _apply(tree, item)
    named_paths = [item.key_or_group for item in parsed] + list(changes or ())
    _one_form_where_it_is_named(tree, named_paths)
    settings, scenario = _validated(tree, problems)
    found = Configuration(settings, scenario, tree, Path(directory) if directory else None)
    return with_good_levers(found) if config is None and _as_written(named_paths) else found


def with_values(base: Configuration, values: Mapping[str, Any]) -> Configuration:
    """Return a configuration with values put in, `path: value`, as overrides would.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    tree = deepcopy(dict(base.tree))
    problems = _put_all(tree, values)
    _one_form_where_it_is_named(tree, values)
    settings, scenario = _validated(tree, problems)
    return Configuration(settings, scenario, tree, base.directory)


def from_the_day_on(base: Configuration, values: Mapping[str, Any]) -> Configuration:
    """Return a configuration with values put in that change only what is done from its day on.

    Raises:
        ScenarioError: with everything that is wrong, or that no such change can touch.
    """
    settings = [path for path in values if path.split(".")[0] in _NO_LEVER]
    if settings:
        raise ScenarioError(*(Problem(path, STAYS) for path in settings))
    after = with_values(base, values)
    if problems := [*not_from_the_day_on(base.scenario, after.scenario)]:
        raise ScenarioError(*problems)
    return after


def with_good_levers(loaded: Configuration) -> Configuration:
    """Return a configuration all of whose levers can be played.

    Raises:
        ScenarioError: with everything that is wrong with them.
    """
    problems: list[Problem] = []
    for name, lever in loaded.scenario.levers.items():
        try:
            from_the_day_on(loaded, lever.changes)
        except ScenarioError as error:
            place = f"levers.{name}.changes"
            problems += [replace(each, field=f"{place}: {each.field}") for each in error.problems]
    if problems:
        raise ScenarioError(*problems)
    return loaded


def idle_levers(loaded: Configuration) -> Iterator[str]:
    """Yield the levers that change nothing: all that they set is so already."""
    for name, lever in loaded.scenario.levers.items():
        after = from_the_day_on(loaded, lever.changes).scenario
        if not changed(loaded.scenario, after):
            yield name


def read_changes(overrides: Sequence[str]) -> dict[str, Any]:
    """Return what overrides change, `path: value`.

    Raises:
        ScenarioError: when one is no `path=value`, or a path is given twice.
    """
    parsed = read_overrides(overrides)
    wrong = [each for each in parsed if each.is_delete()]
    if wrong:
        key = wrong[0].key_or_group
        raise problem(f"~{key}", f"takes a part away, which is not for a what-if; try {key}=null")
    refuse_twice([each.key_or_group for each in parsed])
    return {each.key_or_group: each.value() for each in parsed}


def flat(
    tree: Mapping[str, Any], changes: Mapping[str, Any], path: str = ""
) -> Iterator[tuple[str, Any]]:
    """Yield nested changes of a configuration's tree one by one, each under its dotted path.

    Numbers, and parts that the tree lacks, stay whole.

    >>> dict(flat({"ensemble": {"draws": 9}}, {"ensemble": {"draws": 200}, "actors.us.no_deal": 1}))
    {'ensemble.draws': 200, 'actors.us.no_deal': 1}
    """
    for key, value in changes.items():
        here = f"{path}.{key}" if path else key
        there = paths.at(tree, key.split("."))
        is_number = schema.is_at(Number, here.split("."), *MODELS)
        if isinstance(value, Mapping) and isinstance(there, Mapping) and not is_number:
            yield from flat(there, value, here)
        else:
            yield here, value


def is_whole(path: str) -> bool:
    """Return whether what stands at a path of the configuration is a whole number.

    >>> is_whole("ensemble.draws"), is_whole("actors.ukraine.no_deal")
    (True, False)
    """
    return schema.is_at(int, path.split("."), *MODELS)


def load_scenario(source: Source, overrides: Mapping[str, Any] | None = None) -> Scenario:
    """Return a scenario, with values put in under their dotted paths.

    Args:
        source: a scenario's name, the path of a file that ends in .yaml, the same as a mapping,
            or a scenario.
        overrides: `path: value`; what is changed rests on `override` instead of its old basis.

    Raises:
        ScenarioError: with everything that is wrong.

    >>> load_scenario("geneva_2025", {"actors.ukraine.no_deal": 0.4}).actors["ukraine"].no_deal.mean
    0.4
    """
    return configuration_of(source, overrides or {}).scenario


def configuration_of(source: Source, values: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a scenario (see `load_scenario`), with values put in.

    A scenario that comes as data is called by its title.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    if isinstance(source, str | Path):
        tree = _base(str(source))
    else:
        held = source if isinstance(source, Mapping) else _as_tree(source)
        called = name_of(str(held.get("title", "")), _UNNAMED)
        tree = {**_settings(), "scenario": called, **plain(held)}
    problems = _put_all(tree, plain(values))
    _one_form_where_it_is_named(tree, values)
    settings, scenario = _validated(tree, problems)
    found = Configuration(settings, scenario, tree, None)
    as_written = not isinstance(source, Scenario) and _as_written(values)
    return with_good_levers(found) if as_written else found


@cache
def facts() -> tuple[Fact, ...]:
    """Return the record of evidence that Parley ships: every file of `seeds/`.

    Raises:
        ScenarioError: when a fact is malformed or an id is used twice.
    """
    found: list[Fact] = []
    for file in sorted(shipped("seeds").glob("*.yaml")):
        try:
            found += TypeAdapter(list[Fact]).validate_python(read_file(file).get("facts"))
        except ValidationError as error:
            problems = [
                Problem(f"{file.name}: {'.'.join(map(str, e['loc']))}", e["msg"])
                for e in error.errors()
            ]
            raise ScenarioError(*problems) from None
    ids = [fact.id for fact in found]
    for name in ids:
        if ids.count(name) > 1:
            raise problem("seeds", f"the evidence id {name} is used {ids.count(name)} times")
    return tuple(found)


def scenario_names() -> dict[str, str]:
    """Return the scenarios that Parley ships, and the title of each."""
    files = _scenario_files().items()
    return {name: str(read_file(file).get("title", "")) for name, file in files}


def dump(tree: Mapping[str, Any]) -> str:
    """Return a configuration as YAML that `configure` reads back as the same run."""
    return yaml.safe_dump(dict(tree), sort_keys=False, allow_unicode=True, width=100)


def shipped(folder: str) -> Path:
    """Return a data folder: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder


def _base(source: str | None) -> dict[str, Any]:
    """Return the tree to start from: Parley's own settings, and a scenario by name or file."""
    if source is None:
        source = "geneva_2025"
    if source.endswith((".yaml", ".yml")):
        called, tree = name_of(Path(source).stem, _UNNAMED), read_file(Path(source))
        refuse_address(tree)
        return {**_settings(), "scenario": called, **tree}
    names = _scenario_files()
    if source not in names and os.path.isdir(source):  # a name that is too long is none either
        rule = (
            "is a folder; name a file in it (a run's is config.yaml), or `parley import` a domain"
        )
        raise problem("scenario", rule, source)
    if source not in names:
        hint = unknown("scenario", source, names)
        raise problem("scenario", f"{hint} (a file's path must end in .yaml)", source)
    return {**_settings(), **read_file(names[source]), "scenario": source}


def refuse_address(tree: Mapping[str, Any], place: str = "") -> None:
    """Refuse a file that names a cluster: whoever runs it could run code here.

    Raises:
        ScenarioError: naming where.
    """
    asked = tree.get(EXECUTOR)
    if isinstance(asked, Mapping) and asked.get("address") is not None:
        named = asked["address"]
    else:
        named = tree.get(f"{EXECUTOR}.address")
    if named is not None:
        rule = "cannot come from a file, as who runs the cluster can run code here: state it as "
        rule += f"{EXECUTOR}.address=... when you ask"
        raise problem(f"{place}{EXECUTOR}.address", rule, named)


def _scenario_files() -> dict[str, Path]:
    """Return the file of each choice in Hydra's group `scenario`."""
    files = sorted(shipped("conf").joinpath("scenario").glob("*.yaml"))
    return {file.stem: file for file in files}


def _as_tree(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", exclude_defaults=True)


def plain(value: Any) -> Any:
    """Return data with numbers and arrays of numpy, and tuples, as YAML knows them."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


def _settings() -> Any:
    return deepcopy(_composed())


@cache
def _composed() -> Any:
    """Return the settings that Hydra composes of `conf/`, as plain data: a mapping.

    None of the group `scenario` is: it is long, and our own reader of it is quicker and says where
    it is wrong.
    """
    folder = str(shipped("conf").resolve())
    try:
        with initialize_config_dir(version_base="1.3", config_dir=folder):
            composed = compose("config", overrides=["scenario@_global_=[]"])
    except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
        raise problem("conf/config.yaml", f"cannot be composed: {_first_line(error)}") from None
    return OmegaConf.to_container(composed, resolve=False)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _put_all(tree: dict[str, Any], values: Mapping[str, Any]) -> list[Problem]:
    """Put values into the tree, path: value; return what is wrong with their paths."""
    problems: list[Problem] = []
    for path, value in values.items():
        try:
            paths.put(tree, path.split("."), deepcopy(value), MODELS)
        except ScenarioError as error:
            problems += error.problems
    return problems


def _one_form_where_it_is_named(tree: dict[str, Any], named: Iterable[str]) -> None:
    """Set the forms of a scenario aside where a protocol or a tactic is named instead."""
    if {"protocol", "tactic"} & set(named) and "forms" not in set(named) and "forms" in tree:
        tree["forms"] = {}


def _apply(tree: dict[str, Any], override: Override) -> list[Problem]:
    """Put one override into the tree; return what is wrong with its path."""
    if not override.is_delete():
        return _put_all(tree, {override.key_or_group: override.value()})
    try:
        paths.remove(tree, override.key_or_group.split("."), MODELS)
    except ScenarioError as error:
        return list(error.problems)
    return []


def _validated(tree: dict[str, Any], problems: Sequence[Problem] = ()) -> tuple[Settings, Scenario]:
    """Return settings and scenario of a tree; raise everything that is wrong with it at once."""
    found = list(problems)
    fields = [*Settings.model_fields, *Scenario.model_fields]
    found += [Problem(key, unknown("setting", key, fields)) for key in tree if key not in fields]
    settings = scenario = None
    try:
        settings = Settings.model_validate(_part(tree, Settings))
    except ValidationError as error:
        found += schema.problems_of(error, Settings)
    resolved, wrong = with_priors(tree, shipped("conf"))
    found += wrong
    part = _part(resolved, Scenario)
    if settings and settings.tactic and isinstance(part.get("actors"), dict):
        part["actors"] = {
            name: {**actor, "tactic": settings.tactic} if isinstance(actor, dict) else actor
            for name, actor in part["actors"].items()
        }
    try:
        scenario = read_scenario(part, facts())
    except ScenarioError as error:
        found += error.problems
    if found or settings is None or scenario is None:
        raise ScenarioError(*dict.fromkeys(found))
    return settings, scenario


def _as_written(named: Iterable[str]) -> bool:
    """Return whether a scenario is as its author wrote it, by the paths of what was put in.

    Only then are its levers checked: a run may set a part aside that a lever needs.
    """
    return not {path.split(".")[0] for path in named} & {*Scenario.model_fields, "tactic"}


def _part(tree: Mapping[str, Any], model: type[Frozen]) -> dict[str, Any]:
    return {key: tree[key] for key in model.model_fields if key in tree}
