"""Chances as people take them in: as frequencies, and in words that always bring their range.

The words are those of Intelligence Community Directive 203 (Office of the Director of National
Intelligence 2015, section D.6.e.2.a), which keeps them apart from how sure the analyst is: a
sentence that has one of these words never speaks of confidence. The scale stops at 1% and 99%;
what lies beyond it is told as lying beyond it.
"""

from __future__ import annotations

from math import floor, log10

_FEWEST = 1e-3  # below it only that it is less
_WORDS = (  # below, what it is called, the range
    (0.01, "rarer than almost no chance", "under 1%"),
    (0.05, "almost no chance", "1-5%"),
    (0.20, "very unlikely", "5-20%"),
    (0.45, "unlikely", "20-45%"),
    (0.55, "roughly even chance", "45-55%"),
    (0.80, "likely", "55-80%"),
    (0.95, "very likely", "80-95%"),
    (0.99, "almost certain", "95-99%"),
    (float("inf"), "surer than almost certain", "over 99%"),
)


def likelihood(share: float) -> str:
    """Return the word for a chance, with its range in brackets; nothing where there is no chance.

    It is that of the chance as it is shown, in tenths of a per cent.

    >>> likelihood(0.065), likelihood(0.4496), likelihood(0.004), likelihood(float("nan"))
    ('very unlikely (5-20%)', 'roughly even chance (45-55%)', 'rarer than almost no chance (under 1%)', '')
    """  # noqa: E501
    if share != share:  # noqa: PLR0124
        return ""
    told = round(share, 3)
    return next(f"{word} ({reach})" for below, word, reach in _WORDS if told < below)


def frequency(share: float) -> str:
    """Return a chance as how often in how many (Gigerenzer & Hoffrage 1995).

    Rare things are told as 1 in so many, what nearly always happens as all but 1 in so many, the
    rest in quarters, tenths or twentieths: of these, what comes nearest.

    >>> frequency(0.0833), frequency(0.373), frequency(0.95), frequency(0.0029), frequency(0.0002)
    ('about 1 in 12', 'about 7 in 20', 'all but about 1 in 20', 'about 1 in 340', 'fewer than 1 in 1,000')
    >>> frequency(0.0), frequency(1.0), frequency(float("nan"))
    ('none', 'all', 'none')
    """  # noqa: E501
    if not share > 0:
        return "none"
    if share >= 1:
        return "all"
    if share < _FEWEST:
        return f"fewer than 1 in {1 / _FEWEST:,.0f}"
    if share > 0.9:
        rest = frequency(1 - share).removeprefix("about ")
        return f"all but {'about ' * rest.startswith('1')}{rest}"
    times, of = min(_ways(share), key=lambda way: (abs(way[0] / way[1] - share), way[1]))
    return f"about {times} in {of:,}"


def _ways(share: float) -> list[tuple[int, int]]:
    """Return how often in how many a share may be told: 1 in so many, or in parts."""
    odds = 1 / share
    step = 10 ** max(0, floor(log10(odds)) - 1)
    one = (1, max(1, round(odds / step) * step))
    return [one, *((round(of * share), of) for of in (4, 10, 20) if share >= 0.1)]
