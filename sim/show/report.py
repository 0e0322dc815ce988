"""A report: what people read of a result, in the terminal, in a notebook and in a README alike."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import problem, unknown
from sim.show.parts import Part
from sim.show.writers import WRITERS


@dataclass(frozen=True, repr=False)
class Report:
    """A title and parts, in the order in which they are read.

    Printed, it is what the terminal shows; in a notebook it is a small page.
    """

    title: str
    parts: tuple[Part, ...]

    def written(self, writer: str) -> str:
        """Return it as `text`, `html` or `markdown`.

        Raises:
            ScenarioError: when there is no such writer.
        """
        if writer not in WRITERS:
            raise problem("writer", unknown("writer", writer, WRITERS), writer)
        return WRITERS[writer](self.title, self.parts)

    def __str__(self) -> str:
        """Return what the terminal shows of it."""
        return self.written("text")

    def __repr__(self) -> str:
        """Return what it is, in a line."""
        return f"<Report: {self.title}>"

    def _repr_html_(self) -> str:
        return self.written("html")
