"""Numbers as people read them: one rule for a per cent and one for a range, wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORM_LABELS = {
    "single_text": "one text is amended, by actors who concede",
    "offers": "offers in turn, by actors who concede",
    "equilibrium": "offers in turn, by actors who look ahead",
}
UNTOLD = "\N{EN DASH}"
UNTOLD_MEANS = "A dash: it cannot be told from chance"


def percent(share: float, decimals: int = 1) -> str:
    """Return a share as a percentage that never rounds to impossible or certain.

    Where there is nothing to take a share of, it is none.

    >>> percent(0.1248), percent(0.0), percent(0.0004), percent(0.9996), percent(float("nan"))
    ('12.5%', '0.0%', '<0.1%', '>99.9%', 'none')
    >>> percent(0.1248, 0), percent(0.0004, 0)
    ('12%', '<1%')
    """
    if share != share:  # noqa: PLR0124
        return "none"
    text, step = f"{share:.{decimals}%}", 10.0**-decimals
    if share > 0 and text == f"{0:.{decimals}%}":
        return f"<{step:.{decimals}f}%"
    if share < 1 and text == f"{1:.{decimals}%}":
        return f">{100 - step:.{decimals}f}%"
    return text


def span(low: float, high: float, decimals: int = 1) -> str:
    """Return two shares as a range; one where both read the same.

    A hyphen before a sign would be an arrow, so there it is a word.

    >>> span(0.115, 0.135), span(0.0701, 0.0702), span(0.0, 0.0004), span(0.97, 0.9999)
    ('11.5-13.5%', '7.0%', '0.0-<0.1%', '97.0 to >99.9%')
    """
    ends = percent(low, decimals), percent(high, decimals)
    if ends[0] == ends[1]:
        return ends[0]
    return f"{ends[0].rstrip('%')}{' to ' if ends[1].startswith('>') else '-'}{ends[1]}"


def assumed(low: float, high: float, decimals: int = 1) -> str:
    """Return an assumption range; a dash where it cannot be told from chance.

    So it is where draws differ by no more than chance, and with one replication of each.

    >>> assumed(0.002, 0.407), assumed(float("nan"), float("nan")), assumed(1.0, 1.0)
    ('0.2-40.7%', '–', '100.0%')
    """  # noqa: RUF002
    return UNTOLD if low != low else span(low, high, decimals)  # noqa: PLR0124


def any_untold(odds: pd.DataFrame) -> bool:
    """Return whether the assumption range of some outcome shows a dash."""
    return bool(odds["assumption_low"].isna().any())


def points(difference: float) -> str:
    """Return a difference of probabilities in percentage points, with its sign.

    >>> points(0.0312), points(-0.1), points(-0.0001)
    ('+3.1', '-10.0', '0.0')
    """
    text = f"{100 * difference:+.1f}"
    return "0.0" if float(text) == 0 else text


def quoted(label: str) -> str:
    """Return a label in quotation marks, as a sentence names it.

    >>> quoted("Any text signed")
    '“Any text signed”'
    """
    return f"\N{LEFT DOUBLE QUOTATION MARK}{label}\N{RIGHT DOUBLE QUOTATION MARK}"


def counted(number: int, thing: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "draw"), counted(1000, "draw")
    ('1 draw', '1,000 draws')
    """
    return f"{number:,} {thing}{'s' * (number != 1)}"


def listed(things: Sequence[str]) -> str:
    """Return things one after another, as they are said.

    >>> listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('', 'a', 'a and b', 'a, b and c')
    """
    *first, last = things or [""]
    return f"{', '.join(first)} and {last}" if first else last


def day_in_words(day: Any) -> str:
    """Return a day as it stands in tables and figures.

    >>> from datetime import date
    >>> day_in_words(date(2025, 3, 1))
    '1 Mar 2025'
    """
    return f"{day.day} {day:%b %Y}"


def setting(value: Any) -> str:
    """Return a value of a setting as one types it, in four figures.

    >>> setting(0.12345), setting("offers"), setting(None)
    ('0.1235', 'offers', 'null')
    """
    if value is None or value != value:  # noqa: PLR0124
        return "null"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def bar(share: float, longest: int = 10) -> str:
    """Return a bar in eighths of a character; none for nothing, a sliver for anything more.

    >>> bar(0.5), bar(0.001), bar(0.0)
    ('█████', '▏', '')
    """
    eighths = round(share * longest * 8) or int(share > 0)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
