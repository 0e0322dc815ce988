"""What texts and no deal are worth: utility tables of a batch of draws, and beliefs about them.

u_i(x) = sum_c w_ic v_ic(x_c) + sum_l g_il [x contains l], mapped so that the text that the actor
asks for is worth 1 and the one that it calls unacceptable 0. Tables run over cells, so that
u_i(x) is the sum of the table at the text's cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.bargaining.arrays import at_cells, of_worlds, side_by_side
from sim.bargaining.packages import Space
from sim.draws.draws import Draws
from sim.draws.quantiles import normal_quantile
from sim.draws.streams import Floats, Ints, Purpose, Streams
from sim.errors import problem
from sim.scenario.actors import Actor, AsGoodAs
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Utilities:
    """Preferences in every draw of a batch.

    Attributes:
        own: each actor's utility of each cell: (D, A, N).
        home: the same for the actor's domestic body (the actor's own where it has none).
        per_value: what a unit of each clause's value adds to the actor's utility: (D, A, C).
        no_deal: value of no deal at the start, before drivers: (D, A).
        deterrence: G of each cell: (D, N).
    """

    own: Floats
    home: Floats
    per_value: Floats
    no_deal: Floats
    deterrence: Floats


def utilities_of(scenario: Scenario, space: Space, draws: Draws) -> Utilities:
    """Return the utilities of every draw of a batch.

    Raises:
        ScenarioError: when the two reference texts of an actor do not span a positive range.
    """
    own, home, per_value, no_deal = [], [], [], []
    for name, actor in scenario.actors.items():
        table, slopes = own_table(scenario, space, draws, name, actor)
        own.append(table)
        per_value.append(slopes)
        home.append(home_table(scenario, space, draws, name, actor, table))
        no_deal.append(no_deal_of(scenario, space, draws, name, actor, table))
    return Utilities(
        own=side_by_side(own),
        home=side_by_side(home),
        per_value=side_by_side(per_value),
        no_deal=side_by_side(no_deal),
        deterrence=_deterrence(scenario, space, draws),
    )


def utility_of(table: Floats, texts: Ints, rows: Ints | None = None) -> Floats:
    """Return the utility of texts (W, B) under rows (W,) of a table (T, ..., N): (W, ...).

    Without rows, the table has one for each text.
    """
    return sum_of_blocks(at_cells(table, texts, rows))


def sum_of_blocks(parts: Floats) -> Floats:
    """Return the utility of texts whose blocks are worth `parts` (W, ..., B): (W, ...).

    Sums run block by block in a fixed order, so that they are the same on every machine.
    """
    total = parts[..., 0].copy(order="K")
    for block in range(1, parts.shape[-1]):
        total += parts[..., block]
    return total


def own_table(
    scenario: Scenario,
    space: Space,
    draws: Draws,
    name: str,
    actor: Actor,
    strict: bool = True,
) -> tuple[Floats, Floats]:
    """Return an actor's utility of each cell (D, N), and what a unit of each value adds (D, C).

    Raises:
        ScenarioError: when its two reference texts do not span a positive range; not strict, the
            table is nan in such draws.
    """
    path = f"actors.{name}"
    weights = _weights(draws, path, space)
    values = [
        np.column_stack([draws[f"{path}.values.{clause}.{option}"] for option in options])
        for clause, options in zip(space.clauses, space.options, strict=True)
    ]
    raw = _raw_table(scenario, space, draws, name, weights, values)
    if actor.scale == "as_written":
        return raw, weights
    ends = actor.unacceptable, actor.asks_for
    table, span = _mapped(scenario, space, raw, ends, path, draws, strict)
    return table, weights / span


def home_table(
    scenario: Scenario,
    space: Space,
    draws: Draws,
    name: str,
    actor: Actor,
    own: Floats,
    strict: bool = True,
) -> Floats:
    """Return the utility of each cell at an actor's home: (D, N); its own where it has no body.

    Raises:
        ScenarioError: as in `own_table`.
    """
    body, path = actor.domestic, f"actors.{name}"
    if body is None or not (body.weights or body.values or body.asks_for or body.unacceptable):
        return own
    home = f"{path}.domestic"
    weights = _weights(draws, home if body.weights else path, space)
    values = [
        np.column_stack(
            [
                draws[f"{home if clause in body.values else path}.values.{clause}.{option}"]
                for option in options
            ]
        )
        for clause, options in zip(space.clauses, space.options, strict=True)
    ]
    raw = _raw_table(scenario, space, draws, name, weights, values)
    if actor.scale == "as_written":
        return raw
    ends = (body.unacceptable or actor.unacceptable, body.asks_for or actor.asks_for)
    return _mapped(scenario, space, raw, ends, home, draws, strict)[0]


def _weights(draws: Draws, path: str, space: Space) -> Floats:
    """Return the weights of the clauses, as they were drawn: (D, C)."""
    return np.column_stack([draws[f"{path}.weights.{clause}"] for clause in space.clauses])


def _raw_table(
    scenario: Scenario,
    space: Space,
    draws: Draws,
    name: str,
    weights: Floats,
    values: list[Floats],
) -> Floats:
    """Return sum_c w_c v_c + sum_l g_l over cells: (D, N)."""
    table = np.zeros((len(weights), space.cells))
    for row in range(len(space.clauses)):
        cells = np.flatnonzero(space.option_of[row] >= 0)
        table[:, cells] += weights[:, row, None] * values[row][:, space.option_of[row, cells]]
    for label, linkage in scenario.linkages.items():
        if name in linkage.worth:
            worth = draws[f"linkages.{label}.worth.{name}"]
            table[:, contains(space, linkage.when)] += worth[:, None]
    return table


def contains(space: Space, when: Mapping[str, tuple[str, ...]]) -> Ints:
    """Return the cells that have one of the named options in every named clause."""
    fits = np.ones(space.cells, dtype=bool)
    for clause, names in when.items():
        row = space.clauses.index(clause)
        wanted = [space.options[row].index(name) for name in names]
        fits &= np.isin(space.option_of[row], wanted)
    return np.flatnonzero(fits)


def _mapped(
    scenario: Scenario,
    space: Space,
    raw: Floats,
    ends: tuple[str, str],
    path: str,
    draws: Draws,
    strict: bool,
) -> tuple[Floats, Floats]:
    """Map a raw table so that the first text is worth 0 and the second 1; also the span (D, 1)."""
    zero, one = (space.text(scenario.texts[text].terms) for text in ends)
    span = (raw[:, one] - raw[:, zero]).sum(axis=1, keepdims=True)
    if not strict:
        span = np.where(span > 0, span, np.nan)
    elif (span <= 0).any():
        worst = int(np.argmin(span))
        draw = draws.first + worst
        raise problem(
            f"{path}.asks_for",
            f"in draw {draw} the text asked for ({ends[1]}) is worth no more than the unacceptable "
            f"one ({ends[0]}), so utilities have no scale; correct values, weights or texts",
            float(span[worst, 0]),
        )
    return (raw - raw[:, zero][:, space.block_of]) / span, span


def no_deal_of(
    scenario: Scenario,
    space: Space,
    draws: Draws,
    name: str,
    actor: Actor,
    table: Floats,
) -> Floats:
    """Return what no deal is worth to an actor at the start, before drivers: (D,)."""
    if isinstance(actor.no_deal, AsGoodAs):
        text = space.text(scenario.texts[actor.no_deal.as_good_as].terms)
        worth = utility_of(table, np.broadcast_to(text, (len(table), len(text))))
        return np.asarray(worth + draws[f"actors.{name}.no_deal.error"])
    return draws[f"actors.{name}.no_deal"]


def _deterrence(scenario: Scenario, space: Space, draws: Draws) -> Floats:
    table = np.zeros((draws.size, space.cells))
    for clause, spec in scenario.clauses.items():
        for option in spec.options:
            path = f"clauses.{clause}.options.{option}.deterrence"
            if path in draws:
                table[:, contains(space, {clause: (option,)})] += draws[path][:, None]
    return table


def misread(
    space: Space,
    utilities: Utilities,
    draw: Ints,
    streams: Streams,
    actors: Sequence[str],
    reader: str,
    sd: Floats,
) -> Floats:
    """Return what an actor believes everyone's utilities to be: (W, A, N).

    Each value of each other actor is read with an error of its own, normal with sd (W,) on the
    clause's scale, drawn once per world (private information: Fearon 1995). Its own utilities
    it knows.
    """
    believed = of_worlds(utilities.own, draw)
    for other, name in enumerate(actors):
        if name == reader or not sd.any():
            continue
        for row, clause in enumerate(space.clauses):
            addresses = [f"{reader}/{name}/{clause}/{option}" for option in space.options[row]]
            u = side_by_side([streams.uniforms(Purpose.MISREADING, each) for each in addresses])
            slope = sd * utilities.per_value[draw, other, row]
            errors = normal_quantile(u) * slope[:, None]
            for cell in np.flatnonzero(space.option_of[row] >= 0):
                believed[:, other, cell] += errors[:, space.option_of[row, cell]]
    return believed
