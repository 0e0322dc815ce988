"""Writers of reports: each gives a title and parts as one text of its kind."""

from collections.abc import Callable, Sequence

from sim.show.parts import Part
from sim.show.writers import html, markdown, terminal

WRITERS: dict[str, Callable[[str, Sequence[Part]], str]] = {
    "text": terminal.write,
    "html": html.write,
    "markdown": markdown.write,
}
