"""What is told of what happens by when: each event's chance by some days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sim.show.cells import Cell, Share, Text
from sim.show.parts import Drawing, Note, Table, figures, words
from sim.show.report import Report

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def dates_report(
    events: pd.DataFrame, labels: Mapping[str, str], days: Sequence[date], drawn: Axes
) -> Report:
    """Return the chance that each event has happened by each of some days.

    Args:
        events: event, date, probability (cumulative, in order of dates), as a run's.
        labels: the events to tell of, with what they are called.
        days: in order.
        drawn: the figure of them.
    """
    heads = (figures(f"by {day:%-d %b}\n{day:%Y}") for day in days)
    rows = tuple(
        (Text(label), *(_by(events[events["event"] == name], day) for day in days))
        for name, label in labels.items()
    )
    note = Note("The chance that it has happened by the end of the day, whatever came after.")
    shown = Drawing(
        "The chance of each event by each date; the table has some of the dates.", drawn
    )
    return Report("", (shown, Table("", (words("event"), *heads), rows), note))


def _by(rows: pd.DataFrame, day: date) -> Cell:
    """Return an event's chance by a day: that of the last date that is told and not later."""
    import pandas as pd

    known = rows.loc[pd.to_datetime(rows["date"]) <= pd.Timestamp(day), "probability"]
    return Share(float(known.iloc[-1]) if len(known) else 0.0)
