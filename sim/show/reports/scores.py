"""What is told of a run's questions once it is known what happened: scores, and who did better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.show.cells import Share, Text
from sim.show.parts import Note, Part, Row, Table, figures, records, tabled, words
from sim.show.report import Report
from sim.show.words import UNTOLD, counted

if TYPE_CHECKING:
    import pandas as pd

_WHO = {"run": "this run", "even": "even odds", "base": "the base rate", "crowd": "the crowd"}
_RULE = {"brier": "Brier", "log_score": "log score"}
HOW_TO_READ = (
    "Less is better. Brier: the squared error of the odds, from 0 to 1. Log score: minus the "
    "natural logarithm of the odds given to what happened. Even odds get 0.250 and 0.693."
)
INFINITE = (
    "The log score is infinite where what happened was given no chance; of a run that says that "
    "its worlds were too few to show one."
)
HOW_RANKED = (
    "Below 0: this run did better. 95% intervals by bootstrap over whole events, as the days of "
    "one stand or fall together; all are of one negotiation, so luck may do more than they say."
)


def scores_report(
    name: str,
    table: pd.DataFrame,
    means: pd.DataFrame,
    differences: pd.DataFrame,
    why_not_ranked: str,
    partly: Mapping[str, int],
    left: int,
) -> Report:
    """Return what is told of the scores of a run's questions.

    `differences` has no rows where nobody is ranked, and then `why_not_ranked` says why; `partly`
    counts the questions of those who have some only; `left` are questions not yet resolved.
    """
    infinite = (means[list(_RULE)] == float("inf")).any(axis=None)
    many = len(table)
    parts: list[Part] = [
        _questions(table),
        *([Note(f"Not in the file, and not scored: {counted(left, 'question')}.")] if left else []),
        _means(means, many),
        Note(HOW_TO_READ, quiet=True),
        *([Note(INFINITE, quiet=True)] if infinite else []),
        *(Note(f"Left out: {_WHO[w]}, given for {n} of {many} only.") for w, n in partly.items()),
    ]
    if why_not_ranked:
        parts.append(Note(f"{why_not_ranked}."))
    else:
        parts += [_ranked(differences), Note(HOW_RANKED, quiet=True)]
    return Report(f"{name}: what came of its questions", tuple(parts))


def _questions(table: pd.DataFrame) -> Table:
    return tabled(
        "",
        records(table),
        (words("question"), lambda row: Text(row["label"])),
        (figures("odds", strong=True), lambda row: Share(row["probability"])),
        (words("happened"), lambda row: Text("yes" if row["happened"] else "no")),
        *(
            (figures(head), lambda row, rule=rule: Text(_score(row[rule])))
            for rule, head in _RULE.items()
        ),
    )


def _means(means: pd.DataFrame, many: int) -> Table:
    return tabled(
        f"On average, over {'the one' if many == 1 else f'these {many}'}",
        records(means),
        (words("forecast"), lambda row: Text(_WHO[row["forecaster"]])),
        (figures(_RULE["brier"]), lambda row: Text(_score(row["brier"]))),
        (figures(_RULE["log_score"]), lambda row: Text(_score(row["log_score"]))),
    )


def _ranked(differences: pd.DataFrame) -> Table:
    return tabled(
        "Who did better",
        records(differences),
        (words("this run against"), lambda row: Text(_WHO[row["against"]])),
        (words("by"), lambda row: Text(_RULE[row["rule"]])),
        (figures("difference", strong=True), lambda row: Text(_signed(row["difference"]))),
        (figures("95% interval"), _interval),
        (words("better"), lambda row: Text(_better(row))),
    )


def _score(value: float) -> str:
    return "infinite" if value == float("inf") else f"{value:.3f}"


def _signed(value: float) -> str:
    """Return a difference of scores with its sign; a dash where there is none.

    >>> _signed(0.0312), _signed(-0.1), _signed(-0.0001), _signed(float("nan"))
    ('+0.031', '-0.100', '0.000', '–')
    """  # noqa: RUF002
    if value != value:  # noqa: PLR0124
        return UNTOLD
    text = f"{value:+.3f}"
    return "0.000" if float(text) == 0 else text


def _interval(row: Row) -> Text:
    low, high = _signed(row["low"]), _signed(row["high"])
    return Text(UNTOLD if low == UNTOLD else f"{low} to {high}")


def _better(row: Row) -> str:
    """Return who did better, if the interval says so."""
    if row["high"] < 0:
        return _WHO["run"]
    return _WHO[row["against"]] if row["low"] > 0 else "cannot be told"
