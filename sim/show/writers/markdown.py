"""Reports as Markdown (CommonMark, with GitHub's tables), for README files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from sim.outside.text import printable
from sim.show.cells import Bar, Cell, Name, Told
from sim.show.parts import NOTHING, Column, Drawing, Listing, Note, Part, Picture, Table
from sim.show.words import bar

# What would be more than text: within a line, and at the start of a paragraph.
_MARKS = re.compile(r"[\\`*|\[\]~$]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_START = re.compile(r"^(\d*)(?=[.)])|^(?=[#+>=-])")


def write(title: str, parts: Sequence[Part]) -> str:
    """Return a report as Markdown."""
    heading = [f"## {_text(title)}"] if title else []
    return "\n\n".join([*heading, *map(_part, parts)]) + "\n"


def _part(part: Part) -> str:
    match part:
        case Note(text, quiet):
            return f"*{_text(text)}*" if quiet else _START.sub(r"\1\\", _text(text))
        case Table():
            return _table(part)
        case Listing(title, entries):
            rows = [f"- **{_text(term)}**: {_text(text)}" for term, text in entries]
            return f"**{_text(title)}**\n\n" + "\n".join(rows)
        case Picture(label, file):
            shown = printable(str(file))
            target = f"<{shown}>" if set(" ()<>") & set(shown) else shown
            return f"![{_text(label)}]({target})"
        case Drawing(label):
            return f"*{_text(label)}*"
        case _:
            assert_never(part)


def _text(text: str) -> str:
    r"""Return text that shows as it is.

    >>> print(_text("a|b [c] <d> <0.1% us_led_fund"))
    a\|b \[c\] \<d> <0.1% us_led_fund
    """
    return _MARKS.sub(r"\\\g<0>", printable(" ".join(text.split())))


def _table(part: Table) -> str:
    title = [f"**{_text(part.title)}**", ""] if part.title else []
    if not part.rows:
        return "\n".join([*title, NOTHING])
    heads = _row([_cell(column.head) for column in part.columns])
    sides = "".join("---:|" if column.right else "---|" for column in part.columns)
    rows = [_row(map(_styled, part.columns, row)) for row in part.rows]
    note = ["", _text(part.note)] if part.note else []
    return "\n".join([*title, heads, f"|{sides}", *rows, *note])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _styled(column: Column, cell: Cell) -> str:
    shown = _cell(cell)
    return f"**{shown}**" if column.strong and shown else shown


def _cell(cell: Cell) -> str:
    match cell:
        case Name(name):
            name = printable(name)
            return _text(name) if "`" in name else f"`{name.replace('|', chr(92) + '|')}`"
        case Bar(share):
            return bar(share)
        case Told():
            return _text(str(cell))
        case _:
            assert_never(cell)
