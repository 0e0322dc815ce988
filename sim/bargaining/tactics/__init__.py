"""The tactics: how an actor asks and answers.

A new one is a file here and its place in `TACTICS`.
"""

from collections.abc import Mapping

from sim.bargaining.tactics.equilibrium import Equilibrium
from sim.bargaining.tactics.tactic import Dice, Place, Seats, Tactic
from sim.bargaining.tactics.time_based import TimeBased

__all__ = ["TACTICS", "Dice", "Place", "Seats", "Tactic"]

TACTICS: Mapping[str, type[Tactic]] = {
    tactic.name: tactic
    for tactic in (
        TimeBased,
        Equilibrium,
    )
}
