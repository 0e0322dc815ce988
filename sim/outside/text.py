r"""Text that others wrote, on its way to a screen or a log: what these would obey is shown instead.

A sign that moves the cursor, clears the screen, ends a line or turns the direction of reading
(Boucher and Anderson 2021, "Trojan Source") stands there as Python writes it, such as `\x1b`.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO

_OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, formats, half signs, ends of lines
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # how some scripts spell
_BREAK = re.compile("\\s*[\n\r\v\f\x85\u2028\u2029]\\s*")
_NEAREST = {
    "\N{EN DASH}": "-",
    "\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
}
_BLOCKS = ("\u2580", "\u259f")  # of which bars are made


def printable(text: str) -> str:
    r"""Return text as one line in which every sign is only seen.

    >>> printable("a\x1b[2Jb\nparley: all is well")
    'a\\x1b[2Jb\\nparley: all is well'
    """
    if text.isprintable():
        return text
    return "".join(_shown(sign) if _is_obeyed(sign) else sign for sign in text)


def printable_lines(text: str) -> str:
    """Return text of several lines in which every other sign is only seen."""
    return "\n".join(map(printable, text.split("\n")))


def flowing(text: str) -> str:
    r"""Return a paragraph as one line in which every sign is only seen.

    >>> flowing("One line\n  and another")
    'One line and another'
    """
    return printable(_BREAK.sub(" ", text))


def say(text: str = "", end: str = "\n", file: TextIO | None = None) -> None:
    """Print text of one line or more, safe to print, to stdout or another stream."""
    with while_it_is_read():
        print(printable_lines(text), end=end, file=file)


@contextmanager
def while_it_is_read() -> Iterator[None]:
    """Write to stdout as long as somebody reads it; then go on without a word."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def take_every_text() -> None:
    """Let standard output and error take every text.

    One that is closed takes it and drops it; one that lacks a sign gets what comes nearest to it.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started this process
            # Its number would be given to the next file, which other processes would write into.
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="nearest")


def _is_obeyed(sign: str) -> bool:
    return unicodedata.category(sign) in _OBEYED and sign not in _JOINERS


def _shown(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for signs that a stream lacks, and where it goes on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_likeness, lacking)), error.end


def _likeness(sign: str) -> str:
    return "#" if _BLOCKS[0] <= sign <= _BLOCKS[1] else _NEAREST.get(sign, _shown(sign))


codecs.register_error("nearest", _nearest)
