"""Numbers: their forms, ranges and bases, and what a mapping says for all of its numbers."""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from sim.numbers.names import Label
from sim.numbers.uncertain import Number, Probability, Stated, Values, Weights
from tests.small import WHY

FACTOR = {"factor": "luck", "loading": 0.5}

# form, support, mean
FORMS = [
    ({"value": 0.3}, (0.3, 0.3), 0.3),
    ({"value": 2}, (2, 2), 2),
    ({"uniform": [1, 3]}, (1, 3), 2),
    ({"triangular": [0, 1, 5]}, (0, 5), 2),
    ({"triangular": [0, 0, 3]}, (0, 3), 1),
    ({"normal": {"mean": 0.5, "sd": 0.1, "low": 0, "high": 1}}, (0, 1), 0.5),
    ({"beta": {"mean": 0.2, "concentration": 5}}, (0, 1), 0.2),
    ({"gamma": {"shape": 3, "rate": 12, "high": 50}}, (0, 50), 0.25),
    ({"gamma": {"shape": 1, "rate": 1, "high": 1}}, (0, 1), (1 - 2 / math.e) / (1 - 1 / math.e)),
    ({"choice": {"values": [1, 4], "chances": [0.75, 0.25]}}, (1, 4), 1.75),
    ({"choice": {"values": [7], "chances": [1]}}, (7, 7), 7),
]

# form, what the error says
WRONG_FORMS = [
    ({}, "exactly one of"),
    ({"value": 1, "uniform": [0, 1]}, "exactly one of"),
    ({"uniform": [1, 1]}, "low < high"),
    ({"uniform": [1]}, "uniform"),
    ({"uniform": [1, 2, 3]}, "uniform"),
    ({"triangular": [0, 2, 1]}, "low <= mode <= high"),
    ({"triangular": [1, 1, 1]}, "low <= mode <= high"),
    ({"normal": {"mean": 2, "sd": 0.1, "low": 0, "high": 1}}, "low <= mean <= high"),
    ({"normal": {"mean": 0, "sd": 0, "low": 0, "high": 1}}, "greater than 0"),
    ({"normal": {"mean": 0, "sd": 1}}, "low"),
    ({"beta": {"mean": 1, "concentration": 5}}, "less than 1"),
    ({"beta": {"mean": 0.5, "concentration": 0}}, "greater than 0"),
    ({"gamma": {"shape": 0, "rate": 1, "high": 1}}, "greater than 0"),
    ({"gamma": {"shape": 1, "rate": 0, "high": 1}}, "greater than 0"),
    ({"gamma": {"shape": 1, "rate": 1, "high": 0}}, "greater than 0"),
    ({"gamma": {"shape": 1, "rate": 1}}, "high"),
    ({"choice": {"values": [1, 2], "chances": [0.5, 0.4]}}, "sum to 1"),
    ({"choice": {"values": [1, 2], "chances": [1]}}, "one chance for each value"),
    ({"choice": {"values": [], "chances": []}}, "at least 1"),
    ({"choice": {"values": [1, 2], "chances": [1.5, -0.5]}}, "less than or equal to 1"),
    ({"value": float("nan")}, "finite"),
    ({"value": float("-inf")}, "finite"),
    ({"value": "1"}, "valid number"),
    ({"value": True}, "valid number"),
    ({"value": 1, "common": FACTOR}, "is for distributions"),
    ({"uniform": [0, 1], "common": {**FACTOR, "loading": -1.1}}, "greater than or equal to -1"),
    ({"poisson": 3}, "Extra inputs"),
]


def number(**form):
    return Number.model_validate({**form, **WHY})


@pytest.mark.parametrize(("form", "support", "mean"), FORMS)
def test_a_form_has_its_support_and_its_mean(form, support, mean):
    stated = number(**form)
    assert stated.support == support
    assert stated.mean == pytest.approx(mean)
    assert stated.is_plain == ("value" in form)


@pytest.mark.parametrize(("form", "says"), WRONG_FORMS)
def test_a_wrong_form_is_refused(form, says):
    with pytest.raises(ValidationError, match=says):
        number(**form)


def test_the_mean_of_a_truncated_normal_is_that_of_what_is_left():
    cut = number(normal={"mean": 0, "sd": 1, "low": 0, "high": 50})
    assert cut.mean == pytest.approx((2 / 3.141592653589793) ** 0.5)


@given(st.floats(-3, 3), st.floats(0.05, 3), st.floats(0, 3), st.floats(0.01, 3))
def test_the_mean_of_a_truncated_normal_agrees_with_its_integral(mean, sd, below, above):
    low, high = mean - below, mean + above
    cells = 4000
    grid = [low + (high - low) * (n + 0.5) / cells for n in range(cells)]
    density = [NormalDist(mean, sd).pdf(x) for x in grid]
    integral = sum(x * p for x, p in zip(grid, density, strict=True)) / sum(density)
    stated = number(normal={"mean": mean, "sd": sd, "low": low, "high": high})
    assert stated.mean == pytest.approx(integral, abs=1e-4)


@given(st.floats(0.3, 40), st.floats(0.5, 200), st.floats(0.2, 4))
def test_the_mean_of_a_cut_gamma_agrees_with_its_integral(shape, rate, cut):
    high, law = cut * shape / rate, stats.gamma(shape, scale=1 / rate)
    stated = number(gamma={"shape": shape, "rate": rate, "high": high})
    integral = law.expect(lambda x: x, ub=high, conditional=True)
    assert stated.mean == pytest.approx(integral, rel=1e-5)


@pytest.mark.parametrize("why", [None, "", "  "])
def test_an_assumption_says_why(why):
    with pytest.raises(ValidationError, match="an assumption must say why"):
        Number.model_validate({"value": 1, "basis": "assumption", "why": why})


@pytest.mark.parametrize("why", ["", True, 5, ["because"]])
def test_an_assumption_of_many_numbers_says_why_in_words(why):
    with pytest.raises(ValidationError, match="an assumption must say why"):
        shared(Weights, basis="assumption", why=why, a=0.1)


def test_evidence_and_overrides_need_no_reasoning():
    assert Number.model_validate({"value": 1, "basis": ["art-1"]}).basis == ("art-1",)
    assert Number.model_validate({"value": 1, "basis": "override"}).basis == "override"


@pytest.mark.parametrize("form", [{"value": 1.2}, {"value": -0.1}, {"uniform": [0.5, 1.01]}])
def test_all_of_a_range_must_lie_within_the_bounds(form):
    with pytest.raises(ValidationError, match="must be between 0 and 1"):
        TypeAdapter(Probability).validate_python({**form, **WHY})


def test_bounds_themselves_are_allowed():
    stated = TypeAdapter(Probability).validate_python({"uniform": [0, 1], **WHY})
    assert stated.support == (0, 1)


def shared(kind, **raw):
    return TypeAdapter(kind).validate_python(raw)


def test_a_basis_beside_numbers_is_that_of_each():
    weights = shared(Weights, basis=["art-1"], why="they weigh", land=0.3, army={"uniform": [0, 1]})
    assert {stated.basis for stated in weights.values()} == {("art-1",)}
    assert {stated.why for stated in weights.values()} == {"they weigh"}


def test_a_number_with_a_basis_of_its_own_stands_alone():
    own = {"value": 0.4, "basis": ["art-2"]}
    weights = shared(Weights, basis=["art-1"], spread=0.1, common=FACTOR, land=own)
    assert weights["land"] == Number.model_validate(own)


def test_a_spread_makes_normals_of_plain_numbers_inside_the_scale_only():
    values = shared(Values, **WHY, spread=0.1, low=0, middle=0.4, high=1, over=1.5)
    assert values["middle"].normal.model_dump() == {"mean": 0.4, "sd": 0.1, "low": 0, "high": 1}
    assert all(values[name].is_plain for name in ("low", "high", "over"))


def test_a_spread_of_zero_leaves_numbers_plain():
    assert shared(Values, **WHY, spread=0, middle=0.4)["middle"].value == 0.4


def test_a_common_factor_goes_to_distributions_and_not_to_plain_numbers():
    values = shared(Values, **WHY, spread=0.1, common=FACTOR, low=0, middle=0.4)
    assert values["middle"].common.model_dump() == FACTOR
    assert values["low"].common is None


def test_a_common_factor_of_its_own_stays():
    own = {"factor": "skill", "loading": -0.2}
    values = shared(Values, **WHY, common=FACTOR, a={"uniform": [0, 1], "common": own})
    assert values["a"].common.model_dump() == own


def test_a_reason_of_its_own_stays_beside_a_basis_that_it_shares():
    weights = shared(Weights, **WHY, land={"uniform": [0, 1], "why": "it is most of it"}, army=0.2)
    assert weights["land"].why == "it is most of it"
    assert weights["land"].basis == "assumption"
    assert weights["army"].why == WHY["why"]


@pytest.mark.parametrize("spread", [-0.1, 1.1, "wide", True, float("nan")])
def test_a_spread_must_be_a_number_of_the_scale(spread):
    with pytest.raises(ValidationError, match="must be a number between 0 and 1"):
        shared(Values, **WHY, spread=spread, a=0.5)


def test_a_bad_shared_basis_is_told_once():
    with pytest.raises(ValidationError) as caught:
        shared(Weights, basis="asumption", a=0.1, b=0.2, c=0.3)
    assert caught.value.error_count() == 1


class Part(Stated):
    size: Probability
    most: Probability | None = None
    label: Label = "a part"


def test_a_part_passes_its_basis_to_its_numbers_and_to_nothing_else():
    part = Part(size=0.2, most={"uniform": [0, 1], "basis": ["art-1"]}, **WHY)
    assert (part.size.basis, part.most.basis) == ("assumption", ("art-1",))
    assert part.label == "a part"
