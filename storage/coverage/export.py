"""Coverage and quality as tables in files: CSV, JSON lines or a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection

from storage.coverage import months, quality
from storage.database import Database
from storage.errors import StorageError
from storage.export.columns import Column, named
from storage.export.export import check_form, written
from storage.language.messages import message
from storage.records import DistrictRecord
from storage.search.selection import Filters, districts_meant, period

COVERAGE, QUALITY = "coverage", "quality"
Rows = Callable[[Connection, Sequence[str] | None, Iterable[DistrictRecord]], Iterator[Any]]
TABLES: dict[str, tuple[tuple[Column, ...], Rows]] = {
    COVERAGE: (months.COLUMNS, months.coverage),
    QUALITY: (quality.COLUMNS, quality.quality),
}


def export_table(
    db: Database,
    table: str,
    target: Path | TextIO,
    form: str = "csv",
    *,
    columns: str | None = None,
    filters: Filters | None = None,
    excel: bool = False,
    registered: Iterable[DistrictRecord] = (),
) -> int:
    """Writes `table` (COVERAGE or QUALITY) to `target` as storage.export.export does it; returns its rows.

    Of `filters`, districts, provinces and places count, for COVERAGE also the first and the last month;
    `registered` are districts of the registry, whose portals may be unknown to the archive. Raises
    StorageError.
    """
    filters = filters or Filters()
    check_form(form, excel)
    if filters.query is not None or filters.mentions:
        raise StorageError(
            message("--{table} counts all articles; leave out --query and --mentions", table=table)
        )
    since, until = period(filters)
    if table == QUALITY and (since or until):
        raise StorageError(message("--quality counts all articles; leave out --from and --to"))
    every, rows = TABLES[table]
    picked = named(columns, every)
    at = [every.index(column) for column in picked]
    with db.reading() as connection:
        found = rows(connection, districts_meant(connection, filters), registered)
        kept = (row for row in found if table == QUALITY or months.within(row.month, since, until))
        return written(target, form, picked, ([row[n] for n in at] for row in kept), excel)
