"""Text as HTML shows it: as it is, whatever it holds."""

from __future__ import annotations

import re
from html import escape

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def shown(text: str) -> str:
    r"""Return text as HTML has it: markup as text, control characters as their pictures.

    >>> shown("<b> & \x07"), shown('"')
    ('&lt;b&gt; &amp; ␇', '&quot;')
    """
    return escape(pictured(text))


def pictured(text: str) -> str:
    """Return text with the picture of each control character in its place."""
    return _CONTROLS.sub(_picture, text)


def _picture(sign: re.Match[str]) -> str:
    code = ord(sign.group())
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else chr(0x2400 + code)
