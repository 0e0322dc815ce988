"""The days of the data on decisions, which spreadsheets have rewritten on the way."""

from __future__ import annotations

import re
from datetime import date

_PARTS = re.compile(r"(\d{1,4})-(\d{1,2})-(\d{1,4})")
_FIRST_YEAR_OF_TWO_DIGITS = 50  # 50 to 99 belong to the last century


def day_of(text: str) -> date | None:
    """Return the day that a cell means; None where it is no day, such as 999.

    Most are day, month and year. Where four digits come first, day and year have changed places:
    a spreadsheet took the day for a year of two digits. A day 0 is the first of its month.

    >>> day_of("26-01-00"), day_of("1930-05-01")
    (datetime.date(2000, 1, 26), datetime.date(2001, 5, 30))
    """
    parts = _PARTS.fullmatch(text.strip())
    if parts is None:
        return None
    day, month, year = map(int, parts.groups())
    try:
        return date(_year(year), month, max(day % 100, 1))
    except ValueError:
        return None


def _year(number: int) -> int:
    if number >= 100:
        return number
    return number + (1900 if number >= _FIRST_YEAR_OF_TWO_DIGITS else 2000)
