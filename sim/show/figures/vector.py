"""A figure as SVG that stands in a page of HTML: text stays text, and nothing is asked for.

The same figure gives the same text on every day and at every place of a page; its names begin with
one that is its own, so that many figures share a page.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING, cast

from sim.outside.text import printable_lines
from sim.show.markup import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# What is for XML alone, or dresses the whole page in which it stands.
_NOT_OF_HTML = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL
)
_TAG = re.compile(r"<[^>]*>")
_SPACE_OF_NAMES = re.compile(r'\sxmlns(:\w+)?="[^"]*"')
_NAME = re.compile(r'(?<=\sid=")(?=[^"])|(?<=href="#)|(?<=url\(#)')
_ROOT = re.compile(r'<svg [^>]*?width="([\d.]+)pt"[^>]*?(viewBox="[^"]*")[^>]*>')
_LINES = "stroke-linejoin:round;stroke-linecap:butt"  # as Matplotlib's own sheet has them
_LEAST = 0.7  # of its width, below which its letters would be too small


def svg_of(ax: Axes, name: str, label: str) -> str:
    """Return a figure as an SVG element of HTML.

    Args:
        ax: Axes of the figure, whose title on the left says what was found.
        name: of letters, digits and hyphens; the element's and its parts' names begin with it.
        label: what the figure shows, for readers who do not see it.
    """
    from matplotlib import rc_context

    page = StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "parley"}):
        cast("Figure", ax.figure).savefig(page, format="svg", metadata={"Date": None})
    picture = _NOT_OF_HTML.sub("", printable_lines(page.getvalue()))
    picture = _TAG.sub(lambda tag: _named(tag.group(), name), picture)
    found = shown(" ".join(ax.get_title(loc="left").split()))
    told = f'role="img" aria-labelledby="{name}-title {name}-desc"'
    said = f'<title id="{name}-title">{found}</title><desc id="{name}-desc">{shown(label)}</desc>'
    return _ROOT.sub(lambda root: _root(float(root[1]), root[2], told, said), picture, 1).strip()


def _root(width: float, box: str, told: str, said: str) -> str:
    """Return where an SVG begins: as wide as there is room, within what can be read."""
    reach = f"width:100%;min-width:{_LEAST * width:.0f}pt;max-width:{width:.0f}pt;height:auto"
    return f'<svg {box} style="{reach};{_LINES}" {told}>{said}'


def _named(tag: str, name: str) -> str:
    """Return a tag whose names, and those it refers to, begin with a name."""
    return _NAME.sub(f"{name}-", _SPACE_OF_NAMES.sub("", tag)).replace("xlink:href", "href")
