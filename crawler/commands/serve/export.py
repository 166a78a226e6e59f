"""`huyen export`: the archive as CSV or JSON lines."""

from __future__ import annotations

import io
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, opened
from crawler.terminal.options import From, InDistrict, Province, To


def export(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="File to write (default: standard output)."),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="csv|jsonl")] = "csv",
    district: InDistrict = None,
    province: Province = None,
    first: From = None,
    last: To = None,
    query: Annotated[
        str | None, typer.Option(metavar="Q", help="Only articles that this search finds.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B|all", help="Columns of the CSV, in this order.")
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="For spreadsheets: add a BOM and disarm formulas.")
    ] = False,
) -> int:
    """Export the archive as CSV or JSON lines. One row per article, in its latest version.

    --from and --to select by the day of publication. They also take a month or a year: 2023-10, 2023.
    """
    from crawler.config import load
    from storage.serve.export import Filters, export

    if output and not output.absolute().parent.is_dir():
        raise Refused(f"the folder {output.absolute().parent} does not exist; create it or give another path")
    if not output and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")  # RFC 4180 ends lines itself
    filters = Filters(district, province, first, last, query)
    with closing(opened(load())) as database, asked():
        count = export(database, output or sys.stdout, form, columns=columns, filters=filters, excel=excel)
    if output:
        print(f"{count} articles in {output}")
    return 0
