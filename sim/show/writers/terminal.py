"""Reports in a terminal: plain words, and tables that fit 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from textwrap import fill
from typing import assert_never

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from sim.outside.text import flowing, printable, printable_lines
from sim.show.cells import Bar, Cell, Name, Text, Told
from sim.show.parts import NOTHING, Drawing, Listing, Note, Part, Picture, Table
from sim.show.words import bar

_WIDTH = 80
_LONGEST_TERM = 30  # what is said of longer ones stands beneath them


def write(title: str, parts: Sequence[Part]) -> str:
    """Return a report as a terminal shows it, without colours."""
    page = StringIO()
    plain = Console(file=page, width=_WIDTH, color_system=None, force_jupyter=False)
    put(plain, title, parts)
    return page.getvalue()


def put(out: Console, title: str, parts: Sequence[Part]) -> None:
    """Print a report, its words as they are."""
    if title:
        out.print(RichText(printable(title), "bold"), soft_wrap=True)
    terms = [
        printable(term) for part in parts if isinstance(part, Listing) for term, _ in part.entries
    ]
    room = max(map(len, terms), default=0) + 2
    for above, part in zip((title, *parts), parts, strict=False):
        if _stands_off(part, above):
            out.print()
        match part:
            case Note(text, quiet, whole):
                shown = printable(text) if whole else flowing(text)
                out.print(RichText(shown, "dim" if quiet else ""), soft_wrap=whole)
            case Table():
                out.print(_table(part))
            case Listing():
                _put_listing(out, part, room)
            case Picture(label, file):
                out.print(RichText(printable(f"{label}: {file}")), soft_wrap=True)
            case Drawing(label):
                out.print(RichText(flowing(label)))
            case _:
                assert_never(part)


def _stands_off(part: Part, above: Part | str) -> bool:
    """Return whether an empty line is needed above a part; a table has one above its heads."""
    if isinstance(part, Table):
        return isinstance(above, Note) and bool(part.title)
    return isinstance(part, Listing) and bool(above) and not isinstance(above, Listing)


def _table(part: Table) -> RichTable | RichText:
    if not part.rows:
        return RichText(f"{printable(part.title)}\n{NOTHING}".strip())
    table = RichTable(
        title=RichText(printable(part.title)) if part.title else None,
        title_justify="left",
        title_style="bold",
        caption=RichText(flowing(part.note)) if part.note else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 2, 0, 0),
        pad_edge=False,
    )
    for column in part.columns:
        table.add_column(
            _head(column.head),
            justify="right" if column.right else "left",
            style="bold" if column.strong else "",
            no_wrap=column.whole,
            overflow="fold",
        )
    for row in part.rows:
        table.add_row(*map(_cell, row))
    return table


def _head(head: Text | Name) -> RichText:
    """Return a column's head; a path may be broken after its dots."""
    shown = head.words if isinstance(head, Text) else head.name.replace(".", ".\n")
    return RichText(printable_lines(shown))


def _cell(cell: Cell) -> RichText:
    match cell:
        case Name(name):
            return RichText(printable(name))
        case Bar(share):
            return RichText(bar(share))
        case Told():
            return RichText(printable(str(cell)))
        case _:
            assert_never(cell)


def _put_listing(out: Console, part: Listing, room: int) -> None:
    """Print terms with their texts beside them, or beneath where a term is long."""
    out.print(RichText(printable(part.title), "bold"))
    for term, text in part.entries:
        lead = f"  {printable(term):{room}}"
        if room - 2 > _LONGEST_TERM:
            out.print(RichText(_indented(term, out.width, "  "), "bold"), soft_wrap=True)
            lead = "    "
        out.print(RichText(_indented(text, out.width, lead)), soft_wrap=True)
    out.print()


def _indented(text: str, width: int, lead: str) -> str:
    """Return a text after its lead, wrapped and indented as far."""
    return fill(flowing(text), width, initial_indent=lead, subsequent_indent=" " * len(lead))
