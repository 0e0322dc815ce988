"""What the tables of a run's folder may hold, where a file can hold anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import problem, shorten

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ALWAYS_TOLD = ("odds", "totals", "questions", "events", "timeline")  # probabilities, in each row
_SHARES = ("probability", "low", "high", "assumption_low", "assumption_high", "signed_share")
_ROUNDING = 1e-9


def refuse_impossible(name: str, table: pd.DataFrame) -> None:
    """Refuse numbers that none of a run's tables holds.

    Raises:
        ValueError: naming the column.
    """
    import numpy as np

    for column in table.select_dtypes("number"):
        values = table[column].to_numpy()
        if np.isinf(values).any():
            raise ValueError(f"it has a number without end under {column}")
        if column == "probability" and name in _ALWAYS_TOLD and np.isnan(values).any():
            raise ValueError(f"it lacks a number under {column}")
        if column in _SHARES and ((values < -_ROUNDING) | (values > 1 + _ROUNDING)).any():
            raise ValueError(f"it has a share that is none under {column}")
        if column == "worlds" and (values < 0).any():
            raise ValueError(f"it has fewer than none under {column}")
    for column in table.select_dtypes("datetime"):
        days = table[column].to_numpy().astype("datetime64[Y]")
        if not ((days >= np.datetime64("0001")) & (days <= np.datetime64("9999"))).all():
            raise ValueError(f"it has a day that is none under {column}")


def refuse_if_no_worlds(file: Path, table: pa.Table, replications: int) -> None:
    """Refuse columns of worlds whose kinds or numbers no run writes.

    Raises:
        ScenarioError: naming the column.
    """
    import numpy as np

    numbers = np.arange(len(table))
    counted = {
        "world": numbers,
        "draw": numbers // replications,
        "replication": numbers % replications,
    }
    for name in table.column_names:
        column, is_kind = table[name], _kind(name)
        if is_kind is not None and not is_kind(column.type):
            raise problem(str(file), f"holds values of another kind under {shorten(name)}")
        if name in (*counted, "counts") and column.null_count:
            raise problem(str(file), f"lacks a value under {name}")
        if name == "outcome" and _lacks_an_outcome(table):
            raise problem(str(file), f"lacks a value under {name}")
        if name in counted and (column.to_numpy() != counted[name]).any():
            raise problem(str(file), f"does not count as a run counts under {name}")


def _lacks_an_outcome(table: pa.Table) -> bool:
    """Return whether a world has no outcome that counts: one that was over before has none."""
    if "counts" not in table.column_names:  # as in older formats, in which all have one
        return table["outcome"].null_count > 0
    none, counts = (table["outcome"].is_null().to_numpy(), table["counts"].to_numpy())
    return bool((none & counts).any())


def refuse_if_no_draws(file: Path, table: pa.Table, draws: int, again: str) -> None:
    """Refuse columns of draws whose kinds or numbers no run writes.

    Raises:
        ScenarioError: naming the column, or how many draws are missing.
    """
    import numpy as np
    import pyarrow as pa

    if len(table) != draws:
        rule = f"holds {len(table):,} draws where the run has {draws:,}"
        raise problem(str(file), f"{rule}; {again}")
    for name in table.column_names:
        column = table[name]
        is_text = pa.types.is_string(column.type)
        is_number = pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
        if column.null_count or not (is_text if name == "form" else is_number):
            raise problem(str(file), f"holds values of another kind under {shorten(name)}")
        if name == "draw" and (column.to_numpy() != np.arange(draws)).any():
            raise problem(str(file), f"does not count as a run counts under {name}")
        if not is_text and not _is_fit(name, column.to_numpy()):
            raise problem(str(file), f"holds what is no number under {shorten(name)}")


def _is_fit(name: str, values: Any) -> bool:
    """Return whether numbers are such as are drawn; a weight of none has the logarithm -inf."""
    import numpy as np

    return bool(np.isfinite(values).all() or (name == "log_weight" and (values < np.inf).all()))


def _kind(column: str) -> Any:
    """Return what tells the kind of a column of worlds; None: of one that no version writes."""
    from pyarrow import types

    first, _, rest = column.partition("_")
    if column in ("world", "draw", "replication", "round"):
        return types.is_integer
    if column == "counts" or (first == "ratified" and rest):
        return types.is_boolean
    if column == "log_weight" or (first == "utility" and rest):
        return types.is_floating
    if column in ("outcome", "by") or (first == "text" and rest):
        return types.is_string
    if first == "event" or column.endswith("date"):
        return types.is_date32
    return types.is_list if first == "away" else None
