"""Days that do not exist, or do not go together."""

from __future__ import annotations

from tests.bad_input.refusing import Row, each_of

ROWS: list[Row] = [
    (
        "deadline after the horizon",
        {"calendar.deadline.date": "2027-11-27"},
        "calendar.deadline.date: must lie between the start (2025-11-24) and the horizon (2026-",
    ),
    (
        "deadline before the start",
        {"calendar.deadline.date": "2025-11-20"},
        "calendar.deadline.date: must lie between the start (2025-11-24) and the horizon (2026-",
    ),
    (
        "no date",
        {"calendar.start": "24 November 2025"},
        "calendar.start: must be a date such as 2025-11-27 (got '24 November 2025')",
    ),
    (
        "a day that does not exist",
        {"calendar.start": "2025-11-31"},
        "calendar.start: must be a date such as 2025-11-27 (got '2025-11-31')",
    ),
    (
        "start at the end of time",
        {"calendar.start": "9999-12-31", "calendar.deadline": None},
        "calendar.start: must lie in the years 1000 to 3000 (got '9999-12-31')",
    ),
    (
        "evidence later than the start",
        {"calendar.start": "2025-10-31", "calendar.deadline": None},
        "which is dated after the start",
    ),
]


@each_of(ROWS)
def test_it_is_refused_with_where_and_why(changes, says, shipped_is_refused):
    shipped_is_refused(changes, says)
