"""What is told of the questions that a scenario asks: the chance of each by each of its days.

Tables of questions have, beside the columns of a run's `questions.csv`, the words of each question
without its day under `question`, and under `resolves` those by which anybody can tell afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.show.cells import Cell, Share, Text
from sim.show.parts import Listing, Note, Part, Table, figures, records, tabled, words
from sim.show.report import Report
from sim.show.reports.odds import CHANCE, DOUBTS, agreeing, how_to_read
from sim.show.words import day_in_words

if TYPE_CHECKING:
    import pandas as pd

NONE_ASKED = "This run's scenario asks no questions."
_MOST_DAYS = 5  # that stand side by side in the short form


def questions_report(title: str, manifest: Mapping[str, Any], questions: pd.DataFrame) -> Report:
    """Return what is told of a run's questions: a row for each by each day, and how they resolve.

    >>> import pandas as pd
    >>> print(questions_report("The well", {}, pd.DataFrame()), end="")
    This run's scenario asks no questions.
    """
    if not len(questions):
        return Report("", (Note(NONE_ASKED),))
    first = ~questions["question"].duplicated()
    told = tabled(
        "",
        records(questions.assign(first=first)),
        (words("question"), lambda row: Text(row["question"] if row["first"] else "")),
        (figures("by the end of"), lambda row: Text(day_in_words(row["by"]))),
        CHANCE,
        *DOUBTS,
    )
    parts: list[Part] = [told, *([Note(known)] if (known := agreeing(manifest)) else [])]
    parts.append(Note(how_to_read(manifest, questions), quiet=True))
    stated = questions[first & questions["resolves"].notna()]
    entries = tuple(zip(stated["question"], stated["resolves"], strict=True))
    listing = [Listing("How anybody can tell afterwards", entries)] if entries else []
    return Report(title, (*parts, *listing))


def in_short(questions: pd.DataFrame) -> Table:
    """Return a line for each question, with its chance by each day.

    Where they are asked by more days than stand side by side, each has its last day alone, and the
    title says where the others are.
    """
    title, days = "What people ask of the talks", sorted(set(questions["by"]))
    asked = questions.groupby("question", sort=False)
    if len(days) > _MOST_DAYS:
        heads = words("question"), figures("by the end of"), figures("chance", strong=True)
        last = [(question, max(group["by"]), group) for question, group in asked]
        each: list[tuple[Cell, ...]] = [
            (Text(str(question)), Text(day_in_words(day)), _chance(group, day))
            for question, day, group in last
        ]
        title = f"{title}, by their last days (parley questions RUN has all)"
        return Table(title, heads, tuple(each))
    rows = tuple(
        (Text(str(question)), *(_chance(group, day) for day in days)) for question, group in asked
    )
    by_day = (figures(f"by {day:%-d %b}\n{day:%Y}", strong=True) for day in days)
    return Table(title, (words("question"), *by_day), rows)


def _chance(group: pd.DataFrame, day: Any) -> Cell:
    """Return the chance of a question by a day, nothing where it is not asked by that day."""
    found = group.loc[group["by"] == day, "probability"]
    return Share(float(found.iloc[0])) if len(found) else Text("")
