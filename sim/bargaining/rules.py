"""The rules of the talks that are the same in every world and under every protocol."""

from __future__ import annotations

from dataclasses import dataclass

from sim.bargaining.arrays import Flags


@dataclass(frozen=True)
class Rules:
    """Who must sign, who mediates, when they meet and until when.

    Attributes:
        weeks_between: weeks from one session to the next.
        sessions: how many there are before the horizon.
        horizon: week at which we stop looking.
        weeks_before: weeks for which they had talked before the start.
        deadline: week of the announced deadline; inf where there is none.
        base: who must sign every text: (A,).
        quota: the share of weights that signs, where unanimity is not asked for.
        mediates: who mediates, one actor or nobody: (A,).
        goes_on_without_mediator: whether the others make offers while it is away.
    """

    weeks_between: float
    sessions: int
    horizon: float
    weeks_before: float
    deadline: float
    base: Flags
    quota: float | None
    mediates: Flags
    goes_on_without_mediator: bool
