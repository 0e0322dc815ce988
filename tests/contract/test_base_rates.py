"""What every kind of base rate must do; a member of the union ReferenceClass inherits it."""

import pkgutil
from importlib import import_module
from math import isnan
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.numbers.uncertain import Within
from sim.scenario import base_rates
from sim.scenario.base_rates import ReferenceClass
from sim.scenario.base_rates.base import BaseRate
from sim.scenario.reading.guide import guide
from sim.scenario.reading.reader import read_scenario
from tests.scenario.base_rates import counting
from tests.small import WHY, small_tree

KINDS: tuple[type[BaseRate], ...] = get_args(get_args(ReferenceClass)[0])
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
repeatably = settings(max_examples=60, deadline=None, derandomize=True)


def word_of(kind):
    (word,) = get_args(kind.model_fields["kind"].annotation)
    return word


def limits_of(field):
    """Return the mark of a number's limits, of a field that may be absent too."""
    marks: list[Any] = [*field.metadata]
    for reading in get_args(field.annotation):
        marks += get_args(reading)[1:]
    (limits,) = (mark.func for mark in marks if isinstance(getattr(mark, "func", None), Within))
    return limits


def written(kind, draw):
    """Return a base rate of a kind as an author may write it, every number anywhere it may be."""
    numbers = {
        name: draw(st.floats(limits_of(field).low, limits_of(field).high))
        for name, field in kind.model_fields.items()
        if name not in ("label", "basis", "why") and get_origin(field.annotation) is not Literal
        if field.is_required() or draw(st.booleans())
    }
    return {"label": "cases like this", "kind": word_of(kind), **WHY, **numbers}


@st.composite
def counts(draw):
    worlds = draw(st.integers(0, 10_000))
    signed = draw(st.integers(0, worlds))
    standing, early = draw(st.integers(0, signed)), draw(st.integers(0, signed))
    return counting.counted(worlds, signed, standing, early, draw(st.floats(0.001, 20)))


@every_kind
@repeatably
@given(data=st.data(), counted=counts())
def test_both_figures_are_shares_and_the_record_lies_in_its_own_range(kind, data, counted):
    rate = kind.model_validate(written(kind, data.draw))
    beside = rate.beside(counted)
    assert 0 <= beside.base_low <= beside.base <= beside.base_high <= 1
    assert isnan(beside.model) or 0 <= beside.model <= 1
    assert beside.label == "cases like this"
    assert all(type(value) is float for value in (beside.model, beside.base, beside.base_high))


@every_kind
@repeatably
@given(data=st.data(), counted=counts())
def test_the_record_comes_from_the_scenario_and_never_from_the_worlds(kind, data, counted):
    rate = kind.model_validate(written(kind, data.draw))
    other = counting.counted(1, 1, 1, 1, counted.years)
    assert rate.record(counted.years)[0] == rate.beside(counted).base == rate.beside(other).base


@every_kind
@repeatably
@given(data=st.data())
def test_there_is_no_figure_of_no_worlds(kind, data):
    rate = kind.model_validate(written(kind, data.draw))
    assert isnan(rate.model(counting.counted(0, 0, 0, 0)))


@every_kind
def test_a_kind_has_a_word_of_its_own_and_a_section_in_the_guide(kind):
    assert [word_of(other) for other in KINDS].count(word_of(kind)) == 1
    page = guide()
    assert f"\n## {kind.__name__}\n" in page
    (row,) = (line for line in page.splitlines() if line.startswith("| `reference_classes`"))
    assert f"(#{kind.__name__.lower()})" in row


def test_every_kind_that_is_written_is_registered():
    for module in pkgutil.iter_modules(base_rates.__path__):
        import_module(f"{base_rates.__name__}.{module.name}")
    assert set(BaseRate.__subclasses__()) == set(KINDS)


def test_an_unknown_kind_is_told_the_known_ones():
    rate = {"label": "cases", "kind": "prophecy", "share": 0.5, **WHY}
    with pytest.raises(ScenarioError) as caught:
        read_scenario(small_tree(reference_classes={"mine": rate}))
    (problem,) = caught.value.problems
    assert problem.field == "reference_classes.mine.kind"
    assert all(word_of(kind) in problem.rule for kind in KINDS)
