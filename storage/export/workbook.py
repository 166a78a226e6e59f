"""The archive as a workbook (.xlsx): a row an article, every code as text, in constant memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from storage.errors import StorageError
from storage.export.columns import Column
from storage.language.messages import message

MOST_ROWS = 1_048_575  # below the header; the sheet's limits, ECMA-376
MOST_LETTERS = 32_767  # of a cell
CUT = " […]"  # at the end of a text that a cell cannot hold
_WIDE = {"title": 50, "lead": 50, "body": 60, "url": 40}  # characters
_WIDTH = 14


def write_workbook(stream: IO[bytes], columns: Sequence[Column], rows: Iterable[Any], scratch: Path) -> int:
    """Writes `rows` as the sheet "articles" to `stream`; returns how many.

    Numbers and truth values have their types; all else is text, dates too, because theirs are of mixed
    precision. Nothing becomes a formula or a link. A text that is too long for a cell ends in CUT. Raises
    StorageError where there are more rows than a sheet has, or where XlsxWriter is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise StorageError(
            "--format xlsx needs XlsxWriter: .venv/bin/python -m pip install 'xlsxwriter>=3.2,<4'"
        ) from None
    told = {"constant_memory": True, "tmpdir": str(scratch), "strings_to_urls": False}
    book = Workbook(stream, told)
    try:
        count = _sheet(book, columns, rows)
    except BaseException:
        with suppress(Exception):  # it closes its files; what it wrote is thrown away
            book.close()
        raise
    book.close()
    return count


def _sheet(book: Any, columns: Sequence[Column], rows: Iterable[Any]) -> int:
    sheet = book.add_worksheet("articles")
    bold = book.add_format({"bold": True})
    for number, column in enumerate(columns):
        sheet.set_column(number, number, _WIDE.get(column.name, _WIDTH))
        sheet.write_string(0, number, column.name, bold)
    sheet.freeze_panes(1, 0)
    count = 0
    for row in rows:
        count += 1
        if count > MOST_ROWS:
            raise StorageError(
                message(
                    "a sheet holds {most_rows:,} articles; select fewer, or export CSV", most_rows=MOST_ROWS
                )
            )
        for number, (column, value) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, count, number, column.native(value) if column.native else value)
    sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


def _write(sheet: Any, row: int, number: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, number, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, number, value)
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if len(text) > MOST_LETTERS:
            text = text[: MOST_LETTERS - len(CUT)] + CUT
        sheet.write_string(row, number, text)
