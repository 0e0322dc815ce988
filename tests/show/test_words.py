"""One rule for a per cent and one for a range."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.show import words
from sim.show.figures import style

shares = st.floats(0, 1)
decimals = st.integers(0, 2)


@given(share=shares, decimals=decimals)
def test_a_percentage_is_nought_or_all_only_where_the_share_is(share, decimals):
    said = words.percent(share, decimals)
    assert (said == f"{0:.{decimals}%}") == (share == 0)
    assert (said == f"{1:.{decimals}%}") == (share == 1)


@given(share=shares, decimals=decimals)
def test_a_percentage_is_as_near_as_its_figures_allow(share, decimals):
    sign, number = re.fullmatch(r"([<>]?)([\d.]+)%", words.percent(share, decimals)).groups()
    assert abs(float(number) - 100 * share) <= 10.0**-decimals
    assert {"<": 100 * share < float(number), ">": 100 * share > float(number), "": True}[sign]


@given(low=shares, high=shares, decimals=decimals)
def test_a_range_names_both_ends_or_the_one_that_both_read_as(low, high, decimals):
    ends = [words.percent(end, decimals) for end in (low, high)]
    said = words.span(low, high, decimals)
    if ends[0] == ends[1]:
        assert said == ends[0]
    else:
        assert said.replace(" to ", "-") == f"{ends[0].removesuffix('%')}-{ends[1]}"
        assert "->" not in said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.115, 0.135, "11.5-13.5%"),
        (0.0, 0.0, "0.0%"),
        (0.0, 0.0002, "0.0-<0.1%"),
        (0.0001, 0.0002, "<0.1%"),
        (0.0002, 0.119, "<0.1-11.9%"),
        (0.9, 0.9999, "90.0 to >99.9%"),
        (0.9, 1.0, "90.0-100.0%"),
    ],
)
def test_ranges_as_they_are_read(low, high, said):
    assert words.span(low, high) == said


@given(low=shares, high=shares)
def test_figures_follow_the_same_rule_in_whole_percentages(low, high):
    assert style.percent(low) == words.percent(low, 0)
    assert style.span(low, high) == words.span(low, high, 0)


def test_of_nothing_there_is_no_share():
    assert words.percent(float("nan")) == "none"
