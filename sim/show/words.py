"""Probabilities as people read them, in the terminal, in notebooks and in what studies found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

UNTOLD = "\N{EN DASH}"
UNTOLD_MEANS = "A dash: the draws differ by no more than chance"


def percent(share: float) -> str:
    """Return a share as a percentage; none where there is nothing to take a share of.

    >>> percent(0.1248), percent(float("nan"))
    ('12.5%', 'none')
    """
    return "none" if share != share else f"{share:.1%}"  # noqa: PLR0124


def span(low: float, high: float) -> str:
    """Return two shares as a range; one where they are the same.

    >>> span(0.115, 0.135), span(0.07, 0.07)
    ('11.5-13.5%', '7.0%')
    """
    return percent(low) if low == high else f"{low * 100:.1f}-{high * 100:.1f}%"


def assumed(low: float, high: float, show: Callable[[float, float], str] = span) -> str:
    """Return an assumption range; a dash where the draws differ no more than by chance.

    Then nothing of it can be told: a range of one point would look like certainty. Where it is
    not identified, as with one replication, nothing is returned.

    >>> assumed(0.002, 0.407), assumed(0.003, 0.003), assumed(float("nan"), float("nan"))
    ('0.2-40.7%', '–', '')
    """  # noqa: RUF002
    if low != low:  # noqa: PLR0124
        return ""
    return UNTOLD if low == high else show(low, high)


def any_untold(odds: pd.DataFrame) -> bool:
    """Return whether the assumption range of some outcome shows a dash."""
    return bool((odds["assumption_low"] == odds["assumption_high"]).any())


def points(difference: float) -> str:
    """Return a difference of probabilities in percentage points, with its sign.

    >>> points(0.0312), points(-0.1), points(-0.0001)
    ('+3.1', '-10.0', '0.0')
    """
    text = f"{100 * difference:+.1f}"
    return "0.0" if float(text) == 0 else text
