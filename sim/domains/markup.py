"""XML as data: elements and attributes, and nothing that reaches out or grows.

A document type declaration is where XML names entities, and so bombs and other files; none is
allowed. What is left is as large as the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from sim.errors import problem
from sim.scenario.reading.files import DEEPEST

AMPERSAND = " (a bare & is written &amp;)"
ENCODING = (
    " (it is not in UTF-8: declare its encoding in the first line, such as "
    '<?xml version="1.0" encoding="iso-8859-1"?>)'
)
_BARE = re.compile(rb"&[\w#.:-]*[^;]?\Z")  # up to where the parser misses a name or its end


@dataclass(frozen=True)
class Element:
    """An element: its tag and attributes, the line where it begins, what stands inside it."""

    tag: str
    attributes: Mapping[str, str]
    line: int
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """Yield the elements with a tag, this one and those inside it, in the file's order."""
        if self.tag == tag:
            yield self
        for child in self.children:
            yield from child.all(tag)


def read_markup(data: bytes, file: str) -> Element:
    """Return the root element of an XML file; `file` is what messages call it.

    Raises:
        ScenarioError: when it is no well-formed XML, has a document type, or is nested too deep.
    """
    reader = _Reader(file)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        where = f"line {error.lineno}, column {error.offset + 1}"
        rule = f"is no well-formed XML: {where}: {reason}{_hint(data, reader.parser)}"
        raise problem(file, rule) from None
    except (ValueError, LookupError) as error:
        raise problem(file, f"is in an encoding that cannot be read: {error}") from None
    return reader.top.children[0]


def _hint(data: bytes, parser: expat.XMLParserType) -> str:
    """Return what a writer of XML most often forgets, where an error looks like it."""
    reason, at = expat.ErrorString(parser.ErrorCode), parser.ErrorByteIndex
    if reason == expat.errors.XML_ERROR_UNDEFINED_ENTITY:
        return AMPERSAND
    if reason != expat.errors.XML_ERROR_INVALID_TOKEN:
        return ""
    if data[at : at + 1] > b"\x7f" and not _is_utf8(data):
        return ENCODING
    return AMPERSAND if _BARE.search(data[max(0, at - 100) : at + 1]) else ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _Reader:
    """The events of a parser, gathered into elements."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.top = Element("", {}, 0)
        self.open = [self.top]
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = lambda _: self.open.pop()

    def refuse_doctype(self, *_: object) -> None:
        rule = "declares a document type (<!DOCTYPE ...>), which is not allowed: remove it"
        raise problem(self.file, f"line {self.parser.CurrentLineNumber}: {rule}")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        if len(self.open) > DEEPEST:
            raise problem(self.file, f"line {line}: is nested more than {DEEPEST} deep")
        element = Element(tag, attributes, line)
        self.open[-1].children.append(element)
        self.open.append(element)
