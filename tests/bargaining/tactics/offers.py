"""Offers at thresholds that a test states, over all packages of a game."""

from __future__ import annotations

import numpy as np

from sim.bargaining.tactics.game import Game, outlook
from sim.bargaining.tactics.menu import menu_of
from sim.bargaining.tactics.offering import ladder_of
from sim.draws.streams import Floats, Ints


def offer(
    game: Game,
    threshold: Floats,
    draw: Ints,
    speaker: Ints,
    u: Floats,
    *,
    session: int = 0,
    no_deal: Floats | None = None,
) -> Ints:
    """Return the packages that speakers (V,) offer in a session, by uniforms u (V,).

    At its thresholds (D, A) and, where votes at home are foreseen, its values of no deal (D, A).
    """
    chosen = np.empty(len(draw), dtype=np.int64)
    floors = threshold if no_deal is None else no_deal
    for few in game.chunks():
        voices = np.flatnonzero((few.start <= draw) & (draw < few.stop))
        if len(voices):
            menu, who = menu_of(game.of_draws(few)), speaker[voices]
            view = outlook(menu.game, session, threshold[few], floors[few])
            ladder = ladder_of(menu, view, np.unique(who))
            chosen[voices] = ladder.chosen(draw[voices] - few.start, who, u[voices])
    return chosen
