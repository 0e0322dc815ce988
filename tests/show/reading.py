"""Reports as their readers see them: the words that are left when each kind of text is shown."""

from __future__ import annotations

from html.parser import HTMLParser

from markdown_it import MarkdownIt

from sim.show.report import Report

VOID = {"br", "hr", "img"}
INLINE = {"b", "code", "em", "s", "span", "strong"}


class Page(HTMLParser):
    """The words of a page, and whether its tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.words += [value for name, value in attrs if name == "alt"]
        self.words += [] if tag in INLINE else [" "]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.words += [] if tag in INLINE else [" "]
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def html_of(markdown: str) -> str:
    """Return what a README page shows of some Markdown."""
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))


_SHOWN = {
    "text": str,
    "html": lambda text: "".join(Page(text).words),
    "markdown": lambda text: "".join(Page(html_of(text)).words),
}


def read(report: Report, writer: str) -> str:
    """Return what people read of a report, every run of white space as one space."""
    return " ".join(_SHOWN[writer](report.written(writer)).split())
