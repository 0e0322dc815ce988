"""JSON as data: each part knows its place in the file, and refuses to be what it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NoReturn

from sim.domains.domain import number_of, text_of
from sim.errors import problem


@dataclass(frozen=True)
class Part:
    """A part of a JSON file, and where it stands."""

    raw: Any
    place: str

    def has(self, name: str) -> bool:
        """Return whether it is a mapping with something under a name."""
        return isinstance(self.raw, dict) and self.raw.get(name) is not None

    def __getitem__(self, name: str) -> Part:
        """Return what stands under a name.

        Raises:
            ScenarioError: when nothing does.
        """
        if not self.has(name):
            found = list(self.raw) if isinstance(self.raw, dict) else self.raw
            raise problem(self.place, f"lacks '{name}'", found)
        separator = "." if ", " in self.place else ", "
        return Part(self.raw[name], f"{self.place}{separator}{name}")

    def named(self) -> Iterator[tuple[str, Part]]:
        """Yield the names of a mapping, and what stands under them.

        Raises:
            ScenarioError: when it is none, or two names differ in blanks only.
        """
        if not isinstance(self.raw, dict):
            raise problem(self.place, "must be a mapping of names to values", self.raw)
        seen: set[str] = set()
        for raw, item in self.raw.items():
            name = text_of(raw, f"{self.place}, a name")
            if name in seen:
                raise problem(self.place, "holds a name twice", name)
            seen.add(name)
            yield name, Part(item, f"{self.place}.{name}")

    def numbers(self) -> dict[str, float]:
        """Return a mapping of names to numbers, none of them negative.

        Raises:
            ScenarioError: when it is none.
        """
        return {name: number_of(part.raw, part.place) for name, part in self.named()}

    def texts(self) -> tuple[str, ...]:
        """Return a list of distinct texts.

        Raises:
            ScenarioError: when it is none.
        """
        if not isinstance(self.raw, list):
            raise problem(self.place, "must be a list", self.raw)
        found = dict.fromkeys(text_of(item, self.place) for item in self.raw)
        if len(found) < len(self.raw):
            raise problem(self.place, "lists a value twice", self.raw)
        return tuple(found)


def read_record(data: bytes, file: str) -> Part:
    """Return a JSON file; `file` is what messages call it.

    Raises:
        ScenarioError: when it is no valid JSON, nested too deep, or gives a name twice.
    """
    try:
        raw = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=lambda pairs: _distinct(pairs, file),
            parse_constant=lambda word: _refuse_word(word, file),
        )
    except UnicodeDecodeError:
        raise problem(file, "is no text file in UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise problem(file, f"is no valid JSON: {where}: {error.msg}") from None
    except RecursionError:
        raise problem(file, "is nested too deep") from None
    except ValueError:
        raise problem(file, "holds a number of too many digits") from None
    return Part(raw, file)


def _distinct(pairs: list[tuple[str, Any]], file: str) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = sorted(name for name, _ in pairs)
        twice = next(name for name, after in pairwise(names) if name == after)
        raise problem(file, "holds a name twice in one mapping", twice)
    return found


def _refuse_word(word: str, file: str) -> NoReturn:
    raise problem(file, "holds what is no number in JSON", word)
