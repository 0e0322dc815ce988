"""The packages that a scenario's clauses span, and whose consent each of their options needs."""

from __future__ import annotations

from itertools import product

import numpy as np

from sim.bargaining.arrays import Flags
from sim.bargaining.packages import Space
from sim.draws.draws import Draws
from sim.draws.streams import Floats, Purpose, Uniforms
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
    invented = tuple(
        tuple(option.invented for option in clause.options.values())
        for clause in scenario.clauses.values()
    )
    return Space(clauses, options, groups, starts, block_of, option_of, consent, invented)


def settled_consent(
    scenario: Scenario, draws: Draws, streams: Uniforms | None
) -> dict[str, Floats]:
    """Return where contested consent is needed, 1 or 0 in every draw, under its path: (D,) each.

    An actor's consent to a clause is settled by one uniform, so that options with the same chance
    need it together. Without streams it is needed where it is likelier than not.
    """
    found = {}
    for clause, stated in scenario.clauses.items():
        asked = {name for option in stated.options.values() for name in option.contested_consent}
        for actor in sorted(asked):
            address = f"clauses.{clause}.consent.{actor}"
            half = np.full(draws.size, 0.5)
            u = streams.draw_uniforms(Purpose.NUMBER, address)[: draws.size] if streams else half
            for option, spec in stated.options.items():
                if actor in spec.contested_consent:
                    path = f"clauses.{clause}.options.{option}.contested_consent.{actor}"
                    found[f"{path}.needed"] = (u < draws[path]).astype(float)
    return found


def consent_of(scenario: Scenario, space: Space, draws: Draws) -> Flags:
    """Return whose consent each cell needs, in every draw: (D, A, N)."""
    consent = np.tile(space.consent.T[..., None], draws.size).transpose(2, 0, 1)
    actors = list(scenario.actors)
    for clause, stated in scenario.clauses.items():
        row = space.clauses.index(clause)
        for column, (option, spec) in enumerate(stated.options.items()):
            cells = space.option_of[row] == column
            for actor in spec.contested_consent:
                path = f"clauses.{clause}.options.{option}.contested_consent.{actor}.needed"
                consent[:, actors.index(actor), cells] |= (draws[path] > 0)[:, None]
    return consent
