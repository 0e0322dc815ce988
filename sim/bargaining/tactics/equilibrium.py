"""`equilibrium`: actors who look ahead to what each will do, under the protocol `offers`.

The game (see game.py) is solved once in every draw, along the paths that drivers are expected to
take from the start, and held whatever happens then (open loop): thresholds and offers depend on
the session and not on the world. Each actor counts on the others, so all must follow it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np

from sim.bargaining.answers import signatories
from sim.bargaining.tactics import solution
from sim.bargaining.tactics.game import Game
from sim.bargaining.tactics.menu import menu_of
from sim.bargaining.tactics.solution import Solution
from sim.bargaining.tactics.tactic import Ahead, Dice, Seats, Tactic
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
        self.draws, ahead, solved = np.unique(seats.draw), seats.ahead(), []
        self.game, weeks = game_of(seats, ahead, self.draws), ahead.weeks
        self.menu = menu_of(self.game)
        size = max(1, _PATHS // len(weeks))
        for start in range(0, len(self.draws), size):
            few = slice(start, start + size)
            no_deal = seats.no_deal_ahead(self.draws[few], weeks)
            solved.append(solution.solve(self.game.of_draws(few), no_deal, seats.rules.sessions))
        self.solution: Solution = solution.joined(solved)

    @classmethod
    def misfits(cls, tree: Tree) -> Iterator[Problem]:
        """Yield what does not go with looking ahead: other tactics, protocols, too many texts."""
        yield from _of_the_actors(tree)
        yield from _of_the_talks(tree)
        yield from _of_the_packages(tree)

    @classmethod
    def memory(cls, draws: int, sessions: int, actors: int) -> int:
        """Return the bytes of the solution's values, thresholds and values of no deal."""
        return 24 * draws * sessions * actors

    def demands(self, session: int, week: float, no_deal: Floats) -> Floats:
        """Return R_i(t), what refusing is worth."""
        return self.solution.threshold[self._solved(self.seats.draw), session]

    def offers(self, session: int, seat: Ints, row: Ints, dice: Dice) -> Ints:
        """Return the packages that voices propose, by logit over A u + (1 - A) R."""
        bar, draw = self.solution.threshold[:, session], self._solved(self.seats.draw[row])
        chosen = solution.offer(
            self.game,
            bar,
            draw,
            seat,
            dice.package()[row],
            session=session,
            no_deal=self.solution.no_deal[:, session],
            menu=self.menu,
        )
        return np.asfortranarray(self.game.texts[chosen])

    def quality(self, draw: Ints) -> tuple[Floats, Floats]:
        """Return the share of hopeless offers, and the last step of the values: (W,) each."""
        rows = self._solved(draw)
        return self.solution.hopeless[rows], self.solution.step[rows]

    def _solved(self, draw: Ints) -> Ints:
        """Return the rows of draws in the solution."""
        return np.searchsorted(self.draws, draw)


def game_of(seats: Seats, ahead: Ahead, draws: Ints) -> Game:
    """Return the talks by offers in some draws."""
    rules = seats.rules
    return Game(
        table=np.ascontiguousarray(seats.own[draws]),
        texts=ahead.texts,
        signs=signatories(seats.space, rules.base, ahead.texts),
        noise=seats.traits("noise")[draws],
        offer_noise=seats.traits("offer_noise")[draws],
        discount=seats.traits("discount")[draws] ** rules.weeks_between,
        turns=ahead.turns[draws],
        share=rules.quota,
        votes=None if ahead.votes is None else ahead.votes[draws],
    )


def _of_the_actors(tree: Tree) -> Iterator[Problem]:
    for path, value in each(tree, "actors.*.anticipates"):
        if value is True:
            rule = "must be false under the tactic equilibrium, which does not foresee ratification"
            yield Problem(path, rule, "True")


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
