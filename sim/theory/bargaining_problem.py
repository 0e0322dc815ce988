"""A bargaining problem: preferences over packages, no deal, and who must sign (Nash 1950).

Read from a scenario at the start of play, with every number at its mean or as one draw has it.
All packages can be gone through by number, a chunk at a time, without ever being all in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import LARGEST_ENUMERATION, Space, best_of_blocks
from sim.draws.draws import at_means
from sim.draws.streams import Floats, Ints, Streams
from sim.errors import problem
from sim.scenario.scenario import Scenario
from sim.talks.batch import Batch, open_batch
from sim.talks.course import starting_values
from sim.talks.preferences import utilities_of
from sim.talks.space import consent_of, settled_consent, space_of

TOLERANCE = 1e-10  # of an actor's range, or of a score: what differs by less is equal
_ROUNDING = 1e-15  # relative to the numbers as given, which were rounded before they came here
_CHUNK = 2**16


@dataclass(frozen=True)
class BargainingProblem:
    """Preferences over packages, no deal, and who must sign.

    Attributes:
        space: the packages, and whose consent their options need.
        actors: names.
        table: each actor's utility of each cell: (A, N).
        no_deal: each actor's utility of no deal, the disagreement point: (A,).
        base: who must sign every package: (A,).
    """

    space: Space
    actors: tuple[str, ...]
    table: Floats
    no_deal: Floats
    base: Flags


@dataclass(frozen=True)
class Draw:
    """One draw of an ensemble: the numbers that its worlds draw x R to draw x R + R - 1 share."""

    draw: int
    seed: int
    replications: int


def problem_of(scenario: Scenario, draw: Draw | None = None) -> BargainingProblem:
    """Return the bargaining problem of a scenario at the start of play.

    Every number, weights among them, is at its mean, or as the engine has it in one draw. No deal
    counts the drivers at their starting values.

    Raises:
        ScenarioError: when an actor's utilities have no scale at these numbers, or there is no
            such draw.
    """
    batch = _at_means(scenario) if draw is None else _in_draw(scenario, draw)
    starts = starting_values(batch)
    loadings = [
        batch.loadings(f"actors.{name}.loadings", actor.loadings)
        for name, actor in scenario.actors.items()
    ]
    moved = np.array([float((loading * starts).sum()) for loading in loadings])
    return BargainingProblem(
        space=replace(batch.space, consent=batch.consent[batch.draw[0]].T),
        actors=tuple(scenario.actors),
        table=batch.utilities.own[batch.draw[0]],
        no_deal=batch.utilities.no_deal[batch.draw[0]] + moved,
        base=np.isin(list(scenario.actors), scenario.signatories.base),
    )


def _in_draw(scenario: Scenario, draw: Draw) -> Batch:
    if draw.draw < 0:
        raise problem("draw", "draws are counted from 0", draw.draw)
    world = np.array([draw.draw * draw.replications])
    return open_batch(scenario, draw.seed, draw.replications, world)


def _at_means(scenario: Scenario) -> Batch:
    """Return a batch of one world with every number at its mean."""
    alone = {
        name: actor.model_copy(update={"domestic": None}) for name, actor in scenario.actors.items()
    }
    abroad = scenario.model_copy(update={"actors": alone})
    space, world = space_of(scenario), np.zeros(1, dtype=np.int64)
    streams = Streams(seed=0, batch=0, draws=1, replications=1, worlds=world)
    means = at_means(scenario.numbers, scenario.weightings)
    means = means.beside(settled_consent(scenario, means, None))
    utilities, consent = utilities_of(abroad, space, means), consent_of(scenario, space, means)
    return Batch(abroad, space, streams, means, utilities, consent, world, world)


@dataclass(frozen=True)
class Listing:
    """All packages by number, in the order of `Space.enumerate`, never all in memory.

    The blocks are cut in two, heads and tails; a package is one of each. Gains are summed from
    each block's smallest utility up, so that rounding is small against the actor's range.

    Attributes:
        space: the packages.
        base: who must sign every package: (A,).
        table: utilities of the cells, counted from each block's smallest: (A, N).
        floor: no deal, on that scale: (A,).
        slack: utilities that differ by no more than this are equal: (A,).
        heads, tails: their sums of utilities: (A, H) and (A, T).
        head_signs, tail_signs: whether they need an actor's consent: (A, H) and (A, T).
    """

    space: Space
    base: Flags
    table: Floats
    floor: Floats
    slack: Floats
    heads: Floats
    tails: Floats
    head_signs: Flags
    tail_signs: Flags

    def gains(self, numbers: Ints) -> Floats:
        """Return gains over no deal: (A, n)."""
        head, tail = np.divmod(numbers, self.tails.shape[1])
        gains = self.heads[:, head] + self.tails[:, tail] - self.floor[:, None]
        gains[np.abs(gains) <= self.slack[:, None]] = 0.0
        return gains

    def signs(self, numbers: Ints) -> Flags:
        """Return who must sign: (A, n)."""
        head, tail = np.divmod(numbers, self.tails.shape[1])
        return self.head_signs[:, head] | self.tail_signs[:, tail]

    def rational(self, numbers: Ints) -> Flags:
        """Return which packages are no worse than no deal for all who must sign them: (n,)."""
        return np.all((self.gains(numbers) >= 0) | ~self.signs(numbers), axis=0)

    def texts(self, numbers: Ints) -> Ints:
        """Return the packages' cells: (n, B)."""
        shape = np.diff(self.space.starts).tolist()
        return np.stack(np.unravel_index(numbers, shape), axis=1) + self.space.starts[:-1]


def listing_of(bargaining: BargainingProblem) -> Listing:
    """Return the packages of a bargaining problem, ready to be gone through.

    Raises:
        ScenarioError: when there are more than 2,000,000.
    """
    space = bargaining.space
    if space.packages > LARGEST_ENUMERATION:
        rule = f"span {space.packages} packages; at most {LARGEST_ENUMERATION} are listed"
        raise problem("clauses", rule)
    lowest = -best_of_blocks(space, -bargaining.table)
    table = bargaining.table - lowest[:, space.block_of]
    magnitude = np.abs(bargaining.no_deal) + np.abs(lowest).sum(axis=1)
    sizes = np.cumprod(np.diff(space.starts)[::-1], dtype=float)
    cut = len(sizes) - max(1, int((sizes <= _CHUNK).sum()))
    rises = [table[:, cells] for cells in space.slices()]
    consents = [space.consent[cells].T for cells in space.slices()]
    return Listing(
        space=space,
        base=bargaining.base,
        table=table,
        floor=bargaining.no_deal - lowest.sum(axis=1),
        slack=TOLERANCE * best_of_blocks(space, table).sum(axis=1) + _ROUNDING * magnitude,
        heads=_combined(np.add, np.zeros(len(table)), rises[:cut]),
        tails=_combined(np.add, np.zeros(len(table)), rises[cut:]),
        head_signs=_combined(np.logical_or, bargaining.base, consents[:cut]),
        tail_signs=_combined(np.logical_or, bargaining.base, consents[cut:]),
    )


def _combined(operation: np.ufunc, start: NDArray[Any], parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Return an operation over one column of each part (A, n), for all combinations: (A, P)."""
    return reduce(
        lambda left, right: operation(left[:, :, None], right[:, None]).reshape(len(left), -1),
        parts,
        start[:, None],
    )


def chunks(numbers: Ints) -> Iterator[Ints]:
    """Yield package numbers a chunk at a time."""
    for start in range(0, len(numbers), _CHUNK):
        yield numbers[start : start + _CHUNK]
