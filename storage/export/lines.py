"""Rows of the archive as lines of CSV, without making Python values of what goes out as it stands.

Texts stay the bytes that SQLite keeps; lists stay the JSON text that they are kept as. The lines are those
that csv.writer makes (RFC 4180, quotes where needed, CR LF), at a fifth of the time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Float,
    LargeBinary,
    Numeric,
    Select,
    Text,
    case,
    cast,
    func,
    type_coerce,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import Integer, NullType

from storage.export.columns import Column
from storage.schema import Moment
from storage.vocabulary import iso

Cell = Callable[[Any], bytes]  # what the database gives, not None -> the bytes of the cell, unquoted
_LINES = 200  # made at a time
_QUOTE, _COMMA, _LF, _CR = b'",\n\r'  # numbers: `in` finds a byte in a fifth of the time of a text of one


def raw(column: Column, sqlite: bool, *, text: bool = False) -> Any:
    """Returns what to select for `column`: its cell, or what `cell` makes it of; in SQLite as bytes, or as
    `text`.
    """
    source = column.source
    if isinstance(source.type, (Float, Numeric)):  # databases write floats in their own ways
        return type_coerce(source, NullType())
    if isinstance(source.type, Boolean):
        source = case((source, "true"), else_="false")
    elif isinstance(source.type, JSON):
        source = func.coalesce(func.nullif(cast(source, Text), "null"), "[]")
    elif isinstance(source.type, Moment) and not sqlite:
        source = func.to_char(func.timezone("UTC", source), "YYYY-MM-DD HH24:MI:SS")
    return type_coerce(cast(source, LargeBinary if sqlite and not text else Text), NullType())


def cell(column: Column) -> Cell | None:
    """Returns what makes a cell of a value of `raw`; None where that is the cell already."""
    kind = column.source.type
    if isinstance(kind, Moment):
        return _moment
    if isinstance(kind, (Float, Numeric)):
        return lambda value: str(value).encode()
    if column.cell is None or isinstance(kind, (Boolean, Integer, JSON)):
        return None
    return _looked_up(column.cell)


def write_lines(
    write: Callable[[bytes], object], columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> int:
    """Writes `rows` of `raw` values under a header; returns how many rows."""
    write(",".join(column.name for column in columns).encode() + b"\r\n")
    count = 0
    for some, data in lines(rows, [cell(column) for column in columns]):
        count += some
        write(data)
    return count


def fetched(connection: Connection, query: Select[Any], rows: int) -> Iterator[Sequence[Any]]:
    """Yields what `query` selects, `rows` fetched at a time, as the driver has it; types are not converted.

    SQLite's cursor is asked itself: SQLAlchemy's rows would cost a seventh of an export.
    """
    if connection.dialect.name != "sqlite":
        yield from connection.execution_options(yield_per=rows).execute(query)
        return
    told: Any = query.compile(connection, compile_kwargs={"render_postcompile": True})
    named = told.construct_params()
    driver: Any = connection.connection.dbapi_connection
    try:
        yield from driver.execute(str(told), [named[name] for name in told.positiontup or ()])
    except sqlite3.Error as error:
        raise OperationalError(str(told), None, error) from error


def lines(rows: Iterable[Sequence[Any]], cells: Sequence[Cell | None]) -> Iterator[tuple[int, bytes]]:
    """Yields `rows` as CSV, some lines at a time, with their number; `cells` as of `cell`, one a column."""
    source = iter(rows)
    made = [(n, one) for n, one in enumerate(cells) if one]
    while some := list(islice(source, _LINES)):
        yield len(some), b"".join([_line(row, made) for row in some])


def _line(row: Sequence[Any], made: Sequence[tuple[int, Cell]]) -> bytes:
    values = [value.encode() if value.__class__ is str else value for value in row]
    for n, one in made:
        if (value := values[n]) is not None:
            values[n] = one(value)
    # in one expression: a call for each cell would cost as much as everything else
    line = [
        b""
        if not value
        else b'"' + value.replace(b'"', b'""') + b'"'
        if _QUOTE in value
        else b'"' + value + b'"'
        if _COMMA in value or _LF in value or _CR in value
        else value
        for value in values
    ]
    return (b",".join(line) or b'""') + b"\r\n"  # a line of one empty cell would be no line


def _moment(value: bytes) -> bytes:
    """Returns a moment in Vietnamese time. The database has it in UTC, as 2024-01-01 01:00:00 with or without
    a fraction.
    """
    hour, offset = _hour(value[:13])
    return hour + value[13:19] + offset


@lru_cache(maxsize=1 << 16)
def _hour(utc: bytes) -> tuple[bytes, bytes]:
    """Returns an hour of UTC as one of Vietnam, and the offset: it is of whole hours."""
    moment = datetime.fromisoformat(f"{utc.decode()}:00:00").replace(tzinfo=UTC)
    told = iso(moment).encode()
    return told[:13], told[19:]


def _looked_up(told: Callable[[Any], str]) -> Cell:
    """Returns `told` for bytes; it is asked once for each of the few values that a column has."""

    @lru_cache(maxsize=1 << 14)
    def looked_up(value: bytes) -> bytes:
        return told(value.decode()).encode()

    return looked_up
