"""`huyen export`: the archive as CSV or JSON lines."""

from __future__ import annotations

import io
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, complain, opened, progress
from crawler.terminal.options import From, InDistrict, InPlace, Province, To
from storage.language.messages import gettext as _
from storage.language.messages import message
from storage.text import counted

if TYPE_CHECKING:
    from storage.search.selection import Filters

_ENDINGS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx", ".wacz": "wacz"}
# Names that promise what we do not write.
_OTHERS = frozenset(
    ".json .xls .xlsm .xlsb .ods .tsv .parquet .feather .arrow .avro .orc .xml .html .zip .gz .bz2 .xz .zst"
    " .7z .tar .warc .doc .docx .odt .rtf .pdf .md .yaml .yml .db .sqlite .duckdb .rds .rdata .sav".split()
)


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
    place: InPlace = None,
    mentions: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE|NAME",
            help="Only articles whose text names this commune of today, or one that became it.",
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
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Export how complete the archive is, a row per portal and month."),
    ] = False,
    quality: Annotated[
        bool,
        typer.Option("--quality", help="Export how well articles read and crawls went, by portal."),
    ] = False,
    excel: Annotated[
        bool, typer.Option("--excel", help="For spreadsheets: add a BOM and disarm formulas.")
    ] = False,
) -> int:
    """Export the archive as CSV, JSON lines, workbook or web archive. One row per article, latest version.

    --from and --to select by the day of publication. They also take a month or a year: 2023-10, 2023.
    --province takes a province as it was until June 2025, or the one of today: "Ninh Bình@2025".
    """
    from storage.search.selection import Filters

    if output and not output.absolute().parent.is_dir():
        raise Refused(
            message(
                "the folder {parent} does not exist; create it or give another path",
                parent=output.absolute().parent,
            )
        )
    if not output and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")  # RFC 4180 ends lines itself
    form = _form(output, form)
    filters = Filters(
        districts=tuple(district or ()),
        provinces=tuple(province or ()),
        since=first,
        until=last,
        query=query,
        places=tuple(place or ()),
        mentions=tuple(mentions or ()),
    )
    tables = [name for name, on in (("files", files), ("coverage", coverage), ("quality", quality)) if on]
    if len(tables) > 1:
        this, that = tables[:2]
        raise Refused(
            message("--{one} and --{other} are two tables; export one at a time", one=this, other=that)
        )
    if mentions and tables and not files:
        raise Refused(message("--mentions selects articles; leave out --{table}", table=tables[0]))
    if form == "wacz":
        if tables:
            raise Refused(
                message("--{table} writes CSV, JSON lines or a workbook; leave out wacz", table=tables[0])
            )
        return _packed(output, filters, columns is not None or excel)
    count = _written(tables[0] if tables else "articles", output, form, columns, filters, excel)
    if output:
        print(_("{count} in {output}", count=count, output=output))
    return 0


def _written(
    table: str, output: Path | None, form: str, columns: str | None, filters: Filters, excel: bool
) -> str:
    """Writes a table; returns in words how many rows it has."""
    from crawler.config import load
    from crawler.registry.load import load as load_registry
    from storage.coverage.export import TABLES, export_table
    from storage.export.export import export
    from storage.export.fileexport import export_files
    from storage.search.selection import told

    config = load()
    target = output or sys.stdout
    shape: dict[str, Any] = {"columns": columns, "filters": filters, "excel": excel}
    known = [one.record() for one in load_registry(config.registry).districts] if table in TABLES else []
    with closing(opened(config)) as database, asked():
        for line in told(database, filters):
            complain(line)
        if table in TABLES:
            return counted(export_table(database, table, target, form, registered=known, **shape), "row")
        if table == "files":
            return counted(export_files(database, target, form, **shape), "file version")
        return counted(export(database, target, form, **shape), "article")


def _form(output: Path | None, form: str | None) -> str:
    """Returns the format meant; Refused where the name of the file says another."""
    ending = output.suffix.lower() if output else ""
    named = _ENDINGS.get(ending)
    if form is None and ending in _OTHERS:
        raise Refused(
            message(
                "no format here is called {ending}; use one of {endings}, or give --format",
                ending=ending,
                endings=", ".join(_ENDINGS),
            )
        )
    if form and named and named != form:
        raise Refused(
            message(
                "{output} is named as {named}, and --format says {form}; leave one out",
                output=output,
                named=named,
                form=form,
            )
        )
    if form is not None and form not in _ENDINGS.values():
        known = ", ".join(dict.fromkeys(_ENDINGS.values()))
        raise Refused(message("unknown format {form!r}; use one of {formats}", form=form, formats=known))
    return form or named or "csv"


def _packed(output: Path | None, filters: Filters, shaped: bool) -> int:
    from crawler.config import load
    from storage.export.wacz import package
    from storage.search.selection import told

    if output is None:
        raise Refused(message("a web archive is written to a file: name it with -o X.wacz"))
    if shaped:
        raise Refused(message("--columns and --excel are for CSV; leave out --format wacz"))
    config = load()
    with closing(opened(config)) as database, asked(), progress() as tell:
        for line in told(database, filters):
            complain(line)
        done = package(database, config.warc, output.absolute(), filters, tell=tell)
    print(
        _(
            "{articles}, {captures} in {output}",
            articles=counted(done.articles, "article"),
            captures=counted(done.captures, "capture"),
            output=output,
        )
    )
    for fault in done.faults:
        complain(fault)
    return 1 if done.faults else 0
