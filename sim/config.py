"""YAML and overrides become settings and a scenario: the only file that knows Hydra and OmegaConf.

Hydra composes the configuration groups of `conf/` and parses the overrides; keys and values are
then checked here against the schema, so that a misspelt one gets the nearest right name. A
configuration is plain data: interpolations, which could read the environment, are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import TypeAdapter, ValidationError

from sim.errors import Problem, ScenarioError, problem, shorten, unknown
from sim.scenario import overrides as paths
from sim.scenario import schema
from sim.scenario.actors import Tactic
from sim.scenario.evidence import Fact
from sim.scenario.files import read_file, refuse_what_is_no_plain_text
from sim.scenario.scenario import Scenario, read_scenario
from sim.scenario.uncertain import Frozen, Number, whole


class EnsembleSettings(Frozen):
    """How many worlds are played, and by how many processes."""

    draws: Annotated[int, whole(1, 1_000_000)] = 1000
    replications: Annotated[int, whole(1, 10_000)] = 10
    workers: Annotated[int, whole(1, 64)] | None = None


class Settings(Frozen):
    """What a run needs beside its scenario."""

    scenario: str
    seed: Annotated[int, whole(0, 2**63 - 1)] = 0
    tactic: Tactic | None = None
    ensemble: EnsembleSettings = EnsembleSettings()


MODELS = (Settings, Scenario)


@dataclass(frozen=True)
class Configuration:
    """A run, resolved: settings, scenario, the plain tree they came from, and where to write."""

    settings: Settings
    scenario: Scenario
    tree: Mapping[str, Any]
    directory: Path | None


def configure(overrides: Sequence[str] = (), config: str | None = None) -> Configuration:
    """Return the configuration that overrides make of a base.

    Args:
        overrides: `path=value` in Hydra's grammar, `scenario=NAME or FILE.yaml` among them.
        config: a file to start from, such as a run's `config.yaml`; default: Parley's own.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    parsed = _parsed(overrides)
    chosen = {item.key_or_group: item for item in parsed if item.key_or_group in _SPECIAL}
    if config is not None and "scenario" in chosen:
        raise problem("scenario", "cannot be chosen beside --config, which holds a scenario")
    source = _special(chosen, "scenario") if config is None else config
    directory = _special(chosen, "hydra.run.dir")
    tree = _base(source)
    problems = [
        found
        for item in parsed
        if item.key_or_group not in _SPECIAL
        for found in _apply(tree, item)
    ]
    settings, scenario = _validated(tree, problems)
    return Configuration(settings, scenario, tree, Path(directory) if directory else None)


def load_scenario(name_or_path: str) -> Scenario:
    """Return a scenario by its name, or from a file whose path ends in .yaml.

    Raises:
        ScenarioError: with everything that is wrong.
    """
    return configure(config=name_or_path).scenario


@cache
def facts() -> tuple[Fact, ...]:
    """Return the record of evidence that Parley ships: every file of `seeds/`.

    Raises:
        ScenarioError: when a fact is malformed or an id is used twice.
    """
    found: list[Fact] = []
    for file in sorted(_shipped("seeds").glob("*.yaml")):
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
    files = sorted(_shipped("conf").joinpath("scenario").glob("*.yaml"))
    return {file.stem: str(read_file(file).get("title", "")) for file in files}


def dump(tree: Mapping[str, Any]) -> str:
    """Return a configuration as YAML that `configure` reads back as the same run."""
    return yaml.safe_dump(dict(tree), sort_keys=False, allow_unicode=True, width=100)


_SPECIAL = ("scenario", "hydra.run.dir")


def _shipped(folder: str) -> Path:
    """Return a data folder: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder


def _special(chosen: Mapping[str, Override], key: str) -> str | None:
    if key not in chosen:
        return None
    value = chosen[key].value()
    if not isinstance(value, str) or not value:
        raise problem(key, "must be a name or a path", value)
    return value


def _parsed(overrides: Sequence[str]) -> list[Override]:
    """Return overrides, parsed by Hydra's grammar.

    Raises:
        ScenarioError: naming every one that is no `path=value`.
    """
    found: list[Override] = []
    problems: list[Problem] = []
    for text in overrides:
        try:
            found.append(_one_parsed(text))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(*problems)
    return found


def _one_parsed(text: str) -> Override:
    path, _, value = text.partition("=")
    refuse_what_is_no_plain_text({path: value})
    try:
        override: Override = OverridesParser.create().parse_override(text)
    except (HydraException, RecursionError, ValueError):
        raise ScenarioError(Problem("", _no_override(text))) from None
    if not override.key_or_group:
        raise ScenarioError(Problem("", _no_override(text)))
    rule = _broken_rule(override)
    if rule:
        raise ScenarioError(Problem(override.key_or_group, rule))
    return override


def _no_override(text: str) -> str:
    """Say what an override looks like, and what an unreadable one may have meant."""
    shown = f"'{shorten(text)}' is no override; write path=value, such as seed=7"
    if text.endswith((".yaml", ".yml")) and "=" not in text:
        return f"{shown} (a scenario's file: scenario={text})"
    if any(form + "(" in text for form in Number.FORMS):
        return f"{shown} (a distribution is written 'PATH={{triangular: [0, 0.2, 0.4]}}')"
    if "=" in text:
        return f"{shown} (a value with blanks, commas, brackets or quotes needs quotes around it)"
    return shown


def _broken_rule(override: Override) -> str | None:
    """Return which rule of Parley's an override that Hydra can read does not keep."""
    key, takes_away = override.key_or_group, override.is_delete()
    path, equals, _ = str(override.input_line).partition("=")
    broken = {
        "must have one value in a run": override.is_sweep_override(),
        "is not used here; of Hydra's own settings only hydra.run.dir is": (
            key.split(".")[0] == "hydra" and key not in _SPECIAL
        ),
        "has a package (@...), which is not used here; write path=value": "@" in path,
        f"needs no plus sign; write {key}=value": override.is_add() or override.is_force_add(),
        f"takes a part away and has no value; write ~{key}": takes_away and bool(equals),
        "cannot be taken away": takes_away and key in _SPECIAL,
    }
    return next((rule for rule, holds in broken.items() if holds), None)


def _base(source: str | None) -> dict[str, Any]:
    """Return the tree to start from: Parley's own settings, and a scenario by name or file."""
    if source is None:
        source = "geneva_2025"
    if source.endswith((".yaml", ".yml")):
        return {**_settings(), "scenario": Path(source).stem, **read_file(Path(source))}
    names = scenario_names()
    if source not in names:
        hint = unknown("scenario", source, names)
        raise problem("scenario", f"{hint} (a file's path must end in .yaml)", source)
    return {**deepcopy(_composed(f"scenario@_global_={source}")), "scenario": source}


def _settings() -> Any:
    return deepcopy(_composed("~scenario@_global_"))


@cache
def _composed(override: str) -> Any:
    """Return what Hydra composes of `conf/`, as plain data: a mapping."""
    folder = str(_shipped("conf").resolve())
    try:
        with initialize_config_dir(version_base="1.3", config_dir=folder):
            composed = compose("config", overrides=[override])
    except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
        raise problem("scenario", f"cannot be composed: {_first_line(error)}") from None
    return OmegaConf.to_container(composed, resolve=False)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _apply(tree: dict[str, Any], override: Override) -> tuple[Problem, ...]:
    """Put one override into the tree; return what is wrong with its path."""
    path = override.key_or_group.split(".")
    try:
        if override.is_delete():
            paths.remove(tree, path, MODELS)
        else:
            paths.put(tree, path, override.value(), MODELS)
    except ScenarioError as error:
        return error.problems
    return ()


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
    part = _part(tree, Scenario)
    if settings and settings.tactic and isinstance(part.get("actors"), dict):
        part["actors"] = {
            name: {**actor, "tactic": settings.tactic.value} if isinstance(actor, dict) else actor
            for name, actor in part["actors"].items()
        }
    try:
        scenario = read_scenario(part, facts())
    except ScenarioError as error:
        found += error.problems
    if found or settings is None or scenario is None:
        raise ScenarioError(*dict.fromkeys(found))
    return settings, scenario


def _part(tree: Mapping[str, Any], model: type[Frozen]) -> dict[str, Any]:
    return {key: tree[key] for key in model.model_fields if key in tree}
