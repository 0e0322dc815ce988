"""Odds with three doubts: what more worlds could change, what is assumed, how it is modelled.

Tables have, beside the columns of a run's, form_low and form_high (the lowest and the highest odds
that a form of the model gives; NaN where there is one) and, of what is uncertain, the parts that
are chance, assumed and form (of 1; NaN where it cannot be told).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.show.cells import Assumed, Share, Text
from sim.show.likelihood import likelihood
from sim.show.parts import (
    Column,
    ColumnOfRows,
    Drawing,
    Listing,
    Note,
    Part,
    Row,
    Table,
    figures,
    records,
    tabled,
    words,
)
from sim.show.report import Report
from sim.show.reports.odds import CHANCE, DOUBTS, agreeing, doubt, untold
from sim.show.words import FORM_LABELS, day_in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_FORMS: ColumnOfRows = (
    figures("form by form\nlow to high"),
    lambda row: Assumed(row["form_low"], row["form_high"]),
)
IN_WORDS: ColumnOfRows = (  # the range under the word, on a line that is not broken
    Column(Text("in words"), whole=True),
    lambda row: Text(likelihood(row["probability"]).replace(" (", "\n(")),
)
_STOPS = (
    "A question counts what has happened by the end of its day. The ends above follow a signed "
    "text further: to the votes at home, and as long as it is watched."
)
_READING = Listing(
    "How to read the three ranges",
    (
        ("Monte Carlo", "what playing more worlds could still change."),
        (
            "Assumptions",
            "from the 5th to the 95th percentile of what the odds would be, if we knew what nobody "
            "knows for sure and is assumed. More worlds do not narrow it; better evidence does.",
        ),
        (
            "Form by form",
            "the lowest and the highest odds that a way to model bargaining gives. Doubt about "
            "what all these ways share is in none of the ranges.",
        ),
    ),
)


def outcomes_report(odds: pd.DataFrame, drawn: Axes) -> Report:
    """Return how the talks may end: a figure, and a row for each outcome with three doubts."""
    told = _with_doubts(odds, (words("outcome"), lambda row: Text(row["label"])))
    shown = Drawing("The odds of each outcome; the table beneath has the same figures.", drawn)
    return Report("", (shown, told, Note(untold(odds), quiet=True)))


def asked_report(questions: pd.DataFrame) -> Report:
    """Return the odds of what people ask, by each of its days, with three doubts."""
    first = ~questions["question"].duplicated()
    told = _with_doubts(
        questions.assign(first=first),
        (words("question"), lambda row: Text(row["question"] if row["first"] else "")),
        (figures("by the end of"), lambda row: Text(day_in_words(row["by"]))),
    )
    return Report("", (told, *(Note(said, quiet=True) for said in (_STOPS, untold(questions)))))


def resolving_report(questions: pd.DataFrame) -> Report | None:
    """Return by what anybody can tell afterwards, if some question says so."""
    stated = questions[~questions["question"].duplicated() & questions["resolves"].notna()]
    entries = tuple(zip(stated["question"], stated["resolves"], strict=True))
    title = "How anybody can tell afterwards"
    return Report(title, (Listing("", entries),)) if entries else None


def sureness_report(manifest: Mapping[str, Any], totals: pd.DataFrame) -> Report:
    """Return how sure the odds are: the totals with three doubts, and what doubt is made of."""
    told = [
        _with_doubts(totals, (words("in all"), lambda row: Text(row["label"]))),
        _READING,
        _parts_of_doubt(totals),
        *map(Note, filter(None, (agreeing(manifest), _warning(manifest)))),
    ]
    return Report("", tuple(told))


def forms_report(manifest: Mapping[str, Any], forms: pd.DataFrame, odds: pd.DataFrame) -> Report:
    """Return each form of the model: its weight before and after, and its odds by outcome."""
    said = manifest["forms"]
    chances = forms.set_index(["outcome", "form"])["probability"]
    by_form = [_of_form(chances, name) for name in said]
    each = tabled(
        "Outcomes in each form",
        records(odds),
        (words("outcome"), lambda row: Text(row["label"])),
        *by_form,
        (figures("all forms\ntogether", strong=True), lambda row: Share(row["probability"])),
    )
    why = Note(
        "Nobody knows which form is nearest to these talks. What is known on the day favours those "
        "in which it would have come about: that is their weight afterwards."
    )
    return Report("", (why, forms_table("", said), each))


def forms_table(title: str, forms: Mapping[str, Mapping[str, float | None]]) -> Table:
    """Return what each form of the model says of a signature, and what weight it has."""
    return tabled(
        title,
        [{"form": name, **said} for name, said in forms.items()],
        (words("how bargaining is modelled"), lambda row: Text(FORM_LABELS[row["form"]])),
        (figures("weight\nbefore"), lambda row: Share(row["before"], 0)),
        (figures("weight by\nwhat is known"), lambda row: Share(row["after"], 0)),
        (figures("any text\nsigned", strong=True), lambda row: _share_or_none(row["signed"])),
    )


def _with_doubts(table: pd.DataFrame, *first: ColumnOfRows) -> Table:
    forms = () if table["form_low"].isna().all() else (_FORMS,)
    return tabled("", records(table), *first, CHANCE, IN_WORDS, *DOUBTS, *forms)


def _parts_of_doubt(totals: pd.DataFrame) -> Part:
    known = totals[totals["chance"].notna()]
    if not len(known):
        return Note("What doubt is made of cannot be told from so few worlds.")
    told = tabled(
        "What is uncertain about whether it happens is made of",
        records(known),
        (words("in all"), lambda row: Text(row["label"])),
        (figures("luck"), lambda row: Share(row["chance"], 0)),
        (figures("what is assumed"), lambda row: Share(row["assumed"], 0)),
        (figures("how bargaining\nis modelled"), lambda row: Share(row["form"], 0)),
    )
    return told


def _warning(manifest: Mapping[str, Any]) -> str:
    """Return what is doubtful about a run's draws, of which the parts are told in a table."""
    return doubt({name: said for name, said in manifest.items() if name != "doubt"})


def _of_form(chances: pd.Series[float], form: str) -> ColumnOfRows:
    """Return the column of a form's own odds."""

    def cell(row: Row) -> Text | Share:
        found = float(chances.get((row["outcome"], form), float("nan")))
        return _share_or_none(None if found != found else found)  # noqa: PLR0124

    return figures(FORM_LABELS[form].replace(", ", ",\n")), cell


def _share_or_none(share: float | None) -> Text | Share:
    return Text("none left") if share is None else Share(share)
