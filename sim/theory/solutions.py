"""What bargaining theory would settle on: the cooperative solutions, over all packages.

The solutions of Nash, Kalai & Smorodinsky, Kalai (egalitarian) and Harsanyi (utilitarian), and
the Pareto set, as yardsticks beside the odds. They look at preferences at the start of play alone:
not at time, chance or ratification, and not at lotteries between texts, so that each solution is
a text (Nash's axioms on finitely many alternatives: Mariotti 1998).

A package can be signed when it is worth as much as no deal to everyone who must sign it: it is
*rational*. Whose gains does a solution weigh, when different texts need different signatures?
Those of the **players**, who must sign every rational package: without them there is no deal
(veto players: Tsebelis 2002). Whoever must sign only some texts is a condition on those, not a
claimant: products or sums over different actors in different texts could not be compared, would
change with the units of a utility, and could settle on a text when all who must sign another
prefer that one. With fixed players none of this happens, and an option that no rational package
has changes nothing. Where all must sign every text, the players are all actors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import numpy as np

from sim.bargaining.arrays import Flags
from sim.draws.streams import Floats, Ints
from sim.scenario.scenario import Scenario
from sim.theory.bargaining_problem import (
    TOLERANCE,
    BargainingProblem,
    Draw,
    Listing,
    chunks,
    listing_of,
    problem_of,
)
from sim.theory.pareto import levels, maxima, undominated

Score = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Concept:
    """A solution concept: the rational package with the largest score of the players' gains.

    Ties go to the larger smallest gain, then the larger next-smallest, and so on (leximin), then
    to the larger sum of all actors' utilities, each as a share of its range among rational
    packages, then to the first in the order of the clauses' options.

    Attributes:
        name: as it appears in results.
        score: from the players' gains over no deal (players, n) to scores (n,).
        scaled: whether each player's gains are divided by its best rational gain. One who cannot
            gain then has no claim, and counts as content.
        summary: in a line, with its source.
    """

    name: str
    score: Score
    scaled: bool
    summary: str


CONCEPTS = (
    Concept(
        "nash",
        lambda gains: np.prod(gains, axis=0),
        True,
        "the largest product of gains over no deal (Nash 1950)",
    ),
    Concept(
        "kalai_smorodinsky",
        lambda gains: np.min(gains, axis=0),
        True,
        "the largest smallest gain, each as a share of the player's best (Kalai & Smorodinsky "
        "1975; leximin as in Imai 1983)",
    ),
    Concept(
        "egalitarian",
        lambda gains: np.min(gains, axis=0),
        False,
        "the largest smallest gain, in utilities as they stand (Kalai 1977)",
    ),
    Concept(
        "utilitarian",
        lambda gains: np.sum(gains, axis=0),
        False,
        "the largest sum of utilities, as they stand (Harsanyi 1955)",
    ),
)


@dataclass(frozen=True)
class Agreement:
    """A package, clause: option, and what it is worth to each actor."""

    package: Mapping[str, str]
    utilities: Mapping[str, float]


@dataclass(frozen=True)
class Solutions:
    """The solutions of a bargaining problem.

    Attributes:
        packages: how many packages there are.
        rational: how many are no worse than no deal for everyone who must sign them.
        players: whose gains the solutions weigh: who must sign every rational package.
        no_deal: the disagreement point, by actor.
        agreements: the solution of each concept, by name; None where no package is rational.
        pareto: utilities of the Pareto set among rational packages, for all actors, each distinct
            vector once: (F, A).
        pareto_texts: for each of them a package that has it: (F, B).
    """

    packages: int
    rational: int
    players: tuple[str, ...]
    no_deal: Mapping[str, float]
    agreements: Mapping[str, Agreement | None]
    pareto: Floats
    pareto_texts: Ints

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data for JSON, utilities unrounded; the Pareto set as its size."""
        return {
            "packages": self.packages,
            "rational": self.rational,
            "pareto": len(self.pareto),
            "no_deal": dict(self.no_deal),
            "players": list(self.players),
            "solutions": {
                name: found and {"package": dict(found.package), "utilities": dict(found.utilities)}
                for name, found in self.agreements.items()
            },
        }


def solutions_data(scenario: Scenario, draw: Draw | None = None) -> dict[str, Any]:
    """Return the solutions of a scenario as plain data, with the numbers that they hold for.

    `numbers` says `means`, or which draw; `labels` what people call actors, clauses and options.
    `quota` is there where the scenario lets a majority sign:
    the solutions are theory of unanimous agreement, and take all signatories to be needed.

    Raises:
        ScenarioError: see `problem_of` and `solve`.
    """
    found = solve(problem_of(scenario, draw)).as_data()
    found["numbers"] = "means" if draw is None else vars(draw).copy()
    found["labels"] = _labels(scenario)
    if scenario.signatories.quota:
        found["quota"] = "not used: all signatories are taken to be needed"
    return found


def _labels(scenario: Scenario) -> dict[str, Any]:
    clauses = scenario.clauses
    return {
        "actors": {name: actor.label for name, actor in scenario.actors.items()},
        "clauses": {name: clause.label for name, clause in clauses.items()},
        "options": {
            name: {option: stated.label for option, stated in clause.options.items()}
            for name, clause in clauses.items()
        },
    }


def solve(bargaining: BargainingProblem) -> Solutions:
    """Return the solutions and the Pareto set of a bargaining problem.

    Time grows with packages x actors x blocks and, for the Pareto set, as `sim.theory.pareto`
    says; memory with the number of packages (a few integers each), the utilities of 65,536
    packages, and the Pareto set.

    Raises:
        ScenarioError: when there are more than 2,000,000 packages.
    """
    space, actors = bargaining.space, bargaining.actors
    listing = listing_of(bargaining)
    rational = _rational(listing)
    agreements = {
        concept.name: _agreement(bargaining, listing.texts(_chosen(listing, rational, concept)))
        for concept in CONCEPTS
    }
    pareto = listing.texts(_pareto(listing))
    return Solutions(
        packages=space.packages,
        rational=len(rational.numbers),
        players=tuple(name for name, plays in zip(actors, rational.players, strict=True) if plays),
        no_deal=dict(zip(actors, bargaining.no_deal.tolist(), strict=True)),
        agreements=agreements,
        pareto=_utilities(bargaining.table, pareto),
        pareto_texts=pareto,
    )


@dataclass(frozen=True)
class _Rational:
    """The rational packages.

    Attributes:
        numbers: of the packages, in order: (n,).
        players: who must sign all of them: (A,); nobody where there is none.
        best, worst: the largest and the smallest gain that they hold for each actor: (A,).
    """

    numbers: Ints
    players: Flags
    best: Floats
    worst: Floats


def _rational(listing: Listing) -> _Rational:
    everything = np.arange(listing.space.packages)
    numbers = np.concatenate([some[listing.rational(some)] for some in chunks(everything)])
    players = np.full(len(listing.base), len(numbers) > 0)
    best, worst = np.full(len(players), -np.inf), np.full(len(players), np.inf)
    for some in chunks(numbers):
        gains = listing.gains(some)
        players &= listing.signs(some).all(axis=1)
        best, worst = np.maximum(best, gains.max(axis=1)), np.minimum(worst, gains.min(axis=1))
    return _Rational(numbers, players, best, worst)


def _chosen(listing: Listing, rational: _Rational, concept: Concept) -> Ints:
    """Return the number of the package that a concept chooses: (1,), (0,) if none is rational."""
    numbers = rational.numbers
    for score in _scores(rational, concept):
        if len(numbers) > 1:
            scores = np.concatenate([score(listing.gains(some)) for some in chunks(numbers)])
            best = scores.max()
            numbers = numbers[scores >= best - TOLERANCE * abs(best)]
    return _first(listing, numbers)


def _scores(rational: _Rational, concept: Concept) -> Iterator[Score]:
    """Yield the concept's score and those that break its ties, each of gains (A, n)."""
    players, best = rational.players, rational.best
    unit = np.where(best > 0, best, 1.0) if concept.scaled else np.ones(len(best))
    content = players & (best <= 0) & concept.scaled

    def claims(gains: Floats) -> Floats:
        shares = gains / unit[:, None]
        shares[content] = 1.0
        return shares[players]

    yield lambda gains: concept.score(claims(gains))
    for place in range(int(players.sum())):
        yield partial(_smallest, claims, place)
    span = rational.best - rational.worst
    moves = span > 0
    yield lambda gains: ((gains - rational.worst[:, None])[moves] / span[moves, None]).sum(axis=0)


def _smallest(claims: Score, place: int, gains: Floats) -> Floats:
    """Return the smallest claim of each package, or the next-smallest, by place: (n,)."""
    return np.sort(claims(gains), axis=0)[place]


def _first(listing: Listing, numbers: Ints) -> Ints:
    """Return the first of some packages in the order of the clauses' options."""
    while len(numbers) > 1:
        numbers = np.concatenate([_first_of_few(listing, some) for some in chunks(numbers)])
    return numbers


def _first_of_few(listing: Listing, numbers: Ints) -> Ints:
    options = listing.space.options_of(listing.texts(numbers))
    return numbers[np.lexsort(options.T[::-1])[:1]]


def _pareto(listing: Listing) -> Ints:
    """Return the Pareto set among rational packages, the first of each vector of utilities."""
    space, slack = listing.space, listing.slack
    sometimes = space.consent.any(axis=0) & ~listing.base
    needed = np.where(listing.base, listing.floor, -np.inf)
    few = undominated(space, listing.table, space.consent[:, sometimes].T, needed, slack)
    few = few[listing.rational(few)]
    return few[maxima(levels(listing.gains(few), slack))]


def _utilities(table: Floats, texts: Ints) -> Floats:
    """Return everybody's utilities of texts (n, B), summed block by block: (n, A)."""
    columns = [table[:, cells] for cells in texts.T]
    return reduce(np.add, columns).T


def _agreement(bargaining: BargainingProblem, text: Ints) -> Agreement | None:
    if len(text) == 0:
        return None
    utilities = _utilities(bargaining.table, text)[0].tolist()
    return Agreement(
        bargaining.space.terms(text[0]), dict(zip(bargaining.actors, utilities, strict=True))
    )
