"""Which declared outcome each world came to: the first rule that fits its ending and its text."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import Space
from sim.draws.streams import Ints
from sim.scenario.outcomes import Ending, Outcome
from sim.scenario.scenario import Scenario

ENDINGS = tuple(Ending)


def outcome_codes(
    scenario: Scenario, space: Space, endings: Ints, options: Ints, by: Flags
) -> Ints:
    """Return the outcome of each world, an index into the scenario's outcomes: (W,).

    Endings (W,) index `ENDINGS`; options (W, C) are those of the signed text, -1 where none was
    signed; `by` (W, A) says who is away, or was refused at home. What no rule takes gets the index
    after the last: `other`.
    """
    actors = list(scenario.actors)
    codes = np.full(len(endings), len(scenario.outcomes))
    open_ = np.ones(len(endings), dtype=bool)
    for code, outcome in enumerate(scenario.outcomes.values()):
        fits = open_ & _fits(space, outcome, endings, options)
        if outcome.by:
            fits &= by[:, np.isin(actors, outcome.by)].any(axis=1)
        codes[fits] = code
        open_ &= ~fits
    return codes


def _fits(space: Space, outcome: Outcome, endings: Ints, options: Ints) -> Flags:
    fits = np.isin(endings, [ENDINGS.index(ending) for ending in outcome.ended])
    for has in _has(space, outcome.all, options):
        fits &= has
    if outcome.any:
        fits &= np.any(_has(space, outcome.any, options), axis=0)
    return fits


def _has(space: Space, terms: Mapping[str, tuple[str, ...]], options: Ints) -> list[Flags]:
    """Return, for each named clause, whether the text has one of the named options."""
    columns = []
    for clause, names in terms.items():
        row = space.clauses.index(clause)
        columns.append(np.isin(options[:, row], [space.options[row].index(name) for name in names]))
    return columns
