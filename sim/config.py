"""YAML and overrides become settings and a scenario: the only file that knows Hydra and OmegaConf.

Hydra composes the configuration groups of `conf/` and parses the overrides; keys and values are
then checked here against the schema, so that a misspelt one gets the nearest right name. A
configuration is plain data: interpolations, which could read the environment, are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from pydantic import Field, TypeAdapter, ValidationError

from sim.errors import Problem, ScenarioError, problem, unknown
from sim.scenario import schema
from sim.scenario.actors import Tactic
from sim.scenario.evidence import Fact
from sim.scenario.scenario import Scenario, read_scenario
from sim.scenario.uncertain import Frozen

LARGEST_FILE = 4 * 2**20


class EnsembleSettings(Frozen):
    """How many worlds are played, and by how many processes."""

    draws: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    replications: Annotated[int, Field(ge=1, le=10_000)] = 10
    workers: Annotated[int, Field(ge=1, le=64)] | None = None


class Settings(Frozen):
    """What a run needs beside its scenario."""

    scenario: str
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    tactic: Tactic | None = None
    ensemble: EnsembleSettings = EnsembleSettings()


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
    parsed = [_parsed(text) for text in overrides]
    chosen = {item.key_or_group: item for item in parsed if item.key_or_group in _SPECIAL}
    source = config or _special(chosen, "scenario")
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
            found += TypeAdapter(list[Fact]).validate_python(_read_yaml(file).get("facts"))
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
    return {file.stem: str(_read_yaml(file).get("title", "")) for file in files}


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


def _parsed(text: str) -> Override:
    """Return one override, parsed by Hydra's grammar.

    Raises:
        ScenarioError: when it is no `path=value`, or has several values.
    """
    try:
        override: Override = OverridesParser.create().parse_override(text)
    except HydraException:
        raise problem("", f"'{text}' is no override; write path=value, such as seed=7") from None
    key = override.key_or_group
    if override.is_sweep_override():
        raise problem(key, "must have one value in a run", override.value_label or text)
    if key.startswith("hydra.") and key not in _SPECIAL:
        raise problem(key, "is not used here; of Hydra's own settings only hydra.run.dir is")
    if "@" in text.split("=", maxsplit=1)[0]:
        raise problem(key, "has a package (@...), which is not used here; write path=value")
    return override


def _base(source: str | None) -> dict[str, Any]:
    """Return the tree to start from: Parley's own settings, and a scenario by name or file."""
    if source is None:
        source = "geneva_2025"
    if source.endswith((".yaml", ".yml")):
        return {**_settings(), "scenario": Path(source).stem, **_read_yaml(Path(source))}
    names = scenario_names()
    if source not in names:
        hint = unknown("scenario", source, names)
        raise problem("scenario", f"{hint} (a file's path must end in .yaml)", source)
    return {**_composed([f"scenario@_global_={source}"]), "scenario": source}


def _settings() -> dict[str, Any]:
    return _composed(["~scenario@_global_"])


def _composed(overrides: list[str]) -> dict[str, Any]:
    """Return what Hydra composes of `conf/`, as plain data."""
    folder = str(_shipped("conf").resolve())
    try:
        with initialize_config_dir(version_base="1.3", config_dir=folder):
            composed = compose("config", overrides=overrides)
    except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
        raise problem("scenario", f"cannot be composed: {_first_line(error)}") from None
    return _plain(composed)


def _read_yaml(file: Path) -> dict[str, Any]:
    """Return a YAML file as plain data.

    Raises:
        ScenarioError: when it is missing, too large, no YAML, no mapping, or interpolates.
    """
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise problem(str(file), f"is larger than {LARGEST_FILE // 2**20} MiB")
        return _plain(OmegaConf.load(file))
    except OSError as error:
        raise problem(str(file), f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise problem(str(file), "is no text file in UTF-8") from None
    except (yaml.YAMLError, OmegaConfBaseException, RecursionError) as error:
        raise problem(str(file), f"is no valid YAML: {_where(error)}") from None


def _plain(config: Any) -> dict[str, Any]:
    tree = OmegaConf.to_container(config, resolve=False)
    if not isinstance(tree, dict):
        raise problem("", "a configuration must be a mapping of names to values")
    tree = _with_text_keys(tree)
    for path, value in _leaves(tree):
        if isinstance(value, str) and "${" in value:
            raise problem(path, "interpolations are not allowed: write the value", value)
    return tree


def _with_text_keys(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {str(key): _with_text_keys(item) for key, item in tree.items()}
    return [_with_text_keys(item) for item in tree] if isinstance(tree, list) else tree


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value, and every key, of a tree with its dotted path."""
    steps: list[tuple[Any, Any]] = []
    if isinstance(tree, Mapping):
        steps = list(tree.items())
    elif isinstance(tree, list):
        steps = list(enumerate(tree))
    else:
        yield path, tree
    for key, item in steps:
        here = f"{path}.{key}" if path else str(key)
        yield here, key
        yield from _leaves(item, here)


def _where(error: BaseException) -> str:
    """Return where and why YAML could not be read, in one line."""
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or _first_line(error)
    return f"line {mark.line + 1}, column {mark.column + 1}: {reason}" if mark else str(reason)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _apply(tree: dict[str, Any], override: Override) -> list[Problem]:
    """Put one override into the tree; return what is wrong with its path."""
    path = override.key_or_group.split(".")
    node: Any = tree
    for depth, step in enumerate(path[:-1]):
        if isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
            continue
        if not isinstance(node, dict) or step not in _names_at(tree, path[:depth]):
            return [_no_such_path(tree, path, depth)]
        if not isinstance(node.get(step), (dict, list)):
            if _is_number(path[: depth + 1]):
                return [Problem(".".join(path), "is inside a plain number; override the number")]
            node[step] = {}
        node = node[step]
    last = path[-1]
    if isinstance(node, list) and last.isdigit() and int(last) < len(node):
        node[int(last)] = override.value()
        return []
    if not isinstance(node, dict) or last not in _names_at(tree, path[:-1]):
        return [_no_such_path(tree, path, len(path) - 1)]
    if override.is_delete():
        node.pop(last, None)
        return []
    value = override.value()
    bad = [v for _, v in _leaves(value) if isinstance(v, str) and "${" in v]
    if bad:
        return [Problem(".".join(path), "interpolations are not allowed: write the value", bad[0])]
    node[last] = _as_override(path, value)
    _mark_number_around(tree, path)
    return []


def _as_override(path: list[str], value: Any) -> Any:
    """Return a value as it goes into the tree: a number gets the basis `override`."""
    if not _is_number(path) or value is None or isinstance(value, (bool, list)):
        return value
    stated = dict(value) if isinstance(value, Mapping) else {"value": value}
    return {**stated, "basis": "override"} if "as_good_as" not in stated else stated


def _mark_number_around(tree: dict[str, Any], path: list[str]) -> None:
    """Set the basis of a number of which a part was overridden."""
    for depth in range(1, len(path)):
        if _is_number(path[:depth]):
            node: Any = tree
            for step in path[:depth]:
                node = node[int(step)] if isinstance(node, list) else node[step]
            if "as_good_as" not in node:
                node["basis"] = "override"


def _is_number(path: list[str]) -> bool:
    return schema.is_number_at(path, Scenario)


def _names_at(tree: Mapping[str, Any], path: list[str]) -> list[str]:
    """Return the names that may follow a path: what stands there, and what the schema knows."""
    node: Any = tree
    for step in path:
        node = node[int(step)] if isinstance(node, list) else node.get(step, {})
        node = {} if node is None else node
    names = [str(key) for key in node] if isinstance(node, dict) else []
    known = schema.names_at(path, Scenario) or schema.names_at(path, Settings)
    if not path:
        known = (*Settings.model_fields, *Scenario.model_fields)
    return [*names, *known]


def _no_such_path(tree: Mapping[str, Any], path: list[str], depth: int) -> Problem:
    here = ".".join(path[: depth + 1])
    kind = "setting" if depth == 0 else "name"
    return Problem(here, unknown(kind, path[depth], _names_at(tree, path[:depth])))


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
