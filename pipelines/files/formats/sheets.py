"""Spreadsheets to text: .xls, .xlsx, .xlsb and .ods through calamine."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, PasswordError, load_workbook

from pipelines.files.filetext import Drawn, FileStatus, Unreadable

_CELLS = 200_000  # of a file
_MAX_SHEETS = 200


def read_sheets(data: bytes) -> Drawn:
    """Returns the cells of a workbook: a part a sheet, a line a row, tabs between. Raises Unreadable."""
    try:
        book = load_workbook(io.BytesIO(data))
        parts = []
        cells = 0
        for name in book.sheet_names[:_MAX_SHEETS]:
            lines = [name]
            for row in book.get_sheet_by_name(name).iter_rows():
                cells += len(row)
                lines.append("\t".join(map(_shown, row)).rstrip("\t"))
                if cells > _CELLS:
                    break
            parts.append("\n".join(line for line in lines if line.strip()))
            if cells > _CELLS:
                break
        return Drawn(parts)
    except PasswordError:
        raise Unreadable(FileStatus.ENCRYPTED, "the workbook asks for a password") from None
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(FileStatus.BROKEN, f"not a workbook that can be opened: {error}") from None


def _shown(cell: Any) -> str:
    """A cell as people would write it; a number without a fraction that it does not have."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return " ".join(str(cell).split())
