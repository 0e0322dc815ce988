"""Tables as CSV: a spreadsheet shows each cell and computes none, and all read back as they were.

A text that a spreadsheet would take for a formula gets an apostrophe in front, which is how one
types a text into a cell; so does a text that begins with apostrophes before one, so that reading
takes away exactly what writing put there. See https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import problem, shorten
from sim.outside.files import LARGEST_FILE, read_text

if TYPE_CHECKING:
    import pandas as pd

_COMPUTED = re.compile("'*(\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]| *[\t\r\n])")


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table as CSV, its texts as cells that are only shown.

    Raises:
        OSError: when it cannot be written.
    """
    shown = _each_text(table, as_cell).rename(columns=as_cell)
    text = shown.to_csv(index=False, lineterminator="\n")
    if "\r" in text:  # which csv leaves bare, and readers take for the end of a line
        text = shown.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    file.write_text(text, encoding="utf-8", newline="")


def read_table(file: Path, **how: Any) -> pd.DataFrame:
    """Return a table as it was written; `how` is what pandas is told of its columns.

    Raises:
        ScenarioError: when it cannot be read, or is larger than `LARGEST_FILE`, or has a
            column twice.
    """
    import pandas as pd

    text = read_text(file, LARGEST_FILE)
    try:
        _refuse_repeated(text)
        table = pd.read_csv(io.StringIO(text, newline=""), **how)
    except ValueError as error:
        why = next(iter(str(error).splitlines()), type(error).__name__)
        raise problem(str(file), f"cannot be read: {why}") from None
    return _each_text(table, as_text).rename(columns=as_text)


def _refuse_repeated(text: str) -> None:
    """Refuse a table in which a column stands twice, which pandas gives another name."""
    names = next(csv.reader(io.StringIO(text, newline="")), [])
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise ValueError(f"it has a column twice: {shorten(twice[0])}")


def as_cell(text: str) -> str:
    """Return a text as a cell that a spreadsheet shows as it is.

    >>> as_cell("=1+1"), as_cell("'=1+1"), as_cell("-"), as_cell("a-b"), as_cell("it's")
    ("'=1+1", "''=1+1", "'-", 'a-b', "it's")
    """
    return f"'{text}" if _COMPUTED.match(text) else text


def as_text(cell: str) -> str:
    """Return the text that a cell was made of.

    >>> as_text("'=1+1"), as_text("''=1+1"), as_text("'tis")
    ('=1+1', "'=1+1", "'tis")
    """
    return cell[1:] if cell.startswith("'") and _COMPUTED.match(cell) else cell


def _each_text(table: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """Return a table with every text changed, and all else as it is."""
    import pandas as pd
    from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

    def changed(column: pd.Series[Any]) -> pd.Series[Any]:
        if is_numeric_dtype(column) or is_datetime64_any_dtype(column):
            return column
        texts = [change(value) if isinstance(value, str) else value for value in column]
        return pd.Series(texts, index=column.index, dtype=column.dtype)

    columns = [changed(column) for _, column in table.items()]
    return pd.concat(columns, axis=1, keys=table.columns) if columns else table
