"""The part of a README that is written by machine: it stands between two marks.

The words outside them are a person's, and stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.errors import problem
from sim.outside.files import read_text
from sim.runs.folder import whole

README = "README.md"
END = "<!-- End of what is written by machine. -->"


@dataclass(frozen=True)
class Page:
    """A README as it was read: the words before and after what is written by machine."""

    file: Path
    before: str
    begin: str
    written: str
    after: str

    def write(self, part: str) -> Path:
        """Put a part between the marks, in place of what stands there; return the file.

        Raises:
            OSError: when it cannot be written.
        """
        with whole(self.file) as draft:
            text = f"{self.before}{self.begin}\n{part}\n{END}{self.after}"
            draft.write_text(text, encoding="utf-8")
        return self.file


def page(folder: Path, begin: str, heading: str = "") -> Page:
    """Return the README of a folder; where it has none, a new one with this heading.

    Args:
        folder: where it stands.
        begin: the mark that the machine's part begins with; `END` ends it.
        heading: of a new one.

    Raises:
        ScenarioError: when it has lost its marks.
    """
    file = folder / README
    new = f"{heading}\n\n{begin}\n{END}\n"
    text = read_text(file) if file.exists() else new
    before, found, rest = text.partition(begin)
    written, ended, after = rest.partition(END)
    if not found or not ended:
        rule = f"needs two lines, {begin} and {END}, between which the run is written"
        raise problem(str(file), rule)
    return Page(file, before, begin, written, after)
