"""`huyen export`: the archive as CSV or JSON lines."""

from __future__ import annotations

import io
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, complain, opened, progress
from crawler.terminal.options import From, InDistrict, Province, To
from storage.text import counted

if TYPE_CHECKING:
    from storage.serve.selection import Filters

_ENDINGS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx", ".wacz": "wacz"}
# Names that promise what we do not write.
_OTHERS = (".json", ".xls", ".ods", ".tsv", ".parquet", ".feather", ".xml", ".html", ".zip", ".gz", ".warc")


def export(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="File to write (default: standard output)."),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="csv|jsonl|xlsx|wacz",
            help="wacz: a web archive of the articles (default: as the file is named, else csv).",
        ),
    ] = None,
    district: InDistrict = None,
    province: Province = None,
    place: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE|NAME",
            help="Only articles of the districts that became this commune, ward or special zone of today.",
        ),
    ] = None,
    first: From = None,
    last: To = None,
    query: Annotated[
        str | None, typer.Option(metavar="Q", help="Only articles that this search finds.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B|all", help="Columns of the CSV, in this order.")
    ] = None,
    files: Annotated[
        bool, typer.Option("--files", help="Export the files that the articles link to, a row per version.")
    ] = False,
    excel: Annotated[
        bool, typer.Option("--excel", help="For spreadsheets: add a BOM and disarm formulas.")
    ] = False,
) -> int:
    """Export the archive as CSV, JSON lines, workbook or web archive. One row per article, latest version.

    --from and --to select by the day of publication. They also take a month or a year: 2023-10, 2023.
    --province takes a province as it was until June 2025, or the one of today: "Ninh Bình@2025".
    """
    from crawler.config import load
    from storage.serve.export import export
    from storage.serve.fileexport import export_files
    from storage.serve.selection import Filters, told

    if output and not output.absolute().parent.is_dir():
        raise Refused(f"the folder {output.absolute().parent} does not exist; create it or give another path")
    if not output and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")  # RFC 4180 ends lines itself
    form = _form(output, form)
    filters = Filters(tuple(district or ()), tuple(province or ()), first, last, query, tuple(place or ()))
    if form == "wacz":
        if files:
            raise Refused("--files writes CSV or JSON lines; leave out --format wacz")
        return _packed(output, filters, columns is not None or excel)
    with closing(opened(load())) as database, asked():
        for line in told(database, filters):
            complain(line)
        write = export_files if files else export
        count = write(database, output or sys.stdout, form, columns=columns, filters=filters, excel=excel)
    if output:
        print(f"{count} {'file versions' if files else 'articles'} in {output}")
    return 0


def _form(output: Path | None, form: str | None) -> str:
    """Returns the format meant; Refused where the name of the file says another."""
    ending = output.suffix.lower() if output else ""
    named = _ENDINGS.get(ending)
    if form is None and ending in _OTHERS:
        raise Refused(f"no format here is called {ending}; use {' or '.join(_ENDINGS)}, or give --format")
    if form and named and named != form:
        raise Refused(f"{output} is named as {named}, and --format says {form}; leave one out")
    return form or named or "csv"


def _packed(output: Path | None, filters: Filters, shaped: bool) -> int:
    from crawler.config import load
    from storage.serve.selection import told
    from storage.serve.wacz import package

    if output is None:
        raise Refused("a web archive is written to a file: name it with -o X.wacz")
    if shaped:
        raise Refused("--columns and --excel are for CSV; leave out --format wacz")
    config = load()
    with closing(opened(config)) as database, asked(), progress() as tell:
        for line in told(database, filters):
            complain(line)
        done = package(database, config.warc, output.absolute(), filters, tell=tell)
    print(f"{counted(done.articles, 'article')}, {counted(done.captures, 'capture')} in {output}")
    for fault in done.faults:
        complain(fault)
    return 1 if done.faults else 0
