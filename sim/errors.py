"""What is wrong with an input: the place, the rule, the value, and the nearest right name.

Every error of Parley's users ends here. Errors are raised at the door, before anything runs,
and all of a file's errors are raised together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from sim.outside.text import printable

_NO_VALUE = "\0"
_LONGEST_VALUE = 60
_MOST_SIGNS = 8  # in a message; some are two columns wide


@dataclass(frozen=True)
class Problem:
    """One broken rule.

    >>> print(Problem("actors.ukraine.weights.nato", "must not be negative", "-0.2"))
    actors.ukraine.weights.nato: must not be negative (got -0.2)
    """

    field: str
    rule: str
    value: str = _NO_VALUE

    def __str__(self) -> str:
        """Field, rule and value in one line, safe to print."""
        shown = "" if self.value == _NO_VALUE else f" (got {shorten(self.value)})"
        told = f"{self.field}: {self.rule}{shown}" if self.field else f"{self.rule}{shown}"
        return printable(told)


class ScenarioError(Exception):
    """Input that cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        """Each problem on a line of its own."""
        return "\n".join(str(problem) for problem in self.problems)


class MissingSignsWarning(UserWarning):
    """Signs in the labels of figures that no font on this machine has.

    >>> print(MissingSignsWarning("短"))
    figures show boxes for signs that no font here has: 短
    """

    def __init__(self, signs: str) -> None:
        super().__init__(signs)
        self.signs = signs

    def __str__(self) -> str:
        """Say in one line what is missing, the first signs at least."""
        shown = self.signs if len(self.signs) <= _MOST_SIGNS else f"{self.signs[:_MOST_SIGNS]}..."
        return f"figures show boxes for signs that no font here has: {shown}"


def problem(field: str, rule: str, value: object = _NO_VALUE) -> ScenarioError:
    """Return the error of a single broken rule, ready to raise."""
    shown = value if value is _NO_VALUE else repr(value)
    return ScenarioError(Problem(field, rule, str(shown)))


def unknown(kind: str, name: object, known: Iterable[str]) -> str:
    """Say that `name` is no known `kind`, and which known name is nearest.

    >>> unknown("clause", "teritory", ["territory", "nato"])
    "no such clause; did you mean 'territory'?"
    >>> unknown("clause", "x", ["territory", "nato"])
    'no such clause; known: nato, territory'
    """
    names = sorted(set(known))
    near = get_close_matches(str(name), names, n=1, cutoff=0.6)
    if near:
        return f"no such {kind}; did you mean '{near[0]}'?"
    if not names:
        return f"no such {kind}; none is declared"
    return f"no such {kind}; known: {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}"


def shorten(text: str) -> str:
    """Cut a value to what fits in a message."""
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."
