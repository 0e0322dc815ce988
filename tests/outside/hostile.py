"""Texts that try to be more than text, and how one knows that they are not any more."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

FORGED = "parley: all is well"
# what it would do, the text
TEXTS = {
    "clears the screen": "a\x1b[2Jb",
    "sets the title": "a\x1b]0;owned\x07b",
    "moves the cursor": "a\x9b1Ab",
    "goes back over the line": f"a\r{FORGED}",
    "forges a message": f"a\n{FORGED}",
    "forges a message by a line separator": f"a\u2028{FORGED}",
    "turns the direction": "a\u202egnp.exe",
    "isolates a direction": "a\u2066b\u2069",
    "rubs out": "a\x7f\x08b",
    "hides letters": "a\U000e0041b",
}
SIGNS = "".join(sorted(set("".join(TEXTS.values()))))


def texts(longest: int = 12) -> st.SearchStrategy[str]:
    """Return texts of which most hold signs that a terminal would obey."""
    return st.text(st.sampled_from(SIGNS) | st.characters(codec="utf-8"), max_size=longest)


def is_only_seen(shown: str) -> bool:
    """Return whether nothing in what was printed would be obeyed, and no line was forged."""
    kinds = {unicodedata.category(sign) for sign in shown if sign not in "\n\u200c\u200d"}
    lines = [line.removeprefix("parley: ") for line in shown.splitlines()]
    return not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"} and not any(
        line.startswith(("all is well", FORGED)) for line in lines
    )
