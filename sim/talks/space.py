"""The packages that a scenario's clauses span."""

from __future__ import annotations

from itertools import product

import numpy as np

from sim.bargaining.packages import Space
from sim.scenario.clauses import blocks
from sim.scenario.scenario import Scenario


def space_of(scenario: Scenario) -> Space:
    """Return the package space of a scenario."""
    clauses = tuple(scenario.clauses)
    options = tuple(tuple(clause.options) for clause in scenario.clauses.values())
    groups = blocks(clauses, [linkage.when for linkage in scenario.linkages.values()])
    cells = [
        (number, dict(zip(group, chosen, strict=True)))
        for number, group in enumerate(groups)
        for chosen in product(*(options[clauses.index(clause)] for clause in group))
    ]
    option_of = np.full((len(clauses), len(cells)), -1)
    consent = np.zeros((len(cells), len(scenario.actors)), dtype=bool)
    actors = list(scenario.actors)
    for cell, (_, terms) in enumerate(cells):
        for clause, option in terms.items():
            row = clauses.index(clause)
            option_of[row, cell] = options[row].index(option)
            for actor in scenario.clauses[clause].options[option].consent:
                consent[cell, actors.index(actor)] = True
    block_of = np.array([number for number, _ in cells])
    starts = np.searchsorted(block_of, np.arange(len(groups) + 1))
    return Space(clauses, options, groups, starts, block_of, option_of, consent)
