"""Reports as HTML: small pages for notebooks, and the sections of a page that stands alone.

Both have the same elements and need nothing from anywhere. In a notebook every element bears its
own style, and its colours follow the notebook's, light or dark; on a page of its own it bears a
class, which the page's sheet dresses, and titles are headings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from sim.show.cells import Bar, Cell, Name, Text, Told
from sim.show.markup import shown
from sim.show.parts import NOTHING, Column, Drawing, Listing, Note, Part, Picture, Table

_BAR = 120  # pixels of the longest
_CELL = "padding:3px 12px 3px 0;border:none;background:none;vertical-align:middle;"
_HEAD = f"{_CELL}font-weight:normal;opacity:.65;vertical-align:bottom;"
_NOTE = "font-size:90%;margin:2px 0 8px 0;max-width:52em;white-space:pre-line;"
_STYLES = {  # class: its style where there is no sheet
    "note": _NOTE,
    "quiet": f"{_NOTE}opacity:.65;",
    "whole": f"{_NOTE}white-space:pre;",
    "title": "font-weight:bold;margin-top:8px;",
    "entry": "",
    "scroll": "",
    "table": "border-collapse:collapse;border:none",
    "head left": f"{_HEAD}text-align:left;white-space:pre-line",
    "head right": f"{_HEAD}text-align:right;white-space:pre-line",
    "head left whole": f"{_HEAD}text-align:left;white-space:pre",
    "head right whole": f"{_HEAD}text-align:right;white-space:pre",
    "left": f"{_CELL}text-align:left;white-space:pre-line",
    "right": f"{_CELL}text-align:right;white-space:pre-line",
    "left whole": f"{_CELL}text-align:left;white-space:pre",
    "right whole": f"{_CELL}text-align:right;white-space:pre",
    "bar": f"width:{_BAR}px",
    "drawing": "max-width:900px",
}


def write(title: str, parts: Sequence[Part]) -> str:
    """Return a report as HTML for a notebook."""
    dressed = Dressed(f"parley-{len(parts)}-{hash_of(title)}")
    return f"<div>{dressed.title(title)}{dressed.parts(parts)}</div>"


def hash_of(text: str) -> str:
    """Return a short name that depends on a text alone, on every machine.

    >>> hash_of("The well")
    'a057090c'
    """
    from zlib import crc32

    return f"{crc32(text.encode('utf-8', 'surrogatepass')):08x}"


@dataclass(frozen=True)
class Dressed:
    """How parts are marked up.

    Attributes:
        name: what the names of its drawings begin with; no two on a page are the same.
        level: of the headings that titles are; None: in a notebook, where they are bold words.
    """

    name: str
    level: int | None = None

    def title(self, text: str) -> str:
        """Return a title, or nothing where there is none."""
        if not text:
            return ""
        if self.level is None:
            return f"<div{self.look('title')}>{shown(text)}</div>"
        return f'<h{self.level} dir="auto">{shown(text)}</h{self.level}>'

    def below(self) -> Dressed:
        """Return how what stands under a title is marked up."""
        return self if self.level is None else replace(self, level=self.level + 1)

    def look(self, kind: str) -> str:
        """Return the attribute that dresses an element."""
        if self.level is not None:
            return f' class="{kind}"'
        return f' style="{_STYLES[kind]}"' if _STYLES[kind] else ""

    def parts(self, parts: Sequence[Part]) -> str:
        """Return parts, one after the other."""
        return "".join(self._part(part, number) for number, part in enumerate(parts))

    def _part(self, part: Part, number: int) -> str:
        match part:
            case Note(text, quiet, whole):
                return self._note(text, "quiet" if quiet else "whole" if whole else "note")
            case Table():
                return self._table(part)
            case Listing(title, entries):
                return self.title(title) + "".join(self._entry(*entry) for entry in entries)
            case Picture(label, file):
                return self._note(f"{label}: {file}", "note")
            case Drawing():
                return self._drawing(part, number)
            case _:
                assert_never(part)

    def _note(self, text: str, kind: str) -> str:
        tag, way = ("div", "") if self.level is None else ("p", ' dir="auto"')
        return f"<{tag}{self.look(kind)}{way}>{shown(text)}</{tag}>" if text else ""

    def _entry(self, term: str, text: str) -> str:
        return f"<div{self.look('entry')}><b>{shown(term)}</b> {shown(text)}</div>"

    def _drawing(self, part: Drawing, number: int) -> str:
        from sim.show.figures.vector import svg_of

        picture = svg_of(part.axes, f"{self.name}-{number}", part.label)
        if self.level is None:
            return f"<div{self.look('drawing')}>{picture}</div>"
        box = f'class="drawing" role="group" tabindex="0" aria-label="{shown(part.label)}"'
        return f"<div {box}>{picture}</div>"

    def _table(self, part: Table) -> str:
        if not part.rows:
            return self.title(part.title) + self._note(NOTHING, "note")
        heads = "".join(self._head(column) for column in part.columns)
        rows = "".join(self._row(part.columns, row) for row in part.rows)
        inner = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
        table = f"<table{self.look('table')}>{inner}</table>"
        if self.level is not None:
            name = shown(part.title or "Table")
            table = (
                f'<div class="scroll" role="group" tabindex="0" aria-label="{name}">{table}</div>'
            )
        return self.title(part.title) + table + self._note(part.note, "note")

    def _head(self, column: Column) -> str:
        look = self.look(f"head {_side(column)}")
        return f'<th scope="col"{look}>{self._cell(column.head)}</th>'

    def _row(self, columns: Sequence[Column], cells: Sequence[Cell]) -> str:
        named = (
            isinstance(cells[0], Text | Name) and not columns[0].right and bool(_words(cells[0]))
        )
        line = ""
        for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            inner = f"<b>{self._cell(cell)}</b>" if column.strong else self._cell(cell)
            heads = self.level is not None and named and number == 0
            tag, scope = ("th", ' scope="row"') if heads else ("td", "")
            way = "" if self.level is None or column.right else ' dir="auto"'
            line += f"<{tag}{scope}{self.look(_side(column))}{way}>{inner}</{tag}>"
        return f"<tr>{line}</tr>"

    def _cell(self, cell: Cell) -> str:
        match cell:
            case Name(name):
                return f"<code>{shown(name)}</code>"
            case Bar(share):
                width = max(round(_BAR * share), int(share > 0))
                style = f"width:{width}px;height:.7em;background:#0072B2"
                return f'<div{self.look("bar")}><div style="{style}"></div></div>'
            case Told():
                return shown(str(cell))
            case _:
                assert_never(cell)


def _side(column: Column) -> str:
    """Return the look of a column's cells."""
    return f"{'right' if column.right else 'left'}{' whole' * column.whole}"


def _words(cell: Text | Name) -> str:
    return cell.name if isinstance(cell, Name) else cell.words
