"""Tables in Parquet from a folder, measured by what they say of themselves before they are read.

A file of a few kilobytes can unpack to gigabytes: so its rows, its values and their bytes are
counted first, and text is read as a list of different texts, which repetition does not lengthen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.errors import ScenarioError, problem, shorten

_IN_A_LIST = 1000  # values, of a row at the most
_BYTES = 64  # of a value, apart from what is the same for all
_ROOM = 2**20
_OF_TEXT = 1000  # bytes of a cell, on average
_UNREADABLE = (OSError, pa.ArrowException, ValueError, KeyError, TypeError, OverflowError)


def read_parquet(
    file: Path, most: int, columns: Sequence[str] | None = None, **options: Any
) -> pa.Table:
    """Return a table, or some of its columns.

    Args:
        file: where it is.
        most: rows that it may have.
        columns: those to read; None: all.
        options: of `pyarrow.parquet.read_table`, such as filters.

    Raises:
        ScenarioError: when it is a link, cannot be read, has a column twice, more rows, or more in
            them than such a table has.
    """
    texts = _texts(measured(file, most))
    with _told(file):
        table = pq.read_table(file, columns=columns, read_dictionary=texts, **options)
        return plain(table, file, texts)


def measured(file: Path, most: int) -> pa.Schema:
    """Return the columns of a table that may be read without harm.

    Raises:
        ScenarioError: as `read_parquet`.
    """
    if file.is_symlink():
        raise problem(str(file), "is a symbolic link, which is not followed")
    with _told(file):
        about, schema = pq.read_metadata(file), pq.read_schema(file)
    if odd := [field.name for field in schema if not _is_plain(field.type)]:
        raise problem(str(file), f"holds something else under {shorten(odd[0])} than such a table")
    if twice := [name for name, times in Counter(schema.names).items() if times > 1]:
        raise problem(str(file), f"has a column twice: {shorten(twice[0])}")
    if about.num_rows > most:
        raise problem(str(file), f"has {about.num_rows:,} rows; it can have {most:,} at most")
    for number in range(about.num_row_groups):
        group = about.row_group(number)
        for each in range(group.num_columns):
            column = group.column(each)
            if column.num_values > group.num_rows * _IN_A_LIST:
                _refuse_size(file, column.path_in_schema)
            if column.total_uncompressed_size > _ROOM + _BYTES * column.num_values:
                _refuse_size(file, column.path_in_schema)
    return schema


def pieces(file: Path, most: int) -> Iterator[pa.Table]:
    """Yield a table piece by piece.

    Raises:
        ScenarioError: as `read_parquet`.
    """
    texts = _texts(measured(file, most))
    with _told(file), pq.ParquetFile(file, read_dictionary=texts) as opened:
        for batch in opened.iter_batches():
            yield plain(pa.Table.from_batches([batch]), file, texts)


def plain(table: pa.Table, file: Path, texts: Sequence[str]) -> pa.Table:
    """Return a table with its texts written out, where they are no longer than texts are.

    Args:
        table: as it was read, its texts as lists of different texts.
        file: where from.
        texts: the columns that were written as texts; others stay lists.

    Raises:
        ScenarioError: when they are.
    """
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            column = table.column(place)
            if _length(column) > _ROOM + _OF_TEXT * len(table):
                _refuse_size(file, field.name)
            written = column.cast(pa.string())
            written.validate(full=True)  # as text in UTF-8, above all
            if field.name in texts:
                table = table.set_column(place, field.name, written)
    return table


def _is_plain(kind: pa.DataType) -> bool:
    """Return whether a column is of text, numbers, truth values, days or lists of days."""
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    if pa.types.is_list(kind):
        return pa.types.is_date32(kind.value_type)
    kinds = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_date32)
    return _is_text(kind) or any(is_kind(kind) for is_kind in kinds)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _length(column: pa.ChunkedArray) -> int:
    """Return how many bytes the texts of a column have, written out."""
    total = 0
    for chunk in column.chunks:
        lengths = pc.binary_length(chunk.dictionary.cast(pa.large_binary()))
        total += pc.sum(lengths.take(chunk.indices)).as_py() or 0
    return total


def _texts(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if _is_text(field.type)]


def _refuse_size(file: Path, column: str) -> None:
    raise problem(str(file), f"holds more under {shorten(column)} than such a table has")


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Tell of what cannot be read in one line."""
    try:
        yield
    except ScenarioError:
        raise
    except _UNREADABLE as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise problem(str(file), f"cannot be read: {shorten(why)}") from None
