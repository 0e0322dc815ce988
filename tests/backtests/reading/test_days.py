"""Days that spreadsheets have rewritten."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.backtests.reading.days import day_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("26-01-00", date(2000, 1, 26)),
        ("07-02-96", date(1996, 2, 7)),
        ("14-09-2016", date(2016, 9, 14)),
        ("14-12-1999", date(1999, 12, 14)),
        ("1930-05-01", date(2001, 5, 30)),
        ("2014-07-04", date(2004, 7, 14)),
        ("2017-04-18", date(2018, 4, 17)),
        ("2000-03-05", date(2005, 3, 1)),
        ("00-03-05", date(2005, 3, 1)),
        (" 4-7-07 ", date(2007, 7, 4)),
    ],
)
def test_a_day_is_read_in_each_of_its_forms(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize("text", ["999", "", "n.a.", "31-02-00", "12-13-00", "1-1", "1/1/2000"])
def test_what_is_no_day_is_none(text):
    assert day_of(text) is None


@given(st.dates(date(1996, 1, 1), date(2020, 12, 31)))
def test_day_and_year_that_changed_places_are_put_back(day):
    century = 19 if day.day >= 30 else 20
    assert day_of(f"{century}{day:%d-%m-%y}") == day == day_of(f"{day:%d-%m-%y}")
