"""Text as HTML shows it: as it is, whatever it holds."""

from __future__ import annotations

from html import escape

from sim.outside.text import printable_lines


def shown(text: str) -> str:
    r"""Return text as HTML has it: markup as text, signs that would be obeyed as escapes.

    >>> shown("<b> & \x07"), shown('"'), shown("a \u202e b")
    ('&lt;b&gt; &amp; \\x07', '&quot;', 'a \\u202e b')
    """
    return escape(printable_lines(text))
