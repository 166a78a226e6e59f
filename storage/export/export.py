"""The archive as CSV, JSON lines or workbook: one row an article, its latest version, in constant memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from sqlalchemy import ColumnElement

from storage.database import Database
from storage.errors import StorageError
from storage.export.attachments import ID, with_files
from storage.export.columns import ALL, Column, chosen
from storage.export.lines import fetched, raw, write_lines
from storage.export.workbook import write_workbook
from storage.files import draft, whole
from storage.language.messages import message
from storage.search.selection import Filters, selected

FORMATS = ("csv", "jsonl", "xlsx")
_ROWS = 500  # fetched at a time: 3 MB of articles
_CACHE = 8_192  # KiB of SQLite's pages: every one is read once, more would only be memory
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

    CSV is as RFC 4180 has it, UTF-8, one header row; `columns` as storage.export.columns.chosen takes them.
    JSON lines carry every column unless `columns` says otherwise. `excel` adds a byte-order mark and disarms
    formulas. `also` narrows `filters` further. A workbook needs a path (storage.export.workbook).
    A path is written under a temporary name and renamed when whole. Raises StorageError in one line.
    """
    check_form(form, excel)
    picked = ALL if columns is None and form == "jsonl" else chosen(columns)
    quick = form == "csv" and not excel
    with db.reading() as connection:
        if db.sqlite:
            connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE}")
        labelled = [(raw(one, db.sqlite) if quick else one.source).label(one.name) for one in picked]
        at = next((n for n, column in enumerate(picked) if column.name == "attachments"), None)
        statement = selected(
            connection, db, labelled if at is None else [*labelled, ID], filters or Filters()
        ).where(*also)
        if quick:
            lines = fetched(connection, statement, _ROWS)
            rows: Iterable[Any] = lines if at is None else with_files(connection, lines, at, raw=True)
            return _write_lines(target, picked, rows)
        with connection.execution_options(yield_per=_ROWS).execute(statement) as found:
            rows = found if at is None else with_files(connection, found, at)
            return written(target, form, picked, rows, excel)


def check_form(form: str, excel: bool) -> None:
    """Raises StorageError where `form` is none of FORMATS, or is not the CSV that `excel` is for."""
    if form not in FORMATS:
        raise StorageError(
            message("unknown format {form!r}; use one of {formats}", form=form, formats=", ".join(FORMATS))
        )
    if excel and form != "csv":
        raise StorageError(message("--excel writes CSV; leave out --format"))


def written(
    target: Path | TextIO, form: str, columns: Sequence[Column], rows: Iterable[Any], excel: bool
) -> int:
    """Writes `rows` of `columns` to `target`, a path whole or not at all; returns how many.

    Raises StorageError.
    """
    if form == "xlsx":
        if not isinstance(target, Path):
            raise StorageError(message("a workbook is written to a file: name it with -o X.xlsx"))
        return _write_workbook(target, columns, rows)
    write = _write_csv if form == "csv" else _write_jsonl
    if not isinstance(target, Path):
        return write(target, columns, rows, excel)
    with _told(target), whole(target) as stream:
        return write(stream, columns, rows, excel)


def _write_lines(target: Path | TextIO, columns: Sequence[Column], rows: Iterable[Any]) -> int:
    if isinstance(target, Path):
        with _told(target), draft(target) as stream:
            return write_lines(stream.write, columns, rows)
    if isinstance(target, io.TextIOWrapper) and target.encoding.lower() in ("utf-8", "utf8"):
        target.flush()
        return write_lines(target.buffer.write, columns, rows)
    return write_lines(lambda data: target.write(data.decode()), columns, rows)


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
    with (
        _told(path),
        TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as scratch,
        draft(path) as stream,
    ):
        return write_workbook(stream, columns, rows, Path(scratch))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Says which file cannot be written."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            message("cannot write {path}: {strerror}", path=path, strerror=error.strerror or error)
        ) from error
