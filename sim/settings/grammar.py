"""Overrides as they are typed: `path=value` in Hydra's grammar, and what a sweep adds to it.

A path is dotted and a value is plain data. In a sweep a value may also be a list of values, in
Hydra's syntax for choices and steps, or a range LOW:HIGH, which a design fills.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Override, RangeSweep
from hydra.errors import HydraException

from sim.errors import Problem, ScenarioError, problem, shorten
from sim.numbers.uncertain import Number
from sim.scenario.reading.files import refuse_what_is_no_plain_text

# What is no path of the configuration: what to start from, and where to write.
RUN = ("scenario", "hydra.run.dir")
SWEEP = ("scenario", "hydra.sweep.dir", "experiment", "case")
SCENARIO, CASE = "scenario", "case"
MOST_POINTS = 100_000
_RANGE = re.compile(r"([^:\s\[\]{},'\"]+):([^:\s\[\]{},'\"]+)")


def read_overrides(overrides: Sequence[str], special: Sequence[str] = RUN) -> list[Override]:
    """Return overrides, parsed by Hydra's grammar.

    Raises:
        ScenarioError: naming every one that is no `path=value`, or is given twice.
    """
    refuse_twice([text.partition("=")[0] for text in overrides])
    found: list[Override] = []
    problems: list[Problem] = []
    for text in overrides:
        try:
            found.append(_one_parsed(text, special))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(*problems)
    return found


def named(overrides: Sequence[Override], key: str) -> str | None:
    """Return the name or path that overrides give for a key.

    Raises:
        ScenarioError: when it is no text.
    """
    values = [item.value() for item in overrides if item.key_or_group == key]
    if not values:
        return None
    if not isinstance(values[-1], str) or not values[-1]:
        raise problem(key, "must be a name or a path", values[-1])
    return values[-1]


def override(path: str, text: str) -> str:
    r"""Return the override that gives a path a text, in quotes where it would be read otherwise.

    >>> override("hydra.sweep.dir", "out"), override("hydra.sweep.dir", "a,b")
    ('hydra.sweep.dir=out', 'hydra.sweep.dir="a,b"')
    """
    plain = f"{path}={text}"
    try:
        read = _one_parsed(plain, SWEEP)
        if not read.is_sweep_override() and read.value() == text:
            return plain
    except ScenarioError:
        pass
    escaped = re.sub(r'(\\*)(?="|$)', r"\1\1", text).replace('"', '\\"')
    return f'{path}="{escaped}"'


@dataclass(frozen=True)
class Varied:
    """What the overrides of a sweep say.

    Attributes:
        fixed: overrides that hold for all points, for `configure`.
        choices: path: its values, of which each point has one; `scenario` and `case`, a study's
            named case, stand here also with one value.
        ranges: path: its lowest and highest value, as they are written.
        experiment: the study to run.
        directory: where to write.
    """

    fixed: tuple[str, ...]
    choices: Mapping[str, tuple[Any, ...]]
    ranges: Mapping[str, tuple[str, str]]
    experiment: str | None
    directory: Path | None


def read_varied(overrides: Sequence[str]) -> Varied:
    """Return what the overrides of a sweep say: `path=value`, `path=a,b` or `path=low:high`.

    Raises:
        ScenarioError: with everything that is wrong with their form.
    """
    refuse_twice([text.partition("=")[0] for text in overrides])
    ranges = {path: ends for text in overrides for path, ends in _ranges_in(text)}
    parsed = read_overrides([text for text in overrides if not list(_ranges_in(text))], SWEEP)
    fixed, choices = [], {}
    for item in parsed:
        if item.is_sweep_override():
            choices[item.key_or_group] = _values(item)
        elif item.key_or_group in (SCENARIO, CASE):
            choices[item.key_or_group] = (named([item], item.key_or_group),)
        elif item.key_or_group not in SWEEP:
            fixed.append(str(item.input_line))
    directory = named(parsed, "hydra.sweep.dir")
    return Varied(
        tuple(fixed),
        choices,
        ranges,
        named(parsed, "experiment"),
        Path(directory) if directory else None,
    )


def _ranges_in(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the path and the ends of a range, if an override is one."""
    path, _, value = text.partition("=")
    ends = read_range(value)
    if ends and path not in SWEEP:
        yield path, ends


def refuse_twice(paths: Sequence[str]) -> None:
    """Refuse paths of which one is given twice.

    Raises:
        ScenarioError: naming each that is.
    """
    twice = [path for path in dict.fromkeys(paths) if paths.count(path) > 1]
    if twice:
        raise ScenarioError(*(Problem(path, "is given twice") for path in twice))


def _values(varied: Override) -> tuple[Any, ...]:
    """Return the values that Hydra's syntax for choices and steps lists."""
    path = varied.key_or_group
    try:
        texts = list(islice(varied.sweep_string_iterator(), MOST_POINTS + 1))
    except (ArithmeticError, HydraException, ValueError):
        rule = "leads nowhere: a range goes from START to STOP by a STEP that is not 0"
        raise ScenarioError(Problem(path, rule, str(varied.input_line).partition("=")[2])) from None
    if len(texts) > MOST_POINTS:
        raise problem(path, f"lists more than {MOST_POINTS:,} values")
    return tuple(_one_parsed(f"{path}={text}").value() for text in texts)


def _one_parsed(text: str, special: Sequence[str] = RUN) -> Override:
    path, _, value = text.partition("=")
    refuse_what_is_no_plain_text({path: value})
    try:
        override: Override = OverridesParser.create().parse_override(text)
    except (HydraException, RecursionError, ValueError):
        raise ScenarioError(Problem("", _no_override(text))) from None
    if not override.key_or_group:
        raise ScenarioError(Problem("", _no_override(text)))
    rule = _broken_rule(override, special)
    if rule:
        raise ScenarioError(Problem(override.key_or_group, rule))
    return override


def _no_override(text: str) -> str:
    """Say what an override looks like, and what an unreadable one may have meant."""
    shown = f"'{shorten(text)}' is no override; write path=value, such as seed=7"
    if text.endswith((".yaml", ".yml")) and "=" not in text:
        return f"{shown} (a scenario's file: {typed('scenario', text)})"
    if any(form + "(" in text for form in Number.FORMS):
        return f"{shown} (a distribution is written 'PATH={{triangular: [0, 0.2, 0.4]}}')"
    if "=" in text:
        return f"{shown} (a value with blanks, commas, brackets or quotes needs quotes around it)"
    return shown


def _broken_rule(override: Override, special: Sequence[str]) -> str | None:
    """Return which rule of Parley's an override that Hydra can read does not keep."""
    key, takes_away = override.key_or_group, override.is_delete()
    path, equals, _ = str(override.input_line).partition("=")
    varies, _, folder = override.is_sweep_override(), *special[:2]
    broken = {
        "must have one value in a run; `parley sweep` plays several": varies and special is RUN,
        "must have one value": varies and key in special[1:3],
        "must be LOW:HIGH or a list of values, such as 1,2,3": varies and _is_no_list(override),
        f"is not used here; of Hydra's own settings only {folder} is": (
            key.split(".")[0] == "hydra" and key != folder
        ),
        "has a package (@...), which is not used here; write path=value": "@" in path,
        f"needs no plus sign; write {key}=value": override.is_add() or override.is_force_add(),
        f"takes a part away and has no value; write '~{key}'": takes_away and bool(equals),
        "cannot be taken away": takes_away and key in special,
    }
    return next((rule for rule, holds in broken.items() if holds), None)


def _is_no_list(varied: Override) -> bool:
    """Return whether a sweep's values cannot be listed, or not twice in the same order."""
    value = varied.value()
    return not isinstance(value, (ChoiceSweep, RangeSweep)) or value.shuffle


def read_range(text: str) -> tuple[str, str] | None:
    """Return the two ends of `LOW:HIGH` as they are written; None where it is no range.

    >>> read_range("0.2:0.7")
    ('0.2', '0.7')
    """
    found = _RANGE.fullmatch(text)
    return (found[1], found[2]) if found else None


def typed(path: str, text: str) -> str:
    r"""Return an override as one types it, in quotes where the shell needs them too.

    >>> print(typed("scenario", "mine.yaml"), typed("scenario", "mine (1).yaml"))
    scenario=mine.yaml 'scenario="mine (1).yaml"'
    """
    return shlex.quote(override(path, text))
