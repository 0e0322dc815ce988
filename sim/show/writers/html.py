"""Reports as small HTML pages, for notebooks.

A page needs nothing from anywhere: no script, no style sheet, no picture. Its colours follow the
notebook's own, light or dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as escaped
from typing import assert_never

from sim.outside.text import printable_lines
from sim.show.cells import Bar, Cell, Name, Told
from sim.show.parts import NOTHING, Column, Listing, Note, Part, Picture, Table

_BAR = 120  # pixels of the longest
_CELL = "padding:3px 12px 3px 0;border:none;background:none;vertical-align:middle;"
_HEAD = f"{_CELL}font-weight:normal;opacity:.65;vertical-align:bottom;"
_NOTE = "font-size:90%;margin:2px 0 8px 0;max-width:52em;white-space:pre-line;"


def write(title: str, parts: Sequence[Part]) -> str:
    """Return a report as HTML."""
    return f"<div>{_heading(title)}{''.join(map(_part, parts))}</div>"


def _part(part: Part) -> str:
    match part:
        case Note(text, quiet, whole):
            return _div(text, _NOTE + "opacity:.65;" * quiet + "white-space:pre;" * whole)
        case Table():
            return _table(part)
        case Listing(title, entries):
            rows = [f"<div><b>{_text(term)}</b> {_text(text)}</div>" for term, text in entries]
            return _heading(title) + "".join(rows)
        case Picture(label, file):
            return _div(f"{label}: {file}", _NOTE)
        case _:
            assert_never(part)


def _div(text: str, style: str) -> str:
    return f'<div style="{style}">{_text(text)}</div>' if text else ""


def _text(text: str) -> str:
    """Return text that shows as it is, its lines too."""
    return escaped(printable_lines(text))


def _heading(title: str) -> str:
    return _div(title, "font-weight:bold;margin-top:8px;")


def _table(part: Table) -> str:
    if not part.rows:
        return _heading(part.title) + _div(NOTHING, _NOTE)
    heads = _row("th", _HEAD, part.columns, [column.head for column in part.columns])
    rows = [_row("td", _CELL, part.columns, row) for row in part.rows]
    table = f'<table style="border-collapse:collapse;border:none">{heads}{"".join(rows)}</table>'
    return _heading(part.title) + table + _div(part.note, _NOTE)


def _row(tag: str, style: str, columns: Sequence[Column], cells: Sequence[Cell]) -> str:
    line = ""
    for column, cell in zip(columns, cells, strict=True):
        side = "right" if column.right else "left"
        space = "pre" if column.whole else "pre-line"
        inner = f"<b>{_cell(cell)}</b>" if column.strong and tag == "td" else _cell(cell)
        line += f'<{tag} style="{style}text-align:{side};white-space:{space}">{inner}</{tag}>'
    return f"<tr>{line}</tr>"


def _cell(cell: Cell) -> str:
    match cell:
        case Name(name):
            return f"<code>{_text(name)}</code>"
        case Bar(share):
            width = max(round(_BAR * share), int(share > 0))
            style = f"width:{width}px;height:.7em;background:#0072B2"
            return f'<div style="width:{_BAR}px"><div style="{style}"></div></div>'
        case Told():
            return _text(str(cell))
        case _:
            assert_never(cell)
