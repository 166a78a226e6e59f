"""The archive as CSV or JSON lines: one row an article, its latest version, in constant memory."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, Select, func, literal, select

from storage.database import Database
from storage.errors import StorageError
from storage.files import whole
from storage.schema import Article, District, Version
from storage.serve.columns import ALL, Column, chosen
from storage.serve.names import district_named, districts_of
from storage.serve.search import matching

FORMATS = ("csv", "jsonl")
_ROWS = 500  # fetched at a time: 3 MB of articles
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# What a spreadsheet takes for the start of a formula, also in full width (OWASP, CSV injection).
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles: those that meet all of it.

    `district`: an id, or its last part where it is unique. `province`: its name, or the first part of an id.
    `since`, `until`: days, months or years (2023-10-26, 2023-10, 2023), both included; an article dated less
    precisely is in where its month or year overlaps, an undated one is out. `query`: as for search.
    """

    district: str | None = None
    province: str | None = None
    since: str | None = None
    until: str | None = None
    query: str | None = None


def export(
    db: Database,
    target: Path | TextIO,
    form: str = "csv",
    *,
    columns: str | Sequence[str] | None = None,
    filters: Filters | None = None,
    excel: bool = False,
) -> int:
    """Writes the articles to `target`, ordered by district, portal, date and id; returns how many.

    CSV is as RFC 4180 has it, UTF-8, one header row; `columns` as storage.serve.columns.chosen takes them.
    JSON lines carry every column unless `columns` says otherwise. `excel` adds a byte-order mark and disarms
    formulas. A path is written under a temporary name and renamed when whole. Raises StorageError in one
    line.
    """
    if form not in FORMATS:
        raise StorageError(f"unknown format {form!r}; use {' or '.join(FORMATS)}")
    if excel and form != "csv":
        raise StorageError("--excel writes CSV; leave out --format")
    picked = ALL if columns is None and form == "jsonl" else chosen(columns)
    write = _write_csv if form == "csv" else _write_jsonl
    with db.reading() as connection:
        statement = _statement(connection, db, picked, filters or Filters())
        with connection.execution_options(yield_per=_ROWS).execute(statement) as rows:
            if not isinstance(target, Path):
                return write(target, picked, rows, excel)
            with _whole(target) as stream:
                return write(stream, picked, rows, excel)


def _write_csv(stream: TextIO, columns: Sequence[Column], rows: Iterable[Any], excel: bool) -> int:
    if excel:
        stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow([column.name for column in columns])
    cells = [(n, column.cell) for n, column in enumerate(columns) if column.cell]
    count = 0
    for row in rows:
        count += 1
        values = list(row)
        for n, cell in cells:
            values[n] = cell(values[n])
        if excel:
            values = [f"'{v}" if isinstance(v, str) and v.startswith(_FORMULA) else v for v in values]
        writer.writerow(values)
    return count


def _write_jsonl(stream: TextIO, columns: Sequence[Column], rows: Iterable[Any], _: bool) -> int:
    names = [column.name for column in columns]
    natives = [(n, column.native) for n, column in enumerate(columns) if column.native]
    count = 0
    for row in rows:
        count += 1
        values = list(row)
        for n, native in natives:
            values[n] = native(values[n])
        stream.write(json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False) + "\n")
    return count


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    try:
        with whole(path) as stream:
            yield stream
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def _statement(
    connection: Connection, db: Database, columns: Sequence[Column], filters: Filters
) -> Select[Any]:
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    statement = (
        select(*(column.source.label(column.name) for column in columns))
        .select_from(Article)
        .join(Version, this)
        .outerjoin(District, District.id == Article.district_id)
        .order_by(Article.district_id, Article.portal, Article.published_order, Article.id)
    )
    if filters.district is not None:
        statement = statement.where(Article.district_id == district_named(connection, filters.district))
    if filters.province is not None:
        statement = statement.where(Article.district_id.in_(districts_of(connection, filters.province)))
    published = Version.published_at
    # Compared as far as both say something: 2023-10 is neither before nor after 2023-10-26.
    if filters.since is not None:
        since = literal(_day(filters.since))
        statement = statement.where(published >= func.substr(since, 1, func.length(published)))
    if filters.until is not None:
        until = _day(filters.until)
        statement = statement.where(func.substr(published, 1, len(until)) <= until)
    if filters.query is not None:
        statement = statement.where(matching(filters.query, db.sqlite))
    return statement


def _day(value: str) -> str:
    match = _DAY.fullmatch(value.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day = match.groups()
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise StorageError(f"{value!r} is not a date; use 2023-10-26, 2023-10 or 2023") from None
    return match.group()
