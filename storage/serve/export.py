"""The archive as CSV, JSON lines or workbook: one row an article, its latest version, in constant memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from sqlalchemy import ColumnElement, Connection

from storage.database import Database
from storage.errors import StorageError
from storage.files import draft, whole
from storage.schema import Article
from storage.serve.attachments import with_files
from storage.serve.columns import ALL, Column, chosen
from storage.serve.selection import Filters, selected
from storage.serve.workbook import write_workbook

FORMATS = ("csv", "jsonl", "xlsx")
_ROWS = 500  # fetched at a time: 3 MB of articles
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


def export(
    db: Database,
    target: Path | TextIO,
    form: str = "csv",
    *,
    columns: str | Sequence[str] | None = None,
    filters: Filters | None = None,
    excel: bool = False,
    also: Sequence[ColumnElement[bool]] = (),
) -> int:
    """Writes the articles to `target`, ordered by district, portal, date and id; returns how many.

    CSV is as RFC 4180 has it, UTF-8, one header row; `columns` as storage.serve.columns.chosen takes them.
    JSON lines carry every column unless `columns` says otherwise. `excel` adds a byte-order mark and disarms
    formulas. `also` narrows `filters` further. A workbook needs a path (storage.serve.workbook).
    A path is written under a temporary name and renamed when whole. Raises StorageError in one line.
    """
    if form not in FORMATS:
        raise StorageError(f"unknown format {form!r}; use {' or '.join(FORMATS)}")
    if excel and form != "csv":
        raise StorageError("--excel writes CSV; leave out --format")
    picked = ALL if columns is None and form == "jsonl" else chosen(columns)
    with db.reading() as connection:
        labelled = [column.source.label(column.name) for column in picked]
        if any(column.name == "attachments" for column in picked):
            labelled.append(Article.id.label("of_article"))  # by which their files are looked up
        statement = selected(connection, db, labelled, filters or Filters()).where(*also)
        with connection.execution_options(yield_per=_ROWS).execute(statement) as found:
            rows = _with_files(connection, picked, found)
            return written(target, form, picked, rows, excel)


def written(
    target: Path | TextIO, form: str, columns: Sequence[Column], rows: Iterable[Any], excel: bool
) -> int:
    """Writes `rows` of `columns` to `target`, a path whole or not at all; returns how many.

    Raises StorageError.
    """
    if form == "xlsx":
        if not isinstance(target, Path):
            raise StorageError("a workbook is written to a file: name it with -o X.xlsx")
        return _write_workbook(target, columns, rows)
    write = _write_csv if form == "csv" else _write_jsonl
    if not isinstance(target, Path):
        return write(target, columns, rows, excel)
    with _whole(target) as stream:
        return write(stream, columns, rows, excel)


def _with_files(connection: Connection, columns: Sequence[Column], rows: Iterable[Any]) -> Iterable[Any]:
    """Returns `rows` with what was kept of attachments, where they are asked for."""
    names = [column.name for column in columns]
    if "attachments" not in names:
        return rows
    # the last column of the statement is the id of the article
    whole_ = with_files(connection, rows, len(names), names.index("attachments"))
    return (row[: len(names)] for row in whole_)


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


def _write_workbook(path: Path, columns: Sequence[Column], rows: Iterable[Any]) -> int:
    try:
        with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as scratch, draft(path) as stream:
            return write_workbook(stream, columns, rows, Path(scratch))
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    try:
        with whole(path) as stream:
            yield stream
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error
