"""How the worlds of a run ended, told from their table, and the first that ended in some way."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from sim.bargaining.arrays import Flags
from sim.errors import problem, unknown
from sim.scenario.outcomes import OTHER, SIGNED, Ending
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow as pa

ANY_SIGNATURE = "signed"


def first_world(worlds: pa.Table, scenario: Scenario, ended: str) -> int:
    """Return the number of the first world that counts and ended in some way.

    Args:
        worlds: the worlds table.
        scenario: what was negotiated.
        ended: an outcome of the scenario, else an ending: in_force, rejected, broken,
            suspended, talking, or signed, which is any of the first three.

    Raises:
        ScenarioError: when there is no such outcome or ending, or no world that counts ended so.
    """
    outcomes = (*scenario.outcomes, OTHER)
    known = (*outcomes, *map(str, Ending), ANY_SIGNATURE)
    if ended not in known:
        raise problem("ending", unknown("outcome or ending", ended, known), ended)
    fits = (
        worlds["outcome"].to_numpy() == ended
        if ended in outcomes
        else np.any([_came_to(e, worlds, scenario) for e in _endings(ended)], axis=0)
    )
    counts = worlds["counts"].to_numpy()
    fits = fits & counts
    if not fits.any():
        of = "of this run" if counts.all() else "that count"
        raise problem("ending", f"none of the {counts.sum():,} worlds {of} ended so", ended)
    return int(worlds["world"].to_numpy()[fits.argmax()])


def _endings(ended: str) -> tuple[Ending, ...]:
    return SIGNED if ended == ANY_SIGNATURE else (Ending(ended),)


def _came_to(ending: Ending, worlds: pa.Table, scenario: Scenario) -> Flags:
    """Return which worlds came to an ending: (W,)."""
    signed = _has(worlds, f"text_{next(iter(scenario.clauses))}")
    named, broken = _has(worlds, "by"), _has(worlds, "broken_date")
    match ending:
        case Ending.IN_FORCE:
            return signed & ~named & ~broken
        case Ending.REJECTED:
            return signed & named
        case Ending.BROKEN:
            return signed & broken
        case Ending.SUSPENDED:
            return ~signed & named
        case Ending.TALKING:
            return ~signed & ~named
    assert_never(ending)


def _has(worlds: pa.Table, column: str) -> Flags:
    return np.asarray(worlds[column].is_valid().to_numpy())
