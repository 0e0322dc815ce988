"""What every baseline of one issue must do; a method added to METHODS inherits it."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.theory.baselines.cases import Issue
from sim.theory.baselines.settlements import METHODS

every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
repeatably = settings(max_examples=30, deadline=None, derandomize=True)


@st.composite
def issues(draw):
    """Issues of whole positions, with weightless actors and shared positions among them."""
    size = draw(st.integers(1, 7))
    numbers = st.lists(st.integers(0, 20), min_size=size, max_size=size)
    capability, position, salience = (np.array(draw(numbers), dtype=float) for _ in range(3))
    assume((capability * salience).any())
    return Issue(capability, position, salience / 20)


def agree(first, second):
    if first is None or second is None:
        return first is second
    return first == pytest.approx(second, abs=1e-6)


@every_method
@repeatably
@given(issue=issues(), seed=st.integers(0, 1000))
def test_the_order_of_the_actors_does_not_matter(method, issue, seed):
    order = np.random.default_rng(seed).permutation(len(issue.position))
    shuffled = Issue(issue.capability[order], issue.position[order], issue.salience[order])
    assert agree(method(shuffled), method(issue))


@every_method
@repeatably
@given(issue=issues())
def test_the_settlement_lies_within_the_range_of_the_positions(method, issue):
    settlement = method(issue)
    assert settlement is None or issue.position.min() <= settlement <= issue.position.max()


@every_method
@repeatably
@given(issue=issues(), position=st.floats(-1e6, 1e6))
def test_unanimous_actors_get_their_position(method, issue, position):
    same = np.full_like(issue.position, position)
    assert method(Issue(issue.capability, same, issue.salience)) == pytest.approx(position)


@every_method
@repeatably
@given(issue=issues(), scale=st.sampled_from([0.25, 2.0, 8.0]), shift=st.integers(-16, 16))
def test_the_settlement_moves_with_the_scale_of_the_positions(method, issue, scale, shift):
    settlement = method(issue)
    moved = Issue(issue.capability, scale * issue.position + shift, issue.salience)
    assert agree(method(moved), None if settlement is None else scale * settlement + shift)


@every_method
@repeatably
@given(issue=issues(), scale=st.sampled_from([1e-3, 3.0, 1e6]))
def test_the_unit_of_the_capabilities_does_not_matter(method, issue, scale):
    rescaled = Issue(scale * issue.capability, issue.position, issue.salience)
    assert agree(method(rescaled), method(issue))
