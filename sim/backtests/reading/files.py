"""A file on its way to becoming cases: text of bounded size, or refused."""

from __future__ import annotations

from pathlib import Path

from sim.errors import problem

LARGEST_FILE = 64 * 2**20


def text_of(file: Path) -> str:
    """Return the text of a file in UTF-8.

    Raises:
        ScenarioError: when it is no file, is larger than `LARGEST_FILE`, is no text or is empty.
    """
    try:
        if file.exists() and not file.is_file():
            raise problem(str(file), "must be a file with the data; it is none")
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise problem(str(file), f"cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise problem(str(file), f"is larger than {LARGEST_FILE // 2**20} MiB")
    return _decoded(file, content)


def _decoded(file: Path, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise problem(str(file), "is no text in UTF-8") from None
    if not text.strip() or "\0" in text:
        raise problem(str(file), "must be text with data in it; it is empty or holds null bytes")
    return text
