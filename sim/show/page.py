"""A page that stands alone: reports under headings, in one file of HTML that asks for nothing.

It has no script, and its policy forbids every request; figures are drawn in it. It can be read with
the keyboard and by a screen reader, on a telephone, and on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.outside.files import read_text
from sim.show.markup import shown
from sim.show.report import Report
from sim.show.writers.html import Dressed

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"  # data: the empty icon
_ENDS = "Parts that are folded are printed only where they are opened first."


@dataclass(frozen=True)
class Folded:
    """A report of which the title is seen and the rest when a reader opens it."""

    report: Report


@dataclass(frozen=True)
class Section:
    """Reports under a heading, reached from the contents by a short name."""

    name: str
    heading: str
    reports: tuple[Report | Folded, ...]


@dataclass(frozen=True, repr=False)
class Page:
    """A title, a line beneath it, and sections; those without a report are left out."""

    title: str
    about: str
    sections: tuple[Section, ...]

    def __repr__(self) -> str:
        """Return what it is, in a line."""
        return f"<Page: {self.title}>"

    def written(self) -> str:
        """Return it as a whole file of HTML; the same page gives the same text."""
        told = [section for section in self.sections if section.reports]
        head = (
            '<meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="data:,">'
            f"<title>{shown(self.title)}</title><style>{_sheet()}</style>"
        )
        body = (
            '<a class="skip" href="#findings">Skip the contents</a>'
            f'<header><h1 dir="auto">{shown(self.title)}</h1>'
            f'<p dir="auto">{shown(self.about)}</p></header>'
            f'<nav aria-label="Contents"><ol>{_contents(told)}</ol></nav>'
            f'<main id="findings">{"".join(map(_section, told))}</main>'
            f"<footer><p>{_ENDS}</p></footer>"
        )
        return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n'


def _contents(sections: Iterable[Section]) -> str:
    links = (f'<li><a href="#{each.name}">{shown(each.heading)}</a></li>' for each in sections)
    return "".join(links)


def _section(section: Section) -> str:
    heading = f'<h2 id="{section.name}-heading">{shown(section.heading)}</h2>'
    reports = (
        _report(report, f"{section.name}-{number}") for number, report in enumerate(section.reports)
    )
    where = f'id="{section.name}" aria-labelledby="{section.name}-heading"'
    return f"\n<section {where}>{heading}{''.join(reports)}</section>"


def _report(told: Report | Folded, name: str) -> str:
    if isinstance(told, Folded):
        dressed, report = Dressed(name, level=3), told.report
        inner = dressed.below().parts(report.parts)
        return f"<details><summary>{dressed.title(report.title)}</summary>{inner}</details>"
    dressed = Dressed(name, level=3)
    below = dressed.below() if told.title else dressed
    return dressed.title(told.title) + below.parts(told.parts)


@cache
def _sheet() -> str:
    """Return how a page looks."""
    return read_text(Path(__file__).with_name("page.css"))
