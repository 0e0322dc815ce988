"""A negotiation domain, whatever file it came from: issues with items, and additive profiles.

u(bid) = sum over issues of weight x worth of the bid's item. Weights are used as they are written,
whatever they sum to, and an item that a profile lacks is worth 0; what an item's written
evaluation is worth is the platform's own convention, which its reader applies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from math import isfinite

from sim.errors import Problem, ScenarioError, problem, unknown
from sim.scenario.reading.checks import LARGEST_BLOCK

MOST_PROBLEMS = 8  # of one file: a profile of another domain would have hundreds

_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class Source:
    """A file of a domain: its name, the stem of it, and what it holds."""

    file: str
    stem: str
    data: bytes


class Kind(StrEnum):
    """What a file holds."""

    DOMAIN = "domain"
    PROFILE = "profile"
    OTHER = "other"


@dataclass(frozen=True)
class Domain:
    """What is negotiated: the items of each issue, both in the file's order."""

    file: str
    issues: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Profile:
    """What one actor wants.

    Attributes:
        file: where it was read.
        actor: what its actor is called: the stem of the file's name.
        weights: of each issue, as written.
        evaluations: what the items of each issue are worth, before the weight.
        reservation: utility of no agreement.
        notes: what was read and is not used.
    """

    file: str
    actor: str
    weights: Mapping[str, float]
    evaluations: Mapping[str, Mapping[str, float]]
    reservation: float
    notes: tuple[str, ...] = ()


def utility(profile: Profile, bid: Mapping[str, str]) -> float:
    """Return what a bid is worth; an issue that it leaves open adds nothing."""
    return sum(
        profile.weights[issue] * profile.evaluations[issue].get(item, 0.0)
        for issue, item in bid.items()
    )


def refuse_misfits(domain: Domain, profiles: Iterable[Profile]) -> None:
    """Refuse a domain without a choice, and profiles of another domain or without a wish.

    Raises:
        ScenarioError: with what does not fit, eight problems of a file at most.
    """
    found = [*islice(_without_choice(domain), MOST_PROBLEMS)]
    for profile in profiles if not found else ():
        found += islice(_misfits(domain, profile), MOST_PROBLEMS)
    if found:
        raise ScenarioError(*found)


def _without_choice(domain: Domain) -> Iterator[Problem]:
    for issue, items in domain.issues.items():
        if not 2 <= len(items) <= LARGEST_BLOCK:
            rule = f"issue '{issue}' must have from 2 to {LARGEST_BLOCK:,} items"
            yield Problem(domain.file, rule, str(len(items)))


def _misfits(domain: Domain, profile: Profile) -> Iterator[Problem]:
    issues = domain.issues
    for issue in dict.fromkeys([*profile.weights, *profile.evaluations]):
        if issue not in issues:
            hint = unknown("issue", issue, issues)
            yield Problem(profile.file, f"issue '{issue}' is not in {domain.file}: {hint}")
    for issue, listed in issues.items():
        items = set(listed)
        if issue not in profile.evaluations:
            rule = f"lacks the issue '{issue}' of {domain.file}"
            yield Problem(profile.file, rule)
        elif issue not in profile.weights:
            yield Problem(profile.file, f"has no weight for the issue '{issue}'")
        for item in profile.evaluations.get(issue, ()):
            if item not in items:
                hint = unknown("item", item, items)
                yield Problem(profile.file, f"issue '{issue}', item '{item}': {hint}")
    if profile.weights and not any(profile.weights.values()):
        yield Problem(profile.file, "weights are all zero; at least one must count")


def reservation_of(raw: object, place: str) -> float:
    """Return a reservation value as a file has it; below 0 it is worse than nothing.

    Raises:
        ScenarioError: when it is no finite number.
    """
    return _finite(raw, place)


def number_of(raw: object, place: str) -> float:
    """Return a weight or an evaluation as a file has it.

    Raises:
        ScenarioError: when it is none, negative, or not finite.
    """
    number = _finite(raw, place)
    if number < 0:
        raise problem(place, "must not be negative", raw)
    return number


def _finite(raw: object, place: str) -> float:
    number = float("nan")
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        number = float(raw) if abs(raw) < 1e300 else float("inf")
    elif isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        number = float(raw)
    if not isfinite(number):
        raise problem(place, "must be a number such as 0.25", raw)
    return number


def text_of(raw: object, place: str) -> str:
    """Return a name as a file has it, on one line and with single blanks.

    Raises:
        ScenarioError: when it is empty, no text, or holds what no scenario may.
    """
    if not isinstance(raw, str):
        raise problem(place, "must be text", raw)
    text = " ".join(raw.split())
    if not text:
        raise problem(place, "is empty; it needs a name", raw)
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise problem(place, "holds a control character or half a sign", raw)
    if "${" in text:
        raise problem(place, "holds '${', which no name in a scenario may", raw)
    return text
