"""A file on its way to becoming cases: text with data in it, or refused."""

from __future__ import annotations

from pathlib import Path

from sim.errors import problem
from sim.outside.files import LARGEST_FILE, read_text


def text_of(file: Path) -> str:
    """Return the text of a file in UTF-8.

    Raises:
        ScenarioError: when it is no file, is larger than `LARGEST_FILE`, is no text or is empty.
    """
    text = read_text(file, LARGEST_FILE)
    if not text.strip() or "\0" in text:
        raise problem(str(file), "must be text with data in it; it is empty or holds null bytes")
    return text
