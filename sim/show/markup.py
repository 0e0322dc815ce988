"""Text as HTML shows it: as it is, whatever it holds."""

from __future__ import annotations

import re
from html import escape

# Beside control characters those that turn the direction of all the words that follow.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    r"""Return text as HTML has it: markup as text, control characters as their pictures.

    >>> shown("<b> & \x07"), shown('"')
    ('&lt;b&gt; &amp; ␇', '&quot;')
    """
    return escape(pictured(text))


def pictured(text: str) -> str:
    r"""Return text with the picture of each control character in its place, or its number.

    >>> pictured("a \u202e b")
    'a [U+202E] b'
    """
    return _CONTROLS.sub(_picture, text)


def _picture(sign: re.Match[str]) -> str:
    code = ord(sign.group())
    if code > 0x7F:
        return f"[U+{code:04X}]"
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else chr(0x2400 + code)
