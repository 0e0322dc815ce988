"""The house style: colours that all readers tell apart, words that wrap, percentages."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from sim.show.figures.style import PALETTE, percent, text_width, wrap

# Machado, Oliveira & Fernandes (2009), table 1, severity 1: linear RGB as three kinds of readers
# see it.
VISION = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen(colour, matrix):
    """A colour in CIELAB, as a reader with that vision sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = to_xyz @ np.clip(matrix @ linear, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("matrix", VISION.values(), ids=VISION)
def test_eight_curves_are_told_apart_whatever_cones_a_reader_has(matrix):
    lab = [seen(colour, np.array(matrix)) for colour in PALETTE]
    # A difference of 2.3 is just noticeable; curves that cross need to be told apart at a glance.
    assert min(np.linalg.norm(a - b) for a, b in combinations(lab, 2)) > 15
    assert min(np.linalg.norm(a - b) for a, b in pairwise(lab)) > 30


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])),
    width=st.floats(0.5, 6),
)
def test_wrapped_lines_keep_every_letter_and_their_width(text, width):
    lines = wrap(text, width, 11).split("\n")
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(text_width(line, 11) <= width for line in lines)


@given(share=st.floats(0, 1))
def test_a_percentage_is_nought_or_all_only_where_the_share_is(share):
    assert (percent(share) == "0%") == (share == 0)
    assert (percent(share) == "100%") == (share == 1)
