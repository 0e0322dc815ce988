"""`equilibrium`: actors who look ahead to what each will do, under the protocol `offers`.

The game (see game.py) is solved once in every draw, along the paths that drivers are expected to
take from the start, and held whatever happens then (open loop): thresholds and offers depend on
the session and not on the world. Each actor counts on the others, so all must follow it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from sim.bargaining.answers import signatories
from sim.bargaining.tactics import solution
from sim.bargaining.tactics.game import Game
from sim.bargaining.tactics.offering import Offering
from sim.bargaining.tactics.solution import Solution
from sim.bargaining.tactics.tactic import NO_SIGNATURE, Ahead, Dice, Place, Seats, Tactic
from sim.draws.streams import Floats, Ints
from sim.errors import Problem
from sim.numbers.trees import Tree, each

LARGEST_GAME = 100_000  # packages that are weighed in every session
HORIZONS = 4  # what comes after must not count for what is done before
_PATHS = 2**19  # sessions of all draws whose expected paths are held at once


class Equilibrium(Tactic):
    """Looks ahead."""

    name = "equilibrium"
    summary = (
        "looks ahead: asks and answers as what it expects of refusing is worth "
        "(McKelvey & Palfrey 1998; Powell 2004)"
    )
    uses = ("noise", "discount", "offer_noise")
    needs = ("discount", "offer_noise")
    looks_ahead = True
    all_or_none = True
    moods_last = False
    keeps_to_offers = False
    draws_at_once = 10

    def __init__(self, seats: Seats) -> None:
        super().__init__(seats)
        self.draws = np.unique(seats.draw)
        self.plays = tuple(_plays(seats, self.draws))
        self.solution = solution.in_order(
            [play.solution for play in self.plays], [play.rows for play in self.plays]
        )

    @classmethod
    def idle(cls, zero: Collection[str], place: Place) -> Iterator[tuple[str, str]]:
        """Yield what is stated for offers and answers that it does not make."""
        if not place.proposes:
            yield "offer_noise", ""
        if not place.answers:
            yield "noise", NO_SIGNATURE
        if not (place.demands or place.proposes):
            yield "discount", "it neither signs nor proposes"

    @classmethod
    def misfits(cls, tree: Tree) -> Iterator[Problem]:
        """Yield what does not go with looking ahead: other tactics, protocols, too many texts."""
        yield from _of_the_talks(tree)
        yield from _of_the_packages(tree)

    @classmethod
    def memory(cls, draws: int, sessions: int, actors: int) -> int:
        """Return the bytes of the solution's values, thresholds and values of no deal."""
        return 24 * draws * sessions * actors

    def demands(self, session: int, week: float, no_deal: Floats) -> Floats:
        """Return R_i(t), what refusing is worth; before the start, what it is worth then."""
        return self.solution.threshold[self._solved(self.seats.draw), max(session, 0)]

    def offers(self, session: int, seat: Ints, row: Ints, dice: Dice) -> Ints:
        """Return the packages that voices propose, by logit over A u + (1 - A) R."""
        draw, u = self._solved(self.seats.draw[row]), dice.package()[row]
        texts = np.empty((len(row), len(self.seats.space.blocks)), dtype=np.int64, order="F")
        for play in self.plays:
            here = np.flatnonzero(np.isin(draw, play.rows))
            at = np.searchsorted(play.rows, draw[here])
            texts[here] = play.offers(max(session, 0), at, seat[here], u[here])
        return texts

    def quality(self, draw: Ints) -> tuple[Floats, Floats]:
        """Return the share of hopeless offers, and the last step of the values: (W,) each."""
        rows = self._solved(draw)
        return self.solution.hopeless[rows], self.solution.step[rows]

    def _solved(self, draw: Ints) -> Ints:
        """Return the rows of draws in the solution."""
        return np.searchsorted(self.draws, draw)


@dataclass(frozen=True)
class Play:
    """The game in the draws in which the same signatures are needed, solved.

    Attributes:
        rows: the draws, among all that are solved, in order: (D,).
        game: what they play.
        solution: how it goes.
        offering: what they propose.
    """

    rows: Ints
    game: Game
    solution: Solution
    offering: Offering

    def offers(self, session: int, draw: Ints, seat: Ints, u: Floats) -> Ints:
        """Return the packages that seats (V,) propose in draws (V,), by uniforms: (V, B)."""
        return np.asarray(self.game.texts[self.offering.chosen(session, draw, seat, u)])


def _plays(seats: Seats, draws: Ints) -> Iterator[Play]:
    """Yield the games that are played in some draws, each solved."""
    ahead = seats.ahead()
    needed = seats.consent[draws].reshape(len(draws), -1)
    _, kind = np.unique(needed, axis=0, return_inverse=True)
    for number in range(kind.max() + 1):
        rows = np.flatnonzero(kind.ravel() == number)
        game, solved = game_of(seats, ahead, draws[rows]), []
        size = max(1, _PATHS // len(ahead.weeks))
        for start in range(0, len(rows), size):
            few = slice(start, start + size)
            no_deal = seats.no_deal_ahead(draws[rows[few]], ahead.weeks)
            solved.append(solution.solve(game.of_draws(few), no_deal, seats.rules.sessions))
        whole = solution.joined(solved)
        yield Play(rows, game, whole, Offering(game, whole))


def game_of(seats: Seats, ahead: Ahead, draws: Ints) -> Game:
    """Return the talks by offers in some draws, in which the same signatures are needed."""
    rules = seats.rules
    signs = signatories(seats.consent[draws[:1]], rules.base, ahead.texts)
    home = ahead.votes_at_home
    return Game(
        table=np.ascontiguousarray(seats.own[draws]),
        texts=ahead.texts,
        signs=signs,
        noise=seats.traits("noise")[draws],
        offer_noise=seats.traits("offer_noise")[draws],
        discount=seats.traits("discount")[draws] ** rules.weeks_between,
        turns=ahead.turns[draws],
        share=rules.quota,
        votes=None if ahead.votes is None else ahead.votes[draws],
        votes_at_home=None if home is None else home.of_draws(draws).put_to(signs),
    )


def _of_the_talks(tree: Tree) -> Iterator[Problem]:
    protocol = tree.get("protocol")
    if protocol != "offers":
        rule = "must be offers: the tactic equilibrium is for no other"
        yield Problem("protocol", rule, repr(protocol))
    weeks = _value(tree, "protocols.offers.foresight")
    horizon = _value(tree, "calendar.horizon")
    if weeks is None:
        rule = "is missing; the tactic equilibrium needs it"
        yield Problem("protocols.offers.foresight", rule)
    elif isinstance(weeks, (int, float)) and isinstance(horizon, (int, float)):
        least = HORIZONS * horizon
        if weeks < least:
            rule = f"must be at least {HORIZONS} times calendar.horizon, {least:g} weeks"
            yield Problem("protocols.offers.foresight", rule, repr(weeks))


def _of_the_packages(tree: Tree) -> Iterator[Problem]:
    if dict(each(tree, "protocols.offers.candidates")).get("protocols.offers.candidates"):
        return
    options = [options for _, options in each(tree, "clauses.*.options")]
    packages = prod(len(names) for names in options if isinstance(names, Mapping))
    if packages > LARGEST_GAME:
        rule = (
            f"span {packages:,} packages; the tactic equilibrium weighs at most {LARGEST_GAME:,}: "
            "state the texts that may be offered as protocols.offers.candidates"
        )
        yield Problem("clauses", rule)


def _value(tree: Tree, path: str) -> Any:
    """Return a plain number of a raw tree, however it is written; None where there is none."""
    number = dict(each(tree, path)).get(path)
    return number.get("value") if isinstance(number, Mapping) else number
