"""Draws: readings of all that nobody knows, each number under its path, with a weight a draw.

A draw fixes the numbers of a scenario; the worlds of one draw differ only by chance. Numbers that
share a common factor are joined by a Gaussian copula, weights that sum to 1 by a Dirichlet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from sim.draws.quantiles import log_gamma_quantile, normal_quantile, quantile
from sim.draws.streams import Floats, Purpose, Uniforms
from sim.errors import unknown
from sim.numbers.uncertain import Number


@dataclass(frozen=True)
class Weighting:
    """Numbers that are drawn together because they share a sum.

    Attributes:
        path: where they stand: the number of a name is `path.name`.
        names: in order.
        concentration: the path of how sure they are (Dirichlet); None: they are their means.
        keeps_sum: whether they sum to what their means do, and not to 1.
    """

    path: str
    names: tuple[str, ...]
    concentration: str | None
    keeps_sum: bool


@dataclass(frozen=True, eq=False)
class Draws(Mapping[str, Floats]):
    """Every number of D draws under its path, weights as they were drawn among them.

    A path that is not there is an error that names the nearest.

    Attributes:
        first: the number of the first draw in its ensemble.
        numbers: path: the number in every draw: (D,).
        log_weight: the logarithm of each draw's weight: (D,).

    >>> draws = Draws(0, {"actors.us.no_deal": np.array([0.2, 0.4])})
    >>> draws["actors.us.no_deal"].tolist(), draws.size
    ([0.2, 0.4], 2)
    """

    first: int
    numbers: Mapping[str, Floats]
    log_weight: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not len(self.log_weight):
            object.__setattr__(self, "log_weight", np.zeros(self.size))

    def __getitem__(self, path: str) -> Floats:
        """Return a number in every draw: (D,).

        Raises:
            KeyError: when no such number was drawn.
        """
        try:
            return self.numbers[path]
        except KeyError:
            raise KeyError(f"{path}: {unknown('number', path, self.numbers)}") from None

    def __contains__(self, path: object) -> bool:
        """Return whether a number was drawn, without looking for the nearest if it was not."""
        return path in self.numbers

    def __iter__(self) -> Iterator[str]:
        """Iterate over the paths."""
        return iter(self.numbers)

    def __len__(self) -> int:
        """Return the number of paths."""
        return len(self.numbers)

    @property
    def size(self) -> int:
        """Return the number of draws, D."""
        return len(next(iter(self.numbers.values()), ()))

    def cut(self, size: int) -> Draws:
        """Return the first draws only."""
        return self.between(self.first, size)

    def between(self, first: int, size: int) -> Draws:
        """Return some of the draws, from one on by its number in the ensemble."""
        start = first - self.first
        here = slice(start, start + size)
        numbers = {path: number[here] for path, number in self.numbers.items()}
        return Draws(first, numbers, self.log_weight[here])

    def beside(self, more: Mapping[str, Floats]) -> Draws:
        """Return the same draws with more numbers beside."""
        return Draws(self.first, {**self.numbers, **more}, self.log_weight)


def drawn(
    numbers: Mapping[str, Number], weightings: Sequence[Weighting], streams: Uniforms
) -> Draws:
    """Return the draws of the batches that some streams belong to."""
    sampled = sample_numbers(numbers, streams)
    for weighting in weightings:
        sampled |= _weights(weighting, sampled, streams)
    return Draws(streams.first_draw, sampled)


def at_means(numbers: Mapping[str, Number], weightings: Sequence[Weighting]) -> Draws:
    """Return one draw in which every number has its mean."""
    means = {path: np.array([number.mean]) for path, number in numbers.items()}
    for weighting in weightings:
        if not weighting.keeps_sum:
            paths = [f"{weighting.path}.{name}" for name in weighting.names]
            total = sum(means[path] for path in paths)
            means |= {path: means[path] / total for path in paths}
    return Draws(0, means)


def sample_numbers(numbers: Mapping[str, Number], streams: Uniforms) -> dict[str, Floats]:
    """Return the value of every number in every draw of the batch, under its path: (D,).

    Numbers that share a common factor are joined by a Gaussian copula: z = loading F +
    sqrt(1 - loading^2) e, with F and e standard normal.
    """
    factors = {number.common.factor for number in numbers.values() if number.common}
    shared = {
        name: normal_quantile(streams.draw_uniforms(Purpose.FACTOR, name)) for name in factors
    }
    return {path: _sample(path, number, shared, streams) for path, number in numbers.items()}


def _sample(path: str, number: Number, factors: dict[str, Floats], streams: Uniforms) -> Floats:
    if number.value is not None:
        return np.full(streams.all_draws, number.value)
    u = streams.draw_uniforms(Purpose.NUMBER, path)
    if number.common:
        loading = number.common.loading
        own = np.sqrt(1 - loading**2) * normal_quantile(u)
        u = np.asarray(special.ndtr(loading * factors[number.common.factor] + own))
    return quantile(number, u)


def sample_weights(
    path: str, means: Floats, names: list[str], concentration: Floats | None, streams: Uniforms
) -> Floats:
    """Return Dirichlet weights that sum to 1: (D, C), from means (D, C) of any positive sum.

    Without a concentration (D,) the weights are the means. Each clause has streams of its own.
    """
    means = means / means.sum(axis=1, keepdims=True)
    if concentration is None:
        return means
    logs = np.column_stack(
        [
            log_gamma_quantile(
                concentration * means[:, column],
                streams.draw_uniforms(Purpose.NUMBER, f"{path}.{name}.gamma"),
                streams.draw_uniforms(Purpose.NUMBER, f"{path}.{name}.power"),
            )
            for column, name in enumerate(names)
        ]
    )
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def _weights(
    weighting: Weighting, drawn: Mapping[str, Floats], streams: Uniforms
) -> dict[str, Floats]:
    """Return some numbers that share a sum, as they are drawn: path: (D,)."""
    paths = [f"{weighting.path}.{name}" for name in weighting.names]
    means = np.column_stack([drawn[path] for path in paths])
    if weighting.concentration is None and weighting.keeps_sum:
        return {}
    sure = None if weighting.concentration is None else drawn[weighting.concentration]
    weights = sample_weights(weighting.path, means, list(weighting.names), sure, streams)
    if weighting.keeps_sum:
        weights = weights * means.sum(axis=1, keepdims=True)
    return dict(zip(paths, weights.T, strict=True))
