"""What a report is made of: tables, notes, listings, figures; how they look is a writer's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sim.show.cells import Cell, Name, Text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Row = Mapping[str, Any]  # of a table of data

NOTHING = "There is nothing to show."  # in place of a table without rows


@dataclass(frozen=True)
class Column:
    """A column: its head, which side it is aligned to, and whether its cells stay on one line."""

    head: Text | Name
    right: bool = False
    whole: bool = False
    strong: bool = False


def words(head: str) -> Column:
    """Return a column of words."""
    return Column(Text(head))


def figures(head: str, strong: bool = False) -> Column:
    """Return a column of figures."""
    return Column(Text(head), right=True, whole=True, strong=strong)


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns, with a note beneath.

    Raises:
        ValueError: when a row has more or fewer cells than there are columns.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{len(row)} cells under {len(self.columns)} columns: {row}")


def records(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table of data, one after the other."""
    return cast("list[Row]", table.to_dict("records"))


ColumnOfRows = tuple[Column, Callable[[Row], Cell]]  # with what makes its cell of a row


def tabled(title: str, rows: Iterable[Row], *columns: ColumnOfRows) -> Table:
    """Return a table of records; each column comes with what makes its cell of one."""
    cells = tuple(tuple(make(row) for _, make in columns) for row in rows)
    return Table(title, tuple(column for column, _ in columns), cells)


@dataclass(frozen=True)
class Note:
    """A paragraph; quiet if it only explains, whole if it is never broken, as a path is."""

    text: str
    quiet: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Listing:
    """Terms, each with what there is to say of it."""

    title: str
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Picture:
    """A figure in a file, and what it shows."""

    label: str
    file: Path


@dataclass(frozen=True)
class Drawing:
    """A figure as it was drawn, and what it shows in words."""

    label: str
    axes: Axes


Part = Table | Note | Listing | Picture | Drawing
