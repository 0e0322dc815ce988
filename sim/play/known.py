"""Which worlds meet statements about them, and whether enough of them do.

News is a filter: worlds that do not meet it no longer count, and the odds of the others are the
odds given the news. No approximation; what it costs is worlds. Of a text that was refused and
signed again more than once, only the first and the last signature are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

import numpy as np
from numpy.typing import NDArray

from sim.analysis.weights import Weights
from sim.bargaining.arrays import Flags
from sim.errors import problem
from sim.play.tables import AWAY, EVENT
from sim.scenario.events import events_of
from sim.scenario.roles import needed
from sim.scenario.scenario import Scenario
from sim.scenario.statements import Kind, Statement, read_statements
from sim.talks.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

LEAST_WORLDS, LEAST_DRAWS = 30, 10  # below which odds say nothing
Names = NDArray[np.object_]


def meeting(
    statements: Sequence[Statement], worlds: pa.Table, scenario: Scenario, form: Names
) -> Flags:
    """Return which worlds meet all of some statements: (W,).

    Args:
        statements: what is said of them.
        worlds: rows of the worlds table: W.
        scenario: what was negotiated.
        form: the form in which each world was modelled, "" where there is one: (W,).
    """
    found = np.ones(worlds.num_rows, dtype=bool)
    for statement in statements:
        found &= _is_so(statement, worlds, scenario, form) != statement.negated
    return found


def columns_needed(scenario: Scenario) -> list[str]:
    """Return the columns of the worlds table that statements may ask for."""
    dates = ["signed_date", "in_force_date", "broken_date"]
    events = [f"{EVENT}{name}" for name in events_of(scenario)]
    return [*dates, *events, *(f"{AWAY}{name}" for name in scenario.actors)]


def with_news(scenario: Scenario, record: Record, worlds: pa.Table) -> tuple[Record, pa.Table]:
    """Return a record and its table in which worlds that do not meet the news do not count."""
    if not scenario.given:
        return record, worlds
    statements = read_statements(scenario.given, scenario)
    form = np.array(list(scenario.in_forms), dtype=object)[record.form]
    counts = record.counts & meeting(statements, worlds, scenario, form)
    place = worlds.column_names.index("counts")
    told = worlds.set_column(place, worlds.schema.field("counts"), [counts])
    return replace(record, counts=counts), told


def refuse_if_too_few(
    said: Sequence[object],
    sizes: NDArray[np.int64],
    log_weight: NDArray[np.float64],
    of: int,
    field: str,
) -> None:
    """Refuse odds of so few worlds that they would say nothing.

    Args:
        said: what the worlds meet, in words.
        sizes: how many of each draw's worlds do, of those that count: (D,).
        log_weight: of each draw: (D,).
        of: of how many worlds.
        field: where it was said.

    Raises:
        ScenarioError: with how many are left, and what would help.
    """
    left = int(sizes.sum())
    some = bool(((sizes > 0) & (log_weight > -np.inf)).any())
    worth = Weights(sizes, log_weight).effective_draws if some else 0.0
    if left >= LEAST_WORLDS and worth >= LEAST_DRAWS:
        return
    words = " and ".join(f"'{each}'" for each in said)
    many = "no world meets" if not left else f"{left:,} of {of:,} worlds meet"
    rule = (
        f"{many} {words}{f', worth {worth:.1f} draws of equal weight' if left else ''}; odds need "
        f"at least {LEAST_WORLDS} worlds and {LEAST_DRAWS} such draws: play more "
        "(ensemble.draws), or say less"
    )
    raise problem(field, rule)


def _is_so(statement: Statement, worlds: pa.Table, scenario: Scenario, form: Names) -> Flags:
    """Return where what a statement names is so, negated or not: (W,)."""
    day, kind = np.datetime64(statement.day, "D"), statement.kind
    match kind:
        case Kind.EVENT:
            return _by(worlds, f"{EVENT}{statement.name}", day)
        case Kind.IN_FORCE:
            return _by(worlds, "in_force_date", day) & ~_by(worlds, "broken_date", day)
        case Kind.SUSPENDED:
            return _suspended(worlds, scenario, form, day)
        case Kind.TALKING:
            return ~_signed(worlds, day) & ~_suspended(worlds, scenario, form, day)
        case Kind.AWAY:
            return _away(worlds, statement.name, day)
        case Kind.THERE | Kind.MEDIATING:
            return ~_away(worlds, statement.name, day)
    assert_never(kind)


def _by(worlds: pa.Table, column: str, day: np.datetime64) -> Flags:
    """Return where the date in a column has come by a day: (W,)."""
    return np.asarray(worlds[column].to_numpy() <= day)  # never where there is no date


def _signed(worlds: pa.Table, day: np.datetime64) -> Flags:
    """Return where a signed text stands or was the end of the talks: (W,)."""
    first = _by(worlds, f"{EVENT}signed", day) & ~_by(worlds, f"{EVENT}refused", day)
    return first | _by(worlds, "signed_date", day)


def _suspended(worlds: pa.Table, scenario: Scenario, form: Names, day: np.datetime64) -> Flags:
    """Return where somebody is away whom the talks need in the form of the world: (W,)."""
    found = np.zeros(worlds.num_rows, dtype=bool)
    for name, spec in scenario.in_forms.items():
        for actor in needed(spec):
            found |= (form == name) & _away(worlds, actor, day)
    return found


def _away(worlds: pa.Table, actor: str, day: np.datetime64) -> Flags:
    """Return where an actor is away, as it has turned an odd number of times: (W,)."""
    import pyarrow.compute as pc

    turns = worlds[f"{AWAY}{actor}"]
    lengths = pc.fill_null(pc.list_value_length(turns), 0).to_numpy()
    rows = np.repeat(np.arange(worlds.num_rows), lengths)
    come = pc.list_flatten(turns).to_numpy() <= day
    return np.asarray(np.bincount(rows[come], minlength=worlds.num_rows) % 2 == 1)
