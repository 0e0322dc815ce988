"""Chances as frequencies and in words."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.show.likelihood import frequency, likelihood

RANGES = {  # Intelligence Community Directive 203, D.6.e.2.a
    "almost no chance": (0.01, 0.05),
    "very unlikely": (0.05, 0.20),
    "unlikely": (0.20, 0.45),
    "roughly even chance": (0.45, 0.55),
    "likely": (0.55, 0.80),
    "very likely": (0.80, 0.95),
    "almost certain": (0.95, 0.99),
}


@pytest.mark.parametrize(("word", "ends"), RANGES.items())
def test_a_word_stands_for_its_range_in_the_directive_and_brings_it(word, ends):
    low, high = ends
    for share in (low - 4e-4, low, (low + high) / 2, high - 6e-4):  # as it is shown, in tenths
        assert likelihood(share) == f"{word} ({low:.0%}-{high:.0%})".replace("%-", "-")


@given(st.floats(0, 1))
def test_every_chance_has_a_word_with_a_range_and_none_that_speaks_of_confidence(share):
    said = likelihood(share)
    assert re.search(r" \((\d+-\d+|under 1|over 99)%\)$", said)
    assert "confiden" not in said


@given(st.floats(0.001, 0.999))
def test_a_frequency_is_the_chance_to_within_a_fortieth_or_a_tenth_of_the_rarer_side(share):
    said = frequency(share)
    times, of = re.search(r"(\d+) in ([\d,]+)$", said).groups()
    told = Fraction(int(times), int(of.replace(",", "")))
    told = 1 - told if said.startswith("all but") else told
    assert abs(float(told) - share) <= max(1 / 40, 0.1 * min(share, 1 - share)) + 1e-9


@pytest.mark.parametrize(
    ("share", "said"),
    [(1 / 12, "about 1 in 12"), (0.75, "about 3 in 4"), (0.0646, "about 1 in 15")],
)
def test_simple_parts_are_told_simply(share, said):
    assert frequency(share) == said
