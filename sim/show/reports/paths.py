"""What is told of a scenario's numbers: the path of each, its value in words, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import groupby
from typing import Any

from sim.numbers.uncertain import Choice, Number
from sim.show.parts import Listing, Note, Part
from sim.show.report import Report
from sim.show.words import counted, percent

_NAMED = ("actors", "drivers", "reference_classes")  # parts of which each one is told by itself


def paths_report(name: str, numbers: Mapping[str, Number], uncertain: Collection[str]) -> Report:
    """Return the numbers of a scenario, path: number, part by part; at least one.

    `uncertain` has the paths of those that differ between draws, or whose size makes errors.
    """
    parts: list[Part] = [
        Listing(part, tuple((path, told(numbers[path])) for path in paths))
        for part, paths in groupby(numbers, part_of)
    ]
    unsure = len(set(numbers) & set(uncertain))
    parts.append(Note(f"{counted(len(numbers), 'number')}, {unsure} uncertain."))
    parts.append(Note(f"To set one: parley run scenario={name} PATH=VALUE", whole=True))
    return Report(f"Numbers of {name}", tuple(parts))


def told(number: Number) -> str:
    """Return in words what a number may be, and what it rests on.

    >>> told(Number(triangular=(0.1, 0.2, 0.4), basis="assumption", why="a guess"))
    '0.1 to 0.4, most likely 0.2; assumption'
    >>> told(Number(value=0.3, basis=["art-7", "art-8"]))
    '0.3; art-7, art-8'
    """
    basis = number.basis if isinstance(number.basis, str) else ", ".join(number.basis)
    shared = number.common
    moves = f", moves with {shared.factor} ({shared.loading:+g})" if shared else ""
    return f"{_value(number)}{moves}; {basis}"


def _value(number: Number) -> str:
    """Return in words what a number may be."""
    return _WORDS[number.form](getattr(number, number.form))


def _choice(stated: Choice) -> str:
    pairs = zip(stated.values, stated.chances, strict=True)
    return " or ".join(f"{value:g} ({percent(chance, 0)})" for value, chance in pairs)


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "value": lambda value: f"{value:g}",
    "uniform": lambda ends: f"{ends[0]:g} to {ends[1]:g}, all as likely",
    "triangular": lambda t: f"{t[0]:g} to {t[2]:g}, most likely {t[1]:g}",
    "normal": lambda n: (
        f"normal, mean {n.mean:g}, sd {n.sd:g}, cut off at {n.low:g} and {n.high:g}"
    ),
    "beta": lambda b: f"beta, mean {b.mean:g}, concentration {b.concentration:g}",
    "gamma": lambda g: f"gamma, shape {g.shape:g}, rate {g.rate:g}, cut off at {g.high:g}",
    "choice": _choice,
}


def part_of(path: str) -> str:
    """Return the part of a scenario that a number belongs to.

    >>> part_of("actors.us.no_deal"), part_of("calendar.horizon")
    ('actors.us', 'calendar')
    """
    steps = path.split(".")
    return ".".join(steps[: 2 if steps[0] in _NAMED else 1])
