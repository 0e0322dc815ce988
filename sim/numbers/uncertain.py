"""Numbers that we know, half know or assume, each with what it rests on.

A number is plain or a distribution; several may share a common factor, so that errors which
go together do not average out (a Gaussian copula). Its basis is a list of evidence ids,
`assumption` with a line of reasoning, or `override` when it was set for one run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.numbers.marks import NotAllZero
from sim.numbers.names import (
    BASIS_WORDS,
    RESERVED,
    Basis,
    Frozen,
    Name,
    broken,
    must_say_why,
    read_basis,
)

Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Normal(Frozen):
    """A normal distribution truncated to [low, high]; mean and sd are those before truncation."""

    mean: Finite = Field(description="mean before it is cut off")
    sd: Annotated[Finite, Field(gt=0)] = Field(description="standard deviation before, above 0")
    low: Finite = Field(description="the least value")
    high: Finite = Field(description="the greatest value")

    @model_validator(mode="after")
    def _range_holds_mean(self) -> Normal:
        if not self.low <= self.mean <= self.high or self.low == self.high:
            raise ValueError("must have low <= mean <= high and low < high")
        return self


class Beta(Frozen):
    """A beta distribution on [0, 1] by its mean and its concentration (alpha + beta)."""

    mean: Annotated[Finite, Field(gt=0, lt=1)] = Field(description="between 0 and 1, ends excluded")
    concentration: Annotated[Finite, Field(gt=0)] = Field(
        description="alpha + beta, above 0: the higher, the surer"
    )


LEAST_LEFT = 1e-250  # of a distribution that is cut off: less cannot be told from nothing


class Gamma(Frozen):
    """A gamma distribution cut off at `high`: what counts say of a rate.

    After some events in some weeks a rate is a gamma distribution with the events, and those of a
    weak prior, as shape, and the weeks, and those of the prior, as rate (gamma-Poisson).
    """

    shape: Annotated[Finite, Field(gt=0)] = Field(description="above 0: events, the prior's too")
    rate: Annotated[Finite, Field(gt=0)] = Field(description="above 0: weeks, the prior's too")
    high: Annotated[Finite, Field(gt=0)] = Field(description="the greatest value")

    @model_validator(mode="after")
    def _leaves_something(self) -> Gamma:
        from scipy.special import gammainc

        if gammainc(self.shape, self.rate * self.high) < LEAST_LEFT:
            mean = self.shape / self.rate
            rule = f"is cut off far below its mean, {mean:g}: `high` must leave some of it"
            raise ValueError(rule)
        return self


class Choice(Frozen):
    """One of a few values, each with its chance; the chances sum to 1."""

    values: Annotated[tuple[Finite, ...], Field(min_length=1)] = Field(description="the values")
    chances: Annotated[tuple[Annotated[Finite, Field(ge=0, le=1)], ...], Field(min_length=1)] = (
        Field(description="the chance of each, in the same order")
    )

    @model_validator(mode="after")
    def _chances_fit(self) -> Choice:
        if len(self.values) != len(self.chances) or abs(sum(self.chances) - 1) > 1e-9:
            raise ValueError("must have one chance for each value, and chances that sum to 1")
        return self


class Common(Frozen):
    """The share that a number has in a common factor: its loading, in [-1, 1]."""

    factor: Name = Field(description="a name declared under `factors`")
    loading: Annotated[Finite, Field(ge=-1, le=1)] = Field(
        description="-1 to 1: how far it goes with the factor"
    )


class Number(Frozen):
    """One number of a scenario: exactly one of the forms below, and what it rests on."""

    FORMS: ClassVar = ("value", "uniform", "triangular", "normal", "beta", "gamma", "choice")
    PLAIN: ClassVar = "value"

    value: Finite | None = Field(None, description="a plain number")
    uniform: tuple[Finite, Finite] | None = Field(None, description="[low, high]")
    triangular: tuple[Finite, Finite, Finite] | None = Field(None, description="[low, mode, high]")
    normal: Normal | None = Field(None, description="mean, sd, truncated to [low, high]")
    beta: Beta | None = Field(None, description="mean and concentration, on [0, 1]")
    gamma: Gamma | None = Field(None, description="shape and rate, cut off at `high`: for rates")
    choice: Choice | None = Field(None, description="values and their chances")
    common: Common | None = Field(None, description="a common factor and the loading on it")
    basis: Basis = Field(description="evidence ids, `assumption` (with why), or `override`")
    why: str | None = Field(None, description="the line of reasoning; required of an assumption")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, raw: Any) -> Any:
        """Read `0.3` as `{value: 0.3}`; its basis then comes from the mapping around it."""
        if isinstance(raw, (Mapping, Number)):
            return raw
        if isinstance(raw, bool) or not isinstance(raw, (int, float)):
            raise ValueError(
                "must be a number, or a distribution such as {triangular: [low, mode, high]}"
            )
        return {"value": raw}

    @model_validator(mode="after")
    def _one_form(self) -> Number:
        forms = [form for form in self.FORMS if getattr(self, form) is not None]
        if len(forms) != 1:
            raise ValueError(f"must have exactly one of {', '.join(self.FORMS)}")
        if self.uniform and not self.uniform[0] < self.uniform[1]:
            raise ValueError("uniform must be [low, high] with low < high")
        if self.triangular and not (
            self.triangular[0] <= self.triangular[1] <= self.triangular[2]
            and self.triangular[0] < self.triangular[2]
        ):
            raise ValueError("triangular must be [low, mode, high] with low <= mode <= high")
        if self.common and self.is_plain:
            raise broken("common", "is for distributions: a plain number is known", self.value)
        must_say_why(self.basis, self.why)
        return self

    @property
    def form(self) -> str:
        """Return in which of its forms it is stated."""
        return next(form for form in self.FORMS if getattr(self, form) is not None)

    @property
    def support(self) -> tuple[float, float]:
        """Return the smallest and the largest value that it can take."""
        return _SUPPORT[self.form](getattr(self, self.form))

    @property
    def mean(self) -> float:
        """Return its expected value."""
        return _MEAN[self.form](getattr(self, self.form))

    @property
    def is_plain(self) -> bool:
        """Return whether it is one known value."""
        return self.value is not None

    @property
    def is_zero(self) -> bool:
        """Return whether it is 0 for sure."""
        return self.support == (0.0, 0.0)


def _truncated_mean(n: Normal) -> float:
    """Return the mean of a truncated normal: mean + sd (phi(a) - phi(b)) / (Phi(b) - Phi(a))."""
    unit = NormalDist()
    a, b = (n.low - n.mean) / n.sd, (n.high - n.mean) / n.sd
    return n.mean + n.sd * (unit.pdf(a) - unit.pdf(b)) / (unit.cdf(b) - unit.cdf(a))


def _cut_mean(g: Gamma) -> float:
    """Return the mean of a gamma cut off at h: shape / rate F(h; shape + 1) / F(h; shape)."""
    from scipy.special import gammainc

    top = g.rate * g.high
    return float(g.shape / g.rate * gammainc(g.shape + 1, top) / gammainc(g.shape, top))


_SUPPORT: Mapping[str, Callable[[Any], tuple[float, float]]] = {
    "value": lambda value: (value, value),
    "uniform": lambda ends: ends,
    "triangular": lambda corners: (corners[0], corners[2]),
    "normal": lambda n: (n.low, n.high),
    "beta": lambda _: (0.0, 1.0),
    "gamma": lambda g: (0.0, g.high),
    "choice": lambda c: (min(c.values), max(c.values)),
}
_MEAN: Mapping[str, Callable[[Any], float]] = {
    "value": lambda value: value,
    "uniform": lambda ends: sum(ends) / 2,
    "triangular": lambda corners: sum(corners) / 3,
    "normal": _truncated_mean,
    "beta": lambda b: b.mean,
    "gamma": _cut_mean,
    "choice": lambda c: sum(v * chance for v, chance in zip(c.values, c.chances, strict=True)),
}


@dataclass(frozen=True)
class Whole:
    """The check of a whole number in [low, high]; text and truth values are none."""

    low: int
    high: int

    def __call__(self, raw: Any) -> int:
        """Return the number, however it is written: 1e3 is 1000."""
        is_number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
        if not is_number or not self.low <= raw <= self.high or raw != int(raw):
            raise ValueError(f"must be a whole number {self}")
        return int(raw)

    def __str__(self) -> str:
        """Say where the number may lie."""
        return interval(self.low, self.high)


@dataclass(frozen=True)
class Within:
    """The check that every value that a number can take lies in [low, high], in a unit."""

    low: float
    high: float
    unit: str = ""

    def __call__(self, number: Number) -> Number:
        """Return the number."""
        bottom, top = number.support
        if bottom < self.low or top > self.high:
            reach = "" if number.is_plain else " over all of its range"
            raise ValueError(f"must be {self}{reach}")
        return number

    def __str__(self) -> str:
        """Say where the number may lie."""
        return f"{interval(self.low, self.high)} {self.unit}".rstrip()


def whole(low: int, high: int) -> BeforeValidator:
    """Return the mark of a whole number in [low, high]."""
    return BeforeValidator(Whole(low, high))


def within(low: float, high: float, unit: str = "") -> AfterValidator:
    """Return the mark of a number whose every value lies in [low, high], in a unit."""
    return AfterValidator(Within(low, high, unit))


def interval(low: float, high: float) -> str:
    """Say in words where a number may lie.

    >>> interval(0.000001, 1_000_000)
    'between 0.000001 and 1,000,000'
    """
    ends = (f"{end:,}" if isinstance(end, int) else f"{end:,.6f}" for end in (low, high))
    least, most = (end.rstrip("0").rstrip(".") if "." in end else end for end in ends)
    return f"between {least} and {most}"


def must_be_plain(number: Number) -> Number:
    """Refuse a distribution where a run needs one known value."""
    if not number.is_plain:
        raise ValueError("must be a plain number: it cannot differ between draws")
    return number


def lone_share(path: str, shares: Mapping[str, Number]) -> Iterator[tuple[str, str]]:
    """Yield the only share of a sum, which is the whole of it whatever its size, with why."""
    counting = [name for name, share in shares.items() if not share.is_zero]
    if len(counting) == 1 and shares[counting[0]].support[0] > 0:
        yield f"{path}.{counting[0]}", "it is divided by the sum, which it is alone"


Probability = Annotated[Number, within(0, 1)]
Strength = Annotated[Number, within(0, 100)]
NonNegative = Annotated[Number, within(0, 1e6)]
Positive = Annotated[Number, within(1e-6, 1e6)]
UnitValue = Annotated[Number, within(-2, 3)]
Loading = Annotated[Number, within(-10, 10)]
Plain = Annotated[Number, AfterValidator(must_be_plain)]


def pass_basis_down(raw: Any) -> Any:
    """Give the plain numbers of a mapping the basis, spread and factor that stand beside them.

    `spread` turns the plain numbers strictly between 0 and 1 into normals with that sd, truncated
    to [0, 1]: 0 and 1 are the ends of a scale by definition, and carry none.
    """
    if not isinstance(raw, Mapping):
        return raw
    shared = _shared(raw, RESERVED)
    spread = shared.get("spread", 0)
    if isinstance(spread, bool) or not isinstance(spread, (int, float)) or not 0 <= spread <= 1:
        raise broken("spread", "must be a number between 0 and 1", spread)
    _check_shared_basis(shared)
    return {key: _stated(item, shared) for key, item in raw.items() if key not in RESERVED}


def _shared(raw: Mapping[str, Any], words: tuple[str, ...]) -> dict[str, Any]:
    """Return what a mapping says of all of its numbers; null says nothing."""
    return {word: raw[word] for word in words if raw.get(word) is not None}


def _check_shared_basis(shared: Mapping[str, Any]) -> None:
    """Refuse a bad basis once, where it stands, and not for each number that it is passed to."""
    if "basis" not in shared:
        return
    try:
        must_say_why(read_basis(shared["basis"]), shared.get("why"))
    except ValueError as error:
        if isinstance(error, PydanticCustomError):
            raise
        raise broken("basis", str(error), shared["basis"]) from None


def _stated(item: Any, shared: Mapping[str, Any]) -> Any:
    """Return one number with what its mapping says of all of them, unless it says so itself."""
    if isinstance(item, bool) or not isinstance(item, (int, float, Mapping)):
        return item
    number = dict(item) if isinstance(item, Mapping) else {"value": item}
    value, spread = number.get("value"), shared.get("spread", 0)
    stands_alone = "basis" in number
    if not stands_alone:
        number |= {k: shared[k] for k in ("basis", "why") if k in shared and k not in number}
        inside = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1
        if inside and spread:
            del number["value"]
            number["normal"] = {"mean": value, "sd": spread, "low": 0, "high": 1}
        if "common" in shared and "value" not in number:
            number.setdefault("common", shared["common"])
    return number


Weights = Annotated[dict[Name, NonNegative], BeforeValidator(pass_basis_down), NotAllZero()]
Chances = Annotated[dict[Name, Probability], BeforeValidator(pass_basis_down)]
Values = Annotated[dict[Name, UnitValue], BeforeValidator(pass_basis_down)]
Loadings = Annotated[dict[Name, Loading], BeforeValidator(pass_basis_down)]


class Stated(Frozen):
    """A part whose plain numbers may share one `basis` and `why`, written once beside them."""

    basis: Basis | None = Field(None, description="the basis of the plain numbers beside it")
    why: str | None = Field(None, description="the reasoning for them")

    @model_validator(mode="before")
    @classmethod
    def _pass_down(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        shared = _shared(raw, BASIS_WORDS)
        _check_shared_basis(shared)
        return {
            key: _stated(item, shared) if key in raw and _holds_number(cls, key) else item
            for key, item in raw.items()
        }


def _holds_number(model: type[BaseModel], field: str) -> bool:
    """Return whether a field of the model is a number (or a number or nothing)."""
    info = model.model_fields.get(field)
    return info is not None and _may_be_number(info.annotation)


def _may_be_number(annotation: Any) -> bool:
    if get_origin(annotation) in {Annotated, Union, UnionType}:
        return any(_may_be_number(reading) for reading in get_args(annotation))
    return annotation is Number
