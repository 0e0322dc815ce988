"""What actors of the tactic `equilibrium` propose: a package by logit, by one uniform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.bargaining.tactics.game import Game, Outlook, outlook
from sim.bargaining.tactics.menu import Menu, menu_of
from sim.bargaining.tactics.solution import Solution
from sim.draws.streams import Floats, Ints

_AT_HAND = 2**19  # packages that are kept ready from one session to the next, in all draws


@dataclass(frozen=True)
class Ladder:
    """The weights of P packages among the offers of Q actors in D draws, one above the other.

    Packages that are not told apart weigh alike.

    Attributes:
        proposers: the actors: (Q,).
        steps: what all packages weigh up to each that is told apart: (Q, D, K).
        package: which these are, in order: (K,).
        rest: what each of the others weighs: (Q, D).
        packages: how many there are in all, P.
    """

    proposers: Ints
    steps: Floats
    package: Ints
    rest: Floats
    packages: int

    def chosen(self, draw: Ints, speaker: Ints, u: Floats) -> Ints:
        """Return the packages at uniforms u (V,) of the weight, by actors (V,) in draws (V,)."""
        row, found = np.searchsorted(self.proposers, speaker), np.empty(len(u), dtype=np.int64)
        of_ladder = row * self.steps.shape[1] + draw
        for each in dict.fromkeys(of_ladder.tolist()):
            voices = np.flatnonzero(of_ladder == each)
            which, among = divmod(each, self.steps.shape[1])
            found[voices] = self._at(which, among, u[voices])
        return found

    def _at(self, row: int, draw: int, u: Floats) -> Ints:
        """Return what is at uniforms (V,) of one ladder, those between two steps among it."""
        steps, rest, last = self.steps[row, draw], self.rest[row, draw], self.packages - 1
        height = u * (steps[-1] + rest * (last - self.package[-1]))
        step = steps.searchsorted(height, side="right")
        if len(steps) > last:
            return np.minimum(step, last)
        below = np.where(step > 0, steps[step - 1], 0.0)
        first = np.where(step > 0, self.package[step - 1] + 1, 0)
        reached = self.package.take(step, mode="clip")
        reached = np.where(step < len(steps), reached, last)
        if rest == 0:
            return reached
        return np.asarray(first + np.minimum((height - below) / rest, reached - first).astype(int))


def ladder_of(menu: Menu, view: Outlook, proposers: Ints) -> Ladder:
    """Return the ladder of actors (Q,) who look at this, over the packages of a menu."""
    offered, package = menu.offers(view, proposers), menu.package[0].astype(np.int64)
    weights, _, rest = offered.logit(menu.game.offer_noise.T[proposers], menu.left_out)
    steps = np.add.accumulate(weights, axis=2)
    if menu.left_out:
        steps += rest[..., None] * (package - np.arange(menu.size))
    return Ladder(proposers, steps, package, rest, menu.size + menu.left_out)


class Offering:
    """The offers of a solved game, session after session: those of the last are remembered.

    Of a large game only the packages that count in a session are told apart.
    """

    def __init__(self, game: Game, solution: Solution) -> None:
        self.game, self.solution = game, solution
        self._chunks = list(game.chunks())
        self._session, self._held = 0, 0
        self._ladders: dict[int, Ladder] = {}  # of the session, by chunk
        self._menus: dict[int, _Counted] = {}  # of the session
        self._earlier: dict[int, _Counted] = {}  # of the one before

    def chosen(self, session: int, draw: Ints, speaker: Ints, u: Floats) -> Ints:
        """Return the packages that speakers (V,) propose in draws (V,), by uniforms u (V,)."""
        self._turn_to(session)
        found = np.empty(len(draw), dtype=np.int64)
        for number, voices in _by_chunk(self._chunks, draw):
            ladder = self._ladder(number)
            usual = np.isin(speaker[voices], ladder.proposers)
            row, who, at = draw[voices] - self._chunks[number].start, speaker[voices], u[voices]
            found[voices[usual]] = ladder.chosen(row[usual], who[usual], at[usual])
            if not usual.all():
                of_all = self._of_all(number, np.unique(who[~usual]))
                found[voices[~usual]] = of_all.chosen(row[~usual], who[~usual], at[~usual])
        return found

    def _turn_to(self, session: int) -> None:
        """Forget the ladders of another session, and the menus of all but the last."""
        if session != self._session:
            self._session, self._held = session, 0
            self._ladders, self._menus, self._earlier = {}, {}, self._menus

    def _ladder(self, number: int) -> Ladder:
        """Return the ladder of who may have a turn in the session, in a chunk of draws."""
        if number in self._ladders:
            return self._ladders[number]
        counted = self._counted(number)
        proposers, *_ = counted.menu.game.turn(self._session)
        ladder = ladder_of(counted.menu, self._view(counted.menu, number), proposers)
        self._held += counted.menu.size * len(counted.menu.game.table)
        if self._held <= _AT_HAND:
            self._ladders[number], self._menus[number] = ladder, counted.at_rest()
        return ladder

    def _of_all(self, number: int, proposers: Ints) -> Ladder:
        """Return the ladder of some actors over all packages, whose turn it is not as a rule."""
        menu = menu_of(self.game.of_draws(self._chunks[number]))
        return ladder_of(menu, self._view(menu, number), proposers)

    def _counted(self, number: int) -> _Counted:
        """Return the packages that count in the session, in a chunk of draws."""
        few = self._chunks[number]
        package = self.solution.counted[few.start, self._session]
        before = self._earlier.get(number)
        if before is not None and before.package is package:
            return before
        game = self.game.of_draws(few)
        return _Counted(package, menu_of(game) if package is None else menu_of(game, package))

    def _view(self, menu: Menu, number: int) -> Outlook:
        """Return what the actors of a chunk of draws look at in the session."""
        few, now = self._chunks[number], self._session
        solved = self.solution
        return outlook(menu.game, now, solved.threshold[few, now], solved.no_deal[few, now])


@dataclass(frozen=True)
class _Counted:
    """The packages that count in a chunk of draws; None: all of them."""

    package: Ints | None
    menu: Menu

    def at_rest(self) -> _Counted:
        """Return them without the room that working with them takes."""
        return _Counted(self.package, replace(self.menu))


def _by_chunk(chunks: Sequence[slice], draw: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield the number of each chunk of draws in which somebody speaks, and who does there."""
    order = np.argsort(draw, kind="stable")
    ends = np.searchsorted(draw[order], [few.stop for few in chunks])
    for number, voices in enumerate(np.split(order, ends[:-1])):
        if len(voices):
            yield number, voices
