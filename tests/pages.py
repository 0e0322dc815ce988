"""Whole pages of HTML as readers and readers' programs meet them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}
ADDRESSES = ("src", "href", "srcset", "action", "data", "poster", "xlink:href", "style")
PATTERNED = re.compile(r"https?:|//|file:|javascript:|url\((?!#)|@import")

HOSTILE = {
    "markup": "<img src=x onerror=alert(1)><script>alert(2)</script></title></style>-->",
    "a formula": '=HYPERLINK("http://example.org","A")&\'|cmd',
    "200 letters": "A" * 200,
    "right to left": "اتفاق سلام دائم (one)",
    "Chinese, Japanese, Korean": "停戦協定と平和条約 停战协议 휴전 협정",
}


class Page(HTMLParser):
    """A page: its tags in order, its words, and what it would ask for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[int, str]] = []
        self.ids: list[str] = []
        self.asked_for: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]
        found = [value or "" for name, value in attrs if name in ADDRESSES]
        self.asked_for += [value for value in found if PATTERNED.search(value)]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.asked_for += [data] if PATTERNED.search(data) else []
            return
        self.words.append(data)
        if self.open and re.fullmatch(r"h[1-6]", self.open[-1]):
            level, said = self.headings[-1]
            self.headings[-1] = level, said + data

    @property
    def text(self) -> str:
        """All its words, every run of white space as one space."""
        return " ".join(" ".join(self.words).split())

    def every(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]
