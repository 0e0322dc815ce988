"""Files that others wrote, read whole or refused: regular files only, of a bounded size.

A pipe or a device may never end, or do something when it is read; what a file says its size is
may be wrong by the time it is read, so bytes are counted as they come.
"""

from __future__ import annotations

import json
import math
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

from sim.errors import ScenarioError, problem, shorten

LARGEST_FILE = 64 * 2**20  # of what Parley wrote itself, and of data
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def read_text(file: Path, most: int = LARGEST_FILE) -> str:
    """Return the text of a file in UTF-8, its line ends as they are.

    Raises:
        ScenarioError: when it is no regular file, holds more than `most` bytes, or no such text.
    """
    try:
        return read_bytes(file, most).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise problem(str(file), "is no text file in UTF-8") from None


def read_json(file: Path, most: int = LARGEST_FILE) -> Any:
    """Return the data of a JSON file: finite numbers, no mapping that says a thing twice.

    Raises:
        ScenarioError: when it is no regular file, holds more than `most` bytes, or no valid JSON.
    """
    text = read_text(file, most)
    try:
        return json.loads(
            text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_once
        )
    except RecursionError:
        raise problem(str(file), "cannot be read: it is nested too deeply") from None
    except ValueError as error:
        raise problem(str(file), f"cannot be read: {shorten(str(error))}") from None


def read_bytes(file: Path, most: int = LARGEST_FILE) -> bytes:
    """Return the bytes of a file.

    Raises:
        ScenarioError: when it is no regular file, cannot be read, or holds more than `most` bytes.
    """
    try:
        with opened(file) as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise problem(str(file), f"cannot be read: {error.strerror}") from None
    if len(content) > most:
        raise problem(str(file), f"is larger than {most // 2**20} MiB")
    return content


def opened(file: Path) -> BinaryIO:
    """Return a regular file, open to be read.

    Raises:
        ScenarioError: when it is no regular file, or cannot be opened.
    """
    try:
        _refuse_what_is_no_file(file, os.stat(file))  # a device may act on being opened
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise problem(str(file), f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise problem(str(file), "cannot be read: no file has a null byte in its name") from None
    stream = os.fdopen(handle, "rb")
    try:
        _refuse_what_is_no_file(file, os.fstat(handle))  # it may be another one by now
    except ScenarioError:
        stream.close()
        raise
    return stream


def _refuse_what_is_no_file(file: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise problem(str(file), f"cannot be read: it is {kind}, not a file")


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large a number")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it says the same thing twice")
    return found
